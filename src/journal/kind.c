/* kind.c - the table of kinds as text. See kind.h. */
#include "journal/kind.h"

static const struct kind_info kinds[] = {
#define X(id, text, at, sig, what)                                                                 \
    [KIND_##                                                                                       \
        id] = {.name = S_(text), .realm = KIND_REALM_##at, .least = SIG_##sig, .payload = (what)},
    KIND_MAP(X)
#undef X
};
_Static_assert(COUNT(kinds) == KIND_COUNT, "every kind has its row");

static const struct str classes[] = {
    [SIG_NODE] = S_("node"),
    [SIG_BROWSER] = S_("browser"),
    [SIG_FILE] = S_("file"),
    [SIG_HARDWARE] = S_("hardware"),
};
_Static_assert(COUNT(classes) == SIG_CLASS_COUNT, "every class has its name");

const struct kind_info *kind_info(enum kind kind)
{
    return &kinds[(size_t)kind < COUNT(kinds) ? kind : KIND_UNKNOWN];
}

enum kind kind_of(struct str name)
{
    for (size_t i = 1; i < COUNT(kinds); i++)
        if (str_eq(kinds[i].name, name))
            return (enum kind)i;
    return KIND_UNKNOWN;
}

struct str sig_class_name(enum sig_class class)
{
    return (size_t) class < COUNT(classes) ? classes[class] : STR_NONE;
}

enum sig_class sig_class_of(struct str name)
{
    for (size_t i = 1; i < COUNT(classes); i++)
        if (str_eq(classes[i], name))
            return (enum sig_class)i;
    return SIG_NONE;
}
