/* bench_index.c - a million selectors: how large, how fast asked, how fast changed and merged.
 *
 * Half addresses, half names. Questions come in random order, so that nothing helps but the index. The
 * limit beside a look-up is one dependent random load from as much memory, measured in the same run:
 * nobody who keeps a million things can answer for less than that where the answer is yes.
 */
#include "core/keys.h"
#include "core/time.h"
#include "index/set.h"

#include <time.h>

enum { SELECTORS = 1000000, QUESTIONS = 4000000, NAME_ROOM = 48, REPEATS = 5, CHANGES = 1000 };

static volatile uint64_t sink;

static double cpu_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static uint64_t next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static struct str name_of(uint64_t n, char out[NAME_ROOM])
{
    uint64_t mixed = n * UINT64_C(0x9e3779b97f4a7c15);
    size_t len = (size_t)snprintf(out, NAME_ROOM, "www.%llx-login.example",
                                  (unsigned long long)(mixed >> 20));
    return (struct str){out, len};
}

static void address_of(uint64_t n, uint8_t out[4])
{
    uint64_t mixed = n * UINT64_C(0x9e3779b97f4a7c15);
    for (size_t i = 0; i < 4; i++)
        out[i] = (uint8_t)(mixed >> (24 + 8 * i));
}

static struct index_image *build(void)
{
    struct err e = {0};
    struct index_builder *b = index_builder_new(&(struct index_build){0});
    for (uint64_t n = 0; n < SELECTORS; n++) {
        char text[ADDR_TEXT_SIZE];
        uint8_t bytes[4];
        address_of(n, bytes);
        struct addr a = addr_of_v4(bytes);
        struct index_entry entry = {.action = INDEX_ALERT, .source = S("bench")};
        entry.selector = n % 2 ? selector_of_addr(&a, text)
                               : (struct selector){SELECTOR_DOMAIN, name_of(n, text)};
        if (!index_builder_add(b, &entry, &e))
            abort();
    }
    struct index_image *image = NULL;
    if (!index_builder_finish(&b, &image, &e))
        abort();
    return image;
}

/* Nanoseconds a question; `shift` moves the numbers out of what is listed, so that all miss. */
static double ask_addresses(const struct index_view *v, uint64_t shift)
{
    uint64_t state = 88172645463325252ULL, found = 0;
    double start = cpu_s();
    for (int i = 0; i < QUESTIONS; i++) {
        uint8_t bytes[4];
        struct index_hit hit;
        address_of((next(&state) % SELECTORS | 1) + shift, bytes);
        found += index_find_ipv4(v, bytes, 1, &hit);
    }
    sink += found;
    return (cpu_s() - start) / QUESTIONS * 1e9;
}

static double ask_names(const struct index_view *v, uint64_t shift, bool ask)
{
    uint64_t state = 88172645463325252ULL, found = 0;
    double start = cpu_s();
    for (int i = 0; i < QUESTIONS; i++) {
        char text[NAME_ROOM];
        struct index_hit hit;
        struct str name = name_of((next(&state) % SELECTORS & ~1ULL) + shift, text);
        found += ask ? index_find_name(v, name, 1, &hit) : name.len;
    }
    sink += found;
    return (cpu_s() - start) / QUESTIONS * 1e9;
}

/* A chain of loads, each of which says where the next is. */
static double random_load(size_t bytes)
{
    size_t count = bytes / sizeof(uint32_t);
    uint32_t *chain = calloc(count, sizeof *chain);
    if (!chain)
        abort();
    uint64_t state = 1;
    for (size_t i = 0; i < count; i++)
        chain[i] = (uint32_t)i;
    for (size_t i = count - 1; i > 0; i--) { /* one cycle through all (Sattolo) */
        size_t k = next(&state) % i;
        uint32_t held = chain[i];
        chain[i] = chain[k];
        chain[k] = held;
    }
    uint32_t at = 0;
    double start = cpu_s();
    for (int i = 0; i < QUESTIONS; i++)
        at = chain[at];
    double took = (cpu_s() - start) / QUESTIONS * 1e9;
    sink += at;
    free(chain);
    return took;
}

static void row(const char *name, double value, const char *unit, double limit)
{
    printf("{\"name\":\"index.%s\",\"value\":%.3f,\"unit\":\"%s\"", name, value, unit);
    if (limit > 0)
        printf(",\"limit\":%.3f", limit);
    printf("}\n");
}

static double least(double a, double b)
{
    return a < b ? a : b;
}

static void questions(const struct index_image *image)
{
    struct index_view v = {.base = image};
    double hit4 = 1e9, miss4 = 1e9, hit = 1e9, miss = 1e9, load = 1e9;
    for (int i = 0; i < REPEATS; i++) {
        double making = ask_names(&v, 0, false); /* the text itself, taken off */
        hit4 = least(hit4, ask_addresses(&v, 0));
        miss4 = least(miss4, ask_addresses(&v, UINT64_C(10) * SELECTORS));
        hit = least(hit, ask_names(&v, 0, true) - making);
        miss = least(miss, ask_names(&v, UINT64_C(10) * SELECTORS, true) - making);
        load = least(load, random_load(index_image_bytes(image).len));
    }
    row("ipv4_hit_ns", hit4, "ns", load);
    row("ipv4_miss_ns", miss4, "ns", load);
    row("name_hit_ns", hit, "ns", load);
    row("name_miss_ns", miss, "ns", load);
}

static void changes(struct index_image *image)
{
    struct err e = {0};
    AUTO(index_set_drop) struct index_set *set = index_set_new();
    if (!index_set_replace(set, &image, 1, &e))
        abort();
    double start = cpu_s();
    for (uint64_t i = 0; i < CHANGES; i++) {
        char text[NAME_ROOM];
        struct index_change c = {
            .entry = {.selector = {SELECTOR_DOMAIN, name_of(UINT64_C(50) * SELECTORS + i, text)}}};
        if (!index_set_apply(set, &c, 1, i + 2, &e))
            abort();
    }
    row("change_us", (cpu_s() - start) / CHANGES * 1e6, "us", 0);
    start = cpu_s();
    if (!index_set_merge(set, 1, &e))
        abort();
    row("merge_1m_ms", (cpu_s() - start) * 1e3, "ms", 0);
}

int main(void)
{
    keys_init();
    double start = cpu_s();
    struct index_image *image = build();
    row("build_1m_ms", (cpu_s() - start) * 1e3, "ms", 0);
    row("image_mib_1m", (double)index_image_bytes(image).len / (1 << 20), "MiB", 64);
    questions(image);
    changes(image);
    return 0;
}
