/* ldap.c - LDAP's messages by their outermost layers, and its row in the registry.
 *
 * A search may answer with thousands of entries. They are stepped over up to the message that ends them; a
 * LDAP_MOST of nothing but entries is one message of its own.
 */
#include "office_private.h"

enum { LDAP_MOST = 16 * 1024, LDAP_LONGEST = 64 * 1024 * 1024, HEAD_MOST = 4096, HEAD_SURE = 64 };
enum { MESSAGE_ID_MAX = 4, PRIMITIVE = 0x40, CONSTRUCTED = 0x20, NUMBER = 0x1f };

static const char *const ops[] = {
    [LDAP_BIND_REQUEST] = "bind_request",
    [LDAP_BIND_RESPONSE] = "bind_response",
    [LDAP_UNBIND_REQUEST] = "unbind_request",
    [LDAP_SEARCH_REQUEST] = "search_request",
    [LDAP_SEARCH_ENTRY] = "search_result_entry",
    [LDAP_SEARCH_DONE] = "search_result_done",
    [6] = "modify_request",
    [7] = "modify_response",
    [8] = "add_request",
    [9] = "add_response",
    [10] = "del_request",
    [11] = "del_response",
    [12] = "mod_dn_request",
    [13] = "mod_dn_response",
    [14] = "compare_request",
    [15] = "compare_response",
    [16] = "abandon_request",
    [LDAP_SEARCH_REFERENCE] = "search_result_reference",
    [LDAP_EXTENDED_REQUEST] = "extended_request",
    [LDAP_EXTENDED_RESPONSE] = "extended_response",
    [LDAP_INTERMEDIATE] = "intermediate_response",
};

/* RFC 4511 appendix A */
static const struct office_code results[] = {
    {0, "success"},
    {1, "operations_error"},
    {2, "protocol_error"},
    {3, "time_limit_exceeded"},
    {4, "size_limit_exceeded"},
    {5, "compare_false"},
    {6, "compare_true"},
    {7, "auth_method_not_supported"},
    {8, "stronger_auth_required"},
    {10, "referral"},
    {11, "admin_limit_exceeded"},
    {12, "unavailable_critical_extension"},
    {13, "confidentiality_required"},
    {14, "sasl_bind_in_progress"},
    {16, "no_such_attribute"},
    {17, "undefined_attribute_type"},
    {18, "inappropriate_matching"},
    {19, "constraint_violation"},
    {20, "attribute_or_value_exists"},
    {21, "invalid_attribute_syntax"},
    {32, "no_such_object"},
    {33, "alias_problem"},
    {34, "invalid_dn_syntax"},
    {36, "alias_dereferencing_problem"},
    {48, "inappropriate_authentication"},
    {49, "invalid_credentials"},
    {50, "insufficient_access_rights"},
    {51, "busy"},
    {52, "unavailable"},
    {53, "unwilling_to_perform"},
    {54, "loop_detect"},
    {64, "naming_violation"},
    {65, "object_class_violation"},
    {66, "not_allowed_on_non_leaf"},
    {67, "not_allowed_on_rdn"},
    {68, "entry_already_exists"},
    {69, "object_class_mods_prohibited"},
    {71, "affects_multiple_dsas"},
    {80, "other"},
};

const char *ldap_op_name(uint8_t op)
{
    return op < COUNT(ops) ? ops[op] : NULL;
}

const char *ldap_result_name(uint16_t result)
{
    return office_code_name(results, COUNT(results), result);
}

static bool is_response(uint8_t op)
{
    switch (op) {
    case LDAP_BIND_RESPONSE:
    case LDAP_SEARCH_ENTRY:
    case LDAP_SEARCH_DONE:
    case 7:
    case 9:
    case 11:
    case 13:
    case 15:
    case LDAP_SEARCH_REFERENCE:
    case LDAP_EXTENDED_RESPONSE:
    case LDAP_INTERMEDIATE: return true;
    default: return false;
    }
}

/* Digits and dots; anything else is no identifier. */
static bool is_oid(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!is_digit(s.ptr[i]) && s.ptr[i] != '.')
            return false;
    return s.len <= LDAP_OID_MAX;
}

/* The first of two steps: no proof yet. NTLM's first message (MS-NLMP 2.2.1.1), SCRAM's (RFC 5802 7), or nothing. */
static bool is_first_step(struct str mechanism, struct str proof)
{
    const char *ntlm = proof.len ? memmem(proof.ptr, proof.len, "NTLMSSP\0\1", 9) : NULL;
    bool scram =
        text_begins(mechanism, S("SCRAM")) && proof.len && is_one_of(proof.ptr[0], S("nyp"));
    return proof.len == 0 || ntlm || scram;
}

static void sasl_read(struct rd means, struct ldap_facts *l)
{
    struct rd mechanism, proof = rd_of(NULL, 0);
    l->bind = LDAP_SASL;
    if (!ber_take(&means, BER_OCTETS, &mechanism))
        return;
    (void)ber_take(&means, BER_OCTETS, &proof);
    struct str name = sasl_name(rd_all(&mechanism));
    l->mechanism_len = (uint8_t)text_keep(l->mechanism, LDAP_MECHANISM_MAX, name);
    l->first_step = is_first_step(name, rd_all(&proof)) && !str_eq(name, S("EXTERNAL"));
}

/* RFC 4511 4.2; the choices 9, 10 and 11 are Microsoft's (MS-ADTS 5.1.1.1.3): discovery, first step, second. */
static void bind_read(struct rd r, struct ldap_facts *l)
{
    struct rd name, means;
    int64_t version = 0;
    if (!ber_take_number(&r, BER_INTEGER, &version) || !ber_take(&r, BER_OCTETS, &name))
        return;
    l->version = (uint8_t)version;
    uint8_t tag = ber_next(&r, &means);
    switch (tag) {
    case BER_CONTEXT_PLAIN:
        l->bind = rd_left(&name) && rd_left(&means) ? LDAP_SIMPLE : LDAP_ANONYMOUS;
        break;
    case BER_CONTEXT + 3: sasl_read(means, l); break;
    case BER_CONTEXT_PLAIN + 9:
    case BER_CONTEXT_PLAIN + 10:
    case BER_CONTEXT_PLAIN + 11:
        l->bind = LDAP_SICILY;
        l->first_step = tag != BER_CONTEXT_PLAIN + 11;
        break;
    default: break;
    }
}

static void extended_read(struct rd r, struct ldap_facts *l)
{
    struct rd name;
    if (!ber_take(&r, BER_CONTEXT_PLAIN, &name) || !is_oid(rd_all(&name)))
        return;
    l->oid_len = (uint8_t)text_keep(l->oid, LDAP_OID_MAX, rd_all(&name));
    l->starts_tls = str_eq(ldap_oid(l), S("1.3.6.1.4.1.1466.20037")); /* RFC 4511 4.14.1 */
}

static void operation_read(struct rd r, struct ldap_facts *l)
{
    struct rd name;
    int64_t number = 0;
    switch (l->op) {
    case LDAP_BIND_REQUEST: bind_read(r, l); return;
    case LDAP_EXTENDED_REQUEST: extended_read(r, l); return;
    case LDAP_SEARCH_REQUEST:
        if (ber_take(&r, BER_OCTETS, &name) && ber_take_number(&r, BER_ENUMERATED, &number))
            l->scope = (uint8_t)number;
        return;
    case LDAP_SEARCH_ENTRY:
    case LDAP_SEARCH_REFERENCE:
    case LDAP_INTERMEDIATE: return;
    default: break;
    }
    if (l->response && ber_take_number(&r, BER_ENUMERATED, &number)) {
        l->has_result = true;
        l->result = (uint16_t)number;
    }
}

/* One message at the start of `bytes`, which may go on past their end. */
static enum dissect_result message_read(struct str bytes, struct ldap_facts *l, size_t *ret_len)
{
    struct rd r = rd_over(bytes), id;
    size_t len = 0, op_len = 0;
    if (rd_left(&r) && *r.at != BER_SEQUENCE)
        return DISSECT_NOT;
    (void)ber_head(&r, &len);
    if (r.bad)
        return bytes.len < 6 ? DISSECT_NEED_MORE : DISSECT_NOT;
    size_t head = bytes.len - rd_left(&r), left = rd_left(&r);
    if (len < 5 || len > LDAP_LONGEST)
        return DISSECT_NOT;
    size_t wanted = len < HEAD_SURE ? len : HEAD_SURE;
    if (left < wanted)
        return DISSECT_NEED_MORE;
    r.end = r.at + (len < left ? len : left);
    if (!ber_take(&r, BER_INTEGER, &id) || rd_left(&id) == 0 || rd_left(&id) > MESSAGE_ID_MAX)
        return DISSECT_NOT;
    l->message_id = (uint32_t)ber_number(id);
    uint8_t tag = ber_head(&r, &op_len);
    l->op = tag & NUMBER;
    bool plain = l->op == LDAP_UNBIND_REQUEST || l->op == 10 || l->op == 16;
    if (r.bad || (tag & ~NUMBER) != (plain ? PRIMITIVE : PRIMITIVE | CONSTRUCTED) ||
        !ldap_op_name(l->op) || op_len > len)
        return DISSECT_NOT;
    l->response = is_response(l->op);
    *ret_len = head + len;
    size_t whole = len < HEAD_MOST ? len : HEAD_MOST;
    if (left < whole)
        return DISSECT_NEED_MORE;
    operation_read(rd_of(r.at, op_len < rd_left(&r) ? op_len : rd_left(&r)), l);
    return DISSECT_DONE;
}

static bool is_part(const struct ldap_facts *l)
{
    return l->op == LDAP_SEARCH_ENTRY || l->op == LDAP_SEARCH_REFERENCE;
}

static enum dissect_result ldap_parse(enum dissect_transport transport, struct str bytes,
                                      union dissect_facts *ret_facts, size_t *ret_used)
{
    struct ldap_facts *l = &ret_facts->ldap;
    size_t past = 0, len = 0;
    for (;;) {
        *l = (struct ldap_facts){0};
        enum dissect_result r = message_read(str_skip(bytes, past), l, &len);
        bool open = r == DISSECT_NEED_MORE || (r == DISSECT_DONE && is_part(l));
        if (r == DISSECT_NOT && !past)
            return DISSECT_NOT;
        if (r == DISSECT_DONE && !open) {
            *ret_used = past + len;
            return DISSECT_DONE;
        }
        if (r == DISSECT_DONE && len < bytes.len - past) {
            past += len;
            continue;
        }
        if (transport == DISSECT_TCP && bytes.len < LDAP_MOST && r != DISSECT_NOT)
            return DISSECT_NEED_MORE;
        if (!past && r == DISSECT_NEED_MORE)
            return DISSECT_NOT;
        /* Entries, and no end of them. */
        if (r != DISSECT_DONE)
            *l = (struct ldap_facts){.op = LDAP_SEARCH_ENTRY, .response = true};
        *ret_used = r == DISSECT_DONE ? past + len : past;
        return DISSECT_DONE;
    }
}

static enum dissect_probe ldap_probe(enum dissect_transport transport, struct str bytes)
{
    struct ldap_facts l = {0};
    size_t len = 0;
    switch (message_read(bytes, &l, &len)) {
    case DISSECT_NOT: return PROBE_NO;
    case DISSECT_NEED_MORE: return transport == DISSECT_TCP ? PROBE_MAYBE : PROBE_NO;
    case DISSECT_DONE: break;
    }
    return l.op == LDAP_BIND_REQUEST && l.version >= 2 && l.version <= 3 ? PROBE_YES : PROBE_MAYBE;
}

static bool ldap_response(const union dissect_facts *f)
{
    return f->ldap.response;
}

static enum dissect_login ldap_login(const union dissect_facts *f)
{
    const struct ldap_facts *l = &f->ldap;
    if (l->op == LDAP_BIND_REQUEST)
        return l->bind == LDAP_ANONYMOUS || l->first_step ? LOGIN_NONE : LOGIN_TRIED;
    if (l->op != LDAP_BIND_RESPONSE || !l->has_result)
        return LOGIN_NONE;
    return l->result == 49 || l->result == 48 ? LOGIN_FAILED
           : l->result == 0                   ? LOGIN_DONE
                                              : LOGIN_NONE;
}

const struct dissector dissector_ldap = {
    .name = "ldap",
    .app = APP_LDAP,
    .transports = DISSECT_UDP | DISSECT_TCP,
    .ports = {389, 3268},
    .repeats = true,
    .most = LDAP_MOST,
    .probe = ldap_probe,
    .parse = ldap_parse,
    .pairs = true,
    .response = ldap_response,
    .login = ldap_login,
};
