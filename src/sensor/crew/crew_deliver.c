/* crew_deliver.c - what all workers had to say about a chunk, in the order of its packets. */
#include "crew_private.h"

static void deliver(const struct crew *c, const struct outbox *o, const struct outbox_entry *n)
{
    const struct crew_user *u = &c->settings.user;
    if (n->kind == OUTBOX_MATCH) {
        struct outbox_match room;
        if (u->match)
            u->match(u->context, outbox_read_match(o, n, &room));
    } else if (n->kind == OUTBOX_OBSERVATION) {
        struct observation ob = outbox_read_observation(o, n);
        u->observation(u->context, &ob);
    } else {
        u->text(u->context, n->kind, (struct str){o->texts[n->kind].ptr + n->at, n->len});
    }
}

static void deliver_all(const struct crew *c, const struct chunk *k)
{
    size_t at[CREW_THREADS_MOST] = {0};
    for (;;) {
        const struct outbox *first = NULL;
        size_t whose = 0;
        for (size_t i = 0; i < c->settings.threads; i++) {
            const struct outbox *o = &k->boxes[i];
            if (at[i] < o->entries.len &&
                (!first || o->entries.ptr[at[i]].number < first->entries.ptr[at[whose]].number)) {
                first = o;
                whose = i;
            }
        }
        if (!first)
            return;
        deliver(c, first, &first->entries.ptr[at[whose]++]);
    }
}

static void mark_time(struct crew *c, const struct chunk *k)
{
    for (size_t i = 0; i < k->frame_count; i++)
        if (k->frames[i].time_us > c->time_us)
            c->time_us = k->frames[i].time_us;
}

static struct fate_counts fates_so_far(struct crew *c, const struct chunk *k)
{
    fate_add(&c->undelivered, &k->fate);
    struct fate_counts all = c->undelivered;
    for (size_t i = 0; i < c->settings.threads; i++)
        fate_add(&all, &k->fates[i]);
    return all;
}

void chunk_deliver(struct crew *c, struct chunk *k)
{
    const struct crew_user *u = &c->settings.user;
    mark_time(c, k);
    struct fate_counts all = fates_so_far(c, k);
    if (!c->stopped && u->begin && !u->begin(u->context, c->time_us))
        c->stopped = true;
    if (!c->stopped)
        deliver_all(c, k);
    if (u->fates && !u->fates(u->context, &all))
        c->stopped = true;
}
