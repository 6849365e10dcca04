/* dga_features.c - a label, counted and weighed by a model. */
#include "detect/dga_model.h"

enum { LABEL_MOST = 63, RUN = 4, LONG_ENOUGH = 30, WORST_SHARE = 3 };

unsigned dga_symbol(char c)
{
    if (c >= 'a' && c <= 'z')
        return (unsigned)(c - 'a') + 1;
    if (c >= 'A' && c <= 'Z')
        return (unsigned)(c - 'A') + 1;
    return c >= '0' && c <= '9' ? DGA_SYMBOLS - 1 : 0;
}

unsigned dga_run_hash(const uint8_t run[RUN])
{
    uint32_t x = 0;
    for (int i = 0; i < RUN; i++)
        x = x * DGA_SYMBOLS + run[i];
    return (x * 0x9e3779b1U >> 16) % DGA_KNOWN_BITS;
}

/* A label as symbols, an edge before and two behind, so that every run has its neighbours. */
struct word {
    uint8_t symbols[LABEL_MOST + 4];
    size_t len; /* without the edges */
};

enum { BEFORE = 2 };

struct look { /* what the characters are, without their order */
    unsigned digits, vowels, hyphens, different, turns, longest_run, hex;
};

static bool is_vowel(unsigned symbol)
{
    const uint32_t vowels = 1U << 1 | 1U << 5 | 1U << 9 | 1U << 15 | 1U << 21 | 1U << 25;
    return vowels >> symbol & 1;
}

static struct word word_of(struct str label)
{
    struct word w = {.len = label.len < LABEL_MOST ? label.len : LABEL_MOST};
    for (size_t i = 0; i < w.len; i++)
        w.symbols[BEFORE + i] = (uint8_t)dga_symbol(label.ptr[i]);
    return w;
}

static struct look look_of(const struct word *w)
{
    struct look l = {0};
    uint32_t seen = 0;
    unsigned run = 0, before = 0;
    for (size_t i = 0; i < w->len; i++) {
        unsigned s = w->symbols[BEFORE + i];
        bool digit = s == DGA_SYMBOLS - 1, consonant = s && !digit && !is_vowel(s);
        l.digits += digit;
        l.hyphens += s == 0;
        l.hex += digit || (s >= 1 && s <= 6);
        l.vowels += is_vowel(s);
        l.turns += i && digit != (before == DGA_SYMBOLS - 1);
        run = consonant ? run + 1 : 0;
        l.longest_run = run > l.longest_run ? run : l.longest_run;
        seen |= 1U << s;
        before = s;
    }
    l.different = (unsigned)__builtin_popcount(seen);
    return l;
}

struct usage {                /* how usual the order is */
    float usual, made, worst; /* means; `worst` is the mean of the three worst */
    unsigned known, runs, covered;
};

static float likelihood(char step)
{
    return (float)(step - '~') * DGA_STEP;
}

static void worst_keep(float worst[WORST_SHARE], float x)
{
    for (int i = 0; i < WORST_SHARE; i++)
        if (x < worst[i]) {
            float t = worst[i];
            worst[i] = x;
            x = t;
        }
}

static void runs_count(const struct dga_model *m, const struct word *w, struct usage *u)
{
    size_t reached = 0; /* symbols up to here are covered or passed */
    for (size_t at = 1; at + RUN <= w->len + BEFORE + 1; at++) {
        unsigned bit = dga_run_hash(w->symbols + at);
        u->runs++;
        if (!(m->known[bit / 64] >> bit % 64 & 1))
            continue;
        size_t from = at > reached ? at : reached;
        u->covered += (unsigned)(at + RUN - from);
        reached = at + RUN;
        u->known++;
    }
}

static struct usage usage_of(const struct dga_model *m, const struct word *w)
{
    struct usage u = {0};
    float worst[WORST_SHARE] = {0};
    size_t steps = w->len + 1; /* the edge behind is one */
    for (size_t i = BEFORE; i < BEFORE + steps; i++) {
        const uint8_t *s = w->symbols + i;
        size_t pair = (size_t)s[-2] * DGA_SYMBOLS + s[-1];
        float usual = likelihood(m->usual[pair * DGA_SYMBOLS + s[0]]);
        u.usual += usual;
        u.made += likelihood(m->made[(size_t)s[-1] * DGA_SYMBOLS + s[0]]);
        worst_keep(worst, usual);
    }
    u.usual /= (float)steps;
    u.made /= (float)steps;
    for (int i = 0; i < WORST_SHARE; i++)
        u.worst += worst[i] / WORST_SHARE;
    runs_count(m, w, &u);
    return u;
}

void dga_features(const struct dga_model *m, struct str label, float ret[DGA_FEATURES])
{
    struct word w = word_of(label);
    struct look l = look_of(&w);
    struct usage u = usage_of(m, &w);
    float len = w.len ? (float)w.len : 1.0F;
    float tens = (w.len < LONG_ENOUGH ? len : (float)LONG_ENOUGH) / 10,
          runs = (float)u.runs + 0.01F;
    float vowels = (float)l.vowels / len, off = vowels - 0.4F;
    const float features[DGA_FEATURES] = {
        u.usual,
        u.usual - u.made,
        (u.usual - u.made) * tens,
        u.usual * tens,
        u.worst,
        tens,
        tens * tens,
        (float)l.digits / len,
        (float)l.turns,
        vowels,
        off < 0 ? -off : off,
        (float)l.longest_run,
        (float)l.hyphens,
        (float)l.different / len,
        (float)u.known / runs,
        (float)u.covered / (len + 2),
        (float)(u.runs - u.known),
        w.len < 8 ? 8 - len : 0,
        (float)l.digits,
        (float)l.different,
        (float)l.hex / len,
    };
    memcpy(ret, features, sizeof features);
}

float dga_weigh(const struct dga_model *m, const float features[DGA_FEATURES])
{
    float z[DGA_HIDDEN], sum = m->out[DGA_HIDDEN];
    memcpy(z, m->hidden[DGA_FEATURES], sizeof z);
    for (int f = 0; f < DGA_FEATURES; f++) {
        float x = (features[f] - m->middle[f]) * m->scale[f];
        for (int h = 0; h < DGA_HIDDEN; h++)
            z[h] += m->hidden[f][h] * x;
    }
    for (int h = 0; h < DGA_HIDDEN; h++)
        sum += z[h] > 0 ? m->out[h] * z[h] : 0;
    return sum;
}
