/* arena.c - a chain of blocks, bumped upwards. See arena.h for why. */
#include "core/arena.h"

#include <malloc.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { BLOCK_LEAST = 64 * 1024, BLOCK_MOST = 4 * 1024 * 1024, ALIGN = _Alignof(max_align_t) };

struct arena_block {
    struct arena_block *next;
    size_t used, size;
    _Alignas(max_align_t) char bytes[];
};

/* Fetching a page from the kernel costs several times what reading JSON onto it costs. So the pages
 * of a dropped arena stay with the process, up to KEPT_BYTES, for the next request or import. */
enum { KEPT_BYTES = 64 * 1024 * 1024 };
__attribute__((constructor)) static void keep_freed_pages(void)
{
    mallopt(M_MMAP_THRESHOLD, 2 * BLOCK_MOST);
    mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
}

void arena_drop(struct arena *a)
{
    for (struct arena_block *b = a->head, *next; b; b = next) {
        next = b->next;
        free(b);
    }
    *a = (struct arena){.limit = a->limit};
}

/* Our own memory running out is not an input error: nothing above could do better than stop. */
static struct arena_block *block_new(struct arena *a, size_t need)
{
    /* As large as all before it: few blocks for a large document, little waste for a small one. */
    size_t size = a->used < BLOCK_LEAST ? BLOCK_LEAST : a->used < BLOCK_MOST ? a->used : BLOCK_MOST;
    if (size > a->limit - a->used)
        size = a->limit - a->used;
    if (size < need)
        size = need;
    struct arena_block *b = calloc(1, sizeof *b + size);
    if (!b)
        abort();
    b->size = size;
    b->next = a->head;
    a->head = b;
    return b;
}

void *arena_alloc(struct arena *a, size_t count, size_t size)
{
    size_t need;
    if (__builtin_mul_overflow(count, size, &need) ||
        __builtin_add_overflow(need, ALIGN - 1, &need))
        return NULL;
    need &= ~(size_t)(ALIGN - 1);
    if (need > a->limit - a->used)
        return NULL;

    struct arena_block *b = a->head;
    if (!b || b->size - b->used < need)
        b = block_new(a, need);

    void *p = b->bytes + b->used;
    b->used += need;
    a->used += need;
    return p;
}

char *arena_cstr(struct arena *a, struct str s)
{
    char *copy = arena_alloc(a, s.len + 1, 1);
    if (copy && s.len)
        memcpy(copy, s.ptr, s.len);
    return copy;
}

struct str arena_str(struct arena *a, struct str s)
{
    char *copy = arena_cstr(a, s);
    return copy ? (struct str){copy, s.len} : STR_NONE;
}

struct str arena_fmt(struct arena *a, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);

    char *p = n < 0 ? NULL : arena_alloc(a, (size_t)n + 1, 1);
    if (p)
        vsnprintf(p, (size_t)n + 1, format, again);
    va_end(again);
    return p ? (struct str){p, (size_t)n} : STR_NONE;
}
