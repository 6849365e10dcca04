/* eve_nbns.c - nbns lines, one a datagram. */
#include "eve_office_private.h"

static void nbns_body(struct eve *e, const union dissect_facts *request,
                      const union dissect_facts *response)
{
    const struct nbns_facts *n = request ? &request->nbns : &response->nbns;
    struct members m = members_begin(e, S("nbns"));
    member_text(&m, S("type"), n->response ? S("response") : S("request"));
    member_number(&m, S("id"), n->id);
    member_name(&m, S("opcode"), nbns_opcode_name(n->opcode), n->opcode);
    member_text(&m, S("rrname"), nbns_name(n));
    member_number(&m, S("suffix"), n->suffix);
    member_text(&m, S("rrtype"), n->type == NBNS_STATUS ? S("NBSTAT") : S("NB"));
    member_bool(&m, S("broadcast"), n->broadcast);
    if (n->response)
        member_number(&m, S("rcode"), n->rcode);
    if (n->has_address)
        member_ipv4(&m, S("address"), n->address);
    members_end(&m);
}

const struct eve_row eve_row_nbns = {.app = APP_NBNS, .type = "nbns", .body = nbns_body};
