/* x509_name.c - a distinguished name as text, and the string types of X.520.
 *
 * The short names of attributes are those of RFC 4519 and of what EVE writes; others are dotted numbers.
 */
#include "dissect/name_private.h"
#include "dissect/x509_private.h"

#include <stdio.h>

static const struct {
    struct str oid; /* its DER value */
    const char *name;
} attributes[] = {
    {S_("\x55\x04\x06"), "C"},
    {S_("\x55\x04\x03"), "CN"},
    {S_("\x55\x04\x0a"), "O"},
    {S_("\x55\x04\x0b"), "OU"},
    {S_("\x55\x04\x07"), "L"},
    {S_("\x55\x04\x08"), "ST"},
    {S_("\x55\x04\x04"), "SN"},
    {S_("\x55\x04\x05"), "serialNumber"},
    {S_("\x55\x04\x09"), "streetAddress"},
    {S_("\x55\x04\x0c"), "title"},
    {S_("\x55\x04\x0d"), "description"},
    {S_("\x55\x04\x0f"), "businessCategory"},
    {S_("\x55\x04\x11"), "postalCode"},
    {S_("\x55\x04\x29"), "name"},
    {S_("\x55\x04\x2a"), "givenName"},
    {S_("\x55\x04\x2b"), "initials"},
    {S_("\x55\x04\x2e"), "dnQualifier"},
    {S_("\x55\x04\x61"), "organizationIdentifier"},
    {S_("\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x01"), "UID"},
    {S_("\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x19"), "DC"},
    {S_("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01"), "Email"},
    {S_("\x2b\x06\x01\x04\x01\x82\x37\x3c\x02\x01\x01"), "msJurisdictionLocality"},
    {S_("\x2b\x06\x01\x04\x01\x82\x37\x3c\x02\x01\x02"), "msJurisdictionStateOrProvince"},
    {S_("\x2b\x06\x01\x04\x01\x82\x37\x3c\x02\x01\x03"), "msJurisdictionCountry"},
};
enum { ATTRIBUTE_CN = 1, ATTRIBUTE_MAIL = 20, ATTRIBUTE_OTHER = COUNT(attributes) };

static size_t attribute_find(struct str oid)
{
    size_t i = 0;
    while (i < COUNT(attributes) && !str_eq(attributes[i].oid, oid))
        i++;
    return i;
}

/* All of it, or nothing and `cut`. Once cut, nothing more is put. */
static void text_put(struct x509_name *n, struct str s)
{
    n->cut |= s.len > (size_t)(X509_NAME_MAX - n->len);
    if (n->cut || !s.len)
        return;
    memcpy(n->text + n->len, s.ptr, s.len);
    n->len = (uint16_t)(n->len + s.len);
}

/* X.690 8.19: the first number holds two arcs. Numbers past 32 bits are written as they wrap. */
static void oid_put(struct x509_name *n, struct str oid)
{
    char number[12];
    uint32_t arc = 0;
    bool first = true;
    for (size_t i = 0; i < oid.len; i++) {
        uint8_t byte = (uint8_t)oid.ptr[i];
        arc = arc << 7 | (byte & 0x7f);
        if (byte & 0x80)
            continue;
        uint32_t root = arc < 80 ? arc / 40 : 2;
        int len = first ? snprintf(number, sizeof number, "%u", root)
                        : snprintf(number, sizeof number, ".%u", arc);
        text_put(n, (struct str){number, (size_t)len});
        if (first) {
            len = snprintf(number, sizeof number, ".%u", arc - root * 40);
            text_put(n, (struct str){number, (size_t)len});
        }
        first = false;
        arc = 0;
    }
}

static void code_put(struct x509_name *n, uint32_t code)
{
    char out[3] = {(char)code};
    size_t len = 1;
    if (code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0xd800 && code < 0xe000)) {
        out[0] = '?';
    } else if (code >= 0x800) {
        out[0] = (char)(0xe0 | code >> 12);
        out[1] = (char)(0x80 | (code >> 6 & 0x3f));
        out[2] = (char)(0x80 | (code & 0x3f));
        len = 3;
    } else if (code >= 0x80) {
        out[0] = (char)(0xc0 | code >> 6);
        out[1] = (char)(0x80 | (code & 0x3f));
        len = 2;
    }
    text_put(n, (struct str){out, len});
}

/* The length of the UTF-8 character at the start (RFC 3629 4); 0 when there is none. */
static size_t utf8_len(struct str s)
{
    const uint8_t *p = (const uint8_t *)s.ptr;
    size_t n = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
    if (n == 0 || n > s.len || p[0] > 0xf4)
        return 0;
    for (size_t i = 1; i < n; i++)
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    bool wrong = (p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] >= 0xa0) ||
                 (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] >= 0x90) ||
                 (p[0] == 0xc2 && p[1] < 0xa0);
    return wrong ? 0 : n;
}

static void value_put(struct x509_name *n, const struct der *value)
{
    struct str s = value->value;
    if (value->tag == DER_BMP_STRING) {
        for (; s.len >= 2; s = str_skip(s, 2))
            code_put(n, (uint32_t)(uint8_t)s.ptr[0] << 8 | (uint8_t)s.ptr[1]);
        return;
    }
    while (s.len) {
        size_t len = value->tag == DER_UTF8_STRING ? utf8_len(s) : (uint8_t)s.ptr[0] < 0x80;
        if (len > 1)
            text_put(n, (struct str){s.ptr, len});
        else
            code_put(n, len ? (uint8_t)s.ptr[0] : 0);
        s = str_skip(s, len ? len : 1);
    }
}

static void attribute_put(struct x509_name *n, struct str oid, const struct der *value)
{
    size_t which = attribute_find(oid);
    if (which == ATTRIBUTE_OTHER)
        oid_put(n, oid);
    else
        text_put(n, (struct str){attributes[which].name, strlen(attributes[which].name)});
    text_put(n, S("="));
    bool mail = which == ATTRIBUTE_MAIL ||
                (value->value.len && memchr(value->value.ptr, '@', value->value.len));
    if (!mail)
        value_put(n, value);
    if (which == ATTRIBUTE_CN && !mail)
        n->cn_cut = !name_write(value->value, n->cn, X509_CN_MAX, &n->cn_len);
}

bool x509_name_read(struct rd *r, struct x509_name *out)
{
    while (!r->bad && rd_left(r)) {
        struct rd set = der_open(r, DER_SET);
        bool joined = false; /* to the attribute before: one of several in a set */
        while (!set.bad && rd_left(&set)) {
            struct rd pair = der_open(&set, DER_SEQUENCE);
            struct der oid = der_next(&pair), value = der_next(&pair);
            if (pair.bad || oid.tag != DER_OID || rd_left(&pair))
                return false;
            if (out->parts)
                text_put(out, joined ? S(" + ") : S(", "));
            attribute_put(out, oid.value, &value);
            out->parts = (uint8_t)(out->parts + (out->parts < UINT8_MAX));
            joined = true;
        }
        if (set.bad)
            return false;
    }
    return !r->bad;
}
