/* flow_timer.c - when a flow's time is over, without ever looking through all of them.
 *
 * A wheel of one-second slots. A packet only notes the second it came in; when the slot of a flow
 * comes up, its true deadline is worked out and it is put into a later one if that has moved.
 *
 * The clock runs on packet time. It takes a step back of a minute or less for disorder and waits; after
 * a longer one (files one after the other, a broken stamp) it goes on from the new time.
 */
#include "flow_private.h"

enum { SECOND = 1000000, DISORDER_S = 60, JUMP_MOST_S = 2 * WHEEL };

void timer_init(struct shard *s)
{
    for (int i = 0; i < WHEEL; i++)
        s->wheel[i] = FLOW_NONE;
}

static uint16_t timeout_of(const struct flow_settings *set, const struct flow *f)
{
    switch (f->key.proto) {
    case IP_TCP:
        return f->state == FLOW_CLOSED     ? set->tcp_closed_s
               : f->state < FLOW_BOTH_WAYS ? set->tcp_new_s
                                           : set->tcp_s;
    case IP_UDP: return set->udp_s;
    case IP_ICMP:
    case IP_ICMP6: return set->icmp_s;
    default: return set->other_s;
    }
}

static uint32_t *slot_of(struct shard *s, uint32_t second)
{
    return &s->wheel[second % WHEEL];
}

/* Puts it into the slot of its deadline. While it waits there, timer_prev of the first one names the
 * slot, with the top bit set, so that it can be taken out from anywhere. */
void timer_set(struct flow_table *t, struct shard *s, struct flow *f)
{
    uint32_t deadline = f->seen_s + timeout_of(&t->set, f);
    if ((int32_t)(deadline - s->now_s) < 1)
        deadline = s->now_s + 1;
    uint32_t *head = slot_of(s, deadline);
    f->timer_next = *head;
    f->timer_prev = UINT32_C(0x80000000) | deadline % WHEEL;
    if (*head != FLOW_NONE)
        flow_at(t, s, *head)->timer_prev = f->slot;
    *head = f->slot;
}

void timer_clear(struct flow_table *t, struct shard *s, struct flow *f)
{
    if (f->timer_next != FLOW_NONE)
        flow_at(t, s, f->timer_next)->timer_prev = f->timer_prev;
    if (f->timer_prev & UINT32_C(0x80000000))
        s->wheel[f->timer_prev % WHEEL] = f->timer_next;
    else
        flow_at(t, s, f->timer_prev)->timer_next = f->timer_next;
}

static void slot_run(struct flow_table *t, struct shard *s, uint32_t second)
{
    uint32_t at = *slot_of(s, second);
    *slot_of(s, second) = FLOW_NONE;
    while (at != FLOW_NONE) {
        struct flow *f = flow_at(t, s, at);
        at = f->timer_next;
        timer_set(t, s, f); /* in its right place again, whatever becomes of it */
        uint32_t deadline = f->seen_s + timeout_of(&t->set, f);
        if ((int32_t)(deadline - s->now_s) <= 0)
            flow_finish(t, s, f, f->state == FLOW_CLOSED ? FLOW_END_CLOSED : FLOW_END_TIMEOUT);
        else if (t->user.on_time)
            t->user.on_time(t->user.context, f);
    }
}

void timer_run(struct flow_table *t, struct shard *s, int64_t packet_us)
{
    int64_t step = s->begun ? packet_us - s->last_us : 0;
    if (!s->begun || step > 0 || step < -(int64_t)DISORDER_S * SECOND)
        s->last_us = packet_us;
    s->begun = true;
    if (step <= 0)
        return;
    if (step > (int64_t)JUMP_MOST_S * SECOND)
        step = (int64_t)JUMP_MOST_S * SECOND;
    uint64_t us = s->now_us + (uint64_t)step;
    uint32_t seconds = (uint32_t)(us / SECOND), from = s->now_s + 1;
    s->now_us = (uint32_t)(us % SECOND);
    s->now_s += seconds;
    for (uint32_t i = 0; i < seconds && i < WHEEL; i++)
        slot_run(t, s, from + i);
}
