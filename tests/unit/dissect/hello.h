/* hello.h - ClientHello and ServerHello bytes for tests, written out from short lists. */
#pragma once

#include "core/buf.h"

static inline void put8(struct buf *b, unsigned v)
{
    buf_byte(b, (char)v);
}

static inline void put16(struct buf *b, unsigned v)
{
    put8(b, v >> 8 & 255);
    put8(b, v & 255);
}

static inline void put24(struct buf *b, unsigned v)
{
    put8(b, v >> 16 & 255);
    put16(b, v & 0xffff);
}

struct list16 {
    uint16_t v[24];
    unsigned n;
};

#define LIST(...)                                                                                  \
    {                                                                                              \
        {__VA_ARGS__}, sizeof((uint16_t[]){__VA_ARGS__}) / sizeof(uint16_t)                        \
    }

struct hello_spec { /* an empty list leaves its extension out */
    uint16_t version;
    struct list16 ciphers, groups, sigalgs, versions, others;
    struct str sni, alpn; /* alpn: one protocol */
};

static inline void put_list16(struct buf *b, const struct list16 *l)
{
    for (unsigned i = 0; i < l->n; i++)
        put16(b, l->v[i]);
}

static inline void put_extension_list(struct buf *b, unsigned type, const struct list16 *l,
                                      unsigned length_bytes)
{
    if (!l->n)
        return;
    put16(b, type);
    put16(b, length_bytes + 2 * l->n);
    if (length_bytes == 2)
        put16(b, 2 * l->n);
    else
        put8(b, 2 * l->n);
    put_list16(b, l);
}

static inline void put_extensions(struct buf *x, const struct hello_spec *s)
{
    if (s->sni.len) {
        put16(x, 0), put16(x, (unsigned)s->sni.len + 5), put16(x, (unsigned)s->sni.len + 3);
        put8(x, 0), put16(x, (unsigned)s->sni.len), buf_put(x, s->sni);
    }
    put_extension_list(x, 10, &s->groups, 2);
    if (s->groups.n)
        put16(x, 11), put16(x, 2), put8(x, 1), put8(x, 0);
    put_extension_list(x, 13, &s->sigalgs, 2);
    if (s->alpn.len) {
        put16(x, 16), put16(x, (unsigned)s->alpn.len + 3), put16(x, (unsigned)s->alpn.len + 1);
        put8(x, (unsigned)s->alpn.len), buf_put(x, s->alpn);
    }
    put_extension_list(x, 43, &s->versions, 1);
    for (unsigned i = 0; i < s->others.n; i++)
        put16(x, s->others.v[i]), put16(x, 0);
}

/* A whole handshake message, header and all. */
static inline void put_client_hello(struct buf *out, const struct hello_spec *s)
{
    AUTO(buf_drop) struct buf x = BUF(1 << 16), body = BUF(1 << 16);
    put_extensions(&x, s);
    put16(&body, s->version);
    for (int i = 0; i < 32; i++)
        put8(&body, 7);
    put8(&body, 0);
    put16(&body, 2 * s->ciphers.n), put_list16(&body, &s->ciphers);
    put8(&body, 1), put8(&body, 0);
    if (x.len)
        put16(&body, (unsigned)x.len), buf_put(&body, buf_str(&x));
    put8(out, 1), put24(out, (unsigned)body.len), buf_put(out, buf_str(&body));
}

/* Handshake bytes as records of at most `most` bytes. */
static inline void put_records(struct buf *out, struct str messages, size_t most)
{
    while (messages.len) {
        size_t n = messages.len < most ? messages.len : most;
        put8(out, 22), put16(out, 0x0301), put16(out, (unsigned)n);
        buf_put(out, (struct str){messages.ptr, n});
        messages = str_skip(messages, n);
    }
}

static inline void put_server_hello(struct buf *out, unsigned version, unsigned cipher,
                                    struct str extensions)
{
    put8(out, 2), put24(out, (unsigned)(38 + (extensions.len ? 2 + extensions.len : 0)));
    put16(out, version);
    for (int i = 0; i < 32; i++)
        put8(out, 9);
    put8(out, 0), put16(out, cipher), put8(out, 0);
    if (extensions.len)
        put16(out, (unsigned)extensions.len), buf_put(out, extensions);
}
