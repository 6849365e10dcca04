/* audit_form.c - the forms of fields. See audit_form.h. */
#include "verify/audit_form.h"

#include "core/addr.h"
#include "core/ascii.h"
#include "core/encode.h"
#include "core/keys.h"
#include "core/time.h"
#include "verify/audit.h"

enum { U8 = UINT8_MAX, U16 = UINT16_MAX, EPOCH_MOST = 40 };
static const int64_t any_count = (INT64_C(1) << 53) - 1;

static const struct {
    struct str name;
    enum audit_form form;
    int64_t most;
} forms[] = {
    {S_("auth_id"), FORM_DIGEST, 16},
    {S_("bytes"), FORM_NUMBER, 0},
    {S_("cert_sha256"), FORM_DIGEST, 32},
    {S_("command_bytes"), FORM_BYTES, 64},
    {S_("command_sig_id"), FORM_WORD, 0},
    {S_("dns_qname"), FORM_NAME, 0},
    {S_("dns_rcode"), FORM_NUMBER, U16},
    {S_("dns_rtype"), FORM_NUMBER, U16},
    {S_("dst_ip"), FORM_IP, 0},
    {S_("dst_port"), FORM_NUMBER, U16},
    {S_("http_status"), FORM_NUMBER, U16},
    {S_("icmp_type"), FORM_NUMBER, U16},
    {S_("malware_sha256"), FORM_DIGEST, 32},
    {S_("n"), FORM_NUMBER, 0},
    {S_("pkts"), FORM_NUMBER, 0},
    {S_("policy_hash"), FORM_DIGEST, 32},
    {S_("proto"), FORM_NUMBER, U8},
    {S_("proto_error"), FORM_WORD, 0},
    {S_("sensor_id"), FORM_KEY, 0},
    {S_("src_ip"), FORM_IP, 0},
    {S_("src_port"), FORM_NUMBER, U16},
    {S_("sw_banner_hash"), FORM_DIGEST, 32},
    {S_("t_first"), FORM_TIME, 0},
    {S_("t_last"), FORM_TIME, 0},
    {S_("tcp_flags_or"), FORM_NUMBER, U16},
    {S_("tls_fingerprint"), FORM_PRINT, 0},
    {S_("tls_version"), FORM_NUMBER, U16},
};

void audit_form_of(struct str name, struct audit_field *ret)
{
    ret->form = ret->class == FIELD_NONID ? FORM_ID : FORM_TEXT;
    ret->most = AUDIT_TEXT_MOST;
    for (size_t i = 0; i < COUNT(forms); i++)
        if (str_eq(forms[i].name, name)) {
            ret->form = forms[i].form;
            ret->most = forms[i].most ? forms[i].most : any_count;
        }
}

static bool is_word(struct str s, size_t most)
{
    if (!s.len || s.len > most)
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] <= ' ' || s.ptr[i] > '~' || s.ptr[i] == '"' || s.ptr[i] == '@')
            return false;
    return true;
}

/* Labels are bytes that print; how a name is spelt is the asker's business. */
static bool is_name(struct str s)
{
    if (s.len > AUDIT_TEXT_MOST)
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] <= ' ' || s.ptr[i] > '~')
            return false;
    return s.len != 0;
}

/* JA3 is 32 hex digits; JA4 is three parts of 10, 12 and 12 characters. */
static bool is_print(struct str s)
{
    if (s.len != 36)
        return form_is_hex(s, 32);
    for (size_t i = 0; i < s.len; i++) {
        bool bar = i == 10 || i == 23, plain = ascii_is_alnum(s.ptr[i]);
        if (bar ? s.ptr[i] != '_' : !plain)
            return false;
    }
    return form_is_hex((struct str){s.ptr + 11, 12}, 12) &&
           form_is_hex((struct str){s.ptr + 24, 12}, 12);
}

static bool is_ip(struct str s)
{
    char again[ADDR_TEXT_SIZE];
    struct err ignored = {0};
    struct addr a;
    return addr_parse(s, &a, &ignored) && str_eq(addr_format(&a, again), s);
}

static bool is_time(struct str s)
{
    char again[TIME_TEXT_SIZE];
    struct err ignored = {0};
    int64_t at;
    return time_parse(s, &at, &ignored) && str_eq(time_format(at, again), s);
}

bool audit_pseudonym(struct str text, uint8_t ret[16])
{
    struct str digits, epoch;
    if (!str_starts(text, S("p1:")))
        return false;
    epoch = str_cut(str_skip(text, 3), ':', &digits);
    for (size_t i = 0; i < epoch.len; i++)
        if (!ascii_is_alnum(epoch.ptr[i]) && epoch.ptr[i] != '-' && epoch.ptr[i] != '.')
            return false;
    return epoch.len && epoch.len <= EPOCH_MOST && form_is_hex(digits, 32) &&
           hex_read(digits, ret, 16);
}

bool audit_form_ok(const struct audit_field *f, const struct json *v)
{
    struct str s = v->text;
    struct err ignored = {0};
    struct key_public key;
    uint8_t digest[16];
    int64_t n;
    if (f->form == FORM_NUMBER)
        return json_value_int(v, &n) && n >= 0 && n <= f->most;
    if (v->kind != JSON_STRING)
        return false;
    switch (f->form) {
    case FORM_WORD: return is_word(s, 128);
    case FORM_NAME: return is_name(s);
    case FORM_PRINT: return is_print(s);
    case FORM_IP: return is_ip(s);
    case FORM_TIME: return is_time(s);
    case FORM_DIGEST: return form_is_hex(s, 2 * (size_t)f->most);
    case FORM_BYTES: return s.len && s.len % 2 == 0 && form_is_hex(s, s.len);
    case FORM_KEY: return key_public_parse(s, &key, &ignored);
    case FORM_ID: return audit_pseudonym(s, digest);
    default: return s.len <= AUDIT_TEXT_MOST;
    }
}
