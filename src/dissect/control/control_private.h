/* control_private.h - what the control-room dissectors share: little-endian numbers, and tables of codes.
 *
 * Why a table a protocol: what a function is called and what it wants of a controller stand side by side,
 * so that an engineer of the plant can check them against the standard without reading code.
 */
#pragma once

#include "core/rd.h"
#include "dissect/dissector.h"

struct control_code {
    uint16_t code;
    uint8_t intent; /* enum dissect_intent */
    const char *name;
};

enum dissect_intent umas_intent(uint16_t function); /* umas.c, for modbus.c */

/* NULL when the table has no such code. */
static inline const struct control_code *control_code_find(const struct control_code *table,
                                                           size_t count, unsigned code)
{
    for (size_t i = 0; i < count; i++)
        if (table[i].code == code)
            return &table[i];
    return NULL;
}

static inline const char *control_code_name(const struct control_code *table, size_t count,
                                            unsigned code)
{
    const struct control_code *c = control_code_find(table, count, code);
    return c ? c->name : NULL;
}

static inline enum dissect_intent control_code_intent(const struct control_code *table,
                                                      size_t count, unsigned code)
{
    const struct control_code *c = control_code_find(table, count, code);
    return c ? (enum dissect_intent)c->intent : INTENT_NONE;
}

static inline uint16_t rd_le16(struct rd *r)
{
    const uint8_t *p = rd_take(r, 2);
    return (uint16_t)(p[1] << 8 | p[0]);
}

static inline uint32_t rd_le32(struct rd *r)
{
    const uint8_t *p = rd_take(r, 4);
    return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

static inline uint32_t rd_be32(struct rd *r)
{
    const uint8_t *p = rd_take(r, 4);
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static inline void rd_pass(struct rd *r, size_t n)
{
    (void)rd_str(r, n);
}

static inline struct rd rd_over(struct str s)
{
    return rd_of(s.ptr, s.len);
}

/* The first n bytes of what is left, or all of it. */
static inline struct str rd_rest(const struct rd *r, size_t n)
{
    size_t left = rd_left(r);
    return (struct str){(const char *)r->at, left < n ? left : n};
}
