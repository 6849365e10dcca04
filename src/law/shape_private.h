/* shape_private.h - JSON or YAML trees read into structs by a table of members, and nothing else taken.
 *
 * Why one reader for tables, trust files and authorisations: strictness is then one piece of code. Each
 * object has a row a member; an unknown member, a missing one, one of the wrong kind or an empty text is an
 * error that names the place ("selectors[3].value: empty").
 *
 *     static const struct shape_member members[] = {
 *         SHAPE_MEMBER(struct law_basis, act, SHAPE_TEXT),
 *         SHAPE_MEMBER(struct law_basis, effective_to, SHAPE_TIME, .optional = true)};
 *     static const struct shape basis = SHAPE(struct law_basis, members);
 *     struct shape_reader r = {.memory = a, .e = e, .nulls = true};
 *     shape_read(&r, &basis, tree, &out);
 *
 * An optional member that is absent leaves zeroes. Lists are LAW_LIST(type) in the struct. */
#pragma once

#include "core/json.h"
#include "law/law.h"

enum shape_kind {
    SHAPE_TEXT,     /* struct str: not blank, no control characters */
    SHAPE_WORD,     /* struct str: the same, or empty */
    SHAPE_TIME,     /* int64_t: RFC 3339 */
    SHAPE_TIME_UTC, /* int64_t: RFC 3339 that ends in Z */
    SHAPE_COUNT,    /* int64_t: 0 or more */
    SHAPE_SHARE,    /* double: over 0, at most 1 */
    SHAPE_BOOL,
    SHAPE_HASH,    /* struct str: 64 lower-case hex digits, not all zero */
    SHAPE_ID,      /* struct str: 32 lower-case hex digits */
    SHAPE_KEY,     /* struct key_public */
    SHAPE_SIG,     /* uint8_t[64] */
    SHAPE_PREFIX,  /* struct addr */
    SHAPE_OBJECT,  /* the struct of `of` */
    SHAPE_POINTER, /* pointer to the struct of `of`: NULL when absent */
    SHAPE_OTHER,   /* nothing is kept: the caller looks at the tree */
};

enum { SHAPE_TEXT_MAX = 2048, SHAPE_PATH_MAX = 160 };

struct shape_member {
    struct str name;
    enum shape_kind kind;
    size_t at;
    const struct shape *of;
    bool list, optional;
    bool some; /* a list with at least one item */
};

struct shape {
    size_t size;
    const struct shape_member *members;
    size_t count;
};

#define SHAPE(type, rows)                                                                          \
    {                                                                                              \
        sizeof(type), rows, COUNT(rows)                                                            \
    }
#define SHAPE_MEMBER(type, member, what, ...)                                                      \
    {                                                                                              \
        .name = S_(#member), .kind = (what), .at = offsetof(type, member), __VA_ARGS__             \
    }

/* A member by another name, or of a struct within. */
#define SHAPE_AT(word, type, place, what)                                                          \
    {                                                                                              \
        .name = S_(word), .kind = (what), .at = offsetof(type, place)                              \
    }

struct shape_reader {
    struct arena *memory;
    struct err *e;
    bool nulls; /* an optional member may be null: YAML */
    char path[SHAPE_PATH_MAX];
};

[[nodiscard]] bool shape_read(struct shape_reader *r, const struct shape *s, const struct json *v,
                              void *out);
