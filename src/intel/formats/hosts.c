/* hosts.c - hosts(5) files that send names nowhere: "0.0.0.0 evil.example other.example # why". */
#include "intel/formats/reader_private.h"

static bool is_sink(struct str word)
{
    static const struct str sinks[] = {S_("0.0.0.0"), S_("127.0.0.1"), S_("::"), S_("::1"),
                                       S_("::0")};
    for (size_t i = 0; i < COUNT(sinks); i++)
        if (str_eq(word, sinks[i]))
            return true;
    return false;
}

/* Names that every hosts file has for the machine itself: not part of the feed. */
static bool is_own_name(struct str name)
{
    static const struct str own[] = {S_("localhost"), S_("localhost.localdomain"), S_("local"),
                                     S_("broadcasthost"), S_("0.0.0.0")};
    for (size_t i = 0; i < COUNT(own); i++)
        if (str_eq(name, own[i]))
            return true;
    return str_starts(name, S("ip6-"));
}

static bool looks_like(struct str head)
{
    size_t all = 0, hits = 0;
    struct str line, rest;
    while (all < 200 && head_next(&head, &line)) {
        bool sink = is_sink(first_word(line, &rest));
        hits += sink && first_word(rest, &rest).len > 0;
        all++;
    }
    return hits * 2 > all;
}

static bool read_line(struct feed *f, struct str line, uint64_t place)
{
    struct str rest, comment;
    line = str_cut(line, '#', &comment);
    struct str word = first_word(line, &rest);
    if (word.len == 0)
        return true;
    if (!is_sink(word)) {
        feed_left(f, WHY_UNRECOGNISED, place, line, S("not sent to nowhere"));
        return true;
    }
    while ((word = first_word(rest, &rest)).len) {
        struct indicator i = {.confidence = INDICATOR_CONFIDENCE_UNSET};
        if (!is_own_name(word) && !feed_value(f, CLAIM_DOMAIN, word, place, &i))
            return false;
    }
    return true;
}

static bool read_hosts(struct feed *f, struct lines *l)
{
    struct str line;
    bool too_long;
    while (lines_next(l, &line, &too_long, f->e)) {
        if (too_long)
            feed_left(f, WHY_TOO_LONG, l->number, line, STR_NONE);
        else if (!read_line(f, line, l->number))
            return false;
    }
    return !l->failed;
}

const struct line_format format_hosts = {.looks_like = looks_like, .read = read_hosts};
