/* nbns.c - NetBIOS's half-byte names, and the name service's row in the registry. */
#include "office_private.h"

enum { HEADER_SIZE = 12, NAME_BYTES = 16, ENCODED = 2 * NAME_BYTES, SUFFIX_AT = NAME_BYTES - 1 };
enum { POINTER = 0xc0, IN = 1 };

static const struct office_code opcodes[] = {
    {NBNS_QUERY, "query"},
    {NBNS_REGISTRATION, "registration"},
    {NBNS_RELEASE, "release"},
    {NBNS_WACK, "wack"},
    {NBNS_REFRESH, "refresh"},
    {9, "refresh"},
    {15, "multi_homed_registration"},
};

const char *nbns_opcode_name(uint8_t opcode)
{
    return office_code_name(opcodes, COUNT(opcodes), opcode);
}

/* RFC 1001 14.1: a label of 32 letters from A to P. Scopes behind it are stepped over. */
static bool name_read(struct rd *r, struct nbns_facts *n)
{
    struct str raw = rd_str(r, rd_u8(r));
    char name[NAME_BYTES];
    uint16_t len = 0;
    if (r->bad || raw.len != ENCODED)
        return false;
    for (size_t i = 0; i < NAME_BYTES; i++) {
        unsigned high = (unsigned)(raw.ptr[2 * i] - 'A'),
                 low = (unsigned)(raw.ptr[2 * i + 1] - 'A');
        if (high > 15 || low > 15)
            return false;
        name[i] = (char)(high << 4 | low);
    }
    n->suffix = (uint8_t)name[SUFFIX_AT];
    size_t end = SUFFIX_AT;
    while (end && (name[end - 1] == ' ' || name[end - 1] == 0))
        end--;
    (void)name_write((struct str){name, end}, n->name, NBNS_NAME_MAX, &len);
    n->name_len = (uint8_t)len;
    for (uint8_t label; (label = rd_u8(r));) {
        if (r->bad || label & POINTER)
            return false;
        rd_pass(r, label);
    }
    return !r->bad;
}

/* The owner of a record is the question's name, or a pointer to it. */
static bool owner_pass(struct rd *r, struct nbns_facts *n, bool first)
{
    if (rd_left(r) && (*r->at & POINTER) == POINTER) {
        rd_pass(r, 2);
        return !r->bad && !first;
    }
    return name_read(r, n);
}

static bool answer_read(struct rd *r, struct nbns_facts *n, bool named)
{
    if (!owner_pass(r, n, !named))
        return false;
    uint16_t type = rd_be16(r), class = rd_be16(r);
    rd_pass(r, 4);
    uint16_t length = rd_be16(r);
    struct rd data = rd_over(rd_str(r, length));
    if (r->bad || class != IN)
        return false;
    n->type = n->type ? n->type : type;
    rd_pass(&data, 2);
    struct str address = rd_str(&data, sizeof n->address);
    if (type == NBNS_NB && !data.bad) {
        n->has_address = true;
        memcpy(n->address, address.ptr, sizeof n->address);
    }
    return true;
}

static bool nbns_read(struct str bytes, struct nbns_facts *n)
{
    struct rd r = rd_over(bytes);
    n->id = rd_be16(&r);
    uint16_t flags = rd_be16(&r), questions = rd_be16(&r), answers = rd_be16(&r);
    uint16_t authority = rd_be16(&r), more = rd_be16(&r);
    n->response = flags & 0x8000;
    n->opcode = flags >> 11 & 15;
    n->broadcast = flags & 0x0010;
    n->rcode = flags & 15;
    if (r.bad || questions > 1 || answers > 16 || authority > 16 || more > 16 ||
        !nbns_opcode_name(n->opcode) || questions + answers + more == 0)
        return false;
    if (questions) {
        if (!name_read(&r, n))
            return false;
        n->type = rd_be16(&r);
        if (rd_be16(&r) != IN || r.bad || (n->type != NBNS_NB && n->type != NBNS_STATUS))
            return false;
    }
    /* An answer's address, or the one that a registration is for. */
    if (answers || (questions && more))
        return answer_read(&r, n, questions) || questions;
    return questions;
}

static enum dissect_result nbns_parse(enum dissect_transport transport, struct str bytes,
                                      union dissect_facts *ret_facts, size_t *ret_used)
{
    (void)transport;
    ret_facts->nbns = (struct nbns_facts){0};
    *ret_used = bytes.len;
    return nbns_read(bytes, &ret_facts->nbns) ? DISSECT_DONE : DISSECT_NOT;
}

static enum dissect_probe nbns_probe(enum dissect_transport transport, struct str bytes)
{
    struct nbns_facts n = {0};
    (void)transport;
    return nbns_read(bytes, &n) ? PROBE_YES : PROBE_NO;
}

static bool nbns_response(const union dissect_facts *f)
{
    return f->nbns.response;
}

const struct dissector dissector_nbns = {
    .name = "nbns",
    .app = APP_NBNS,
    .transports = DISSECT_UDP,
    .ports = {137},
    .repeats = true,
    .most = 1024,
    .probe = nbns_probe,
    .parse = nbns_parse,
    .response = nbns_response,
};
