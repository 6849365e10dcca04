/* uri_private.h - the target of a request taken apart, percent signs decoded exactly once (RFC 3986).
 *
 * Why strict: two readers of one path must see the same path. A segment that is "." or "..", that hides a
 * slash, a backslash or a control byte behind a percent sign, or that is not UTF-8, is refused and never
 * repaired; so is a parameter that stands twice.
 */
#pragma once

#include "core/arena.h"
#include "core/err.h"

enum { URI_SEGMENTS_MAX = 32, URI_PARAMS_MAX = 32, URI_LENGTH_MAX = 8192 };

struct uri_param {
    struct str name, value;
};

struct uri {
    struct str path;                       /* as it came */
    struct str query;                      /* the same, without '?' */
    struct str segments[URI_SEGMENTS_MAX]; /* decoded; "/a/" has "a" and an empty one */
    size_t segment_count;
    struct uri_param params[URI_PARAMS_MAX]; /* decoded; '+' is a space */
    size_t param_count;
};

/* Texts are slices of `target` or lie in the arena. ERR_INVALID, ERR_LIMIT. */
[[nodiscard]] bool uri_parse(struct arena *a, struct str target, struct uri *ret, struct err *e);
