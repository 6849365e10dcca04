/* openvpn.c - the four shapes of a reset, and OpenVPN's row in the registry.
 *
 *     plain       opcode|key  session 8  acks n  n numbers  [remote session 8]  number
 *     tls-auth    opcode|key  session 8  HMAC  replay number  time  then as plain
 *     tls-crypt   opcode|key  session 8  replay number  time  HMAC 32  ciphertext
 */
#include "core/rd.h"
#include "dissect/dissector.h"

enum {
    SESSION_SIZE = 8,
    REPLAY_MOST = 64, /* resets sent again before an answer */
    ACKS_MOST = 8,
    CRYPT_TAG = 32,
    MOST = 1500,
};

const char *openvpn_opcode_name(uint8_t opcode)
{
    static const char *const names[] = {
#define X(name, number, text) [number] = (text),
        OPENVPN_OPCODE_MAP(X)
#undef X
    };
    return opcode < COUNT(names) ? names[opcode] : NULL;
}

const char *openvpn_wrap_name(uint8_t wrap)
{
    static const char *const names[] = {"none", "tls-auth", "tls-crypt"};
    return wrap < COUNT(names) ? names[wrap] : "none";
}

static bool is_server(uint8_t opcode)
{
    return opcode == OPENVPN_HARD_RESET_SERVER_V1 || opcode == OPENVPN_HARD_RESET_SERVER_V2;
}

static uint32_t rd_be32(struct rd *r)
{
    uint32_t high = rd_be16(r);
    return high << 16 | rd_be16(r);
}

/* Acks and the reset's own number, to the end. The first packet of a session is number 0, and all that a
 * server can acknowledge with its reset is the client's. */
static bool plain_ends(struct rd r, uint8_t opcode)
{
    size_t acks = rd_u8(&r);
    if (acks > ACKS_MOST || (acks && !is_server(opcode)))
        return false;
    for (size_t i = 0; i < acks; i++)
        if (rd_be32(&r) > REPLAY_MOST)
            return false;
    if (acks)
        (void)rd_str(&r, SESSION_SIZE);
    return rd_be32(&r) == 0 && !r.bad && rd_left(&r) == 0;
}

/* A replay number near the start and a time from 2005 to 2069. */
static bool replay_holds(struct rd *r)
{
    uint32_t number = rd_be32(r), time = rd_be32(r);
    return !r->bad && number >= 1 && number <= REPLAY_MOST && time >= 0x42000000 &&
           time < 0xc0000000;
}

static bool reset_read(struct str packet, struct openvpn_facts *o)
{
    static const uint8_t hmacs[] = {20, 32, 64, 16, 28, 48};
    struct rd r = rd_of(packet.ptr, packet.len);
    uint8_t first = rd_u8(&r);
    *o = (struct openvpn_facts){.opcode = first >> 3, .key_id = first & 7};
    struct str session = rd_str(&r, SESSION_SIZE);
    if (r.bad || !openvpn_opcode_name(o->opcode) || o->key_id ||
        memcmp(session.ptr, "\0\0\0\0\0\0\0", SESSION_SIZE) == 0)
        return false;
    if (o->opcode != OPENVPN_HARD_RESET_CLIENT_V3 && plain_ends(r, o->opcode))
        return true;
    for (size_t i = 0; o->opcode != OPENVPN_HARD_RESET_CLIENT_V3 && i < COUNT(hmacs); i++) {
        struct rd inside = r;
        (void)rd_str(&inside, hmacs[i]);
        if (replay_holds(&inside) && plain_ends(inside, o->opcode)) {
            o->wrap = OPENVPN_TLS_AUTH;
            o->hmac_size = hmacs[i];
            return true;
        }
    }
    o->wrap = OPENVPN_TLS_CRYPT; /* a version 3 reset carries the client's wrapped key behind */
    bool long_enough = replay_holds(&r) && rd_left(&r) >= CRYPT_TAG + 5;
    return long_enough && (o->opcode == OPENVPN_HARD_RESET_CLIENT_V3 ||
                           rd_left(&r) <= CRYPT_TAG + 5 + (ACKS_MOST + 2) * 4);
}

static enum dissect_result openvpn_step(enum dissect_transport transport, struct str bytes,
                                        union dissect_facts *ret_facts, size_t *ret_used)
{
    struct openvpn_facts *o = &ret_facts->openvpn;
    struct str packet = bytes;
    if (transport == DISSECT_TCP) {
        struct rd r = rd_of(bytes.ptr, bytes.len);
        size_t len = rd_be16(&r);
        if (!r.bad && (len < 14 || len > MOST - 2))
            return DISSECT_NOT;
        packet = rd_str(&r, len);
        if (r.bad)
            return DISSECT_NEED_MORE;
    }
    if (!reset_read(packet, o))
        return DISSECT_NOT;
    o->tcp = transport == DISSECT_TCP;
    *ret_used = DISSECT_USED_ALL;
    return DISSECT_DONE;
}

static enum dissect_probe openvpn_probe(enum dissect_transport transport, struct str bytes)
{
    union dissect_facts facts;
    size_t used;
    switch (openvpn_step(transport, bytes, &facts, &used)) {
    case DISSECT_DONE: return PROBE_YES;
    case DISSECT_NEED_MORE: break;
    case DISSECT_NOT: return PROBE_NO;
    }
    return bytes.len < 3 || openvpn_opcode_name((uint8_t)bytes.ptr[2] >> 3) ? PROBE_MAYBE
                                                                            : PROBE_NO;
}

static bool openvpn_response(const union dissect_facts *f)
{
    return is_server(f->openvpn.opcode);
}

const struct dissector dissector_openvpn = {
    .name = "openvpn",
    .app = APP_OPENVPN,
    .transports = DISSECT_UDP | DISSECT_TCP,
    .ports = {1194},
    .most = MOST,
    .probe = openvpn_probe,
    .parse = openvpn_step,
    .response = openvpn_response,
};
