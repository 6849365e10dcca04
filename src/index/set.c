/* set.c - one atomic pointer that readers load, a counter that writers raise, and a list of what may
 * be freed once every reader has seen the counter.
 *
 * Why it is right: a writer stores the new state, then raises the epoch. A reader that announces an
 * epoch read it before, so it holds no state older than that one; what was retired at epoch n is
 * free when every reader is offline or announces n or more. Coming online is the one place where a
 * reader's store must be seen before its load: both are sequentially consistent there.
 */
#include "index/set.h"

#include "core/time.h"
#include "image_private.h"

#include <pthread.h>
#include <stdatomic.h>

struct state {
    struct index_image *base, *overlay; /* counted references */
    uint64_t retired;                   /* the epoch after which nobody holds it */
    struct state *next;
};

struct index_reader {
    _Atomic uint64_t epoch; /* OFFLINE: holds nothing */
    _Atomic bool taken;
    struct index_set *set;
    char apart[48]; /* a cache line each */
};
#define OFFLINE UINT64_MAX

struct index_set {
    _Atomic(struct state *) now;
    _Atomic uint64_t epoch;
    pthread_mutex_t write, merge; /* merge is taken first */
    struct state *retired;
    struct index_changes *changes;
    struct index_set_state told;
    struct index_reader readers[INDEX_READERS_MAX];
};

static void image_release(struct index_image *image)
{
    if (image && --image->references == 0)
        index_image_drop(&image);
}

static void state_free(struct state *s)
{
    image_release(s->base);
    image_release(s->overlay);
    free(s);
}

static struct state *state_new(struct index_image *base, struct index_image *overlay)
{
    struct state *s = malloc(sizeof *s);
    if (!s)
        abort();
    *s = (struct state){.base = base, .overlay = overlay};
    return s;
}

struct index_set *index_set_new(void)
{
    struct index_set *s = calloc(1, sizeof *s);
    if (!s)
        abort();
    pthread_mutex_init(&s->write, NULL);
    pthread_mutex_init(&s->merge, NULL);
    s->changes = index_changes_new();
    atomic_init(&s->epoch, 1);
    atomic_init(&s->now, state_new(NULL, NULL));
    for (size_t i = 0; i < INDEX_READERS_MAX; i++) {
        atomic_init(&s->readers[i].epoch, OFFLINE);
        s->readers[i].set = s;
    }
    return s;
}

void index_set_drop(struct index_set **set)
{
    struct index_set *s = *set;
    if (!s)
        return;
    for (struct state *r = s->retired, *next; r; r = next) {
        next = r->next;
        state_free(r);
    }
    state_free(atomic_load(&s->now));
    index_changes_drop(&s->changes);
    pthread_mutex_destroy(&s->write);
    pthread_mutex_destroy(&s->merge);
    free(s);
    *set = NULL;
}

static uint64_t oldest_reader(struct index_set *s)
{
    uint64_t oldest = OFFLINE;
    for (size_t i = 0; i < INDEX_READERS_MAX; i++) {
        uint64_t at = atomic_load(&s->readers[i].epoch);
        oldest = at < oldest ? at : oldest;
    }
    return oldest;
}

static void collect(struct index_set *s)
{
    uint64_t oldest = oldest_reader(s);
    for (struct state **at = &s->retired; *at;) {
        struct state *r = *at;
        if (r->retired > oldest) {
            at = &r->next;
            continue;
        }
        *at = r->next;
        s->told.waiting--;
        state_free(r);
    }
}

/* Under s->write. Takes both references. */
static void publish(struct index_set *s, struct index_image *base, struct index_image *overlay)
{
    struct state *was = atomic_load(&s->now);
    atomic_store(&s->now, state_new(base, overlay));
    was->retired = atomic_fetch_add(&s->epoch, 1) + 1;
    was->next = s->retired;
    s->retired = was;
    s->told.waiting++;
    s->told.swaps++;
    collect(s);
}

static struct index_image *base_again(struct index_set *s)
{
    struct index_image *base = atomic_load(&s->now)->base;
    if (base)
        base->references++;
    return base;
}

static bool rises(const struct index_set *s, uint64_t generation, struct err *e)
{
    if (generation > s->told.generation)
        return true;
    return err_set(e, ERR_CONFLICT, "selector generation %llu is not above %llu",
                   (unsigned long long)generation, (unsigned long long)s->told.generation);
}

bool index_set_replace(struct index_set *s, struct index_image **image, uint64_t generation,
                       struct err *e)
{
    pthread_mutex_lock(&s->write);
    bool ok = rises(s, generation, e);
    if (ok) {
        index_changes_forget(s->changes, index_changes_count(s->changes));
        publish(s, TAKE(*image), NULL);
        s->told.generation = generation;
    }
    pthread_mutex_unlock(&s->write);
    return ok;
}

static uint64_t seed_now(struct index_set *s)
{
    struct index_image *base = atomic_load(&s->now)->base;
    return base ? base->head->seed : 0;
}

static bool apply(struct index_set *s, const struct index_change *changes, size_t count,
                  struct err *e)
{
    size_t done = 0;
    bool ok = true;
    for (; ok && done < count; done += ok)
        ok = index_changes_add(s->changes, &changes[done], e);
    struct index_image *overlay = NULL;
    ok = ok && index_changes_compile(s->changes, seed_now(s), &overlay, e);
    if (!ok) {
        index_changes_unadd(s->changes, done);
        return false;
    }
    publish(s, base_again(s), overlay);
    return true;
}

bool index_set_apply(struct index_set *s, const struct index_change *changes, size_t count,
                     uint64_t generation, struct err *e)
{
    pthread_mutex_lock(&s->write);
    bool ok = rises(s, generation, e) && apply(s, changes, count, e);
    if (ok)
        s->told.generation = generation;
    pthread_mutex_unlock(&s->write);
    return ok;
}

/* What a merge reads while others write: references keep it alive. */
struct snapshot {
    struct index_image *base, *overlay;
    size_t changes;
};

static struct snapshot snapshot_of(struct index_set *s)
{
    pthread_mutex_lock(&s->write);
    struct state *now = atomic_load(&s->now);
    struct snapshot shot = {now->base, now->overlay, index_changes_count(s->changes)};
    if (shot.base)
        shot.base->references++;
    if (shot.overlay)
        shot.overlay->references++;
    pthread_mutex_unlock(&s->write);
    return shot;
}

static bool merged(const struct snapshot *shot, uint32_t now, struct index_image **ret_image,
                   struct err *e)
{
    struct index_build how = {.built = now * TIME_SECOND};
    AUTO(index_builder_drop) struct index_builder *b = index_builder_new(&how);
    return (!shot->base || index_builder_add_image(b, shot->base, shot->overlay, now, e)) &&
           index_builder_add_image(b, shot->overlay, NULL, now, e) &&
           index_builder_finish(&b, ret_image, e);
}

/* Under s->write: the new image and the changes that came while it was built. */
static bool adopt(struct index_set *s, const struct snapshot *shot, struct index_image **image,
                  struct err *e)
{
    if (atomic_load(&s->now)->base != shot->base)
        return true; /* replaced meanwhile: the merge is of yesterday */
    struct index_image *overlay = NULL;
    index_changes_forget(s->changes, shot->changes);
    if (!index_changes_compile(s->changes, (*image)->head->seed, &overlay, e))
        return false;
    publish(s, TAKE(*image), overlay);
    s->told.merges++;
    return true;
}

bool index_set_merge(struct index_set *s, uint32_t now, struct err *e)
{
    pthread_mutex_lock(&s->merge);
    struct snapshot shot = snapshot_of(s);
    AUTO(index_image_drop) struct index_image *image = NULL;
    bool ok = !shot.overlay || merged(&shot, now, &image, e);
    pthread_mutex_lock(&s->write);
    if (ok && image)
        ok = adopt(s, &shot, &image, e);
    image_release(shot.base);
    image_release(shot.overlay);
    pthread_mutex_unlock(&s->write);
    pthread_mutex_unlock(&s->merge);
    return ok;
}

struct index_set_state index_set_state(struct index_set *s)
{
    pthread_mutex_lock(&s->write);
    struct index_set_state told = s->told;
    const struct index_image *base = atomic_load(&s->now)->base;
    told.base = base ? index_image_count(base) : 0;
    told.changes = index_changes_count(s->changes);
    pthread_mutex_unlock(&s->write);
    return told;
}

void index_set_collect(struct index_set *s)
{
    pthread_mutex_lock(&s->write);
    collect(s);
    pthread_mutex_unlock(&s->write);
}

struct index_reader *index_reader_join(struct index_set *s)
{
    for (size_t i = 0; i < INDEX_READERS_MAX; i++)
        if (!atomic_exchange(&s->readers[i].taken, true)) {
            index_reader_online(&s->readers[i]);
            return &s->readers[i];
        }
    return NULL;
}

void index_reader_leave(struct index_reader **r)
{
    if (!*r)
        return;
    index_reader_offline(*r);
    atomic_store(&(*r)->taken, false);
    *r = NULL;
}

struct index_view index_reader_view(struct index_reader *r)
{
    const struct state *now = atomic_load(&r->set->now);
    return (struct index_view){now->base, now->overlay};
}

void index_reader_quiesce(struct index_reader *r)
{
    uint64_t epoch = atomic_load_explicit(&r->set->epoch, memory_order_acquire);
    if (epoch != atomic_load_explicit(&r->epoch, memory_order_relaxed))
        atomic_store(&r->epoch, epoch);
}

void index_reader_offline(struct index_reader *r)
{
    atomic_store(&r->epoch, OFFLINE);
}

void index_reader_online(struct index_reader *r)
{
    atomic_store(&r->epoch, atomic_load(&r->set->epoch));
}
