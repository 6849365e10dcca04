/* lies.h - a table of lies about a run: what was done, by which hand, and the code that must be among the findings.
 *
 * PLAN and SUM change a plan that is then signed all through: what an insider can do who holds every key of the
 * inspected side. LINES changes what lies on the disk.
 */
#pragma once

#include "world_write.h"

static inline struct str replaced(struct world *w, struct str in, const char *old, const char *new)
{
    const char *at = memmem(in.ptr, in.len, old, strlen(old));
    if (!at)
        fail_msg("%s is not in %.*s", old, STR_ARG(in));
    size_t before = (size_t)(at - in.ptr);
    return arena_fmt(&w->memory, STR_FMT "%s" STR_FMT, (int)before, in.ptr, new,
                     (int)(in.len - before - strlen(old)), at + strlen(old));
}

static inline void edit(struct world *w, struct book *b, size_t i, const char *old, const char *new)
{
    b->lines[i] = replaced(w, b->lines[i], old, new);
}

static inline void drop_line(struct book *b, size_t i)
{
    memmove(&b->lines[i], &b->lines[i + 1], (b->count - i - 1) * sizeof b->lines[0]);
    b->count--;
}

static inline void insert_line(struct book *b, size_t i, struct str line)
{
    assert_true(b->count < LINES_MOST);
    memmove(&b->lines[i + 1], &b->lines[i], (b->count - i) * sizeof b->lines[0]);
    b->lines[i] = line;
    b->count++;
}

static inline void swap_lines(struct book *b, size_t i, size_t k)
{
    struct str one = b->lines[i];
    b->lines[i] = b->lines[k];
    b->lines[k] = one;
}

#define LIE(name) static void name(struct world *w)

struct lie {
    const char *label;
    struct tampering how;
    const char *code;
};
#define LINES(lie, id)                                                                             \
    {                                                                                              \
        .label = #lie, .how = {.lines = (lie)}, .code = (id)                                       \
    }
#define SUM(lie, id)                                                                               \
    {                                                                                              \
        .label = #lie, .how = {.sum = (lie)}, .code = (id)                                         \
    }
#define PLAN(lie, id)                                                                              \
    {                                                                                              \
        .label = #lie, .how = {.plan = (lie)}, .code = (id)                                        \
    }

static void print_found(const struct findings *found)
{
    AUTO(buf_drop) struct buf out = BUF(1 << 20);
    findings_table(found, false, &out);
    printf(STR_FMT, STR_ARG(buf_str(&out)));
}

static void check_lies(const struct lie *lies, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        AUTO(findings_drop) struct findings found = {0};
        struct world w = {.channel = NULL};
        struct run_totals totals;
        enum finding_code code = FINDING_CODES;
        assert_true(finding_named((struct str){lies[i].code, strlen(lies[i].code)}, &code));
        run_world(&w, &lies[i].how, &found, &totals);
        if (!found.counts[code])
            print_found(&found);
        CHECK_INT(found.counts[code] > 0, 1, lies[i].label);
        CHECK_INT(findings_faults(&found) > 0, 1, lies[i].label);
        assert_true(*finding_text(code, true) && *finding_text(code, false));
    }
    printf("%zu kinds of tampering\n", count);
}

/* What had to come out, in the inspector's own file. */
static inline void put_expected(struct world *w, size_t from, bool extra)
{
    AUTO(buf_drop) struct buf out = BUF(1 << 20);
    for (size_t i = from; i < w->record_book.count; i++)
        buf_put(&out, w->record_book.lines[i]), buf_byte(&out, '\n');
    if (extra)
        buf_put(&out, S("{\"selector_id\":\"s-ip\"}\n"));
    put_file(w->expected_path, buf_str(&out));
    w->options.expected = w->expected_path;
}
