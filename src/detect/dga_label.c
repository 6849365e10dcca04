/* dga_label.c - which label of a name its owner chose. */
#include "detect/dga.h"

#include <libpsl.h>

enum { NAME_MOST = 253, LEVELS_MOST = 5 };

/* Under these, strangers get a name of their own in a minute; the label they chose is what counts. */
static const struct str dynamic[] = {
    S_("dyndns.org"),     S_("dynserv.com"),  S_("mooo.com"),          S_("yi.org"),
    S_("duckdns.org"),    S_("no-ip.org"),    S_("no-ip.com"),         S_("ddns.net"),
    S_("hopto.org"),      S_("zapto.org"),    S_("sytes.net"),         S_("servegame.com"),
    S_("dynu.net"),       S_("freeddns.org"), S_("chickenkiller.com"), S_("strangled.net"),
    S_("ignorelist.com"), S_("com.tw"),       S_("myftp.org"),         S_("myvnc.com"),
};

static bool is_suffix(const psl_ctx_t *list, struct str name, size_t at)
{
    for (size_t i = 0; i < COUNT(dynamic); i++)
        if (str_eq(str_skip(name, at), dynamic[i]))
            return true;
    /* The registries' part of the list alone: cloudfront.net and its like have one owner. */
    return psl_is_public_suffix2(list, name.ptr + at, PSL_TYPE_ICANN | PSL_TYPE_NO_STAR_RULE) == 1;
}

static bool is_address(struct str name)
{
    for (size_t i = 0; i < name.len; i++)
        if (name.ptr[i] != '.' && (name.ptr[i] < '0' || name.ptr[i] > '9'))
            return memchr(name.ptr, ':', name.len) != NULL;
    return true;
}

static size_t label_before(struct str name, size_t end) /* where the label that ends there starts */
{
    while (end && name.ptr[end - 1] != '.')
        end--;
    return end;
}

/* Where the suffix starts. The last label is one, whether the list has it or not. */
static size_t suffix_at(struct str name)
{
    const psl_ctx_t *list = psl_builtin();
    size_t at = label_before(name, name.len), suffix = at;
    for (int level = 1; at && level < LEVELS_MOST; level++) {
        at = label_before(name, at - 1);
        if (is_suffix(list, name, at))
            suffix = at;
    }
    return suffix;
}

struct str dga_registered(struct str name)
{
    char text[NAME_MOST + 1];
    if (name.len && name.ptr[name.len - 1] == '.')
        name.len--;
    if (name.len == 0 || name.len > NAME_MOST || is_address(name))
        return STR_NONE;
    memcpy(text, name.ptr, name.len);
    text[name.len] = 0;
    size_t suffix = suffix_at((struct str){text, name.len});
    return suffix ? str_skip(name, label_before(name, suffix - 1)) : STR_NONE;
}

struct str dga_label(struct str name)
{
    struct str rest;
    return str_cut(dga_registered(name), '.', &rest);
}
