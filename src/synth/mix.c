/* mix.c - the benchmark's traffic: the counts of docs/performance.md, in a stirred order, evenly over a minute.
 *
 * Visits bring their own look-up. The planted events come on top, one every so many, so that a small
 * scale holds all of them too.
 */
#include "synth/making_private.h"

enum { SPAN_US = 57000000, CLIENTS = 4000, POPULAR = 2000 };
enum { TLS_VISITS = 25600, HTTP_VISITS = 15400, LOOKUPS = 37300, OTHERS = 44200 };
enum { HITS = SYNTH_HIT_ADDRESSES + SYNTH_HIT_NAMES + SYNTH_HIT_PARENTS };
enum { SEGMENTS_LEAST = 4, SEGMENTS_MOST = 420, SERVERS = 0x1fff0 };
enum { QUIC_SHARE = 200 /* of a thousand visits by TLS */ };

enum event { EVENT_TLS, EVENT_HTTP, EVENT_LOOKUP, EVENT_OTHER, EVENT_COUNT };

static struct host any_client(struct synth_making *m)
{
    return host_client(synth_random_below(&m->random, CLIENTS));
}

/* Four in ten names are popular ones; the others are new each time. */
static struct str any_name(struct synth_making *m, uint64_t i, char out[NAME_MAX_TEXT])
{
    static const char *const heads[] = {"www", "cdn", "api", "img", "m", "login-eu", "static"};
    struct synth_random *r = &m->random;
    int n;
    if (synth_random_chance(r, 400))
        n = snprintf(out, NAME_MAX_TEXT, "www.popular%04u.example",
                     (unsigned)synth_random_zipf(r, POPULAR));
    else
        n = snprintf(out, NAME_MAX_TEXT, "%s.%llx-site%06llu.example",
                     heads[synth_random_below(r, COUNT(heads))],
                     (unsigned long long)synth_random_below(r, 0xfffff), (unsigned long long)i);
    return (struct str){out, (size_t)n};
}

/* An address that is the name's, whoever asks. */
static uint64_t place_of(struct str name)
{
    uint64_t h = name.len;
    for (size_t i = 0; i < name.len; i++)
        h = h * 31 + (uint8_t)name.ptr[i];
    return h;
}

static struct lookup any_lookup(struct synth_making *m, struct str name, int64_t at)
{
    struct synth_random *r = &m->random;
    struct lookup l = {.client = any_client(m),
                       .name = name,
                       .v6 = synth_random_chance(r, 200),
                       .unknown = synth_random_chance(r, 30),
                       .alias = synth_random_chance(r, 300),
                       .time_us = at};
    l.address = l.v6 ? host_server6(place_of(name) & 0xffffff) : host_server(place_of(name));
    return l;
}

static void visit_name(struct synth_making *m, struct str name, bool tls, int64_t at)
{
    struct synth_random *r = &m->random;
    char path[NAME_MAX_TEXT];
    struct lookup l = any_lookup(m, name, at);
    uint64_t client = synth_random_below(r, CLIENTS);
    l.unknown = false;
    l.client = host_client(client);
    l.v6 = synth_random_chance(r, 50);
    l.address = l.v6 ? host_server6(place_of(name) & 0xffffff) : host_server(place_of(name));
    int n = snprintf(path, sizeof path, "/a/%llx/b.js",
                     (unsigned long long)synth_random_below(r, 1 << 20));
    struct visit v = {.client = l.v6 ? host_client6(client) : l.client,
                      .server = l.address,
                      .name = name,
                      .tls = tls,
                      .stack = make_stack(m),
                      .path = {path, (size_t)n},
                      .segments = synth_random_heavy(r, SEGMENTS_LEAST, SEGMENTS_MOST),
                      .time_us = make_lookup(m, &l).end_us + 1000};
    if (tls && synth_random_chance(r, QUIC_SHARE))
        make_quic(m, &v);
    else
        make_visit(m, &v);
}

static void session_talk(struct synth_making *m, enum service service, int64_t at)
{
    struct synth_random *r = &m->random;
    make_session(m, &(struct session){.service = service,
                                      .client = any_client(m),
                                      .server = host_server(synth_random_below(r, SERVERS)),
                                      .wrong = synth_random_chance(r, 100),
                                      .in = true,
                                      .segments = synth_random_heavy(r, 4, SEGMENTS_MOST),
                                      .time_us = at});
}

static void other_talk(struct synth_making *m, uint64_t i, int64_t at)
{
    if (i % 5 < 2)
        make_ntp(m, any_client(m), at);
    else if (i % 50 == 2)
        session_talk(m, SERVICE_SSH, at);
    else if (i % 50 == 3)
        session_talk(m, SERVICE_SMB, at);
    else if (i % 50 == 4)
        make_modbus(m, any_client(m), host_server(synth_random_below(&m->random, SERVERS)),
                    (unsigned)synth_random_between(&m->random, 2, 30), at);
    else
        make_other(m, any_client(m), host_server(synth_random_below(&m->random, SERVERS)), at);
}

static void event_make(struct synth_making *m, enum event what, uint64_t i, int64_t at)
{
    char text[NAME_MAX_TEXT];
    struct lookup l;
    switch (what) {
    case EVENT_LOOKUP:
        l = any_lookup(m, any_name(m, i, text), at);
        make_lookup(m, &l);
        break;
    case EVENT_OTHER: other_talk(m, i, at); break;
    case EVENT_TLS:
    case EVENT_HTTP:
    case EVENT_COUNT: visit_name(m, any_name(m, i, text), what == EVENT_TLS, at); break;
    }
}

static void plant_address(struct synth_making *m, uint64_t i, int64_t at)
{
    char address[32], name[NAME_MAX_TEXT];
    uint32_t a = planted_address(i);
    int n = snprintf(address, sizeof address, "%u.%u.%u.%u", a >> 24, a >> 16 & 255, a >> 8 & 255,
                     a & 255);
    struct visit v = {.client = any_client(m),
                      .server = host_v4(a),
                      .name = any_name(m, i, name),
                      .tls = true,
                      .stack = make_stack(m),
                      .segments = SEGMENTS_LEAST,
                      .time_us = at};
    struct shown s = make_visit(m, &v);
    make_label(m, SYNTH_ADDRESS, (struct str){address, (size_t)n}, &s, s.first_us);
}

static void plant_name(struct synth_making *m, struct str name, enum synth_label_kind kind,
                       struct str value, int64_t at)
{
    struct lookup l = any_lookup(m, name, at);
    struct shown s = make_lookup(m, &l);
    make_label(m, kind, value, &s, s.first_us);
}

void plant(struct synth_making *m, uint64_t hit, int64_t at)
{
    char value[NAME_MAX_TEXT], below[NAME_MAX_TEXT * 2];
    if (hit < SYNTH_HIT_ADDRESSES) {
        plant_address(m, hit, at);
        return;
    }
    hit -= SYNTH_HIT_ADDRESSES;
    if (hit < SYNTH_HIT_NAMES) {
        struct str name = planted_name(m->order.seed, hit, value);
        plant_name(m, name, SYNTH_NAME, name, at);
        return;
    }
    struct str parent = planted_parent(m->order.seed, hit - SYNTH_HIT_NAMES, value);
    int n = snprintf(below, sizeof below, hit % 2 ? "a%02x.b.%s" : "a%02x.%s",
                     (unsigned)synth_random_below(&m->random, 256), parent.ptr);
    plant_name(m, (struct str){below, (size_t)n}, SYNTH_PARENT, parent, at);
}

void scenario_mix(struct synth_making *m)
{
    static const uint64_t at_scale_1[EVENT_COUNT] = {TLS_VISITS, HTTP_VISITS, LOOKUPS, OTHERS};
    uint64_t left[EVENT_COUNT], total = 0, planted = 0;
    for (size_t i = 0; i < EVENT_COUNT; i++) {
        left[i] = (uint64_t)((double)at_scale_1[i] * m->order.scale);
        total += left[i];
    }
    const uint64_t events = total + HITS;
    for (uint64_t i = 0; i < events; i++) {
        int64_t at = m->order.start_us + (int64_t)(i * SPAN_US / events);
        synth_line_run(m->line, at);
        if (planted < HITS && (i == planted * events / HITS || total == 0)) {
            plant(m, planted++ * 263 % HITS, at);
            continue;
        }
        uint64_t pick = synth_random_below(&m->random, total--);
        size_t what = 0;
        while (pick >= left[what])
            pick -= left[what++];
        left[what]--;
        event_make(m, (enum event)what, i, at);
    }
}
