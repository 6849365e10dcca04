/* x509_private.h - strict DER (X.690 8, 10), one element at a time, and the names in a certificate. */
#pragma once

#include "core/rd.h"
#include "dissect/x509.h"

enum der_tag {
    DER_BOOLEAN = 0x01,
    DER_INTEGER = 0x02,
    DER_BIT_STRING = 0x03,
    DER_OCTET_STRING = 0x04,
    DER_OID = 0x06,
    DER_BMP_STRING = 0x1e,
    DER_UTF8_STRING = 0x0c,
    DER_UTC_TIME = 0x17,
    DER_GENERAL_TIME = 0x18,
    DER_SEQUENCE = 0x30,
    DER_SET = 0x31,
    DER_CONTEXT = 0x80, /* | number; 0x20 more where constructed */
    DER_CONSTRUCTED = 0x20,
};

struct der {
    uint8_t tag;
    struct str value, whole; /* whole: with tag and length */
};

/* The next element; spoils the reader when it is none. */
static inline struct der der_next(struct rd *r)
{
    struct der d = {0};
    const uint8_t *start = r->at;
    d.tag = rd_u8(r);
    size_t len = rd_u8(r);
    if (len >= 0x80) {
        size_t bytes = len & 0x7f;
        r->bad |= bytes == 0 || bytes > 3;
        for (len = 0; bytes && !r->bad; bytes--) {
            len = len << 8 | rd_u8(r);
            r->bad |= len == 0;
        }
        r->bad |= len < 0x80;
    }
    r->bad |= (d.tag & 0x1f) == 0x1f;
    d.value = rd_str(r, len);
    if (r->bad)
        return (struct der){0};
    d.whole = (struct str){(const char *)start, (size_t)(r->at - start)};
    return d;
}

/* The value of the next element, which must have this tag, as a reader of its own. */
static inline struct rd der_open(struct rd *r, uint8_t tag)
{
    struct der d = der_next(r);
    r->bad |= d.tag != tag;
    struct rd inside = rd_of(d.value.ptr, r->bad ? 0 : d.value.len);
    inside.bad = r->bad;
    return inside;
}

/* What `tag` stands next, if anything; 0 at the end. */
static inline uint8_t der_peek(const struct rd *r)
{
    return rd_left(r) && !r->bad ? *r->at : 0;
}

struct x509_name {
    char *text;
    uint16_t len;
    bool cut;
    uint8_t parts;
    char *cn;
    uint16_t cn_len;
    bool cn_cut;
};

/* The value of a Name (RFC 5280 4.1.2.4) as text; false when it breaks its frame. */
bool x509_name_read(struct rd *r, struct x509_name *out);
