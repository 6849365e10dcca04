/* test_addr.c - addresses as text (RFC 5952), against libc's own writer and reader. */
#include "core/addr.h"
#include "core/keys.h"
#include "tests/check.h"

#include <arpa/inet.h>

static void text_is_what_libc_writes(void **state)
{
    (void)state;
    for (int i = 0; i < 200000; i++) {
        uint8_t bytes[16], holes = 0;
        char want[INET6_ADDRSTRLEN], got[ADDR_TEXT_SIZE];
        random_bytes(bytes, sizeof bytes);
        random_bytes(&holes, 1);
        for (size_t group = 1; group < 8; group++) /* zeros in all places but the first */
            if (holes >> group & 1)
                bytes[2 * group] = bytes[2 * group + 1] = 0;
        bytes[0] |= 0x20; /* not one that libc writes with an IPv4 tail */
        struct addr v6 = addr_of_v6(bytes), v4 = addr_of_v4(bytes);
        inet_ntop(AF_INET6, bytes, want, sizeof want);
        assert_string_equal(addr_format(&v6, got).ptr, want);
        inet_ntop(AF_INET, bytes, want, sizeof want);
        assert_string_equal(addr_format(&v4, got).ptr, want);
    }
}

static void what_is_written_is_read_again(void **state)
{
    (void)state;
    static const char *const texts[] = {"::",      "::1",         "1::",         "fe80::1:0:0:1",
                                        "0.0.0.0", "255.0.10.99", "2001:db8::1", "::2:0:0:3"};
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct addr a;
        struct err e = {0};
        char got[ADDR_TEXT_SIZE];
        assert_true(addr_parse((struct str){texts[i], strlen(texts[i])}, &a, &e));
        struct str text = addr_format(&a, got);
        struct addr again;
        assert_true(addr_parse(text, &again, &e));
        assert_true(addr_eq(&a, &again));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_what_libc_writes),
        cmocka_unit_test(what_is_written_is_read_again),
    };
    keys_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
