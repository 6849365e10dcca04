/* cursor.c - page cursors sealed to their reader: one who passes it on, or whose class has changed, is
 * told to start anew. */
#include "core/encode.h"
#include "node/node_private.h"

enum { TAG_SIZE = 16 };

static void tag_of(const struct node *n, const struct reader *reader, struct str list, int64_t at,
                   uint8_t ret[SHA256_SIZE])
{
    struct sha256 h;
    char number[32];
    int len = snprintf(number, sizeof number, "\n%lld", (long long)at);
    sha256_start(&h); /* a fixed prefix and suffix around the secret: no length to extend */
    sha256_add(&h, (struct str){n->stream_secret, sizeof n->stream_secret});
    sha256_add(&h, reader_text(reader, READER_ORG));
    sha256_add(&h, S("\n"));
    sha256_add(&h, list);
    sha256_add(&h, (struct str){number, (size_t)len});
    sha256_add(&h, (struct str){n->stream_secret, sizeof n->stream_secret});
    sha256_end(&h, ret);
}

struct str node_cursor_seal(struct node *n, struct arena *a, const struct reader *reader,
                            struct str list, int64_t at)
{
    uint8_t tag[SHA256_SIZE];
    char hex[2 * TAG_SIZE];
    tag_of(n, reader, list, at, tag);
    hex_write(hex, tag, TAG_SIZE);
    return arena_fmt(a, "%lld-%.*s", (long long)at, (int)sizeof hex, hex);
}

bool node_cursor_open(struct node *n, const struct reader *reader, struct str list,
                      struct str cursor, int64_t *ret_at, struct err *e)
{
    struct str tag_text = STR_NONE, number = str_cut(cursor, '-', &tag_text);
    uint8_t want[SHA256_SIZE], got[TAG_SIZE];
    int64_t at = 0;
    for (size_t i = 0; i < number.len && i < 18; i++) {
        if (number.ptr[i] < '0' || number.ptr[i] > '9')
            return err_set(e, ERR_INVALID, "not a cursor of ours");
        at = at * 10 + (number.ptr[i] - '0');
    }
    tag_of(n, reader, list, at, want);
    if (!number.len || number.len > 18 || !hex_read(tag_text, got, TAG_SIZE) ||
        memcmp(want, got, TAG_SIZE) != 0)
        return err_set(e, ERR_CONFLICT,
                       "this cursor was given to another reader, or your class has changed: begin "
                       "without one");
    *ret_at = at;
    return true;
}
