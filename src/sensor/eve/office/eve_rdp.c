/* eve_rdp.c - rdp lines, one a message: what was asked for, granted, refused. */
#include "eve_office_private.h"

static void put_protocols(struct members *m, uint32_t bits)
{
    bool any = false;
    member_key(m, S("requested_protocols"));
    PUT(m->e, "[");
    for (unsigned i = 0; i < 32; i++) {
        const char *name = bits & UINT32_C(1) << i ? rdp_protocol_name(UINT32_C(1) << i) : NULL;
        if (!name)
            continue;
        put(m->e, any ? S(",") : S(""));
        put_text(m->e, text_of(name));
        any = true;
    }
    PUT(m->e, "]");
}

static void put_request(struct members *m, const struct rdp_facts *f)
{
    member_bool(m, S("cookie_present"), f->cookie);
    if (f->token)
        member_bool(m, S("routing_token_present"), true);
    if (f->negotiates)
        put_protocols(m, f->requested);
}

static void put_confirm(struct members *m, const struct rdp_facts *f)
{
    if (!f->negotiates || !f->failed) {
        member_name(m, S("protocol"), f->selected ? rdp_protocol_name(f->selected) : "rdp",
                    f->selected);
        return;
    }
    member_number(m, S("error_code"), f->failure);
    member_name(m, S("reason"), rdp_failure_name(f->failure), f->failure);
}

static void put_connect(struct members *m, const struct rdp_facts *f)
{
    if (!f->has_core)
        return;
    struct members client = members_inside(m, S("client"));
    member_name(&client, S("version"), rdp_version_name(f->version), f->version);
    member_number(&client, S("desktop_width"), f->width);
    member_number(&client, S("desktop_height"), f->height);
    member_number(&client, S("keyboard_layout"), f->keyboard);
    member_number(&client, S("build"), f->build);
    members_end(&client);
}

static void rdp_body(struct eve *e, const union dissect_facts *request,
                     const union dissect_facts *response)
{
    static const char *const kinds[] = {"initial_request", "initial_response", "connect_request",
                                        "connect_response"};
    const struct rdp_facts *f = request ? &request->rdp : &response->rdp;
    struct members m = members_begin(e, S("rdp"));
    member_name(&m, S("event_type"), kinds[f->kind], 0);
    switch (f->kind) {
    case RDP_REQUEST: put_request(&m, f); break;
    case RDP_CONFIRM: put_confirm(&m, f); break;
    case RDP_CONNECT: put_connect(&m, f); break;
    default:
        if (f->has_result)
            member_number(&m, S("result"), f->result);
        break;
    }
    members_end(&m);
}

const struct eve_row eve_row_rdp = {.app = APP_RDP, .type = "rdp", .body = rdp_body};
