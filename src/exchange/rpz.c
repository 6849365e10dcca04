/* rpz.c - one record a line; see rpz.h for the rules. */
#include "exchange/rpz.h"

#include "core/time.h"

enum { NAME_MOST = 253, TTL_MOST = 300 };

/* "32.4.3.2.1.rpz-ip" (draft-vixie-dnsop-dns-rpz 4.1.1). */
static void put_v4(const struct addr *a, struct buf *out)
{
    buf_fmt(out, "%u.%u.%u.%u.%u.rpz-ip", a->bits, a->bytes[3], a->bytes[2], a->bytes[1],
            a->bytes[0]);
}

/* Groups backwards in hex without leading zeros; the longest run of two or more zero groups is "zz". */
static void put_v6(const struct addr *a, struct buf *out)
{
    unsigned group[8];
    int best = -1, best_len = 1;
    for (size_t i = 0; i < 8; i++)
        group[i] = (unsigned)a->bytes[2 * i] << 8 | a->bytes[2 * i + 1];
    for (int i = 0; i < 8; i++) {
        int len = 0;
        while (i + len < 8 && group[i + len] == 0)
            len++;
        if (len > best_len)
            best = i, best_len = len;
        i += len;
    }
    buf_fmt(out, "%u", a->bits);
    for (int i = 7; i >= 0; i--) {
        if (best >= 0 && i == best + best_len - 1) {
            buf_put(out, S(".zz"));
            i = best;
        } else {
            buf_fmt(out, ".%x", group[i]);
        }
    }
    buf_put(out, S(".rpz-ip"));
}

static bool owner_fits(struct str name, struct str zone, size_t more)
{
    return name.len + more + 1 + zone.len <= NAME_MOST;
}

static size_t put_name(const struct selector *s, long ttl, struct buf *out)
{
    buf_fmt(out, STR_FMT " %ld CNAME .\n", STR_ARG(s->value), ttl);
    if (s->kind != SELECTOR_DOMAIN_BELOW)
        return 1;
    buf_fmt(out, "*." STR_FMT " %ld CNAME .\n", STR_ARG(s->value), ttl);
    return 2;
}

static size_t put_entry(const struct block_entry *entry, long ttl, struct buf *out)
{
    struct addr a;
    if (!selector_addr(&entry->selector, &a))
        return put_name(&entry->selector, ttl, out);
    if (a.v6)
        put_v6(&a, out);
    else
        put_v4(&a, out);
    buf_fmt(out, " %ld CNAME .\n", ttl);
    return 1;
}

struct rpz_counts rpz_write(const struct blocklist *b, struct str zone, uint32_t serial,
                            int64_t now, struct buf *out)
{
    struct rpz_counts counts = {0};
    char stamp[TIME_TEXT_SIZE];
    buf_fmt(out, "; response policy zone " STR_FMT ", written by hinomi %s\n", STR_ARG(zone),
            time_format(now, stamp).ptr);
    buf_fmt(out, "$ORIGIN " STR_FMT ".\n$TTL %d\n", STR_ARG(zone), TTL_MOST);
    buf_fmt(out, "@ SOA localhost. hostmaster.localhost. %u 60 30 604800 30\n@ NS localhost.\n",
            serial);

    struct block_entry entry;
    for (size_t at = 0; blocklist_each(b, &at, &entry);) {
        struct addr a;
        bool is_name = !selector_addr(&entry.selector, &a);
        size_t more = entry.selector.kind == SELECTOR_DOMAIN_BELOW ? 2 : 0;
        if (is_name && !owner_fits(entry.selector.value, zone, more)) {
            counts.left_out++;
            continue;
        }
        int64_t left = (entry.until - now) / TIME_SECOND;
        if (left <= 0)
            continue;
        counts.records += put_entry(&entry, left < TTL_MOST ? (long)left : TTL_MOST, out);
    }
    return counts;
}
