/* csv.c - RFC 4180 records, with ',' ';' or tab between cells, with or without a head.
 *
 * The head may stand in the last comment before the data, as some publishers write it. Without a
 * head the column that holds a value by its shape in the first record is the indicator's. */
#include "core/buf.h"
#include "intel/formats/columns_private.h"

static const char separators[] = {',', ';', '\t'};

struct shape {
    char separator;
    bool head_in_data; /* the first record is the head */
    struct columns columns;
};

/* Where a scan for open quotes stands, so that each byte of a record is looked at once. */
struct quotes {
    bool open, inside_cell;
};

/* After it `q->open` says whether the text so far ends inside a quoted cell. */
static void scan_quotes(struct quotes *q, struct str text, char separator)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '"' && (!q->inside_cell || q->open))
            q->open = !q->open; /* a doubled quote closes and opens again */
        q->inside_cell = q->open || c != separator;
        if (c == '"' && !q->open)
            q->inside_cell = false;
    }
}

static struct str trim(struct str s)
{
    while (s.len && (s.ptr[0] == ' ' || s.ptr[0] == '\t'))
        s = str_skip(s, 1);
    while (s.len && (s.ptr[s.len - 1] == ' ' || s.ptr[s.len - 1] == '\t'))
        s.len--;
    return s;
}

/* After the opening quote: the cell with doubled quotes undone, written to `out`. */
static struct str quoted_cell(struct str *text, char **out)
{
    char *from = *out;
    while (text->len) {
        char c = text->ptr[0];
        *text = str_skip(*text, 1);
        if (c == '"') {
            if (!text->len || text->ptr[0] != '"')
                break;
            *text = str_skip(*text, 1);
        }
        *(*out)++ = c;
    }
    return (struct str){from, (size_t)(*out - from)};
}

/* Cells past COLUMNS_MAX are dropped. `out` has room for text.len bytes. */
static size_t split(struct str text, char separator, struct str cells[COLUMNS_MAX], char *out)
{
    size_t n = 0;
    bool more = true;
    while (more && n < COLUMNS_MAX) {
        struct str cell, before = text;
        while (text.len && text.ptr[0] == ' ')
            text = str_skip(text, 1);
        if (text.len && text.ptr[0] == '"') {
            text = str_skip(text, 1);
            cell = quoted_cell(&text, &out);
            before = text;
            str_cut(text, separator, &text);
        } else {
            cell = str_cut(text, separator, &text);
        }
        more = before.len && memchr(before.ptr, separator, before.len);
        cells[n++] = trim(cell);
    }
    return n;
}

static bool head_of(struct str line, struct shape *ret)
{
    char text[1024];
    struct str cells[COLUMNS_MAX];
    if (line.len > sizeof text)
        return false;
    for (size_t i = 0; i < COUNT(separators); i++) {
        size_t n = split(line, separators[i], cells, text);
        if (columns_of_head(cells, n, &ret->columns)) {
            ret->separator = separators[i];
            return true;
        }
    }
    return false;
}

/* The last comment line before the first line of data, without its '#'. */
static struct str last_comment(struct str head)
{
    struct str found = STR_NONE;
    while (head.len && (head.ptr[0] == '#' || head.ptr[0] == '\r' || head.ptr[0] == '\n')) {
        struct str line = str_cut(head, '\n', &head);
        if (line.len > 1 && line.ptr[0] == '#' && line.ptr[1] != '\r')
            found = trim(str_skip(line, 1));
    }
    if (found.len && found.ptr[found.len - 1] == '\r')
        found.len--;
    return found;
}

/* Records of one width, and a cell in the first that is an indicator by its shape. */
static bool headless(struct str head, char separator, struct shape *ret)
{
    char text[4096];
    struct str cells[COLUMNS_MAX], line;
    size_t width = 0;
    for (int records = 0; records < 50 && head_next(&head, &line); records++) {
        if (line.len > sizeof text)
            return false;
        size_t n = split(line, separator, cells, text);
        if (n < 2 || (width && n != width))
            return width && head.len == 0; /* the head may end within a record */
        if (width)
            continue;
        width = n;
        ret->separator = separator;
        ret->columns = (struct columns){.count = n};
        for (size_t i = 0; i < n && !ret->columns.has_value; i++) {
            struct normal normal;
            enum why why;
            ret->columns.has_value = normalise(CLAIM_ANY, cells[i], &normal, &why);
            if (ret->columns.has_value)
                ret->columns.at[i].role = ROLE_VALUE;
        }
        if (!ret->columns.has_value)
            return false;
    }
    return width > 0;
}

static bool shape_of(struct str head, struct shape *ret)
{
    struct str rest = head, line;
    *ret = (struct shape){0};
    if (head_next(&rest, &line) && head_of(line, ret)) {
        ret->head_in_data = true;
        return true;
    }
    struct str comment = last_comment(head);
    if (comment.len && head_of(comment, ret) && ret->columns.count > 1)
        return true;
    return headless(head, ',', ret) || headless(head, ';', ret);
}

static bool looks_like(struct str head)
{
    struct shape shape;
    return shape_of(head, &shape);
}

/* Joins the lines of one record in `record`. False at the end of the input. */
static bool next_record(struct feed *f, struct lines *l, char separator, struct buf *record,
                        uint64_t *ret_place)
{
    struct str line;
    bool too_long;
    struct quotes quotes = {0};
    buf_clear(record);
    *ret_place = l->number + 1;
    while (lines_next(l, &line, &too_long, f->e)) {
        if (record->len)
            buf_byte(record, '\n');
        buf_put(record, line);
        record->over = record->over || too_long;
        scan_quotes(&quotes, line, separator);
        if (!quotes.open || record->over)
            return true;
    }
    return quotes.open && !l->failed;
}

static bool read_csv(struct feed *f, struct lines *l)
{
    struct shape shape;
    struct str cells[COLUMNS_MAX];
    AUTO(buf_drop) struct buf record = BUF(INTEL_LINE_MAX), text = BUF(INTEL_LINE_MAX);
    uint64_t place;
    if (!shape_of(lines_head(l, f->e), &shape))
        return err_set(f->e, ERR_INVALID, "no column holds an indicator");
    while (next_record(f, l, shape.separator, &record, &place)) {
        struct str line = trim(buf_str(&record));
        if (record.over) {
            feed_left(f, WHY_TOO_LONG, place, line, STR_NONE);
            continue;
        }
        if (line.len == 0 || line.ptr[0] == '#')
            continue;
        if (shape.head_in_data) {
            shape.head_in_data = false;
            continue;
        }
        buf_clear(&text);
        char *room = buf_room(&text, record.len);
        size_t n = split(buf_str(&record), shape.separator, cells, room);
        if (!columns_row(f, &shape.columns, cells, n, place))
            return false;
    }
    return !l->failed;
}

const struct line_format format_csv = {.looks_like = looks_like, .read = read_csv};
