/* pages.h - large rooms of memory straight from the system: zeroed, and costing nothing until touched.
 *
 * Why: tables are sized for the worst that was set, and most runs touch a part of them. And look-ups that go all over
 * a table miss the translation caches: in huge pages (2 MiB) far less often. Those are used where the system has
 * them (transparent_hugepage set to madvise or always) and only from an address that is a multiple of their size.
 *
 *     uint8_t *room = pages_new(64 << 20, PAGES_HUGE);
 *     ...
 *     pages_drop(room, 64 << 20);
 *
 * Errors: aborts where no address space is left, as every allocation of ours does.
 */
#pragma once

#include "core/base.h"

#include <stddef.h>

enum { PAGES_HUGE_SIZE = 2 << 20 }; /* nothing smaller is had in huge pages */

enum pages_kind {
    PAGES_SMALL, /* touched here and there: a huge page would bring much that nobody wants */
    PAGES_HUGE,
};

void *pages_new(size_t bytes, enum pages_kind kind);
void pages_drop(void *at, size_t bytes); /* NULL does nothing */
