/* test_keys.c - keys as text and files, and that a signature counts for one purpose only. */
#include "core/encode.h"
#include "core/keys.h"
#include "tests/unit/core/text.h"

#include <unistd.h>

/* RFC 8032 section 7.1, test 2. */
static const char seed_hex[] = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";
static const char public_hex[] = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
static const char signature_hex[] =
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";

static struct key_secret known_key(void)
{
    uint8_t seed[KEY_SEED_SIZE];
    struct key_secret key;
    assert_true(hex_read(cstr(seed_hex), seed, sizeof seed));
    key_from_seed(seed, &key);
    return key;
}

static void a_seed_gives_the_published_key_and_signature(void **state)
{
    (void)state;
    AUTO(key_wipe) struct key_secret key = known_key();
    struct key_public public = key_public_of(&key);
    uint8_t signature[KEY_SIGNATURE_SIZE];
    key_sign_raw(&key, S("\x72"), signature);
    char text[2 * KEY_SIGNATURE_SIZE];
    hex_write(text, public.bytes, sizeof public.bytes);
    CHECK_STR(((struct str){text, 64}), cstr(public_hex), "public key");
    hex_write(text, signature, sizeof signature);
    CHECK_STR(((struct str){text, 128}), cstr(signature_hex), "signature");
    assert_true(key_verify_raw(&public, S("\x72"), signature));
}

static void a_signature_holds_for_its_context_message_and_key(void **state)
{
    (void)state;
    AUTO(key_wipe) struct key_secret key = known_key();
    struct key_secret other;
    key_generate(&other);
    struct key_public public = key_public_of(&key), stranger = key_public_of(&other);
    uint8_t signature[KEY_SIGNATURE_SIZE];
    key_sign(&key, S("hinomi/entry"), S("message"), signature);
    assert_true(key_verify(&public, S("hinomi/entry"), S("message"), signature));
    assert_false(key_verify(&public, S("hinomi/other"), S("message"), signature));
    assert_false(key_verify(&public, S("hinomi/entry"), S("messagE"), signature));
    assert_false(key_verify(&stranger, S("hinomi/entry"), S("message"), signature));
    assert_false(key_verify_raw(&public, S("message"), signature));
    assert_true(key_verify_raw(&public, S("hinomi/entry\0message"), signature));
    signature[0] ^= 1;
    assert_false(key_verify(&public, S("hinomi/entry"), S("message"), signature));
    assert_false(key_public_eq(&public, &stranger));
}

static void a_public_key_goes_through_text(void **state)
{
    (void)state;
    AUTO(key_wipe) struct key_secret key = known_key();
    struct key_public public = key_public_of(&key), again;
    char text[KEY_TEXT_SIZE];
    struct str written = key_public_format(&public, text);
    struct err e = {};
    assert_true(key_public_parse(written, &again, &e));
    assert_true(key_public_eq(&public, &again));
    static const struct {
        const char *label, *text;
    } bad[] = {
        {"empty", ""},
        {"no prefix", "PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw="},
        {"short", "ed25519:PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zg=="},
        {"not base64", "ed25519:PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Z!w="},
        {"more after it", "ed25519:PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw= "},
    };
    for (size_t i = 0; i < COUNT(bad); i++)
        CHECK_INT(key_public_parse(cstr(bad[i].text), &again, &e), false, bad[i].label);
}

static void a_key_file_is_private_and_never_overwritten(void **state)
{
    (void)state;
    char folder[] = "/tmp/hinomi-keys-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/key", folder);
    AUTO(key_wipe) struct key_secret key = known_key();
    struct key_secret loaded;
    struct stat st;
    struct err e = {};
    assert_true(key_save(path, &key, &e));
    assert_int_equal(stat(path, &st), 0);
    CHECK_INT(st.st_mode & 0777, 0600, "mode");
    assert_true(key_load(path, &loaded, &e));
    assert_memory_equal(&loaded, &key, sizeof key);
    assert_false(key_save(path, &key, &e));
    CHECK_INT(e.code, ERR_CONFLICT, "again");
    assert_int_equal(chmod(path, 0640), 0);
    assert_false(key_load(path, &loaded, &e));
    CHECK_INT(e.code, ERR_DENIED, "open to the group");
    assert_int_equal(chmod(path, 0600), 0);
    assert_true(file_swap(path, S("hinomi-secret-ed25519:AAAA\n"), 0600, &e));
    assert_false(key_load(path, &loaded, &e));
    CHECK_INT(e.code, ERR_INVALID, "not a key");
    unlink(path);
    assert_false(key_load(path, &loaded, &e));
    CHECK_INT(e.code, ERR_NOT_FOUND, "gone");
    rmdir(folder);
}

int main(void)
{
    keys_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_seed_gives_the_published_key_and_signature),
        cmocka_unit_test(a_signature_holds_for_its_context_message_and_key),
        cmocka_unit_test(a_public_key_goes_through_text),
        cmocka_unit_test(a_key_file_is_private_and_never_overwritten),
    };
    return cmocka_run_group_tests_name("keys", tests, NULL, NULL);
}
