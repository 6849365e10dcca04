/* der.h - certificates for tests, written out element by element. */
#pragma once

#include "core/buf.h"
#include "tests/unit/dissect/hello.h"

static inline void put_der(struct buf *out, unsigned tag, struct str value)
{
    put8(out, tag);
    if (value.len >= 256)
        put8(out, 0x82), put16(out, (unsigned)value.len);
    else if (value.len >= 128)
        put8(out, 0x81), put8(out, (unsigned)value.len);
    else
        put8(out, (unsigned)value.len);
    buf_put(out, value);
}

struct name_part {
    struct str oid;
    unsigned tag;
    struct str value;
};

#define OID_C S_("\x55\x04\x06")
#define OID_CN S_("\x55\x04\x03")
#define OID_O S_("\x55\x04\x0a")
#define OID_MAIL S_("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01")

enum { NAME_PARTS = 4, NAMES = 40 };

struct certificate_spec { /* an empty oid ends a name, an empty str the alternative names */
    struct name_part issuer[NAME_PARTS], subject[NAME_PARTS];
    struct str serial, not_before, not_after, names[NAMES];
    unsigned time_tag; /* 0x17 or 0x18 */
    bool old;          /* version 1: no extensions */
    bool authority;
};

static inline void put_name(struct buf *out, const struct name_part *parts)
{
    AUTO(buf_drop) struct buf name = BUF(8192);
    for (size_t i = 0; i < NAME_PARTS && parts[i].oid.len; i++) {
        AUTO(buf_drop) struct buf pair = BUF(8192), set = BUF(8192);
        put_der(&pair, 6, parts[i].oid);
        put_der(&pair, parts[i].tag, parts[i].value);
        put_der(&set, 0x30, buf_str(&pair));
        put_der(&name, 0x31, buf_str(&set));
    }
    put_der(out, 0x30, buf_str(&name));
}

static inline void put_certificate_extension(struct buf *out, struct str oid, struct str value)
{
    AUTO(buf_drop) struct buf one = BUF(8192);
    put_der(&one, 6, oid);
    put_der(&one, 4, value);
    put_der(out, 0x30, buf_str(&one));
}

static inline void put_certificate_extensions(struct buf *tbs, const struct certificate_spec *s)
{
    AUTO(buf_drop)
    struct buf names = BUF(8192), value = BUF(8192), list = BUF(8192), outer = BUF(8192);
    for (size_t i = 0; i < NAMES && s->names[i].len; i++)
        put_der(&names, 0x82, s->names[i]);
    if (names.len) {
        put_der(&names, 0x81, S("someone@example.jp"));
        put_der(&value, 0x30, buf_str(&names));
        put_certificate_extension(&list, S("\x55\x1d\x11"), buf_str(&value));
    }
    if (s->authority)
        put_certificate_extension(&list, S("\x55\x1d\x13"), S("\x30\3\1\1\xff"));
    put_certificate_extension(&list, S("\x55\x1d\x0f"), S("\3\2\5\xa0"));
    put_der(&outer, 0x30, buf_str(&list));
    put_der(tbs, 0xa3, buf_str(&outer));
}

static inline void put_certificate(struct buf *out, const struct certificate_spec *s)
{
    AUTO(buf_drop) struct buf tbs = BUF(16384), times = BUF(256), all = BUF(16384);
    if (!s->old)
        put_der(&tbs, 0xa0, S("\2\1\2"));
    put_der(&tbs, 2, s->serial);
    put_der(&tbs, 0x30, S("\6\3\x2b\x65\x70"));
    put_name(&tbs, s->issuer);
    put_der(&times, s->time_tag, s->not_before);
    put_der(&times, s->time_tag, s->not_after);
    put_der(&tbs, 0x30, buf_str(&times));
    put_name(&tbs, s->subject);
    put_der(&tbs, 0x30, S("\x30\5\6\3\x2b\x65\x70\3\3\0zz"));
    if (!s->old)
        put_certificate_extensions(&tbs, s);
    put_der(&all, 0x30, buf_str(&tbs));
    put_der(&all, 0x30, S("\6\3\x2b\x65\x70"));
    put_der(&all, 3, S("\0signature"));
    put_der(out, 0x30, buf_str(&all));
}

/* A Certificate message of one certificate (RFC 5246 7.4.2), header and all. */
static inline void put_certificate_message(struct buf *out, struct str der)
{
    put8(out, 11), put24(out, (unsigned)der.len + 6);
    put24(out, (unsigned)der.len + 3), put24(out, (unsigned)der.len);
    buf_put(out, der);
}
