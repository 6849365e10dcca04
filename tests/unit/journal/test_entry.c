/* test_entry.c - one entry has one string of bytes, and nothing else is taken for it. */
#include "journal/entry.h"

#include "core/jcs.h"
#include "tests/check.h"

static const char good[] =
    "{\"logged\":\"2026-11-24T05:31:43.000001Z\",\"seq\":4711,\"statement\":{\"actor\":\"user-1\","
    "\"claimed\":\"2026-11-24T05:31:42.000000Z\",\"id\":\"0193591c-7b3a-7cc1-a000-0123456789ab\","
    "\"key\":\"ed25519:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\",\"kind\":\"org.registered\","
    "\"log\":\"jp.example/centre\",\"payload\":"
    "\"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\","
    "\"realm\":\"live\",\"subject\":\"org--1\",\"v\":1}}";

static struct statement example(void)
{
    struct statement s = {.actor = S("user-1"),
                          .subject = S("org--1"),
                          .claimed = 1,
                          .key = S("k"),
                          .kind_name = S("org.registered"),
                          .kind = KIND_ORG_REGISTERED,
                          .log = S("jp.example/centre"),
                          .realm = S("live")};
    s.id.bytes[6] = 0x70;
    return s;
}

static void an_entry_comes_back_from_its_bytes(void **state)
{
    (void)state;
    AUTO(arena_drop) struct arena a = ARENA(1 << 16);
    AUTO(buf_drop) struct buf out = BUF(4096);
    struct err e = {0};
    struct entry n;
    struct str text = {good, sizeof good - 1};
    assert_true(entry_parse(&a, text, &n, &e));
    CHECK_INT(n.seq, 4711, "seq");
    CHECK_INT(n.statement.kind, KIND_ORG_REGISTERED, "kind");
    assert_false(n.statement.has_basis);
    entry_write(&n, &out);
    assert_true(str_eq(buf_str(&out), text));
}

static void what_is_written_is_canonical_json(void **state)
{
    (void)state;
    AUTO(buf_drop) struct buf ours = BUF(4096);
    AUTO(buf_drop) struct buf canonical = BUF(4096);
    struct err e = {0};
    struct entry n = {.logged = -1, .seq = 1, .statement = example(), .sig = {.class = SIG_FILE}};
    n.statement.has_basis = true;
    n.statement.realm = S("exercise--0193591c-7b3a-7cc1-a000-0123456789ab");
    entry_write(&n, &ours);
    assert_true(jcs_canonicalise(buf_str(&ours), &canonical, &e));
    assert_true(str_eq(buf_str(&ours), buf_str(&canonical)));
}

static void another_spelling_of_the_same_entry_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *label, *from, *to;
    } cases[] = {
        {"a space", "{\"logged\"", "{ \"logged\""},
        {"an escape for a letter", "org.registered", "org.\\u0072egistered"},
        {"a member nobody knows", "\"v\":1}", "\"v\":1,\"w\":2}"},
        {"a member twice", "\"v\":1}", "\"v\":1,\"v\":1}"},
        {"members in another order", "\"realm\":\"live\",\"subject\":\"org--1\"",
         "\"subject\":\"org--1\",\"realm\":\"live\""},
        {"a number with a fraction", "4711", "4711.0"},
        {"a sequence number from below", "4711", "0"},
        {"a sequence number past 2^53", "4711", "9007199254740992"},
        {"a time with an offset", "43.000001Z", "43.000001+00:00"},
        {"a time with fewer digits", "43.000001Z", "43.1Z"},
        {"an id of another version", "7cc1", "4cc1"},
        {"an id in capitals", "0193591c", "0193591C"},
        {"another version of statement", "\"v\":1}", "\"v\":2}"},
        {"a digest in capitals", "e3b0c4", "E3B0C4"},
        {"a realm nobody knows", "\"live\"", "\"test\""},
        {"a name of a log with a plus", "jp.example/centre", "jp.example+centre"},
        {"an actor with a slash", "user-1", "user/1"},
        {"no subject", ",\"subject\":\"org--1\"", ""},
        {"an empty subject", "org--1", ""},
        {"a signature that is none", "\"statement\"", "\"sig\":{},\"statement\""},
        {"something behind it", "\"v\":1}}", "\"v\":1}} "},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(arena_drop) struct arena a = ARENA(1 << 16);
        AUTO(buf_drop) struct buf text = BUF(8192);
        const char *at = strstr(good, cases[i].from);
        assert_non_null(at);
        buf_bytes(&text, good, (size_t)(at - good));
        buf_put(&text, (struct str){cases[i].to, strlen(cases[i].to)});
        at += strlen(cases[i].from);
        buf_put(&text, (struct str){at, strlen(at)});
        struct entry n;
        struct err e = {0};
        CHECK_INT(entry_parse(&a, buf_str(&text), &n, &e), false, cases[i].label);
        assert_true(e.code != ERR_OK && e.text[0]);
    }
}

static void a_kind_stands_only_in_the_realms_it_may(void **state)
{
    (void)state;
    struct err e = {0};
    struct statement s = example();
    s.realm = S("exercise--0193591c-7b3a-7cc1-a000-0123456789ab");
    assert_true(statement_check(&s, &e));
    s.kind = KIND_KEY_REGISTERED;
    s.kind_name = S("key.registered");
    assert_false(statement_check(&s, &e));
    s.realm = S("live");
    assert_true(statement_check(&s, &e));
}

static void every_kind_is_found_by_its_name(void **state)
{
    (void)state;
    for (int k = KIND_UNKNOWN + 1; k < KIND_COUNT; k++)
        CHECK_INT(kind_of(kind_info((enum kind)k)->name), k, kind_info((enum kind)k)->name.ptr);
    CHECK_INT(kind_of(S("org.exploded")), KIND_UNKNOWN, "a kind nobody knows");
    CHECK_INT(kind_of(S("")), KIND_UNKNOWN, "no name");
}

static void a_signature_holds_for_its_statement_alone(void **state)
{
    (void)state;
    struct key_secret key;
    struct key_public public;
    char text[KEY_TEXT_SIZE];
    struct entry_sig sig;
    struct err e = {0};
    keys_init();
    key_generate(&key);
    public = key_public_of(&key);
    struct statement s = example();
    s.key = key_public_format(&public, text);
    statement_sign(&s, &key, SIG_FILE, &sig);
    assert_true(statement_verify(&s, &sig, &e));
    s.subject = S("org--2");
    assert_false(statement_verify(&s, &sig, &e));
    CHECK_INT(e.code, ERR_DENIED, "another statement");
}

static void a_commitment_depends_on_the_salt(void **state)
{
    (void)state;
    uint8_t a[SHA256_SIZE], b[SHA256_SIZE];
    payload_commit(S("0123456789abcdef"), S("yes"), a);
    payload_commit(S("0123456789abcdeg"), S("yes"), b);
    assert_memory_not_equal(a, b, sizeof a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_entry_comes_back_from_its_bytes),
        cmocka_unit_test(what_is_written_is_canonical_json),
        cmocka_unit_test(another_spelling_of_the_same_entry_is_refused),
        cmocka_unit_test(a_kind_stands_only_in_the_realms_it_may),
        cmocka_unit_test(every_kind_is_found_by_its_name),
        cmocka_unit_test(a_signature_holds_for_its_statement_alone),
        cmocka_unit_test(a_commitment_depends_on_the_salt),
    };
    return cmocka_run_group_tests_name("entry", tests, NULL, NULL);
}
