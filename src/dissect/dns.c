/* dns.c - one pass over a message: questions and answers kept, the rest walked for EDNS.
 *
 * Why a walk and not a tree: a resolver answers a hundred thousand of these a second, and the sensor
 * wants a name, a type and some addresses. Nothing is zeroed that is not read.
 */
#include "dissect/dns.h"

#include "core/rd.h"
#include "dissect/name_private.h"

enum {
    POINTER = 0xc0, /* RFC 1035 4.1.4 */
    CLASS_IN = 1,
    CLASS_MASK = 0x7fff, /* mDNS borrows the top bit (RFC 6762 5.4, 10.2) */
    QUESTION_MIN = 5,
    RECORD_MIN = 11,
};

/* Where the name that starts at `at` ends; 0 when it runs out. Follows no pointer. */
static size_t name_end(struct str wire, size_t at)
{
    while (at < wire.len) {
        uint8_t c = (uint8_t)wire.ptr[at];
        if (c >= POINTER)
            return at + 2 <= wire.len ? at + 2 : 0;
        if (c > 63)
            return 0;
        at += 1u + c;
        if (c == 0)
            return at;
    }
    return 0;
}

/* One label as text at `out`; how many characters. */
static size_t label_put(char *out, const uint8_t *label, size_t len)
{
    size_t n = 0;
    for (size_t i = 0; i < len; i++) {
        if (label[i] == '.')
            out[n++] = '\\';
        n += name_put(out + n, label[i]);
    }
    return n;
}

enum name_result { NAME_GOOD, NAME_BAD, NAME_NO_ROOM };

/* The name at `at`, pointers followed, into the message's pool. Every pointer must go back past the
 * start of the part it stands in, so that the walk ends. */
static enum name_result name_read(struct str wire, size_t at, struct dns_message *m,
                                  struct dns_name *ret_name)
{
    size_t wire_len = 0, part = at, hops = 0, n = 0;
    char *text = m->text + m->text_len;
    const size_t room = DNS_TEXT_MAX - m->text_len;

    for (;;) {
        if (at >= wire.len)
            return NAME_BAD;
        uint8_t c = (uint8_t)wire.ptr[at];
        if (c >= POINTER) {
            if (at + 2 > wire.len || ++hops > DNS_HOPS_MAX)
                return NAME_BAD;
            size_t to = (size_t)(c & 0x3f) << 8 | (uint8_t)wire.ptr[at + 1];
            if (to >= part || to < DNS_HEADER_SIZE)
                return NAME_BAD;
            at = part = to;
            continue;
        }
        wire_len += 1u + c;
        if (c > 63 || wire_len > DNS_NAME_WIRE_MAX || at + 1 + c > wire.len)
            return NAME_BAD;
        if (c == 0)
            break;
        if (n + 1 + (size_t)c * NAME_ESCAPED > room)
            return NAME_NO_ROOM;
        if (n)
            text[n++] = '.';
        n += label_put(text + n, (const uint8_t *)wire.ptr + at + 1, c);
        at += 1u + c;
    }
    if (n == 0) {
        if (room == 0)
            return NAME_NO_ROOM;
        text[n++] = '.';
    }
    *ret_name = (struct dns_name){m->text_len, (uint16_t)n};
    m->text_len = (uint16_t)(m->text_len + n);
    return NAME_GOOD;
}

static struct rd rd_at(struct str wire, size_t at)
{
    return rd_of(wire.ptr + at, wire.len - at);
}

static size_t rd_where(struct str wire, const struct rd *r)
{
    return wire.len - rd_left(r);
}

static bool questions_read(struct str wire, size_t *at, struct dns_message *m)
{
    for (unsigned i = 0; i < m->counts[0]; i++) {
        size_t end = name_end(wire, *at);
        if (!end)
            return false;
        struct rd r = rd_at(wire, end);
        struct dns_question q = {.type = rd_be16(&r), .class = rd_be16(&r) & CLASS_MASK};
        if (r.bad)
            return false;
        if (m->n_questions < DNS_QUESTIONS_MAX) {
            enum name_result got = name_read(wire, *at, m, &q.name);
            if (got == NAME_BAD)
                return false;
            if (got == NAME_GOOD)
                m->questions[m->n_questions++] = q;
            else
                m->n_left_out++;
        } else {
            m->n_left_out++;
        }
        *at = rd_where(wire, &r);
    }
    return true;
}

/* The typed part of RDATA, which spans [at, end) of `wire`. */
static enum name_result data_read(struct str wire, size_t at, struct dns_message *m,
                                  struct dns_record *a)
{
    struct rd r = rd_of(wire.ptr + at, a->data_len);
    switch (a->type) {
    case DNS_A:
    case DNS_AAAA:
        if (a->data_len != (a->type == DNS_A ? 4 : 16))
            return NAME_BAD;
        a->address_len = (uint8_t)a->data_len;
        a->address[10] = a->address[11] = 0xff;
        memcpy(a->address + 16 - a->data_len, r.at, a->data_len);
        return NAME_GOOD;
    case DNS_SRV:
        a->rank = rd_be16(&r);
        (void)rd_be16(&r); /* weight */
        a->port = rd_be16(&r);
        break;
    case DNS_MX: a->rank = rd_be16(&r); break;
    case DNS_NS:
    case DNS_CNAME:
    case DNS_SOA:
    case DNS_PTR:
    case DNS_DNAME: break;
    default: return NAME_GOOD;
    }
    if (r.bad || rd_left(&r) == 0)
        return NAME_BAD;
    struct str up_to_end = {wire.ptr, at + a->data_len};
    return name_read(up_to_end, up_to_end.len - rd_left(&r), m, &a->target);
}

/* The owner is the question nearly always; its text is then shared. */
static enum name_result owner_read(struct str wire, size_t at, struct dns_message *m,
                                   struct dns_name *ret_name)
{
    if (m->n_questions && (uint8_t)wire.ptr[at] == POINTER &&
        (uint8_t)wire.ptr[at + 1] == DNS_HEADER_SIZE) {
        *ret_name = m->questions[0].name;
        return NAME_GOOD;
    }
    return name_read(wire, at, m, ret_name);
}

static void edns_read(const struct dns_record *opt, struct dns_message *m)
{
    m->edns = true;
    m->edns_size = opt->class;
    m->dnssec_ok = opt->ttl & 0x8000; /* RFC 6891 6.1.3 */
    m->rcode = (uint16_t)(m->rcode | opt->ttl >> 24 << 4);
}

/* One record. False when it breaks off: nothing after it can be found. */
static bool record_read(struct str wire, size_t *at, bool keep, struct dns_message *m)
{
    size_t end = name_end(wire, *at);
    if (!end)
        return false;
    struct rd r = rd_at(wire, end);
    struct dns_record a = {.type = rd_be16(&r), .class = rd_be16(&r)};
    a.ttl = (uint32_t)rd_be16(&r) << 16;
    a.ttl |= rd_be16(&r);
    a.data_len = rd_be16(&r);
    size_t data_at = rd_where(wire, &r);
    if (r.bad || wire.len - data_at < a.data_len)
        return false;

    if (a.type == DNS_OPT && !keep)
        edns_read(&a, m);
    if (keep) {
        a.class &= CLASS_MASK;
        enum name_result owner =
            m->n_answers < DNS_ANSWERS_MAX ? owner_read(wire, *at, m, &a.name) : NAME_NO_ROOM;
        enum name_result data = owner == NAME_GOOD ? data_read(wire, data_at, m, &a) : owner;
        if (data == NAME_GOOD)
            m->answers[m->n_answers++] = a;
        else
            m->n_left_out++;
        m->malformed |= data == NAME_BAD;
    }
    *at = data_at + a.data_len;
    return true;
}

static void records_read(struct str wire, size_t at, struct dns_message *m)
{
    for (unsigned section = 1; section < 4; section++)
        for (unsigned i = 0; i < m->counts[section]; i++)
            if (!record_read(wire, &at, section == 1, m)) {
                m->malformed = true;
                if (section == 1)
                    m->n_left_out = (uint16_t)(m->n_left_out + m->counts[1] - i);
                return;
            }
    m->malformed |= at != wire.len;
}

bool dns_parse(struct str wire, struct dns_message *ret_message)
{
    struct dns_message *m = ret_message;
    struct rd r = rd_of(wire.ptr, wire.len);
    memset(m, 0, offsetof(struct dns_message, questions));
    m->text_len = 0;

    m->id = rd_be16(&r);
    m->flags = rd_be16(&r);
    for (size_t i = 0; i < COUNT(m->counts); i++)
        m->counts[i] = rd_be16(&r);
    if (r.bad || (size_t)m->counts[0] * QUESTION_MIN > rd_left(&r))
        return false;
    m->response = m->flags & 0x8000;
    m->opcode = m->flags >> 11 & 15;
    m->authoritative = m->flags & 0x0400;
    m->truncated = m->flags & 0x0200;
    m->recursion_desired = m->flags & 0x0100;
    m->recursion_available = m->flags & 0x0080;
    m->rcode = m->flags & 15;

    size_t at = DNS_HEADER_SIZE;
    if (!questions_read(wire, &at, m))
        return false;
    records_read(wire, at, m);
    return true;
}
