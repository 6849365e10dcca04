/* dhcp.h - DHCP and BOOTP for IPv4: which machine is where, and what made it ask.
 *
 * MAC address, host name and addresses are asset data of one's own network. The order of the options that a
 * client asks for tells its operating system; it is kept as sent, with its hash.
 *
 * Source: RFC 2131 2, RFC 2132, RFC 951.
 */
#pragma once

#include "core/str.h"

enum { DHCP_PARAMS = 64, DHCP_TEXT = 64, DHCP_ADDRESSES = 4, DHCP_PARAMS_HASH = 33 };

enum dhcp_type {
    DHCP_BOOTP = 0,
    DHCP_DISCOVER = 1,
    DHCP_OFFER,
    DHCP_REQUEST,
    DHCP_DECLINE,
    DHCP_ACK,
    DHCP_NAK,
    DHCP_RELEASE,
    DHCP_INFORM,
};

struct dhcp_facts {
    bool reply;
    uint8_t type; /* enum dhcp_type */
    uint32_t id;
    uint8_t mac_len, mac[16];
    uint8_t client_ip[4], assigned_ip[4], next_server_ip[4], relay_ip[4]; /* zeros: none */
    bool has_requested, has_server, has_mask, has_lease, has_renewal, has_rebinding;
    uint8_t requested_ip[4], server_ip[4], mask[4];
    uint8_t n_routers, n_dns_servers;
    uint8_t routers[DHCP_ADDRESSES][4], dns_servers[DHCP_ADDRESSES][4];
    uint32_t lease, renewal, rebinding; /* seconds */
    uint8_t n_params, hostname_len, vendor_class_len;
    uint8_t params[DHCP_PARAMS];
    char params_hash[DHCP_PARAMS_HASH]; /* MD5 of "1,3,6,15"; "" when none were asked for */
    char hostname[DHCP_TEXT], vendor_class[DHCP_TEXT];
};

static inline struct str dhcp_hostname(const struct dhcp_facts *d)
{
    return (struct str){d->hostname, d->hostname_len};
}
static inline struct str dhcp_vendor_class(const struct dhcp_facts *d)
{
    return (struct str){d->vendor_class, d->vendor_class_len};
}

const char *dhcp_type_name(uint8_t type);     /* "discover"; NULL */
const char *dhcp_option_name(uint8_t option); /* "subnet_mask"; NULL */
