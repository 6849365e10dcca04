/* eve_dhcp.c - dhcp lines, one a datagram, with what Suricata calls "extended". */
#include "eve_office_private.h"

static void put_addresses(struct members *m, struct str name, uint8_t n,
                          const uint8_t addresses[DHCP_ADDRESSES][4])
{
    if (!n)
        return;
    member_key(m, name);
    PUT(m->e, "[");
    for (size_t i = 0; i < n; i++) {
        put(m->e, i ? S(",") : S(""));
        put_ipv4(m->e, addresses[i]);
    }
    PUT(m->e, "]");
}

static void put_params(struct members *m, const struct dhcp_facts *d)
{
    bool any = false;
    if (!d->n_params)
        return;
    member_key(m, S("params"));
    PUT(m->e, "[");
    for (size_t i = 0; i < d->n_params; i++) {
        const char *name = dhcp_option_name(d->params[i]);
        if (!name)
            continue;
        put(m->e, any ? S(",") : S(""));
        put_text(m->e, text_of(name));
        any = true;
    }
    PUT(m->e, "]");
    member_key(m, S("params_list"));
    PUT(m->e, "\"");
    for (size_t i = 0; i < d->n_params; i++) {
        put(m->e, i ? S(",") : S(""));
        put_uint(m->e, d->params[i]);
    }
    PUT(m->e, "\"");
    member_text(m, S("params_hash"), text_of(d->params_hash));
}

static void put_lease(struct members *m, const struct dhcp_facts *d)
{
    if (d->has_lease)
        member_number(m, S("lease_time"), d->lease);
    if (d->has_renewal)
        member_number(m, S("renewal_time"), d->renewal);
    if (d->has_rebinding)
        member_number(m, S("rebinding_time"), d->rebinding);
    if (d->has_mask)
        member_ipv4(m, S("subnet_mask"), d->mask);
    put_addresses(m, S("routers"), d->n_routers, d->routers);
    put_addresses(m, S("dns_servers"), d->n_dns_servers, d->dns_servers);
}

static void dhcp_body(struct eve *e, const union dissect_facts *request,
                      const union dissect_facts *response)
{
    const struct dhcp_facts *d = request ? &request->dhcp : &response->dhcp;
    struct members m = members_begin(e, S("dhcp"));
    member_text(&m, S("type"), d->reply ? S("reply") : S("request"));
    member_number(&m, S("id"), d->id);
    member_key(&m, S("client_mac"));
    PUT(e, "\"");
    put_hex(e, d->mac, d->mac_len, ':');
    PUT(e, "\"");
    member_ipv4(&m, S("assigned_ip"), d->assigned_ip);
    member_ipv4(&m, S("client_ip"), d->client_ip);
    if (d->reply) {
        member_ipv4(&m, S("relay_ip"), d->relay_ip);
        member_ipv4(&m, S("next_server_ip"), d->next_server_ip);
    }
    if (dhcp_type_name(d->type))
        member_name(&m, S("dhcp_type"), dhcp_type_name(d->type), 0);
    if (d->has_requested)
        member_ipv4(&m, S("requested_ip"), d->requested_ip);
    member_text(&m, S("hostname"), dhcp_hostname(d));
    member_text(&m, S("vendor_class_identifier"), dhcp_vendor_class(d));
    put_lease(&m, d);
    put_params(&m, d);
    members_end(&m);
}

const struct eve_row eve_row_dhcp = {.app = APP_DHCP, .type = "dhcp", .body = dhcp_body};
