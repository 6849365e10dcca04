/* plain.c - one value a line: the first word; '#', ';' and '//' begin a comment line. What stands
 * after the first word is somebody's remark or count and is passed over. */
#include "intel/formats/reader_private.h"

static bool looks_like(struct str head)
{
    (void)head; /* what is no other format is a plain list */
    return true;
}

static bool is_comment(struct str word)
{
    return word.ptr[0] == '#' || word.ptr[0] == ';' || str_starts(word, S("//"));
}

static bool read_plain(struct feed *f, struct lines *l)
{
    struct str line, rest;
    bool too_long;
    while (lines_next(l, &line, &too_long, f->e)) {
        struct str word = first_word(line, &rest);
        if (too_long) {
            feed_left(f, WHY_TOO_LONG, l->number, line, STR_NONE);
            continue;
        }
        if (word.len == 0 || is_comment(word))
            continue;
        struct indicator i = {.confidence = INDICATOR_CONFIDENCE_UNSET};
        if (!feed_value(f, CLAIM_ANY, word, l->number, &i))
            return false;
    }
    return !l->failed;
}

const struct line_format format_plain = {.looks_like = looks_like, .read = read_plain};
