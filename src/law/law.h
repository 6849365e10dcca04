/* law.h - the tables of monitoring law: legal bases with their dates, channels, limits, fields, products.
 *
 * Why data: statutes come into force, are renumbered and amended, and another country has others. No period,
 * cap, quorum or article stands in the program; all are in law/<country>/monitoring.yaml, with sources
 * there. The file of this country is built into the program, so that the measured firmware includes
 * it; --law DIR reads DIR/jp/monitoring.yaml instead. A seal names the SHA-256 of the bytes in use, and a
 * trust file may list which are registered (law/trust.h).
 *
 * Reading is strict: an unknown member, a missing one, a code that stands twice or a channel without a
 * row refuses the whole file, and the error names the place ("channels[2].direction: ...").
 *
 *     AUTO(arena_drop) struct arena memory = ARENA(LAW_MEMORY);
 *     const struct law *law;
 *     if (!law_open(&memory, args.law, &law, e))        // NULL: the built-in tables
 *         return err_wrap(e, "law tables");
 *     const struct law_channel *c = law_channel(law, CHANNEL_FF);
 *     residency_us = law->parameters.residency_default_s * TIME_SECOND;
 *
 * Ownership: all lives in the arena. Threads: nothing changes after reading.
 */
#pragma once

#include "core/arena.h"
#include "core/digest.h"
#include "core/err.h"

enum { LAW_MEMORY = 8 << 20 };

/* Some values of one type; read only. */
#define LAW_LIST(type)                                                                             \
    struct {                                                                                       \
        type *ptr;                                                                                 \
        size_t count;                                                                              \
    }

#define CHANNEL_MAP(X)                                                                             \
    X(AGREEMENT, "CH_AGREEMENT")                                                                   \
    X(FF, "CH_FF")                                                                                 \
    X(FD, "CH_FD")                                                                                 \
    X(DF, "CH_DF")                                                                                 \
    X(OWN, "CH_OWN")                                                                               \
    X(EXERCISE, "CH_EXERCISE")

enum channel {
    CHANNEL_NONE, /* a text that names none */
#define X(name, text) CHANNEL_##name,
    CHANNEL_MAP(X)
#undef X
        CHANNEL_COUNT,
};

/* Whose signatures make it valid. */
enum law_approval { APPROVAL_OWNER, APPROVAL_PARTIES, APPROVAL_QUORUM };

struct law_basis {
    struct str act, article, paragraph, channel, en, ja;
    int64_t effective_from;
    int64_t effective_to; /* 0: open */
    bool renewal;         /* for an extension, which names its parent */
};

struct law_channel {
    struct str code, en, ja, direction, approval_text;
    enum law_approval approval;
    int64_t period_max_days; /* 0: as the parties set */
    bool statutory, part_of_link;
    LAW_LIST(struct str) applicants; /* roles whose keys may apply */
    LAW_LIST(struct str) products;   /* levels that its records may enter */
};

struct law_parameters {
    int64_t commission_quorum;
    int64_t retention_default_days, retention_cap_days, review_every_days;
    int64_t residency_default_s, residency_max_s, stop_within_s;
    int64_t selector_prefix_v4, selector_prefix_v6; /* broader is refused */
    int64_t carrier_prefix_v4, carrier_prefix_v6;   /* of a carrier's own hosts */
    int64_t command_bytes_max, pseudonym_epoch_days;
};

struct law_fields { /* of records, by class; what is in none may not be kept */
    LAW_LIST(struct str) allow, nonid, own, frame, deny;
};

struct law_selector_types {
    LAW_LIST(struct str) mechanical, identifier, content;
    struct str identifier_condition; /* what a decision must say for an identifier */
};

struct law_product {
    struct str code, en, ja;
    LAW_LIST(struct str) recipients;
};

struct law_recipient {
    struct str code, en, ja;
    bool partner_profile; /* needs an attested partner in the trust file */
};

struct law_purpose {
    struct str code, en, ja;
    bool needs_consent;
};

struct law {
    struct str schema, country, en, ja, sources;
    LAW_LIST(struct law_basis) bases;
    LAW_LIST(struct law_channel) channels;
    LAW_LIST(struct law_product) products;
    LAW_LIST(struct law_recipient) recipients;
    LAW_LIST(struct law_purpose) purposes;
    struct law_parameters parameters;
    struct law_fields fields;
    struct law_selector_types selectors;
    struct str whole_link_condition;
    uint8_t hash[SHA256_SIZE]; /* of the file's bytes */
    bool built_in;             /* opened, and byte for byte the ones in the program */
};

[[nodiscard]] bool law_open(struct arena *a, const char *dir, const struct law **ret,
                            struct err *e);
/* The same from bytes at hand. */
[[nodiscard]] bool law_read(struct arena *a, struct str yaml, const struct law **ret,
                            struct err *e);

enum channel channel_named(struct str code);
struct str channel_text(enum channel c); /* "CH_FF" */
/* Its row; NULL for CHANNEL_NONE and CHANNEL_EXERCISE, which has the rules of the channel it plays. */
const struct law_channel *law_channel(const struct law *law, enum channel c);
/* The row of that name, of whatever date; NULL when the tables have none. */
const struct law_basis *law_basis(const struct law *law, struct str act, struct str article,
                                  struct str paragraph);
const struct law_product *law_product(const struct law *law, struct str code);
const struct law_recipient *law_recipient(const struct law *law, struct str code);
const struct law_purpose *law_purpose(const struct law *law, struct str code);
