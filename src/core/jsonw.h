/* jsonw.h - write JSON into a buffer: commas, quotes and escapes are its business.
 *
 *     struct jsonw w = JSONW(&out);
 *     jw_object(&w);
 *     jw_member_str(&w, "name", org.name);
 *     jw_key(&w, "ports"), jw_array(&w), jw_int(&w, 53), jw_end(&w);
 *     jw_end(&w);
 *
 * Text that is not UTF-8 is written with U+FFFD in place of each bad byte, so the output is always
 * JSON. Nesting past JSONW_DEPTH_MAX or an end too many is a programmer's mistake and asserts.
 */
#pragma once

#include "core/buf.h"
#include "core/json.h"

enum { JSONW_DEPTH_MAX = 64 };

struct jsonw {
    struct buf *out;
    int depth;
    char close[JSONW_DEPTH_MAX];
    bool comma; /* the next value or key wants one before it */
};

#define JSONW(buffer) ((struct jsonw){.out = (buffer)})

void jw_object(struct jsonw *w);
void jw_array(struct jsonw *w);
void jw_end(struct jsonw *w);
void jw_key(struct jsonw *w, const char *key);
void jw_key_str(struct jsonw *w, struct str key);
void jw_str(struct jsonw *w, struct str text);
void jw_int(struct jsonw *w, int64_t value);
void jw_uint(struct jsonw *w, uint64_t value);
void jw_double(struct jsonw *w,
               double value); /* shortest form that reads back equal; NaN is null */
void jw_bool(struct jsonw *w, bool value);
void jw_null(struct jsonw *w);
void jw_raw(struct jsonw *w, struct str json);        /* already one JSON value */
void jw_value(struct jsonw *w, const struct json *v); /* a parsed value, as it was */
void jw_time(struct jsonw *w, int64_t us);            /* RFC 3339 as core/time.h writes it */

void jw_member_str(struct jsonw *w, const char *key, struct str text);
void jw_member_cstr(struct jsonw *w, const char *key, const char *text);
void jw_member_int(struct jsonw *w, const char *key, int64_t value);
void jw_member_bool(struct jsonw *w, const char *key, bool value);
void jw_member_time(struct jsonw *w, const char *key, int64_t us);

/* `text` as a JSON string with its quotes. The one escaping in the house: EVE lines use it too. */
void json_quote(struct buf *out, struct str text);
