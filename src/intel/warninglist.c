/* warninglist.c - names in hash tables, networks in one sorted array with parent links.
 *
 * Two networks either nest or are apart. Sorted by first address, wider first, each entry knows the
 * nearest one around it; so the entries around an address are one binary search and a short walk up,
 * and the entries inside a network are what follows it in the array. */
#include "intel/warninglist.h"

#include "core/io.h"
#include "core/json.h"
#include "core/map.h"
#include "core/vec.h"
#include "intel/normalise.h"
#include "intel/warninglist_private.h"

struct network {
    struct addr addr;
    struct str why;
    size_t around; /* index plus one of the nearest network that contains it; 0: none */
};

struct pending { /* added and not yet sorted in */
    struct network network;
    struct pending *next;
};

struct warninglist {
    struct arena *memory;
    struct map alone; /* value: that name, URL or hash itself */
    struct map whole; /* name: it and everything below */
    struct map above; /* name: something listed lies below it */
    struct pending *pending;
    struct network *networks;
    size_t network_count, pending_count, entries, skipped;
};

enum entry_kind { ENTRY_ALONE, ENTRY_WHOLE };

struct warninglist *warninglist_new(struct arena *a)
{
    struct warninglist *w = arena_new(a, struct warninglist);
    if (w)
        *w = (struct warninglist){.memory = a, .alone = MAP(a), .whole = MAP(a), .above = MAP(a)};
    return w;
}

size_t warninglist_entries(const struct warninglist *w)
{
    return w->entries;
}

size_t warninglist_skipped(const struct warninglist *w)
{
    return w->skipped;
}

static bool add_network(struct warninglist *w, const struct addr *a, struct str why)
{
    struct pending *p = arena_new(w->memory, struct pending);
    if (!p)
        return false;
    *p = (struct pending){.network = {.addr = *a, .why = why}, .next = w->pending};
    w->pending = p;
    w->pending_count++;
    return true;
}

/* The first list to name a key keeps it. The reason is a small object of its own: maps hold pointers. */
static bool put(struct map *m, struct str key, const struct str *why)
{
    void **slot = map_slot_of(m, key);
    if (slot && !*slot)
        *slot = (void *)(uintptr_t)why; /* NOLINT: the map's values are not const */
    return slot != NULL;
}

static struct str parent_of(struct str name)
{
    struct str rest;
    str_cut(name, '.', &rest);
    return rest;
}

static bool add_name(struct warninglist *w, struct str name, enum entry_kind kind,
                     const struct str *why)
{
    if (!put(kind == ENTRY_WHOLE ? &w->whole : &w->alone, name, why))
        return false;
    for (struct str up = parent_of(name); up.len; up = parent_of(up))
        if (!put(&w->above, up, why))
            return false;
    return true;
}

/* False only past the arena's limit; an entry that is nothing we know is skipped and counted. */
static bool add_entry(struct warninglist *w, struct str text, enum entry_kind kind,
                      const struct str *why)
{
    struct normal n;
    struct addr a;
    enum why ignored;
    if (!normalise(CLAIM_ANY, text, &n, &ignored)) {
        w->skipped++;
        return true;
    }
    w->entries++;
    if (selector_addr(&n.selector, &a))
        return add_network(w, &a, *why);
    switch (n.selector.kind) {
    case SELECTOR_DOMAIN: return add_name(w, n.selector.value, kind, why);
    case SELECTOR_DOMAIN_BELOW: return add_name(w, n.selector.value, ENTRY_WHOLE, why);
    default: return put(&w->alone, n.selector.value, why);
    }
}

static bool no_room(const struct warninglist *w, struct err *e)
{
    return err_set(e, ERR_LIMIT, "warning lists need more than %zu bytes", w->memory->limit);
}

static const struct str *keep_reason(struct warninglist *w, struct str why)
{
    struct str *kept = arena_new(w->memory, struct str);
    if (kept)
        *kept = arena_str(w->memory, why);
    return kept && kept->ptr ? kept : NULL;
}

/* Documentation ranges are special too, but nobody lives there: blocking them harms no one, and drills
 * use them. */
static bool is_inhabited(const char *range)
{
    return strcmp(range, "documentation") != 0;
}

bool warninglist_add_builtin(struct warninglist *w, struct err *e)
{
    const struct builtin_list *list;
    for (size_t i = 0; (list = builtin_list(i)) != NULL; i++)
        for (const char *const *at = list->entries; *at; at++)
            if (!add_entry(w, (struct str){*at, strlen(*at)},
                           list->kind == BUILTIN_WHOLE ? ENTRY_WHOLE : ENTRY_ALONE, &list->why))
                return no_room(w, e);

    struct addr range;
    const char *name;
    for (size_t i = 0; special_range(i, &range, &name); i++) {
        if (!is_inhabited(name))
            continue;
        w->entries++;
        if (!add_network(w, &range, (struct str){name, strlen(name)}))
            return no_room(w, e);
    }
    return true;
}

static bool add_lines(struct warninglist *w, struct str text, const struct str *why)
{
    while (text.len) {
        struct str comment, line = str_cut(text, '\n', &text);
        line = str_cut(line, '#', &comment);
        while (line.len && (line.ptr[line.len - 1] == ' ' || line.ptr[line.len - 1] == '\r' ||
                            line.ptr[line.len - 1] == '\t'))
            line.len--;
        if (line.len && !add_entry(w, line, ENTRY_WHOLE, why))
            return false;
    }
    return true;
}

static bool add_misp(struct warninglist *w, struct str text, struct str name, struct err *e)
{
    AUTO(arena_drop) struct arena tree = ARENA((size_t)256 << 20);
    const struct json *root = json_parse_tolerant(&tree, text, e);
    const struct json *list = json_get(root, S("list"));
    struct str type = json_text(root, S("type")), title = json_text(root, S("name"));
    if (!root)
        return false;
    if (!list || list->kind != JSON_ARRAY)
        return err_set(e, ERR_INVALID, "no MISP warning list: it has no \"list\"");
    bool string = str_eq(type, S("string"));
    if (!string && !str_eq(type, S("hostname")) && !str_eq(type, S("cidr"))) {
        w->skipped += list->count; /* substring and regex would need a scan for each check */
        return true;
    }
    const struct str *why = keep_reason(w, title.len ? arena_fmt(&tree, STR_FMT " (" STR_FMT ")",
                                                                 STR_ARG(title), STR_ARG(name))
                                                     : name);
    if (!why)
        return no_room(w, e);
    for (json_each(entry, list))
        if (entry->kind == JSON_STRING &&
            !add_entry(w, entry->text, string ? ENTRY_ALONE : ENTRY_WHOLE, why))
            return no_room(w, e);
    return true;
}

bool warninglist_add(struct warninglist *w, struct str text, struct str name, struct err *e)
{
    size_t at = 0;
    while (at < text.len && (text.ptr[at] == ' ' || text.ptr[at] == '\n' || text.ptr[at] == '\r'))
        at++;
    if (at < text.len && text.ptr[at] == '{')
        return add_misp(w, text, name, e);
    const struct str *why = keep_reason(w, name);
    return (why && add_lines(w, text, why)) || no_room(w, e);
}

bool warninglist_add_file(struct warninglist *w, const char *path, struct err *e)
{
    AUTO(arena_drop) struct arena file = ARENA((size_t)256 << 20);
    struct str text;
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    return file_read(&file, path, (size_t)128 << 20, &text, e) &&
           (warninglist_add(w, text, (struct str){name, strlen(name)}, e) ||
            err_wrap(e, "%s", path));
}

static int compare(const void *a, const void *b)
{
    const struct network *x = a, *y = b;
    return addr_compare(&x->addr, &y->addr);
}

void warninglist_ready(struct warninglist *w)
{
    if (!w->pending)
        return;
    size_t count = w->network_count + w->pending_count;
    VEC(struct network) all = {0};
    for (size_t i = 0; i < w->network_count; i++)
        vec_push(&all, w->networks[i]);
    for (const struct pending *p = w->pending; p; p = p->next)
        vec_push(&all, p->network);
    if (all.ptr)
        qsort(all.ptr, count, sizeof *all.ptr, compare);
    for (size_t i = 0; i < count; i++) {
        size_t around = i; /* index plus one of the entry before */
        while (around && !addr_contains(&all.ptr[around - 1].addr, &all.ptr[i].addr))
            around = all.ptr[around - 1].around;
        all.ptr[i].around = around;
    }
    struct network *kept = arena_array(w->memory, struct network, count);
    if (kept) {
        memcpy(kept, all.ptr, count * sizeof *kept);
        w->networks = kept;
        w->network_count = count;
    }
    w->pending = NULL;
    w->pending_count = 0;
    vec_drop(&all);
}

static bool check_network(const struct warninglist *w, const struct addr *a, struct str *ret_why)
{
    size_t low = 0, high = w->network_count; /* the first entry after `a` in order */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (addr_compare(&w->networks[middle].addr, a) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < w->network_count && addr_contains(a, &w->networks[low].addr)) {
        *ret_why = w->networks[low].why;
        return true;
    }
    for (size_t at = low; at; at = w->networks[at - 1].around) {
        if (addr_contains(&w->networks[at - 1].addr, a)) {
            *ret_why = w->networks[at - 1].why;
            return true;
        }
    }
    return false;
}

static bool found(const struct str *why, struct str *ret_why)
{
    if (why)
        *ret_why = *why;
    return why != NULL;
}

static bool check_name(const struct warninglist *w, struct str name, bool below,
                       struct str *ret_why)
{
    if (name_is_public_suffix(name)) {
        *ret_why = S("public suffix");
        return true;
    }
    if (found(map_get(&w->alone, name), ret_why))
        return true;
    if (below && found(map_get(&w->above, name), ret_why))
        return true;
    for (struct str up = name; up.len; up = parent_of(up))
        if (found(map_get(&w->whole, up), ret_why))
            return true;
    return false;
}

/* "google.com/" stands for the host; a URL with a path is one page, which a list of hosts allows. */
static bool check_url(const struct warninglist *w, struct str url, struct str *ret_why)
{
    struct addr a;
    struct err e;
    struct str host = url_host(url);
    if (found(map_get(&w->alone, url), ret_why))
        return true;
    const char *slash = memchr(url.ptr, '/', url.len);
    if (!slash || slash + 1 != url.ptr + url.len)
        return false;
    return addr_parse(host, &a, &e) ? check_network(w, &a, ret_why)
                                    : check_name(w, host, false, ret_why);
}

bool warninglist_check(const struct warninglist *w, const struct selector *s, struct str *ret_why)
{
    struct addr a;
    switch (s->kind) {
    case SELECTOR_IPV4:
    case SELECTOR_IPV6:
    case SELECTOR_PREFIX4:
    case SELECTOR_PREFIX6: return selector_addr(s, &a) && check_network(w, &a, ret_why);
    case SELECTOR_DOMAIN: return check_name(w, s->value, false, ret_why);
    case SELECTOR_DOMAIN_BELOW: return check_name(w, s->value, true, ret_why);
    case SELECTOR_URL: return s->value.len && check_url(w, s->value, ret_why);
    default: return found(map_get(&w->alone, s->value), ret_why);
    }
}
