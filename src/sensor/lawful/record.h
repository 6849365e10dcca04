/* record.h - what is kept of traffic that a selector met: one line a record, the fields of its channel.
 *
 * Why a struct a channel: what a channel may not keep has no place in its struct, so no mistake further
 * up can put it there. The structs, what fills them and what writes them come from fields.h.
 *
 * When there is a record (docs/formats/records.md): one for each selector and each thing it was met in.
 *   an end of a flow      when the flow ends: its times, ends, packets, bytes, flags
 *   a message             when it was read: t_first = t_last = time of the packet that completed it, the
 *                         ends of its flow, and the message's own fields; no packets, bytes or flags
 *
 * A record is refused, and counted (n_refused_by_field_policy), when
 *   - it was met in the path of a URL and the channel is not own: the record would tell the path
 *   - a value that may leave as a pseudonym only has no key to be made one with
 *   - nothing but its frame would be left of it under the authorisation's list of fields
 * A single field that the list does not name is left out of the record, without more.
 *
 *     struct record_source s = {.met = RECORD_MET_QNAME};
 *     RECORD_SET(&s, selector_id, hit->source);
 *     RECORD_SET(&s, t_first, packet_time);
 *     RECORD_SET(&s, dns_qname, name);
 *     seal_log_record(log, &s);           // or record_line(&policy, &s, n, &out, &nonid)
 *
 * Ownership: a source borrows everything. Threads: no state; a policy never changes while it is used.
 */
#pragma once

#include "core/buf.h"
#include "sensor/lawful/fields.h"

/* enum name, channel as authorisations write it, shape of its struct */
#define RECORD_CHANNELS(X)                                                                         \
    X(own, "CH_OWN", OWN)                                                                          \
    X(agreement, "CH_AGREEMENT", LAW)                                                              \
    X(ff, "CH_FF", LAW)                                                                            \
    X(fd, "CH_FD", LAW)                                                                            \
    X(df, "CH_DF", LAW)                                                                            \
    X(exercise, "CH_EXERCISE", LAW)

enum record_channel {
#define X(name, text, shape) RECORD_CHANNEL_##name,
    RECORD_CHANNELS(X)
#undef X
        RECORD_CHANNEL_COUNT,
};

#define RECORD_OWN_MEMBER(name, class, kind) RECORD_HAS_OWN_##class(RECORD_AT_##kind name;)
#define RECORD_LAW_MEMBER(name, class, kind) RECORD_HAS_LAW_##class(RECORD_AT_##kind name;)
#define X(channel, text, shape)                                                                    \
    struct record_##channel {                                                                      \
        uint64_t have; /* which of the members are set, by FIELD_BIT */                            \
        RECORD_FIELDS(RECORD_##shape##_MEMBER)                                                     \
    };
RECORD_CHANNELS(X)
#undef X

enum record_met { RECORD_MET_OTHER, RECORD_MET_QNAME, RECORD_MET_URL_PATH };

#define RECORD_SOURCE_MEMBER(name, class, kind) RECORD_HAS_OWN_##class(RECORD_IN_##kind name;)
struct record_source { /* all that an event may know; DENY fields are not even here */
    uint64_t have;
    enum record_met met; /* in what the selector was met */
    RECORD_FIELDS(RECORD_SOURCE_MEMBER)
};

/* Sets a field of a source: RECORD_SET(&source, src_port, 443). */
#define RECORD_SET(source, name, value)                                                            \
    ((source)->name = (value), (void)((source)->have |= FIELD_BIT(name)))

/* Writes the pseudonym of a clear value (law/pseudonym.h) and returns its length; 0 when there is no key
 * for it now. `field` separates: an account and a telephone of equal text have different pseudonyms. */
struct record_pseudonyms {
    size_t (*make)(const void *key, const char *field, struct str clear, char out[RECORD_ID_MAX]);
    const void *key;
};

struct record_policy {
    enum record_channel channel;
    uint64_t fields; /* FIELD_BIT mask of the authorisation's record_fields */
    uint64_t nonid;  /* those of them that nonid_profile names */
    struct str auth_id, policy_hash, sensor_id;
    struct record_pseudonyms pseudonyms; /* {0}: NONID values are refused */
};

enum record_outcome { RECORD_MADE, RECORD_REFUSED };

enum { RECORD_LINE_MAX = 16384 };

/* Appends the record's line, with its newline, to `out` (room for RECORD_LINE_MAX). *ret_nonid: how many
 * pseudonyms it holds. Nothing is written, and *ret_nonid is 0, where it is refused. */
enum record_outcome record_line(const struct record_policy *p, const struct record_source *s,
                                uint64_t n, struct buf *out, unsigned *ret_nonid);

const char *record_field_name(enum record_field f);
enum record_class record_field_class(enum record_field f);
[[nodiscard]] bool record_field_named(struct str name, enum record_field *ret);
/* All that the channel could keep: its frame, ALLOW, NONID and, for own, OWN. */
uint64_t record_channel_fields(enum record_channel c);
const char *record_channel_text(enum record_channel c); /* "CH_FF" */
[[nodiscard]] bool record_channel_named(struct str text, enum record_channel *ret);
