/* test_mutations.c - damaged traffic through the whole sensor: decode, flow, reassembly, dissect, match,
 * EVE. No harm is done, the sums hold, and every line written is JSON.
 *
 * The traffic is a mix made by the synthesiser, and real captures where the folder of test data is at hand.
 * Frames keep their order, so that conversations go on, and are damaged in their middle: bytes, lengths,
 * checksums, times, and frames lost, doubled and swapped. The seed is printed and taken from
 * HINOMI_MUTATION_SEED; HINOMI_MUTATIONS says how many frames to damage (50,000 unless told).
 */
#include "core/json.h"
#include "core/vec.h"
#include "index/image.h"
#include "sensor/eve.h"
#include "synth/scenario.h"
#include "tests/check.h"

#include <ftw.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
    FRAMES = 120000,    /* kept to take from */
    OF_ONE_FILE = 400,  /* of each real capture */
    FRAME_ROOM = 4096,  /* longer frames are not kept */
    ROUND = 48,         /* frames in one go */
    ROUNDS_OF_ONE = 60, /* goes of one pipeline */
    CHANGES = 4,        /* in one frame, at the most */
    SELECTORS = 1000,
    LINES_MOST = 64 << 20 /* bytes of EVE of one pipeline */
};

struct sample {
    uint8_t *bytes;
    struct frame frame;
};
static VEC(struct sample) samples;
static uint64_t pick_seed = 1;

static uint32_t draw(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*seed >> 33);
}

static void keep(const struct frame *f)
{
    if (samples.len >= FRAMES || f->caplen > FRAME_ROOM)
        return;
    struct sample s = {malloc(f->caplen ? f->caplen : 1), *f};
    memcpy(s.bytes, f->bytes, f->caplen);
    vec_push(&samples, s);
}

static bool made_frame(void *context, const struct frame *f, struct err *e)
{
    (void)context;
    (void)e;
    keep(f);
    return true;
}

static void take_made_ones(void)
{
    static const char *const names[] = {"intruder", "mix"};
    for (size_t i = 0; i < COUNT(names); i++) {
        AUTO(synth_result_drop) struct synth_result made = {0};
        struct synth_order order = {names[i], 7, i ? 0.002 : 0.05, SYNTH_EPOCH};
        struct err e = {0};
        if (!synth_run(&order, &(struct synth_sink){made_frame, NULL}, &made, &e))
            fail_msg("%s: %s", names[i], e.text);
    }
}

/* Of each real capture a run of neighbours, from anywhere in it. */
static int visit(const char *path, const struct stat *st, int kind, struct FTW *where)
{
    AUTO(capture_drop) struct capture *c = NULL;
    struct err e = {0};
    (void)st;
    (void)where;
    if (kind != FTW_F || !capture_open_file(path, &c, &e))
        return 0;
    struct frame f[DECODE_BATCH];
    size_t seen = 0, from = draw(&pick_seed) % 4 ? 0 : draw(&pick_seed) % 4096;
    for (size_t n; seen < from + OF_ONE_FILE && (n = capture_batch(c, f, DECODE_BATCH, &e)) > 0;)
        for (size_t i = 0; i < n; i++)
            if (seen++ >= from)
                keep(&f[i]);
    return 0;
}

static void take_real_ones(void)
{
    static const char *const folders[] = {"fingerprints", "zeek", "suricata", "pcaps"};
    const char *data = getenv("HINOMI_SHARED_DATA");
    for (size_t i = 0; data && i < COUNT(folders); i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", data, folders[i]);
        nftw(path, visit, 32, FTW_PHYS);
    }
}

/* ---- what is matched: everything planted, and wide selectors that real traffic meets ---- */

static void add(struct index_builder *b, enum selector_kind kind, struct str value)
{
    struct err e = {0};
    struct index_entry entry = {.selector = {kind, value},
                                .action = INDEX_ALERT,
                                .confidence = 80,
                                .source = S("test"),
                                .threat = S("\"quoted\\\" threat")};
    if (!index_builder_add(b, &entry, &e))
        fail_msg("%.*s: %s", STR_ARG(value), e.text);
}

static struct index_image *build_image(void)
{
    AUTO(buf_drop) struct buf lines = BUF(1 << 20);
    AUTO(index_builder_drop)
    struct index_builder *b = index_builder_new(&(struct index_build){.seed = 1});
    struct index_image *image = NULL;
    struct err e = {0};
    assert_true(synth_indicators_put(7, SELECTORS, &lines, &e));
    for (struct str rest = buf_str(&lines); rest.len;) {
        struct str line = str_cut(rest, '\n', &rest);
        bool below = str_starts(line, S("*."));
        struct addr address;
        if (addr_parse(line, &address, &e))
            add(b, SELECTOR_IPV4, line);
        else if (line.len)
            add(b, below ? SELECTOR_DOMAIN_BELOW : SELECTOR_DOMAIN, str_skip(line, below ? 2 : 0));
    }
    add(b, SELECTOR_PREFIX4, S("192.168.0.0/16"));
    add(b, SELECTOR_PREFIX4, S("64.0.0.0/3"));
    add(b, SELECTOR_PREFIX6, S("2000::/3"));
    add(b, SELECTOR_DOMAIN_BELOW, S("com"));
    add(b, SELECTOR_DOMAIN_BELOW, S("local"));
    add(b, SELECTOR_URL, S(SYNTH_BAD_URL));
    add(b, SELECTOR_JA3, S(SYNTH_IMPLANT_JA3));
    add(b, SELECTOR_JA4, S(SYNTH_IMPLANT_JA4));
    assert_true(index_builder_finish(&b, &image, &e));
    return image;
}

/* ---- damage ---- */

struct damaged {
    uint8_t *exact[ROUND]; /* just as long as the frame, so that ASan sees the byte past it */
    struct frame frames[ROUND];
    size_t count;
};

static size_t damage_bytes(uint8_t *p, size_t len, uint64_t *seed)
{
    for (unsigned times = 1 + draw(seed) % CHANGES; times && len; times--) {
        size_t at = draw(seed) % (draw(seed) % 2 && len > 128 ? 128 : len);
        switch (draw(seed) % 6) {
        case 0: p[at] ^= (uint8_t)(1 << draw(seed) % 8); break;
        case 1: p[at] = (uint8_t)draw(seed); break;
        case 2: p[at] = draw(seed) % 2 ? 0 : 0xff; break;
        case 3: len = at; break;
        case 4: p[at] = (uint8_t)(p[at] + draw(seed) % 3 - 1); break;
        default: { /* a piece moves over another */
            size_t from = draw(seed) % len, n = draw(seed) % 40;
            n = from + n > len ? len - from : n;
            n = at + n > len ? len - at : n;
            memmove(p + at, p + from, n);
        }
        }
    }
    return len;
}

static bool put_frame(struct damaged *d, const struct frame *from, uint64_t *seed)
{
    uint8_t room[FRAME_ROOM];
    struct frame *to = &d->frames[d->count];
    bool damage = draw(seed) % 2;
    size_t len = from->caplen;
    memcpy(room, from->bytes, len);
    if (damage)
        len = damage_bytes(room, len, seed);
    uint8_t *exact = malloc(len ? len : 1);
    memcpy(exact, room, len);
    d->exact[d->count++] = exact;
    *to = *from;
    to->bytes = exact;
    to->caplen = (uint32_t)len;
    if (damage && draw(seed) % 32 == 0)
        to->time_us += (int64_t)draw(seed) * 1000 - ((int64_t)1 << 40);
    return damage;
}

static uint64_t damage_round(struct damaged *d, uint64_t *seed)
{
    uint64_t made = 0;
    size_t at = draw(seed) % samples.len;
    d->count = 0;
    while (d->count < ROUND) {
        uint32_t fate = draw(seed) % 32;
        at += fate == 0 ? 2 : 1; /* lost */
        const struct sample *s = &samples.ptr[at % samples.len];
        struct frame f = s->frame;
        f.bytes = s->bytes;
        made += put_frame(d, &f, seed);
        if (fate == 1 && d->count < ROUND) /* doubled */
            made += put_frame(d, &f, seed);
        if (fate == 2 && d->count > 1) { /* swapped */
            struct frame last = d->frames[d->count - 1];
            d->frames[d->count - 1] = d->frames[d->count - 2];
            d->frames[d->count - 2] = last;
        }
    }
    return made;
}

static void damaged_free(struct damaged *d)
{
    for (size_t i = 0; i < d->count; i++)
        free(d->exact[i]);
}

/* ---- runs ---- */

struct sums {
    uint64_t frames, mutations, matches, lines, dns, tls, http;
};

static void sums_hold(struct pipeline *p, uint64_t frames, struct sums *sum)
{
    struct pipeline_counts n = pipeline_counts(p);
    uint64_t given = n.decode.decoded, apps = 0, ended = 0;
    for (size_t i = 0; i < DECODE_REASONS; i++)
        given += n.decode.given_up[i];
    for (size_t i = 0; i < APP_COUNT; i++)
        apps += n.apps[i];
    for (size_t i = 0; i < FLOW_ENDS; i++)
        ended += n.flow.ended[i];
    CHECK_INT(given, frames, "decoded and given up");
    CHECK_INT(apps, n.flow.flows, "flows by what they spoke");
    CHECK_INT(ended, n.flow.flows, "flows ended");
    CHECK_INT(n.flow.live, 0, "flows left over");
    CHECK_INT(n.streams.blocks, 0, "blocks left over");
    sum->frames += frames;
    sum->matches += pipeline_matches(&n);
    sum->dns += n.dns_queries + n.dns_responses;
    sum->tls += n.tls_clients + n.tls_servers;
    sum->http += n.http_requests + n.http_responses;
}

static void lines_are_json(int fd, struct sums *sum)
{
    off_t len = lseek(fd, 0, SEEK_END);
    assert_true(len > 0 && len < LINES_MOST);
    const char *text = mmap(NULL, (size_t)len, PROT_READ, MAP_SHARED, fd, 0);
    assert_true(text != MAP_FAILED);
    for (struct str rest = {text, (size_t)len}; rest.len; sum->lines++) {
        AUTO(arena_drop) struct arena a = ARENA(1 << 20);
        struct str line = str_cut(rest, '\n', &rest);
        struct err e = {0};
        const struct json *v = json_parse(&a, line, &e);
        if (!v || !json_text(v, S("event_type")).len)
            fail_msg("not a line of EVE: %s: %.300s", e.text, line.ptr);
    }
    munmap((void *)(uintptr_t)text, (size_t)len);
    assert_int_equal(ftruncate(fd, 0), 0);
    lseek(fd, 0, SEEK_SET);
}

static void to_eve(void *context, const struct sensor_event *ev)
{
    eve_event(context, ev);
}

static void run_one(const struct index_image *image, int fd, uint64_t *seed, struct sums *sum)
{
    AUTO(pipeline_drop) struct pipeline *p = NULL;
    static const struct addr own = {.bits = 4, .bytes = {0xc0}}; /* 192.0.0.0/4, half the time */
    struct err e = {0};
    struct eve *eve = eve_new(fd);
    struct pipeline_settings s = PIPELINE_SETTINGS;
    s.view.base = image;
    s.own = &own;
    s.own_count = draw(seed) % 2;
    s.metadata = draw(seed) % 4 != 0;
    s.flows = 1024;
    s.stream_bytes = draw(seed) % 2 ? 3 << 20 : 8 << 20;
    s.seed = 1 + draw(seed);
    s.context = eve;
    s.on_event = to_eve;
    if (!pipeline_new(&s, &p, &e))
        fail_msg("%s", e.text);
    uint64_t frames = 0;
    for (unsigned i = 0; i < ROUNDS_OF_ONE; i++) {
        struct damaged d;
        sum->mutations += damage_round(&d, seed);
        pipeline_frames(p, d.frames, d.count);
        frames += d.count;
        damaged_free(&d);
    }
    pipeline_finish(p);
    sums_hold(p, frames, sum);
    struct pipeline_counts n = pipeline_counts(p);
    eve_stats(eve, &n, &(struct capture_stats){.frames = frames});
    assert_true(eve_close(&eve, &e));
    lines_are_json(fd, sum);
}

static uint64_t env_number(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text && text[0] ? strtoull(text, NULL, 10) : otherwise;
}

static void damaged_traffic_does_no_harm(void **state)
{
    uint64_t seed = env_number("HINOMI_MUTATION_SEED", 20261124);
    uint64_t most = env_number("HINOMI_MUTATIONS", 50000);
    struct sums sum = {0};
    (void)state;
    take_made_ones();
    take_real_ones();
    struct index_image *image = build_image();
    int fd = memfd_create("eve", MFD_CLOEXEC);
    assert_true(fd >= 0);
    print_message("seed %llu, %zu frames to take from\n", (unsigned long long)seed, samples.len);
    while (sum.mutations < most)
        run_one(image, fd, &seed, &sum);
    print_message("%llu mutations in %llu frames: %llu DNS, %llu TLS, %llu HTTP messages, "
                  "%llu matches, %llu lines\n",
                  (unsigned long long)sum.mutations, (unsigned long long)sum.frames,
                  (unsigned long long)sum.dns, (unsigned long long)sum.tls,
                  (unsigned long long)sum.http, (unsigned long long)sum.matches,
                  (unsigned long long)sum.lines);
    assert_true(sum.dns && sum.tls && sum.http && sum.matches); /* the damage left something */
    close(fd);
    index_image_drop(&image);
    for (size_t i = 0; i < samples.len; i++)
        free(samples.ptr[i].bytes);
    vec_drop(&samples);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(damaged_traffic_does_no_harm),
    };
    return cmocka_run_group_tests_name("mutations", tests, NULL, NULL);
}
