/* facts.h - what a dissector says of a message: one member for each protocol, all of a fixed size, without a
 * pointer into the packet.
 */
#pragma once

#include "dissect/control/bacnet.h"
#include "dissect/control/dnp3.h"
#include "dissect/control/enip.h"
#include "dissect/control/iec104.h"
#include "dissect/control/modbus.h"
#include "dissect/control/opcua.h"
#include "dissect/control/s7comm.h"
#include "dissect/dns.h"
#include "dissect/dtls.h"
#include "dissect/http1.h"
#include "dissect/http2.h"
#include "dissect/office/dhcp.h"
#include "dissect/office/dialogue.h"
#include "dissect/office/krb5.h"
#include "dissect/office/ldap.h"
#include "dissect/office/mqtt.h"
#include "dissect/office/nbns.h"
#include "dissect/office/ntp.h"
#include "dissect/office/rdp.h"
#include "dissect/office/sip.h"
#include "dissect/office/smb.h"
#include "dissect/office/snmp.h"
#include "dissect/office/ssh.h"
#include "dissect/quic/quic.h"
#include "dissect/tls.h"
#include "dissect/tunnel/openvpn.h"
#include "dissect/tunnel/stun.h"
#include "dissect/tunnel/wireguard.h"

union dissect_facts { /* the member is the dissector's: DNS, MDNS and LLMNR share one; so do TLS and DTLS */
    struct dns_message dns;
    struct tls_facts tls;
    struct http_facts http;
    struct http2_facts http2;
    struct quic_facts quic;
    struct stun_facts stun;
    struct wireguard_facts wireguard;
    struct openvpn_facts openvpn;
    struct bacnet_facts bacnet;
    struct dnp3_facts dnp3;
    struct enip_facts enip;
    struct iec104_facts iec104;
    struct modbus_facts modbus;
    struct opcua_facts opcua;
    struct s7comm_facts s7comm;
    struct dialogue_facts dialogue; /* FTP, SMTP, IMAP, POP3 */
    struct dhcp_facts dhcp;
    struct krb5_facts krb5;
    struct ldap_facts ldap;
    struct mqtt_facts mqtt;
    struct nbns_facts nbns;
    struct ntp_facts ntp;
    struct rdp_facts rdp;
    struct sip_facts sip;
    struct smb_facts smb;
    struct snmp_facts snmp;
    struct ssh_facts ssh;
};
