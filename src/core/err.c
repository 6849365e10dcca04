/* err.c - see err.h for how errors travel. */
#include "core/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    int http_status;
} codes[] = {
#define X(name, status, text) [ERR_##name] = {#name, status},
    ERR_MAP(X)
#undef X
};
_Static_assert(COUNT(codes) == ERR_COUNT, "every code has its row");

void err_clean(char *text)
{
    size_t n = strlen(text);
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text[i], next = (unsigned char)text[i + 1];
        if (c < 0x20 || c == 0x7f) {
            text[i] = '?';
        } else if (c == 0xc2 && next >= 0x80 && next < 0xa0) { /* C1: some terminals obey it */
            text[i] = text[i + 1] = '?';
        }
    }

    size_t lead = n;
    while (lead > 0 && ((unsigned char)text[lead - 1] & 0xc0) == 0x80)
        lead--;
    if (lead == 0)
        return;
    unsigned char first = (unsigned char)text[lead - 1];
    size_t want = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
    if (n - (lead - 1) < want)
        text[lead - 1] = '\0';
}

bool err_set(struct err *e, enum err_code code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    e->code = code;
    vsnprintf(e->text, sizeof e->text, format, args);
    va_end(args);
    err_clean(e->text);
    return false;
}

bool err_wrap(struct err *e, const char *format, ...)
{
    char cause[sizeof e->text];
    memcpy(cause, e->text, sizeof cause);

    va_list args;
    va_start(args, format);
    int n = vsnprintf(e->text, sizeof e->text, format, args);
    va_end(args);

    /* A long chain loses its tail and keeps its head: where we were beats the last detail. */
    if (n >= 0 && (size_t)n < sizeof e->text)
        snprintf(e->text + n, sizeof e->text - (size_t)n, ": %.*s", (int)strlen(cause), cause);
    err_clean(e->text);
    return false;
}

int err_http_status(enum err_code code)
{
    return (size_t)code < COUNT(codes) ? codes[code].http_status : 500;
}

const char *err_name(enum err_code code)
{
    return (size_t)code < COUNT(codes) ? codes[code].name : "UNKNOWN";
}
