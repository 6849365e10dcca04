/* names.c - what people call their sites, and what programs call theirs. */
#include "synth/day/day_private.h"

static const char *const heads[] = {"green",  "blue",    "north",  "city",  "open",   "prime",
                                    "smart",  "daily",   "happy",  "river", "metro",  "cloud",
                                    "quick",  "royal",   "sunny",  "iron",  "maple",  "ocean",
                                    "alpha",  "vital",   "micro",  "super", "tokyo",  "kansai",
                                    "nordic", "pacific", "global", "union", "silver", "orange",
                                    "garden", "winter"};
static const char *const tails[] = {"bank",   "news",   "shop",   "travel",    "media",  "health",
                                    "sport",  "music",  "tools",  "market",    "school", "energy",
                                    "office", "studio", "press",  "logistics", "parts",  "foods",
                                    "motors", "labs",   "games",  "books",     "maps",   "weather",
                                    "jobs",   "video",  "design", "insurance", "cinema", "stream",
                                    "forum",  "fashion"};
static const char *const suffixes[] = {"com", "net", "org", "jp", "co.jp", "io", "de", "info"};

/* Under .example, with what would be its suffix before it, so that no site of anybody's is meant. */
struct str usual_name(uint64_t i, char out[NAME_MAX_TEXT])
{
    uint64_t x = synth_mix(77, 1, i);
    const char *head = heads[x % COUNT(heads)], *tail = tails[(x >> 8) % COUNT(tails)];
    const char *suffix = suffixes[(x >> 16) % COUNT(suffixes)];
    int n;
    switch (x >> 24 & 3) {
    case 0: n = snprintf(out, NAME_MAX_TEXT, "www.%s%s-%s.example", head, tail, suffix); break;
    case 1: n = snprintf(out, NAME_MAX_TEXT, "www.%s-%s.example", head, tail); break;
    case 2:
        n = snprintf(out, NAME_MAX_TEXT, "api.%s%s%u.example", head, tail,
                     (unsigned)(x >> 32 & 31));
        break;
    default: n = snprintf(out, NAME_MAX_TEXT, "%s.%s%s.example", tail, tail, head); break;
    }
    return (struct str){out, (size_t)n};
}

struct host usual_place(uint64_t i)
{
    return host_server(2000 + i);
}

static void letters(struct synth_random *r, char *out, size_t len, const char *from)
{
    size_t n = strlen(from);
    for (size_t i = 0; i < len; i++)
        out[i] = from[synth_random_below(r, n)];
    out[len] = 0;
}

/* Families: 1 letters, long; 2 letters and digits; 3 hexadecimal; 4 syllables; 5 words. */
struct str made_name(struct synth_random *r, unsigned family, char out[NAME_MAX_TEXT])
{
    static const char *const tops[] = {"example", "test", "invalid"};
    char label[40] = "";
    size_t len = (size_t)synth_random_between(r, 12, 20);
    switch (family) {
    case 2: letters(r, label, len, "abcdefghijklmnopqrstuvwxyz0123456789"); break;
    case 3: letters(r, label, 16, "0123456789abcdef"); break;
    case 4:
        for (size_t i = 0; i < len / 2; i++) {
            letters(r, label + 2 * i, 1, "bcdfghjklmnpqrstvwxz");
            letters(r, label + 2 * i + 1, 1, "aeiouy");
        }
        break;
    case 5:
        snprintf(label, sizeof label, "%s%s", heads[synth_random_below(r, COUNT(heads))],
                 tails[synth_random_below(r, COUNT(tails))]);
        break;
    default: letters(r, label, len, "abcdefghijklmnopqrstuvwxyz"); break;
    }
    int n = snprintf(out, NAME_MAX_TEXT, "%s.%s", label, tops[synth_random_below(r, COUNT(tops))]);
    return (struct str){out, (size_t)n};
}
