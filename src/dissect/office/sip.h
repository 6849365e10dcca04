/* sip.h - SIP over UDP and TCP: method and status, and what software speaks.
 *
 * Who calls whom is the very thing that must not be kept: no URI, no From, To, Call-ID or Via, no body.
 * Software names are: scanners for telephone fraud give themselves away by theirs.
 *
 * Source: RFC 3261 7, 20; methods: IANA's registry of SIP parameters.
 */
#pragma once

#include "core/str.h"

enum { SIP_MOST = 16 * 1024, SIP_METHOD_MAX = 10, SIP_AGENT_MAX = 96, SIP_CSEQ_MAX = 10 };

struct sip_facts {
    bool response;
    bool uri_has_user, uri_has_host; /* of a request's URI: that they are there */
    uint16_t status;
    bool authorises; /* Authorization or Proxy-Authorization is sent */
    bool challenged; /* WWW-Authenticate or Proxy-Authenticate */
    bool sdp;
    uint32_t length; /* Content-Length */
    uint8_t method_len, cseq_len, agent_len;
    char method[SIP_METHOD_MAX]; /* of a request */
    char cseq[SIP_CSEQ_MAX];     /* the method a response answers */
    char agent[SIP_AGENT_MAX];   /* User-Agent or Server */
};

static inline struct str sip_method(const struct sip_facts *s)
{
    return (struct str){s->method, s->method_len};
}
static inline struct str sip_cseq(const struct sip_facts *s)
{
    return (struct str){s->cseq, s->cseq_len};
}
static inline struct str sip_agent(const struct sip_facts *s)
{
    return (struct str){s->agent, s->agent_len};
}
