/* limits.h - what the law allows, as the verifier believes it: quorum, periods, channels, fields.
 *
 * Why its own: an inspector must not take the rules from the party under inspection. A table is built in
 * (limits_builtin.c); --law-limits names a file of the same form as law/jp/monitoring.yaml, from the
 * inspector's own source. Members that the verifier does not use are passed over.
 *
 *     const struct limits *limits;
 *     if (!limits_open(&memory, path, &limits, e))     // NULL: the built-in ones
 *         return false;
 *
 * Ownership: the arena. Threads: nothing changes after reading.
 */
#pragma once

#include "core/digest.h"
#include "core/json.h"

enum limits_approval { LIMITS_OWNER, LIMITS_PARTIES, LIMITS_QUORUM };
enum field_class {
    FIELD_UNKNOWN,
    FIELD_ALLOW,
    FIELD_NONID,
    FIELD_OWN,
    FIELD_FRAME,
    FIELD_DENY,
    FIELD_CLASSES
};

struct limits_channel {
    struct str code, direction;
    enum limits_approval approval;
    int64_t period_max_days; /* 0: none */
    bool statutory;
    const struct json *applicants; /* list of roles */
};

enum { LIMITS_CHANNELS = 16 };

struct limits {
    int64_t quorum, residency_max_s, command_bytes_max;
    struct limits_channel channels[LIMITS_CHANNELS];
    size_t channel_count;
    const struct json *bases;                 /* list of {act, article, paragraph, channel, …} */
    const struct json *fields[FIELD_CLASSES]; /* lists of names */
    bool built_in;
    uint8_t hash[SHA256_SIZE]; /* of the file */
};

[[nodiscard]] bool limits_open(struct arena *a, const char *path, const struct limits **ret,
                               struct err *e);
[[nodiscard]] bool limits_read(struct arena *a, struct str yaml, const struct limits **ret,
                               struct err *e);
extern const struct str limits_builtin;

const struct limits_channel *limits_channel(const struct limits *l, struct str code);
enum field_class limits_field(const struct limits *l, struct str name);
/* Is the basis in force at that time for that channel? */
bool limits_in_force(const struct limits *l, const struct json *basis, struct str channel,
                     int64_t at);
/* Is `word` in a list of texts? NULL is an empty list. */
bool limits_among(const struct json *list, struct str word);
