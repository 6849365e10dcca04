/* names.c - who owns a name, quickly: its last two labels, or three under a suffix for registration.
 *
 * Why not the Public Suffix List, which dga.h asks: every name of every observation passes here, and a
 * detector only needs names of one owner to fall together. Where the rule is wrong it splits or joins
 * owners under rare suffixes, which costs a detector some accuracy and never a wrong name in a finding.
 * The labels are those under which registries of country codes sell names (publicsuffix.org, 2026).
 */
#include "core/ascii.h"
#include "detect/detector_private.h"

/* Under any two-letter top-level domain these are suffixes. */
static const struct str everywhere[] = {
    S_("co"), S_("com"), S_("net"), S_("org"), S_("gov"), S_("edu"), S_("ac"),
    S_("or"), S_("ne"),  S_("go"),  S_("gob"), S_("mil"), S_("gv"),
};
static const struct str exactly[] = {
    S_("ad.jp"),  S_("ed.jp"),  S_("gr.jp"),  S_("lg.jp"),  S_("me.uk"),   S_("ltd.uk"),
    S_("plc.uk"), S_("sch.uk"), S_("nhs.uk"), S_("re.kr"),  S_("pe.kr"),   S_("asn.au"),
    S_("id.au"),  S_("art.br"), S_("adv.br"), S_("ind.br"), S_("firm.in"), S_("gen.in"),
    S_("ind.in"), S_("nic.in"), S_("res.in"), S_("web.id"), S_("web.za"),  S_("web.tr"),
    S_("k12.tr"), S_("bel.tr"), S_("gen.tr"), S_("nom.br"), S_("geek.nz"), S_("gen.nz"),
};

static size_t label_before(struct str name, size_t end)
{
    while (end && name.ptr[end - 1] != '.')
        end--;
    return end;
}

static bool listed(const struct str *list, size_t count, struct str s)
{
    for (size_t i = 0; i < count; i++)
        if (list[i].len == s.len && list[i].ptr[0] == s.ptr[0] && str_eq(list[i], s))
            return true;
    return false;
}

static bool is_address(struct str name) /* its last label is all digits, or it has colons */
{
    size_t at = name.len;
    while (at && ascii_is_digit(name.ptr[at - 1]))
        at--;
    return (at < name.len && (!at || name.ptr[at - 1] == '.')) || memchr(name.ptr, ':', name.len);
}

struct str name_owner(struct str name)
{
    if (name.len && name.ptr[name.len - 1] == '.')
        name.len--;
    if (name.len == 0 || is_address(name))
        return STR_NONE;
    size_t top = label_before(name, name.len);
    if (top < 2)
        return STR_NONE;
    size_t second = label_before(name, top - 1);
    if (name.len - top > 2 || second < 2)
        return str_skip(name, second);
    struct str label = {name.ptr + second, top - 1 - second};
    if (listed(everywhere, COUNT(everywhere), label) ||
        listed(exactly, COUNT(exactly), str_skip(name, second)))
        second = label_before(name, second - 1);
    return str_skip(name, second);
}

uint64_t name_hash(uint64_t seed, struct str name)
{
    uint64_t hash = sketch_hash(seed, name.ptr, name.len);
    return hash ? hash : 1;
}

bool name_is_below(struct str name, struct str parent)
{
    if (!parent.len || name.len < parent.len ||
        memcmp(name.ptr + name.len - parent.len, parent.ptr, parent.len) != 0)
        return false;
    return name.len == parent.len || name.ptr[name.len - parent.len - 1] == '.';
}
