/* chain.h - seals read one after the other: what each says, and whether it follows the one before: O2 and O6.
 *
 *     struct chain chain;
 *     chain_open(&chain, permit, office, limits, &terms, &found);
 *     for each line:  if (chain_seal(&chain, &memory, line, number, &seal)) … its records …
 *     chain_close(&chain);
 *
 * Identities and events are those of docs/formats/records.md. A seal that cannot be read is a finding and is
 * passed over; the next one is then held against the last that could be read. One thread.
 */
#pragma once

#include "verify/permit.h"

#define SEALS_FILE "seals.jsonl"
enum { SEAL_MOST = 16 << 20 };

/* Counters of a seal, in the order of the format's table. */
#define CHAIN_COUNTS(X)                                                                            \
    X(n_in)                                                                                        \
    X(bytes_in)                                                                                    \
    X(n_carried_in)                                                                                \
    X(n_carried_out)                                                                               \
    X(n_matched)                                                                                   \
    X(n_discarded)                                                                                 \
    X(n_dir_unknown)                                                                               \
    X(n_over_cap)                                                                                  \
    X(n_lost_on_restart)                                                                           \
    X(kernel_drops)                                                                                \
    X(selected)                                                                                    \
    X(n_recorded)                                                                                  \
    X(n_refused_by_field_policy)                                                                   \
    X(n_nonid)                                                                                     \
    X(residency_min_us)                                                                            \
    X(residency_max_us)                                                                            \
    X(clock_steps)                                                                                 \
    X(restarts)                                                                                    \
    X(seq)

enum seal_word {
    WORD_LOAD = 1,
    WORD_UNLOAD = 2,
    WORD_DRAINED = 4,
    WORD_STEP = 8,
    WORD_RESTART = 16,
    WORD_STOP = 32,
    WORD_TORN = 64
};

struct seal {
#define X(name) uint64_t name;
    CHAIN_COUNTS(X)
#undef X
    int64_t records_first, records_last, minute;
    unsigned words;
    struct str records_hash, sensor, prev, sig;
    const struct json *tree, *matched;
};

struct chain_terms {
    bool live;    /* of a link, not of a capture file: each minute has a seal */
    bool running; /* the folder was copied while the sensor ran */
};

struct chain_sums {
#define X(name) uint64_t name;
    CHAIN_COUNTS(X)
#undef X
    uint64_t seals;
};

struct chain {
    const struct permit *permit;
    const struct office *office;
    const struct limits *limits;
    struct chain_terms terms;
    struct findings *found;
    struct chain_sums sums;
    bool any, gap_noted;
    uint64_t seq, carried;
    int64_t minute, records_last, last_line;
    unsigned words;
    char prev[FORM_HEX], sensor[KEY_TEXT_SIZE];
};

void chain_open(struct chain *c, const struct permit *permit, const struct office *office,
                const struct limits *limits, const struct chain_terms *terms,
                struct findings *found);
/* False when it cannot be read. The seal's texts live in the line and in `memory`. */
bool chain_seal(struct chain *c, struct arena *memory, struct str line, int64_t number,
                struct seal *ret);
void chain_close(struct chain *c);
