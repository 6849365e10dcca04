/* selectors.c - building, signing and keeping the selector image. */
#include "node/selectors.h"

#include "core/log.h"
#include "index/sealed.h"
#include "node/node_private.h"
#include "store/change.h"
#include "store/warning.h"

#define SEAL_CONTEXT S("hinomi selector set v1")
enum { SEAL_SIGNED = 96, SEAL_KEY_AT = 64, SEAL_SIGNATURE_AT = 96, WARNINGS_MOST = 100000 };

struct image_keep {
    pthread_mutex_t lock; /* one builds, the others wait for it */
    struct index_image *image;
    int64_t generation;
    uint8_t seal[INDEX_SEAL_SIZE];
};

bool image_new(struct node *n, struct err *e)
{
    (void)e;
    n->image = calloc(1, sizeof *n->image);
    if (!n->image)
        abort();
    pthread_mutex_init(&n->image->lock, NULL);
    n->image->generation = -1;
    return true;
}

void image_free(struct node *n)
{
    if (!n->image)
        return;
    index_image_drop(&n->image->image);
    pthread_mutex_destroy(&n->image->lock);
    free(n->image);
    n->image = NULL;
}

static uint32_t seconds_of(int64_t us)
{
    int64_t s = us / TIME_SECOND;
    return us <= 0 ? 0 : s > UINT32_MAX ? UINT32_MAX : (uint32_t)s;
}

static bool add_claim(void *ctx, const struct indicator_view *v, struct err *e)
{
    struct index_entry entry = {
        .selector = v->selector,
        .action = INDEX_ALERT,
        .confidence = (uint8_t)v->claim.claim.confidence,
        .expires = seconds_of(v->claim.claim.valid_until),
        .source = v->claim.source,
        .threat = v->claim.threat,
    };
    return index_builder_add(ctx, &entry, e);
}

/* Of two entries for one selector the builder keeps the surer, and of equals the sterner action. */
static bool add_warnings(struct node *n, struct db *db, struct index_builder *b, struct err *e)
{
    struct arena a = ARENA(256 << 20);
    struct warning_row *rows = NULL;
    size_t count = 0;
    const struct warning_page page = {.most = WARNINGS_MOST, .live_at = n->clock->now(n->clock)};
    bool ok = store_warning_list(db, &a, &page, &rows, &count, e);
    for (size_t i = 0; ok && i < count; i++) {
        struct index_entry entry = {
            .selector = rows[i].selector,
            .action = (enum index_action)rows[i].action,
            .confidence = (uint8_t)rows[i].confidence,
            .expires = seconds_of(rows[i].valid_until),
            .source = rows[i].source,
            .threat = rows[i].threat,
        };
        ok = index_builder_add(b, &entry, e);
    }
    arena_drop(&a);
    return ok;
}

static bool build(struct node *n, struct db *db, struct index_image **ret, struct err *e)
{
    AUTO(index_builder_drop)
    struct index_builder *b =
        index_builder_new(&(struct index_build){.built = n->clock->now(n->clock)});
    return store_walk(db, 0, n->clock->now(n->clock), add_claim, b, e) &&
           add_warnings(n, db, b, e) && index_builder_finish(&b, ret, e);
}

/* The seal is laid out with a key of the moment, then signed by the node's own, which no memory of this
 * process holds. */
static bool seal(struct node *n, struct image_keep *k, struct err *e)
{
    struct key_secret moment;
    key_generate(&moment);
    index_seal_make(k->image, (uint64_t)k->generation, n->clock->now(n->clock), &moment, k->seal);
    key_wipe(&moment);
    memcpy(k->seal + SEAL_KEY_AT, n->keys->public.bytes, KEY_PUBLIC_SIZE);
    return n->keys->sign(n->keys, SEAL_CONTEXT, (struct str){(const char *)k->seal, SEAL_SIGNED},
                         k->seal + SEAL_SIGNATURE_AT, e);
}

static bool refresh(struct node *n, struct err *e)
{
    struct image_keep *k = n->image;
    struct index_image *image = NULL;
    int64_t generation = 0;
    struct db *db = node_read(n, e);
    if (!db)
        return false;
    /* One snapshot for the number and the rows: a deferred transaction of the reader. */
    bool ok = db_exec(db, "BEGIN", e);
    if (ok) {
        ok = store_generation(db, &generation, e) &&
             (generation == k->generation || build(n, db, &image, e));
        struct err quiet = {};
        if (!db_exec(db, "COMMIT", ok ? e : &quiet))
            ok = false;
    }
    node_read_end(n, db);
    if (!ok || !image)
        return ok;
    index_image_drop(&k->image);
    k->image = image;
    k->generation = generation;
    if (seal(n, k, e))
        return true;
    k->generation = -1;
    return err_wrap(e, "signing the selector set");
}

bool node_image_clear(struct node *n, struct arena *a, const struct release *to,
                      const struct cleared **ret, int64_t *ret_generation, struct err *e)
{
    struct image_keep *k = n->image;
    pthread_mutex_lock(&k->lock);
    bool ok = refresh(n, e);
    if (ok) {
        struct str image = index_image_bytes(k->image);
        struct buf whole = BUF(image.len + INDEX_SEAL_SIZE);
        buf_bytes(&whole, k->seal, INDEX_SEAL_SIZE);
        buf_put(&whole, image);
        ok = whole.over ? err_set(e, ERR_LIMIT, "the selector set is too large to send")
                        : gate_own(a, to, n->self.org, buf_str(&whole), ret, e);
        buf_drop(&whole);
        *ret_generation = k->generation;
    }
    pthread_mutex_unlock(&k->lock);
    return ok;
}
