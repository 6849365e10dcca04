/* day.c - the turns of a day, and where its people and machines stand. */
#include "core/time.h"
#include "net/bytes.h"
#include "synth/day/day_private.h"

#include <stdlib.h>

enum { CLIENTS = 30, OFFICE_HOURS = 9 };

struct actor *day_actor(struct day *d, uint64_t kind, uint64_t i, int64_t at_us,
                        int64_t (*act)(struct day *d, struct actor *a))
{
    struct actor *a = calloc(1, sizeof *a);
    if (!a)
        abort();
    a->at_us = at_us;
    a->act = act;
    a->random = synth_random_of(synth_mix(d->m->order.seed, kind, i));
    *d->last = a;
    d->last = &a->next;
    return a;
}

/* The one that is due first; of two at one instant the one that came first. A few hundred are walked. */
static struct actor *actor_due(const struct day *d)
{
    struct actor *due = d->first;
    for (struct actor *a = due; a; a = a->next)
        if (a->at_us < due->at_us)
            due = a;
    return due;
}

static void turns_run(struct day *d)
{
    struct synth_making *m = d->m;
    for (struct actor *a; (a = actor_due(d)) && a->at_us < d->end_us;) {
        synth_line_run(m->line, a->at_us);
        d->now_us = a->at_us;
        m->random = a->random;
        int64_t next = a->act(d, a);
        a->random = m->random;
        a->at_us = next > a->at_us ? next : a->at_us + 1;
    }
}

bool day_at_work(const struct day *d, int64_t at_us)
{
    int64_t day = (at_us - d->start_us) / DAY_US;
    return (double)(at_us - d->start_us - day * DAY_US) < d->office_hours * (double)HOUR_US;
}

struct host day_machine(unsigned i)
{
    return host_v4(0x0a000000 + i);
}

struct host day_plc(unsigned i)
{
    return host_v4(0x0a501401 + i);
}

struct host day_station(void)
{
    return host_v4(0x0a500a0b);
}

struct host day_outsider(uint64_t i)
{
    return host_v4(0xcb007101 + (uint32_t)(i % 250));
}

int64_t after(struct synth_random *r, double seconds, double jitter)
{
    double part = (double)(synth_random_next(r) >> 11) / (double)(UINT64_C(1) << 53);
    return (int64_t)(seconds * (1 + jitter * (2 * part - 1)) * (double)SECOND_US);
}

static const struct deed_row office = {
    .is = {.name = "office",
           .settings = {{"days", "", ""}, {"hours", "", ""}, {"clients", "", ""}}}};

static double day_number(struct day *d, const char *key, double normal)
{
    struct str text = deed_text(d, &office, key);
    return text.len ? deed_number(d, &office, key) : normal;
}

static void day_make(struct synth_making *m, double days)
{
    struct day d = {.m = m, .start_us = m->order.start_us};
    d.last = &d.first;
    double clients = CLIENTS * m->order.scale;
    days = day_number(&d, "days", days);
    d.office_hours = day_number(&d, "hours", OFFICE_HOURS);
    d.clients = (unsigned)day_number(&d, "clients", clients < 4 ? 4 : clients);
    d.end_us =
        d.start_us + (int64_t)((days - 1) * (double)DAY_US + d.office_hours * (double)HOUR_US);
    if (days > 1) /* whole days but for the last night */
        d.end_us = d.start_us + (int64_t)(days * (double)DAY_US);
    day_background(&d);
    deeds_start(&d);
    if (!d.failed)
        turns_run(&d);
    else
        m->error = d.error;
    for (struct actor *a = d.first, *next; a; a = next) {
        next = a->next;
        free(a);
    }
}

void scenario_day(struct synth_making *m)
{
    day_make(m, 1);
}

void scenario_week(struct synth_making *m)
{
    day_make(m, 5);
}
