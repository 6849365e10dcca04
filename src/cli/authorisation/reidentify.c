/* reidentify.c - hinomi authorisation reidentify: which of these values has that pseudonym?
 *
 * Needs both halves of the epoch's key, a purpose that the law tables know, a case, and a signature. The act
 * is written to the record file, and is on the disk, before any answer is printed; a record names the
 * pseudonym and whether it was confirmed, never the value. Records are chained: each holds the SHA-256 of
 * the line before it. */
#include "authorisation_private.h"
#include "core/encode.h"
#include "core/io.h"
#include "core/jcs.h"
#include "core/jsonw.h"
#include "core/time.h"
#include "law/pseudonym.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

enum { MEMORY_MAX = 512 << 20, CANDIDATES_MAX = 256 << 20, LINE_MAX_BYTES = 1 << 16 };
enum { HASH_LEN = 2 * SHA256_SIZE, SIGNATURE_TEXT_MAX = 2 * KEY_SIGNATURE_SIZE };
#define RECORD_CONTEXT "hinomi reidentification v1\n"

struct reid_args {
    struct opt_list halves, keys;
    const char *candidates, *pseudonym, *kind, *purpose, *case_id, *record, *law;
};

#define AT(member) offsetof(struct reid_args, member)
static const struct opt options[] = {
    {"half", 0, OPT_LIST, AT(halves), "FILE", "the two halves, one of each custodian",
     "両保管者の片割れ（2 ファイル）", .required = true},
    {"pseudonym", 'p', OPT_TEXT, AT(pseudonym), "P", "the pseudonym, as records hold it",
     "記録にある仮名", .required = true},
    {"kind", 0, OPT_TEXT, AT(kind), "FIELD",
     "mail_addr, phone_no, account_id or device_subscriber_id",
     "mail_addr・phone_no・account_id・device_subscriber_id のいずれか", .required = true},
    {"candidates", 'c', OPT_TEXT, AT(candidates), "FILE", "values to try, one a line",
     "候補の値（1 行に 1 件）", .required = true},
    {"purpose", 0, OPT_TEXT, AT(purpose), "CODE", "what for, as the law tables name it",
     "目的（法令表の語）", .required = true},
    {"case", 0, OPT_TEXT, AT(case_id), "ID", "of which case or measure", "事案または措置の ID",
     .required = true},
    {"key", 'k', OPT_LIST, AT(keys), "FILE", "who signs the record of it; both custodians may",
     "記録に署名する鍵。両保管者の鍵も可", .required = true},
    {"record", 'r', OPT_TEXT, AT(record), "FILE", "where the act is recorded (appended)",
     "行為の記録先（追記）", .required = true},
    {"law", 0, OPT_TEXT, AT(law), "DIR", "law tables (default: built in)",
     "法令表（既定: 組込み）"},
    {0}};

static const struct opt_command command = {
    .name = "authorisation reidentify",
    .usage =
        "--half A B --pseudonym P --kind FIELD --candidates FILE --purpose CODE --case ID --key "
        "FILE --record FILE",
    .en = "confirm which value a pseudonym stands for",
    .ja = "仮名がどの値を指すかを確認",
    .more_en =
        "One half alone cannot. The act is recorded and signed before the answer is printed, "
        "whatever the answer is.\n"
        "Exit code: 0 confirmed, the value is printed; 1 none of the candidates; 2 not done.\n"
        "Example: hinomi authorisation reidentify --half nco.half commission.half --pseudonym "
        "p1:2027-4:… --kind mail_addr --candidates list.txt --purpose DAMAGE_PREVENTION --case "
        "C-17 --key officer.key --record reid.jsonl",
    .more_ja =
        "片割れ一つでは確認できません。答えにかかわらず、表示の前に行為を署名付きで記録します。\n"
        "終了コード: 0 確認（値を表示）。1 候補に該当なし。2 実行できない。\n"
        "例: hinomi authorisation reidentify --half nco.half commission.half --pseudonym "
        "p1:2027-4:… --kind mail_addr --candidates list.txt --purpose DAMAGE_PREVENTION --case "
        "C-17 --key officer.key --record reid.jsonl",
    .options = options,
};

struct reid {
    const struct reid_args *args;
    const struct law *law;
    struct pseudonym_key *key;
    struct str found; /* STR_NONE: no candidate has it */
    size_t tried;
};

static bool sound(struct reid *r, struct err *e)
{
    const struct reid_args *args = r->args;
    const struct law_purpose *p = law_purpose(r->law, auth_str(args->purpose));
    struct str epoch, text = auth_str(args->case_id);
    if (args->halves.count != 2)
        return err_set(e, ERR_DENIED, "both halves are needed, one of each custodian");
    if (!p || p->needs_consent)
        return err_set(e, ERR_DENIED, "no purpose \"%.40s\" for this", args->purpose);
    if (!text.len)
        return err_set(e, ERR_INVALID, "--case is empty");
    bool known = false;
    for (size_t i = 0; i < r->law->fields.nonid.count; i++)
        known |= str_eq(r->law->fields.nonid.ptr[i], auth_str(args->kind));
    if (!known)
        return err_set(e, ERR_INVALID, "--kind: no field \"%.40s\" becomes a pseudonym",
                       args->kind);
    if (!pseudonym_is(auth_str(args->pseudonym), &epoch))
        return err_set(e, ERR_INVALID, "--pseudonym: not the form of one");
    if (!pseudonym_join(r->law, (const char *const[]){args->halves.items[0], args->halves.items[1]},
                        NULL, &r->key, e))
        return err_wrap(e, "--half");
    return str_eq(epoch, pseudonym_epoch(r->key)) ||
           err_set(e, ERR_INVALID, "the pseudonym is of another epoch than the halves");
}

static bool look(struct reid *r, struct arena *a, struct err *e)
{
    struct str text, line, wanted = auth_str(r->args->pseudonym);
    char made[PSEUDONYM_SIZE];
    if (!file_read(a, r->args->candidates, CANDIDATES_MAX, &text, e))
        return err_wrap(e, "--candidates");
    while (text.len) {
        line = str_cut(text, '\n', &text);
        size_t len = pseudonym_make(r->key, r->args->kind, line, made);
        r->tried += len != 0;
        if (len && str_eq((struct str){made, len}, wanted))
            r->found = line;
    }
    return true;
}

/* --- the record of it --- */

static void put_record(struct jsonw *w, const struct reid *r, const char *prev, int64_t now)
{
    jw_object(w);
    jw_member_cstr(w, "schema", "hinomi-reidentification-1");
    jw_member_time(w, "time", now);
    jw_member_cstr(w, "pseudonym", r->args->pseudonym);
    jw_member_cstr(w, "kind", r->args->kind);
    jw_member_cstr(w, "purpose", r->args->purpose);
    jw_member_cstr(w, "case", r->args->case_id);
    jw_member_int(w, "candidates", (int64_t)r->tried);
    jw_member_bool(w, "confirmed", r->found.len != 0);
    jw_member_cstr(w, "prev", prev);
}

static void put_signature(struct jsonw *w, const struct key_secret *key, struct str text)
{
    AUTO(buf_drop) struct buf signed_text = BUF(LINE_MAX_BYTES);
    AUTO(buf_drop) struct buf coded = BUF(SIGNATURE_TEXT_MAX);
    uint8_t sig[KEY_SIGNATURE_SIZE];
    char name[KEY_TEXT_SIZE];
    struct key_public public = key_public_of(key);
    buf_put(&signed_text, S(RECORD_CONTEXT));
    buf_put(&signed_text, text);
    key_sign_raw(key, buf_str(&signed_text), sig);
    base64_put(&coded, sig, sizeof sig);
    jw_object(w);
    jw_member_str(w, "key", key_public_format(&public, name));
    jw_member_str(w, "sig", buf_str(&coded));
    jw_end(w);
}

static bool write_line(const struct reid *r, const char *prev, struct buf *line, struct err *e)
{
    AUTO(buf_drop) struct buf plain = BUF(LINE_MAX_BYTES);
    AUTO(buf_drop) struct buf bare = BUF(LINE_MAX_BYTES);
    struct clock *clock = clock_real();
    int64_t now = clock->now(clock);
    struct jsonw w = JSONW(&plain);
    put_record(&w, r, prev, now);
    jw_end(&w);
    if (!jcs_canonicalise(buf_str(&plain), &bare, e))
        return false;
    buf_clear(&plain);
    w = JSONW(&plain);
    put_record(&w, r, prev, now);
    jw_key(&w, "signatures"), jw_array(&w);
    for (size_t i = 0; i < r->args->keys.count; i++) {
        AUTO(key_wipe) struct key_secret key = {0};
        if (!key_load(r->args->keys.items[i], &key, e))
            return err_wrap(e, "--key");
        put_signature(&w, &key, buf_str(&bare));
    }
    jw_end(&w), jw_end(&w);
    return jcs_canonicalise(buf_str(&plain), line, e) &&
           (buf_byte(line, '\n') || err_set(e, ERR_LIMIT, "too long a record"));
}

/* SHA-256 of the last line, without its newline; 64 zeros of an empty file. */
static bool last_hash(const char *path, struct arena *a, char out[HASH_LEN + 1], struct err *e)
{
    struct str text;
    uint8_t digest[SHA256_SIZE] = {0};
    if (!file_read(a, path, CANDIDATES_MAX, &text, e))
        return false;
    if (text.len && text.ptr[text.len - 1] != '\n')
        return err_set(e, ERR_CONFLICT, "its last line is not whole");
    if (text.len) {
        text.len--;
        const char *at = memrchr(text.ptr, '\n', text.len);
        sha256_of(at ? str_skip(text, (size_t)(at - text.ptr) + 1) : text, digest);
    }
    hex_write(out, digest, sizeof digest);
    out[HASH_LEN] = '\0';
    return true;
}

static bool record(const struct reid *r, struct arena *a, struct err *e)
{
    AUTO(buf_drop) struct buf line = BUF(LINE_MAX_BYTES);
    const char *path = r->args->record;
    char prev[HASH_LEN + 1];
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0 || flock(fd, LOCK_EX) != 0) {
        (void)err_set(e, ERR_IO, "--record %s: %s", path, strerror(errno));
        if (fd >= 0)
            close(fd);
        return false;
    }
    bool kept = last_hash(path, a, prev, e) && write_line(r, prev, &line, e) &&
                fd_write_all(fd, buf_str(&line), e);
    if (kept && fsync(fd) != 0)
        kept = err_set(e, ERR_IO, "fsync: %s", strerror(errno));
    close(fd);
    return kept || err_wrap(e, "--record %s", path);
}

int authorisation_reidentify(int argc, char **argv)
{
    AUTO(arena_drop) struct arena a = ARENA(MEMORY_MAX);
    struct reid_args args = {0};
    struct reid r = {.args = &args};
    struct err e = {0};
    int code;
    if (!auth_parse(&command, argc, argv, &args, &a, &code))
        return code;
    bool done = law_open(&a, args.law, &r.law, &e) && sound(&r, &e) && look(&r, &a, &e) &&
                record(&r, &a, &e);
    pseudonym_key_drop(&r.key);
    if (!done)
        return auth_fail("reidentify", &e);
    if (!r.found.len) {
        fputs(opt_japanese() ? "候補に該当なし。\n" : "None of the candidates.\n", stderr);
        return AUTH_REFUSED;
    }
    printf(STR_FMT "\n", STR_ARG(r.found));
    return AUTH_GOOD;
}
