/* test_library_vectors.c - the primitives we link, held against Wycheproof and RFC 6238.
 *
 * The code is nettle's, libsodium's and GnuTLS's; what is tested is that those on this machine are
 * sound, and that we call them as they want it, before sessions and links stand on them.
 */
#include "core/digest.h"
#include "core/encode.h"
#include "core/json.h"
#include "core/keys.h"
#include "tests/unit/core/text.h"

#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <nettle/gcm.h>
#include <nettle/hkdf.h>
#include <nettle/hmac.h>
#include <sodium.h>

static struct str bytes_at(struct arena *a, const struct json *test, const char *name)
{
    struct str hex = json_text(test, (struct str){name, strlen(name)});
    char *bytes = arena_alloc(a, hex.len / 2 + 1, 1);
    assert_non_null(bytes);
    assert_true(hex_read(hex, bytes, hex.len / 2));
    return (struct str){bytes, hex.len / 2};
}

static const uint8_t *u8(struct str s)
{
    return (const uint8_t *)s.ptr;
}

static bool hmac_agrees(struct arena *a, const struct json *group, const struct json *test)
{
    (void)group;
    struct str key = bytes_at(a, test, "key"), message = bytes_at(a, test, "msg");
    struct str tag = bytes_at(a, test, "tag");
    struct hmac_sha256_ctx h;
    uint8_t digest[SHA256_SIZE];
    hmac_sha256_set_key(&h, key.len, u8(key));
    hmac_sha256_update(&h, message.len, u8(message));
    hmac_sha256_digest(&h, sizeof digest, digest);
    return tag.len <= sizeof digest && memcmp(digest, tag.ptr, tag.len) == 0;
}

static bool hkdf_agrees(struct arena *a, const struct json *group, const struct json *test)
{
    enum { MOST = 255 * SHA256_SIZE }; /* RFC 5869 2.3 */
    struct str secret = bytes_at(a, test, "ikm"), salt = bytes_at(a, test, "salt");
    struct str info = bytes_at(a, test, "info"), want = bytes_at(a, test, "okm");
    struct hmac_sha256_ctx h;
    uint8_t key[SHA256_SIZE], out[MOST];
    int64_t size = 0;
    (void)group;
    if (!json_int(test, S("size"), &size) || size > MOST)
        return false;
    hmac_sha256_set_key(&h, salt.len, u8(salt));
    hkdf_extract(&h, (nettle_hash_update_func *)hmac_sha256_update,
                 (nettle_hash_digest_func *)hmac_sha256_digest, SHA256_SIZE, secret.len, u8(secret),
                 key);
    hmac_sha256_set_key(&h, sizeof key, key);
    hkdf_expand(&h, (nettle_hash_update_func *)hmac_sha256_update,
                (nettle_hash_digest_func *)hmac_sha256_digest, SHA256_SIZE, info.len, u8(info),
                (size_t)size, out);
    return want.len == (size_t)size && memcmp(out, want.ptr, want.len) == 0;
}

static bool x25519_agrees(struct arena *a, const struct json *group, const struct json *test)
{
    struct str public = bytes_at(a, test, "public"), private = bytes_at(a, test, "private");
    struct str shared = bytes_at(a, test, "shared");
    uint8_t out[crypto_scalarmult_BYTES];
    (void)group;
    if (public.len != sizeof out || private.len != sizeof out || shared.len != sizeof out)
        return false;
    /* libsodium refuses points of small order; Wycheproof calls those cases "acceptable". */
    return crypto_scalarmult(out, u8(private), u8(public)) == 0 &&
           memcmp(out, shared.ptr, sizeof out) == 0;
}

static bool chacha_agrees(struct arena *a, const struct json *group, const struct json *test)
{
    struct str key = bytes_at(a, test, "key"), iv = bytes_at(a, test, "iv");
    struct str aad = bytes_at(a, test, "aad"), msg = bytes_at(a, test, "msg");
    struct str ct = bytes_at(a, test, "ct"), tag = bytes_at(a, test, "tag");
    (void)group;
    if (key.len != crypto_aead_chacha20poly1305_ietf_KEYBYTES ||
        iv.len != crypto_aead_chacha20poly1305_ietf_NPUBBYTES ||
        tag.len != crypto_aead_chacha20poly1305_ietf_ABYTES)
        return false;
    uint8_t *out = arena_alloc(a, ct.len + 1, 1);
    return crypto_aead_chacha20poly1305_ietf_decrypt_detached(out, NULL, u8(ct), ct.len, u8(tag),
                                                              u8(aad), aad.len, u8(iv),
                                                              u8(key)) == 0 &&
           ct.len == msg.len && (msg.len == 0 || memcmp(out, msg.ptr, msg.len) == 0);
}

/* nettle has a function for each key length; GnuTLS puts one interface in front of them. */
static bool gcm_agrees(struct arena *a, const struct json *group, const struct json *test)
{
    struct str key = bytes_at(a, test, "key"), iv = bytes_at(a, test, "iv");
    struct str aad = bytes_at(a, test, "aad"), msg = bytes_at(a, test, "msg");
    struct str ct = bytes_at(a, test, "ct"), tag = bytes_at(a, test, "tag");
    struct gcm_aes256_ctx c256;
    struct gcm_aes128_ctx c128;
    struct gcm_aes192_ctx c192;
    uint8_t digest[GCM_DIGEST_SIZE], *out = arena_alloc(a, ct.len + 1, 1);
    (void)group;
    if (!iv.len || tag.len != sizeof digest)
        return false;
    switch (key.len) {
    case 16:
        gcm_aes128_set_key(&c128, u8(key)), gcm_aes128_set_iv(&c128, iv.len, u8(iv));
        gcm_aes128_update(&c128, aad.len, u8(aad)), gcm_aes128_decrypt(&c128, ct.len, out, u8(ct));
        gcm_aes128_digest(&c128, sizeof digest, digest);
        break;
    case 24:
        gcm_aes192_set_key(&c192, u8(key)), gcm_aes192_set_iv(&c192, iv.len, u8(iv));
        gcm_aes192_update(&c192, aad.len, u8(aad)), gcm_aes192_decrypt(&c192, ct.len, out, u8(ct));
        gcm_aes192_digest(&c192, sizeof digest, digest);
        break;
    case 32:
        gcm_aes256_set_key(&c256, u8(key)), gcm_aes256_set_iv(&c256, iv.len, u8(iv));
        gcm_aes256_update(&c256, aad.len, u8(aad)), gcm_aes256_decrypt(&c256, ct.len, out, u8(ct));
        gcm_aes256_digest(&c256, sizeof digest, digest);
        break;
    default: return false;
    }
    return sodium_memcmp(digest, tag.ptr, sizeof digest) == 0 && ct.len == msg.len &&
           (msg.len == 0 || memcmp(out, msg.ptr, msg.len) == 0);
}

static gnutls_datum_t datum(struct str s)
{
    union { /* GnuTLS takes what it only reads as mutable */
        const char *read;
        unsigned char *data;
    } bytes = {.read = s.ptr};
    return (gnutls_datum_t){bytes.data, (unsigned)s.len};
}

static bool ecdsa_verifies(struct str public_der, struct str message, gnutls_datum_t signature)
{
    gnutls_pubkey_t key;
    gnutls_datum_t der = datum(public_der), data = datum(message);
    assert_int_equal(gnutls_pubkey_init(&key), 0);
    bool ok = gnutls_pubkey_import(key, &der, GNUTLS_X509_FMT_DER) == 0 &&
              gnutls_pubkey_verify_data2(key, GNUTLS_SIGN_ECDSA_SHA256, 0, &data, &signature) >= 0;
    gnutls_pubkey_deinit(key);
    return ok;
}

/* GnuTLS reads BER, which lets one signature be written in many ways: only what it would write
 * itself may pass. */
static bool is_canonical(gnutls_datum_t signature)
{
    gnutls_datum_t r = {0}, s = {0}, again = {0};
    bool ok = gnutls_decode_rs_value(&signature, &r, &s) == 0 &&
              gnutls_encode_rs_value(&again, &r, &s) == 0 && again.size == signature.size &&
              memcmp(again.data, signature.data, again.size) == 0;
    gnutls_free(r.data);
    gnutls_free(s.data);
    gnutls_free(again.data);
    return ok;
}

static bool ecdsa_agrees(struct arena *a, const struct json *group, const struct json *test)
{
    gnutls_datum_t signature = datum(bytes_at(a, test, "sig"));
    return is_canonical(signature) &&
           ecdsa_verifies(bytes_at(a, group, "publicKeyDer"), bytes_at(a, test, "msg"), signature);
}

/* IEEE P1363: r and s, 32 bytes each, as passkeys and JSON web signatures carry them elsewhere. */
static bool p1363_agrees(struct arena *a, const struct json *group, const struct json *test)
{
    struct str sig = bytes_at(a, test, "sig");
    if (sig.len != 64)
        return false;
    /* ASN.1 integers are signed: a zero before each keeps them positive. */
    char halves[2][33] = {{0}};
    memcpy(halves[0] + 1, sig.ptr, 32);
    memcpy(halves[1] + 1, sig.ptr + 32, 32);
    gnutls_datum_t r = datum((struct str){halves[0], 33}), der = {0};
    gnutls_datum_t s = datum((struct str){halves[1], 33});
    if (gnutls_encode_rs_value(&der, &r, &s) != 0)
        return false;
    bool ok = ecdsa_verifies(bytes_at(a, group, "publicKeyDer"), bytes_at(a, test, "msg"), der);
    gnutls_free(der.data);
    return ok;
}

static const struct {
    const char *file;
    bool (*agrees)(struct arena *a, const struct json *group, const struct json *test);
    int64_t refused; /* a valid case that the library refuses; 0: none */
} suites[] = {
    {"crypto/wycheproof/hmac_sha256_test.json", hmac_agrees},
    {"crypto/wycheproof/hkdf_sha256_test.json", hkdf_agrees},
    {"crypto/wycheproof/x25519_test.json", x25519_agrees},
    {"crypto/wycheproof/chacha20_poly1305_test.json", chacha_agrees},
    {"crypto/wycheproof/aes_gcm_test.json", gcm_agrees},
    {"crypto/wycheproof/ecdsa_secp256r1_sha256_test.json", ecdsa_agrees},
    {"crypto/wycheproof/ecdsa_secp256r1_sha256_p1363_test.json", p1363_agrees,
     204 /* nettle 3.8 does not double a point where a made-up signature makes it add one to itself:
            it refuses, which is the safe side */},
};

static void run_suite(size_t which)
{
    AUTO(arena_drop) struct arena memory = ARENA((size_t)256 << 20);
    struct err e = {};
    struct str text;
    int64_t count = 0, run = 0;
    assert_true(file_read(&memory, shared_data(suites[which].file), 16 << 20, &text, &e));
    const struct json *suite = json_parse(&memory, text, &e);
    assert_true(json_int(suite, S("numberOfTests"), &count));
    for (json_each(group, json_get(suite, S("testGroups"))))
        for (json_each(test, json_get(group, S("tests")))) {
            struct str result = json_text(test, S("result"));
            int64_t id = 0;
            (void)json_int(test, S("tcId"), &id);
            bool took = suites[which].agrees(&memory, group, test);
            run++;
            if (id == suites[which].refused) {
                assert_false(took); /* else the list above is out of date */
                continue;
            }
            if (!str_eq(result, S("acceptable")) && took != str_eq(result, S("valid")))
                fail_msg("%s: case %lld: want " STR_FMT, suites[which].file, (long long)id,
                         STR_ARG(result));
        }
    CHECK_INT(run, count, suites[which].file);
}

static void every_case_is_judged_as_published(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(suites); i++)
        run_suite(i);
}

static void one_time_passwords_are_those_of_rfc_6238(void **state)
{
    (void)state;
    AUTO(arena_drop) struct arena memory = ARENA(4 << 20);
    struct err e = {};
    struct str text;
    assert_true(
        file_read(&memory, shared_data("crypto/totp/rfc6238_appendix_b.json"), 1 << 20, &text, &e));
    for (json_each(row, json_parse(&memory, text, &e))) {
        struct str alg = json_text(row, S("alg")), key = bytes_at(&memory, row, "key_hex");
        int64_t at = 0, step = 0;
        uint8_t counter[8], mac[64];
        char shown[16];
        gnutls_mac_algorithm_t mac_alg = str_eq(alg, S("SHA1"))     ? GNUTLS_MAC_SHA1
                                         : str_eq(alg, S("SHA256")) ? GNUTLS_MAC_SHA256
                                                                    : GNUTLS_MAC_SHA512;
        assert_true(json_int(row, S("time"), &at) && json_int(row, S("step"), &step));
        int64_t period = step > 0 ? at / step : 0;
        for (int i = 0; i < 8; i++)
            counter[i] = (uint8_t)((uint64_t)period >> (56 - 8 * i));
        assert_int_equal(gnutls_hmac_fast(mac_alg, key.ptr, key.len, counter, sizeof counter, mac),
                         0);
        const uint8_t *p = mac + (mac[gnutls_hmac_get_len(mac_alg) - 1] & 15);
        uint32_t number =
            ((uint32_t)(p[0] & 0x7f) << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]);
        snprintf(shown, sizeof shown, "%08u", number % 100000000);
        assert_true(str_eq((struct str){shown, 8}, json_text(row, S("totp"))));
    }
}

int main(void)
{
    for (size_t i = 0; i < COUNT(suites); i++)
        shared_data(suites[i].file);
    keys_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_case_is_judged_as_published),
        cmocka_unit_test(one_time_passwords_are_those_of_rfc_6238),
    };
    return cmocka_run_group_tests_name("library_vectors", tests, NULL, NULL);
}
