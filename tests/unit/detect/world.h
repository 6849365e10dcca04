/* world.h - a small world for detector tests: observations made by hand, findings caught. */
#pragma once

#include "detect/detect.h"
#include "tests/check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define SECOND INT64_C(1000000)
#define DAY_START (INT64_C(1795500000) * SECOND) /* 2026-11-24T06:00:00Z */
#define HOURS 3600.0

enum { CAUGHT_MOST = 2048, DEVICES = 200 };

struct caught {
    struct detection f;
    char name[DETECT_NAME_MOST + 1];
    char en[512], ja[512];
};

struct world {
    struct detect_settings settings;
    struct detect *d;
    struct caught caught[CAUGHT_MOST];
    size_t count;
    uint64_t random;
    uint64_t flows;
};

static inline void world_catch(void *context, const struct detection *f)
{
    struct world *w = context;
    AUTO(buf_drop) struct buf en = BUF(500);
    AUTO(buf_drop) struct buf ja = BUF(500);
    if (w->count == CAUGHT_MOST)
        return;
    struct caught *c = &w->caught[w->count++];
    c->f = *f;
    memcpy(c->name, f->name.ptr ? f->name.ptr : "", f->name.len);
    c->name[f->name.len] = 0;
    detect_sentence(f, false, &en);
    detect_sentence(f, true, &ja);
    assert_false(en.over || ja.over);
    memcpy(c->en, en.ptr, en.len);
    memcpy(c->ja, ja.ptr, ja.len);
    c->en[en.len] = c->ja[ja.len] = 0;
}

/* Only `detector` is at work (NULL: all of them); the watched network is 10/8. */
static inline struct world *world_new(const char *detector)
{
    struct world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    w->random = 88172645463325252;
    detect_settings_init(&w->settings);
    w->settings.own_listed = true;
    w->settings.on_detection = world_catch;
    w->settings.context = w;
    for (size_t i = 0; detector && detector_at(i); i++)
        w->settings.off[i] = strcmp(detector_at(i)->name, detector) != 0;
    return w;
}

static inline void world_start(struct world *w)
{
    struct err e = {0};
    if (!w->d && !detect_new(&w->settings, &w->d, &e))
        fail_msg("%s", e.text);
}

static inline void world_set(struct world *w, const char *detector, const char *name, double value)
{
    double *t = detect_threshold(&w->settings, detector, name);
    if (!t)
        fail_msg("no threshold %s.%s", detector, name);
    else
        *t = value;
}

static inline void world_drop(struct world **w)
{
    detect_drop(&(*w)->d);
    free(*w);
    *w = NULL;
}

static inline void world_see(struct world *w, const struct observation *o)
{
    world_start(w);
    detect_observe(w->d, o);
}

static inline void world_quiet(struct world *w, const char *label) /* nothing was found */
{
    world_start(w);
    detect_finish(w->d);
    if (w->count)
        fail_msg("%s: %s", label, w->caught[0].en);
}

static inline const struct caught *world_one(struct world *w, const char *detector,
                                             const char *label) /* it, once, and well explained */
{
    world_start(w);
    detect_finish(w->d);
    CHECK_INT(w->count, 1, label);
    const struct caught *c = &w->caught[0];
    assert_string_equal(c->f.row->name, detector);
    if (!(c->f.score >= 0.4 && c->f.score <= 1))
        fail_msg("%s: score %g", label, c->f.score);
    if (strchr(c->en, '{') || strchr(c->ja, '{') || strstr(c->en, "  "))
        fail_msg("%s: %s / %s", label, c->en, c->ja);
    assert_true(c->f.first_us > 0 && c->f.first_us <= c->f.last_us && c->f.count > 0);
    assert_true(c->f.feature_count > 0);
    printf("%s\n%s\n", c->en, c->ja);
    return c;
}

static inline double feature(const struct caught *c, const char *name)
{
    for (size_t i = 0; i < c->f.feature_count; i++)
        if (strcmp(c->f.features[i].name, name) == 0)
            return c->f.features[i].value;
    fail_msg("no feature %s", name);
    return 0;
}

static inline double chance(struct world *w) /* [0, 1) */
{
    w->random ^= w->random << 13;
    w->random ^= w->random >> 7;
    w->random ^= w->random << 17;
    return (double)(w->random >> 11) / 9007199254740992.0;
}

static inline double between(struct world *w, double low, double high)
{
    return low + (high - low) * chance(w);
}

static inline double exponential(struct world *w, double mean)
{
    return -mean * log(1 - chance(w));
}

static inline void address_set(uint8_t out[16], const char *text)
{
    struct addr a;
    struct err e;
    if (!addr_parse((struct str){text, strlen(text)}, &a, &e))
        fail_msg("%s", e.text);
    memset(out, 0, 16);
    if (a.v6)
        memcpy(out, a.bytes, 16);
    else {
        out[10] = out[11] = 0xff;
        memcpy(out + 12, a.bytes, 4);
    }
}

static inline bool is_own(const uint8_t a[16])
{
    return a[12] == 10;
}

static inline struct observation between_hosts(struct world *w, const char *client,
                                               const char *server, uint16_t port, double at_s)
{
    struct observation o = {.proto = IP_TCP,
                            .client_port = 40000,
                            .server_port = port,
                            .time_us = DAY_START + (int64_t)(at_s * 1e6),
                            .flow = ++w->flows};
    address_set(o.client, client);
    address_set(o.server, server);
    o.client_own = is_own(o.client);
    o.server_own = is_own(o.server);
    return o;
}

/* A TCP connection that went well: 2 KiB up, 8 KiB down, half a second. */
static inline struct observation good_flow(struct world *w, const char *client, const char *server,
                                           uint16_t port, double at_s)
{
    struct observation o = between_hosts(w, client, server, port, at_s);
    o.kind = OBSERVED_FLOW;
    o.ended = (struct observed_flow){.start_us = o.time_us,
                                     .packets = {12, 14},
                                     .bytes = {2048, 8192},
                                     .tcp_flags = {TCP_SYN | TCP_ACK | TCP_PSH | TCP_FIN,
                                                   TCP_SYN | TCP_ACK | TCP_PSH | TCP_FIN},
                                     .state = FLOW_CLOSED,
                                     .end = FLOW_END_CLOSED};
    o.time_us += SECOND / 2;
    return o;
}

static inline struct observation unanswered(struct world *w, const char *client, const char *server,
                                            uint16_t port, double at_s)
{
    struct observation o = good_flow(w, client, server, port, at_s);
    o.ended.packets[FLOW_CLIENT] = 2;
    o.ended.packets[FLOW_SERVER] = 0;
    o.ended.bytes[FLOW_CLIENT] = 120;
    o.ended.bytes[FLOW_SERVER] = 0;
    o.ended.tcp_flags[FLOW_CLIENT] = TCP_SYN;
    o.ended.tcp_flags[FLOW_SERVER] = 0;
    o.ended.state = FLOW_NEW;
    o.ended.end = FLOW_END_TIMEOUT;
    return o;
}

static inline struct observation udp_flow(struct world *w, const char *client, const char *server,
                                          uint16_t port, double at_s)
{
    struct observation o = good_flow(w, client, server, port, at_s);
    o.proto = IP_UDP;
    o.ended.tcp_flags[0] = o.ended.tcp_flags[1] = 0;
    o.ended.packets[0] = o.ended.packets[1] = 1;
    o.ended.bytes[0] = 90;
    o.ended.bytes[1] = 90;
    o.ended.state = FLOW_BOTH_WAYS;
    o.ended.end = FLOW_END_TIMEOUT;
    return o;
}

/* The n-th host of a /16 that is written "10.1". */
static inline const char *host_of(char out[32], const char *net, unsigned n)
{
    snprintf(out, 32, "%s.%u.%u", net, n / 250 % 250, n % 250 + 1);
    return out;
}

static inline struct str named(const char *text)
{
    return (struct str){text, strlen(text)};
}
