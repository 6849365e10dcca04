/* quic_keys.c - versions, Initial keys (RFC 9001 5.2, RFC 9369 3.3) and taking protection off (5.3, 5.4).
 *
 * A key is at most one hash long, so HKDF-Expand (RFC 5869 2.3) is one HMAC over the label and a byte 1.
 */
#include "dissect/quic/quic_private.h"

#include "core/digest.h"

#include <nettle/gcm.h>
#include <nettle/hmac.h>
#include <nettle/memops.h>

enum { SALT_SIZE = 20, SAMPLE_SIZE = 16, TAG_SIZE = 16, NUMBER_MAX = 4 };

static const uint8_t salt_22[SALT_SIZE] = {0x7f, 0xbc, 0xdb, 0x0e, 0x7c, 0x66, 0xbb,
                                           0xe9, 0x19, 0x3a, 0x96, 0xcd, 0x21, 0x51,
                                           0x9e, 0xbd, 0x7a, 0x02, 0x64, 0x4a};
static const uint8_t salt_23[SALT_SIZE] = {0xc3, 0xee, 0xf7, 0x12, 0xc7, 0x2e, 0xbb,
                                           0x5a, 0x11, 0xa7, 0xd2, 0x43, 0x2b, 0xb4,
                                           0x63, 0x65, 0xbe, 0xf9, 0xf5, 0x02};
static const uint8_t salt_29[SALT_SIZE] = {0xaf, 0xbf, 0xec, 0x28, 0x99, 0x93, 0xd2,
                                           0x4c, 0x9e, 0x97, 0x86, 0xf1, 0x9c, 0x61,
                                           0x11, 0xe0, 0x43, 0x90, 0xa8, 0x99};
static const uint8_t salt_1[SALT_SIZE] = {0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34,
                                          0xb3, 0x4d, 0x17, 0x9a, 0xe6, 0xa4, 0xc8,
                                          0x0c, 0xad, 0xcc, 0xbb, 0x7f, 0x0a};
static const uint8_t salt_2[SALT_SIZE] = {0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6,
                                          0xdb, 0x81, 0x93, 0x81, 0xbe, 0x6e, 0x26,
                                          0x9d, 0xcb, 0xf9, 0xbd, 0x2e, 0xd9};

static const struct quic_version versions[] = {
    {0x00000001, "1", salt_1, false},         {0x6b3343cf, "2", salt_2, true},
    {0xff000016, "draft-22", salt_22, false}, {0xff000017, "draft-23", salt_23, false},
    {0xff000018, "draft-24", salt_23, false}, {0xff000019, "draft-25", salt_23, false},
    {0xff00001a, "draft-26", salt_23, false}, {0xff00001b, "draft-27", salt_23, false},
    {0xff00001c, "draft-28", salt_23, false}, {0xff00001d, "draft-29", salt_29, false},
    {0xff00001e, "draft-30", salt_29, false}, {0xff00001f, "draft-31", salt_29, false},
    {0xff000020, "draft-32", salt_29, false}, {0xff000021, "draft-33", salt_1, false},
    {0xff000022, "draft-34", salt_1, false},  {0xfaceb001, "mvfst-22", salt_22, false},
    {0xfaceb002, "mvfst-27", salt_23, false}, {0xfaceb00e, "mvfst-exp", salt_23, false},
};

const struct quic_version *quic_version_of(uint32_t number)
{
    for (size_t i = 0; i < COUNT(versions); i++)
        if (versions[i].number == number)
            return &versions[i];
    return NULL;
}

const char *quic_version_name(uint32_t version)
{
    const struct quic_version *v = quic_version_of(version);
    return v ? v->name : NULL;
}

/* HKDF-Expand-Label (RFC 8446 7.1) with an empty context; `mac` holds the secret as its key. */
static void expand(struct hmac_sha256_ctx *mac, struct str label, uint8_t *out, size_t n)
{
    static const struct str prefix = S_("tls13 ");
    uint8_t info[2 + 1 + 6 + 16 + 1 + 1] = {0, (uint8_t)n, (uint8_t)(6 + label.len)};
    memcpy(info + 3, prefix.ptr, prefix.len);
    memcpy(info + 9, label.ptr, label.len);
    info[9 + label.len + 1] = 1; /* after the context's length, which is 0 */
    hmac_sha256_update(mac, 9 + label.len + 2, info);
    hmac_sha256_digest(mac, n, out);
}

void quic_keys_make(const struct quic_version *version, struct str dcid, bool server,
                    struct quic_keys *ret_keys)
{
    static const struct str labels[2][3] = {
        {S_("quic key"), S_("quic iv"), S_("quic hp")},
        {S_("quicv2 key"), S_("quicv2 iv"), S_("quicv2 hp")},
    };
    const struct str *names = labels[version->second];
    struct hmac_sha256_ctx mac;
    uint8_t secret[SHA256_SIZE];
    hmac_sha256_set_key(&mac, SALT_SIZE, version->salt);
    hmac_sha256_update(&mac, dcid.len, (const uint8_t *)dcid.ptr);
    hmac_sha256_digest(&mac, sizeof secret, secret);
    hmac_sha256_set_key(&mac, sizeof secret, secret);
    expand(&mac, server ? S("server in") : S("client in"), secret, sizeof secret);
    hmac_sha256_set_key(&mac, sizeof secret, secret);
    expand(&mac, names[0], ret_keys->key, sizeof ret_keys->key);
    expand(&mac, names[1], ret_keys->iv, sizeof ret_keys->iv);
    expand(&mac, names[2], ret_keys->hp, sizeof ret_keys->hp);
}

/* RFC 9001 5.4: the first byte and the packet number, in place. The number's length; 0 when the reserved
 * bits are set, which the right key never shows. */
static size_t header_open(const struct quic_keys *keys, uint8_t *packet, size_t number_at)
{
    struct aes128_ctx aes;
    uint8_t mask[SAMPLE_SIZE];
    aes128_set_encrypt_key(&aes, keys->hp);
    aes128_encrypt(&aes, sizeof mask, mask, packet + number_at + NUMBER_MAX);
    packet[0] ^= mask[0] & 0x0f;
    if (packet[0] & 0x0c)
        return 0;
    size_t n = (packet[0] & 3u) + 1;
    for (size_t i = 0; i < n; i++)
        packet[number_at + i] ^= mask[1 + i];
    return n;
}

bool quic_open(const struct quic_keys *keys, const struct quic_packet *packet,
               uint8_t room[QUIC_PACKET_MAX], struct str *ret_payload)
{
    size_t len = packet->bytes.len, at = packet->number_at;
    if (len > QUIC_PACKET_MAX || len < at + NUMBER_MAX + SAMPLE_SIZE)
        return false;
    memcpy(room, packet->bytes.ptr, len);
    size_t n = header_open(keys, room, at);
    if (!n)
        return false;

    uint8_t nonce[12], tag[TAG_SIZE];
    memcpy(nonce, keys->iv, sizeof nonce);
    for (size_t i = 0; i < n; i++) /* an Initial's number is small: what is sent is all of it */
        nonce[sizeof nonce - n + i] ^= room[at + i];
    uint8_t *payload = room + at + n;
    size_t payload_len = len - at - n - TAG_SIZE;

    struct gcm_aes128_ctx gcm;
    gcm_aes128_set_key(&gcm, keys->key);
    gcm_aes128_set_iv(&gcm, sizeof nonce, nonce);
    gcm_aes128_update(&gcm, at + n, room);
    gcm_aes128_decrypt(&gcm, payload_len, payload, payload);
    gcm_aes128_digest(&gcm, sizeof tag, tag);
    *ret_payload = (struct str){(const char *)payload, payload_len};
    return memeql_sec(tag, payload + payload_len, sizeof tag);
}
