/* test_webauthn_vectors.c - the signatures of WebAuthn Level 3's test vectors, by the libraries we link.
 *
 * A passkey signs authenticatorData ‖ SHA-256(clientDataJSON) (WebAuthn L3 6.3.3); its public key is a
 * COSE_Key (RFC 9052) in the attestation object, right behind the credential's id. All algorithms of the
 * vectors are tried, so that sessions know which they may offer. Each signature must also fail over
 * one changed bit.
 */
#include "core/digest.h"
#include "core/encode.h"
#include "core/json.h"
#include "core/rd.h"
#include "tests/unit/core/text.h"

#include <gnutls/abstract.h>

enum { COSE_KTY = 1, COSE_ALG = 3, COSE_CRV = -1, COSE_X = -2, COSE_Y = -3 };

struct cose_key { /* the members that keys of all these kinds have between them */
    int64_t kind, algorithm, curve;
    struct str first, second; /* x and y, or n and e */
};

static struct str bytes_at(struct arena *a, const struct json *vars, const char *name)
{
    struct str hex = json_text(vars, (struct str){name, strlen(name)});
    char *bytes = arena_alloc(a, hex.len / 2 + 1, 1);
    assert_non_null(bytes);
    assert_true(hex_read(hex, bytes, hex.len / 2));
    return (struct str){bytes, hex.len / 2};
}

/* CBOR's head (RFC 8949 3): the major type, and the number behind it. */
static unsigned cbor_head(struct rd *r, uint64_t *ret_value)
{
    uint8_t first = rd_u8(r);
    unsigned more = first & 31u;
    *ret_value = more;
    if (more == 24)
        *ret_value = rd_u8(r);
    else if (more == 25)
        *ret_value = rd_be16(r);
    else if (more > 25)
        r->bad = true;
    return first >> 5;
}

static int64_t cbor_int(struct rd *r)
{
    uint64_t value;
    unsigned major = cbor_head(r, &value);
    r->bad = r->bad || major > 1;
    return major == 1 ? -1 - (int64_t)value : (int64_t)value;
}

static bool read_cose(struct str bytes, struct cose_key *ret)
{
    struct rd r = rd_of(bytes.ptr, bytes.len);
    uint64_t count, len;
    if (cbor_head(&r, &count) != 5)
        return false;
    for (uint64_t i = 0; i < count && !r.bad; i++) {
        int64_t label = cbor_int(&r);
        struct rd ahead = r;
        bool is_bytes = cbor_head(&ahead, &len) == 2;
        struct str value = is_bytes ? (r = ahead, rd_str(&r, len)) : STR_NONE;
        int64_t number = is_bytes ? 0 : cbor_int(&r);
        switch (label) {
        case COSE_KTY: ret->kind = number; break;
        case COSE_ALG: ret->algorithm = number; break;
        case COSE_CRV:
            ret->curve = number;
            ret->first = is_bytes ? value : ret->first;
            break;
        case COSE_X:
            if (ret->kind == 3)
                ret->second = value; /* RSA: -1 is n, -2 is e */
            else
                ret->first = value;
            break;
        case COSE_Y: ret->second = value; break;
        default: return false;
        }
    }
    return !r.bad;
}

static gnutls_datum_t datum(struct str s)
{
    union { /* GnuTLS takes what it only reads as mutable */
        const char *read;
        unsigned char *data;
    } bytes = {.read = s.ptr};
    return (gnutls_datum_t){bytes.data, (unsigned)s.len};
}

static const struct {
    int64_t algorithm; /* IANA COSE Algorithms */
    gnutls_sign_algorithm_t sign;
    gnutls_ecc_curve_t curve;
} algorithms[] = {
    {-7, GNUTLS_SIGN_ECDSA_SHA256, GNUTLS_ECC_CURVE_SECP256R1},
    {-35, GNUTLS_SIGN_ECDSA_SHA384, GNUTLS_ECC_CURVE_SECP384R1},
    {-257, GNUTLS_SIGN_RSA_SHA256, GNUTLS_ECC_CURVE_INVALID},
    {-8, GNUTLS_SIGN_EDDSA_ED25519, GNUTLS_ECC_CURVE_ED25519},
    {-53, GNUTLS_SIGN_EDDSA_ED448, GNUTLS_ECC_CURVE_ED448},
};

static bool verifies(const struct cose_key *key, struct str message, struct str signature)
{
    size_t at = 0;
    while (at < COUNT(algorithms) && algorithms[at].algorithm != key->algorithm)
        at++;
    if (at == COUNT(algorithms))
        return false;
    gnutls_pubkey_t public;
    gnutls_datum_t first = datum(key->first), second = datum(key->second);
    gnutls_datum_t data = datum(message), sig = datum(signature);
    assert_int_equal(gnutls_pubkey_init(&public), 0);
    int code = key->kind == 3 ? gnutls_pubkey_import_rsa_raw(public, &first, &second)
                              : gnutls_pubkey_import_ecc_raw(public, algorithms[at].curve, &first,
                                                             key->second.len ? &second : NULL);
    bool ok =
        code == 0 && gnutls_pubkey_verify_data2(public, algorithms[at].sign, 0, &data, &sig) >= 0;
    gnutls_pubkey_deinit(public);
    return ok;
}

static void try_vector(struct arena *a, const struct json *vector)
{
    const struct json *vars = json_get(vector, S("vars_hex"));
    const char *title = arena_cstr(a, json_text(vector, S("title")));
    struct str id = bytes_at(a, vars, "credential_id");
    struct str object = bytes_at(a, vars, "attestationObject");
    struct str data = bytes_at(a, vars, "authenticatorData");
    struct str client = bytes_at(a, vars, "clientDataJSON");
    struct cose_key key = {0};
    const char *at = memmem(object.ptr, object.len, id.ptr, id.len);
    if (!at || !read_cose(str_skip(object, (size_t)(at - object.ptr) + id.len), &key))
        fail_msg("%s: no key behind the credential's id", title);

    uint8_t *message = arena_alloc(a, data.len + SHA256_SIZE, 1);
    memcpy(message, data.ptr, data.len);
    sha256_of(client, message + data.len);
    struct str text = {(const char *)message, data.len + SHA256_SIZE};
    struct str signature = bytes_at(a, vars, "signature");
    if (!verifies(&key, text, signature))
        fail_msg("%s: the signature does not verify", title);
    message[0] ^= 1;
    if (verifies(&key, text, signature))
        fail_msg("%s: a changed message verifies", title);
}

static void every_assertion_verifies_and_none_over_a_changed_bit(void **state)
{
    (void)state;
    AUTO(arena_drop) struct arena memory = ARENA(16 << 20);
    struct err e = {};
    struct str text;
    size_t tried = 0;
    assert_true(
        file_read(&memory, shared_data("crypto/webauthn_l3_vectors.json"), 4 << 20, &text, &e));
    for (json_each(vector, json_parse(&memory, text, &e)))
        if (json_get(json_get(vector, S("vars_hex")), S("signature"))) {
            try_vector(&memory, vector);
            tried++;
        }
    assert_true(tried >= 10);
}

int main(void)
{
    shared_data("crypto/webauthn_l3_vectors.json");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_assertion_verifies_and_none_over_a_changed_bit),
    };
    return cmocka_run_group_tests_name("webauthn_vectors", tests, NULL, NULL);
}
