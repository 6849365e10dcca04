/* eve_dnp3.c - dnp3 lines: one a fragment, in Suricata's words; "link" for a frame that carries none.
 *
 * Suricata's "points" are not there: they are values, times and file names. */
#include "eve_control_private.h"

static void put_control(struct eve *e, uint8_t control)
{
    put_flag(e, S(",\"control\":{\"dir\":"), control & DNP3_DIR);
    put_flag(e, S(",\"pri\":"), control & DNP3_PRI);
    put_flag(e, S(",\"fcb\":"), control & DNP3_FCB);
    put_flag(e, S(",\"fcv\":"), control & DNP3_FCV);
    put_number(e, S(",\"function_code\":"), control & 15u);
    PUT(e, "}");
}

static void put_indications(struct eve *e, uint16_t indications)
{
    bool any = false;
    PUT(e, ",\"iin\":{\"indicators\":[");
    for (unsigned i = 0; i < 16; i++) {
        unsigned bit = i ^ 8; /* the first byte's first */
        if (!(indications & 1u << bit))
            continue;
        put(e, any ? S(",\"") : S("\""));
        put_cstr(e, dnp3_indication_name(bit));
        PUT(e, "\"");
        any = true;
    }
    PUT(e, "]}");
}

static void put_object(struct eve *e, const struct dnp3_object *o)
{
    put_number(e, S("{\"group\":"), o->group);
    put_number(e, S(",\"variation\":"), o->variation);
    put_number(e, S(",\"qualifier\":"), o->qualifier);
    put_number(e, S(",\"prefix_code\":"), dnp3_prefix_code(o));
    put_number(e, S(",\"range_code\":"), dnp3_range_code(o));
    put_number(e, S(",\"start\":"), o->start);
    put_number(e, S(",\"stop\":"), o->stop);
    put_number(e, S(",\"count\":"), o->count);
    PUT(e, "}");
}

static void put_application(struct eve *e, const struct dnp3_facts *d)
{
    uint8_t control = d->application_control;
    put_flag(e, S(",\"application\":{\"control\":{\"fir\":"), control & DNP3_FIR);
    put_flag(e, S(",\"fin\":"), control & DNP3_FIN);
    put_flag(e, S(",\"con\":"), control & DNP3_CON);
    put_flag(e, S(",\"uns\":"), control & DNP3_UNS);
    put_number(e, S(",\"sequence\":"), control & 15u);
    put_number(e, S("},\"function_code\":"), d->function);
    PUT(e, ",\"objects\":[");
    for (size_t i = 0; i < d->n_objects; i++) {
        put(e, i ? S(",") : S(""));
        put_object(e, &d->objects[i]);
    }
    put_flag(e, S("],\"complete\":"), d->complete);
    PUT(e, "}");
}

static const char *type_of(const struct dnp3_facts *d)
{
    if (!d->fragment)
        return "link";
    return d->function == DNP3_UNSOLICITED ? "unsolicited_response"
           : d->function >= DNP3_RESPONSE  ? "response"
                                           : "request";
}

static void dnp3_body(struct eve *e, const union dissect_facts *request,
                      const union dissect_facts *response)
{
    const struct dnp3_facts *d = request ? &request->dnp3 : &response->dnp3;
    PUT(e, ",\"dnp3\":{\"type\":\"");
    put_cstr(e, type_of(d));
    PUT(e, "\"");
    put_control(e, d->control);
    put_number(e, S(",\"src\":"), d->source);
    put_number(e, S(",\"dst\":"), d->destination);
    if (d->fragment) {
        put_application(e, d);
        if (d->function >= DNP3_RESPONSE)
            put_indications(e, d->indications);
    }
    PUT(e, ",");
    put_intent(e, &dissector_dnp3, request, response);
    PUT(e, "}");
}

const struct eve_row eve_row_dnp3 = {.app = APP_DNP3, .type = "dnp3", .body = dnp3_body};
