/* wireguard.c - the shape of the four messages, and WireGuard's row in the registry. */
#include "core/rd.h"
#include "dissect/dissector.h"

enum {
    INITIATION_SIZE = 148,
    RESPONSE_SIZE = 92,
    COOKIE_SIZE = 64,
    DATA_LEAST = 32,
    MAC_SIZE = 16,
    KEY_SIZE = 32,
};

const char *wireguard_type_name(uint8_t type)
{
    static const char *const names[] = {
#define X(name, number, text) [number] = (text),
        WIREGUARD_TYPE_MAP(X)
#undef X
    };
    return type < COUNT(names) && names[type] ? names[type] : "unknown";
}

/* A key of 32 random bytes has as a rule 30 different ones; fewer than 24 once in 10^5. */
static bool looks_random(struct str key)
{
    uint64_t seen[4] = {0};
    int different = 0;
    for (size_t i = 0; i < key.len; i++)
        seen[(uint8_t)key.ptr[i] >> 6] |= UINT64_C(1) << ((uint8_t)key.ptr[i] & 63);
    for (size_t i = 0; i < COUNT(seen); i++)
        different += __builtin_popcountll(seen[i]);
    return different >= 24;
}

static bool all_zero(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i])
            return false;
    return true;
}

/* Where the type's key or nonce of random bytes lies; 0: the length is wrong for the type. */
static size_t random_at(uint8_t type, size_t len)
{
    switch (type) {
    case WIREGUARD_INITIATION: return len == INITIATION_SIZE ? 8 : 0;
    case WIREGUARD_RESPONSE: return len == RESPONSE_SIZE ? 12 : 0;
    case WIREGUARD_COOKIE: return len == COOKIE_SIZE ? 8 : 0;
    case WIREGUARD_DATA: return len >= DATA_LEAST && len % 16 == 0 ? 16 : 0;
    default: return 0;
    }
}

static bool message_read(struct str bytes, struct wireguard_facts *w)
{
    struct rd r = rd_of(bytes.ptr, bytes.len);
    *w = (struct wireguard_facts){.type = rd_u8(&r)};
    w->reserved = !all_zero(rd_str(&r, 3));
    size_t at = random_at(w->type, bytes.len);
    if (r.bad || !at)
        return false;
    if (w->type == WIREGUARD_INITIATION || w->type == WIREGUARD_RESPONSE)
        w->cookie = !all_zero(str_skip(bytes, bytes.len - MAC_SIZE));
    return w->type == WIREGUARD_DATA || looks_random((struct str){bytes.ptr + at, KEY_SIZE});
}

static enum dissect_result wireguard_step(enum dissect_transport transport, struct str bytes,
                                          union dissect_facts *ret_facts, size_t *ret_used)
{
    (void)transport;
    if (!message_read(bytes, &ret_facts->wireguard))
        return DISSECT_NOT;
    *ret_used = DISSECT_USED_ALL;
    return DISSECT_DONE;
}

/* An initiation says nothing of a server under load but once in a while: its last MAC is then zero. */
static enum dissect_probe wireguard_probe(enum dissect_transport transport, struct str bytes)
{
    struct wireguard_facts w;
    (void)transport;
    if (!message_read(bytes, &w))
        return PROBE_NO;
    bool handshake = w.type == WIREGUARD_INITIATION || w.type == WIREGUARD_RESPONSE;
    return handshake && !w.reserved && !w.cookie ? PROBE_YES : PROBE_MAYBE;
}

static bool wireguard_response(const union dissect_facts *f)
{
    return f->wireguard.type == WIREGUARD_RESPONSE || f->wireguard.type == WIREGUARD_COOKIE;
}

const struct dissector dissector_wireguard = {
    .name = "wireguard",
    .app = APP_WIREGUARD,
    .transports = DISSECT_UDP,
    .ports = {51820, 2408},
    .most = UINT16_MAX,
    .probe = wireguard_probe,
    .parse = wireguard_step,
    .response = wireguard_response,
};
