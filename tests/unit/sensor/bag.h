/* bag.h - two bags of lines compared, and the differences held against a list of those that are known,
 * each with its reason. A known difference that no longer occurs fails too: the list stays true. */
#pragma once

#include "core/arena.h"
#include "core/vec.h"
#include "tests/check.h"

#include <ctype.h>
#include <fnmatch.h>
#include <stdio.h>

struct bag {
    VEC(struct str) lines;
};

struct
    known { /* file and line are fnmatch patterns; the line begins with '-' (theirs) or '+' (ours) */
    const char *file, *line, *reason;
};

static int bag_order(const void *x, const void *y)
{
    const struct str *a = x, *b = y;
    size_t least = a->len < b->len ? a->len : b->len;
    int order = memcmp(a->ptr, b->ptr, least);
    return order ? order : (a->len > b->len) - (a->len < b->len);
}

static inline void bag_put(struct bag *b, struct str line)
{
    vec_push(&b->lines, line);
}

static inline void bag_drop(struct bag *b)
{
    vec_drop(&b->lines);
}

struct verdict {
    size_t same, known, unknown;
};

static void bag_judge(struct verdict *v, char sign, struct str line, const char *file,
                      const struct known *list, bool *used)
{
    char text[4096];
    snprintf(text, sizeof text, "%c " STR_FMT, sign, STR_ARG(line));
    for (size_t i = 0; list[i].file; i++)
        if (!fnmatch(list[i].file, file, 0) && !fnmatch(list[i].line, text, 0)) {
            used[i] = true;
            v->known++;
            return;
        }
    printf("%s: %s\n", file, text);
    v->unknown++;
}

/* Sorts both. */
static inline void bag_compare(struct bag *theirs, struct bag *ours, const char *file,
                               const struct known *list, bool *used, struct verdict *v)
{
    if (theirs->lines.len)
        qsort(theirs->lines.ptr, theirs->lines.len, sizeof(struct str), bag_order);
    if (ours->lines.len)
        qsort(ours->lines.ptr, ours->lines.len, sizeof(struct str), bag_order);
    size_t i = 0, k = 0;
    while (i < theirs->lines.len || k < ours->lines.len) {
        int order = i == theirs->lines.len ? 1
                    : k == ours->lines.len ? -1
                                           : bag_order(&theirs->lines.ptr[i], &ours->lines.ptr[k]);
        if (order < 0)
            bag_judge(v, '-', theirs->lines.ptr[i++], file, list, used);
        else if (order > 0)
            bag_judge(v, '+', ours->lines.ptr[k++], file, list, used);
        else
            v->same++, i++, k++;
    }
}

/* Fails for what is not on the list, and for what is on it and did not happen. */
static void bag_settle(const struct verdict *v, const struct known *list, const bool *used,
                       size_t least)
{
    printf("%zu agree, %zu known differences, %zu others\n", v->same, v->known, v->unknown);
    for (size_t i = 0; list[i].file; i++)
        if (!used[i])
            fail_msg("no longer a difference: %s %s (%s)", list[i].file, list[i].line,
                     list[i].reason);
    if (v->unknown)
        fail_msg("%zu differences are not on the list", v->unknown);
    if (v->same < least)
        fail_msg("%zu agree, at least %zu should: was anything compared?", v->same, least);
}
