/* tell.c - a finding on its way out: is it due, is it muted, is there room for it this hour? */
#include "detect/tell_private.h"

bool detector_due(const struct detector_run *r, int64_t *told_us, int64_t now_us)
{
    if (*told_us && now_us - *told_us < r->again_us)
        return false;
    *told_us = now_us;
    return true;
}

bool detector_warm(const struct detector_run *r, const struct seen *s, double hours)
{
    return (double)(s->now_us - r->began_us) >= hours * (double)HOUR_US;
}

struct detection detector_finding(const struct seen *s)
{
    const struct observation *o = s->o;
    struct detection f = {
        .first_us = o->kind == OBSERVED_FLOW ? o->ended.start_us : o->time_us,
        .last_us = o->time_us,
        .flow = o->flow,
        .peer_port = o->server_port,
        .proto = o->proto,
        .name = o->name,
        .count = 1,
    };
    memcpy(f.host, o->client, sizeof f.host);
    memcpy(f.peer, o->server, sizeof f.peer);
    return f;
}

void detection_feature(struct detection *f, const char *name, double value, double threshold)
{
    if (f->feature_count < DETECT_FEATURES_MOST)
        f->features[f->feature_count++] = (struct detection_feature){name, value, threshold};
}

static struct addr addr_of(const uint8_t a[16])
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    return memcmp(a, mapped, sizeof mapped) == 0 ? addr_of_v4(a + 12) : addr_of_v6(a);
}

static bool mute_fits(const struct detect_mute *m, const struct detection *f)
{
    struct addr host = addr_of(f->host), peer = addr_of(f->peer);
    if (m->row && m->row != f->row)
        return false;
    if (m->has_host && !addr_contains(&m->host, &host))
        return false;
    if (m->has_peer && (address_is_zero(f->peer) || !addr_contains(&m->peer, &peer)))
        return false;
    return !m->name_len || name_is_below(f->name, (struct str){m->name, m->name_len});
}

static bool is_muted(struct detect *d, const struct detection *f)
{
    bool ended = false;
    for (size_t i = 0; i < d->settings.mute_count; i++) {
        const struct detect_mute *m = &d->settings.mutes[i];
        if (!mute_fits(m, f))
            continue;
        if (f->last_us < m->until_us)
            return true;
        ended = true;
    }
    d->mutes_ended += ended;
    return false;
}

/* By the hour of packet time in which they are told, so that a flood of findings cannot hide the rest. */
static bool has_room(struct detector_run *r)
{
    const struct detect *d = r->all;
    if (d->now_us - r->hour_us >= HOUR_US) {
        r->hour_us = d->now_us - d->now_us % HOUR_US;
        r->told_in_hour = 0;
    }
    return r->told_in_hour++ < d->settings.most_per_hour;
}

void detector_tell(struct detector_run *r, struct detection *f)
{
    struct detect *d = r->all;
    f->row = r->row;
    f->score = f->score < 0 ? 0 : f->score > 1 ? 1 : f->score;
    if (f->name.len > DETECT_NAME_MOST)
        f->name.len = DETECT_NAME_MOST;
    if (is_muted(d, f)) {
        r->stats.muted++;
        return;
    }
    if (!has_room(r)) {
        r->stats.over++;
        return;
    }
    r->stats.told++;
    if (d->settings.on_detection)
        d->settings.on_detection(d->settings.context, f);
}
