/* node.c - opening and closing one node: in which order its parts stand up, and fall. */
#include "node/node_private.h"

#include "core/io.h"
#include "core/log.h"
#include "node/config.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

static bool take_lock(struct node *n, struct err *e)
{
    struct str path = arena_fmt(&n->memory, "%s/lock", n->dir);
    n->lock = open(path.ptr, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (n->lock < 0)
        return err_set(e, ERR_IO, "%s: %s", path.ptr, strerror(errno));
    if (flock(n->lock, LOCK_EX | LOCK_NB) != 0)
        return err_set(e, ERR_CONFLICT, "%s: another node runs on this folder", n->dir);
    return true;
}

static void committed(void *ctx, int64_t first_seq, int64_t last_seq)
{
    struct node *n = ctx;
    (void)first_seq;
    pthread_mutex_lock(&n->head_lock);
    n->head = last_seq;
    pthread_cond_broadcast(&n->head_moved);
    pthread_mutex_unlock(&n->head_lock);
    blocks_wake(n);
}

bool node_wait(struct node *n, int64_t seen, int64_t until, int64_t *ret_head)
{
    pthread_mutex_lock(&n->head_lock);
    while (!n->halting && n->head <= seen) {
        int64_t left = until ? until - time_monotonic() : TIME_SECOND;
        if (until && left <= 0)
            break;
        struct timespec at;
        clock_gettime(CLOCK_MONOTONIC, &at);
        at.tv_sec += left / TIME_SECOND;
        at.tv_nsec += left % TIME_SECOND * 1000;
        if (at.tv_nsec >= 1000000000)
            at.tv_sec++, at.tv_nsec -= 1000000000;
        pthread_cond_timedwait(&n->head_moved, &n->head_lock, &at);
    }
    *ret_head = n->head;
    bool go_on = !n->halting;
    pthread_mutex_unlock(&n->head_lock);
    return go_on;
}

bool node_halting(struct node *n)
{
    pthread_mutex_lock(&n->head_lock);
    bool halting = n->halting;
    pthread_mutex_unlock(&n->head_lock);
    return halting;
}

static bool open_journal(struct node *n, struct err *e)
{
    char *origin = arena_cstr(&n->memory, n->self.origin);
    struct str keys = arena_fmt(&n->memory, "%s/keys", n->dir);
    if (!keyproc_start(keys.ptr, &n->keys, e))
        return err_wrap(e, "keys of this node");
    if (!key_public_eq(&n->keys->public, &n->self.key))
        return err_set(e, ERR_INVALID, "keys/node.key is not the key that node.json names");
    if (!journal_open(&(struct journal_options){.dir = n->dir,
                                                .origin = origin,
                                                .signer = n->keys,
                                                .clock = n->clock},
                      &n->journal, e))
        return err_wrap(e, "journal");
    if (!model_open(&(struct model_options){.dir = n->dir,
                                            .projections = node_projections,
                                            .cache_kib = NODE_WRITER_CACHE_KIB},
                    n->journal, &n->model, e))
        return err_wrap(e, "read model");
    n->head = model_applied(n->model);
    return true;
}

/* The organisation's own machines, as the gate sees them. Before init has registered it, from the
 * configuration alone. */
static bool seal_own(struct node *n, struct err *e)
{
    struct reader own = {
        .org = n->self.org,
        .sector = n->self.sector,
        .country = n->self.country,
        .realm = n->self.realm,
        .role = node_role_of(n->self.role),
        .clearance = TLP_RED,
        .level = 3,
    };
    if (!reader_seal(&n->memory, &own, e))
        return false;
    n->own = own;
    return true;
}

static bool start_writer(struct node *n, struct err *e)
{
    return writer_start(&(struct writer_options){.journal = n->journal,
                                                 .model = n->model,
                                                 .clock = n->clock,
                                                 .after_commit = committed,
                                                 .ctx = n},
                        &n->writer, e);
}

static void init_locks(struct node *n)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&n->readers_lock, NULL);
    pthread_cond_init(&n->readers_free, NULL);
    pthread_mutex_init(&n->head_lock, NULL);
    pthread_cond_init(&n->head_moved, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

bool node_open(const struct node_options *o, struct node **ret, struct err *e)
{
    struct node *n = calloc(1, sizeof *n);
    if (!n)
        abort();
    n->memory = ARENA(NODE_ARENA_MAX);
    n->lock = -1;
    n->clock = o->clock;
    n->dir = arena_cstr(&n->memory, (struct str){o->dir, strlen(o->dir)});
    init_locks(n);
    if (!config_load(&n->memory, n->dir, &n->self, e) || !take_lock(n, e) || !open_journal(n, e) ||
        !seal_own(n, e) || !blocks_new(n, e) || !image_new(n, e) || !access_new(n, e) ||
        !publisher_hubs(n, e) || !start_writer(n, e)) {
        node_close(&n);
        return false;
    }
    *ret = n;
    return true;
}

bool node_start(struct node *n, struct err *e)
{
    return blocks_start(n, e) && publisher_start(n, e) && jobs_start(n, e) && uplinks_start(n, e);
}

void node_halt(struct node *n)
{
    pthread_mutex_lock(&n->head_lock);
    n->halting = true;
    pthread_cond_broadcast(&n->head_moved);
    pthread_mutex_unlock(&n->head_lock);
    uplinks_halt(n);
    jobs_halt(n);
    publisher_halt(n);
    blocks_halt(n);
}

void node_close(struct node **at)
{
    struct node *n = *at;
    if (!n)
        return;
    node_halt(n);
    if (n->access)
        access_flush(n);
    writer_stop(&n->writer);
    for (size_t i = 0; i < NODE_STREAM_COUNT; i++)
        stream_hub_free(n->hubs[i]);
    access_free(n);
    image_free(n);
    blocks_free(n);
    for (size_t i = 0; i < n->readers_idle; i++)
        db_close(n->readers[i]);
    model_drop(&n->model);
    journal_drop(&n->journal);
    signer_drop(&n->keys);
    if (n->lock >= 0)
        close(n->lock);
    pthread_mutex_destroy(&n->readers_lock);
    pthread_cond_destroy(&n->readers_free);
    pthread_mutex_destroy(&n->head_lock);
    pthread_cond_destroy(&n->head_moved);
    arena_drop(&n->memory);
    free(n);
    *at = NULL;
}

const struct node_self *node_self(const struct node *n)
{
    return &n->self;
}

struct clock *node_clock(struct node *n)
{
    return n->clock;
}

const char *node_dir(const struct node *n)
{
    return n->dir;
}

bool node_healthy(struct node *n)
{
    return n->writer && !writer_failed(n->writer);
}

struct stream_hub *node_hub(struct node *n, enum node_stream which)
{
    return n->hubs[which];
}

struct str node_own_class(const struct node *n)
{
    return reader_text(&n->own, READER_ORG);
}

struct db *node_read(struct node *n, struct err *e)
{
    struct db *db = NULL;
    pthread_mutex_lock(&n->readers_lock);
    while (!n->readers_idle && n->readers_open == NODE_READERS)
        pthread_cond_wait(&n->readers_free, &n->readers_lock);
    if (n->readers_idle)
        db = n->readers[--n->readers_idle];
    else
        n->readers_open++;
    pthread_mutex_unlock(&n->readers_lock);
    if (db)
        return db;

    char path[4096];
    snprintf(path, sizeof path, "%s/%s", n->dir, MODEL_FILE);
    if (db_open(path, &(struct db_options){.readonly = true, .cache_kib = NODE_READER_CACHE_KIB},
                &db, e))
        return db;
    pthread_mutex_lock(&n->readers_lock);
    n->readers_open--;
    pthread_mutex_unlock(&n->readers_lock);
    err_wrap(e, "read model");
    return NULL;
}

void node_read_end(struct node *n, struct db *db)
{
    if (!db)
        return;
    pthread_mutex_lock(&n->readers_lock);
    n->readers[n->readers_idle++] = db;
    pthread_cond_signal(&n->readers_free);
    pthread_mutex_unlock(&n->readers_lock);
}
