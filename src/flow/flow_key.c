/* flow_key.c - one key for both directions, and the flow's ends as people say them. */
#include "flow_private.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

_Static_assert(sizeof(struct flow_key) == 40, "hashed and compared as bytes: no padding");
_Static_assert(sizeof(struct flow) == 128, "two cache lines");
_Static_assert(sizeof(struct bucket) == 64, "one cache line");

enum { ONE_WAY = 0x8000, VLAN_MASK = 0xfff };

void key_fill(const struct flow_settings *set, const struct packet *p, struct keyed *ret)
{
    uint16_t sport = p->sport, dport = p->dport;
    bool one_way = (p->flags & PACKET_HAS_ICMP) &&
                   community_icmp(p->version, p->icmp_type, p->icmp_code, &sport, &dport);
    int addresses = memcmp(p->src, p->dst, 16);
    ret->swapped = !one_way && (addresses > 0 || (addresses == 0 && sport > dport));

    struct flow_key *k = &ret->key;
    memcpy(k->low, ret->swapped ? p->dst : p->src, 16);
    memcpy(k->high, ret->swapped ? p->src : p->dst, 16);
    k->low_port = ret->swapped ? dport : sport;
    k->high_port = ret->swapped ? sport : dport;
    k->proto = p->proto;
    k->version_and_depth = (uint8_t)(p->version << 4 | p->tunnel_depth);
    k->vlan = (uint16_t)((set->vlan_in_key ? p->vlan[0] : 0) | (one_way ? ONE_WAY : 0));
}

void key_of(const struct flow_settings *set, const struct packet *p, struct keyed *ret)
{
    const struct flow_key *k = &ret->key;
    key_fill(set, p, ret);
    ret->digest = XXH3_64bits_withSeed(k, sizeof *k, set->seed);
    ret->shard = XXH3_64bits_withSeed(k, sizeof *k, ~set->shard_seed) % FLOW_SHARDS;
}

struct flow_place flow_place(const struct flow_table *t, const struct packet *p)
{
    struct keyed k;
    key_of(&t->set, p, &k);
    return (struct flow_place){k.digest, k.shard};
}

struct flow_ends flow_ends(const struct flow *f)
{
    const struct flow_key *k = &f->key;
    bool high = f->client_is_high;
    return (struct flow_ends){
        .client = high ? k->high : k->low,
        .server = high ? k->low : k->high,
        .client_port = high ? k->high_port : k->low_port,
        .server_port = high ? k->low_port : k->high_port,
        .version = k->version_and_depth >> 4,
        .tunnel_depth = k->version_and_depth & 0xf,
        .proto = k->proto,
        .vlan = k->vlan & VLAN_MASK,
        .one_way = (k->vlan & ONE_WAY) != 0,
    };
}

static bool has_ports(const struct flow_ends *ends)
{
    switch (ends->proto) {
    case IP_TCP:
    case IP_UDP:
    case IP_SCTP: return true;
    case IP_ICMP: return ends->version == 4;
    case IP_ICMP6: return ends->version == 6;
    default: return false;
    }
}

struct str flow_community_id(const struct flow *f, uint16_t seed, char out[COMMUNITY_ID_SIZE])
{
    struct flow_ends ends = flow_ends(f);
    struct community_tuple tuple = {
        .src = ends.client,
        .dst = ends.server,
        .version = ends.version,
        .proto = ends.proto,
        .sport = ends.client_port,
        .dport = ends.server_port,
        .has_ports = has_ports(&ends),
        .one_way = ends.one_way,
    };
    return community_id(&tuple, seed, out);
}
