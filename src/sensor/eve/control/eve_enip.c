/* eve_enip.c - enip lines: a request and its response, named as Suricata 8 names them (7 has no such line). */
#include "eve_control_private.h"

static void put_segment(struct eve *e, bool *any, struct str type, uint32_t value)
{
    put(e, *any ? S(",{\"segment_type\":\"") : S("{\"segment_type\":\""));
    put(e, type);
    put_number(e, S("\",\"value\":"), value);
    PUT(e, "}");
    *any = true;
}

static void put_path(struct eve *e, const struct cip_path *p)
{
    bool any = false;
    if (p->symbolic)
        PUT(e, ",\"symbolic\":true");
    if (!p->has_class && !p->has_instance && !p->has_attribute)
        return;
    PUT(e, ",\"path\":[");
    if (p->has_class)
        put_segment(e, &any, S("class"), p->class_id);
    if (p->has_instance)
        put_segment(e, &any, S("instance"), p->instance);
    if (p->has_attribute)
        put_segment(e, &any, S("attribute_id"), p->attribute);
    PUT(e, "]");
    if (p->has_class)
        put_named(e, S(",\"class_name\":"), cip_class_name(p->class_id), p->class_id);
}

static void put_service(struct eve *e, unsigned service, uint32_t class_id)
{
    uint8_t number = (uint8_t)(service & ~(unsigned)CIP_RESPONSE);
    put_named(e, S("\"service\":"), cip_service_name(number, class_id), number);
}

static void put_cip(struct eve *e, const struct enip_facts *f, uint32_t class_asked)
{
    bool response = f->service & CIP_RESPONSE;
    PUT(e, ",\"cip\":{");
    put_service(e, f->service, response ? class_asked : f->path.class_id);
    if (response)
        put_named(e, S(",\"status\":"), cip_status_name(f->cip_status), f->cip_status);
    if (f->cip_extended)
        put_number(e, S(",\"status_extended\":"), f->cip_extended);
    put_path(e, &f->path);
    if (f->embedded) {
        PUT(e, ",\"embedded\":{");
        put_service(e, f->inner_service, f->inner_path.class_id);
        put_path(e, &f->inner_path);
        PUT(e, "}");
    }
    if (f->pccc) {
        put_number(e, S(",\"pccc\":{\"command\":"), f->pccc_command);
        put_number(e, S(",\"function\":"), f->pccc_function);
        PUT(e, "}");
    }
    for (size_t i = 0; i < f->n_services; i++) {
        put(e, i ? S(",{") : S(",\"multiple\":[{"));
        put_service(e, f->services[i], f->service_classes[i]);
        PUT(e, "}");
    }
    if (f->n_services)
        PUT(e, "]");
    PUT(e, "}");
}

static void put_identity(struct eve *e, const struct enip_identity *i)
{
    put_number(e, S(",\"identity\":{\"protocol_version\":"), i->protocol_version);
    put_number(e, S(",\"revision\":\""), i->major);
    put_number(e, S("."), i->minor);
    put_number(e, S("\",\"vendor_id\":"), i->vendor);
    put_number(e, S(",\"device_type\":"), i->device_type);
    put_number(e, S(",\"product_code\":"), i->product);
    put_number(e, S(",\"status\":"), i->status);
    put_number(e, S(",\"serial\":"), i->serial);
    PUT(e, ",\"product_name\":");
    put_text(e, (struct str){i->name, i->name_len});
    put_number(e, S(",\"state\":"), i->state);
    PUT(e, "}");
}

static void put_message(struct eve *e, const struct enip_facts *f, uint32_t class_asked)
{
    if (f->io) {
        put_number(e, S("{\"command\":\"implicit_io\",\"connection_id\":"), f->connection);
        PUT(e, "},");
        return;
    }
    put_named(e, S("{\"command\":"), enip_command_name(f->command), f->command);
    put_named(e, S(",\"status\":"), enip_status_name(f->status), f->status);
    put_number(e, S(",\"session\":"), f->session);
    if (f->connection)
        put_number(e, S(",\"connection_id\":"), f->connection);
    if (f->registers) {
        put_number(e, S(",\"register_session\":{\"protocol_version\":"), f->register_version);
        put_number(e, S(",\"options\":"), f->register_options);
        PUT(e, "}");
    }
    if (f->cip)
        put_cip(e, f, class_asked);
    if (f->identity.told)
        put_identity(e, &f->identity);
    PUT(e, "},");
}

static void enip_body(struct eve *e, const union dissect_facts *request,
                      const union dissect_facts *response)
{
    uint32_t class_asked = request ? request->enip.path.class_id : 0;
    PUT(e, ",\"enip\":{");
    if (request)
        PUT(e, "\"request\":"), put_message(e, &request->enip, 0);
    if (response)
        PUT(e, "\"response\":"), put_message(e, &response->enip, class_asked);
    put_intent(e, &dissector_enip, request, response);
    PUT(e, "}");
}

const struct eve_row eve_row_enip = {.app = APP_ENIP, .type = "enip", .body = enip_body};
