/* test_wycheproof.c - Wycheproof's Ed25519 cases: signatures that only a careless verifier takes. */
#include "core/encode.h"
#include "core/json.h"
#include "core/keys.h"
#include "tests/unit/core/text.h"

static struct str bytes_of(struct arena *a, struct str hex)
{
    char *bytes = arena_alloc(a, hex.len / 2 + 1, 1);
    assert_non_null(bytes);
    assert_true(hex_read(hex, bytes, hex.len / 2));
    return (struct str){bytes, hex.len / 2};
}

/* A signature of another length is refused by every caller before it gets here: see keys.h. */
static bool verifies(struct arena *a, const struct key_public *key, const struct json *test)
{
    struct str message = bytes_of(a, json_text(test, S("msg")));
    struct str signature = bytes_of(a, json_text(test, S("sig")));
    return signature.len == KEY_SIGNATURE_SIZE &&
           key_verify_raw(key, message, (const uint8_t *)signature.ptr);
}

static void every_signature_is_judged_as_published(void **state)
{
    (void)state;
    AUTO(arena_drop) struct arena memory = ARENA(16 << 20);
    struct err e = {};
    struct str text;
    assert_true(
        file_read(&memory, shared_data("crypto/wycheproof/ed25519_test.json"), 4 << 20, &text, &e));
    const struct json *suite = json_parse(&memory, text, &e);
    assert_non_null(suite);
    int64_t count, run = 0;
    assert_true(json_int(suite, S("numberOfTests"), &count));
    for (json_each(group, json_get(suite, S("testGroups")))) {
        struct key_public key;
        struct str public = json_text(json_get(group, S("publicKey")), S("pk"));
        assert_true(hex_read(public, key.bytes, sizeof key.bytes));
        for (json_each(test, json_get(group, S("tests")))) {
            bool valid = str_eq(json_text(test, S("result")), S("valid"));
            int64_t id = 0;
            (void)json_int(test, S("tcId"), &id);
            if (verifies(&memory, &key, test) != valid)
                fail_msg("case %lld: want %s", (long long)id, valid ? "valid" : "invalid");
            run++;
        }
    }
    CHECK_INT(run, count, "cases run");
}

int main(void)
{
    shared_data("crypto/wycheproof/ed25519_test.json");
    keys_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_signature_is_judged_as_published),
    };
    return cmocka_run_group_tests_name("wycheproof", tests, NULL, NULL);
}
