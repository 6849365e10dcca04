/* dga_learn.c - counts into tables, then weights by descent. */
#include "detect/dga_learn.h"

#include <math.h>
#include <stdlib.h>

enum { N = DGA_SYMBOLS, EDGE = 0, RUNS = N * N * N * N, KNOWN_LEAST = 8, LABEL_MOST = 63 };
enum { ROUNDS = 8, SHORTER = 10 /* how many counts a shorter context is worth */ };
#define RATE 0.02F
#define SHRINK 1e-3F

struct counts { /* of symbols after none, one and two others */
    double one[N], two[N][N], three[N][N][N];
};

struct sample {
    float features[DGA_FEATURES];
    float weight;
    bool made;
};

struct samples {
    struct sample *ptr;
    size_t len;
};

static void *zeroed(size_t count, size_t size)
{
    void *p = calloc(count, size);
    if (!p)
        abort();
    return p;
}

static uint64_t draw(uint64_t *state) /* xorshift64* (Vigna, 2016) */
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * 0x2545f4914f6cdd1d;
}

static size_t symbols_of(struct str label, uint8_t out[LABEL_MOST + 4])
{
    size_t len = label.len < LABEL_MOST ? label.len : LABEL_MOST;
    memset(out, EDGE, LABEL_MOST + 4);
    for (size_t i = 0; i < len; i++)
        out[2 + i] = (uint8_t)dga_symbol(label.ptr[i]);
    return len;
}

static void count(struct counts *c, struct str label, double weight)
{
    uint8_t s[LABEL_MOST + 4];
    size_t len = symbols_of(label, s);
    for (size_t i = 2; i < len + 3; i++) {
        c->one[s[i]] += weight;
        c->two[s[i - 1]][s[i]] += weight;
        c->three[s[i - 2]][s[i - 1]][s[i]] += weight;
    }
}

static double share(const double *counts, unsigned at, double expected)
{
    double all = 0;
    for (unsigned i = 0; i < N; i++)
        all += counts[i];
    return (counts[at] + SHORTER * expected) / (all + SHORTER);
}

static char step_of(double likelihood)
{
    long steps = lround(-log(likelihood) / (double)DGA_STEP);
    return (char)('~' - (steps < DGA_STEPS ? steps : DGA_STEPS - 1));
}

static void usual_fill(const struct counts *c, struct dga_model *m)
{
    for (unsigned a = 0; a < N; a++)
        for (unsigned b = 0; b < N; b++)
            for (unsigned s = 0; s < N; s++) {
                double two = share(c->two[b], s, share(c->one, s, 1.0 / N));
                m->usual[(a * N + b) * N + s] = step_of(share(c->three[a][b], s, two));
            }
}

static void made_fill(const struct counts *c, struct dga_model *m)
{
    for (unsigned b = 0; b < N; b++)
        for (unsigned s = 0; s < N; s++)
            m->made[b * N + s] = step_of(share(c->two[b], s, share(c->one, s, 1.0 / N)));
}

static void known_fill(const struct dga_lesson *l, struct dga_model *m)
{
    uint16_t *seen = zeroed(RUNS, sizeof *seen);
    for (size_t i = l->popular_first; i < l->popular_end; i++) {
        uint8_t s[LABEL_MOST + 4];
        size_t len = symbols_of(l->lists->popular[i], s);
        for (size_t at = 1; at + 4 <= len + 3; at++) {
            size_t run = (((size_t)s[at] * N + s[at + 1]) * N + s[at + 2]) * N + s[at + 3];
            if (seen[run] < KNOWN_LEAST && ++seen[run] == KNOWN_LEAST) {
                unsigned bit = dga_run_hash(s + at);
                m->known[bit / 64] |= UINT64_C(1) << bit % 64;
            }
        }
    }
    free(seen);
}

static bool is_taught(const struct dga_lesson *l, const struct dga_family *f)
{
    return f != l->without && !f->words;
}

/* Labels of a family that are long enough to show anything, spread over its list. */
static size_t family_step(const struct dga_lesson *l, const struct dga_family *f)
{
    return f->count > l->most_of_family ? f->count / l->most_of_family : 1;
}

static void tables_fill(const struct dga_lesson *l, struct dga_model *m)
{
    struct counts *c = zeroed(1, sizeof *c);
    for (size_t i = l->popular_first; i < l->popular_end; i++)
        count(c, l->lists->popular[i], 1);
    usual_fill(c, m);
    memset(c, 0, sizeof *c);
    for (size_t i = 0; i < l->lists->family_count; i++) {
        const struct dga_family *f = &l->lists->families[i];
        for (size_t j = 0; is_taught(l, f) && j < f->count; j += family_step(l, f))
            count(c, f->labels[j], 1);
    }
    made_fill(c, m);
    free(c);
    known_fill(l, m);
}

static void sample_add(struct samples *s, const struct dga_model *m, struct str label, float weight)
{
    if (label.len < 6)
        return;
    struct sample *new = &s->ptr[s->len++];
    dga_features(m, label, new->features);
    new->made = weight > 0;
    new->weight = new->made ? weight : 1;
}

static struct samples samples_of(const struct dga_lesson *l, const struct dga_model *m)
{
    size_t most = l->popular_end - l->popular_first;
    for (size_t i = 0; i < l->lists->family_count; i++)
        most += l->lists->families[i].count;
    struct samples s = {.ptr = zeroed(most, sizeof *s.ptr)};
    for (size_t i = l->popular_first; i < l->popular_end; i++)
        sample_add(&s, m, l->lists->popular[i], 0);
    size_t popular = s.len;
    double all = 0;
    for (size_t i = 0; i < l->lists->family_count; i++) {
        const struct dga_family *f = &l->lists->families[i];
        size_t step = family_step(l, f), first = s.len;
        for (size_t j = 0; is_taught(l, f) && j < f->count; j += step)
            sample_add(&s, m, f->labels[j], 1);
        size_t taken = s.len - first;
        for (size_t j = first; j < s.len; j++)
            s.ptr[j].weight = (float)(1 / sqrt((double)taken));
        all += sqrt((double)taken);
    }
    for (size_t j = popular; j < s.len && all > 0; j++)
        s.ptr[j].weight *= (float)((double)popular / all);
    return s;
}

static void scale_fill(const struct samples *s, struct dga_model *m)
{
    for (int f = 0; f < DGA_FEATURES; f++) {
        double sum = 0, squares = 0, n = (double)s->len;
        for (size_t i = 0; i < s->len; i++) {
            sum += (double)s->ptr[i].features[f];
            squares += (double)s->ptr[i].features[f] * (double)s->ptr[i].features[f];
        }
        double spread = sqrt(squares / n - sum / n * (sum / n));
        m->middle[f] = (float)(sum / n);
        m->scale[f] = spread > 1e-6 ? (float)(1 / spread) : 0;
    }
}

static float draw_weight(uint64_t *seed) /* evenly between -0.3 and 0.3 */
{
    return ((float)(draw(seed) >> 40) / (1 << 24) - 0.5F) * 0.6F;
}

static void weights_start(struct dga_model *m, uint64_t *seed)
{
    for (int h = 0; h < DGA_HIDDEN; h++) {
        for (int f = 0; f <= DGA_FEATURES; f++)
            m->hidden[f][h] = draw_weight(seed);
        m->out[h] = draw_weight(seed);
    }
    m->out[DGA_HIDDEN] = 0;
}

/* One step down the slope of the loss at one sample. */
static void weights_step(struct dga_model *m, const struct sample *s, float rate)
{
    float x[DGA_FEATURES + 1], z[DGA_HIDDEN] = {0}, back[DGA_HIDDEN];
    float sum = m->out[DGA_HIDDEN], shrink = rate * SHRINK;
    for (int f = 0; f < DGA_FEATURES; f++)
        x[f] = (s->features[f] - m->middle[f]) * m->scale[f];
    x[DGA_FEATURES] = 1;
    for (int f = 0; f <= DGA_FEATURES; f++)
        for (int h = 0; h < DGA_HIDDEN; h++)
            z[h] += m->hidden[f][h] * x[f];
    for (int h = 0; h < DGA_HIDDEN; h++)
        sum += z[h] > 0 ? m->out[h] * z[h] : 0;
    float off = (s->made ? 1.0F : 0.0F) - 1 / (1 + expf(-sum));
    float step = rate * off * (s->weight < 4 ? s->weight : 4);
    m->out[DGA_HIDDEN] += step;
    for (int h = 0; h < DGA_HIDDEN; h++) {
        back[h] = z[h] > 0 ? step * m->out[h] : 0;
        m->out[h] += z[h] > 0 ? step * z[h] - shrink * m->out[h] : 0;
    }
    for (int f = 0; f <= DGA_FEATURES; f++)
        for (int h = 0; h < DGA_HIDDEN; h++)
            m->hidden[f][h] += z[h] > 0 ? back[h] * x[f] - shrink * m->hidden[f][h] : 0;
}

static void stir(struct samples *s, uint64_t *seed)
{
    for (size_t i = s->len; i > 1; i--) {
        size_t with = draw(seed) % i;
        struct sample t = s->ptr[i - 1];
        s->ptr[i - 1] = s->ptr[with];
        s->ptr[with] = t;
    }
}

void dga_learn(const struct dga_lesson *lesson, struct dga_model *ret_model)
{
    uint64_t seed = 0x4e51a7c3d2f08b69;
    *ret_model = (struct dga_model){0};
    tables_fill(lesson, ret_model);
    struct samples s = samples_of(lesson, ret_model);
    scale_fill(&s, ret_model);
    weights_start(ret_model, &seed);
    for (int round = 0; round < ROUNDS; round++) {
        stir(&s, &seed);
        float rate = RATE * (float)(ROUNDS - round) / ROUNDS;
        for (size_t i = 0; i < s.len; i++)
            weights_step(ret_model, &s.ptr[i], rate);
    }
    free(s.ptr);
}
