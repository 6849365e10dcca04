/* feed.c - the account of a read: every item is counted once, every reason too. */
#include "intel/formats/reader_private.h"

#include <stdio.h>

/* A value of strangers, cut to the note's size, control bytes as '?', whole UTF-8 characters. */
static void quote(char out[INTEL_QUOTE_SIZE], struct str s)
{
    size_t n = s.len < INTEL_QUOTE_SIZE - 1 ? s.len : INTEL_QUOTE_SIZE - 1;
    while (n < s.len && n > 0 && ((unsigned char)s.ptr[n] & 0xc0) == 0x80)
        n--;
    for (size_t i = 0; i < n; i++) {
        bool control = (unsigned char)s.ptr[i] < 0x20 || s.ptr[i] == 0x7f;
        out[i] = s.ptr[i];
        if (control)
            out[i] = '?';
    }
    out[n] = '\0';
}

void feed_remark(struct feed *f, enum why why, uint64_t place, struct str value, struct str detail)
{
    struct intel_report *r = f->report;
    r->by_reason[why]++;
    if (r->note_count == INTEL_NOTES_MAX)
        return;
    struct intel_note *n = &r->notes[r->note_count++];
    n->why = why;
    n->object = f->objects;
    n->place = place;
    quote(n->quote, value);
    quote(n->detail, detail);
}

void feed_used(struct feed *f, unsigned warnings, uint64_t place, struct str value)
{
    f->report->read++;
    f->report->usable++;
    for (int w = 0; warnings; w++, warnings >>= 1)
        if (warnings & 1)
            feed_remark(f, (enum why)w, place, value, STR_NONE);
}

void feed_left(struct feed *f, enum why why, uint64_t place, struct str value, struct str detail)
{
    f->report->read++;
    if (why_outcome(why) == WHY_KEEP)
        f->report->kept++;
    else
        f->report->refused++;
    feed_remark(f, why, place, value, detail);
}

bool feed_emit(struct feed *f, const struct indicator *i)
{
    f->report->indicators++;
    f->report->revoked += i->revoked;
    return !f->sink->each || f->sink->each(f->sink->ctx, i, f->e);
}

bool feed_value(struct feed *f, enum claim claim, struct str value, uint64_t place,
                struct indicator *more)
{
    struct normal n;
    enum why why;
    if (!normalise(claim, value, &n, &why)) {
        feed_left(f, why, place, value, STR_NONE);
        return true;
    }
    int64_t now = f->options->now;
    if (now && more->valid_until && more->valid_until <= now)
        n.warnings |= 1u << WHY_EXPIRED;
    feed_used(f, n.warnings, place, value);
    more->selector = n.selector;
    return feed_emit(f, more);
}

struct str first_word(struct str s, struct str *ret_rest)
{
    size_t from = 0, to;
    while (from < s.len && (s.ptr[from] == ' ' || s.ptr[from] == '\t'))
        from++;
    for (to = from; to < s.len && s.ptr[to] != ' ' && s.ptr[to] != '\t'; to++) {
    }
    *ret_rest = str_skip(s, to);
    return to > from ? (struct str){s.ptr + from, to - from} : STR_NONE;
}

bool head_next(struct str *head, struct str *ret_line)
{
    while (head->len) {
        struct str rest, line = str_cut(*head, '\n', head);
        struct str word = first_word(line, &rest);
        if (word.len == 0 || word.ptr[0] == '\r' || word.ptr[0] == '#' || word.ptr[0] == ';' ||
            word.ptr[0] == '!' || str_starts(word, S("//")))
            continue;
        if (line.ptr[line.len - 1] == '\r')
            line.len--;
        *ret_line = line;
        return true;
    }
    return false;
}
