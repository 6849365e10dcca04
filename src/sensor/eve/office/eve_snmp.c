/* eve_snmp.c - snmp lines, one a datagram. A community is written when everybody knows it. */
#include "eve_office_private.h"

static void put_rest(struct members *m, const struct snmp_facts *s)
{
    if (s->has_error && s->error)
        member_number(m, S("error"), s->error);
    if (s->pdu == SNMP_TRAP_V1)
        member_number(m, S("trap_type"), s->trap);
    if (s->pdu == SNMP_GET_BULK)
        member_number(m, S("max_repetitions"), s->repetitions);
    member_number(m, S("variables"), s->variables);
}

static void snmp_body(struct eve *e, const union dissect_facts *request,
                      const union dissect_facts *response)
{
    static const struct str communities[] = {S_("other"), S_("public"), S_("private")};
    const struct snmp_facts *s = request ? &request->snmp : &response->snmp;
    struct members m = members_begin(e, S("snmp"));
    member_number(&m, S("version"), s->version == SNMP_V3 ? 3 : s->version + 1u);
    member_name(&m, S("pdu_type"), s->encrypted ? "encrypted" : snmp_pdu_name(s->pdu), 0);
    if (s->version != SNMP_V3 && s->community != SNMP_OTHER)
        member_text(&m, S("community"), communities[s->community]);
    if (s->version == SNMP_V3)
        member_bool(&m, S("authenticated"), s->authenticated);
    if (!s->encrypted)
        put_rest(&m, s);
    members_end(&m);
}

const struct eve_row eve_row_snmp = {.app = APP_SNMP, .type = "snmp", .body = snmp_body};
