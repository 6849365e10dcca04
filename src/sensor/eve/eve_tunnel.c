/* eve_tunnel.c - stun, wireguard and openvpn lines. Suricata 7 has none of them: the names are plain ones. */
#include "eve_private.h"

static void put_stun(struct eve *e, const struct stun_facts *s)
{
    const char *method = stun_method_name(s->method);
    PUT(e, "{\"class\":\"");
    put_cstr(e, stun_class_name(s->class));
    PUT(e, "\",\"method\":");
    if (method)
        PUT(e, "\""), put_cstr(e, method), PUT(e, "\"");
    else
        put_uint(e, s->method);
    if (s->error)
        put_number(e, S(",\"error_code\":"), s->error);
    PUT(e, ",\"magic_cookie\":");
    put_bool(e, s->cookie);
    PUT(e, ",\"ice\":");
    put_bool(e, s->attributes & STUN_HAS_ICE);
    PUT(e, ",\"authenticated\":");
    put_bool(e, s->attributes & STUN_HAS_INTEGRITY);
    PUT(e, ",\"relayed\":");
    put_bool(e, s->attributes & STUN_HAS_RELAYED);
    PUT(e, "}");
}

static void stun_body(struct eve *e, const union dissect_facts *request,
                      const union dissect_facts *response)
{
    PUT(e, ",\"stun\":{");
    if (request)
        PUT(e, "\"request\":"), put_stun(e, &request->stun);
    if (response)
        put(e, request ? S(",\"response\":") : S("\"response\":")), put_stun(e, &response->stun);
    PUT(e, "}");
}

static void wireguard_body(struct eve *e, const union dissect_facts *request,
                           const union dissect_facts *response)
{
    const struct wireguard_facts *w = request ? &request->wireguard : &response->wireguard;
    PUT(e, ",\"wireguard\":{\"message_type\":\"");
    put_cstr(e, wireguard_type_name(w->type));
    PUT(e, "\",\"under_load\":");
    put_bool(e, w->cookie);
    PUT(e, ",\"reserved_used\":");
    put_bool(e, w->reserved);
    PUT(e, "}");
}

static void openvpn_body(struct eve *e, const union dissect_facts *request,
                         const union dissect_facts *response)
{
    const struct openvpn_facts *o = request ? &request->openvpn : &response->openvpn;
    PUT(e, ",\"openvpn\":{\"opcode\":\"");
    put_cstr(e, openvpn_opcode_name(o->opcode));
    PUT(e, "\",\"control_wrap\":\"");
    put_cstr(e, openvpn_wrap_name(o->wrap));
    PUT(e, "\"");
    if (o->hmac_size)
        put_number(e, S(",\"hmac_bits\":"), (uint64_t)o->hmac_size * 8);
    PUT(e, "}");
}

const struct eve_row eve_row_stun = {.app = APP_STUN, .type = "stun", .body = stun_body};
const struct eve_row eve_row_wireguard = {.app = APP_WIREGUARD,
                                          .type = "wireguard",
                                          .body = wireguard_body};
const struct eve_row eve_row_openvpn = {.app = APP_OPENVPN,
                                        .type = "openvpn",
                                        .body = openvpn_body};
