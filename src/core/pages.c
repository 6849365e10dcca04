/* pages.c - see pages.h. */
#include "core/pages.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

static const size_t huge = PAGES_HUGE_SIZE, page = 4096;

static uint8_t *reserve(size_t bytes)
{
    void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (at == MAP_FAILED)
        abort();
    return at;
}

/* More is reserved than needed; what lies before a multiple of `huge`, and the rest behind, is given back. */
static uint8_t *reserve_aligned(size_t bytes)
{
    uint8_t *at = reserve(bytes + huge);
    size_t before = (huge - (uintptr_t)at % huge) % huge;
    if (before)
        munmap(at, before);
    if (before < huge)
        munmap(at + before + bytes, huge - before);
    return at + before;
}

void *pages_new(size_t bytes, enum pages_kind kind)
{
    if (kind == PAGES_SMALL || bytes < huge)
        return reserve(bytes);
    size_t whole = (bytes + page - 1) / page * page;
    uint8_t *at = reserve_aligned(whole);
    madvise(at, whole, MADV_HUGEPAGE);
    return at;
}

void pages_drop(void *at, size_t bytes)
{
    if (at)
        munmap(at, bytes);
}
