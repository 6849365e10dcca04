/* scenario.h - made-up traffic that is real to the byte: the same seed gives the same frames, and the
 * maker says what it hid in them.
 *
 * Why: a sensor must be shown to find exactly what is there. Captures of others have no list of what is
 * in them, and may not be shared; ours have one, and are made again from a number.
 *
 * Scenarios (synth_scenario_at lists them):
 *   office        clients look names up (Zipf) and visit sites by TLS and HTTP; `scale` 1 is 40 clients
 *                 for a minute
 *   control_room  two operators' stations poll PLCs by plain Modbus/TCP, with a write now and then
 *   intruder      an office in which one host meets SYNTH_BAD_NAME, speaks TLS to it with the
 *                 implant's fixed fingerprint, and fetches SYNTH_BAD_URL
 *   day, week     hours and days of an office: few packets a flow, machines that poll, back up and update at
 *                 night, people who mistype; laid over it, labelled, what intruders do (synth_behaviour_at).
 *                 Settings say what: behaviour=beacon,tunnel interval=300 tunnel.rate=20
 *   tiny, newflows, dns, hits
 *                 worst cases: packets of 64 bytes, a flow a packet, only DNS, only hits
 *   mix           the benchmark of docs/performance.md: at scale 1 some 2.6 million frames of 446 bytes in
 *                 60 s, 164,000 flows, with SYNTH_HIT_* planted hits at any scale
 *
 * Frames come in order of time, with correct checksums. Payload that stands for content carries
 * SYNTH_CANARY, which no log, store or message may ever hold.
 *
 *     struct synth_order order = {.scenario = "intruder", .seed = 7, .scale = 1,
 *                                 .start_us = SYNTH_EPOCH};
 *     AUTO(synth_result_drop) struct synth_result made = {0};
 *     if (!synth_run(&order, &(struct synth_sink){to_sensor, sensor}, &made, e))
 *         return false;
 *     for (size_t i = 0; i < made.label_count; i++)
 *         expect(&made.labels[i]);
 *
 * Memory grows with the frames in flight (some tens of MiB for mix), not with the length.
 * Threads: a run is one thread's business; runs share nothing.
 */
#pragma once

#include "core/buf.h"
#include "net/capture.h"

#define SYNTH_EPOCH INT64_C(1795500000000000) /* 2026-11-24T06:00:00Z, where clocks are made up */
#define SYNTH_CANARY "HINOMI-CANARY-content-must-never-be-kept"

/* What the intruder uses. The names and addresses are set aside for documentation (RFC 2606, 5737). */
#define SYNTH_BAD_NAME "update.kasumi-cdn.example"
#define SYNTH_BAD_ADDRESS "203.0.113.66"
#define SYNTH_BAD_URL "files.kasumi-cdn.example/stage/two.bin"
#define SYNTH_IMPLANT_JA3 "1b7377e0b5c95ffba7dfb7fb410af454"
#define SYNTH_IMPLANT_JA4 "t12d0405h1_e53267297b9d_7b52bc12420f"

enum { SYNTH_HIT_ADDRESSES = 200, SYNTH_HIT_NAMES = 200, SYNTH_HIT_PARENTS = 100 };

struct synth_sink { /* false stops the run, with `e` set */
    bool (*frame)(void *context, const struct frame *f, struct err *e);
    void *context;
};

enum { SYNTH_SETTINGS_MOST = 16, SYNTH_BEHAVIOURS_MOST = 24 };

struct synth_order {
    const char *scenario;
    uint64_t seed;
    double scale; /* (0, 100]: how many clients, sites and flows */
    int64_t start_us;
    const char *const *settings; /* "key=value"; day and week take them */
    size_t setting_count;
};

/* What was planted: enum name, text in label files. The value is a selector's canonical text. */
#define SYNTH_LABEL_MAP(X)                                                                         \
    X(ADDRESS, "ipv4")                                                                             \
    X(NAME, "domain")                                                                              \
    X(PARENT, "domain-below") /* the value is the parent; the traffic names something under it */  \
    X(URL, "url")                                                                                  \
    X(JA3, "ja3")                                                                                  \
    X(JA4, "ja4")

enum synth_label_kind {
#define X(name, text) SYNTH_##name,
    SYNTH_LABEL_MAP(X)
#undef X
        SYNTH_LABEL_KIND_COUNT,
};

struct synth_label {
    enum synth_label_kind kind;
    char value[128];
    int64_t time_us; /* of the frame that shows it (the last one, where a hello is split) */
    uint8_t client[16], server[16]; /* IPv4 as ::ffff:a.b.c.d */
    uint16_t client_port, server_port;
    uint8_t proto;
};

/* What an intruder did, from when to when, to whom; `peer` is all zero where there are many. */
struct synth_deed {
    const char *behaviour;
    uint8_t host[16],
        peer[16]; /* who is to be found out (a flood: its victim), and the other end */
    int64_t from_us, to_us;
    char settings[240]; /* in force: "interval=60 jitter=10" */
};

struct synth_result {
    uint64_t frames, bytes, flows;
    uint64_t dns_messages, tls_hellos, tls_split,
        http_requests; /* tls_hellos: QUIC's too; tls_split: in two segments */
    struct synth_label *labels;
    size_t label_count;
    struct synth_deed *deeds;
    size_t deed_count;
};
void synth_result_drop(struct synth_result *r); /* for AUTO */

struct synth_scenario {
    const char *name, *en, *ja;
};
const struct synth_scenario *synth_scenario_at(size_t i); /* NULL past the end */

/* What can be laid over a day, and its settings with what they are when not set. */
struct synth_setting { /* a row without a key ends a table */
    const char *key, *normal, *en;
};
struct synth_behaviour {
    const char *name, *en, *ja;
    struct synth_setting settings[8];
};
const struct synth_behaviour *synth_behaviour_at(size_t i); /* NULL past the end */
const char *synth_setting_ja(const char *key);

[[nodiscard]] bool synth_run(const struct synth_order *order, const struct synth_sink *sink,
                             struct synth_result *ret_result, struct err *e);
/* The same into a capture file. */
[[nodiscard]] bool synth_write(const struct synth_order *order, const char *path,
                               struct synth_result *ret_result, struct err *e);

const char *synth_label_text(enum synth_label_kind kind);
/* One JSON object a line: kind, value, time, client, server, ports, proto; then the deeds: behaviour, host,
 * peer, from, to, settings. */
void synth_labels_put(const struct synth_result *r, struct buf *out);

/* A list of `count` indicators for the mix of this seed, one a line, half addresses and half names,
 * that holds every planted hit (so count >= 500) in a stirred order. A parent is written
 * "*.parent". What fills it up matches nothing in any scenario. */
[[nodiscard]] bool synth_indicators_put(uint64_t seed, size_t count, struct buf *out,
                                        struct err *e);
