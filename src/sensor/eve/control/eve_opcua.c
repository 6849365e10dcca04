/* eve_opcua.c - opcua lines: one a chunk. */
#include "eve_control_private.h"

static void opcua_body(struct eve *e, const union dissect_facts *request,
                       const union dissect_facts *response)
{
    const struct opcua_facts *o = request ? &request->opcua : &response->opcua;
    PUT(e, ",\"opcua\":{\"msg_type\":\"");
    put_cstr(e, opcua_type_name(o->type));
    PUT(e, "\",\"is_final\":\"");
    put(e, (struct str){&o->chunk, 1});
    put_number(e, S("\",\"msg_size\":"), o->size);
    if (o->type == OPCUA_HELLO || o->type == OPCUA_ACKNOWLEDGE)
        put_number(e, S(",\"version\":"), o->version);
    if (o->type == OPCUA_ERROR)
        put_number(e, S(",\"error\":"), o->error);
    if (o->type == OPCUA_OPEN || o->type == OPCUA_MESSAGE || o->type == OPCUA_CLOSE) {
        put_number(e, S(",\"sec_channel_id\":"), o->channel);
        put_number(e, S(",\"seq_number\":"), o->sequence);
        put_number(e, S(",\"request_id\":"), o->request);
    }
    if (o->policy_len) {
        PUT(e, ",\"security_policy\":");
        put_text(e, (struct str){o->policy, o->policy_len});
        put_flag(e, S(",\"secure\":"), o->secure);
    }
    if (o->service) {
        put_number(e, S(",\"identifier\":"), o->service);
        put_named(e, S(",\"identifier_str\":"), opcua_service_name(o->service), o->service);
    }
    if (o->has_result)
        put_number(e, S(",\"service_result\":"), o->result);
    PUT(e, ",");
    put_intent(e, &dissector_opcua, request, response);
    PUT(e, "}");
}

const struct eve_row eve_row_opcua = {.app = APP_OPCUA, .type = "opcua", .body = opcua_body};
