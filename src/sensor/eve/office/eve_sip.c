/* eve_sip.c - sip lines, one a message: nobody's number, nobody's name. */
#include "eve_office_private.h"

static void sip_body(struct eve *e, const union dissect_facts *request,
                     const union dissect_facts *response)
{
    const struct sip_facts *s = request ? &request->sip : &response->sip;
    struct members m = members_begin(e, S("sip"));
    member_text(&m, S("method"), sip_method(s));
    member_text(&m, S("version"), S("SIP/2.0"));
    if (s->response) {
        member_key(&m, S("code"));
        PUT(e, "\"");
        put_uint(e, s->status);
        PUT(e, "\"");
        member_text(&m, S("cseq_method"), sip_cseq(s));
    }
    member_text(&m, S("user_agent"), sip_agent(s));
    if (s->authorises)
        member_bool(&m, S("authorization"), true);
    if (s->sdp)
        member_bool(&m, S("has_sdp"), true);
    members_end(&m);
}

const struct eve_row eve_row_sip = {.app = APP_SIP, .type = "sip", .body = sip_body};
