/* special.c - addresses that are nobody's on the Internet, as IANA's special-purpose registries list
 * them (RFC 6890, as updated), and names that are public suffixes. */
#include "intel/normalise.h"

#include <libpsl.h>

static const struct {
    struct addr range;
    const char *name;
} ranges[] = {
    {{{0}, 8, false}, "this network"},
    {{{10}, 8, false}, "private use"},
    {{{100, 64}, 10, false}, "shared address space"},
    {{{127}, 8, false}, "loopback"},
    {{{169, 254}, 16, false}, "link local"},
    {{{172, 16}, 12, false}, "private use"},
    {{{192, 0, 0}, 24, false}, "IETF protocol assignments"},
    {{{192, 0, 2}, 24, false}, "documentation"},
    {{{192, 88, 99}, 24, false}, "6to4 relay anycast"},
    {{{192, 168}, 16, false}, "private use"},
    {{{198, 18}, 15, false}, "benchmarking"},
    {{{198, 51, 100}, 24, false}, "documentation"},
    {{{203, 0, 113}, 24, false}, "documentation"},
    {{{224}, 4, false}, "multicast"},
    {{{240}, 4, false}, "reserved"},
    {{{0}, 128, true}, "unspecified"},
    {{{[15] = 1}, 128, true}, "loopback"},
    {{{0x00, 0x64, 0xff, 0x9b}, 96, true}, "IPv4-IPv6 translation"},
    {{{0x00, 0x64, 0xff, 0x9b, 0x00, 0x01}, 48, true}, "IPv4-IPv6 translation"},
    {{{0x01}, 64, true}, "discard only"},
    {{{0x20, 0x01}, 23, true}, "IETF protocol assignments"},
    {{{0x20, 0x01, 0x0d, 0xb8}, 32, true}, "documentation"},
    {{{0x20, 0x02}, 16, true}, "6to4"},
    {{{0x3f, 0xff}, 20, true}, "documentation"},
    {{{0x5f}, 16, true}, "segment routing"},
    {{{0xfc}, 7, true}, "unique local"},
    {{{0xfe, 0x80}, 10, true}, "link local"},
    {{{0xff}, 8, true}, "multicast"},
};

const char *addr_special(const struct addr *a)
{
    for (size_t i = 0; i < COUNT(ranges); i++)
        if (addr_contains(&ranges[i].range, a))
            return ranges[i].name;
    return NULL;
}

bool special_range(size_t at, struct addr *ret_range, const char **ret_name)
{
    if (at >= COUNT(ranges))
        return false;
    *ret_range = ranges[at].range;
    *ret_name = ranges[at].name;
    return true;
}

bool name_is_public_suffix(struct str name)
{
    char text[SELECTOR_DOMAIN_MAX + 1];
    const psl_ctx_t *list = psl_builtin();
    if (!list || name.len == 0 || name.len >= sizeof text)
        return false;
    memcpy(text, name.ptr, name.len);
    text[name.len] = '\0';
    /* An unlisted last label counts by the list's own "*" rule; a name of one label is refused
     * before, so only listed rules matter here. */
    return psl_is_public_suffix2(list, text, PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE);
}
