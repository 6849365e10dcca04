/* registry.c - every protocol the sensor knows, one row each, in the order they are tried.
 *
 * Rows whose first bytes prove themselves stand before rows that lean on their port.
 */
#include "dissect/dissector.h"

static const struct dissector *const rows[] = {
    &dissector_tls,       &dissector_sip,     &dissector_http2,  &dissector_http,
    &dissector_quic,      &dissector_dtls,    &dissector_stun,   &dissector_openvpn,
    &dissector_wireguard, &dissector_nbns,    &dissector_dns,    &dissector_mdns,
    &dissector_llmnr,     &dissector_ssh,     &dissector_smb,    &dissector_rdp,
    &dissector_krb5,      &dissector_dhcp,    &dissector_snmp,   &dissector_smtp,
    &dissector_ftp,       &dissector_imap,    &dissector_pop3,   &dissector_ldap,
    &dissector_mqtt,      &dissector_ntp,     &dissector_dnp3,   &dissector_s7comm,
    &dissector_enip,      &dissector_enip_io, &dissector_bacnet, &dissector_opcua,
    &dissector_iec104,    &dissector_modbus,
};

const struct dissector *dissector_at(size_t i)
{
    return i < COUNT(rows) ? rows[i] : NULL;
}

static bool port_agrees(const struct dissector *d, uint16_t port_a, uint16_t port_b)
{
    for (size_t i = 0; i < COUNT(d->ports) && d->ports[i]; i++)
        if (d->ports[i] == port_a || d->ports[i] == port_b)
            return true;
    return false;
}

const struct dissector *dissector_guess(enum dissect_transport transport, uint16_t port_a,
                                        uint16_t port_b, struct str bytes)
{
    if (bytes.len == 0)
        return NULL;
    for (size_t i = 0; i < COUNT(rows); i++)
        if ((rows[i]->transports & transport) && port_agrees(rows[i], port_a, port_b) &&
            rows[i]->probe(transport, bytes) != PROBE_NO)
            return rows[i];
    for (size_t i = 0; i < COUNT(rows); i++)
        if ((rows[i]->transports & transport) && rows[i]->probe(transport, bytes) == PROBE_YES)
            return rows[i];
    return NULL;
}

const char *app_name(enum app app)
{
    static const char *const names[APP_COUNT] = {
#define X(name, text) [APP_##name] = (text),
        APP_MAP(X)
#undef X
    };
    return (unsigned)app < APP_COUNT ? names[app] : "unknown";
}

const char *dissect_intent_text(enum dissect_intent intent)
{
    static const char *const texts[INTENTS] = {
#define X(name, text) [INTENT_##name] = (text),
        DISSECT_INTENT_MAP(X)
#undef X
    };
    return (unsigned)intent < INTENTS ? texts[intent] : "none";
}
