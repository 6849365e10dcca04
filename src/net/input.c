/* input.c - see input_private.h. */
#include "input_private.h"

#include "unpack_private.h"

#include <errno.h>
#include <unistd.h>

enum { PACKED_READ = 256 << 10 };

static void *must_alloc(size_t n)
{
    void *p = malloc(n);
    if (!p)
        abort();
    return p;
}

/* The next bytes of the file as it lies there; *ret_n is 0 at its end. */
static bool read_raw(struct input *in, uint8_t *to, size_t room, size_t *ret_n, struct err *e)
{
    ssize_t n;
    do
        n = read(in->fd, to, room);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return err_set(e, ERR_IO, "reading fails: %s", strerror(errno));
    *ret_n = (size_t)n;
    return true;
}

static bool read_packed(struct input *in, struct err *e)
{
    size_t kept = in->packed_left.len, n = 0;
    if (kept)
        memmove(in->packed_bytes, in->packed_left.ptr, kept);
    if (!read_raw(in, in->packed_bytes + kept, PACKED_READ - kept, &n, e))
        return false;
    in->packed_left = (struct str){(const char *)in->packed_bytes, kept + n};
    in->packed_ended = n == 0;
    return true;
}

/* Plain bytes to `to`: at least one, unless the end has come. */
static bool read_plain(struct input *in, uint8_t *to, size_t room, size_t *ret_n, struct err *e)
{
    if (!in->unpacker)
        return read_raw(in, to, room, ret_n, e);
    for (;;) {
        struct unpacked made;
        *ret_n = 0;
        if (in->damage.code != ERR_OK)
            return err_set(e, in->damage.code, "%s", in->damage.text);
        (void)unpack(in->unpacker, &in->packed_left, to, room, &made, &in->damage);
        *ret_n = made.made;
        if (made.made || made.ended)
            return true;
        if (!made.hungry || in->damage.code != ERR_OK)
            continue;
        if (in->packed_ended) {
            in->cut = !unpacker_between(in->unpacker);
            return true;
        }
        if (!read_packed(in, e))
            return false;
    }
}

/* A file: looks at the first bytes, and puts an unpacker before the window where they call for one. */
static bool begin_file(struct input *in, struct err *e)
{
    in->packed_bytes = must_alloc(PACKED_READ);
    while (in->packed_left.len < UNPACK_PEEK && !in->packed_ended)
        if (!read_packed(in, e))
            return false;
    if (!unpacker_new(in->packed_left, &in->unpacker, e))
        return false;
    in->window = in->own_window = must_alloc(input_room(INPUT_READ));
    in->at = in->window;
    if (in->unpacker)
        return true;
    in->left = in->packed_left.len; /* not packed: what was read is the start of the window */
    if (in->left)
        memcpy(in->window, in->packed_left.ptr, in->left);
    free(in->packed_bytes);
    in->packed_bytes = NULL;
    return true;
}

/* Memory: it is the window itself, or all of what is to be unpacked. */
static bool begin_memory(struct input *in, struct str memory, struct err *e)
{
    if (!unpacker_new(memory, &in->unpacker, e))
        return false;
    if (in->unpacker) {
        in->packed_left = memory;
        in->packed_ended = true;
        in->window = in->own_window = must_alloc(input_room(INPUT_READ));
        in->at = in->window;
    } else {
        in->at = (const uint8_t *)memory.ptr;
        in->left = memory.len;
        in->ended = true;
    }
    return true;
}

bool input_open(struct input *in, int fd, struct str memory, struct err *e)
{
    *in = (struct input){.fd = fd, .step = INPUT_READ};
    bool begun = fd < 0 ? begin_memory(in, memory, e) : begin_file(in, e);
    in->packed = in->unpacker != NULL;
    if (begun)
        return true;
    in->fd = -1; /* the caller's to close when opening fails */
    input_close(in);
    return false;
}

void input_close(struct input *in)
{
    unpacker_drop(&in->unpacker);
    free(in->packed_bytes);
    free(in->own_window);
    if (in->fd > STDIN_FILENO)
        close(in->fd);
    *in = (struct input){.fd = -1};
}

void input_lend(struct input *in, uint8_t *window, size_t step)
{
    if (!in->window || in->left > input_room(step)) /* the second is more than any record needs */
        return;
    if (in->left)
        memmove(window, in->at, in->left);
    in->at = in->window = window;
    in->step = step;
}

bool input_need(struct input *in, size_t n, struct err *e)
{
    if (in->left >= n || in->ended)
        return true;
    memmove(in->window, in->at, in->left);
    in->at = in->window;
    while (in->left < n && !in->ended) {
        size_t room = input_room(in->step) - in->left, got = 0;
        if (!read_plain(in, in->window + in->left, room < in->step ? room : in->step, &got, e))
            return false;
        in->left += got;
        in->ended = got == 0;
    }
    return true;
}

bool input_skip(struct input *in, uint64_t n, struct err *e)
{
    while (n > 0) {
        if (in->left == 0 && !input_need(in, 1, e))
            return false;
        if (in->left == 0)
            return false;
        size_t step = n < in->left ? (size_t)n : in->left;
        input_used(in, step);
        n -= step;
    }
    return true;
}
