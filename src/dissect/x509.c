/* x509.c - from the outer frame of a certificate to its names, times and flags (RFC 5280 4.1, 4.2.1). */
#include "core/time.h"
#include "dissect/name_private.h"
#include "dissect/x509_private.h"

#include <assert.h>

static_assert(sizeof(struct x509_facts) <= 2048, "a certificate's facts stay small");

/* ---- times ---- */

/* "YYMMDDhhmmssZ" (RFC 5280 4.1.2.5.1) or "YYYYMMDDhhmmssZ", as microseconds. */
static int64_t time_read(const struct der *d)
{
    char text[] = "20YY-MM-DDThh:mm:ssZ";
    static const uint8_t at[] = {0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18};
    size_t skip = d->tag == DER_UTC_TIME ? 2 : 0;
    struct err ignored = {0};
    int64_t us;
    if ((d->tag != DER_UTC_TIME && d->tag != DER_GENERAL_TIME) ||
        d->value.len != COUNT(at) - skip + 1 || d->value.ptr[d->value.len - 1] != 'Z')
        return X509_NO_TIME;
    if (skip && d->value.ptr[0] >= '5')
        text[0] = '1', text[1] = '9';
    for (size_t i = skip; i < COUNT(at); i++)
        text[at[i]] = d->value.ptr[i - skip];
    return time_parse((struct str){text, sizeof text - 1}, &us, &ignored) ? us : X509_NO_TIME;
}

static void validity_read(struct rd *r, struct x509_facts *c)
{
    struct rd pair = der_open(r, DER_SEQUENCE);
    struct der from = der_next(&pair), until = der_next(&pair);
    r->bad |= pair.bad;
    c->not_before = time_read(&from);
    c->not_after = time_read(&until);
}

/* ---- extensions ---- */

static void san_put(struct x509_facts *c, struct str name)
{
    uint16_t len = 0;
    size_t room = (size_t)(X509_SAN_BYTES - c->sans_len);
    if (c->n_sans == X509_SANS_MAX || room < 2 ||
        !name_write(name, c->sans + c->sans_len, room - 1, &len)) {
        c->sans_cut = true;
        return;
    }
    c->sans[c->sans_len + len] = 0;
    c->sans_len = (uint16_t)(c->sans_len + len + 1);
    c->n_sans++;
}

/* RFC 5280 4.2.1.6. Mail addresses are passed over. */
static bool alternative_names_read(struct str value, struct x509_facts *c)
{
    enum { DNS_NAME = DER_CONTEXT | 2 };
    struct rd r = rd_of(value.ptr, value.len), names = der_open(&r, DER_SEQUENCE);
    while (!names.bad && rd_left(&names)) {
        struct der name = der_next(&names);
        if (names.bad)
            break;
        if (name.tag == DNS_NAME)
            san_put(c, name.value);
        else
            c->names_others = true;
    }
    return !names.bad;
}

static bool constraints_read(struct str value, struct x509_facts *c)
{
    struct rd r = rd_of(value.ptr, value.len), inside = der_open(&r, DER_SEQUENCE);
    if (der_peek(&inside) == DER_BOOLEAN) {
        struct der flag = der_next(&inside);
        c->authority = flag.value.len == 1 && flag.value.ptr[0] != 0;
    }
    return !inside.bad;
}

static bool extensions_read(struct rd *tbs, struct x509_facts *c)
{
    struct rd outer = der_open(tbs, DER_CONTEXT | DER_CONSTRUCTED | 3);
    struct rd list = der_open(&outer, DER_SEQUENCE);
    while (!list.bad && rd_left(&list)) {
        struct rd one = der_open(&list, DER_SEQUENCE);
        struct der oid = der_next(&one);
        if (der_peek(&one) == DER_BOOLEAN)
            (void)der_next(&one);
        struct der value = der_next(&one);
        if (one.bad || oid.tag != DER_OID || value.tag != DER_OCTET_STRING)
            return false;
        if (str_eq(oid.value, S("\x55\x1d\x11")) && !alternative_names_read(value.value, c))
            return false;
        if (str_eq(oid.value, S("\x55\x1d\x13")) && !constraints_read(value.value, c))
            return false;
    }
    return !list.bad;
}

/* ---- the certificate ---- */

static bool serial_read(struct rd *tbs, struct x509_facts *c)
{
    struct der serial = der_next(tbs);
    if (serial.tag != DER_INTEGER || !serial.value.len)
        return false;
    c->serial_cut = serial.value.len > X509_SERIAL_MAX;
    c->serial_len = (uint8_t)(c->serial_cut ? X509_SERIAL_MAX : serial.value.len);
    memcpy(c->serial, serial.value.ptr, c->serial_len);
    return true;
}

static bool version_read(struct rd *tbs, struct x509_facts *c)
{
    c->version = 1;
    if (der_peek(tbs) != (DER_CONTEXT | DER_CONSTRUCTED))
        return true;
    struct rd inside = der_open(tbs, DER_CONTEXT | DER_CONSTRUCTED);
    struct der version = der_next(&inside);
    if (inside.bad || version.tag != DER_INTEGER || version.value.len != 1 ||
        version.value.ptr[0] & 0x80) /* less than none */
        return false;
    c->version = (uint8_t)(version.value.ptr[0] + 1);
    return true;
}

static bool issuer_read(struct rd *tbs, struct x509_facts *c, struct str *ret_whole)
{
    struct x509_name n = {.text = c->issuer, .cn = c->issuer_cn};
    struct der whole = der_next(tbs);
    struct rd inside = rd_of(whole.value.ptr, whole.value.len);
    *ret_whole = whole.whole;
    bool good = whole.tag == DER_SEQUENCE && x509_name_read(&inside, &n);
    c->issuer_len = n.len;
    c->issuer_cut = n.cut;
    c->n_issuer_parts = n.parts;
    c->issuer_cn_len = n.cn_len;
    c->cn_cut |= n.cn_cut;
    return good;
}

static bool subject_read(struct rd *tbs, struct x509_facts *c, struct str *ret_whole)
{
    struct x509_name n = {.text = c->subject, .cn = c->cn};
    struct der whole = der_next(tbs);
    struct rd inside = rd_of(whole.value.ptr, whole.value.len);
    *ret_whole = whole.whole;
    bool good = whole.tag == DER_SEQUENCE && x509_name_read(&inside, &n);
    c->subject_len = n.len;
    c->subject_cut = n.cut;
    c->n_subject_parts = n.parts;
    c->cn_len = n.cn_len;
    c->cn_cut |= n.cn_cut;
    return good;
}

static bool certificate_read(struct str der, struct x509_facts *c)
{
    struct rd r = rd_of(der.ptr, der.len), all = der_open(&r, DER_SEQUENCE);
    struct rd tbs = der_open(&all, DER_SEQUENCE);
    (void)der_open(&all, DER_SEQUENCE);   /* signatureAlgorithm */
    (void)der_open(&all, DER_BIT_STRING); /* signatureValue */
    struct str issuer, subject;
    if (r.bad || all.bad || tbs.bad || rd_left(&r) || rd_left(&all) || !version_read(&tbs, c) ||
        !serial_read(&tbs, c))
        return false;
    (void)der_open(&tbs, DER_SEQUENCE); /* signature */
    if (!issuer_read(&tbs, c, &issuer))
        return false;
    validity_read(&tbs, c);
    if (!subject_read(&tbs, c, &subject))
        return false;
    c->self_signed = str_eq(issuer, subject);
    (void)der_open(&tbs, DER_SEQUENCE); /* subjectPublicKeyInfo */
    while (der_peek(&tbs) == (DER_CONTEXT | 1) || der_peek(&tbs) == (DER_CONTEXT | 2))
        (void)der_next(&tbs); /* unique identifiers */
    if (tbs.bad)
        return false;
    return rd_left(&tbs) == 0 || extensions_read(&tbs, c);
}

bool x509_read(struct str der, struct x509_facts *ret_facts)
{
    struct x509_facts *c = ret_facts;
    memset(c, 0, sizeof *c);
    c->not_before = c->not_after = X509_NO_TIME;
    c->read = certificate_read(der, c);
    return c->read;
}

/* ---- names ---- */

struct str x509_san(const struct x509_facts *c, size_t i)
{
    struct str rest = {c->sans, c->sans_len}, name = STR_NONE;
    if (i >= c->n_sans)
        return STR_NONE;
    for (size_t at = 0; at <= i; at++)
        name = str_cut(rest, 0, &rest);
    return name;
}

/* Both are in lower case. */
static bool name_covers(struct str pattern, struct str sni)
{
    struct str after, label;
    if (!str_starts(pattern, S("*.")))
        return str_eq(pattern, sni);
    label = str_cut(sni, '.', &after);
    return label.len && after.len && str_eq(after, str_skip(pattern, 2));
}

bool x509_covers(const struct x509_facts *c, struct str sni)
{
    if (!c->read)
        return true;
    for (size_t i = 0; i < c->n_sans; i++)
        if (name_covers(x509_san(c, i), sni))
            return true;
    return c->sans_cut || (!c->n_sans && (c->cn_cut || name_covers(x509_cn(c), sni)));
}
