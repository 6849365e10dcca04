/* checkpoint.c - what a log signs: origin, size, root (C2SP tlog-checkpoint). See note.h. */
#include "journal/note.h"

#include "core/encode.h"

void checkpoint_write(const struct checkpoint *c, struct buf *out)
{
    buf_put(out, c->origin);
    buf_fmt(out, "\n%llu\n", (unsigned long long)c->size);
    base64_put(out, c->root.bytes, sizeof c->root.bytes);
    buf_byte(out, '\n');
    buf_put(out, c->extensions);
}

/* Decimal, no sign, no leading zero (but "0" itself), below 2^63. */
static bool read_size(struct str text, uint64_t *ret)
{
    if (text.len == 0 || text.len > 19 || (text.len > 1 && text.ptr[0] == '0'))
        return false;
    uint64_t v = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
        v = v * 10 + (uint64_t)(text.ptr[i] - '0');
    }
    *ret = v;
    return v >> 63 == 0;
}

bool checkpoint_parse(struct str text, struct checkpoint *ret, struct err *e)
{
    struct checkpoint c = {0};
    struct str rest;
    if (text.len == 0 || text.ptr[text.len - 1] != '\n')
        return err_set(e, ERR_INVALID, "a checkpoint ends with a newline");
    c.origin = str_cut(text, '\n', &rest);
    if (c.origin.len == 0)
        return err_set(e, ERR_INVALID, "checkpoint: no origin");
    if (!read_size(str_cut(rest, '\n', &rest), &c.size))
        return err_set(e, ERR_INVALID, "checkpoint: the size is not a plain decimal number");
    AUTO(buf_drop) struct buf root = BUF(64);
    if (!base64_read(str_cut(rest, '\n', &rest), &root) || root.len != sizeof c.root.bytes)
        return err_set(e, ERR_INVALID, "checkpoint: the root is not base64 of 32 bytes");
    memcpy(c.root.bytes, root.ptr, root.len);
    c.extensions = rest;
    while (rest.len)
        if (str_cut(rest, '\n', &rest).len == 0)
            return err_set(e, ERR_INVALID, "checkpoint: an extension line is empty");
    struct merkle_hash empty = merkle_empty();
    if (c.size == 0 && !merkle_eq(&c.root, &empty))
        return err_set(e, ERR_INVALID, "checkpoint: an empty tree has another root");
    *ret = c;
    return true;
}
