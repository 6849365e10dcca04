/* uplink.c - one link client for each "up" link of the directory, started when it is registered.
 *
 * What comes is taken by node_take_items; what goes is read from the release log of the peer's class.
 * The bearer key lies in a file that the directory names; a link whose file cannot be read is logged
 * and left until the next start.
 */
#include "core/io.h"
#include "core/log.h"
#include "exchange/link_client.h"
#include "node/link.h"
#include "node/node_private.h"
#include "store/release_log.h"

#include <stdatomic.h>

enum { UPLINKS_MAX = 16, OUTBOX_BYTES = 768 * 1024 };

struct uplink {
    struct node *node;
    char id[40], org[40];
    struct link_client *client;
};

struct uplinks {
    pthread_mutex_t lock;
    struct uplink *list[UPLINKS_MAX];
    size_t count;
};

static bool take(void *ctx, struct str lines, struct err *e)
{
    struct uplink *u = ctx;
    struct arena a = ARENA(NODE_ARENA_MAX);
    struct node_items items = {.peer = {u->org, strlen(u->org)}, .text = lines};
    bool ok = node_take_items(u->node, &a, &items, e);
    if (ok && items.gap)
        ok = err_set(e, ERR_CONFLICT, "items before number %lld are missing",
                     (long long)items.number + 1);
    arena_drop(&a);
    return ok;
}

static bool outbox(void *ctx, struct str class_known, int64_t after, struct buf *lines,
                   int64_t *ret_last, struct err *e)
{
    struct uplink *u = ctx;
    struct node *n = u->node;
    struct arena a = ARENA(NODE_ARENA_MAX);
    struct reader reader;
    struct release_class class = {};
    struct release_list list = {};
    int64_t last = after;

    struct db *db = node_read(n, e);
    bool ok = db && node_reader_of(n, db, &a, (struct str){u->org, strlen(u->org)}, &reader, e) &&
              store_release_class_find(db, &a, reader_text(&reader, READER_ORG), &class, e);
    if (ok && !str_eq(class_known, item_class(n, &a, reader_text(&reader, READER_ORG))))
        last = 0; /* the peer has followed another class, or none: from the start */
    ok = ok && store_release_read(db, &a, &class, last, &list, e);
    for (size_t i = 0; ok && i < list.count && lines->len < OUTBOX_BYTES; i++) {
        const struct cleared *line = NULL;
        ok = item_clear(n, db, &a, &list.rows[i], &line, e);
        if (ok) {
            buf_put(lines, cleared_bytes(line, reader_text(&reader, READER_ORG)));
            buf_byte(lines, '\n');
            last = list.rows[i].number;
        }
    }
    node_read_end(n, db);
    arena_drop(&a);
    *ret_last = last;
    return ok;
}

static bool wait(void *ctx, unsigned ms)
{
    struct uplink *u = ctx;
    struct node *n = u->node;
    pthread_mutex_lock(&n->head_lock);
    int64_t head = n->head;
    pthread_mutex_unlock(&n->head_lock);
    return node_wait(n, head, time_monotonic() + (int64_t)ms * 1000, &head);
}

static bool start_one(struct node *n, struct arena *a, const struct link_row *row, struct err *e)
{
    struct uplinks *all = n->uplinks;
    struct str token = STR_NONE;
    if (all->count == UPLINKS_MAX)
        return err_set(e, ERR_LIMIT, "at most %d links", UPLINKS_MAX);
    for (size_t i = 0; i < all->count; i++)
        if (str_eq((struct str){all->list[i]->id, strlen(all->list[i]->id)}, row->id))
            return true;
    char *token_path = arena_cstr(a, row->token);
    if (!file_read(a, token_path, 4096, &token, e))
        return err_wrap(e, "key of link " STR_FMT, STR_ARG(row->id));
    struct str rest = STR_NONE;
    struct str bearer = str_cut(token, '\n', &rest);
    struct uplink *u = calloc(1, sizeof *u);
    if (!u)
        abort();
    u->node = n;
    snprintf(u->id, sizeof u->id, STR_FMT, STR_ARG(row->id));
    snprintf(u->org, sizeof u->org, STR_FMT, STR_ARG(row->org));
    const struct http_peer peer = {
        .url = arena_cstr(a, row->url),
        .bearer = arena_cstr(a, bearer),
        .pin = row->pin.len ? arena_cstr(a, row->pin) : NULL,
    };
    const struct link_hooks hooks = {.ctx = u, .take = take, .outbox = outbox, .wait = wait};
    struct str cursor = arena_fmt(a, "%s/run/link-%s.cursor", n->dir, u->id);
    if (!link_client_start(&peer, cursor.ptr, &hooks, &u->client, e)) {
        free(u);
        return false;
    }
    all->list[all->count++] = u;
    return true;
}

bool uplinks_refresh(struct node *n, struct err *e)
{
    struct arena a = ARENA(1 << 20);
    struct link_row *rows = NULL;
    size_t count = 0;
    if (!n->uplinks || node_halting(n))
        return true;
    struct db *db = node_read(n, e);
    bool ok = db && store_link_list(db, &a, &rows, &count, e);
    node_read_end(n, db);
    pthread_mutex_lock(&n->uplinks->lock);
    for (size_t i = 0; ok && i < count; i++) {
        struct err one = {};
        if (str_eq(rows[i].direction, S("up")) && !start_one(n, &a, &rows[i], &one))
            log_error("link: %s", one.text);
    }
    pthread_mutex_unlock(&n->uplinks->lock);
    arena_drop(&a);
    return ok;
}

bool uplinks_start(struct node *n, struct err *e)
{
    n->uplinks = calloc(1, sizeof *n->uplinks);
    if (!n->uplinks)
        abort();
    pthread_mutex_init(&n->uplinks->lock, NULL);
    return uplinks_refresh(n, e);
}

void uplinks_halt(struct node *n)
{
    struct uplinks *all = n->uplinks;
    if (!all)
        return;
    for (size_t i = 0; i < all->count; i++) {
        link_client_stop(&all->list[i]->client);
        free(all->list[i]);
    }
    pthread_mutex_destroy(&all->lock);
    free(all);
    n->uplinks = NULL;
}
