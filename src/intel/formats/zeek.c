/* zeek.c - the files that Zeek's intelligence framework loads: tab-separated, "#fields" names the
 * columns, "-" is an unset cell, types are Intel::ADDR and so on. */
#include "intel/formats/columns_private.h"

static const struct str fields = S_("#fields");

static bool is_head(struct str line)
{
    return str_starts(line, fields) && line.len > fields.len &&
           (line.ptr[fields.len] == '\t' || line.ptr[fields.len] == ' ');
}

static bool looks_like(struct str head)
{
    while (head.len && head.ptr[0] == '#')
        if (is_head(str_cut(head, '\n', &head)))
            return true;
    return false;
}

static size_t split(struct str line, struct str cells[COLUMNS_MAX])
{
    size_t n = 0;
    bool more = true;
    while (more && n < COLUMNS_MAX) {
        more = line.len && memchr(line.ptr, '\t', line.len);
        struct str cell = str_cut(line, '\t', &line);
        cells[n++] = str_eq(cell, S("-")) ? STR_NONE : cell;
    }
    return n;
}

static bool read_zeek(struct feed *f, struct lines *l)
{
    struct columns columns = {0};
    struct str cells[COLUMNS_MAX], line;
    bool too_long;
    while (lines_next(l, &line, &too_long, f->e)) {
        if (too_long) {
            feed_left(f, WHY_TOO_LONG, l->number, line, STR_NONE);
        } else if (is_head(line)) {
            size_t n = split(str_skip(line, fields.len + 1), cells);
            if (!columns_of_head(cells, n, &columns))
                return err_set(f->e, ERR_INVALID, "line %llu: #fields names no indicator column",
                               (unsigned long long)l->number);
        } else if (line.len && line.ptr[0] != '#') {
            size_t n = split(line, cells);
            if (!columns_row(f, &columns, cells, n, l->number))
                return false;
        }
    }
    return !l->failed;
}

const struct line_format format_zeek = {.looks_like = looks_like, .read = read_zeek};
