/* office.c - an office at work, without and with somebody in it who should not be. */
#include "synth/making_private.h"

enum { CLIENTS = 40, SITES = 300, SPAN_S = 60, VISITS_EACH = 20, SITE_FIRST = 1000 };

static struct str site_name(uint64_t i, char out[NAME_MAX_TEXT])
{
    static const char *const heads[] = {"www", "mail", "cdn", "api", "static", "login"};
    int n = snprintf(out, NAME_MAX_TEXT, "%s.site%03u.example", heads[i % COUNT(heads)],
                     (unsigned)(i / 2));
    return (struct str){out, (size_t)n};
}

static uint64_t scaled(const struct synth_making *m, uint64_t count)
{
    uint64_t n = (uint64_t)((double)count * m->order.scale);
    return n ? n : 1;
}

static void visit_site(struct synth_making *m, struct host client, int64_t at)
{
    struct synth_random *r = &m->random;
    uint64_t site = synth_random_zipf(r, scaled(m, SITES));
    char name[NAME_MAX_TEXT], path[NAME_MAX_TEXT];
    struct lookup l = {.client = client,
                       .name = site_name(site, name),
                       .address = host_server(SITE_FIRST + site),
                       .alias = site % 3 == 0,
                       .time_us = at};
    if (synth_random_chance(r, 250)) { /* both kinds are asked for, only one is there */
        struct lookup six = l;
        six.v6 = true;
        six.address = host_server6(site);
        make_lookup(m, &six);
    }
    int n = snprintf(path, sizeof path, "/page/%u?from=%u", (unsigned)synth_random_below(r, 100),
                     (unsigned)synth_random_below(r, 9));
    struct visit v = {.client = client,
                      .server = l.address,
                      .name = l.name,
                      .tls = synth_random_chance(r, 800),
                      .stack = make_stack(m),
                      .path = {path, (size_t)n},
                      .segments = synth_random_heavy(r, 2, 200),
                      .time_us = make_lookup(m, &l).end_us + 2000};
    make_visit(m, &v);
}

static void misspell(struct synth_making *m, struct host client, int64_t at)
{
    struct lookup l = {.client = client,
                       .name = S("wwww.site001.example"),
                       .unknown = true,
                       .time_us = at};
    make_lookup(m, &l);
}

/* What one step of the office is: mostly a visit. */
static void step(struct synth_making *m, int64_t at)
{
    struct host client = host_client(synth_random_below(&m->random, scaled(m, CLIENTS)));
    uint64_t what = synth_random_below(&m->random, 20);
    if (what == 0)
        misspell(m, client, at);
    else if (what == 1)
        make_ntp(m, client, at);
    else
        visit_site(m, client, at);
}

static void work(struct synth_making *m, int64_t from_us, int64_t to_us)
{
    uint64_t steps = scaled(m, CLIENTS) * VISITS_EACH;
    int64_t pace = SPAN_S * INT64_C(1000000) / (int64_t)steps;
    pace = pace ? pace : 1;
    for (int64_t at = from_us; at < to_us; at += pace) {
        synth_line_run(m->line, at);
        step(m, at + (int64_t)synth_random_below(&m->random, (uint64_t)pace));
    }
}

void scenario_office(struct synth_making *m)
{
    work(m, m->order.start_us, m->order.start_us + SPAN_S * INT64_C(1000000));
}

enum { BAD_SERVER = 0xcb007142, BAD_FILES = 0xcb007143, BEACONS = 6 }; /* 203.0.113.66 and .67 */

static void label_hello(struct synth_making *m, const struct shown *s)
{
    make_label(m, SYNTH_ADDRESS, S(SYNTH_BAD_ADDRESS), s, s->first_us);
    make_label(m, SYNTH_NAME, S(SYNTH_BAD_NAME), s, s->named_us);
    make_label(m, SYNTH_JA3, S(SYNTH_IMPLANT_JA3), s, s->named_us);
    make_label(m, SYNTH_JA4, S(SYNTH_IMPLANT_JA4), s, s->named_us);
}

static int64_t beacon(struct synth_making *m, struct host victim, int64_t at)
{
    struct lookup l = {.client = victim,
                       .name = S(SYNTH_BAD_NAME),
                       .address = host_v4(BAD_SERVER),
                       .time_us = at};
    struct shown asked = make_lookup(m, &l);
    make_label(m, SYNTH_NAME, l.name, &asked, asked.first_us);
    struct visit v = {.client = victim,
                      .server = l.address,
                      .name = l.name,
                      .tls = true,
                      .stack = SYNTH_IMPLANT,
                      .segments = 2,
                      .time_us = asked.end_us + 1500};
    struct shown s = make_visit(m, &v);
    label_hello(m, &s);
    return s.end_us;
}

static void fetch_stage(struct synth_making *m, struct host victim, int64_t at)
{
    struct str path = S(SYNTH_BAD_URL), host = str_cut(path, '/', &path);
    path = (struct str){host.ptr + host.len, path.len + 1};
    struct lookup l = {.client = victim,
                       .name = host,
                       .address = host_v4(BAD_FILES),
                       .time_us = at};
    struct visit v = {.client = victim,
                      .server = l.address,
                      .name = host,
                      .stack = SYNTH_IMPLANT,
                      .path = path,
                      .segments = 60,
                      .time_us = make_lookup(m, &l).end_us + 1500};
    struct shown s = make_visit(m, &v);
    make_label(m, SYNTH_URL, S(SYNTH_BAD_URL), &s, s.named_us);
}

void scenario_intruder(struct synth_making *m)
{
    const int64_t second = 1000000, start = m->order.start_us, end = start + SPAN_S * second;
    struct host victim = host_client(7 % scaled(m, CLIENTS));
    int64_t at = start + 15 * second;
    work(m, start, at);
    for (int i = 0; i < BEACONS; i++) {
        int64_t next = at + 7 * second;
        synth_line_run(m->line, at);
        int64_t done = beacon(m, victim, at);
        if (i == 0)
            fetch_stage(m, victim, done + second / 2);
        work(m, at, next);
        at = next;
    }
    work(m, at, end);
}
