/* zeek_dns.c - dns.log: one line a message here; the owner of the logs joins an answer to its question. */
#include "core/encode.h"
#include "zeek_private.h"

enum { INTERNET = 1, ANY = 255 };

static uint64_t mix(uint64_t h, const void *bytes, size_t len)
{
    const uint8_t *at = bytes;
    for (size_t i = 0; i < len; i++)
        h = (h ^ at[i]) * UINT64_C(1099511628211); /* FNV-1a: for files, the same for ever */
    return h;
}

/* The same for a question and its answer: the flow, the message's number and the name. */
static uint64_t key_of(const struct zeek *z, const struct sensor_event *ev)
{
    struct str name = dns_qname(ev->dns);
    uint64_t h = UINT64_C(14695981039346656037);
    h = mix(h, &z->capture, sizeof z->capture);
    h = mix(h, &ev->flow->number, sizeof ev->flow->number);
    h = mix(h, &ev->dns->id, sizeof ev->dns->id);
    return mix(h, name.ptr ? name.ptr : "", name.len);
}

static void put_hex64(struct eve *e, uint64_t n)
{
    uint8_t bytes[8];
    for (size_t i = sizeof bytes; i-- > 0; n >>= 8)
        bytes[i] = (uint8_t)n;
    put_hex(e, bytes, sizeof bytes, 0);
}

static void put_question(struct eve *e, const struct dns_message *m)
{
    if (!m->n_questions)
        return;
    const struct dns_question *q = &m->questions[0];
    const char *type = q->type == ANY ? "*" : dns_type_name(q->type);
    char other[16];
    zeek_text(e, S(",\"query\":"), dns_text(m, q->name));
    put_number(e, S(",\"qclass\":"), q->class);
    if (q->class == INTERNET || q->class == ANY)
        zeek_text(e, S(",\"qclass_name\":"), q->class == INTERNET ? S("C_INTERNET") : S("C_ANY"));
    put_number(e, S(",\"qtype\":"), q->type);
    snprintf(other, sizeof other, "query-%u", q->type);
    zeek_text(e, S(",\"qtype_name\":"), text_of(type ? type : other));
}

static void put_rcode(struct eve *e, const struct dns_message *m)
{
    const char *name = dns_rcode_name(m->rcode);
    char other[16];
    snprintf(other, sizeof other, "rcode-%u", m->rcode);
    put_number(e, S(",\"rcode\":"), m->rcode);
    zeek_text(e, S(",\"rcode_name\":"), text_of(name ? name : other));
}

static void put_flags(struct eve *e, const struct dns_message *m)
{
    PUT(e, ",\"AA\":");
    put_bool(e, m->authoritative);
    PUT(e, ",\"TC\":");
    put_bool(e, m->truncated);
    PUT(e, ",\"RD\":");
    put_bool(e, m->recursion_desired);
    PUT(e, ",\"RA\":");
    put_bool(e, m->recursion_available);
    put_number(e, S(",\"Z\":"), m->flags >> 4 & 7);
}

static void put_answers(struct eve *e, const struct dns_message *m)
{
    if (!m->n_answers)
        return;
    PUT(e, ",\"answers\":[");
    for (size_t i = 0; i < m->n_answers; i++) {
        const struct dns_record *r = &m->answers[i];
        const char *type = dns_type_name(r->type);
        put(e, i ? S(",") : S(""));
        if (r->address_len)
            put_address(e, r->address);
        else if (r->target.len)
            put_text(e, dns_text(m, r->target));
        else /* text that is not kept: its kind alone */
            put_text(e, text_of(type ? type : "<unknown>"));
    }
    PUT(e, "],\"TTLs\":[");
    for (size_t i = 0; i < m->n_answers; i++)
        put_number(e, i ? S(",") : S(""), m->answers[i].ttl), PUT(e, ".0");
    PUT(e, "]");
}

/* As Zeek has it: an answer in which nothing at all is said. */
static bool rejected(const struct dns_message *m)
{
    return m->response && !m->counts[1] && !m->counts[2] && !m->counts[3];
}

void zeek_dns(struct zeek *z, const struct sensor_event *ev)
{
    const struct dns_message *m = ev->dns;
    struct eve *e = z->line;
    zeek_tag(z, APP_DNS);
    put(e, m->response ? S("!") : S("?"));
    put_hex64(e, key_of(z, ev));
    put_hex64(e, (uint64_t)ev->time_us);
    zeek_begin_json(z, ev, ev->time_us);
    zeek_proto(e, ev);
    put_number(e, S(",\"trans_id\":"), m->id);
    put_question(e, m);
    if (m->response)
        put_rcode(e, m);
    put_flags(e, m);
    put_answers(e, m);
    PUT(e, ",\"rejected\":");
    put_bool(e, rejected(m));
    zeek_end(z);
}
