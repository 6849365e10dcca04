/* payload_quic.c - QUIC version 1 datagrams: Initial packets that anyone on the path can open (RFC 9001 5.2), and
 * what follows them, which nobody can. */
#include "net/bytes.h"
#include "synth/payload.h"
#include "synth/put_private.h"

#include <assert.h>
#include <nettle/gcm.h>
#include <nettle/hmac.h>

enum { SECRET = 32, KEY = 16, IV = 12, TAG = 16, SAMPLE = 16, NUMBER = 4, DATAGRAM = 1200 };
enum { ID = SYNTH_QUIC_ID, FRAME_CRYPTO = 6, RECORD_HEAD = 5 };

static void hmac(const uint8_t *key, size_t key_len, const void *bytes, size_t len,
                 uint8_t ret[SECRET])
{
    struct hmac_sha256_ctx h;
    hmac_sha256_set_key(&h, key_len, key);
    hmac_sha256_update(&h, len, bytes);
    hmac_sha256_digest(&h, SECRET, ret);
}

/* HKDF-Expand-Label with an empty context (RFC 8446 7.1); one block is enough for all that QUIC asks. */
static void expand(const uint8_t secret[SECRET], const char *label, size_t len, uint8_t *ret)
{
    uint8_t info[64], block[SECRET];
    size_t n = strlen(label);
    store_be16(info, (uint16_t)len);
    info[2] = (uint8_t)(6 + n);
    memcpy(info + 3, "tls13 ", 6);
    memcpy(info + 9, label, n);
    info[9 + n] = 0;
    info[10 + n] = 1;
    hmac(secret, SECRET, info, 11 + n, block);
    memcpy(ret, block, len);
}

struct keys {
    uint8_t key[KEY], iv[IV], mask[KEY];
};

static struct keys keys_of(const uint8_t id[ID], bool server)
{
    static const uint8_t salt[] = {0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17,
                                   0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad, 0xcc, 0xbb, 0x7f, 0x0a};
    uint8_t first[SECRET], secret[SECRET];
    struct keys k;
    hmac(salt, sizeof salt, id, ID, first);
    expand(first, server ? "server in" : "client in", SECRET, secret);
    expand(secret, "quic key", KEY, k.key);
    expand(secret, "quic iv", IV, k.iv);
    expand(secret, "quic hp", KEY, k.mask);
    return k;
}

/* Seals the packet that starts at `start`; its frames start at `frames`, after a number of 4 bytes: 0. */
static void seal(struct buf *out, size_t start, size_t frames, const struct keys *k)
{
    struct gcm_aes128_ctx gcm;
    struct aes128_ctx mask;
    uint8_t tag[TAG], sample[SAMPLE];
    uint8_t *packet = (uint8_t *)out->ptr + start, *body = (uint8_t *)out->ptr + frames;
    size_t len = out->len - frames;
    gcm_aes128_set_key(&gcm, k->key);
    gcm_aes128_set_iv(&gcm, IV, k->iv);
    gcm_aes128_update(&gcm, frames - start, packet);
    gcm_aes128_encrypt(&gcm, len, body, body);
    gcm_aes128_digest(&gcm, TAG, tag);
    aes128_set_encrypt_key(&mask, k->mask);
    aes128_encrypt(&mask, SAMPLE, sample,
                   body); /* the sample lies 4 bytes after the number's start */
    packet[0] ^= sample[0] & 0x0f;
    for (size_t i = 0; i < NUMBER; i++)
        body[i - NUMBER] ^= sample[1 + i];
    buf_bytes(out, tag, TAG);
}

static void crypto_put(struct buf *out, struct str bytes, size_t offset)
{
    put8(out, FRAME_CRYPTO);
    put16(out, 0x4000 | (unsigned)offset);
    put16(out, 0x4000 | (unsigned)bytes.len);
    buf_put(out, bytes);
}

/* A long header up to its packet number; returns where the length stands. */
static size_t long_put(struct buf *out, unsigned first, const uint8_t *to, const uint8_t *from)
{
    put8(out, first);
    put32(out, 1);
    put8(out, to ? ID : 0);
    if (to)
        buf_bytes(out, to, ID);
    put8(out, from ? ID : 0);
    if (from)
        buf_bytes(out, from, ID);
    if (!(first & 0x30))
        put8(out, 0); /* an Initial has a token: none */
    size_t length = out->len;
    put16(out, 0);
    return length;
}

static void length_set(struct buf *out, size_t at, size_t len)
{
    store_be16((uint8_t *)out->ptr + at, (uint16_t)(0x4000 | len));
}

void synth_quic_hello(struct buf *out, const uint8_t id[ID], struct str name,
                      struct synth_random *r)
{
    AUTO(buf_drop) struct buf hello = BUF(4096);
    synth_client_hello(&hello, SYNTH_QUIC, name, r);
    struct str message = str_skip(buf_str(&hello), RECORD_HEAD);
    size_t start = out->len, length = long_put(out, 0xc3, id, NULL), cut = message.len / 3;
    put32(out, 0);
    size_t frames = out->len;
    /* In two pieces, the second one first, as browsers send it. */
    crypto_put(out, str_skip(message, cut), cut);
    crypto_put(out, (struct str){message.ptr, cut}, 0);
    while (out->len - start < DATAGRAM - TAG)
        put8(out, 0);
    assert(out->len - start == DATAGRAM - TAG);
    length_set(out, length, out->len - frames + NUMBER + TAG);
    struct keys k = keys_of(id, false);
    seal(out, start, frames, &k);
}

void synth_quic_flight(struct buf *out, const uint8_t id[ID], struct synth_random *r)
{
    AUTO(buf_drop) struct buf hello = BUF(4096);
    uint8_t own[ID];
    for (size_t i = 0; i < ID; i++)
        own[i] = (uint8_t)synth_random_next(r);
    synth_server_hello(&hello, r);
    size_t start = out->len, length = long_put(out, 0xc3, NULL, own);
    put32(out, 0);
    size_t frames = out->len;
    buf_put(out, S("\x02\0\0\0\0")); /* ACK of packet 0 */
    crypto_put(out, buf_str(&hello), 0);
    length_set(out, length, out->len - frames + NUMBER + TAG);
    struct keys k = keys_of(id, true);
    seal(out, start, frames, &k);
    length = long_put(out, 0xe3, NULL, own); /* Handshake: sealed by keys that only the ends have */
    size_t rest = DATAGRAM - (out->len - start);
    length_set(out, length, rest);
    synth_noise(out, rest, r);
}

void synth_quic_data(struct buf *out, size_t len, struct synth_random *r)
{
    put8(out, 0x40 | (unsigned)synth_random_below(r, 32)); /* a short header, masked */
    synth_noise(out, len, r);
}
