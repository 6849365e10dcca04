/* types.c - the names that feeds give to kinds of indicators, and what each claims. */
#include "intel/formats/reader_private.h"

#include "core/ascii.h"

static const struct {
    struct str name; /* lower case, '_' and ' ' written as '-' */
    enum claim claim;
} used[] = {
    {S_("ip"), CLAIM_ADDRESS},
    {S_("ipv4"), CLAIM_ADDRESS},
    {S_("ipv6"), CLAIM_ADDRESS},
    {S_("ip-address"), CLAIM_ADDRESS},
    {S_("ipv4-addr"), CLAIM_ADDRESS},
    {S_("ipv6-addr"), CLAIM_ADDRESS},
    {S_("ip-src"), CLAIM_ADDRESS},
    {S_("ip-dst"), CLAIM_ADDRESS},
    {S_("ip:port"), CLAIM_ADDRESS},
    {S_("addr"), CLAIM_ADDRESS},
    {S_("address"), CLAIM_ADDRESS},
    {S_("cidr"), CLAIM_ADDRESS},
    {S_("netblock"), CLAIM_ADDRESS},
    {S_("subnet"), CLAIM_ADDRESS},
    {S_("prefix4"), CLAIM_ADDRESS},
    {S_("prefix6"), CLAIM_ADDRESS},
    {S_("intel::addr"), CLAIM_ADDRESS},
    {S_("intel::subnet"), CLAIM_ADDRESS},
    {S_("domain"), CLAIM_DOMAIN},
    {S_("domain-name"), CLAIM_DOMAIN},
    {S_("hostname"), CLAIM_DOMAIN},
    {S_("fqdn"), CLAIM_DOMAIN},
    {S_("host"), CLAIM_HOST},
    {S_("intel::domain"), CLAIM_DOMAIN},
    {S_("domain-below"), CLAIM_BELOW},
    {S_("wildcard"), CLAIM_BELOW},
    {S_("url"), CLAIM_URL},
    {S_("uri"), CLAIM_URL},
    {S_("link"), CLAIM_URL},
    {S_("intel::url"), CLAIM_URL},
    {S_("md5"), CLAIM_FILE_MD5},
    {S_("md5-hash"), CLAIM_FILE_MD5},
    {S_("file-md5"), CLAIM_FILE_MD5},
    {S_("filehash-md5"), CLAIM_FILE_MD5},
    {S_("sha1"), CLAIM_FILE_SHA1},
    {S_("sha-1"), CLAIM_FILE_SHA1},
    {S_("sha1-hash"), CLAIM_FILE_SHA1},
    {S_("file-sha1"), CLAIM_FILE_SHA1},
    {S_("filehash-sha1"), CLAIM_FILE_SHA1},
    {S_("sha256"), CLAIM_FILE_SHA256},
    {S_("sha-256"), CLAIM_FILE_SHA256},
    {S_("sha256-hash"), CLAIM_FILE_SHA256},
    {S_("file-sha256"), CLAIM_FILE_SHA256},
    {S_("filehash-sha256"), CLAIM_FILE_SHA256},
    {S_("malware-sample"), CLAIM_FILE_MD5},
    {S_("hash"), CLAIM_FILE_HASH},
    {S_("file-hash"), CLAIM_FILE_HASH},
    {S_("intel::file-hash"), CLAIM_FILE_HASH},
    {S_("intel::cert-hash"), CLAIM_CERT_HASH},
    {S_("x509-fingerprint-sha1"), CLAIM_CERT_SHA1},
    {S_("cert-sha1"), CLAIM_CERT_SHA1},
    {S_("sslcert-sha1"), CLAIM_CERT_SHA1},
    {S_("x509-fingerprint-sha256"), CLAIM_CERT_SHA256},
    {S_("cert-sha256"), CLAIM_CERT_SHA256},
    {S_("ja3"), CLAIM_JA3},
    {S_("ja3-hash"), CLAIM_JA3},
    {S_("ja3-md5"), CLAIM_JA3},
    {S_("ja3-fingerprint-md5"), CLAIM_JA3},
    {S_("intel::ja3"), CLAIM_JA3},
    {S_("ja4"), CLAIM_JA4},
    {S_("ja4-fingerprint"), CLAIM_JA4},
    {S_("intel::ja4"), CLAIM_JA4},
};

static const struct str unused[] = {
    S_("email"),
    S_("email-addr"),
    S_("email-src"),
    S_("email-dst"),
    S_("email-subject"),
    S_("email-attachment"),
    S_("filename"),
    S_("file-name"),
    S_("filepath"),
    S_("mutex"),
    S_("regkey"),
    S_("cve"),
    S_("vulnerability"),
    S_("yara"),
    S_("sigma"),
    S_("snort"),
    S_("imphash"),
    S_("pehash"),
    S_("ssdeep"),
    S_("tlsh"),
    S_("authentihash"),
    S_("sha224"),
    S_("sha384"),
    S_("sha512"),
    S_("filehash-sha512"),
    S_("filehash-imphash"),
    S_("filehash-pehash"),
    S_("user-agent"),
    S_("as"),
    S_("asn"),
    S_("port"),
    S_("intel::email"),
    S_("intel::user-name"),
    S_("intel::software"),
    S_("intel::file-name"),
    S_("intel::pubkey-hash"),
    S_("bitcoin-address"),
    S_("btc"),
    S_("mac-address"),
    S_("x509-fingerprint-md5"),
};

bool type_claim(struct str name, enum claim *ret_claim, bool *ret_unused)
{
    char text[32];
    if (name.len == 0 || name.len > sizeof text)
        return false;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        text[i] = ascii_lower(c);
        if (c == '_' || c == ' ')
            text[i] = '-';
    }
    struct str key = {text, name.len};
    *ret_unused = false;
    for (size_t i = 0; i < COUNT(used); i++) {
        if (str_eq(key, used[i].name)) {
            *ret_claim = used[i].claim;
            return true;
        }
    }
    for (size_t i = 0; i < COUNT(unused); i++) {
        if (str_eq(key, unused[i])) {
            *ret_unused = true;
            return true;
        }
    }
    return false;
}

enum { PARTS_MAX = 2 };

/* The claims of "a|b", those that are used; *ret_known is false when a part is a stranger. */
static size_t claims_of(struct str type, enum claim claims[PARTS_MAX], bool in_use[PARTS_MAX],
                        bool *ret_known)
{
    size_t n = 0;
    *ret_known = true;
    while (type.len && n < PARTS_MAX) {
        bool idle = false;
        bool known = type_claim(str_cut(type, '|', &type), &claims[n], &idle);
        *ret_known = *ret_known && known;
        in_use[n++] = known && !idle;
    }
    return n;
}

bool feed_typed(struct feed *f, struct str type, struct str value, uint64_t place,
                struct indicator *more)
{
    enum claim claims[PARTS_MAX];
    bool in_use[PARTS_MAX], known;
    size_t parts = claims_of(type, claims, in_use, &known), good = 0;
    struct normal normals[PARTS_MAX];
    struct str rest = value;
    enum why why = parts && known ? WHY_TYPE_UNUSED : WHY_TYPE_MISSING;
    unsigned warnings = 0;
    for (size_t i = 0; i < parts; i++) {
        struct str part = parts == 1 ? value : str_cut(rest, '|', &rest);
        if (in_use[i] && normalise(claims[i], part, &normals[good], &why))
            warnings |= normals[good++].warnings;
    }
    if (!good) {
        feed_left(f, why, place, value, type);
        return true;
    }
    if (f->options->now && more->valid_until && more->valid_until <= f->options->now)
        warnings |= 1u << WHY_EXPIRED;
    feed_used(f, warnings, place, value);
    for (size_t i = 0; i < good; i++) {
        more->selector = normals[i].selector;
        if (!feed_emit(f, more))
            return false;
    }
    return true;
}
