/* quic_seal.h - Initial packets for tests: frames in, a protected packet out (RFC 9001 5.3, 5.4).
 *
 * Written on its own against the RFC, by nettle's HKDF and GCM, and held to the vectors of RFC 9001 and RFC 9369
 * appendix A in test_quic.c.
 */
#pragma once

#include "core/buf.h"
#include "core/rd.h"
#include "hello.h"

#include <nettle/gcm.h>
#include <nettle/hkdf.h>
#include <nettle/hmac.h>

struct seal_version {
    uint32_t number;
    struct str salt;
    const char *prefix; /* of the labels */
    uint8_t initial;    /* first byte of an Initial, packet number of 4 bytes */
};

static const struct seal_version seal_v1 = {
    1, S_("\x38\x76\x2c\xf7\xf5\x59\x34\xb3\x4d\x17\x9a\xe6\xa4\xc8\x0c\xad\xcc\xbb\x7f\x0a"),
    "quic ", 0xc3};
static const struct seal_version seal_v2 = {
    0x6b3343cf,
    S_("\x0d\xed\xe3\xde\xf7\x00\xa6\xdb\x81\x93\x81\xbe\x6e\x26\x9d\xcb\xf9\xbd\x2e\xd9"),
    "quicv2 ", 0xd3};

static inline void seal_expand(const uint8_t secret[32], const char *a, const char *b, uint8_t *out,
                               size_t n)
{
    struct hmac_sha256_ctx mac;
    uint8_t info[64] = {0};
    int label = snprintf((char *)info + 3, sizeof info - 3, "tls13 %s%s", a, b);
    info[1] = (uint8_t)n;
    info[2] = (uint8_t)label;
    hmac_sha256_set_key(&mac, 32, secret);
    hkdf_expand(&mac, (nettle_hash_update_func *)hmac_sha256_update,
                (nettle_hash_digest_func *)hmac_sha256_digest, 32, (size_t)label + 4, info, n, out);
}

struct seal_keys {
    uint8_t key[16], iv[12], hp[16];
};

static inline void seal_keys_of(const struct seal_version *v, struct str dcid, bool server,
                                struct seal_keys *k)
{
    struct hmac_sha256_ctx mac;
    uint8_t secret[32];
    hmac_sha256_set_key(&mac, v->salt.len, (const uint8_t *)v->salt.ptr);
    hkdf_extract(&mac, (nettle_hash_update_func *)hmac_sha256_update,
                 (nettle_hash_digest_func *)hmac_sha256_digest, 32, dcid.len,
                 (const uint8_t *)dcid.ptr, secret);
    seal_expand(secret, server ? "server in" : "client in", "", secret, sizeof secret);
    seal_expand(secret, v->prefix, "key", k->key, sizeof k->key);
    seal_expand(secret, v->prefix, "iv", k->iv, sizeof k->iv);
    seal_expand(secret, v->prefix, "hp", k->hp, sizeof k->hp);
}

struct seal {
    const struct seal_version *version;
    struct str origin; /* the connection id that makes the keys; none: dcid */
    struct str dcid, scid, token;
    uint32_t number;
    bool server;
    size_t padded; /* the payload, by PADDING; 0: as it is */
};

/* One packet with these frames, appended to `out`. */
static inline void seal_packet(struct buf *out, const struct seal *s, struct str frames)
{
    struct seal_keys k;
    size_t start = out->len, payload = frames.len < s->padded ? s->padded : frames.len;
    seal_keys_of(s->version, s->origin.len ? s->origin : s->dcid, s->server, &k);
    put8(out, s->version->initial);
    put16(out, s->version->number >> 16), put16(out, s->version->number & 0xffff);
    put8(out, (unsigned)s->dcid.len), buf_put(out, s->dcid);
    put8(out, (unsigned)s->scid.len), buf_put(out, s->scid);
    put16(out, 0x4000 | (unsigned)s->token.len);
    if (!s->token.len)
        out->len -= 2, put8(out, 0);
    buf_put(out, s->token);
    put16(out, 0x4000 | (unsigned)(4 + payload + 16));
    size_t at = out->len - start;
    put16(out, s->number >> 16), put16(out, s->number & 0xffff);
    buf_put(out, frames);
    for (size_t i = frames.len; i < payload; i++)
        put8(out, 0);

    struct gcm_aes128_ctx gcm;
    struct aes128_ctx aes;
    uint8_t tag[16], mask[16], *p = (uint8_t *)out->ptr + start;
    for (size_t i = 0; i < 4; i++)
        k.iv[8 + i] ^= p[at + i];
    gcm_aes128_set_key(&gcm, k.key);
    gcm_aes128_set_iv(&gcm, sizeof k.iv, k.iv);
    gcm_aes128_update(&gcm, at + 4, p);
    gcm_aes128_encrypt(&gcm, payload, p + at + 4, p + at + 4);
    gcm_aes128_digest(&gcm, sizeof tag, tag);
    buf_put(out, (struct str){(const char *)tag, sizeof tag});
    p = (uint8_t *)out->ptr + start;
    aes128_set_encrypt_key(&aes, k.hp);
    aes128_encrypt(&aes, sizeof mask, mask, p + at + 4);
    p[0] ^= mask[0] & 0x0f;
    for (size_t i = 0; i < 4; i++)
        p[at + i] ^= mask[1 + i];
}

static inline void put_crypto(struct buf *out, size_t offset, struct str bytes)
{
    put8(out, 6);
    put16(out, 0x4000 | (unsigned)offset);
    put16(out, 0x4000 | (unsigned)bytes.len);
    buf_put(out, bytes);
}
