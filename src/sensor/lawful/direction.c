/* direction.c - see direction.h. Lists first, special ranges next, tables last. */
#include "sensor/lawful/direction.h"

#include "core/keys.h"

#include <stdlib.h>

enum { LIST_MAX = 4096, SETS = 1 << 14, WAYS = 2 };

struct listed {
    struct addr prefix;
    uint8_t place; /* enum direction_place; PLACE_HOME for OWN and PARTY's `own` */
};

struct direction_list { /* sorted as addr_compare does: wider networks before what they hold */
    struct listed *rows;
    size_t count;
};

struct direction_gate {
    enum direction_rule rule;
    const struct geo *geo;
    char home[3];
    struct direction_list places, own;
};

/* What a slot says: enum direction_place, and this bit for an address of `own`. */
enum { ANSWER_OWN = 4 };

struct slot {
    uint64_t left, right; /* the address under the cache's permutation */
    uint32_t answer, used;
};

struct direction_cache {
    const struct direction_gate *gate;
    uint64_t keys[3];
    struct slot slots[SETS][WAYS]; /* the newer one first */
};

/* --- lists --- */

static int by_prefix(const void *x, const void *y)
{
    const struct listed *a = x, *b = y;
    return addr_compare(&a->prefix, &b->prefix);
}

static void list_add(struct direction_list *l, struct direction_prefixes from,
                     enum direction_place place)
{
    for (size_t i = 0; i < from.count; i++)
        l->rows[l->count++] = (struct listed){from.list[i], (uint8_t)place};
}

static void list_room(struct direction_list *l, size_t count)
{
    l->rows = calloc(count ? count : 1, sizeof *l->rows);
    if (!l->rows)
        abort();
}

static void list_sort(struct direction_list *l)
{
    if (l->count)
        qsort(l->rows, l->count, sizeof *l->rows, by_prefix);
}

static struct addr addr_of_16(const uint8_t address[16])
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    return memcmp(address, mapped, sizeof mapped) == 0 ? addr_of_v4(address + 12)
                                                       : addr_of_v6(address);
}

/* The longest prefix that holds the address, or NULL. Lists are short and the cache asks once. */
static const struct listed *list_find(const struct direction_list *l, const struct addr *a)
{
    const struct listed *best = NULL;
    for (size_t i = 0; i < l->count; i++) {
        const struct listed *row = &l->rows[i];
        if (addr_contains(&row->prefix, a) && (!best || row->prefix.bits > best->prefix.bits))
            best = row;
    }
    return best;
}

/* --- the gate --- */

static bool needs_places(enum direction_rule r)
{
    return r != DIRECTION_RULE_OWN && r != DIRECTION_RULE_LOCAL;
}

static bool one_meaning(const struct direction_list *l, struct err *e)
{
    for (size_t i = 1; i < l->count; i++) {
        const struct listed *a = &l->rows[i - 1], *b = &l->rows[i];
        char text[ADDR_TEXT_SIZE];
        if (a->place != b->place && addr_eq(&a->prefix, &b->prefix))
            return err_set(e, ERR_INVALID, "%s is listed as domestic and as foreign",
                           addr_format(&a->prefix, text).ptr);
    }
    return true;
}

static bool settings_are_sound(const struct direction_settings *s, struct err *e)
{
    bool lists_own = s->rule == DIRECTION_RULE_OWN || s->rule == DIRECTION_RULE_PARTY;
    if (lists_own && !s->own.count)
        return err_set(e, ERR_INVALID, "no prefixes are listed, so nothing could be kept");
    if (s->own.count > LIST_MAX || s->domestic.count > LIST_MAX || s->foreign.count > LIST_MAX)
        return err_set(e, ERR_LIMIT, "more than %d prefixes in one list", LIST_MAX);
    if (needs_places(s->rule) && !country_code_valid((struct str){s->home, strnlen(s->home, 3)}))
        return err_set(e, ERR_INVALID, "the home country is not a country code");
    return true;
}

bool direction_gate_new(const struct direction_settings *s, struct direction_gate **ret,
                        struct err *e)
{
    if (!settings_are_sound(s, e))
        return false;
    struct direction_gate *g = calloc(1, sizeof *g);
    if (!g)
        abort();
    *g = (struct direction_gate){.rule = s->rule, .geo = s->geo};
    memcpy(g->home, s->home, sizeof g->home);
    g->home[2] = '\0';
    list_room(&g->places, s->domestic.count + s->foreign.count);
    list_add(&g->places, s->domestic, PLACE_HOME);
    list_add(&g->places, s->foreign, PLACE_FOREIGN);
    list_sort(&g->places);
    list_room(&g->own, s->own.count);
    list_add(&g->own, s->own, PLACE_HOME);
    list_sort(&g->own);
    if (!one_meaning(&g->places, e)) {
        direction_gate_drop(&g);
        return false;
    }
    *ret = g;
    return true;
}

void direction_gate_drop(struct direction_gate **g)
{
    if (!*g)
        return;
    free((*g)->places.rows);
    free((*g)->own.rows);
    free(*g);
    *g = NULL;
}

enum direction_rule direction_gate_rule(const struct direction_gate *g)
{
    return g->rule;
}

const struct geo *direction_gate_geo(const struct direction_gate *g)
{
    return g->geo;
}

/* --- where an address lies --- */

/* IANA's special-purpose registries (RFC 6890 and what was added to them), multicast (RFC 5771, 4291)
 * and what is reserved. Of IPv6 only 2000::/3 is given out at all. */
bool direction_is_special(const uint8_t address[16])
{
    static const struct {
        uint32_t net;
        uint8_t bits;
    } v4[] = {
        {0x00000000, 8},  {0x0a000000, 8},  {0x64400000, 10}, {0x7f000000, 8},  {0xa9fe0000, 16},
        {0xac100000, 12}, {0xc0000000, 24}, {0xc0000200, 24}, {0xc01fc400, 24}, {0xc034c100, 24},
        {0xc0586300, 24}, {0xc0a80000, 16}, {0xc0af3000, 24}, {0xc6120000, 15}, {0xc6336400, 24},
        {0xcb007100, 24}, {0xe0000000, 3},
    };
    struct addr a = addr_of_16(address);
    if (a.v6) {
        uint32_t head = (uint32_t)a.bytes[0] << 24 | (uint32_t)a.bytes[1] << 16 |
                        (uint32_t)a.bytes[2] << 8 | a.bytes[3];
        return a.bytes[0] >> 5 != 1            /* outside 2000::/3 */
               || head >> 9 == 0x20010000 >> 9 /* IETF protocol assignments, Teredo among them */
               || head == 0x20010db8           /* documentation, RFC 3849 */
               || head >> 16 == 0x2002         /* 6to4: the IPv4 address in it may be anywhere */
               || head >> 12 == 0x3fff0;       /* documentation, RFC 9637 */
    }
    uint32_t value = (uint32_t)a.bytes[0] << 24 | (uint32_t)a.bytes[1] << 16 |
                     (uint32_t)a.bytes[2] << 8 | a.bytes[3];
    for (size_t i = 0; i < COUNT(v4); i++)
        if ((value ^ v4[i].net) >> (32 - v4[i].bits) == 0)
            return true;
    return false;
}

enum direction_place direction_place_of(const struct direction_gate *g, const uint8_t address[16])
{
    struct addr a = addr_of_16(address);
    const struct listed *row = list_find(&g->places, &a);
    if (row)
        return (enum direction_place)row->place;
    if (!g->geo || direction_is_special(address))
        return PLACE_UNKNOWN;
    struct country c = geo_country(g->geo, address);
    if (!c.code[0])
        return PLACE_UNKNOWN;
    return strcmp(c.code, g->home) == 0 ? PLACE_HOME : PLACE_FOREIGN;
}

bool direction_is_own(const struct direction_gate *g, const uint8_t address[16])
{
    struct addr a = addr_of_16(address);
    return list_find(&g->own, &a) != NULL;
}

static uint32_t answer_of(const struct direction_gate *g, const uint8_t address[16])
{
    uint32_t answer = needs_places(g->rule) ? direction_place_of(g, address) : PLACE_UNKNOWN;
    return answer | (direction_is_own(g, address) ? ANSWER_OWN : 0);
}

static enum direction_verdict verdict_of(enum direction_rule rule, uint32_t src, uint32_t dst)
{
    enum direction_place from = src & 3, to = dst & 3;
    switch (rule) {
    case DIRECTION_RULE_LOCAL: return DIRECTION_KEEP;
    case DIRECTION_RULE_OWN: return (src | dst) & ANSWER_OWN ? DIRECTION_KEEP : DIRECTION_DISCARD;
    default: break;
    }
    if (from == PLACE_UNKNOWN || to == PLACE_UNKNOWN)
        return DIRECTION_UNKNOWN;
    bool keep = false;
    switch (rule) {
    case DIRECTION_RULE_FOREIGN_TO_FOREIGN:
        keep = from == PLACE_FOREIGN && to == PLACE_FOREIGN;
        break;
    case DIRECTION_RULE_FOREIGN_TO_DOMESTIC:
        keep = from == PLACE_FOREIGN && to == PLACE_HOME;
        break;
    case DIRECTION_RULE_DOMESTIC_TO_FOREIGN:
        keep = from == PLACE_HOME && to == PLACE_FOREIGN;
        break;
    case DIRECTION_RULE_PARTY:
        keep = from == PLACE_FOREIGN && to == PLACE_HOME && dst & ANSWER_OWN;
        break;
    default: break;
    }
    return keep ? DIRECTION_KEEP : DIRECTION_DISCARD;
}

enum direction_verdict direction_judge(const struct direction_gate *g, const uint8_t src[16],
                                       const uint8_t dst[16])
{
    return verdict_of(g->rule, answer_of(g, src), answer_of(g, dst));
}

/* --- the cache --- */

struct direction_cache *direction_cache_new(const struct direction_gate *g)
{
    struct direction_cache *c = calloc(1, sizeof *c);
    if (!c)
        abort();
    c->gate = g;
    random_bytes(c->keys, sizeof c->keys);
    for (size_t i = 0; i < COUNT(c->keys); i++)
        c->keys[i] |= 1;
    return c;
}

void direction_cache_drop(struct direction_cache **c)
{
    if (*c)
        explicit_bzero(*c, sizeof **c);
    free(*c);
    *c = NULL;
}

static inline uint64_t fold(uint64_t value, uint64_t key)
{
    __extension__ typedef unsigned __int128 wide;
    wide product = (wide)(value ^ key) * (key ^ 0x9e3779b97f4a7c15);
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* A Feistel network is a permutation whatever its rounds are: two addresses never share a slot's name. */
static inline void permute(const struct direction_cache *c, const uint8_t address[16],
                           uint64_t ret[2])
{
    uint64_t left, right;
    memcpy(&left, address, sizeof left);
    memcpy(&right, address + sizeof left, sizeof right);
    left ^= fold(right, c->keys[0]);
    right ^= fold(left, c->keys[1]);
    left ^= fold(right, c->keys[2]);
    ret[0] = left;
    ret[1] = right;
}

static inline uint32_t ask(struct direction_cache *c, const uint8_t address[16])
{
    uint64_t name[2];
    permute(c, address, name);
    struct slot *s = c->slots[name[0] & (SETS - 1)];
    for (size_t i = 0; i < WAYS; i++)
        if (s[i].left == name[0] && s[i].right == name[1] && s[i].used)
            return s[i].answer;
    s[1] = s[0];
    s[0] = (struct slot){name[0], name[1], answer_of(c->gate, address), 1};
    return s[0].answer;
}

enum direction_verdict direction_of(struct direction_cache *c, const uint8_t src[16],
                                    const uint8_t dst[16])
{
    enum direction_rule rule = c->gate->rule;
    if (rule == DIRECTION_RULE_LOCAL)
        return DIRECTION_KEEP;
    return verdict_of(rule, ask(c, src), ask(c, dst));
}
