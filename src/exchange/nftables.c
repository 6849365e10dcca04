/* nftables.c - four sets in a fixed order; see nftables.h. */
#include "exchange/nftables.h"

#include "core/time.h"

static const struct {
    enum selector_kind kind;
    const char *set, *type, *flags;
} sets[] = {
    {SELECTOR_IPV4, "block4", "ipv4_addr", "timeout"},
    {SELECTOR_PREFIX4, "nets4", "ipv4_addr", "interval, timeout"},
    {SELECTOR_IPV6, "block6", "ipv6_addr", "timeout"},
    {SELECTOR_PREFIX6, "nets6", "ipv6_addr", "interval, timeout"},
};

static bool is_inside_another(const struct blocklist *b, const struct addr *inner)
{
    struct block_entry entry;
    for (size_t at = 0; blocklist_each(b, &at, &entry);) {
        struct addr outer;
        if (selector_addr(&entry.selector, &outer) && !addr_is_whole(&outer) &&
            outer.bits < inner->bits && addr_contains(&outer, inner))
            return true;
    }
    return false;
}

static size_t put_elements(const struct blocklist *b, size_t set, int64_t now, struct buf *out)
{
    struct block_entry entry;
    size_t count = 0;
    for (size_t at = 0; blocklist_each(b, &at, &entry);) {
        struct addr a;
        int64_t left = (entry.until - now + TIME_SECOND - 1) / TIME_SECOND;
        if (entry.selector.kind != sets[set].kind || left <= 0 ||
            !selector_addr(&entry.selector, &a))
            continue;
        if (!addr_is_whole(&a) && is_inside_another(b, &a))
            continue;
        if (count++ == 0)
            buf_fmt(out, "add element inet hinomi %s {\n", sets[set].set);
        buf_fmt(out, "  " STR_FMT " timeout %llds,\n", STR_ARG(entry.selector.value),
                (long long)left);
    }
    if (count)
        buf_put(out, S("}\n"));
    return count;
}

size_t nftables_write(const struct blocklist *b, int64_t now, struct buf *out)
{
    char stamp[TIME_TEXT_SIZE];
    size_t count = 0;
    buf_fmt(out, "#!/usr/sbin/nft -f\n# written by hinomi %s\nadd table inet hinomi\n",
            time_format(now, stamp).ptr);
    for (size_t i = 0; i < COUNT(sets); i++)
        buf_fmt(out, "add set inet hinomi %s { type %s; flags %s; }\nflush set inet hinomi %s\n",
                sets[i].set, sets[i].type, sets[i].flags, sets[i].set);
    for (size_t i = 0; i < COUNT(sets); i++)
        count += put_elements(b, i, now, out);
    return count;
}
