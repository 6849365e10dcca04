/* test_encode.c - hex, base64 and digests against what the standards print. */
#include "core/digest.h"
#include "core/encode.h"
#include "tests/unit/core/text.h"

static void base64_goes_there_and_back(void **state)
{
    (void)state;
    static const struct {
        struct str bytes;
        const char *standard, *url;
    } cases[] = {
        /* RFC 4648 section 10 */
        {S_(""), "", ""},
        {S_("f"), "Zg==", "Zg"},
        {S_("fo"), "Zm8=", "Zm8"},
        {S_("foo"), "Zm9v", "Zm9v"},
        {S_("foob"), "Zm9vYg==", "Zm9vYg"},
        {S_("fooba"), "Zm9vYmE=", "Zm9vYmE"},
        {S_("foobar"), "Zm9vYmFy", "Zm9vYmFy"},
        {S_("\xfb\xff\xfe"), "+//+", "-__-"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(buf_drop) struct buf a = BUF(64), b = BUF(64), back = BUF(64), back_url = BUF(64);
        base64_put(&a, cases[i].bytes.ptr, cases[i].bytes.len);
        base64url_put(&b, cases[i].bytes.ptr, cases[i].bytes.len);
        CHECK_STR(buf_str(&a), cstr(cases[i].standard), cases[i].standard);
        CHECK_STR(buf_str(&b), cstr(cases[i].url), cases[i].url);
        CHECK_INT(base64_read(buf_str(&a), &back), true, cases[i].standard);
        CHECK_INT(base64url_read(buf_str(&b), &back_url), true, cases[i].url);
        CHECK_STR(buf_str(&back), cases[i].bytes, cases[i].standard);
        CHECK_STR(buf_str(&back_url), cases[i].bytes, cases[i].url);
    }
}

static void base64_that_is_not_whole_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *label, *text;
        bool url;
    } cases[] = {
        {"no padding", "Zg", false},
        {"half the padding", "Zg=", false},
        {"padding alone", "====", false},
        {"padding inside", "Zg==Zg==", false},
        {"too much padding", "Zm9v====", false},
        {"spare bits", "Zh==", false},
        {"spare bits", "Zm9=", false},
        {"white space", "Zm9v\n", false},
        {"the other alphabet", "-__-", false},
        {"one character", "Z", true},
        {"padding in url", "Zg==", true},
        {"spare bits in url", "Zh", true},
        {"the other alphabet in url", "+//+", true},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(buf_drop) struct buf out = BUF(64);
        struct str text = cstr(cases[i].text);
        bool read = cases[i].url ? base64url_read(text, &out) : base64_read(text, &out);
        CHECK_INT(read, false, cases[i].label);
        CHECK_INT(out.len, 0, cases[i].label);
    }
}

static void decoding_stops_at_the_ceiling(void **state)
{
    (void)state;
    AUTO(buf_drop) struct buf out = BUF(2);
    assert_false(base64_read(S("Zm9v"), &out));
    assert_true(out.over);
}

static void hex_goes_there_and_back(void **state)
{
    (void)state;
    AUTO(buf_drop) struct buf out = BUF(64);
    hex_put(&out, "\x00\x7f\xff", 3);
    CHECK_STR(buf_str(&out), S("007fff"), "written");
    uint8_t bytes[3];
    assert_true(hex_read(S("007FfF"), bytes, 3));
    assert_memory_equal(bytes, "\x00\x7f\xff", 3);
    static const char *const bad[] = {"007ff", "007fff00", "", "007ffg", " 07fff", "0x7fff"};
    for (size_t i = 0; i < COUNT(bad); i++)
        CHECK_INT(hex_read(cstr(bad[i]), bytes, 3), false, bad[i]);
}

static void digests_are_as_published(void **state)
{
    (void)state;
    uint8_t digest[SHA256_SIZE];
    char text[2 * SHA256_SIZE];
    sha256_of(S("abc"), digest);
    hex_write(text, digest, SHA256_SIZE);
    CHECK_STR(((struct str){text, 64}),
              S("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"), "SHA-256");
    struct sha256 h;
    uint8_t again[SHA256_SIZE];
    sha256_start(&h);
    sha256_add(&h, S("a"));
    sha256_add(&h, STR_NONE);
    sha256_add(&h, S("bc"));
    sha256_end(&h, again);
    assert_memory_equal(again, digest, SHA256_SIZE);
    sha256_of(STR_NONE, digest);
    hex_write(text, digest, SHA256_SIZE);
    CHECK_STR(((struct str){text, 64}),
              S("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"), "of nothing");
    sha1_of(S("abc"), digest);
    hex_write(text, digest, SHA1_SIZE);
    CHECK_STR(((struct str){text, 40}), S("a9993e364706816aba3e25717850c26c9cd0d89d"), "SHA-1");
    md5_of(S("abc"), digest);
    hex_write(text, digest, MD5_SIZE);
    CHECK_STR(((struct str){text, 32}), S("900150983cd24fb0d6963f7d28e17f72"), "MD5");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(base64_goes_there_and_back),
        cmocka_unit_test(base64_that_is_not_whole_is_refused),
        cmocka_unit_test(decoding_stops_at_the_ceiling),
        cmocka_unit_test(hex_goes_there_and_back),
        cmocka_unit_test(digests_are_as_published),
    };
    return cmocka_run_group_tests_name("encode", tests, NULL, NULL);
}
