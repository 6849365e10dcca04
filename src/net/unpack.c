/* unpack.c - see unpack_private.h. Several members or frames in a row are one stream, as with zcat.
 *
 * A stream that is all zeros unpacks to a thousand times its size; nothing here keeps more than the
 * caller's window, and zstd may not ask for a history longer than 128 MiB (its own usual limit).
 */
#include "unpack_private.h"

#include <zlib.h>
#include <zstd.h>

enum { GZIP_WINDOW = 15 + 16, ZSTD_WINDOW_LOG = 27 };

struct unpacker {
    bool is_zstd;
    bool between; /* before the first byte of a member or frame */
    z_stream gzip;
    ZSTD_DStream *zstd;
};

static bool is_gzip(struct str s)
{
    return s.len >= 2 && memcmp(s.ptr, "\x1f\x8b", 2) == 0;
}

static bool is_zstd(struct str s)
{
    return s.len >= 4 && memcmp(s.ptr, "\x28\xb5\x2f\xfd", 4) == 0;
}

bool unpacker_new(struct str first, struct unpacker **ret, struct err *e)
{
    *ret = NULL;
    if (!is_gzip(first) && !is_zstd(first))
        return true;
    struct unpacker *u = calloc(1, sizeof *u);
    if (!u)
        abort();
    u->is_zstd = is_zstd(first);
    bool ready;
    if (u->is_zstd) {
        u->zstd = ZSTD_createDStream();
        ready = u->zstd && !ZSTD_isError(ZSTD_DCtx_setParameter(u->zstd, ZSTD_d_windowLogMax,
                                                                ZSTD_WINDOW_LOG));
    } else {
        ready = inflateInit2(&u->gzip, GZIP_WINDOW) == Z_OK;
    }
    if (!ready) {
        unpacker_drop(&u);
        return err_set(e, ERR_IO, "the unpacker cannot start");
    }
    *ret = u;
    return true;
}

void unpacker_drop(struct unpacker **u)
{
    if (!*u)
        return;
    if ((*u)->is_zstd)
        ZSTD_freeDStream((*u)->zstd);
    else
        inflateEnd(&(*u)->gzip);
    free(*u);
    *u = NULL;
}

bool unpacker_between(const struct unpacker *u)
{
    return u->between;
}

static bool unpack_gzip(struct unpacker *u, struct str *packed, uint8_t *out, size_t room,
                        struct unpacked *r, struct err *e)
{
    if (u->between) {
        if (packed->len < 2) {
            r->hungry = true;
            return true;
        }
        if (!is_gzip(*packed)) {
            r->ended = true;
            return true;
        }
        inflateReset(&u->gzip);
        u->between = false;
    }
    unsigned take = packed->len > INT32_MAX ? INT32_MAX : (unsigned)packed->len;
    u->gzip.next_in = (z_const Bytef *)(uintptr_t)packed->ptr;
    u->gzip.avail_in = take;
    u->gzip.next_out = out;
    u->gzip.avail_out = (uInt)room;
    int status = inflate(&u->gzip, Z_NO_FLUSH);
    r->made = room - u->gzip.avail_out;
    *packed = str_skip(*packed, take - u->gzip.avail_in);
    r->hungry = packed->len == 0;
    if (status == Z_STREAM_END)
        u->between = true;
    else if (status != Z_OK && status != Z_BUF_ERROR)
        return err_set(e, ERR_INVALID, "the gzip stream is damaged (%s)",
                       u->gzip.msg ? u->gzip.msg : "no more is known");
    return true;
}

static bool unpack_zstd(struct unpacker *u, struct str *packed, void *out, size_t room,
                        struct unpacked *r, struct err *e)
{
    if (packed->len == 0 && u->between) { /* to ask it now would begin another frame */
        r->hungry = true;
        return true;
    }
    ZSTD_inBuffer in = {packed->ptr, packed->len, 0};
    ZSTD_outBuffer to = {out, room, 0};
    size_t status = ZSTD_decompressStream(u->zstd, &to, &in);
    r->made = to.pos;
    *packed = str_skip(*packed, in.pos);
    r->hungry = packed->len == 0;
    if (ZSTD_isError(status))
        return err_set(e, ERR_INVALID, "the zstd stream is damaged (%s)",
                       ZSTD_getErrorName(status));
    u->between = status == 0;
    return true;
}

bool unpack(struct unpacker *u, struct str *packed, uint8_t *out, size_t room, struct unpacked *ret,
            struct err *e)
{
    *ret = (struct unpacked){};
    if (u->is_zstd)
        return unpack_zstd(u, packed, out, room, ret, e);
    return unpack_gzip(u, packed, out, room, ret, e);
}
