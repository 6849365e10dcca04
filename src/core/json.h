/* json.h - read JSON into an arena: strict as RFC 8259, one pass, no free.
 *
 * Why our own: of Debian 12's parsers the strict one (jansson) reads 50 MB/s and the fast one
 * (cJSON) accepts 17 kinds of broken text. Feeds come from strangers; we want strict and fast.
 *
 * Text is a slice of the input where it holds no escape, so the input must outlive the tree.
 * Numbers stay text until asked for: a 64-bit id or a hash input is never rounded.
 * A name that stands twice in one object is refused by json_parse (RFC 7493 2.3): two readers would
 * see two documents. Finding it is linear in the members. Looking a member up walks its object.
 *
 *     AUTO(arena_drop) struct arena memory = ARENA(64 << 20);
 *     const struct json *bundle = json_parse(&memory, body, e);
 *     for (json_each(object, json_get(bundle, S("objects"))))
 *         take(json_text(object, S("id")));
 *
 * Errors: ERR_INVALID with line, column and byte; ERR_LIMIT when the arena is full or nesting passes
 * JSON_DEPTH_MAX. The tree is constant: threads may share it.
 */
#pragma once

#include "core/arena.h"
#include "core/err.h"

enum json_kind {
    JSON_NULL,
    JSON_FALSE,
    JSON_TRUE,
    JSON_NUMBER,
    JSON_STRING,
    JSON_ARRAY,
    JSON_OBJECT
};

enum { JSON_DEPTH_MAX = 128 };

struct json {
    enum json_kind kind;
    struct str key;          /* its name, when its parent is an object */
    struct str text;         /* JSON_STRING: unescaped; JSON_NUMBER: as written */
    const struct json *next; /* the following sibling */
    const struct json *child;
    size_t count; /* children */
};

/* The whole of `text` must be one value. NULL when it is not, with line, column and byte in `e`. */
[[nodiscard]] const struct json *json_parse(struct arena *a, struct str text, struct err *e);

/* The same, but a repeated name is taken: json_get then finds the first. For feeds that err. */
[[nodiscard]] const struct json *json_parse_tolerant(struct arena *a, struct str text,
                                                     struct err *e);

/* The first value in `text`; *ret_rest is what follows it and the white space after it, so a stream
 * of values (JSONL) is read until nothing is left. */
[[nodiscard]] const struct json *json_parse_first(struct arena *a, struct str text,
                                                  struct str *ret_rest, struct err *e);

/* NULL when `object` is not an object or has no such member: lookups chain without checks. */
const struct json *json_get(const struct json *object, struct str key);

/* The member's text when it is a string, else STR_NONE. */
struct str json_text(const struct json *object, struct str key);
/* The member as a whole number; false when it is absent, not a number, or does not fit. */
bool json_int(const struct json *object, struct str key, int64_t *ret_value);
/* The member when it is true or false, else `otherwise`. */
bool json_bool(const struct json *object, struct str key, bool otherwise);
/* The value itself as a whole number (no fraction, no exponent). */
bool json_value_int(const struct json *v, int64_t *ret_value);
/* The value itself as the nearest double; false when it is not a number or no double holds it. */
bool json_value_double(const struct json *v, double *ret_value);

/* for (json_each(v, array)) { ... }: nothing when it is NULL or has no children. */
/* NOLINTBEGIN(bugprone-macro-parentheses): the name being declared cannot have any */
#define json_each(v, parent)                                                                       \
    const struct json *v = (parent) ? (parent)->child : NULL;                                      \
    v;                                                                                             \
    v = v->next
/* NOLINTEND(bugprone-macro-parentheses) */
