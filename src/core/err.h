/* err.h - one error type: a code machines branch on, a sentence people read.
 *
 * Every function that can fail returns bool and takes `struct err *e` last. The frame that
 * sees the failure calls err_set; each frame above may add where it was with err_wrap, so a
 * log line reads "loading feed misp-7: object 17: bad STIX id 'foo'" and needs no debugger.
 */
#pragma once

#include "core/base.h"

/* name, HTTP status, meaning: the one table the API, the CLI exit codes and the docs share. */
#define ERR_MAP(X)                                                                                 \
    X(OK, 200, "no error")                                                                         \
    X(INVALID, 400, "the input is not what the interface accepts")                                 \
    X(DENIED, 403, "the caller may not do this")                                                   \
    X(NOT_FOUND, 404, "no such object")                                                            \
    X(CONFLICT, 409, "the object changed, or already exists")                                      \
    X(LIMIT, 413, "a size or count limit was reached")                                             \
    X(IO, 500, "the system refused: disk, socket, process")                                        \
    X(UNAVAILABLE, 503, "a service this depends on did not answer")

enum err_code {
#define X(name, status, text) ERR_##name,
    ERR_MAP(X)
#undef X
        ERR_COUNT,
};

struct err {
    enum err_code code;
    char text[240];
};

/* Both return false, so that a failing path is one line: return err_set(e, ERR_INVALID, ...). */
bool err_set(struct err *e, enum err_code code, const char *format, ...) PRINTF_LIKE(3, 4);
bool err_wrap(struct err *e, const char *format, ...) PRINTF_LIKE(2, 3);

/* Makes text fit for a terminal and a log, in place: control bytes become '?' (in UTF-8 form too),
 * and a character cut in half at the end goes. Both functions above have done it. */
void err_clean(char *text);

int err_http_status(enum err_code code);
const char *err_name(enum err_code code);
