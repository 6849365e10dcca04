/* ipfix.c - one message is filled at a time: header, templates when they are due, one set of data a version. */
#include "net/export/ipfix.h"
#include "net/bytes.h"
#include "net/export/netflow.h"
#include "net/packet.h"

#include <stdlib.h>

enum {
    VERSION = 10,
    HEADER = 16,
    SET_HEADER = 4,
    TEMPLATE_SET = 2,
    ENTERPRISE = 0x8000,
    REVERSE = 29305, /* RFC 5103 */
    VARIABLE = 65535,
    RECORD_MOST = 128 + 3 * (1 + IPFIX_STRING_MOST),
};

/* Element, length, enterprise: REVERSE, or 1 for one's own. In the order of record_put. */
struct element {
    uint16_t number, len;
    uint16_t enterprise;
};
static const struct element ends_v4[] = {{8, 4, 0}, {12, 4, 0}};
static const struct element ends_v6[] = {{27, 16, 0}, {28, 16, 0}};
static const struct element elements[] = {
    {7, 2, 0},       /* sourceTransportPort */
    {11, 2, 0},      /* destinationTransportPort */
    {4, 1, 0},       /* protocolIdentifier */
    {6, 2, 0},       /* tcpControlBits */
    {152, 8, 0},     /* flowStartMilliseconds */
    {153, 8, 0},     /* flowEndMilliseconds */
    {2, 8, 0},       /* packetDeltaCount */
    {1, 8, 0},       /* octetDeltaCount */
    {2, 8, REVERSE}, /* reversePacketDeltaCount */
    {1, 8, REVERSE}, /* reverseOctetDeltaCount */
    {6, 2, REVERSE}, /* reverseTcpControlBits */
    {136, 1, 0},     /* flowEndReason */
    {58, 2, 0},      /* vlanId */
};
static const struct element own[] = {
    {NETFLOW_OWN_SNI, VARIABLE, 1},
    {NETFLOW_OWN_JA4, VARIABLE, 1},
    {NETFLOW_OWN_NAME, VARIABLE, 1},
};

struct ipfix {
    struct ipfix_settings settings;
    struct ipfix_stats stats;
    uint32_t sequence; /* data records sent before this message */
    uint32_t records;  /* in this message */
    int64_t templates_at;
    bool templates_sent;
    size_t len, set; /* bytes so far; where the open set begins, 0: none */
    uint16_t set_id;
    uint8_t message[IPFIX_MESSAGE_MOST + RECORD_MOST];
};

bool ipfix_new(const struct ipfix_settings *s, struct ipfix **ret, struct err *e)
{
    if (!s->put)
        return err_set(e, ERR_INVALID, "an IPFIX writer needs someone to give its messages to");
    if (s->message_most < IPFIX_MESSAGE_MIN || s->message_most > IPFIX_MESSAGE_MOST)
        return err_set(e, ERR_INVALID, "an IPFIX message has %d to %d bytes, not %u",
                       IPFIX_MESSAGE_MIN, IPFIX_MESSAGE_MOST, s->message_most);
    if (s->templates_every_us < 0)
        return err_set(e, ERR_INVALID, "templates cannot be repeated after a negative time");
    struct ipfix *x = calloc(1, sizeof *x);
    if (!x)
        abort();
    x->settings = *s;
    *ret = x;
    return true;
}

void ipfix_drop(struct ipfix **x)
{
    free(*x);
    *x = NULL;
}

struct ipfix_stats ipfix_stats(const struct ipfix *x)
{
    return x->stats;
}

static void put_bytes(struct ipfix *x, const void *bytes, size_t len)
{
    memcpy(x->message + x->len, bytes, len);
    x->len += len;
}

static void put_u8(struct ipfix *x, unsigned v)
{
    x->message[x->len++] = (uint8_t)v;
}

static void put_u16(struct ipfix *x, unsigned v)
{
    store_be16(x->message + x->len, (uint16_t)v);
    x->len += 2;
}

static void put_u32(struct ipfix *x, uint32_t v)
{
    store_be32(x->message + x->len, v);
    x->len += 4;
}

static void put_u64(struct ipfix *x, uint64_t v)
{
    put_u32(x, (uint32_t)(v >> 32));
    put_u32(x, (uint32_t)v);
}

static void set_end(struct ipfix *x)
{
    if (x->set)
        store_be16(x->message + x->set + 2, (uint16_t)(x->len - x->set));
    x->set = 0;
}

static void set_begin(struct ipfix *x, uint16_t id)
{
    set_end(x);
    x->set = x->len;
    x->set_id = id;
    put_u16(x, id);
    put_u16(x, 0);
}

static void put_elements(struct ipfix *x, const struct element *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bool enterprise = list[i].enterprise != 0;
        put_u16(x, list[i].number | (enterprise ? (unsigned)ENTERPRISE : 0));
        put_u16(x, list[i].len);
        if (enterprise)
            put_u32(x, list[i].enterprise == REVERSE ? REVERSE : x->settings.enterprise);
    }
}

static void put_template(struct ipfix *x, uint16_t number, const struct element ends[2])
{
    size_t strings = x->settings.enterprise ? COUNT(own) : 0;
    put_u16(x, number);
    put_u16(x, (unsigned)(2 + COUNT(elements) + strings));
    put_elements(x, ends, 2);
    put_elements(x, elements, COUNT(elements));
    put_elements(x, own, strings);
}

static void message_begin(struct ipfix *x, int64_t now_us)
{
    x->len = HEADER; /* filled in at the end */
    bool due = !x->templates_sent || now_us < x->templates_at ||
               now_us - x->templates_at >= x->settings.templates_every_us;
    if (!due)
        return;
    set_begin(x, TEMPLATE_SET);
    put_template(x, IPFIX_TEMPLATE_V4, ends_v4);
    put_template(x, IPFIX_TEMPLATE_V6, ends_v6);
    set_end(x);
    x->templates_at = now_us;
    x->templates_sent = true;
}

void ipfix_flush(struct ipfix *x, int64_t now_us)
{
    if (!x->records)
        return;
    set_end(x);
    store_be16(x->message, VERSION);
    store_be16(x->message + 2, (uint16_t)x->len);
    store_be32(x->message + 4, now_us > 0 ? (uint32_t)(now_us / 1000000) : 0);
    store_be32(x->message + 8, x->sequence);
    store_be32(x->message + 12, x->settings.domain);
    x->settings.put(x->settings.context, (struct str){(const char *)x->message, x->len});
    x->stats.messages++;
    x->stats.bytes += x->len;
    x->sequence += x->records;
    x->records = 0;
    x->len = 0;
}

static void put_string(struct ipfix *x, struct str s)
{
    size_t len = s.len < IPFIX_STRING_MOST ? s.len : IPFIX_STRING_MOST;
    x->stats.strings_cut += len < s.len;
    put_u8(x, (unsigned)len);
    put_bytes(x, s.ptr ? s.ptr : "", len);
}

static uint64_t milli(int64_t us)
{
    return us > 0 ? (uint64_t)us / 1000 : 0;
}

static void record_put(struct ipfix *x, const struct flow_record *r)
{
    bool v4 = r->version == 4;
    put_bytes(x, r->src + (v4 ? 12 : 0), v4 ? 4 : 16);
    put_bytes(x, r->dst + (v4 ? 12 : 0), v4 ? 4 : 16);
    put_u16(x, r->sport);
    put_u16(x, r->has_icmp ? (unsigned)r->icmp_type << 8 | r->icmp_code : r->dport);
    put_u8(x, r->proto);
    put_u16(x, r->tcp_flags);
    put_u64(x, milli(r->start_us));
    put_u64(x, milli(r->end_us));
    put_u64(x, r->packets);
    put_u64(x, r->bytes);
    put_u64(x, r->packets_back);
    put_u64(x, r->bytes_back);
    put_u16(x, r->tcp_flags_back);
    put_u8(x, r->end);
    put_u16(x, r->vlan);
    if (!x->settings.enterprise)
        return;
    put_string(x, r->sni);
    put_string(x, r->ja4);
    put_string(x, r->name);
}

/* A record that no longer fits is written again, into the next message. */
void ipfix_write(struct ipfix *x, const struct flow_record *r, int64_t now_us)
{
    uint16_t id = r->version == 4 ? IPFIX_TEMPLATE_V4 : IPFIX_TEMPLATE_V6;
    uint64_t cut = x->stats.strings_cut;
    for (bool again = true; again;) {
        if (!x->len)
            message_begin(x, now_us);
        size_t before = x->len, set = x->set;
        uint16_t set_id = x->set_id;
        if (!x->set || x->set_id != id)
            set_begin(x, id);
        record_put(x, r);
        again = x->len > x->settings.message_most && x->records;
        if (!again)
            break;
        x->len = before;
        x->set = set;
        x->set_id = set_id;
        x->stats.strings_cut = cut;
        ipfix_flush(x, now_us);
    }
    x->records++;
    x->stats.records++;
}
