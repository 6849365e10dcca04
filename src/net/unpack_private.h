/* unpack_private.h - gzip and zstd streams, unpacked piece by piece in bounded memory. */
#pragma once

#include "core/err.h"
#include "core/str.h"

struct unpacker;

enum { UNPACK_PEEK = 4 }; /* first bytes that tell what a file is packed with */

/* NULL in *ret when the bytes are not packed. */
[[nodiscard]] bool unpacker_new(struct str first, struct unpacker **ret, struct err *e);
void unpacker_drop(struct unpacker **u);

struct unpacked {
    size_t made; /* bytes written to out */
    bool ended;  /* the packed stream is complete; what follows it is not ours */
    bool hungry; /* wants more packed bytes */
};

/* Takes from the front of *packed and writes to out. False when the stream is damaged: made counts. */
[[nodiscard]] bool unpack(struct unpacker *u, struct str *packed, uint8_t *out, size_t room,
                          struct unpacked *ret, struct err *e);
bool unpacker_between(const struct unpacker *u); /* at a place where the stream may end */
