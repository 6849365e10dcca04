/* krb5.c - the messages to and from a key centre, member by member, and Kerberos's row in the registry. */
#include "office_private.h"

enum { KRB5_MOST = 16 * 1024, KRB5_LONGEST = 1024 * 1024, TCP_HEADER = 4 };
enum { PA_ENC_TIMESTAMP = 2, PA_PK_AS_REQ = 16, PA_FX_FAST = 136, PA_ENCRYPTED_CHALLENGE = 138 };

/* Member [number] of the sequence that `r` is in. RFC 4120 numbers them upwards, some are left out. */
static bool member(struct rd *r, unsigned number, struct rd *ret_value)
{
    struct rd ahead = *r, value;
    while (rd_left(&ahead)) {
        uint8_t tag = ber_next(&ahead, &value);
        if (tag == 0 || tag > BER_CONTEXT + number)
            return false;
        if (tag == BER_CONTEXT + number) {
            *ret_value = value;
            *r = ahead;
            return true;
        }
    }
    return false;
}

static bool member_number(struct rd *r, unsigned number, int64_t *ret_number)
{
    struct rd value;
    return member(r, number, &value) && ber_take_number(&value, BER_INTEGER, ret_number);
}

static void realm_read(struct rd *r, unsigned number, struct krb5_facts *k)
{
    struct rd value, text;
    if (member(r, number, &value) && ber_next(&value, &text) && rd_left(&text))
        k->realm_len = (uint16_t)text_keep(k->realm, KRB5_REALM_MAX, rd_all(&text));
}

static bool is_service_word(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!((s.ptr[i] >= 'a' && s.ptr[i] <= 'z') || (s.ptr[i] >= 'A' && s.ptr[i] <= 'Z') ||
              is_digit(s.ptr[i]) || s.ptr[i] == '-' || s.ptr[i] == '_'))
            return false;
    return s.len > 0 && s.len <= KRB5_SERVICE_MAX;
}

/* PrincipalName (RFC 4120 6.2) of a service: the first of at least two parts. A person may be asked for like a
 * service, under a name of another kind: that is left out. */
static void service_read(struct rd *r, unsigned number, struct krb5_facts *k)
{
    enum { NT_SRV_INST = 2, NT_SRV_HST = 3 };
    struct rd value, name, parts, first, second;
    int64_t kind = 0;
    if (!member(r, number, &value) || !ber_take(&value, BER_SEQUENCE, &name) ||
        !member_number(&name, 0, &kind) || !member(&name, 1, &parts) ||
        !ber_take(&parts, BER_SEQUENCE, &value) || !ber_next(&value, &first) ||
        !ber_next(&value, &second))
        return;
    struct str word = rd_all(&first);
    bool is_service = kind == NT_SRV_INST || kind == NT_SRV_HST || str_eq(word, S("krbtgt")) ||
                      str_eq(word, S("kadmin"));
    if (is_service && is_service_word(word))
        k->service_len = (uint16_t)text_keep(k->service, KRB5_SERVICE_MAX, word);
}

static bool etype_read(struct rd encrypted, int32_t *ret_etype)
{
    struct rd sequence;
    int64_t etype = 0;
    if (!ber_take(&encrypted, BER_SEQUENCE, &sequence) || !member_number(&sequence, 0, &etype))
        return false;
    *ret_etype = (int32_t)etype;
    return true;
}

/* Ticket ::= [APPLICATION 1] SEQUENCE, RFC 4120 5.3 */
static void ticket_read(struct rd value, struct krb5_facts *k)
{
    struct rd application, ticket, encrypted;
    if (!ber_take(&value, BER_APPLICATION + 1, &application) ||
        !ber_take(&application, BER_SEQUENCE, &ticket))
        return;
    if (k->realm_len == 0)
        realm_read(&ticket, 1, k);
    if (k->service_len == 0)
        service_read(&ticket, 2, k);
    if (member(&ticket, 3, &encrypted))
        k->has_ticket_etype = etype_read(encrypted, &k->ticket_etype);
}

static void padata_read(struct rd value, struct krb5_facts *k)
{
    struct rd list, one;
    if (!ber_take(&value, BER_SEQUENCE, &list))
        return;
    while (ber_take(&list, BER_SEQUENCE, &one)) {
        int64_t type = 0;
        if (member_number(&one, 1, &type) && (type == PA_ENC_TIMESTAMP || type == PA_PK_AS_REQ ||
                                              type == PA_ENCRYPTED_CHALLENGE || type == PA_FX_FAST))
            k->preauth = true;
    }
}

/* KDC-REQ, 5.4.1 */
static void request_read(struct rd r, struct krb5_facts *k)
{
    struct rd value, body, types, one;
    if (member(&r, 3, &value))
        padata_read(value, k);
    if (!member(&r, 4, &value) || !ber_take(&value, BER_SEQUENCE, &body))
        return;
    realm_read(&body, 2, k);
    service_read(&body, 3, k);
    if (!member(&body, 8, &value) || !ber_take(&value, BER_SEQUENCE, &types))
        return;
    while (ber_take(&types, BER_INTEGER, &one)) {
        if (k->n_etypes < KRB5_ETYPES)
            k->etypes[k->n_etypes++] = (int32_t)ber_number(one);
        else
            k->more_etypes = true;
    }
}

/* KDC-REP, 5.4.2 */
static void reply_read(struct rd r, struct krb5_facts *k)
{
    struct rd value;
    realm_read(&r, 3, k);
    if (member(&r, 5, &value))
        ticket_read(value, k);
    if (member(&r, 6, &value))
        k->has_reply_etype = etype_read(value, &k->reply_etype);
}

/* KRB-ERROR, 5.9.1 */
static void error_read(struct rd r, struct krb5_facts *k)
{
    int64_t error = 0;
    if (member_number(&r, 6, &error)) {
        k->has_error = true;
        k->error = (int32_t)error;
    }
    realm_read(&r, 9, k);
    service_read(&r, 10, k);
}

static void rest_read(struct rd r, struct krb5_facts *k)
{
    struct rd value;
    switch (k->type) {
    case KRB5_AS_REQ:
    case KRB5_TGS_REQ: request_read(r, k); break;
    case KRB5_AS_REP:
    case KRB5_TGS_REP: reply_read(r, k); break;
    case KRB5_AP_REQ:
        if (member(&r, 3, &value))
            ticket_read(value, k);
        break;
    case KRB5_ERROR: error_read(r, k); break;
    default: break;
    }
}

/* Tag and length of a layer; what is read of it may end before it does. */
static bool layer(struct rd *r, uint8_t *ret_tag)
{
    size_t len = 0;
    *ret_tag = ber_head(r, &len);
    if (r->bad)
        return false;
    if (len < rd_left(r))
        r->end = r->at + len;
    return true;
}

/* The application tag, the version and the type have to agree. */
static bool message_read(struct str message, struct krb5_facts *k)
{
    struct rd r = rd_over(message);
    uint8_t tag = 0, sequence = 0;
    if (!layer(&r, &tag) || !layer(&r, &sequence) || sequence != BER_SEQUENCE ||
        tag < BER_APPLICATION)
        return false;
    unsigned number = tag - (unsigned)BER_APPLICATION;
    /* Requests count from 1, all others from 0. */
    unsigned first = number == KRB5_AS_REQ || number == KRB5_TGS_REQ ? 1 : 0;
    int64_t version = 0, type = 0;
    if (!krb5_type_name((uint8_t)number) || !member_number(&r, first, &version) || version != 5 ||
        !member_number(&r, first + 1, &type) || type != (int64_t)number)
        return false;
    k->type = (uint8_t)number;
    rest_read(r, k);
    return true;
}

static bool whole_datagram(struct str bytes)
{
    struct rd r = rd_over(bytes);
    size_t len = 0;
    (void)ber_head(&r, &len);
    return !r.bad && len <= rd_left(&r);
}

/* A message too long to keep is read as far as it is there, and stepped over. */
static enum dissect_result tcp_read(struct str bytes, struct krb5_facts *k, size_t *ret_used)
{
    struct rd r = rd_over(bytes);
    uint32_t length = rd_be32(&r);
    if (r.bad)
        return DISSECT_NEED_MORE;
    if (length < 10 || length > KRB5_LONGEST)
        return DISSECT_NOT;
    if (rd_left(&r) && (*r.at < BER_APPLICATION || *r.at > BER_APPLICATION + KRB5_ERROR))
        return DISSECT_NOT;
    if (rd_left(&r) < length && bytes.len < KRB5_MOST)
        return DISSECT_NEED_MORE;
    size_t here = rd_left(&r) < length ? rd_left(&r) : length;
    if (!message_read(rd_str(&r, here), k))
        return DISSECT_NOT;
    *ret_used = TCP_HEADER + (size_t)length;
    return DISSECT_DONE;
}

static enum dissect_result krb5_parse(enum dissect_transport transport, struct str bytes,
                                      union dissect_facts *ret_facts, size_t *ret_used)
{
    struct krb5_facts *k = &ret_facts->krb5;
    memset(k, 0, sizeof *k);
    if (transport == DISSECT_TCP)
        return tcp_read(bytes, k, ret_used);
    *ret_used = bytes.len;
    return whole_datagram(bytes) && message_read(bytes, k) ? DISSECT_DONE : DISSECT_NOT;
}

static enum dissect_probe krb5_probe(enum dissect_transport transport, struct str bytes)
{
    union dissect_facts facts;
    size_t used = 0;
    switch (krb5_parse(transport, bytes, &facts, &used)) {
    case DISSECT_NEED_MORE: return PROBE_MAYBE;
    case DISSECT_NOT: return PROBE_NO;
    case DISSECT_DONE: return PROBE_YES;
    }
    return PROBE_NO;
}

static bool krb5_response(const union dissect_facts *f)
{
    return f->krb5.type == KRB5_AS_REP || f->krb5.type == KRB5_TGS_REP ||
           f->krb5.type == KRB5_AP_REP || f->krb5.type == KRB5_ERROR;
}

/* Only a request with pre-authentication tries a password; the first one without it is routine. */
static enum dissect_login krb5_login(const union dissect_facts *f)
{
    const struct krb5_facts *k = &f->krb5;
    switch (k->type) {
    case KRB5_AS_REQ: return k->preauth ? LOGIN_TRIED : LOGIN_NONE;
    case KRB5_AS_REP: return LOGIN_DONE;
    case KRB5_ERROR:
        return k->error == 6 || k->error == 18 || k->error == 23 || k->error == 24 ? LOGIN_FAILED
                                                                                   : LOGIN_NONE;
    default: return LOGIN_NONE;
    }
}

const struct dissector dissector_krb5 = {
    .name = "krb5",
    .app = APP_KRB5,
    .transports = DISSECT_UDP | DISSECT_TCP,
    .ports = {88},
    .repeats = true,
    .most = KRB5_MOST,
    .probe = krb5_probe,
    .parse = krb5_parse,
    .pairs = true,
    .response = krb5_response,
    .login = krb5_login,
};
