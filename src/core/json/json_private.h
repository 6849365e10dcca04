/* json_private.h - what the reader, the writer and the tests of JSON share inside core/.
 *
 * UTF-8 is checked as RFC 3629 and Unicode table 3-7 have it: no overlong forms, no surrogates.
 */
#pragma once

#include "core/buf.h"
#include "core/json.h"

/* The first byte from `at` that a string may not carry as it is: a quote, a backslash, a control
 * or anything beyond ASCII; `end` when there is none. */
const char *json_skip_plain(const char *at, const char *end);

/* Length of the well-formed UTF-8 sequence at s, which has `left` > 0 bytes; 0 when it is not one. */
size_t utf8_length(const unsigned char *s, size_t left);

/* Looks for a name that stands twice in `object`. The first repeat found, or NULL; *ret_compared
 * counts the pairs of names that were looked at, which stays proportional to the members. */
const struct json *json_repeated_name(const struct json *object, size_t *ret_compared);

/* The number as ECMAScript writes it (ECMA-262, Number::toString; RFC 8785 3.2.2.3): the fewest
 * digits that read back equal. `value` is finite. Needs LC_NUMERIC "C", which nothing changes. */
void number_put(struct buf *out, double value);
