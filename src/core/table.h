/* table.h - a table a person can read: columns as wide as their widest cell, CJK counted as two.
 *
 *     struct table *t = table_new(&memory, (const char *[]){"name", ">count", NULL});
 *     table_cell(t, org.name), table_cell_fmt(t, "%u", org.count);
 *     table_print(t, &out, isatty(1), width);
 *
 * Cells are copied into the arena and cleaned of control bytes. On a terminal the head is bold and
 * the last column may be cut to the width of the window; in a pipe nothing is cut and there is no
 * colour. When the arena is full the rows that fit are printed, then a line "…"; a table_new that
 * found no room gives NULL, which the other calls take and do nothing.
 */
#pragma once

#include "core/arena.h"
#include "core/buf.h"

struct table;

/* Heads end with NULL. A head that starts with '>' is aligned to the right. */
struct table *table_new(struct arena *a, const char *const *heads);
void table_cell(struct table *t, struct str text); /* fills row by row */
void table_cell_fmt(struct table *t, const char *format, ...) PRINTF_LIKE(2, 3);
void table_print(const struct table *t, struct buf *out, bool colour,
                 int width); /* width 0: do not cut */

size_t text_width(struct str utf8); /* columns on a terminal */
/* Bytes of the first character of a text that is not empty, and the columns it takes. */
size_t text_step(struct str utf8, size_t *ret_columns);
