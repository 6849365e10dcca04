/* netflow_tables.c - templates and domains: found by a walk, replaced by age.
 *
 * A walk over a thousand keys costs about a microsecond, once a set; the template found last is tried first.
 * No hash: what goes when the table is full then depends on the datagrams alone, never on a seed.
 */
#include "netflow_private.h"

bool netflow_origin_eq(const struct netflow_origin *a, const struct netflow_origin *b)
{
    return a->domain == b->domain && a->version == b->version &&
           memcmp(a->exporter, b->exporter, sizeof a->exporter) == 0;
}

struct netflow_domain *netflow_domain_of(struct netflow *n, const struct netflow_origin *o)
{
    struct netflow_domain *oldest = &n->domains[0];
    n->clock++;
    for (size_t i = 0; i < n->settings.domains; i++) {
        struct netflow_domain *d = &n->domains[i];
        if (d->used && netflow_origin_eq(&d->origin, o)) {
            d->used = n->clock;
            return d;
        }
        if (d->used < oldest->used)
            oldest = d;
    }
    n->stats.domains_evicted += oldest->used != 0;
    *oldest = (struct netflow_domain){.used = n->clock, .origin = *o};
    return oldest;
}

static bool is_it(const struct netflow_template *t, const struct netflow_origin *o, unsigned number)
{
    return t->used && t->number == number && netflow_origin_eq(&t->origin, o);
}

struct netflow_template *netflow_template_find(struct netflow *n, const struct netflow_origin *o,
                                               unsigned number)
{
    struct netflow_template *t = &n->templates[n->last];
    for (size_t i = 0; !is_it(t, o, number); i++) {
        if (i == n->settings.templates)
            return NULL;
        t = &n->templates[i];
    }
    if (!is_it(t, o, number))
        return NULL;
    n->last = (size_t)(t - n->templates);
    t->used = ++n->clock;
    return t;
}

struct netflow_template *netflow_template_make(struct netflow *n, const struct netflow_origin *o,
                                               unsigned number)
{
    struct netflow_template *t = netflow_template_find(n, o, number);
    if (!t) {
        t = &n->templates[0];
        for (size_t i = 1; i < n->settings.templates && t->used; i++)
            if (n->templates[i].used < t->used)
                t = &n->templates[i];
        n->stats.templates_evicted += t->used != 0;
    }
    t->used = ++n->clock;
    t->origin = *o;
    t->number = (uint16_t)number;
    return t;
}

void netflow_template_withdraw(struct netflow *n, const struct netflow_origin *o, unsigned number)
{
    enum { ALL_DATA = 2, ALL_OPTIONS = 3 };
    for (size_t i = 0; i < n->settings.templates; i++) {
        struct netflow_template *t = &n->templates[i];
        if (!t->used || !netflow_origin_eq(&t->origin, o))
            continue;
        if (t->number == number || (number == ALL_DATA && !t->options) ||
            (number == ALL_OPTIONS && t->options)) {
            t->used = 0;
            n->stats.templates_withdrawn++;
        }
    }
}
