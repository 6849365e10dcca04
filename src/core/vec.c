/* vec.c - the growth behind VEC. See vec.h. */
#include "core/vec.h"

#include <stdlib.h>

enum { FIRST_ITEMS = 8 };

void *vec_grow(void *ptr, size_t *cap, size_t need, size_t size)
{
    size_t items = *cap ? *cap : FIRST_ITEMS, bytes;
    while (items < need)
        if (__builtin_mul_overflow(items, 2, &items))
            abort();
    if (items == *cap && __builtin_mul_overflow(items, 2, &items))
        abort();
    if (__builtin_mul_overflow(items, size, &bytes))
        abort();
    void *grown = realloc(ptr, bytes);
    if (!grown)
        abort();
    *cap = items;
    return grown;
}

void vec_free(void *ptr)
{
    free(ptr);
}
