/* publisher.c - from what is committed to who follows: one thread reads on after each commit and
 * publishes what is new to the three hubs.
 *
 * Items: the release log of each class, signed lines. Selectors: changes by generation, for own
 * sensors. Situation: that something happened, for own screens. A reader that was away is served by
 * the hubs' fetch, from the same tables.
 */
#include "core/io.h"
#include "core/log.h"
#include "index/index.h"
#include "node/node_private.h"
#include "store/change.h"
#include "store/release_log.h"

enum { CHANGES_MAX = 4096, EVENT_MAX = 1 << 20 };

struct publisher {
    pthread_t thread;
    int64_t generation; /* published */
    int64_t head;       /* when it was made */
    struct class_mark {
        int64_t id, number;
    } * marks;
    size_t mark_count, mark_cap;
};

static bool sign(void *ctx, struct str context, struct str message,
                 uint8_t ret_signature[KEY_SIGNATURE_SIZE], struct err *e)
{
    struct signer *keys = ctx;
    return keys->sign(keys, context, message, ret_signature, e);
}

struct str item_class(struct node *n, struct arena *a, struct str class_name)
{
    return arena_fmt(a, STR_FMT "@" STR_FMT, STR_ARG(class_name), STR_ARG(n->self.origin));
}

bool item_line(struct node *n, struct arena *a, const struct release_entry *entry,
               struct str *ret_line, struct err *e)
{
    AUTO(buf_drop) struct buf out = BUF(LINK_ITEM_MAX);
    struct link_signer signer = {sign, n->keys};
    struct link_item item = {
        .origin = entry->row.origin,
        .statement = entry->row.statement,
        .object = entry->row.object,
        .version = entry->row.version,
        .from = n->self.org,
        .to = entry->class_org,
        .reader_class = item_class(n, a, entry->class_name),
        .number = entry->number,
        .decision = entry->decision,
        .released = entry->row.at,
        .revoked = entry->row.revoked,
        .body = entry->row.body,
    };
    const struct json *path = json_parse(a, entry->row.path, e);
    if (!path || !link_kind_parse(entry->row.kind, &item.kind))
        return err_set(e, ERR_IO, "a release log row that cannot be read");
    for (json_each(hop, path))
        if (item.path_count < LINK_HOPS_MAX)
            item.path[item.path_count++] = hop->text;
    memcpy(item.previous, entry->previous, SHA256_SIZE);
    if (!link_item_write(&item, &signer, &out, e))
        return false;
    *ret_line = arena_str(a, buf_str(&out));
    return true;
}

bool item_clear(struct node *n, struct db *db, struct arena *a, const struct release_entry *entry,
                const struct cleared **ret, struct err *e)
{
    struct str line = STR_NONE;
    struct reader reader;
    struct gate_policy policy;
    struct item_label label = {
        .tlp = (enum tlp)entry->row.tlp,
        .originator = entry->row.originator,
        .realm = n->self.realm,
        .recipients = {&entry->row.recipient, entry->row.recipient.len != 0},
        .countries = {&n->self.country, 1},
    };
    if (!item_line(n, a, entry, &line, e) || !node_gate_policy(n, db, a, &policy, e) ||
        !node_reader_of(n, db, a, entry->class_org, &reader, e))
        return false;
    return gate_clear(a,
                      &(struct release){.policy = &policy, .reader = &reader, .purpose = GATE_LINK},
                      &(struct gate_item){.label = &label, .whole = line}, ret, e);
}

/* --- selectors, for own sensors --- */

static void write_change(struct jsonw *w, const struct change_row *c)
{
    jw_object(w);
    jw_member_cstr(w, "kind", selector_kind_name(c->selector.kind));
    jw_member_str(w, "value", c->selector.value);
    if (!c->withdraw) {
        jw_member_cstr(w, "class", threat_class_name(threat_class_of(c->threat)));
        jw_member_cstr(w, "action", index_action_name((enum index_action)c->action));
        jw_member_str(w, "threat", c->threat);
        jw_member_str(w, "source", c->source);
        jw_member_int(w, "confidence", c->confidence);
        if (c->valid_until)
            jw_member_time(w, "valid_until", c->valid_until);
    }
    jw_end(w);
}

/* One event for one generation: rows [from, to). */
static void write_generation(struct jsonw *w, const struct change_row *rows, size_t count)
{
    bool whole = rows[count - 1].withdraw == STORE_CHANGE_WHOLE;
    jw_object(w);
    jw_member_int(w, "generation", rows[0].generation);
    jw_member_bool(w, "image", whole);
    jw_key(w, "add"), jw_array(w);
    for (size_t i = 0; !whole && i < count; i++)
        if (rows[i].withdraw == 0)
            write_change(w, &rows[i]);
    jw_end(w);
    jw_key(w, "withdraw"), jw_array(w);
    for (size_t i = 0; !whole && i < count; i++)
        if (rows[i].withdraw == 1)
            write_change(w, &rows[i]);
    jw_end(w), jw_end(w);
}

/* The selector set is this organisation's own, for its own sensors. */
static bool clear_own(struct node *n, struct arena *a, struct str bytes, const struct cleared **ret,
                      struct err *e)
{
    const struct gate_policy policy = {.country = n->self.country};
    return gate_own(a,
                    &(struct release){.policy = &policy, .reader = &n->own, .purpose = GATE_STREAM},
                    n->self.org, bytes, ret, e);
}

struct taker { /* who is given events: the hub's reader of the past, or the hub itself */
    struct node *node;
    bool (*give)(void *ctx, uint64_t number, const char *event, const struct cleared *data,
                 struct err *e);
    void *ctx;
};

static bool give_rows(const struct change_row *rows, size_t count, const struct taker *to,
                      bool *ret_more, struct err *e)
{
    AUTO(arena_drop) struct arena a = ARENA(NODE_ARENA_MAX);
    AUTO(buf_drop) struct buf out = BUF(EVENT_MAX);
    struct jsonw w = JSONW(&out);
    const struct cleared *data = NULL;
    write_generation(&w, rows, count);
    if (!clear_own(to->node, &a, buf_str(&out), &data, e))
        return false;
    *ret_more = to->give(to->ctx, (uint64_t)rows[0].generation, "selectors", data, e);
    return true;
}

/* One page of the changes after *at, which moves on. *ret_more: there may be further ones. */
static bool give_changes(struct db *db, int64_t *at, const struct taker *to, bool *ret_more,
                         struct err *e)
{
    AUTO(arena_drop) struct arena a = ARENA(NODE_ARENA_MAX);
    struct change_list list = {};
    bool ok = store_changes(db, &a, *at, CHANGES_MAX, &list, e);
    *ret_more = ok && list.count > 0;
    for (size_t from = 0, end = 0; ok && *ret_more && from < list.count; from = end) {
        while (end < list.count && list.rows[end].generation == list.rows[from].generation)
            end++;
        if (end == list.count && list.count == CHANGES_MAX && from > 0)
            break; /* the rest of this generation is on the next page */
        ok = give_rows(&list.rows[from], end - from, to, ret_more, e);
        *at = list.rows[from].generation;
    }
    return ok;
}

/* One page of a class's log after *at; as above. One that the gate lets go no more is passed over. */
static bool give_items(struct db *db, const struct release_class *class, int64_t *at,
                       const struct taker *to, bool *ret_more, struct err *e)
{
    AUTO(arena_drop) struct arena a = ARENA(NODE_ARENA_MAX);
    struct release_list list = {};
    bool ok = store_release_read(db, &a, class, *at, &list, e);
    *ret_more = ok && list.count > 0;
    for (size_t i = 0; ok && *ret_more && i < list.count; i++) {
        const struct cleared *data = NULL;
        struct err why = {};
        uint64_t number = (uint64_t)list.rows[i].number;
        *at = list.rows[i].number;
        if (item_clear(to->node, db, &a, &list.rows[i], &data, &why))
            *ret_more = to->give(to->ctx, number, "item", data, e);
        else
            log_error("streams: item %llu: %s", (unsigned long long)number, why.text);
    }
    return ok;
}

/* --- what hubs ask for: the past --- */

static bool to_sink(void *ctx, uint64_t number, const char *event, const struct cleared *data,
                    struct err *e)
{
    (void)e;
    return stream_old(ctx, number, event, data);
}

static bool fetch_items(void *store, struct str class_name, uint64_t after,
                        struct stream_sink *sink, struct err *e)
{
    struct node *n = store;
    AUTO(arena_drop) struct arena a = ARENA(1 << 16);
    const struct taker to = {n, to_sink, sink};
    struct release_class class;
    int64_t at = (int64_t)after;
    bool more = true;
    struct db *db = node_read(n, e);
    bool ok = db && store_release_class_find(db, &a, class_name, &class, e);
    while (ok && more)
        ok = give_items(db, &class, &at, &to, &more, e);
    node_read_end(n, db);
    return ok;
}

static bool fetch_selectors(void *store, struct str class_name, uint64_t after,
                            struct stream_sink *sink, struct err *e)
{
    struct node *n = store;
    const struct taker to = {n, to_sink, sink};
    int64_t at = (int64_t)after;
    bool more = true;
    struct db *db = node_read(n, e);
    (void)class_name; /* own sensors alone follow it */
    bool ok = db != NULL;
    while (ok && more)
        ok = give_changes(db, &at, &to, &more, e);
    node_read_end(n, db);
    return ok;
}

bool publisher_hubs(struct node *n, struct err *e)
{
    struct arena a = ARENA(1 << 16);
    struct str text = STR_NONE;
    char path[4096];
    snprintf(path, sizeof path, "%s/keys/stream.key", n->dir);
    bool ok = file_read(&a, path, sizeof n->stream_secret, &text, e);
    if (ok && text.len == sizeof n->stream_secret)
        memcpy(n->stream_secret, text.ptr, text.len);
    arena_drop(&a);
    if (!ok)
        return err_wrap(e, "secret of the streams");
    struct str secret = {n->stream_secret, sizeof n->stream_secret};
    n->hubs[NODE_ITEMS] = stream_hub_new(
        &(struct stream_options){.store = n, .fetch = fetch_items, .secret = secret});
    n->hubs[NODE_SELECTORS] = stream_hub_new(
        &(struct stream_options){.store = n, .fetch = fetch_selectors, .secret = secret});
    n->hubs[NODE_SITUATION] =
        stream_hub_new(&(struct stream_options){.store = n, .secret = secret});
    return true;
}

/* --- the thread --- */

static struct class_mark *mark_of(struct publisher *p, int64_t id)
{
    for (size_t i = 0; i < p->mark_count; i++)
        if (p->marks[i].id == id)
            return &p->marks[i];
    if (p->mark_count == p->mark_cap) {
        p->mark_cap = p->mark_cap ? 2 * p->mark_cap : 64;
        p->marks = realloc(p->marks, p->mark_cap * sizeof *p->marks);
        if (!p->marks)
            abort();
    }
    p->marks[p->mark_count] = (struct class_mark){.id = id};
    return &p->marks[p->mark_count++];
}

struct target { /* a class of a hub */
    struct stream_hub *hub;
    struct str class_name;
};

static bool to_hub(void *ctx, uint64_t number, const char *event, const struct cleared *data,
                   struct err *e)
{
    struct target *t = ctx;
    struct err why = {};
    (void)e;
    if (!stream_publish(t->hub, t->class_name, number, event, data, &why))
        log_error("streams: %s %llu: %s", event, (unsigned long long)number, why.text);
    return true; /* what cannot go is logged, not tried for ever */
}

static bool publish_items(struct node *n, struct db *db, struct err *e)
{
    AUTO(arena_drop) struct arena a = ARENA(NODE_ARENA_MAX);
    struct release_class *classes = NULL;
    size_t count = 0;
    bool ok = store_release_classes(db, &a, &classes, &count, e);
    for (size_t i = 0; ok && i < count; i++) {
        struct target target = {n->hubs[NODE_ITEMS], classes[i].name};
        const struct taker to = {n, to_hub, &target};
        struct class_mark *mark = mark_of(n->publisher, classes[i].id);
        bool more = mark->number < classes[i].number;
        while (ok && more)
            ok = give_items(db, &classes[i], &mark->number, &to, &more, e);
    }
    return ok;
}

static bool publish_selectors(struct node *n, struct db *db, struct err *e)
{
    struct target target = {n->hubs[NODE_SELECTORS], node_own_class(n)};
    const struct taker to = {n, to_hub, &target};
    bool ok = true, more = true;
    while (ok && more)
        ok = give_changes(db, &n->publisher->generation, &to, &more, e);
    return ok;
}

static bool publish_situation(struct node *n, int64_t head, struct err *e)
{
    struct arena a = ARENA(1 << 16);
    const struct cleared *data = NULL;
    bool ok = clear_own(n, &a, arena_fmt(&a, "{\"seq\":%lld}", (long long)head), &data, e) &&
              stream_publish(n->hubs[NODE_SITUATION], node_own_class(n), (uint64_t)head,
                             "situation", data, e);
    arena_drop(&a);
    return ok;
}

static void *work(void *arg)
{
    struct node *n = arg;
    int64_t head = n->publisher->head;
    for (int64_t now = head; node_wait(n, head, 0, &now); head = now) {
        struct err e = {};
        struct db *db = node_read(n, &e);
        bool ok = db && publish_items(n, db, &e);
        if (!ok)
            log_error("streams: items: %s", e.text);
        if (db && !publish_selectors(n, db, &e))
            log_error("streams: selectors: %s", e.text);
        node_read_end(n, db);
        if (!publish_situation(n, now, &e))
            log_error("streams: situation: %s", e.text);
    }
    return NULL;
}

/* What stood before the start is past: hubs fetch it for whoever comes back. */
static bool mark_past(struct node *n, struct err *e)
{
    struct arena a = ARENA(NODE_ARENA_MAX);
    struct release_class *classes = NULL;
    size_t count = 0;
    struct db *db = node_read(n, e);
    bool ok = db && store_release_classes(db, &a, &classes, &count, e) &&
              store_generation(db, &n->publisher->generation, e);
    for (size_t i = 0; ok && i < count; i++)
        mark_of(n->publisher, classes[i].id)->number = classes[i].number;
    node_read_end(n, db);
    arena_drop(&a);
    return ok;
}

bool publisher_start(struct node *n, struct err *e)
{
    n->publisher = calloc(1, sizeof *n->publisher);
    if (!n->publisher)
        abort();
    pthread_mutex_lock(&n->head_lock);
    n->publisher->head = n->head;
    pthread_mutex_unlock(&n->head_lock);
    if (mark_past(n, e) && pthread_create(&n->publisher->thread, NULL, work, n) == 0)
        return true;
    free(n->publisher->marks);
    free(n->publisher);
    n->publisher = NULL;
    return e->code ? false : err_set(e, ERR_IO, "no thread for the streams");
}

void publisher_halt(struct node *n)
{
    if (!n->publisher)
        return;
    pthread_join(n->publisher->thread, NULL);
    free(n->publisher->marks);
    free(n->publisher);
    n->publisher = NULL;
}
