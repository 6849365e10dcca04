/* reader.h - a feed in any known format, read into indicators, with an account of every item.
 *
 * Formats are one table (reader.c): STIX 2.0/2.1, MISP events, Zeek intel files, CSV, hosts files,
 * ad-block lists, plain lists. The format is told from the content, never from the file's name.
 * Lists are streamed: memory does not grow with their length. JSON is held whole, under a ceiling.
 *
 * The account: read = usable + kept + refused, counted in the feed's own items (a STIX indicator, a
 * MISP attribute, a line). Nothing is dropped in silence: each reason is counted, and the first
 * INTEL_NOTES_MAX carry their place.
 *
 *     struct intel_sink sink = {.each = add, .ctx = &index};
 *     struct intel_report report;
 *     if (!intel_read_file("feed.json", &(struct intel_options){0}, &sink, &report, e))
 *         return err_wrap(e, "importing feed.json");          // nothing usable in it, and why
 *
 * Untrusted input: size, depth, line length, notes and alternatives of a pattern are all bounded.
 * Threads: one read a thread; nothing is shared.
 */
#pragma once

#include "core/err.h"
#include "intel/indicator.h"
#include "intel/why.h"

enum intel_format {
    INTEL_AUTO,
    INTEL_STIX,
    INTEL_MISP,
    INTEL_ZEEK,
    INTEL_CSV,
    INTEL_HOSTS,
    INTEL_ADBLOCK,
    INTEL_PLAIN,
    INTEL_FORMAT_COUNT,
};

enum {
    INTEL_NOTES_MAX = 50,
    INTEL_QUOTE_SIZE = 96,
    INTEL_LINE_MAX = 64 * 1024, /* a longer line or CSV record is refused, and counted */
};
#define INTEL_MEMORY_DEFAULT ((size_t)1 << 30)

struct intel_options {
    enum intel_format format; /* INTEL_AUTO: by content */
    size_t memory; /* most bytes a JSON document may take, tree included; 0: the default */
    int64_t now;   /* to warn of what has expired; 0: do not */
};

struct intel_note {
    enum why why;
    bool object; /* `place` counts objects (STIX, MISP), else lines; both from 1 */
    uint64_t place;
    char quote[INTEL_QUOTE_SIZE];  /* the value or id, cleaned of control bytes, perhaps cut */
    char detail[INTEL_QUOTE_SIZE]; /* more than the reason's own words; may be empty */
};

struct intel_report {
    enum intel_format format;
    uint64_t read, usable, kept, refused; /* items */
    uint64_t indicators;                  /* handed to the sink */
    uint64_t revoked;                     /* of those, taken back by the source */
    uint64_t other;                       /* objects that are no indicator: malware, identities */
    uint64_t by_reason[WHY_COUNT];
    struct intel_note notes[INTEL_NOTES_MAX];
    size_t note_count;
};

struct intel_sink {
    /* False stops the read with the sink's own error. NULL: only count. */
    bool (*each)(void *ctx, const struct indicator *i, struct err *e);
    void *ctx;
};

/* True when the bytes could be read as a feed, even if no item was usable (see the report). False:
 * ERR_INVALID for what is no feed (binary, UTF-16, broken JSON, another kind of JSON), ERR_LIMIT,
 * ERR_IO, or what the sink set. *ret_report is filled on both paths, as far as it got. */
[[nodiscard]] bool intel_read(struct str bytes, const struct intel_options *o,
                              const struct intel_sink *sink, struct intel_report *ret_report,
                              struct err *e);
/* From a descriptor at its position (a pipe is fine). */
[[nodiscard]] bool intel_read_fd(int fd, const struct intel_options *o,
                                 const struct intel_sink *sink, struct intel_report *ret_report,
                                 struct err *e);
/* "-" is standard input. */
[[nodiscard]] bool intel_read_file(const char *path, const struct intel_options *o,
                                   const struct intel_sink *sink, struct intel_report *ret_report,
                                   struct err *e);

const char *intel_format_name(enum intel_format f); /* "stix" */
[[nodiscard]] bool intel_format_parse(struct str name, enum intel_format *ret_format);
