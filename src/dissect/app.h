/* app.h - what a flow may speak, and what a message in it may want: the words that dissectors, EVE lines and
 * detectors have in common.
 */
#pragma once

/* What a flow speaks: enum name, the name in EVE JSON. */
#define APP_MAP(X)                                                                                 \
    X(UNKNOWN, "unknown")                                                                          \
    X(DNS, "dns")                                                                                  \
    X(MDNS, "mdns")                                                                                \
    X(LLMNR, "llmnr")                                                                              \
    X(TLS, "tls")                                                                                  \
    X(HTTP, "http")                                                                                \
    X(HTTP2, "http2")                                                                              \
    X(QUIC, "quic")                                                                                \
    X(DTLS, "dtls")                                                                                \
    X(SSH, "ssh")                                                                                  \
    X(SMB, "smb")                                                                                  \
    X(RDP, "rdp")                                                                                  \
    X(FTP, "ftp")                                                                                  \
    X(SMTP, "smtp")                                                                                \
    X(IMAP, "imap")                                                                                \
    X(POP3, "pop3")                                                                                \
    X(LDAP, "ldap")                                                                                \
    X(KRB5, "krb5")                                                                                \
    X(NTP, "ntp")                                                                                  \
    X(SNMP, "snmp")                                                                                \
    X(DHCP, "dhcp")                                                                                \
    X(NBNS, "nbns")                                                                                \
    X(SIP, "sip")                                                                                  \
    X(STUN, "stun")                                                                                \
    X(WIREGUARD, "wireguard")                                                                      \
    X(OPENVPN, "openvpn")                                                                          \
    X(MQTT, "mqtt")                                                                                \
    X(MODBUS, "modbus")                                                                            \
    X(DNP3, "dnp3")                                                                                \
    X(IEC104, "iec104")                                                                            \
    X(S7COMM, "s7comm")                                                                            \
    X(ENIP, "enip")                                                                                \
    X(BACNET, "bacnet")                                                                            \
    X(OPCUA, "opcua")

enum app {
#define X(name, text) APP_##name,
    APP_MAP(X)
#undef X
        APP_COUNT,
};
const char *app_name(enum app app);

/* What a message to a controller wants. */
#define DISSECT_INTENT_MAP(X)                                                                      \
    X(NONE, "none")                                                                                \
    X(READ, "read")                                                                                \
    X(WRITE, "write")                                                                              \
    X(CONTROL, "control") /* start, stop, operate a switch, restart */                             \
    X(PROGRAM, "program") /* load, change or erase logic or firmware */

enum dissect_intent {
#define X(name, text) INTENT_##name,
    DISSECT_INTENT_MAP(X)
#undef X
        INTENTS,
};
const char *dissect_intent_text(enum dissect_intent intent);

/* What a message says of an attempt to log in. A name or a password is never kept. */
enum dissect_login { LOGIN_NONE, LOGIN_TRIED, LOGIN_FAILED, LOGIN_DONE };
