/* test_journal.c - an exported journal, written by the test's own hand: sound as it is, and each lie has its code. */
#include "core/encode.h"
#include "core/io.h"
#include "core/jcs.h"
#include "core/time.h"
#include "tests/check.h"
#include "verify/ledger.h"

#include <stdio.h>
#include <unistd.h>

enum { ENTRIES = 9, KEPT_SIZE = 5, LINES_MOST = 16 };
#define ORIGIN "log.example"
#define WITNESS "commission"

struct log {
    struct arena memory;
    struct key_secret key, witness, stranger;
    char dir[64], kept_path[96], held_path[96];
    struct str lines[LINES_MOST];
    size_t count;
    /* what may be changed before notes are written */
    const char *origin, *kept_origin;
    const struct key_secret *signs, *kept_signs;
    bool cosigned, no_gap, no_kept, no_witness_key;
    uint64_t kept_size;
    struct str kept_lines[LINES_MOST]; /* the history the kept checkpoint was made over */
    struct str note_lines[LINES_MOST]; /* and the one the newest was */
    size_t note_count;
    int64_t base;
};

static const char *cstr_of(struct log *l, struct buf *b)
{
    buf_byte(b, '\0');
    return arena_cstr(&l->memory, (struct str){b->ptr, b->len - 1});
}

static struct str canonical(struct log *l, struct str plain)
{
    AUTO(buf_drop) struct buf out = BUF(1 << 16);
    struct err e = {0};
    if (!jcs_canonicalise(plain, &out, &e))
        fail_msg("%s", e.text);
    return arena_str(&l->memory, buf_str(&out));
}

static struct str entry(struct log *l, int seq, int id, const struct key_secret *key,
                        const char *logged)
{
    AUTO(buf_drop) struct buf sig = BUF(128);
    char name[KEY_TEXT_SIZE];
    uint8_t signature[KEY_SIGNATURE_SIZE];
    struct key_public public = key_public_of(&l->key);
    struct str statement = canonical(
        l, arena_fmt(&l->memory,
                     "{\"actor\":\"a\",\"claimed\":\"%s\",\"id\":\"018f0000-0000-7000-8000-%012d\","
                     "\"key\":\"" STR_FMT "\",\"kind\":\"org.registered\",\"log\":\"" ORIGIN "\","
                     "\"payload\":\"sha256:00\",\"realm\":\"live\",\"subject\":\"s\",\"v\":1}",
                     logged, id, STR_ARG(key_public_format(&public, name))));
    key_sign(key, S("hinomi/statement/v1"), statement, signature);
    base64_put(&sig, signature, sizeof signature);
    return canonical(
        l, arena_fmt(&l->memory,
                     "{\"logged\":\"%s\",\"seq\":%d,\"sig\":{\"class\":\"node\",\"value\":\"%s\"},"
                     "\"statement\":" STR_FMT "}",
                     logged, seq, cstr_of(l, &sig), STR_ARG(statement)));
}

static struct str plain_entry(struct log *l, int seq, int id)
{
    return entry(l, seq, id, &l->key, "2028-01-10T00:00:00.000000Z");
}

static struct str key_line(struct log *l, const char *name, int algorithm,
                           const struct key_secret *key)
{
    AUTO(buf_drop) struct buf text = BUF(256);
    uint8_t bytes[1 + KEY_PUBLIC_SIZE] = {(uint8_t)algorithm}, digest[SHA256_SIZE];
    struct key_public public = key_public_of(key);
    AUTO(buf_drop) struct buf hashed = BUF(256);
    memcpy(bytes + 1, public.bytes, sizeof public.bytes);
    buf_fmt(&hashed, "%s\n", name);
    buf_bytes(&hashed, bytes, sizeof bytes);
    sha256_of(buf_str(&hashed), digest);
    buf_fmt(&text, "%s+", name);
    hex_put(&text, digest, 4);
    buf_byte(&text, '+');
    base64_put(&text, bytes, sizeof bytes);
    return arena_str(&l->memory, buf_str(&text));
}

struct signer {
    const char *name;
    int algorithm; /* 1 the log, 4 a witness */
    const struct key_secret *key;
};

/* One signature line under a note's text. */
static void sign_note(struct log *l, struct buf *note, struct str text, const struct signer *by)
{
    AUTO(buf_drop) struct buf message = BUF(4096);
    AUTO(buf_drop) struct buf bytes = BUF(256);
    uint8_t sig[KEY_SIGNATURE_SIZE], id[4];
    struct str line = key_line(l, by->name, by->algorithm, by->key), rest;
    (void)str_cut(line, '+', &rest);
    assert_true(hex_read(str_cut(rest, '+', &rest), id, sizeof id));
    buf_bytes(&bytes, id, sizeof id);
    if (by->algorithm == 4) {
        buf_put(&message, S("cosignature/v1\ntime 1800000000\n"));
        buf_bytes(&bytes, "\0\0\0\0\x6b\x49\xd2\x00", 8);
    }
    buf_put(&message, text);
    key_sign_raw(by->key, buf_str(&message), sig);
    buf_bytes(&bytes, sig, sizeof sig);
    buf_fmt(note, "\xe2\x80\x94 %s ", by->name);
    base64_put(note, bytes.ptr, bytes.len);
    buf_byte(note, '\n');
}

static void put_file(const char *path, struct str bytes)
{
    struct err e = {0};
    if (!file_swap(path, bytes, 0600, &e))
        fail_msg("%s", e.text);
}

struct planned_note {
    const char *origin;
    const struct str *lines;
    size_t size;
    const struct key_secret *key;
    bool cosigned;
};

static void put_note(struct log *l, const char *path, struct planned_note p)
{
    AUTO(buf_drop) struct buf note = BUF(4096);
    AUTO(buf_drop) struct buf root_text = BUF(64);
    struct tree t = {0};
    struct tree_hash root;
    for (size_t i = 0; i < p.size; i++)
        tree_leaf(&t, p.lines[i]);
    tree_root(&t, &root);
    base64_put(&root_text, root.bytes, sizeof root.bytes);
    buf_fmt(&note, "%s\n%zu\n%s\n", p.origin, p.size, cstr_of(l, &root_text));
    struct str text = arena_str(&l->memory, buf_str(&note));
    if (!l->no_gap)
        buf_byte(&note, '\n');
    sign_note(l, &note, text, &(struct signer){p.origin, 1, p.key});
    if (p.cosigned)
        sign_note(l, &note, text, &(struct signer){WITNESS, 4, &l->witness});
    put_file(path, buf_str(&note));
}

static void begin(struct log *l)
{
    struct key_secret *keys[] = {&l->key, &l->witness, &l->stranger};
    for (size_t i = 0; i < COUNT(keys); i++) {
        uint8_t seed[KEY_SEED_SIZE] = {(uint8_t)(i + 1)};
        key_from_seed(seed, keys[i]);
    }
    l->memory = ARENA((size_t)16 << 20);
    l->origin = l->kept_origin = ORIGIN;
    l->signs = l->kept_signs = &l->key;
    l->cosigned = true;
    l->kept_size = KEPT_SIZE;
    l->count = l->note_count = ENTRIES;
    for (int i = 0; i < ENTRIES; i++)
        l->lines[i] = l->kept_lines[i] = l->note_lines[i] = plain_entry(l, i + 1, i);
    snprintf(l->dir, sizeof l->dir, "/tmp/verify-log-%d", (int)getpid());
    snprintf(l->kept_path, sizeof l->kept_path, "%s/kept.txt", l->dir);
    snprintf(l->held_path, sizeof l->held_path, "%s/held.jsonl", l->dir);
}

static void put_log(struct log *l)
{
    AUTO(buf_drop) struct buf out = BUF(1 << 20);
    char path[160];
    struct err e = {0};
    assert_true(dir_make(l->dir, 0700, &e));
    for (size_t i = 0; i < l->count; i++)
        buf_put(&out, l->lines[i]), buf_byte(&out, '\n');
    snprintf(path, sizeof path, "%s/entries.jsonl", l->dir);
    put_file(path, buf_str(&out));
    snprintf(path, sizeof path, "%s/checkpoint.txt", l->dir);
    put_note(l, path,
             (struct planned_note){l->origin, l->note_lines, l->note_count, l->signs, l->cosigned});
    snprintf(path, sizeof path, "%s/sizes.json", l->dir);
    put_file(path, arena_fmt(&l->memory, "{\"base\":%lld}\n", (long long)l->base));
    l->no_gap = false;
    put_note(l, l->kept_path,
             (struct planned_note){l->kept_origin, l->kept_lines, (size_t)l->kept_size,
                                   l->kept_signs, false});
    put_file(l->held_path, arena_fmt(&l->memory, STR_FMT "\n", STR_ARG(l->kept_lines[2])));
}

static void check_log(struct log *l, struct findings *found, struct ledger_totals *ret)
{
    struct err e = {0};
    const char *keys[] = {arena_cstr(&l->memory, key_line(l, ORIGIN, 1, &l->key)),
                          arena_cstr(&l->memory, key_line(l, WITNESS, 4, &l->witness))};
    const char *kept[] = {l->kept_path}, *held[] = {l->held_path};
    struct ledger_options o = {.dir = l->dir,
                               .keys = {keys, l->no_witness_key ? 1 : 2},
                               .kept = {kept, l->no_kept ? 0 : 1},
                               .held = {held, 1}};
    if (!ledger_check(&o, found, ret, &e))
        fail_msg("%s", e.text);
}

#define LIE(name) static void name(struct log *l)

LIE(honest)
{
    (void)l;
}
LIE(honest_successor)
{
    l->base = 100;
    for (int i = 0; i < ENTRIES; i++)
        l->lines[i] = l->kept_lines[i] = l->note_lines[i] = plain_entry(l, 101 + i, i);
}
LIE(truncated)
{
    l->kept_size = ENTRIES;
    l->count = l->note_count = 6;
}
LIE(forked)
{
    l->kept_size = ENTRIES;
    l->lines[7] = l->note_lines[7] = plain_entry(l, 8, 77);
}
LIE(rewritten)
{
    l->lines[3] = l->note_lines[3] = plain_entry(l, 4, 77);
}
LIE(reordered)
{
    l->lines[3] = l->note_lines[3] = l->kept_lines[4];
    l->lines[4] = l->note_lines[4] = l->kept_lines[3];
}
LIE(edited_on_the_disk)
{
    l->lines[6] = plain_entry(l, 7, 77);
}
LIE(tail_cut_on_the_disk)
{
    l->count--;
}
LIE(an_entry_dropped_on_the_disk)
{
    for (size_t i = 2; i + 1 < l->count; i++)
        l->lines[i] = l->lines[i + 1];
    l->count--;
}
LIE(an_entry_behind_the_checkpoint)
{
    l->lines[l->count] = plain_entry(l, ENTRIES + 1, 77);
    l->count++;
}
LIE(signed_by_a_stranger)
{
    l->signs = &l->stranger;
}
LIE(kept_of_another_log)
{
    l->kept_origin = "other.example";
}
LIE(kept_by_a_stranger)
{
    l->kept_signs = &l->stranger;
}
LIE(no_witness)
{
    l->cosigned = false;
}
LIE(no_note)
{
    l->no_gap = true;
}
LIE(an_entry_not_canonical)
{
    l->lines[6] = l->note_lines[6] = arena_fmt(&l->memory, " " STR_FMT, STR_ARG(l->lines[6]));
}
LIE(an_entry_signed_by_a_stranger)
{
    l->lines[6] = l->note_lines[6] = entry(l, 7, 6, &l->stranger, "2028-01-10T00:00:00.000000Z");
}
LIE(an_entry_logged_earlier)
{
    l->lines[6] = l->note_lines[6] = entry(l, 7, 6, &l->key, "2028-01-09T00:00:00.000000Z");
}
LIE(a_statement_twice)
{
    l->lines[6] = l->note_lines[6] = plain_entry(l, 7, 1);
}
LIE(a_base_that_is_not_so)
{
    l->base = 50;
}
LIE(a_log_under_another_name)
{
    l->origin = "renamed.example";
}

static const struct {
    const char *label;
    void (*lie)(struct log *l);
    const char *code; /* NULL: sound */
} logs[] = {
    {"honest", honest, NULL},
    {"a successor's log", honest_successor, NULL},
    {"truncated", truncated, "O1-05"},
    {"forked", forked, "O1-06"},
    {"rewritten", rewritten, "O1-07"},
    {"a held entry is gone", reordered, "O1-07"},
    {"reordered", reordered, "O1-10"},
    {"edited on the disk", edited_on_the_disk, "O1-02"},
    {"tail cut on the disk", tail_cut_on_the_disk, "O1-03"},
    {"an entry dropped on the disk", an_entry_dropped_on_the_disk, "O1-10"},
    {"an entry dropped that was held", an_entry_dropped_on_the_disk, "O1-18"},
    {"an entry behind the checkpoint", an_entry_behind_the_checkpoint, "O1-04"},
    {"signed by a stranger", signed_by_a_stranger, "O1-01"},
    {"kept of another log", kept_of_another_log, "O1-08"},
    {"kept, by a stranger", kept_by_a_stranger, "O1-01"},
    {"no witness", no_witness, "O1-15"},
    {"no note", no_note, "O1-16"},
    {"an entry not canonical", an_entry_not_canonical, "O1-09"},
    {"an entry signed by a stranger", an_entry_signed_by_a_stranger, "O1-12"},
    {"an entry logged earlier", an_entry_logged_earlier, "O1-11"},
    {"a statement twice", a_statement_twice, "O1-14"},
    {"a base that is not so", a_base_that_is_not_so, "O1-10"},
    {"a log under another name", a_log_under_another_name, "O1-13"},
};

static void judge(const char *label, const char *wanted, const struct findings *found,
                  const struct ledger_totals *totals)
{
    AUTO(buf_drop) struct buf out = BUF(1 << 20);
    enum finding_code code = FINDING_CODES;
    findings_table(found, false, &out);
    if (wanted) {
        assert_true(finding_named((struct str){wanted, strlen(wanted)}, &code));
        if (!found->counts[code])
            fail_msg("%s: no %s in: %.*s", label, wanted, STR_ARG(buf_str(&out)));
        return;
    }
    if (findings_faults(found))
        fail_msg("%s: %.*s", label, STR_ARG(buf_str(&out)));
    CHECK_INT(totals->entries, ENTRIES, label);
    CHECK_INT(totals->signatures, ENTRIES, label);
    CHECK_INT(totals->cosignatures, 1, label);
}

static void a_log_is_sound_or_named_for_what_it_is(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(logs); i++) {
        AUTO(findings_drop) struct findings found = {0};
        struct log l = {.count = 0};
        struct ledger_totals totals;
        begin(&l);
        logs[i].lie(&l);
        put_log(&l);
        check_log(&l, &found, &totals);
        judge(logs[i].label, logs[i].code, &found, &totals);
        arena_drop(&l.memory);
    }
}

static void without_the_logs_key_nothing_is_checked(void **state)
{
    (void)state;
    AUTO(findings_drop) struct findings found = {0};
    struct log l = {.count = 0};
    struct ledger_totals totals;
    struct err e = {0};
    begin(&l);
    put_log(&l);
    const char *witness[] = {arena_cstr(&l.memory, key_line(&l, WITNESS, 4, &l.witness))};
    struct ledger_options o = {.dir = l.dir, .keys = {witness, 1}};
    assert_false(ledger_check(&o, &found, &totals, &e));
    o = (struct ledger_options){.dir = "/nonexistent", .keys = {witness, 1}};
    assert_false(ledger_check(&o, &found, &totals, &e));
    arena_drop(&l.memory);
}

static int tidy(void **state)
{
    static const char *const names[] = {"entries.jsonl", "checkpoint.txt", "sizes.json",
                                        "kept.txt",      "held.jsonl",     ""};
    (void)state;
    for (size_t i = 0; i < COUNT(names); i++) {
        char path[160];
        snprintf(path, sizeof path, "/tmp/verify-log-%d/%s", (int)getpid(), names[i]);
        (void)remove(path);
    }
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_log_is_sound_or_named_for_what_it_is),
        cmocka_unit_test(without_the_logs_key_nothing_is_checked),
    };
    keys_init();
    return cmocka_run_group_tests(tests, NULL, tidy);
}
