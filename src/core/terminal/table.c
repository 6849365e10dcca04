/* table.c - cells kept until the widest is known, then written. See table.h. */
#include "core/table.h"

#include <stdarg.h>

struct cell {
    struct cell *next;
    struct str text;
    size_t width;
};

struct table {
    struct arena *memory;
    struct cell *first, **tail;
    size_t columns;
    bool over; /* a cell found no room */
    struct column {
        struct str head;
        size_t width;
        bool right;
    } column[];
};

struct table *table_new(struct arena *a, const char *const *heads)
{
    size_t columns = 0;
    while (heads[columns])
        columns++;
    struct table *t = arena_alloc(a, 1, sizeof *t + columns * sizeof t->column[0]);
    if (!t)
        return NULL;
    t->memory = a;
    t->tail = &t->first;
    t->columns = columns;
    for (size_t i = 0; i < columns; i++) {
        bool right = heads[i][0] == '>';
        struct str head = {heads[i] + right, strlen(heads[i] + right)};
        t->column[i] = (struct column){.head = head, .right = right, .width = text_width(head)};
    }
    return t;
}

/* Control bytes, C1 in its UTF-8 form too, become '?': a cell may quote a stranger. */
static void clean(char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        bool c1 = c == 0xc2 && i + 1 < len && (unsigned char)text[i + 1] < 0xa0;
        if (c < 0x20 || c == 0x7f || c1)
            text[i] = '?';
        if (c1)
            text[++i] = '?';
    }
}

void table_cell(struct table *t, struct str text)
{
    if (!t || t->over)
        return;
    struct cell *cell = arena_new(t->memory, struct cell);
    char *copy = cell ? arena_cstr(t->memory, text) : NULL;
    if (!copy) {
        t->over = true;
        return;
    }
    clean(copy, text.len);
    cell->text = (struct str){copy, text.len};
    cell->width = text_width(cell->text);
    *t->tail = cell;
    t->tail = &cell->next;
}

void table_cell_fmt(struct table *t, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    size_t len = n < 0 ? 0 : (size_t)n < sizeof text ? (size_t)n : sizeof text - 1;
    table_cell(t, (struct str){text, len});
}

static void put_spaces(struct buf *out, size_t n)
{
    while (n-- > 0)
        buf_byte(out, ' ');
}

/* As much of `text` as `room` columns show, with "…" in the last one when it is cut. */
static void put_cut(struct buf *out, struct str text, size_t room)
{
    size_t used = 0;
    for (struct str left = text; left.len;) {
        size_t columns, n = text_step(left, &columns);
        if (used + columns > room - 1 && text_width(left) > room - used) {
            buf_put(out, S("…"));
            return;
        }
        buf_put(out, (struct str){left.ptr, n});
        used += columns;
        left = str_skip(left, n);
    }
}

struct layout {
    const size_t *widths;
    size_t room; /* columns for the last one; 0: as many as it wants */
};

static void put_field(const struct table *t, struct buf *out, const struct layout *l, size_t i,
                      struct str text)
{
    bool last = i + 1 == t->columns;
    size_t width = text_width(text), pad = l->widths[i] > width ? l->widths[i] - width : 0;
    if (i)
        put_spaces(out, 2);
    if (last && l->room && width > l->room) {
        put_cut(out, text, l->room);
        return;
    }
    if (t->column[i].right)
        put_spaces(out, pad);
    buf_put(out, text);
    if (!t->column[i].right && !last)
        put_spaces(out, pad);
}

static void put_rows(const struct table *t, struct buf *out, const struct layout *l)
{
    size_t i = 0;
    for (const struct cell *c = t->first; c; c = c->next) {
        put_field(t, out, l, i, c->text);
        i = (i + 1) % t->columns;
        if (i == 0)
            buf_byte(out, '\n');
    }
    if (i)
        buf_byte(out, '\n');
    if (t->over)
        buf_put(out, S("…\n"));
}

void table_print(const struct table *t, struct buf *out, bool colour, int width)
{
    if (!t || !t->columns)
        return;
    size_t *widths = calloc(t->columns, sizeof *widths);
    if (!widths)
        abort();
    for (size_t i = 0; i < t->columns; i++)
        widths[i] = t->column[i].width;
    size_t at = 0;
    for (const struct cell *c = t->first; c; c = c->next, at = (at + 1) % t->columns)
        if (c->width > widths[at])
            widths[at] = c->width;

    struct layout l = {.widths = widths};
    size_t before = 2 * (t->columns - 1);
    for (size_t i = 0; i + 1 < t->columns; i++)
        before += widths[i];
    if (width > 0 && (size_t)width > before + 8) /* a last column under 8 wide says nothing: wrap */
        l.room = (size_t)width - before;
    else if (width > 0)
        l.room = 8;

    if (colour)
        buf_put(out, S("\033[1m"));
    for (size_t i = 0; i < t->columns; i++)
        put_field(t, out, &l, i, t->column[i].head);
    buf_put(out, colour ? S("\033[0m\n") : S("\n"));
    put_rows(t, out, &l);
    free(widths);
}
