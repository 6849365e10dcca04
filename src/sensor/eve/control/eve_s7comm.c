/* eve_s7comm.c - s7comm lines: one a PDU of either S7 protocol. */
#include "eve_control_private.h"

static const char *rosctr_name(const struct s7comm_facts *s)
{
    switch (s->rosctr) {
    case S7_JOB: return "Job-Request";
    case S7_ACK: return "Ack";
    case S7_ACK_DATA: return "Ack-Data";
    case S7_USERDATA: return "Userdata";
    case S7_PLUS_REQUEST: return "Request";
    case S7_PLUS_RESPONSE: return "Response";
    case S7_PLUS_NOTIFICATION: return "Notification";
    default: return NULL;
    }
}

static void put_userdata(struct eve *e, const struct s7comm_facts *s)
{
    put_named(e, S(",\"function_group\":"), s7comm_group_name(s->group), s->group);
    put_number(e, S(",\"subfunction_code\":"), s->sub);
    put_named(e, S(",\"subfunction\":"), s7comm_sub_name(s->group, s->sub), s->sub);
    if (s->error)
        put_number(e, S(",\"error\":"), s->error);
}

static void put_place(struct eve *e, const struct s7comm_facts *s)
{
    if (s->items)
        put_number(e, S(",\"item_count\":"), s->items);
    if (s->has_address) {
        put_number(e, S(",\"item\":{\"area\":"), s->area);
        put_number(e, S(",\"db\":"), s->block);
        put_number(e, S(",\"byte\":"), s->address >> 3);
        put_number(e, S(",\"bit\":"), s->address & 7);
        put_number(e, S(",\"count\":"), s->count);
        PUT(e, "}");
    }
    if (s->has_block) {
        const char *name = s7comm_block_type_name(s->block_type);
        PUT(e, ",\"block_type\":\"");
        put_cstr(e, name ? name : s->block_type);
        put_number(e, S("\",\"block_number\":"), s->block_number);
    }
    if (s->service) {
        PUT(e, ",\"service\":\"");
        put_cstr(e, s7comm_service_name(s->service));
        PUT(e, "\"");
    }
}

static void s7comm_body(struct eve *e, const union dissect_facts *request,
                        const union dissect_facts *response)
{
    const struct s7comm_facts *s = request ? &request->s7comm : &response->s7comm;
    PUT(e, ",\"s7comm\":{\"protocol\":");
    put(e, s->plus ? S("\"s7comm-plus\"") : S("\"s7comm\""));
    if (s->plus)
        put_number(e, S(",\"version\":"), s->version);
    put_named(e, S(",\"rosctr\":"), rosctr_name(s), s->rosctr);
    put_number(e, S(",\"pdu_reference\":"), s->reference);
    if (s->has_function) {
        put_number(e, S(",\"function_code\":"), s->function);
        put_named(e, S(",\"function\":"), s7comm_function_name(s), s->function);
    }
    if (!s->plus && s->rosctr == S7_USERDATA)
        put_userdata(e, s);
    put_place(e, s);
    if (s->error_class || s->error_code) {
        put_number(e, S(",\"error_class\":"), s->error_class);
        put_number(e, S(",\"error_code\":"), s->error_code);
    }
    if (s->tsaps) {
        put_number(e, S(",\"tsap_calling\":"), s->tsap_calling);
        put_number(e, S(",\"tsap_called\":"), s->tsap_called);
    }
    PUT(e, ",");
    put_intent(e, &dissector_s7comm, request, response);
    PUT(e, "}");
}

const struct eve_row eve_row_s7comm = {.app = APP_S7COMM, .type = "s7comm", .body = s7comm_body};
