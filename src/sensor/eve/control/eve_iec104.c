/* eve_iec104.c - iec104 lines: one an APDU. */
#include "eve_control_private.h"

static void put_asdu(struct eve *e, const struct iec104_facts *f)
{
    put_number(e, S(",\"asdu\":{\"type_id\":"), f->type);
    put_named(e, S(",\"type\":"), iec104_type_name(f->type), f->type);
    put_number(e, S(",\"cause_id\":"), f->cause);
    put_named(e, S(",\"cause\":"), iec104_cause_name(f->cause), f->cause);
    put_flag(e, S(",\"negative\":"), f->negative);
    put_flag(e, S(",\"test\":"), f->test);
    put_flag(e, S(",\"sequence\":"), f->sequence);
    put_number(e, S(",\"objects\":"), f->objects);
    put_number(e, S(",\"originator_address\":"), f->originator);
    put_number(e, S(",\"common_address\":"), f->common_address);
    if (f->objects)
        put_number(e, S(",\"object_address\":"), f->object_address);
    if (f->select)
        PUT(e, ",\"select\":true");
    PUT(e, "}");
}

static void iec104_body(struct eve *e, const union dissect_facts *request,
                        const union dissect_facts *response)
{
    const struct iec104_facts *f = request ? &request->iec104 : &response->iec104;
    static const char *const formats[] = {"I", "S", "U"};
    PUT(e, ",\"iec104\":{\"type\":");
    put(e, request ? S("\"request\"") : S("\"response\""));
    PUT(e, ",\"apci\":{\"format\":\"");
    put_cstr(e, formats[f->format]);
    PUT(e, "\"");
    if (f->format == IEC104_I)
        put_number(e, S(",\"send_sequence\":"), f->send);
    if (f->format != IEC104_U)
        put_number(e, S(",\"receive_sequence\":"), f->receive);
    else
        put_named(e, S(",\"function\":"), iec104_u_name(f->u), f->u);
    PUT(e, "}");
    if (f->format == IEC104_I)
        put_asdu(e, f);
    PUT(e, ",");
    put_intent(e, &dissector_iec104, request, response);
    PUT(e, "}");
}

const struct eve_row eve_row_iec104 = {.app = APP_IEC104, .type = "iec104", .body = iec104_body};
