/* adblock.c - ad-blockers' filter lists, as far as they name hosts: "||evil.example^" is that name and
 * what is below it. Exceptions (@@), cosmetic rules (##) and rules with conditions are kept, not used. */
#include "intel/formats/reader_private.h"

static bool looks_like(struct str head)
{
    struct str line;
    for (int i = 0; i < 200 && head_next(&head, &line); i++)
        if (str_starts(line, S("||")) || str_starts(line, S("@@||")) ||
            str_starts(line, S("[Adblock")))
            return true;
    return false;
}

static bool contains(struct str s, struct str part)
{
    return s.ptr && s.len && memmem(s.ptr, s.len, part.ptr, part.len);
}

/* Options that do not narrow a rule to some requests. */
static bool is_unconditional(struct str options)
{
    static const struct str harmless[] = {S_("important"), S_("all"), S_("document"), S_("doc"),
                                          S_("popup")};
    while (options.len) {
        struct str one = str_cut(options, ',', &options);
        bool known = false;
        for (size_t i = 0; i < COUNT(harmless); i++)
            known = known || str_eq(one, harmless[i]);
        if (!known)
            return false;
    }
    return true;
}

static bool read_rule(struct feed *f, struct str line, uint64_t place)
{
    struct indicator more = {.confidence = INDICATOR_CONFIDENCE_UNSET};
    struct str options, after;
    if (str_starts(line, S("@@")) || contains(line, S("##")) || contains(line, S("#@#")) ||
        contains(line, S("#?#"))) {
        feed_left(f, WHY_EXCEPTION, place, line, STR_NONE);
        return true;
    }
    struct str rule = str_cut(line, '$', &options);
    if (!str_starts(rule, S("||")))
        return feed_value(f, CLAIM_ANY, line, place, &more);
    struct str name = str_cut(str_skip(rule, 2), '^', &after);
    if (after.len || !is_unconditional(options) || contains(name, S("/")) ||
        contains(name, S("*"))) {
        feed_left(f, WHY_PATTERN_OPERATOR, place, line, STR_NONE);
        return true;
    }
    struct normal n;
    enum why why;
    enum claim claim = normalise(CLAIM_ADDRESS, name, &n, &why) ? CLAIM_ADDRESS : CLAIM_BELOW;
    return feed_value(f, claim, name, place, &more);
}

static bool read_adblock(struct feed *f, struct lines *l)
{
    struct str line, rest;
    bool too_long;
    while (lines_next(l, &line, &too_long, f->e)) {
        struct str word = first_word(line, &rest);
        if (too_long)
            feed_left(f, WHY_TOO_LONG, l->number, line, STR_NONE);
        else if (word.len && word.ptr[0] != '!' && word.ptr[0] != '[' &&
                 !(word.ptr[0] == '#' && !str_starts(word, S("##"))) &&
                 !read_rule(f, word, l->number))
            return false;
    }
    return !l->failed;
}

const struct line_format format_adblock = {.looks_like = looks_like, .read = read_adblock};
