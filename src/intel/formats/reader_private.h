/* reader_private.h - what the formats share: lines of a stream, and the account they keep. */
#pragma once

#include "core/buf.h"
#include "core/json.h"
#include "intel/normalise.h"
#include "intel/reader.h"

/* Lines of a slice or a descriptor. A line lives until the next call. */
struct lines {
    int fd;       /* -1: everything is there already */
    char *buffer; /* owned; NULL for a slice */
    const char *at, *end;
    uint64_t number; /* of the line last returned, from 1 */
    bool failed;     /* the descriptor did; `e` of lines_next says how */
};

enum { LINES_HEAD = 64 * 1024 }; /* what the formats are told by */

void lines_of(struct lines *l, struct str bytes);
void lines_of_fd(struct lines *l, int fd);
void lines_drop(struct lines *l);
/* What comes next, up to LINES_HEAD bytes, without taking it. */
struct str lines_head(struct lines *l, struct err *e);
void lines_skip(struct lines *l, size_t n); /* within the head */
/* False at the end, or with `failed`. Without its CR LF. *ret_long: the line passed INTEL_LINE_MAX
 * and was cut there. */
bool lines_next(struct lines *l, struct str *ret_line, bool *ret_long, struct err *e);
/* Everything that is left, to the end of `out`. ERR_LIMIT past its ceiling. */
bool lines_rest(struct lines *l, struct buf *out, struct err *e);

/* One read in progress. */
struct feed {
    const struct intel_options *options;
    const struct intel_sink *sink;
    struct intel_report *report;
    struct err *e;
    bool objects; /* places are objects, not lines */
};

/* One item was used: warnings are bits of 1u << WHY_…. */
void feed_used(struct feed *f, unsigned warnings, uint64_t place, struct str value);
/* One item was kept or refused. */
void feed_left(struct feed *f, enum why why, uint64_t place, struct str value, struct str detail);
/* A further remark on an item that is counted already. */
void feed_remark(struct feed *f, enum why why, uint64_t place, struct str value, struct str detail);
/* Hands one indicator on. False: the sink wants to stop. */
bool feed_emit(struct feed *f, const struct indicator *i);
/* One line's value: normalised and handed on, or left, and counted either way. `more` holds what else
 * the line says; its selector is filled in. */
bool feed_value(struct feed *f, enum claim claim, struct str value, uint64_t place,
                struct indicator *more);

/* What a type's name in a CSV, Zeek or MISP file claims ("ip-dst", "Intel::DOMAIN", "FileHash-MD5").
 * False for a name nobody knows; *ret_unused for a known one that is not matched on traffic. */
bool type_claim(struct str name, enum claim *ret_claim, bool *ret_unused);

/* The same for a value whose type the feed names; also "domain|ip" and "filename|sha256" with their
 * parts in one value. Kept when the type is unused, refused when nobody knows it. */
bool feed_typed(struct feed *f, struct str type, struct str value, uint64_t place,
                struct indicator *more);

/* A format of lines: by its head, and its reader. */
struct line_format {
    bool (*looks_like)(struct str head);
    bool (*read)(struct feed *f, struct lines *l);
};
/* A format of JSON: by its tree, and its reader. `memory` holds the tree and has room for more. */
struct json_format {
    bool (*looks_like)(const struct json *root);
    bool (*read)(struct feed *f, const struct json *root, struct arena *memory);
};

extern const struct line_format format_zeek, format_csv, format_hosts, format_adblock, format_plain;
extern const struct json_format format_stix, format_misp;

/* The first lines of a head that say something: comments and blank lines are passed over. */
bool head_next(struct str *head, struct str *ret_line);
struct str first_word(struct str s, struct str *ret_rest); /* by spaces and tabs */
