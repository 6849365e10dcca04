/* buf.c - one allocation that doubles, never past its ceiling. See buf.h. */
#include "core/buf.h"

#include <stdarg.h>

enum { FIRST_BYTES = 256 };

void buf_drop(struct buf *b)
{
    free(b->ptr);
    *b = (struct buf){.limit = b->limit};
}

char *buf_room(struct buf *b, size_t n)
{
    if (b->over || n > b->limit - b->len) {
        b->over = true;
        return NULL;
    }
    size_t need = b->len + n;
    if (b->ptr && need <= b->cap)
        return b->ptr + b->len;

    size_t cap = b->cap > b->limit / 2 ? b->limit : b->cap * 2;
    if (cap < FIRST_BYTES && b->limit >= FIRST_BYTES)
        cap = FIRST_BYTES;
    if (cap < need)
        cap = need;
    char *grown = realloc(b->ptr, cap ? cap : 1);
    if (!grown)
        abort();
    b->ptr = grown;
    b->cap = cap;
    return b->ptr + b->len;
}

bool buf_bytes(struct buf *b, const void *bytes, size_t len)
{
    char *to = buf_room(b, len);
    if (!to)
        return false;
    if (len)
        memcpy(to, bytes, len);
    b->len += len;
    return true;
}

bool buf_put(struct buf *b, struct str s)
{
    return buf_bytes(b, s.ptr, s.len);
}

bool buf_byte(struct buf *b, char c)
{
    return buf_bytes(b, &c, 1);
}

bool buf_fmt(struct buf *b, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    char small[128];
    int n = vsnprintf(small, sizeof small, format, args);
    va_end(args);

    bool put;
    if (n < 0) {
        put = false;
        b->over = true;
    } else if ((size_t)n < sizeof small) {
        put = buf_bytes(b, small, (size_t)n);
    } else {
        /* vsnprintf ends its text with a NUL, for which the ceiling has no room: write aside. */
        char *text = malloc((size_t)n + 1);
        if (!text)
            abort();
        vsnprintf(text, (size_t)n + 1, format, again);
        put = buf_bytes(b, text, (size_t)n);
        free(text);
    }
    va_end(again);
    return put;
}
