/* eve_ntp.c - ntp lines, one a datagram, in the words of Suricata 8. */
#include "eve_office_private.h"

static void ntp_body(struct eve *e, const union dissect_facts *request,
                     const union dissect_facts *response)
{
    const struct ntp_facts *n = request ? &request->ntp : &response->ntp;
    struct members m = members_begin(e, S("ntp"));
    member_number(&m, S("version"), n->version);
    member_number(&m, S("mode"), n->mode);
    if (n->mode == NTP_CONTROL || n->mode == NTP_PRIVATE) {
        member_number(&m, S("opcode"), n->opcode);
        if (n->monlist)
            member_bool(&m, S("monlist"), true);
    } else {
        member_number(&m, S("stratum"), n->stratum);
        member_key(&m, S("reference_id"));
        PUT(e, "\"");
        put_hex(e, n->reference, sizeof n->reference, ':');
        PUT(e, "\"");
    }
    members_end(&m);
}

const struct eve_row eve_row_ntp = {.app = APP_NTP, .type = "ntp", .body = ntp_body};
