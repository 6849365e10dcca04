/* buf.h - bytes that grow, up to a ceiling set at birth.
 *
 * Why: replies, canonical JSON, zone files and spool records are built piece by piece. A buffer
 * that would pass its ceiling keeps what it has, sets `over` and refuses the rest, so a writer
 * checks once, at the end, as with struct rd. Our own memory running out aborts.
 *
 *     AUTO(buf_drop) struct buf out = BUF(1 << 20);
 *     buf_put(&out, S("$TTL 60\n"));
 *     buf_fmt(&out, "%u records\n", n);
 *     if (out.over)
 *         return err_set(e, ERR_LIMIT, "zone larger than %zu bytes", out.limit);
 *
 * The bytes are the buffer's until buf_drop; any call that adds may move them. One thread at a time.
 */
#pragma once

#include "core/str.h"

struct buf {
    char *ptr;
    size_t len, cap, limit;
    bool over; /* something did not fit: the content is not whole */
};

#define BUF(limit_bytes) ((struct buf){.limit = (limit_bytes)})

void buf_drop(struct buf *b); /* for AUTO(buf_drop); the buffer can be used again */
static inline void buf_clear(struct buf *b)
{
    b->len = 0;
    b->over = false;
}

/* All return false, and set `over`, when the bytes do not fit. */
bool buf_put(struct buf *b, struct str s);
bool buf_bytes(struct buf *b, const void *bytes, size_t len);
bool buf_byte(struct buf *b, char c);
bool buf_fmt(struct buf *b, const char *format, ...) PRINTF_LIKE(2, 3);

/* Room for `n` more bytes, not yet counted in len: write there, then add to len. NULL past the
 * ceiling. */
char *buf_room(struct buf *b, size_t n);

static inline struct str buf_str(const struct buf *b)
{
    return (struct str){b->ptr, b->len};
}
