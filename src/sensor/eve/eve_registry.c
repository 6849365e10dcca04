/* eve_registry.c - which protocol has a line of its own, one row each. */
#include "eve_private.h"

static const struct eve_row *const rows[APP_COUNT] = {
    [APP_UNKNOWN] = NULL,
    [APP_QUIC] = &eve_row_quic,
    [APP_HTTP2] = &eve_row_http2,
    [APP_STUN] = &eve_row_stun,
    [APP_WIREGUARD] = &eve_row_wireguard,
    [APP_OPENVPN] = &eve_row_openvpn,
    [APP_MODBUS] = &eve_row_modbus,
    [APP_DNP3] = &eve_row_dnp3,
    [APP_IEC104] = &eve_row_iec104,
    [APP_S7COMM] = &eve_row_s7comm,
    [APP_ENIP] = &eve_row_enip,
    [APP_BACNET] = &eve_row_bacnet,
    [APP_OPCUA] = &eve_row_opcua,
    [APP_SSH] = &eve_row_ssh,
    [APP_SMB] = &eve_row_smb,
    [APP_RDP] = &eve_row_rdp,
    [APP_FTP] = &eve_row_ftp,
    [APP_SMTP] = &eve_row_smtp,
    [APP_IMAP] = &eve_row_imap,
    [APP_POP3] = &eve_row_pop3,
    [APP_LDAP] = &eve_row_ldap,
    [APP_KRB5] = &eve_row_krb5,
    [APP_NTP] = &eve_row_ntp,
    [APP_SNMP] = &eve_row_snmp,
    [APP_DHCP] = &eve_row_dhcp,
    [APP_NBNS] = &eve_row_nbns,
    [APP_SIP] = &eve_row_sip,
    [APP_MQTT] = &eve_row_mqtt,
};

const struct eve_row *eve_row_of(enum app app)
{
    return (unsigned)app < APP_COUNT ? rows[app] : NULL;
}
