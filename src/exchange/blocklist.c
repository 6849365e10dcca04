/* blocklist.c - a sorted array of entries: additions are rare, whole walks are what writers do. */
#include "exchange/blocklist.h"

#include "core/arena.h"
#include "core/time.h"
#include "core/vec.h"

#include <assert.h>

enum { WIDEST_V4 = 24, WIDEST_V6 = 48 };

struct kept {
    char id[BLOCKLIST_ID_MAX + 1];
    struct selector selector; /* value owned by this entry */
    int64_t until;
};

struct blocklist {
    VEC(struct kept) entries; /* by kind, value, id */
    VEC(struct selector) own; /* values owned */
    VEC(int64_t) recent; /* times of new entries in the last hour, a ring of most_new_an_hour */
    size_t recent_at;
    const struct warninglist *never;
    size_t most_new_an_hour;
};

static const struct {
    const char *name, *text;
} verdicts[] = {
#define X(name, text) [BLOCK_##name] = {#name, text},
    BLOCK_VERDICT_MAP(X)
#undef X
};

const char *block_verdict_name(enum block_verdict v)
{
    return verdicts[v].name;
}

const char *block_verdict_text(enum block_verdict v)
{
    return verdicts[v].text;
}

static struct str own_copy(struct str s)
{
    char *p = malloc(s.len + 1);
    if (!p)
        abort();
    memcpy(p, s.ptr, s.len);
    p[s.len] = '\0';
    return (struct str){p, s.len};
}

static void own_free(struct str s)
{
    /* The copy was ours to write once; struct str borrows as const. */
    union {
        const char *borrowed;
        char *owned;
    } text = {.borrowed = s.ptr};
    free(text.owned);
}

struct blocklist *blocklist_new(const struct blocklist_settings *settings)
{
    struct blocklist *b = calloc(1, sizeof *b);
    if (!b)
        abort();
    b->never = settings->never;
    b->most_new_an_hour = settings->most_new_an_hour;
    for (size_t i = 0; i < settings->own_count; i++) {
        struct selector s = settings->own[i];
        s.value = own_copy(s.value);
        vec_push(&b->own, s);
    }
    return b;
}

void blocklist_drop(struct blocklist **b)
{
    if (!*b)
        return;
    for (size_t i = 0; i < (*b)->entries.len; i++)
        own_free((*b)->entries.ptr[i].selector.value);
    for (size_t i = 0; i < (*b)->own.len; i++)
        own_free((*b)->own.ptr[i].value);
    vec_drop(&(*b)->entries);
    vec_drop(&(*b)->own);
    vec_drop(&(*b)->recent);
    free(*b);
    *b = NULL;
}

static int text_order(struct str a, struct str b)
{
    int c = memcmp(a.ptr, b.ptr, a.len < b.len ? a.len : b.len);
    return c ? c : (a.len > b.len) - (a.len < b.len);
}

static int entry_order(const struct kept *k, const struct selector *s, struct str id)
{
    if (k->selector.kind != s->kind)
        return k->selector.kind < s->kind ? -1 : 1;
    int c = text_order(k->selector.value, s->value);
    return c ? c : text_order((struct str){k->id, strlen(k->id)}, id);
}

/* The first entry that does not stand before (selector, id). */
static size_t place_of(const struct blocklist *b, const struct selector *s, struct str id)
{
    size_t low = 0, high = b->entries.len;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (entry_order(&b->entries.ptr[middle], s, id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_usable(enum selector_kind kind)
{
    return kind == SELECTOR_IPV4 || kind == SELECTOR_IPV6 || kind == SELECTOR_PREFIX4 ||
           kind == SELECTOR_PREFIX6 || kind == SELECTOR_DOMAIN || kind == SELECTOR_DOMAIN_BELOW;
}

/* True when the two selectors could name the same host. */
static bool overlaps(const struct selector *own, const struct selector *s)
{
    struct addr a, b;
    if (selector_addr(own, &a) && selector_addr(s, &b))
        return a.v6 == b.v6 && (addr_contains(&a, &b) || addr_contains(&b, &a));
    bool own_name = own->kind == SELECTOR_DOMAIN || own->kind == SELECTOR_DOMAIN_BELOW;
    bool name = s->kind == SELECTOR_DOMAIN || s->kind == SELECTOR_DOMAIN_BELOW;
    if (!own_name || !name)
        return false;
    return str_eq(own->value, s->value) ||
           (own->kind == SELECTOR_DOMAIN_BELOW && domain_is_below(s->value, own->value)) ||
           (s->kind == SELECTOR_DOMAIN_BELOW && domain_is_below(own->value, s->value));
}

static enum block_verdict judge(const struct blocklist *b, const struct block_entry *entry,
                                int64_t now, struct str *ret_why)
{
    const struct selector *s = &entry->selector;
    struct addr a;
    if (!is_usable(s->kind))
        return BLOCK_NO_USE;
    if (entry->until <= now || entry->until == INT64_MAX)
        return BLOCK_ENDED;
    for (size_t i = 0; i < b->own.len; i++)
        if (overlaps(&b->own.ptr[i], s))
            return BLOCK_OWN_SPACE;
    if (selector_addr(s, &a) && a.bits < (a.v6 ? WIDEST_V6 : WIDEST_V4))
        return BLOCK_TOO_WIDE;
    if (b->never && warninglist_check(b->never, s, ret_why))
        return BLOCK_NEVER_BLOCK;
    return BLOCK_TAKEN;
}

/* A ring of the last N admissions: the N-th before this one must be an hour old. */
static bool take_allowance(struct blocklist *b, int64_t now)
{
    if (b->most_new_an_hour == 0)
        return false;
    if (b->recent.len < b->most_new_an_hour) {
        vec_push(&b->recent, now);
        return true;
    }
    if (now - b->recent.ptr[b->recent_at] < 3600 * TIME_SECOND)
        return false;
    b->recent.ptr[b->recent_at] = now;
    b->recent_at = (b->recent_at + 1) % b->recent.len;
    return true;
}

static void insert(struct blocklist *b, size_t at, const struct block_entry *entry)
{
    struct kept k = {.selector = {entry->selector.kind, own_copy(entry->selector.value)},
                     .until = entry->until};
    memcpy(k.id, entry->id.ptr, entry->id.len);
    vec_push(&b->entries, k);
    memmove(&b->entries.ptr[at + 1], &b->entries.ptr[at],
            (b->entries.len - 1 - at) * sizeof *b->entries.ptr);
    b->entries.ptr[at] = k;
}

enum block_verdict blocklist_add(struct blocklist *b, const struct block_entry *entry, int64_t now,
                                 struct str *ret_why)
{
    assert(entry->id.len && entry->id.len <= BLOCKLIST_ID_MAX);
    struct str why = STR_NONE;
    enum block_verdict v = judge(b, entry, now, &why);
    size_t at = place_of(b, &entry->selector, entry->id);
    bool known =
        at < b->entries.len && entry_order(&b->entries.ptr[at], &entry->selector, entry->id) == 0;
    if (v == BLOCK_TAKEN && known)
        b->entries.ptr[at].until = entry->until;
    else if (v == BLOCK_TAKEN && b->entries.len >= BLOCKLIST_MOST)
        v = BLOCK_FULL;
    else if (v == BLOCK_TAKEN && !take_allowance(b, now))
        v = BLOCK_TOO_FAST;
    else if (v == BLOCK_TAKEN)
        insert(b, at, entry);
    if (!why.len)
        why = (struct str){verdicts[v].text, strlen(verdicts[v].text)};
    *ret_why = why;
    return v;
}

static size_t remove_where(struct blocklist *b, struct str id, int64_t ended_by)
{
    size_t kept = 0, before = b->entries.len;
    for (size_t i = 0; i < before; i++) {
        struct kept *k = &b->entries.ptr[i];
        bool goes = id.len ? str_eq((struct str){k->id, strlen(k->id)}, id) : k->until <= ended_by;
        if (goes)
            own_free(k->selector.value);
        else
            b->entries.ptr[kept++] = *k;
    }
    b->entries.len = kept;
    return before - kept;
}

size_t blocklist_withdraw(struct blocklist *b, struct str id)
{
    return id.len ? remove_where(b, id, 0) : 0;
}

size_t blocklist_expire(struct blocklist *b, int64_t now)
{
    return remove_where(b, STR_NONE, now);
}

int64_t blocklist_next_end(const struct blocklist *b)
{
    int64_t next = INT64_MAX;
    for (size_t i = 0; i < b->entries.len; i++)
        if (b->entries.ptr[i].until < next)
            next = b->entries.ptr[i].until;
    return next;
}

size_t blocklist_count(const struct blocklist *b)
{
    return b->entries.len;
}

bool blocklist_each(const struct blocklist *b, size_t *at, struct block_entry *ret_entry)
{
    if (*at >= b->entries.len)
        return false;
    const struct kept *k = &b->entries.ptr[*at];
    struct block_entry entry = {{k->id, strlen(k->id)}, k->selector, k->until};
    for ((*at)++; *at < b->entries.len; (*at)++) {
        const struct kept *same = &b->entries.ptr[*at];
        if (!selector_eq(&same->selector, &entry.selector))
            break;
        if (same->until > entry.until)
            entry.until = same->until;
    }
    *ret_entry = entry;
    return true;
}
