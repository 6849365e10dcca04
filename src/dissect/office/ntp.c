/* ntp.c - the first bytes of NTP, and its row in the registry. */
#include "office_private.h"

enum { NTP_SIZE = 48, CONTROL_SIZE = 12, PRIVATE_SIZE = 8 };
enum { CONTROL_RESPONSE = 0x80, PRIVATE_RESPONSE = 0x80 };
enum { MON_GETLIST = 20, MON_GETLIST_1 = 42 };

static bool ntp_read(struct str bytes, struct ntp_facts *n)
{
    struct rd r = rd_over(bytes);
    uint8_t first = rd_u8(&r);
    n->leap = first >> 6;
    n->version = first >> 3 & 7;
    n->mode = first & 7;
    if (r.bad || n->version < 1 || n->version > 4 || n->mode == 0)
        return false;
    if (n->mode == NTP_CONTROL) { /* RFC 9327 2 */
        uint8_t operation = rd_u8(&r);
        n->leap = 0;
        n->response = operation & CONTROL_RESPONSE;
        n->opcode = operation & 0x1f;
        return bytes.len >= CONTROL_SIZE;
    }
    if (n->mode == NTP_PRIVATE) {
        n->response = first & PRIVATE_RESPONSE;
        n->leap = 0;
        rd_pass(&r, 2);
        n->opcode = rd_u8(&r);
        n->monlist = n->opcode == MON_GETLIST || n->opcode == MON_GETLIST_1;
        return bytes.len >= PRIVATE_SIZE && !r.bad;
    }
    n->stratum = rd_u8(&r);
    rd_pass(&r, 10);
    struct str reference = rd_str(&r, sizeof n->reference);
    if (r.bad || bytes.len < NTP_SIZE)
        return false;
    memcpy(n->reference, reference.ptr, sizeof n->reference);
    n->response = n->mode == NTP_SERVER || n->mode == NTP_BROADCAST || n->mode == 2;
    return true;
}

static enum dissect_result ntp_parse(enum dissect_transport transport, struct str bytes,
                                     union dissect_facts *ret_facts, size_t *ret_used)
{
    (void)transport;
    ret_facts->ntp = (struct ntp_facts){0};
    *ret_used = bytes.len;
    return ntp_read(bytes, &ret_facts->ntp) ? DISSECT_DONE : DISSECT_NOT;
}

/* Nothing in it proves itself. */
static enum dissect_probe ntp_probe(enum dissect_transport transport, struct str bytes)
{
    struct ntp_facts n = {0};
    (void)transport;
    return ntp_read(bytes, &n) ? PROBE_MAYBE : PROBE_NO;
}

static bool ntp_response(const union dissect_facts *f)
{
    return f->ntp.response;
}

const struct dissector dissector_ntp = {
    .name = "ntp",
    .app = APP_NTP,
    .transports = DISSECT_UDP,
    .ports = {123},
    .repeats = true,
    .most = NTP_SIZE,
    .probe = ntp_probe,
    .parse = ntp_parse,
    .response = ntp_response,
};
