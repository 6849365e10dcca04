/* dhcp.c - BOOTP's fixed part, DHCP's options behind it, and DHCP's row in the registry. */
#include "core/digest.h"
#include "core/encode.h"
#include "office_private.h"

enum {
    FIXED_SIZE = 236,
    COOKIE = 0x63825363,
    SNAME_AT = 44,
    SNAME_SIZE = 64,
    FILE_AT = 108,
    FILE_SIZE = 128
};
enum { BOOTREQUEST = 1, BOOTREPLY = 2 };
enum { IN_FILE = 1, IN_SNAME = 2 }; /* option 52, RFC 2132 9.3 */

static const char *const types[] = {NULL,  "discover", "offer",   "request", "decline",
                                    "ack", "nak",      "release", "inform"};

static const struct office_code options[] = {
    {1, "subnet_mask"},   {2, "time_offset"},       {3, "router"},
    {4, "time_server"},   {5, "name_server"},       {6, "dns_server"},
    {7, "log_server"},    {8, "cookie_server"},     {9, "lpr_server"},
    {12, "hostname"},     {15, "domain"},           {28, "broadcast"},
    {42, "ntp_server"},   {43, "vendor_specific"},  {44, "netbios_name_server"},
    {50, "requested_ip"}, {51, "lease_time"},       {53, "dhcp_type"},
    {54, "server_id"},    {55, "parameters"},       {57, "max_dhcp_size"},
    {58, "renewal_time"}, {59, "rebinding_time"},   {60, "class_id"},
    {61, "client_id"},    {66, "tftp_server_name"}, {67, "bootfile_name"},
};

const char *dhcp_type_name(uint8_t type)
{
    return type < COUNT(types) ? types[type] : NULL;
}

const char *dhcp_option_name(uint8_t option)
{
    return office_code_name(options, COUNT(options), option);
}

static bool address_read(struct rd *r, uint8_t out[4])
{
    struct str address = rd_str(r, 4);
    if (r->bad)
        return false;
    memcpy(out, address.ptr, 4);
    return true;
}

static uint8_t addresses_read(struct rd r, uint8_t out[DHCP_ADDRESSES][4])
{
    uint8_t n = 0;
    while (n < DHCP_ADDRESSES && address_read(&r, out[n]))
        n++;
    return n;
}

static bool seconds_read(struct rd r, uint32_t *out)
{
    uint32_t n = rd_be32(&r);
    *out = r.bad ? 0 : n;
    return !r.bad;
}

static void params_read(struct rd r, struct dhcp_facts *d)
{
    while (rd_left(&r) && d->n_params < DHCP_PARAMS)
        d->params[d->n_params++] = rd_u8(&r);
}

static void option_read(uint8_t code, struct rd r, struct dhcp_facts *d, uint8_t *overload)
{
    switch (code) {
    case 1: d->has_mask = address_read(&r, d->mask); break;
    case 3: d->n_routers = addresses_read(r, d->routers); break;
    case 6: d->n_dns_servers = addresses_read(r, d->dns_servers); break;
    case 12: d->hostname_len = (uint8_t)text_keep(d->hostname, DHCP_TEXT, rd_all(&r)); break;
    case 50: d->has_requested = address_read(&r, d->requested_ip); break;
    case 51: d->has_lease = seconds_read(r, &d->lease); break;
    case 52: *overload |= rd_u8(&r); break;
    case 53: d->type = rd_u8(&r); break;
    case 54: d->has_server = address_read(&r, d->server_ip); break;
    case 55: params_read(r, d); break;
    case 58: d->has_renewal = seconds_read(r, &d->renewal); break;
    case 59: d->has_rebinding = seconds_read(r, &d->rebinding); break;
    case 60:
        d->vendor_class_len = (uint8_t)text_keep(d->vendor_class, DHCP_TEXT, rd_all(&r));
        break;
    default: break;
    }
}

static void options_read(struct rd r, struct dhcp_facts *d, uint8_t *overload)
{
    while (rd_left(&r)) {
        uint8_t code = rd_u8(&r);
        if (code == 0)
            continue;
        if (code == 255)
            return;
        struct str value = rd_str(&r, rd_u8(&r));
        if (r.bad)
            return;
        option_read(code, rd_over(value), d, overload);
    }
}

static void params_hash(struct dhcp_facts *d)
{
    char text[4 * DHCP_PARAMS];
    uint8_t digest[MD5_SIZE];
    size_t n = 0;
    if (!d->n_params)
        return;
    for (size_t i = 0; i < d->n_params; i++) {
        uint8_t p = d->params[i];
        if (i)
            text[n++] = ',';
        if (p >= 100)
            text[n++] = (char)('0' + p / 100);
        if (p >= 10)
            text[n++] = (char)('0' + p / 10 % 10);
        text[n++] = (char)('0' + p % 10);
    }
    md5_of((struct str){text, n}, digest);
    hex_write(d->params_hash, digest, sizeof digest);
    d->params_hash[DHCP_PARAMS_HASH - 1] = 0;
}

static bool fixed_read(struct rd *r, struct dhcp_facts *d)
{
    uint8_t op = rd_u8(r), hardware = rd_u8(r), length = rd_u8(r);
    (void)hardware;
    rd_pass(r, 1);
    d->id = rd_be32(r);
    rd_pass(r, 4);
    bool ips = address_read(r, d->client_ip) && address_read(r, d->assigned_ip) &&
               address_read(r, d->next_server_ip) && address_read(r, d->relay_ip);
    struct str mac = rd_str(r, sizeof d->mac);
    rd_pass(r, SNAME_SIZE + FILE_SIZE);
    if (!ips || r->bad || (op != BOOTREQUEST && op != BOOTREPLY) || length > sizeof d->mac)
        return false;
    d->reply = op == BOOTREPLY;
    d->mac_len = length;
    memcpy(d->mac, mac.ptr, sizeof d->mac);
    return true;
}

static bool dhcp_read(struct str bytes, struct dhcp_facts *d)
{
    struct rd r = rd_over(bytes);
    uint8_t overload = 0, ignored = 0;
    if (!fixed_read(&r, d) || rd_be32(&r) != COOKIE || r.bad)
        return false;
    options_read(r, d, &overload);
    if (overload & IN_FILE)
        options_read(rd_of(bytes.ptr + FILE_AT, FILE_SIZE), d, &ignored);
    if (overload & IN_SNAME)
        options_read(rd_of(bytes.ptr + SNAME_AT, SNAME_SIZE), d, &ignored);
    params_hash(d);
    return true;
}

static enum dissect_result dhcp_parse(enum dissect_transport transport, struct str bytes,
                                      union dissect_facts *ret_facts, size_t *ret_used)
{
    (void)transport;
    memset(&ret_facts->dhcp, 0, sizeof ret_facts->dhcp);
    *ret_used = bytes.len;
    return dhcp_read(bytes, &ret_facts->dhcp) ? DISSECT_DONE : DISSECT_NOT;
}

static enum dissect_probe dhcp_probe(enum dissect_transport transport, struct str bytes)
{
    struct rd r = rd_over(bytes);
    (void)transport;
    uint8_t op = rd_u8(&r), hardware = rd_u8(&r), length = rd_u8(&r);
    rd_pass(&r, FIXED_SIZE - 3);
    bool proved = rd_be32(&r) == COOKIE && !r.bad && (op == BOOTREQUEST || op == BOOTREPLY) &&
                  length <= 16 && hardware != 0;
    return proved ? PROBE_YES : PROBE_NO;
}

static bool dhcp_response(const union dissect_facts *f)
{
    return f->dhcp.reply;
}

const struct dissector dissector_dhcp = {
    .name = "dhcp",
    .app = APP_DHCP,
    .transports = DISSECT_UDP,
    .ports = {67, 68},
    .repeats = true,
    .most = 1500,
    .probe = dhcp_probe,
    .parse = dhcp_parse,
    .response = dhcp_response,
};
