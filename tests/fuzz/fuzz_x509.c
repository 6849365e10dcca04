/* fuzz_x509.c - any bytes as a certificate: refused, or texts that are UTF-8 within their bounds. */
#include "dissect/dissector.h"
#include "fuzz.h"

/* Printable, and no half characters. */
static void check_text(struct str s)
{
    for (size_t i = 0, more = 0; i < s.len || more; i++) {
        uint8_t c = i < s.len ? (uint8_t)s.ptr[i] : 0;
        if ((c & 0xc0) == 0x80) {
            if (!more--)
                __builtin_trap();
            continue;
        }
        if (more || c < 0x20 || c == 0x7f)
            __builtin_trap();
        more = c < 0x80 ? 0 : c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str der = {(const char *)data, size};
    struct x509_facts c;
    if (x509_read(der, &c)) {
        check_text(x509_issuer(&c));
        check_text(x509_subject(&c));
        if (memchr(c.subject, '@', c.subject_len) || memchr(c.issuer, '@', c.issuer_len))
            __builtin_trap();
    }
    if (c.n_sans > X509_SANS_MAX || c.sans_len > X509_SAN_BYTES || c.cn_len > X509_CN_MAX ||
        c.serial_len > X509_SERIAL_MAX || c.read != (c.read && c.version))
        __builtin_trap();
    size_t total = 0;
    for (size_t i = 0; i < c.n_sans; i++)
        total += x509_san(&c, i).len + 1;
    if (total != c.sans_len)
        __builtin_trap();
    (void)x509_covers(&c, S("www.example.jp"));
    return 0;
}
