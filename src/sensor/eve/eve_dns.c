/* eve_dns.c - dns lines: one a question, one an answer (version 2). */
#include "eve_private.h"

static void put_type(struct eve *e, uint16_t type)
{
    const char *name = dns_type_name(type);
    PUT(e, "\"");
    if (name)
        put_cstr(e, name);
    else
        PUT(e, "TYPE"), put_uint(e, type); /* RFC 3597 5 */
    PUT(e, "\"");
}

static void put_rdata(struct eve *e, const struct dns_message *m, const struct dns_record *r)
{
    if (r->address_len)
        put_address(e, r->address);
    else
        put_text(e, dns_text(m, r->target));
}

static void put_answers(struct eve *e, const struct dns_message *m)
{
    PUT(e, ",\"answers\":[");
    for (size_t i = 0; i < m->n_answers; i++) {
        const struct dns_record *r = &m->answers[i];
        put(e, i ? S(",{\"rrname\":") : S("{\"rrname\":"));
        put_text(e, dns_text(m, r->name));
        PUT(e, ",\"rrtype\":");
        put_type(e, r->type);
        PUT(e, ",\"ttl\":");
        put_uint(e, r->ttl);
        if (r->address_len || r->target.len)
            PUT(e, ",\"rdata\":"), put_rdata(e, m, r);
        PUT(e, "}");
    }
    PUT(e, "]");
}

static bool first_of_type(const struct dns_message *m, size_t i)
{
    for (size_t before = 0; before < i; before++)
        if (m->answers[before].type == m->answers[i].type)
            return false;
    return m->answers[i].address_len || m->answers[i].target.len;
}

static void put_grouped(struct eve *e, const struct dns_message *m)
{
    bool any = false;
    for (size_t i = 0; i < m->n_answers; i++) {
        if (!first_of_type(m, i))
            continue;
        put(e, any ? S(",") : S(",\"grouped\":{"));
        any = true;
        put_type(e, m->answers[i].type);
        PUT(e, ":[");
        for (size_t k = i; k < m->n_answers; k++)
            if (m->answers[k].type == m->answers[i].type) {
                put(e, k > i ? S(",") : S(""));
                put_rdata(e, m, &m->answers[k]);
            }
        PUT(e, "]");
    }
    if (any)
        PUT(e, "}");
}

static void put_question(struct eve *e, const struct dns_message *m, size_t i)
{
    if (i >= m->n_questions)
        return;
    PUT(e, ",\"rrname\":");
    put_text(e, dns_text(m, m->questions[i].name));
    PUT(e, ",\"rrtype\":");
    put_type(e, m->questions[i].type);
}

static void put_flags(struct eve *e, const struct dns_message *m)
{
    uint8_t flags[] = {(uint8_t)(m->flags >> 8), (uint8_t)m->flags};
    PUT(e, ",\"flags\":\"");
    put_hex(e, flags, sizeof flags, 0);
    PUT(e, "\",\"qr\":true");
    if (m->authoritative)
        PUT(e, ",\"aa\":true");
    if (m->truncated)
        PUT(e, ",\"tc\":true");
    if (m->recursion_desired)
        PUT(e, ",\"rd\":true");
    if (m->recursion_available)
        PUT(e, ",\"ra\":true");
    PUT(e, ",\"opcode\":");
    put_uint(e, m->opcode);
}

static void dns_query(struct eve *e, const struct sensor_event *ev, size_t question)
{
    line_begin(e, ev, S("dns"));
    PUT(e, ",\"dns\":{\"version\":2,\"type\":\"query\",\"id\":");
    put_uint(e, ev->dns->id);
    put_question(e, ev->dns, question);
    PUT(e, ",\"tx_id\":");
    put_uint(e, ev->number);
    PUT(e, ",\"opcode\":");
    put_uint(e, ev->dns->opcode);
    PUT(e, "}");
    line_end(e);
}

static void dns_answer(struct eve *e, const struct sensor_event *ev)
{
    const struct dns_message *m = ev->dns;
    line_begin(e, ev, S("dns"));
    PUT(e, ",\"dns\":{\"version\":2,\"type\":\"answer\",\"id\":");
    put_uint(e, m->id);
    put_flags(e, m);
    put_question(e, m, 0);
    const char *rcode = dns_rcode_name(m->rcode);
    PUT(e, ",\"rcode\":\"");
    if (rcode)
        put_cstr(e, rcode);
    else
        put_uint(e, m->rcode);
    PUT(e, "\"");
    if (m->n_answers) {
        put_answers(e, m);
        put_grouped(e, m);
    }
    PUT(e, "}");
    line_end(e);
}

void eve_dns(struct eve *e, const struct sensor_event *ev)
{
    if (ev->dns->response) {
        dns_answer(e, ev);
        return;
    }
    for (size_t i = 0; i < ev->dns->n_questions; i++)
        dns_query(e, ev, i);
}
