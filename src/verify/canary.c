/* canary.c - see canary.h. */
#include "verify/canary.h"

#include "core/io.h"
#include "verify/audit.h"
#include "verify/chain.h"
#include "verify/form.h"
#include "verify/lines.h"

#include <stdio.h>
#include <stdlib.h>

enum { LINE_MOST = 1 << 16, LINE_MEMORY = 4 << 20, MARKERS_MOST = 1 << 20 };

struct canary_line {
    char hash[FORM_HEX];
    int64_t number;
};

struct canary_lines {
    VEC(struct canary_line) list;
};

static void canary_lines_drop(struct canary_lines *l)
{
    vec_drop(&l->list);
}

static int by_hash(const void *a, const void *b)
{
    const struct canary_line *x = a, *y = b;
    int order = memcmp(x->hash, y->hash, sizeof x->hash);
    return order ? order : (x->number > y->number) - (x->number < y->number);
}

/* The line without what only a run knows; one that is no JSON stays as it is. */
static void hash_line(struct str line, char out[FORM_HEX])
{
    static const struct str apart[] = {S_("n"), S_("sensor_id"), S_("")};
    AUTO(arena_drop) struct arena memory = ARENA(LINE_MEMORY);
    AUTO(buf_drop) struct buf text = BUF((size_t)LINE_MOST * 2);
    struct err ignored = {0};
    const struct json *o = json_parse(&memory, line, &ignored);
    if (o && o->kind == JSON_OBJECT && form_without(o, STR_NONE, apart, &text, &ignored))
        line = buf_str(&text);
    form_hash(line, out);
}

static bool read_lines(const char *dir, const char *name, struct canary_lines *ret, struct err *e)
{
    enum { MOST = (256 << 20) / sizeof(struct canary_line) };
    AUTO(lines_drop) struct lines l = {.fd = -1};
    if (!lines_open(&l, dir, name, LINE_MOST, e))
        return false;
    for (struct str line; lines_next(&l, &line);) {
        struct canary_line one = {.number = l.number};
        if (ret->list.len == MOST)
            return err_set(e, ERR_LIMIT, "%s: more than %d records is no canary", name, (int)MOST);
        hash_line(line, one.hash);
        vec_push(&ret->list, one);
    }
    if (ret->list.len)
        qsort(ret->list.ptr, ret->list.len, sizeof *ret->list.ptr, by_hash);
    return lines_end(&l, e);
}

bool canary_compare(const char *dir, const char *expected, struct findings *found, struct err *e)
{
    AUTO(canary_lines_drop) struct canary_lines due = {0}, came = {0};
    if (!read_lines("", expected, &due, e) || !read_lines(dir, RECORDS_FILE, &came, e))
        return false;
    for (size_t i = 0, k = 0; i < due.list.len || k < came.list.len;) {
        int order = i == due.list.len    ? 1
                    : k == came.list.len ? -1
                                         : memcmp(due.list.ptr[i].hash, came.list.ptr[k].hash,
                                                  sizeof due.list.ptr[i].hash);
        if (order < 0)
            finding_add(found, FINDING_O5_01, "expected-records.jsonl", due.list.ptr[i].number,
                        "%s", "");
        else if (order > 0)
            finding_add(found, FINDING_O5_02, RECORDS_FILE, came.list.ptr[k].number, "%s", "");
        i += order <= 0;
        k += order >= 0;
    }
    return true;
}

struct search {
    struct str markers;
    bool own;
    struct findings *found;
};

static void search_line(const struct search *s, const char *name, struct str line, int64_t number)
{
    size_t which = 0;
    struct str left = s->markers;
    while (left.len) {
        struct str marker = str_cut(left, '\n', &left);
        bool kept = s->own && str_starts(marker, S("query"));
        which++;
        if (marker.len && !kept && line.len && memmem(line.ptr, line.len, marker.ptr, marker.len))
            finding_add(s->found, FINDING_O5_03, name, number, "markers.txt:%zu", which);
    }
}

static bool search(const struct search *s, const char *dir, const char *name, struct err *e)
{
    AUTO(lines_drop) struct lines l = {.fd = -1};
    if (!lines_open(&l, dir, name, SEAL_MOST, e))
        return false;
    for (struct str line; lines_next(&l, &line);)
        search_line(s, name, line, l.number);
    return lines_end(&l, e);
}

bool canary_markers(const char *dir, const char *path, bool own, struct findings *found,
                    struct err *e)
{
    AUTO(arena_drop) struct arena memory = ARENA((size_t)2 * MARKERS_MOST);
    struct search s = {.own = own, .found = found};
    return file_read(&memory, path, MARKERS_MOST, &s.markers, e) &&
           search(&s, dir, RECORDS_FILE, e) && search(&s, dir, SEALS_FILE, e);
}
