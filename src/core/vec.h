/* vec.h - an array that grows. VEC(struct x) declares one; the type is kept, nothing is cast.
 *
 *     VEC(struct selector) found = {0};
 *     vec_push(&found, s);
 *     for (size_t i = 0; i < found.len; i++) use(&found.ptr[i]);
 *     vec_drop(&found);
 *
 * Grows by doubling; our own out-of-memory aborts. Bound what strangers may push before you push.
 */
#pragma once

#include "core/base.h"

#define VEC(type)                                                                                  \
    struct {                                                                                       \
        type *ptr;                                                                                 \
        size_t len, cap;                                                                           \
    }

void *vec_grow(void *ptr, size_t *cap, size_t need, size_t size);

#define vec_push(v, value)                                                                         \
    do {                                                                                           \
        if ((v)->len == (v)->cap)                                                                  \
            (v)->ptr = vec_grow((v)->ptr, &(v)->cap, (v)->len + 1, sizeof *(v)->ptr);              \
        (v)->ptr[(v)->len++] = (value);                                                            \
    } while (0)

#define vec_drop(v)                                                                                \
    do {                                                                                           \
        vec_free((v)->ptr);                                                                        \
        (v)->ptr = NULL;                                                                           \
        (v)->len = (v)->cap = 0;                                                                   \
    } while (0)

void vec_free(void *ptr);
