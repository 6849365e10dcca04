/* mandate.h - an authorisation as a sensor runs it: what it may take in, how much, from when to when.
 *
 * Why: a sensor does nothing without one. The authorisation file is read once, checked wholly (law/), and
 * turned into what the packet path asks: a direction gate, a period, a cap, a mask of fields, selectors.
 * Nothing here can be changed afterwards; another authorisation is another mandate.
 *
 * Period (LAW 12.4 X2). `end` is the first instant that is not covered any more.
 *   CH_OWN                  the time now must lie in it; how old a capture is does not matter
 *   statutory, CH_EXERCISE  the time now and the packet's own time must both lie in it
 * The end comes with no network, and cannot be put off by setting the clock back: the time now is the
 * latest of what the clock says, what it ever said, and what the boot clock (CLOCK_BOOTTIME, which runs on while
 * the machine sleeps) makes of the time first seen since boot. All three outlive a restart in a small state
 * file. A clock set back by more than a second suspends the mandate until it has caught up; one set forward is
 * believed and counted as a step. The state file is opened once, so a sandbox may close the folder later; it
 * is never trusted downwards: who removes it has reset what was ever seen, and the next seal's
 * "policy_load" tells of the start.
 *
 * Caps: `max_bps` and `max_share_of_link` over a token bucket of one second, in packet time, so that a
 * file gives the same answer each time. The share needs the link's speed (`link_bps`); a live statutory
 * mandate without one is refused, a file runs under max_bps alone.
 *
 * Residency: unselected data is let go within `residency_us` (5 s; the hard limit is 60 s).
 *
 *     AUTO(mandate_drop) struct mandate *m = NULL;
 *     if (!mandate_new(&settings, &m, e))
 *         return err_wrap(e, "authorisation");
 *     ...
 *     if (mandate_state(m) != MANDATE_OPEN)          // each batch: two reads of a clock
 *         stop();
 *     if (!mandate_covers(m, packet->time_us) || !mandate_cap_take(m, packet->time_us, packet->wire_bytes))
 *         count_and_pass_over();
 *
 * Threads: everything is constant but the clock (mandate_state) and the cap (mandate_cap_take): each of those
 * belongs to one thread, which may be different ones.
 */
#pragma once

#include "core/time.h"
#include "index/image.h"
#include "sensor/lawful/direction.h"
#include "sensor/lawful/seal.h"

enum mandate_state { MANDATE_OPEN, MANDATE_NOT_YET, MANDATE_ENDED, MANDATE_SUSPENDED };

struct mandate_settings {
    struct str authorisation; /* the file's bytes; copied */
    /* All checks of the law on those bytes; NULL only in tests. False: refused, `e` says why. */
    bool (*check)(void *context, struct str authorisation, struct err *e);
    void *check_context;
    const struct geo *geo;                       /* two tables for a statutory channel; borrowed */
    const char *home;                            /* the law's country, "JP" */
    struct direction_prefixes domestic, foreign; /* the operator's lists */
    const struct key_secret *key;                /* the sensor's; borrowed */
    struct record_pseudonyms pseudonyms;         /* {0}: no NONID value can be kept */
    uint8_t law_hash[SHA256_SIZE], fw_hash[SHA256_SIZE];
    bool live;                /* packets of now, from a link */
    uint64_t link_bps;        /* 0: not known */
    int64_t residency_us;     /* the law's parameter */
    const char *state_path;   /* the clock's; NULL: nothing is kept over restarts */
    struct clock *clock;      /* NULL: the system's */
    struct clock *boot_clock; /* NULL: CLOCK_BOOTTIME */
};

struct mandate_selector {
    struct str id;
    struct selector selector;
    int64_t from_us, to_us; /* live from <= t < to */
};

struct mandate_terms {             /* as the authorisation says */
    enum record_channel channel;   /* CH_EXERCISE stays record_exercise */
    enum record_channel rehearses; /* CH_EXERCISE: the channel played; else as `channel` */
    bool statutory;                /* memory must be locked */
    bool both_times;               /* statutory, and rehearsals */
    bool sets;  /* own: selectors of the feeds or the node, beside those listed */
    bool local; /* own: results stay here */
    int64_t start_us, end_us;
    uint64_t max_bps; /* 0: no cap */
    double max_share;
    int64_t residency_us;
    struct str auth_id, policy_hash;
};

struct mandate;

/* ERR_INVALID: not an authorisation; ERR_DENIED: refused by a check, by the period, or because this sensor
 * or its firmware is not in it. */
[[nodiscard]] bool mandate_new(const struct mandate_settings *s, struct mandate **ret,
                               struct err *e);
void mandate_drop(struct mandate **m);

const struct mandate_terms *mandate_terms(const struct mandate *m);
const struct direction_gate *mandate_gate(const struct mandate *m);
const struct record_policy *mandate_policy(const struct mandate *m);
const struct mandate_selector *mandate_selectors(const struct mandate *m, size_t *ret_count);
/* The selector of that id where it is live at `time_us`, else NULL. */
const struct mandate_selector *mandate_selector_live(const struct mandate *m, struct str id,
                                                     int64_t time_us);
/* May a record stand on this id at that time? Outside channel own: only on a listed selector that is live.
 * In own also on what is not listed: the ids of its feeds and its node. */
bool mandate_selects(const struct mandate *m, struct str id, int64_t time_us);
/* All selectors, each with its id as the entry's source. */
[[nodiscard]] bool mandate_index_add(const struct mandate *m, struct index_builder *b,
                                     struct err *e);
/* What seal_log_open wants; borrows from the mandate. */
struct seal_settings mandate_seal_settings(const struct mandate *m, const char *dir);

/* Asks the clocks. *ret_steps (may be NULL): how often a clock was found to have been set, since the last call. */
enum mandate_state mandate_state(struct mandate *m, unsigned *ret_steps);
const char *mandate_state_text(enum mandate_state s); /* "ended" */
bool mandate_covers(const struct mandate *m, int64_t packet_us);
/* False: over the cap. */
bool mandate_cap_take(struct mandate *m, int64_t packet_us, uint32_t wire_bytes);

/* SHA-256 of the running program, /proc/self/exe: what `sensors[].firmware_hash` must be. */
[[nodiscard]] bool firmware_hash(uint8_t ret_digest[SHA256_SIZE], struct err *e);
