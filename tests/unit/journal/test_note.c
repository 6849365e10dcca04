/* test_note.c - signed notes and checkpoints: the published ones open, and nearly right ones do
 * not. */
#include "journal/note.h"

#include "core/encode.h"
#include "core/io.h"
#include "core/json.h"
#include "core/rd.h"
#include "tests/check.h"

#include <limits.h>

#define PETER "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
#define PETER_TEXT                                                                                 \
    "If you think cryptography is the answer to your problem,\n"                                   \
    "then you don't know what your problem is.\n"
#define PETER_LINE                                                                                 \
    "\xe2\x80\x94 PeterNeumann "                                                                   \
    "x08go/ZJkuBS9UG/"                                                                             \
    "SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
#define ROOT "lqKW0iTyhcZ77pPDD4owkVfw2qNdxbh+QQt4YwoJz8c="

static struct note_key peter(void)
{
    struct note_key k;
    struct err e = {0};
    assert_true(note_key_parse(S(PETER), &k, &e));
    return k;
}

static void the_published_note_opens(void **state)
{
    (void)state;
    struct note_key k = peter();
    struct note n;
    struct err e = {0};
    uint64_t signers = 0;
    assert_true(note_open(S(PETER_TEXT "\n" PETER_LINE), &k, 1, &n, &signers, &e));
    assert_true(str_eq(n.text, S(PETER_TEXT)));
    CHECK_INT(signers, 1, "signers");
    AUTO(buf_drop) struct buf text = BUF(256);
    note_key_write(&k, &text);
    assert_true(str_eq(buf_str(&text), S(PETER)));
}

static void a_note_that_is_not_quite_one_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *label;
        struct str bytes;
        enum err_code code;
    } cases[] = {
        {"the text was changed", S_("x" PETER_TEXT "\n" PETER_LINE), ERR_DENIED},
        {"no empty line", S_(PETER_TEXT PETER_LINE), ERR_INVALID},
        {"no signature", S_(PETER_TEXT "\n"), ERR_INVALID},
        {"no text", S_("\n" PETER_LINE), ERR_INVALID},
        {"nothing", S_(""), ERR_INVALID},
        {"a line without a dash", S_(PETER_TEXT "\nPeterNeumann x08go/ZJ\n"), ERR_INVALID},
        {"a hyphen for the dash", S_(PETER_TEXT "\n- PeterNeumann x08go/ZJ\n"), ERR_INVALID},
        {"a carriage return", S_("a\r\n\n" PETER_LINE), ERR_INVALID},
        {"bytes that are not UTF-8", S_("a\xff\n\n" PETER_LINE), ERR_INVALID},
        {"a signature without its newline", S_("a\n\n\xe2\x80\x94 x AAAAAAA="), ERR_INVALID},
        {"a signature shorter than its key id", S_("a\n\n\xe2\x80\x94 x AAAAAA==\n"), ERR_INVALID},
        {"a key nobody here knows", S_("a\n\n\xe2\x80\x94 x AAAAAAA=\n"), ERR_DENIED},
        {"a known name with another id is another key",
         S_(PETER_TEXT "\n\xe2\x80\x94 PeterNeumann AAAAAAA=\n"), ERR_DENIED},
        {"a known key that fails spoils the note",
         S_(PETER_TEXT "\n\xe2\x80\x94 PeterNeumann x08go/AA\n"), ERR_DENIED},
        {"even beside a good signature of it that comes later",
         S_(PETER_TEXT "\n\xe2\x80\x94 PeterNeumann x08go/AA\n" PETER_LINE), ERR_DENIED},
    };
    struct note_key k = peter();
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct note n;
        struct err e = {0};
        CHECK_INT(note_open(cases[i].bytes, &k, 1, &n, NULL, &e), false, cases[i].label);
        CHECK_INT(e.code, cases[i].code, cases[i].label);
    }
}

static void strangers_beside_a_known_signer_are_passed_over(void **state)
{
    (void)state;
    struct note_key k = peter();
    struct note n;
    struct err e = {0};
    assert_true(
        note_open(S(PETER_TEXT "\n\xe2\x80\x94 other AAAAAAAA\n" PETER_LINE), &k, 1, &n, NULL, &e));
}

static void names_and_keys_keep_their_form(void **state)
{
    (void)state;
    static const struct {
        const char *label;
        struct str name;
        bool ok;
    } names[] = {
        {"a log's name", S_("jp.example/centre"), true},
        {"any script", S_("火の見"), true},
        {"nothing", S_(""), false},
        {"a space", S_("a b"), false},
        {"a plus", S_("a+b"), false},
        {"a newline", S_("a\nb"), false},
        {"a wide space", S_("a\xe3\x80\x80z"), false},
    };
    for (size_t i = 0; i < COUNT(names); i++)
        CHECK_INT(note_name_ok(names[i].name), names[i].ok, names[i].label);
    static const struct str keys[] = {
        S_("PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"), /* another id */
        S_("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T"),
        S_("PeterNeumann+c74f20a3"),
        S_("+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"),
        S_(""),
    };
    for (size_t i = 0; i < COUNT(keys); i++) {
        struct note_key k;
        struct err e = {0};
        CHECK_INT(note_key_parse(keys[i], &k, &e), false, "key");
    }
}

static void a_checkpoint_is_origin_size_and_root(void **state)
{
    (void)state;
    static const struct {
        const char *label;
        struct str text;
        bool ok;
    } cases[] = {
        {"plain", S_("a.example/log\n1\n" ROOT "\n"), true},
        {"with extensions", S_("a.example/log\n1\n" ROOT "\nx\ny\n"), true},
        {"a leading zero", S_("a.example/log\n01\n" ROOT "\n"), false},
        {"a sign", S_("a.example/log\n+1\n" ROOT "\n"), false},
        {"a size past 63 bits", S_("a.example/log\n9223372036854775808\n" ROOT "\n"), false},
        {"a size past 64 bits", S_("a.example/log\n18446744073709551617\n" ROOT "\n"), false},
        {"no size", S_("a.example/log\n\n" ROOT "\n"), false},
        {"no origin", S_("\n1\n" ROOT "\n"), false},
        {"a short root", S_("a.example/log\n1\nAAAA\n"), false},
        {"no root", S_("a.example/log\n1\n"), false},
        {"an empty extension line", S_("a.example/log\n1\n" ROOT "\n\n"), false},
        {"no last newline", S_("a.example/log\n1\n" ROOT), false},
        {"an empty tree with the root of another", S_("a.example/log\n0\n" ROOT "\n"), false},
        {"an empty tree", S_("a.example/log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"),
         true},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct checkpoint c;
        struct err e = {0};
        AUTO(buf_drop) struct buf again = BUF(1024);
        CHECK_INT(checkpoint_parse(cases[i].text, &c, &e), cases[i].ok, cases[i].label);
        if (!cases[i].ok)
            continue;
        checkpoint_write(&c, &again);
        assert_true(str_eq(buf_str(&again), cases[i].text));
    }
}

static void a_cosignature_says_when_and_holds_for_that_time_alone(void **state)
{
    (void)state;
    struct key_secret secret;
    keys_init();
    key_generate(&secret);
    struct key_public public = key_public_of(&secret);
    struct note_key k = note_key(S("w.example"), NOTE_COSIGNATURE, &public);
    AUTO(buf_drop) struct buf out = BUF(4096);
    struct note n;
    struct err e = {0};
    uint64_t at = 0;
    struct str text = S("a.example/log\n1\n" ROOT "\n");
    buf_put(&out, text);
    buf_byte(&out, '\n');
    note_sign(text, &k, &secret, 1790000000, &out);
    assert_true(note_open(buf_str(&out), &k, 1, &n, NULL, &e));
    assert_true(note_cosigned_at(&n, &k, &at, &e));
    CHECK_INT(at, 1790000000, "time");
    struct note_key plain = note_key(S("w.example"), NOTE_ED25519, &public);
    assert_memory_not_equal(plain.id, k.id, sizeof k.id);

    AUTO(buf_drop) struct buf bytes = BUF(256);
    struct str line = str_skip(n.signatures, 3 + 1 + 10), rest;
    assert_true(base64_read(str_cut(line, '\n', &rest), &bytes));
    bytes.ptr[11] ^= 1; /* the time, one second later */
    AUTO(buf_drop) struct buf forged = BUF(4096);
    buf_put(&forged, text);
    buf_put(&forged, S("\n\xe2\x80\x94 w.example "));
    base64_put(&forged, bytes.ptr, bytes.len);
    buf_byte(&forged, '\n');
    assert_false(note_open(buf_str(&forged), &k, 1, &n, NULL, &e));
    CHECK_INT(e.code, ERR_DENIED, "forged time");
}

static bool read_shared(struct arena *a, const char *name, struct str *ret)
{
    char path[PATH_MAX];
    struct err e = {0};
    const char *data = getenv("HINOMI_SHARED_DATA");
    snprintf(path, sizeof path, "%s/tlog/%s", data ? data : "", name);
    return file_read(a, path, 1 << 20, ret, &e);
}

struct nodes {
    struct merkle_hash all[64];
    size_t count;
};

static bool keep_node(void *ctx, uint64_t position, const struct merkle_hash *hash, struct err *e)
{
    (void)position;
    (void)e;
    struct nodes *n = ctx;
    n->all[n->count++] = *hash;
    return true;
}

/* tlog-tiles entry bundle: each entry led by its length in two bytes. */
static size_t read_bundle(struct str bundle, struct str ret_entries[16])
{
    struct rd r = rd_of(bundle.ptr, bundle.len);
    size_t count = 0;
    while (rd_left(&r) && !r.bad && count < 16) {
        uint16_t len = rd_be16(&r);
        ret_entries[count++] = rd_str(&r, len);
    }
    assert_false(r.bad);
    return count;
}

/* The checkpoint of `size`, where the published log has one. */
static void check_size(struct arena *a, const struct merkle_tree *tree, uint64_t size)
{
    struct merkle_hash root;
    struct checkpoint c = {0};
    struct note n = {0};
    struct str text = STR_NONE;
    struct err e = {0};
    char name[64];
    snprintf(name, sizeof name, "tessera_testlog/log/checkpoint.%llu", (unsigned long long)size);
    if (!read_shared(a, name, &text))
        return;
    assert_true(note_parse(text, &n, &e) && checkpoint_parse(n.text, &c, &e));
    merkle_root(tree, &root);
    CHECK_INT(c.size, size, name);
    assert_true(merkle_eq(&root, &c.root));
}

static void the_published_log_has_the_roots_its_checkpoints_say(void **state)
{
    (void)state;
    AUTO(arena_drop) struct arena a = ARENA(1 << 22);
    struct str bundle = STR_NONE, tile = STR_NONE, entries[16] = {STR_NONE};
    if (!read_shared(&a, "tessera_testlog/log/tile/entries/000.p/15", &bundle) ||
        !read_shared(&a, "tessera_testlog/log/tile/0/000.p/15", &tile)) {
        skip_saying("no shared data: the published log is not checked");
    }
    CHECK_INT(read_bundle(bundle, entries), 15, "entries");
    struct merkle_tree tree = {0};
    struct nodes nodes = {.count = 0};
    struct err e = {0};
    check_size(&a, &tree, 0);
    for (uint64_t size = 1; size <= 15; size++) {
        struct merkle_hash leaf = merkle_leaf(entries[size - 1]);
        assert_memory_equal(leaf.bytes, tile.ptr + 32 * (size - 1), 32);
        assert_true(merkle_append(&tree, &leaf, keep_node, &nodes, &e));
        check_size(&a, &tree, size);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_published_note_opens),
        cmocka_unit_test(a_note_that_is_not_quite_one_is_refused),
        cmocka_unit_test(strangers_beside_a_known_signer_are_passed_over),
        cmocka_unit_test(names_and_keys_keep_their_form),
        cmocka_unit_test(a_checkpoint_is_origin_size_and_root),
        cmocka_unit_test(a_cosignature_says_when_and_holds_for_that_time_alone),
        cmocka_unit_test(the_published_log_has_the_roots_its_checkpoints_say),
    };
    return cmocka_run_group_tests_name("note", tests, NULL, NULL);
}
