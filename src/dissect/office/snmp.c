/* snmp.c - the layers of SNMP's BER, and its row in the registry. */
#include "office_private.h"

enum { SNMP_MOST = 65535, ENCRYPTED = 0x02, AUTHENTICATED = 0x01 };

static const char *const pdus[] = {
    "get_request",      "get_next_request", "response", "set_request", "trap_v1",
    "get_bulk_request", "inform_request",   "trap_v2",  "report",
};

const char *snmp_pdu_name(uint8_t pdu)
{
    return pdu < COUNT(pdus) ? pdus[pdu] : "unknown";
}

static uint16_t count_of(struct rd list)
{
    struct rd value;
    uint16_t n = 0;
    while (n < UINT16_MAX && ber_take(&list, BER_SEQUENCE, &value))
        n++;
    return n;
}

static bool pdu_read(struct rd *r, struct snmp_facts *s)
{
    struct rd pdu, list, ignored;
    int64_t second = 0, third = 0;
    uint8_t tag = ber_next(r, &pdu);
    if (r->bad || tag < BER_CONTEXT || tag > BER_CONTEXT + SNMP_REPORT)
        return false;
    s->pdu = (uint8_t)(tag - BER_CONTEXT);
    if (s->pdu == SNMP_TRAP_V1) { /* RFC 1157 4.1.6: enterprise, agent, generic, specific, time */
        (void)ber_next(&pdu, &ignored);
        (void)ber_next(&pdu, &ignored);
        if (ber_take_number(&pdu, BER_INTEGER, &second))
            s->trap = (uint8_t)second;
        (void)ber_next(&pdu, &ignored);
        (void)ber_next(&pdu, &ignored);
    } else {
        if (!ber_take(&pdu, BER_INTEGER, &ignored) ||
            !ber_take_number(&pdu, BER_INTEGER, &second) ||
            !ber_take_number(&pdu, BER_INTEGER, &third))
            return false;
        s->has_error = s->pdu != SNMP_GET_BULK;
        s->error = s->has_error ? (uint8_t)second : 0;
        s->repetitions = s->has_error || third < 0 ? 0 : (uint32_t)third;
    }
    if (!pdu.bad && ber_take(&pdu, BER_SEQUENCE, &list))
        s->variables = count_of(list);
    return true;
}

/* RFC 3412 6: header data, security parameters, and the PDU in its context if it is not encrypted. */
static bool v3_read(struct rd *r, struct snmp_facts *s)
{
    struct rd header, flags, ignored, scoped;
    if (!ber_take(r, BER_SEQUENCE, &header) || !ber_take(&header, BER_INTEGER, &ignored) ||
        !ber_take(&header, BER_INTEGER, &ignored) || !ber_take(&header, BER_OCTETS, &flags) ||
        !ber_take(r, BER_OCTETS, &ignored))
        return false;
    uint8_t bits = rd_u8(&flags);
    s->encrypted = bits & ENCRYPTED;
    s->authenticated = bits & AUTHENTICATED;
    s->pdu = SNMP_PDU_UNKNOWN;
    if (s->encrypted)
        return ber_take(r, BER_OCTETS, &ignored);
    return ber_take(r, BER_SEQUENCE, &scoped) && ber_take(&scoped, BER_OCTETS, &ignored) &&
           ber_take(&scoped, BER_OCTETS, &ignored) && pdu_read(&scoped, s);
}

static bool community_read(struct rd *r, struct snmp_facts *s)
{
    struct rd community;
    if (!ber_take(r, BER_OCTETS, &community))
        return false;
    struct str text = rd_all(&community);
    s->community = str_eq(text, S("public"))    ? SNMP_PUBLIC
                   : str_eq(text, S("private")) ? SNMP_PRIVATE
                                                : SNMP_OTHER;
    return true;
}

static bool snmp_read(struct str bytes, struct snmp_facts *s)
{
    struct rd r = rd_over(bytes), message;
    int64_t version = 0;
    if (!ber_take(&r, BER_SEQUENCE, &message) || rd_left(&r) ||
        !ber_take_number(&message, BER_INTEGER, &version))
        return false;
    s->version = (uint8_t)version;
    switch (version) {
    case SNMP_V1:
    case SNMP_V2C: return community_read(&message, s) && pdu_read(&message, s);
    case SNMP_V3: return v3_read(&message, s);
    default: return false;
    }
}

static enum dissect_result snmp_parse(enum dissect_transport transport, struct str bytes,
                                      union dissect_facts *ret_facts, size_t *ret_used)
{
    (void)transport;
    ret_facts->snmp = (struct snmp_facts){0};
    *ret_used = bytes.len;
    return snmp_read(bytes, &ret_facts->snmp) ? DISSECT_DONE : DISSECT_NOT;
}

/* It is sent to other services' ports to see what they say; their own protocol is then still to come. */
static enum dissect_probe snmp_probe(enum dissect_transport transport, struct str bytes)
{
    struct snmp_facts s = {0};
    (void)transport;
    return snmp_read(bytes, &s) ? PROBE_MAYBE : PROBE_NO;
}

static bool snmp_response(const union dissect_facts *f)
{
    return f->snmp.pdu == SNMP_RESPONSE || f->snmp.pdu == SNMP_REPORT;
}

const struct dissector dissector_snmp = {
    .name = "snmp",
    .app = APP_SNMP,
    .transports = DISSECT_UDP,
    .ports = {161, 162},
    .repeats = true,
    .most = SNMP_MOST,
    .probe = snmp_probe,
    .parse = snmp_parse,
    .response = snmp_response,
};
