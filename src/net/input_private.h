/* input_private.h - a capture file as one window of plain bytes that moves along it.
 *
 * Why a window: records are handed out as they lie in it, so nothing is copied but the one record
 * that straddles two reads. gzip and zstd are known by their first bytes and unpacked on the way.
 * Damage in the packed stream is reported only after all that was unpacked before it was used.
 */
#pragma once

#include "net/capture.h"

enum { INPUT_READ = 1 << 20, INPUT_MOST = FRAME_MOST + (128 << 10) };

struct input {
    const uint8_t *at; /* what is there: */
    size_t left;       /* bytes from `at` on */
    uint64_t offset;   /* of `at` in the plain file */
    bool ended;        /* nothing will come after that */
    bool cut;          /* it ended because the packed stream ends too early */
    bool packed;       /* gzip or zstd: offsets count unpacked bytes */

    int fd;                    /* -1: memory */
    uint8_t *window;           /* NULL: the memory itself is */
    uint8_t *own_window;       /* `window`, unless another one was lent */
    size_t step;               /* bytes asked for at a time */
    struct unpacker *unpacker; /* NULL: plain, and the four below are idle */
    uint8_t *packed_bytes;
    struct str packed_left;
    bool packed_ended;
    struct err damage;
};

[[nodiscard]] bool input_open(struct input *in, int fd, struct str memory, struct err *e);
void input_close(struct input *in);

/* Tries to have `n` (at most INPUT_MOST) bytes at `at`. False on error only: look at `left`. */
[[nodiscard]] bool input_need(struct input *in, size_t n, struct err *e);

/* What is left moves into `window`, of input_room(step) bytes, and reading goes on there, `step` bytes at a
 * time: what was given so far stays where it is. Memory that is its own window stays so, and what does not fit
 * stays where it lies: nothing is read over it before the next window is lent. */
void input_lend(struct input *in, uint8_t *window, size_t step);

static inline size_t input_room(size_t step)
{
    return step + INPUT_MOST;
}

static inline void input_used(struct input *in, size_t n)
{
    in->at += n;
    in->left -= n;
    in->offset += n;
}

/* Passes over n bytes, however many. False on error, and, with *e as it was, when fewer are left. */
[[nodiscard]] bool input_skip(struct input *in, uint64_t n, struct err *e);
