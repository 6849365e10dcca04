/* payload_cert.c - X.509 certificates (RFC 5280) in DER (ITU-T X.690): every field is there, the key and the
 * signature are noise. The same certificate has the same bytes, so that its hashes can be planted. */
#include "core/time.h"
#include "net/bytes.h"
#include "synth/payload.h"
#include "synth/put_private.h"

enum {
    SEQUENCE = 0x30,
    SET = 0x31,
    INTEGER = 2,
    BITS = 3,
    OCTETS = 4,
    OID = 6,
    UTF8 = 12,
    UTC = 23
};
enum { VERSION = 0xa0, EXTENSIONS = 0xa3, DNS_NAME = 0x82, KEY_SIZE = 64, SIGNATURE_SIZE = 70 };

static size_t der_open(struct buf *out, unsigned tag)
{
    put8(out, tag);
    return open_len(out, 1);
}

/* Lengths from 128 on take more bytes: what was written moves up for them. */
static void der_close(struct buf *out, size_t start)
{
    size_t n = out->len - start, more = n < 128 ? 0 : n < 256 ? 1 : 2;
    for (size_t i = 0; i < more; i++)
        put8(out, 0);
    uint8_t *at = (uint8_t *)out->ptr + start;
    memmove(at + more, at, n);
    at[-1] = (uint8_t)(more ? 0x80 + more : n);
    if (more == 1)
        at[0] = (uint8_t)n;
    if (more == 2)
        store_be16(at, (uint16_t)n);
}

static void der_put(struct buf *out, unsigned tag, struct str bytes)
{
    size_t at = der_open(out, tag);
    buf_put(out, bytes);
    der_close(out, at);
}

static void algorithm_put(struct buf *out) /* ecdsa-with-SHA256 */
{
    size_t at = der_open(out, SEQUENCE);
    der_put(out, OID, S("\x2a\x86\x48\xce\x3d\4\3\2"));
    der_close(out, at);
}

static void name_put(struct buf *out, struct str common)
{
    size_t name = der_open(out, SEQUENCE), set = der_open(out, SET), pair = der_open(out, SEQUENCE);
    der_put(out, OID, S("\x55\4\3")); /* commonName */
    der_put(out, UTF8, common);
    der_close(out, pair);
    der_close(out, set);
    der_close(out, name);
}

static void time_put(struct buf *out, int64_t time_us)
{
    char text[TIME_TEXT_SIZE];
    struct str t = time_format(time_us, text); /* 2026-11-24T06:00:00… */
    size_t at = der_open(out, UTC);
    for (size_t i = 2; i < 19 && i < t.len; i++)
        if (t.ptr[i] >= '0' && t.ptr[i] <= '9')
            put8(out, (unsigned)t.ptr[i]);
    put8(out, 'Z');
    der_close(out, at);
}

static void key_put(struct buf *out, struct synth_random *r)
{
    size_t info = der_open(out, SEQUENCE), kind = der_open(out, SEQUENCE);
    der_put(out, OID, S("\x2a\x86\x48\xce\x3d\2\1"));   /* ecPublicKey */
    der_put(out, OID, S("\x2a\x86\x48\xce\x3d\3\1\7")); /* prime256v1 */
    der_close(out, kind);
    size_t bits = der_open(out, BITS);
    put16(out, 0x0004);
    synth_noise(out, KEY_SIZE, r);
    der_close(out, bits);
    der_close(out, info);
}

static void names_put(struct buf *out, const struct synth_certificate *c)
{
    size_t all = der_open(out, EXTENSIONS), list = der_open(out, SEQUENCE),
           one = der_open(out, SEQUENCE);
    der_put(out, OID, S("\x55\x1d\x11")); /* subjectAltName */
    size_t octets = der_open(out, OCTETS), names = der_open(out, SEQUENCE);
    for (size_t i = 0; i < COUNT(c->names); i++)
        if (c->names[i].len)
            der_put(out, DNS_NAME, c->names[i]);
    der_close(out, names);
    der_close(out, octets);
    der_close(out, one);
    der_close(out, list);
    der_close(out, all);
}

static void body_put(struct buf *out, const struct synth_certificate *c, struct synth_random *r)
{
    size_t body = der_open(out, SEQUENCE), version = der_open(out, VERSION);
    der_put(out, INTEGER, S("\2"));
    der_close(out, version);
    size_t serial = der_open(out, INTEGER);
    put8(out, 0x4a);
    synth_noise(out, 15, r);
    der_close(out, serial);
    algorithm_put(out);
    name_put(out, c->issuer);
    size_t valid = der_open(out, SEQUENCE);
    time_put(out, c->from_us);
    time_put(out, c->to_us);
    der_close(out, valid);
    name_put(out, c->subject);
    key_put(out, r);
    if (c->names[0].len)
        names_put(out, c);
    der_close(out, body);
}

void synth_certificate_put(struct buf *out, const struct synth_certificate *c)
{
    uint64_t seed = synth_mix(c->subject.len, c->issuer.len, (uint64_t)c->to_us);
    for (size_t i = 0; i < c->subject.len; i++)
        seed = synth_mix(seed, (uint8_t)c->subject.ptr[i], i);
    struct synth_random r = synth_random_of(seed);
    size_t whole = der_open(out, SEQUENCE);
    body_put(out, c, &r);
    algorithm_put(out);
    size_t bits = der_open(out, BITS);
    put8(out, 0);
    synth_noise(out, SIGNATURE_SIZE, &r);
    der_close(out, bits);
    der_close(out, whole);
}
