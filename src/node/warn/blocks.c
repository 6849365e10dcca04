/* blocks.c - this organisation's block list: kept in memory, guarded, and written to files.
 *
 * The truth is the `block` table. The list in memory is what the guards count on; it is made from the
 * table at start and whenever policy or own space changes. Decisions are taken on the writer thread;
 * a thread of its own writes the files after each commit that changed the list, and gives receipts for
 * what it wrote. An entry leaves when its time ends, whether or not anybody is awake: nftables times
 * it out by itself, and this thread rewrites the zone.
 *
 * Files: out/rpz.zone (RPZ zone "rpz.hinomi") and out/hinomi.nft.
 */
#include "core/io.h"
#include "core/log.h"
#include "core/vec.h"
#include "exchange/blocklist.h"
#include "exchange/nftables.h"
#include "exchange/publish.h"
#include "exchange/rpz.h"
#include "intel/warninglist.h"
#include "node/node_private.h"
#include "store/warning.h"

#include <time.h>

enum { FILE_MAX_BYTES = 256 << 20, BLOCKS_MOST = 1000000 };

struct step { /* a receipt that is due when the files are written */
    char warning[40];
    bool cleared;
};

struct blocks {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct arena memory; /* of the guards */
    struct blocklist *list;
    VEC(struct step) due;
    uint64_t version, written; /* of the list; of the files */
    uint32_t serial;
    bool halting, started;
    pthread_t thread;
};

/* Own networks and names. */
static bool own_space(struct node *n, struct db *db, struct arena *a, struct selector **ret,
                      size_t *ret_count, struct err *e)
{
    struct constituency_row *ranges = NULL;
    size_t count = 0, out = 0;
    if (!store_constituency(db, a, n->self.org, &ranges, &count, e))
        return false;
    struct selector *own = arena_array(a, struct selector, count + 1);
    char(*texts)[ADDR_TEXT_SIZE] = arena_alloc(a, count + 1, sizeof *texts);
    for (size_t i = 0; i < count; i++) {
        struct addr prefix;
        if (str_eq(ranges[i].kind, S("domain")))
            own[out++] = (struct selector){SELECTOR_DOMAIN_BELOW, ranges[i].value};
        else if (prefix_parse(ranges[i].value, &prefix, e))
            own[out++] = selector_of_addr(&prefix, texts[i]);
        else
            return false;
    }
    *ret = own;
    *ret_count = out;
    return true;
}

static bool never_list(struct arena *a, const struct policy *policy, struct warninglist **ret,
                       struct err *e)
{
    struct warninglist *never = warninglist_new(a);
    if (!warninglist_add_builtin(never, e))
        return false;
    for (size_t i = 0; i < policy->block.never_count; i++)
        if (!warninglist_add(never, policy->block.never[i], S("never-block list of the policy"), e))
            return false;
    warninglist_ready(never);
    *ret = never;
    return true;
}

/* Entries that stand go in as of when they were added, so that the hourly allowance is what it was. */
static bool fill(struct db *db, struct blocklist *list, int64_t now, struct err *e)
{
    struct arena a = ARENA(512 << 20);
    struct block_list blocks = {};
    bool ok = store_blocks(db, &a, S("active"), BLOCKS_MOST, &blocks, e);
    for (size_t i = 0; ok && i < blocks.count; i++) {
        const struct block_row *row = &blocks.rows[i];
        struct str why = STR_NONE;
        struct block_entry entry = {row->warning, row->selector, row->until};
        if (row->until <= now)
            continue;
        enum block_verdict v = blocklist_add(list, &entry, row->added, &why);
        if (v != BLOCK_TAKEN)
            log_warn("block left out: " STR_FMT ": " STR_FMT, STR_ARG(row->selector.value),
                     STR_ARG(why));
    }
    arena_drop(&a);
    return ok;
}

bool blocks_reload(struct node *n, struct db *db, struct err *e)
{
    struct blocks *b = n->blocks;
    struct arena memory = ARENA(128 << 20);
    struct policy policy;
    struct selector *own = NULL;
    size_t own_count = 0;
    struct warninglist *never = NULL;

    if (!policy_in_force(db, &memory, &policy, e) ||
        !own_space(n, db, &memory, &own, &own_count, e) ||
        !never_list(&memory, &policy, &never, e)) {
        arena_drop(&memory);
        return false;
    }
    struct blocklist *list = blocklist_new(&(struct blocklist_settings){
        .own = own,
        .own_count = own_count,
        .never = never,
        .most_new_an_hour = (size_t)policy.block.new_per_hour,
    });
    bool ok = fill(db, list, n->clock->now(n->clock), e);
    pthread_mutex_lock(&b->lock);
    blocklist_drop(&b->list);
    arena_drop(&b->memory);
    b->list = list;
    b->memory = memory;
    b->version++;
    pthread_mutex_unlock(&b->lock);
    return ok;
}

bool blocks_new(struct node *n, struct err *e)
{
    pthread_condattr_t monotonic;
    n->blocks = calloc(1, sizeof *n->blocks);
    if (!n->blocks)
        abort();
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&n->blocks->lock, NULL);
    pthread_cond_init(&n->blocks->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    n->blocks->memory = ARENA(0);
    return blocks_reload(n, model_db(n->model), e);
}

static void note_due(struct blocks *b, struct str warning, bool cleared)
{
    struct step step = {.cleared = cleared};
    snprintf(step.warning, sizeof step.warning, STR_FMT, STR_ARG(warning));
    vec_push(&b->due, step);
    b->version++;
}

bool blocks_try(struct node *n, struct str warning, const struct selector *s, int64_t until,
                struct str *ret_verdict, struct str *ret_why)
{
    struct blocks *b = n->blocks;
    struct block_entry entry = {warning, *s, until};
    struct str why = STR_NONE;
    pthread_mutex_lock(&b->lock);
    enum block_verdict v = blocklist_add(b->list, &entry, n->clock->now(n->clock), &why);
    if (v == BLOCK_TAKEN)
        note_due(b, warning, false);
    pthread_mutex_unlock(&b->lock);
    *ret_verdict = (struct str){block_verdict_name(v), strlen(block_verdict_name(v))};
    *ret_why = why;
    return v == BLOCK_TAKEN;
}

bool blocks_undo(struct node *n, struct str warning)
{
    struct blocks *b = n->blocks;
    pthread_mutex_lock(&b->lock);
    bool was_there = blocklist_withdraw(b->list, warning) > 0;
    if (was_there)
        note_due(b, warning, true);
    pthread_mutex_unlock(&b->lock);
    return was_there;
}

size_t blocks_standing(struct node *n)
{
    pthread_mutex_lock(&n->blocks->lock);
    size_t count = blocklist_count(n->blocks->list);
    pthread_mutex_unlock(&n->blocks->lock);
    return count;
}

void blocks_wake(struct node *n)
{
    pthread_mutex_lock(&n->blocks->lock);
    pthread_cond_signal(&n->blocks->changed);
    pthread_mutex_unlock(&n->blocks->lock);
}

/* The list is this organisation's own product, for its own equipment; the gate sees it as such. */
static bool publish(struct node *n, const char *name, struct str bytes, struct err *e)
{
    struct arena a = ARENA(FILE_MAX_BYTES + (1 << 20));
    const struct item_label label = {.tlp = TLP_AMBER_STRICT,
                                     .originator = n->self.org,
                                     .realm = n->self.realm};
    const struct gate_policy policy = {.country = n->self.country};
    const struct release to = {.policy = &policy, .reader = &n->own, .purpose = GATE_BLOCKLIST};
    const struct gate_item item = {.label = &label, .whole = bytes};
    const struct cleared *cleared = NULL;
    char path[4096];

    snprintf(path, sizeof path, "%s/out/%s", n->dir, name);
    bool ok = gate_clear(&a, &to, &item, &cleared, e) &&
              publish_file(path, cleared, node_own_class(n), e);
    arena_drop(&a);
    return ok;
}

static bool write_files(struct node *n, struct err *e)
{
    struct blocks *b = n->blocks;
    AUTO(buf_drop) struct buf zone = BUF(FILE_MAX_BYTES), rules = BUF(FILE_MAX_BYTES);
    int64_t now = n->clock->now(n->clock);

    pthread_mutex_lock(&b->lock);
    uint32_t least = (uint32_t)(now / TIME_SECOND); /* rises over restarts, too */
    b->serial = b->serial < least ? least : b->serial + 1;
    struct rpz_counts counts = rpz_write(b->list, S("rpz.hinomi"), b->serial, now, &zone);
    nftables_write(b->list, now, &rules);
    pthread_mutex_unlock(&b->lock);
    if (counts.left_out)
        log_warn("%zu names are too long for the response policy zone", counts.left_out);
    if (zone.over || rules.over)
        return err_set(e, ERR_LIMIT, "block lists of more than %d bytes", FILE_MAX_BYTES);
    return publish(n, "rpz.zone", buf_str(&zone), e) &&
           publish(n, "hinomi.nft", buf_str(&rules), e);
}

struct receipt_command {
    struct node_command command;
    const struct step *steps;
    size_t count;
};

static bool decide_receipts(struct node_command *c, struct journal_tx *tx, struct err *e)
{
    struct receipt_command *r = (struct receipt_command *)c;
    for (size_t i = 0; i < r->count; i++) {
        struct warning_row row;
        struct err gone = {};
        struct str id = {r->steps[i].warning, strlen(r->steps[i].warning)};
        if (!store_warning_find(tx_model(tx), tx_arena(tx), id, &row, &gone))
            continue; /* its command was taken back */
        bool cleared = r->steps[i].cleared;
        if (cleared != (row.withdrawn != 0) || row.action != ACT_BLOCK)
            continue; /* taken back, refused or withdrawn in the meantime */
        if (!receipt_give(c, tx, id, cleared ? "cleared" : "written", e))
            return false;
    }
    return true;
}

/* Waits for work: a change, or the end of an entry. False: the node halts. */
static bool wait_for_work(struct node *n, uint64_t *ret_version)
{
    struct blocks *b = n->blocks;
    bool due = false;
    pthread_mutex_lock(&b->lock);
    while (!b->halting && !due) {
        int64_t now = n->clock->now(n->clock);
        if (blocklist_next_end(b->list) <= now && blocklist_expire(b->list, now))
            b->version++;
        due = b->version != b->written;
        if (due)
            break;
        struct timespec at;
        clock_gettime(CLOCK_MONOTONIC, &at);
        at.tv_nsec += 250000000; /* simulated clocks jump: look four times a second */
        if (at.tv_nsec >= 1000000000)
            at.tv_sec++, at.tv_nsec -= 1000000000;
        pthread_cond_timedwait(&b->changed, &b->lock, &at);
    }
    *ret_version = b->version;
    bool go_on = !b->halting;
    pthread_mutex_unlock(&b->lock);
    return go_on;
}

static void give_receipts(struct node *n, const struct step *steps, size_t count)
{
    struct receipt_command command = {.command = {.decide = decide_receipts},
                                      .steps = steps,
                                      .count = count};
    struct err e = {};
    if (count && !node_run(n, &command.command, &e))
        log_error("receipts for %zu blocks: %s", count, e.text);
}

/* Takes the receipts that are due; the caller frees them. */
static struct step *take_due(struct blocks *b, size_t *ret_count)
{
    pthread_mutex_lock(&b->lock);
    struct step *steps = b->due.ptr;
    *ret_count = b->due.len;
    b->due.ptr = NULL;
    b->due.len = b->due.cap = 0;
    pthread_mutex_unlock(&b->lock);
    return steps;
}

/* The files could not be written: what was due stays due, and is tried again in a second. */
static void put_back(struct node *n, const struct step *steps, size_t count)
{
    struct blocks *b = n->blocks;
    int64_t head = 0;
    pthread_mutex_lock(&b->lock);
    for (size_t i = 0; i < count; i++)
        vec_push(&b->due, steps[i]);
    pthread_mutex_unlock(&b->lock);
    node_wait(n, INT64_MAX, time_monotonic() + TIME_SECOND, &head);
}

static void *work(void *arg)
{
    struct node *n = arg;
    struct blocks *b = n->blocks;
    uint64_t version = 0;
    while (wait_for_work(n, &version)) {
        struct err e = {};
        size_t count = 0;
        struct step *steps = take_due(b, &count);
        bool written = write_files(n, &e);
        if (written) {
            give_receipts(n, steps, count);
            pthread_mutex_lock(&b->lock);
            b->written = version;
            pthread_mutex_unlock(&b->lock);
        } else {
            log_error("block lists: %s", e.text);
            put_back(n, steps, count);
        }
        vec_free(steps);
    }
    return NULL;
}

bool blocks_start(struct node *n, struct err *e)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/out", n->dir);
    if (!dir_make(path, 0755, e))
        return false;
    n->blocks->version++; /* the files are written anew at each start */
    if (pthread_create(&n->blocks->thread, NULL, work, n) != 0)
        return err_set(e, ERR_IO, "no thread for the block lists");
    n->blocks->started = true;
    return true;
}

void blocks_halt(struct node *n)
{
    struct blocks *b = n->blocks;
    if (!b || !b->started)
        return;
    pthread_mutex_lock(&b->lock);
    b->halting = true;
    pthread_cond_signal(&b->changed);
    pthread_mutex_unlock(&b->lock);
    pthread_join(b->thread, NULL);
    b->started = false;
}

void blocks_free(struct node *n)
{
    struct blocks *b = n->blocks;
    if (!b)
        return;
    blocklist_drop(&b->list);
    arena_drop(&b->memory);
    vec_drop(&b->due);
    pthread_mutex_destroy(&b->lock);
    pthread_cond_destroy(&b->changed);
    free(b);
    n->blocks = NULL;
}
