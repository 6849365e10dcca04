/* eve_bacnet.c - bacnet lines: one a datagram. */
#include "eve_control_private.h"

static void put_apdu(struct eve *e, const struct bacnet_facts *b)
{
    put_named(e, S(",\"pdu_type\":"), bacnet_apdu_name(b->type), b->type);
    if (b->type != BACNET_UNCONFIRMED)
        put_number(e, S(",\"invoke_id\":"), b->invoke);
    if (b->has_service)
        put_named(e, S(",\"pdu_service\":"), bacnet_service_name(b), b->service);
    if (b->type == BACNET_REJECT || b->type == BACNET_ABORT)
        put_number(e, S(",\"reason\":"), b->reason);
    if (b->segmented)
        PUT(e, ",\"segmented\":true");
    if (b->has_object) {
        put_number(e, S(",\"object_type\":"), b->object_type);
        put_number(e, S(",\"object_instance\":"), b->object_instance);
        put_number(e, S(",\"property\":"), b->property);
    }
}

static void bacnet_body(struct eve *e, const union dissect_facts *request,
                        const union dissect_facts *response)
{
    const struct bacnet_facts *b = request ? &request->bacnet : &response->bacnet;
    put_named(e, S(",\"bacnet\":{\"bvlc_function\":"), bacnet_bvlc_name(b->bvlc), b->bvlc);
    if (b->has_destination)
        put_number(e, S(",\"destination_network\":"), b->destination_network);
    if (b->has_source)
        put_number(e, S(",\"source_network\":"), b->source_network);
    if (b->network_message)
        put_number(e, S(",\"network_message_type\":"), b->network_type);
    if (b->apdu)
        put_apdu(e, b);
    PUT(e, ",");
    put_intent(e, &dissector_bacnet, request, response);
    PUT(e, "}");
}

const struct eve_row eve_row_bacnet = {.app = APP_BACNET, .type = "bacnet", .body = bacnet_body};
