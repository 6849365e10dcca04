/* planted.c - what is hidden in a mix, and the lists of indicators that find it. */
#include "synth/making_private.h"

enum { HITS = SYNTH_HIT_ADDRESSES + SYNTH_HIT_NAMES + SYNTH_HIT_PARENTS };

uint32_t planted_address(uint64_t i)
{
    return 0xc6336401 + (uint32_t)i; /* 198.51.100.0/24, RFC 5737 */
}

static struct str name_fmt(char out[NAME_MAX_TEXT], const char *head, uint64_t i, uint64_t salt)
{
    int n = snprintf(out, NAME_MAX_TEXT, "%s%03u-%06x.example", head, (unsigned)i,
                     (unsigned)(salt & 0xffffff));
    return (struct str){out, (size_t)n};
}

struct str planted_name(uint64_t seed, uint64_t i, char out[NAME_MAX_TEXT])
{
    return name_fmt(out, "login", i, synth_mix(seed, 1, i));
}

struct str planted_parent(uint64_t seed, uint64_t i, char out[NAME_MAX_TEXT])
{
    return name_fmt(out, "zone", i, synth_mix(seed, 2, i));
}

static void address_line(struct buf *out, uint32_t a)
{
    buf_fmt(out, "%u.%u.%u.%u\n", a >> 24, a >> 16 & 255, a >> 8 & 255, a & 255);
}

static void hit_line(struct buf *out, uint64_t seed, uint64_t hit)
{
    char name[NAME_MAX_TEXT];
    if (hit < SYNTH_HIT_ADDRESSES)
        address_line(out, planted_address(hit));
    else if (hit < SYNTH_HIT_ADDRESSES + SYNTH_HIT_NAMES)
        buf_fmt(out, STR_FMT "\n", STR_ARG(planted_name(seed, hit - SYNTH_HIT_ADDRESSES, name)));
    else
        buf_fmt(out, "*." STR_FMT "\n",
                STR_ARG(planted_parent(seed, hit - SYNTH_HIT_ADDRESSES - SYNTH_HIT_NAMES, name)));
}

/* Networks that are private, special (RFC 6890) or used by a scenario. */
static bool is_set_aside(uint32_t a)
{
    static const struct {
        uint32_t net;
        unsigned bits;
    } nets[] = {{0x00000000, 8},  {0x0a000000, 8},  {0x64400000, 10}, {0x7f000000, 8},
                {0xa9fe0000, 16}, {0xac100000, 12}, {0xc0000000, 24}, {0xc0000200, 24},
                {0xc0586300, 24}, {0xc0a80000, 16}, {0xc6120000, 15}, {0xc6336400, 24},
                {0xcb007100, 24}, {0xe0000000, 3}};
    for (size_t i = 0; i < COUNT(nets); i++)
        if ((a ^ nets[i].net) >> (32 - nets[i].bits) == 0)
            return true;
    return false;
}

/* The next address of a walk that meets each one once. */
static uint32_t filler_address(uint32_t *walk)
{
    do
        *walk += 0x9e3779b1; /* odd: the walk has the full period */
    while (is_set_aside(*walk));
    return *walk;
}

static void filler_name_line(struct buf *out, uint64_t seed, uint64_t i)
{
    static const char *const words[] = {"secure", "mail",   "update", "static", "portal", "images",
                                        "api",    "assets", "vpn",    "shop",   "news",   "cloud"};
    uint64_t x = synth_mix(seed, 3, i);
    const char *a = words[x % COUNT(words)], *b = words[(x >> 8) % COUNT(words)];
    unsigned tail = (unsigned)(x >> 40);
    switch (x >> 16 & 3) {
    case 0: buf_fmt(out, "%s%llu.test\n", a, (unsigned long long)i); break;
    case 1: buf_fmt(out, "%s-%s%llu.test\n", a, b, (unsigned long long)i); break;
    case 2: buf_fmt(out, "%s.%s-%06x%llu.test\n", a, b, tail, (unsigned long long)i); break;
    default: buf_fmt(out, "%06x%llu.%s.%s.test\n", tail, (unsigned long long)i, a, b);
    }
}

bool synth_indicators_put(uint64_t seed, size_t count, struct buf *out, struct err *e)
{
    if (count < HITS)
        return err_set(e, ERR_INVALID, "%zu indicators cannot hold the %d planted ones", count,
                       HITS);
    uint64_t hit = 0, addresses = count / 2 - SYNTH_HIT_ADDRESSES, names = 0;
    uint32_t walk = (uint32_t)synth_mix(seed, 4, 0);
    for (size_t i = 0; i < count; i++) {
        /* The h-th hit stands at line h * count / HITS; 263 and HITS share no factor. */
        if (hit < HITS && i == hit * count / HITS) {
            hit_line(out, seed, hit++ * 263 % HITS);
        } else if (addresses && (i % 2 || addresses >= count - i)) {
            address_line(out, filler_address(&walk));
            addresses--;
        } else {
            filler_name_line(out, seed, names++);
        }
    }
    if (out->over)
        return err_set(e, ERR_LIMIT, "the list is larger than %zu bytes", out->limit);
    return true;
}
