/* stun.c - a STUN message's head and the kinds of its attributes, and STUN's row in the registry. */
#include "core/rd.h"
#include "dissect/dissector.h"

enum { HEADER_SIZE = 20, MOST = 2048, COOKIE_HIGH = 0x2112, COOKIE_LOW = 0xa442 };

static const struct {
    uint16_t number;
    const char *name;
} methods[] = {
    {0x001, "binding"},
    {0x002, "shared_secret"},
    {0x003, "allocate"},
    {0x004, "refresh"},
    {0x006, "send"},
    {0x007, "data"},
    {0x008, "create_permission"},
    {0x009, "channel_bind"},
    {0x00a, "connect"},
    {0x00b, "connection_bind"},
    {0x00c, "connection_attempt"},
};

const char *stun_method_name(uint16_t method)
{
    for (size_t i = 0; i < COUNT(methods); i++)
        if (methods[i].number == method)
            return methods[i].name;
    return NULL;
}

const char *stun_class_name(uint8_t class)
{
    static const char *const names[] = {"request", "indication", "success", "error"};
    return class < COUNT(names) ? names[class] : "unknown";
}

/* RFC 8489 5: the class's two bits lie among the method's twelve. */
static void type_split(uint16_t type, struct stun_facts *s)
{
    s->class = (uint8_t)((type >> 4 & 1) | (type >> 7 & 2));
    s->method = (uint16_t)((type & 0x000f) | (type >> 1 & 0x0070) | (type >> 2 & 0x0f80));
}

static bool head_read(struct rd *r, struct stun_facts *s)
{
    uint16_t type = rd_be16(r);
    *s = (struct stun_facts){.length = rd_be16(r)};
    uint16_t high = rd_be16(r), low = rd_be16(r);
    (void)rd_str(r, 12); /* transaction id */
    s->cookie = high == COOKIE_HIGH && low == COOKIE_LOW;
    type_split(type, s);
    return !r->bad && type >> 14 == 0 && s->length % 4 == 0;
}

static uint8_t attribute_bit(uint16_t type)
{
    switch (type) {
    case 0x0006: return STUN_HAS_USERNAME;
    case 0x0008:
    case 0x001c: return STUN_HAS_INTEGRITY;
    case 0x8028: return STUN_HAS_FINGERPRINT;
    case 0x0001:
    case 0x0020: return STUN_HAS_MAPPED;
    case 0x0016: return STUN_HAS_RELAYED;
    case 0x0024:
    case 0x0025:
    case 0x8029:
    case 0x802a: return STUN_HAS_ICE;
    case 0x8022: return STUN_HAS_SOFTWARE;
    default: return 0;
    }
}

static bool attributes_read(struct rd r, struct stun_facts *s)
{
    enum { ERROR_CODE = 0x0009 };
    while (!r.bad && rd_left(&r)) {
        uint16_t type = rd_be16(&r);
        size_t len = rd_be16(&r);
        struct str value = rd_str(&r, len);
        size_t gap = (4 - len % 4) % 4;
        (void)rd_str(&r, gap < rd_left(&r) ? gap : rd_left(&r));
        if (r.bad)
            break;
        s->attributes |= attribute_bit(type);
        if (type == ERROR_CODE && len >= 4)
            s->error = (uint16_t)((value.ptr[2] & 7) * 100 + (uint8_t)value.ptr[3] % 100);
    }
    return !r.bad;
}

static enum dissect_result stun_step(enum dissect_transport transport, struct str bytes,
                                     union dissect_facts *ret_facts, size_t *ret_used)
{
    struct stun_facts *s = &ret_facts->stun;
    struct rd r = rd_of(bytes.ptr, bytes.len);
    bool tcp = transport == DISSECT_TCP;
    if (tcp && bytes.len < HEADER_SIZE)
        return DISSECT_NEED_MORE;
    if (!head_read(&r, s) || (tcp && !s->cookie))
        return DISSECT_NOT;
    if (rd_left(&r) < s->length)
        return tcp && HEADER_SIZE + s->length < MOST ? DISSECT_NEED_MORE : DISSECT_NOT;
    if ((!tcp && rd_left(&r) != s->length) || !attributes_read(rd_of(r.at, s->length), s))
        return DISSECT_NOT;
    *ret_used = (size_t)HEADER_SIZE + s->length;
    return DISSECT_DONE;
}

static enum dissect_probe stun_probe(enum dissect_transport transport, struct str bytes)
{
    struct stun_facts s;
    struct rd r = rd_of(bytes.ptr, bytes.len);
    if (!head_read(&r, &s))
        return PROBE_NO;
    bool whole = rd_left(&r) >= s.length;
    if (transport == DISSECT_TCP)
        return s.cookie && s.length < MOST - HEADER_SIZE && stun_method_name(s.method) &&
                       (!whole || attributes_read(rd_of(r.at, s.length), &s))
                   ? PROBE_YES
                   : PROBE_NO;
    if (rd_left(&r) != s.length || !attributes_read(r, &s))
        return PROBE_NO;
    if (s.cookie)
        return PROBE_YES;
    return s.method == 1 || s.method == 2 ? PROBE_MAYBE : PROBE_NO; /* RFC 3489 11.1 */
}

static bool stun_response(const union dissect_facts *f)
{
    return f->stun.class == STUN_SUCCESS || f->stun.class == STUN_ERROR;
}

const struct dissector dissector_stun = {
    .name = "stun",
    .app = APP_STUN,
    .transports = DISSECT_UDP | DISSECT_TCP,
    .ports = {3478, 3479, 5349, 19302, 19305, 5350},
    .repeats = true,
    .most = MOST,
    .probe = stun_probe,
    .parse = stun_step,
    .pairs = true,
    .response = stun_response,
};
