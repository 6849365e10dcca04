/* watch_flows.c - flow records of routers in place of packets: the socket is bound while there are rights to. */
#include "cli/sensor/watch_private.h"
#include "core/log.h"

enum { WAIT_MS = 500, ADDRESS_MOST = 64 };

/* "192.0.2.1:2055", "[2001:db8::1]:2055", ":2055" for every address. */
static bool split(const char *text, char address[ADDRESS_MOST], uint16_t *ret_port, struct err *e)
{
    const char *colon = strrchr(text, ':');
    char *end = NULL;
    unsigned long port = colon && colon[1] ? strtoul(colon + 1, &end, 10) : 0;
    size_t len = colon ? (size_t)(colon - text) : 0;
    if (!end || *end || !port || port > UINT16_MAX || len >= ADDRESS_MOST)
        return err_set(e, ERR_INVALID, "--flow-listen takes ADDRESS:PORT");
    size_t skip = len > 2 && text[0] == '[' && text[len - 1] == ']' ? 1 : 0;
    len -= 2 * skip;
    memcpy(address, text + skip, len);
    address[len] = 0;
    if (!len)
        memcpy(address, "::", sizeof "::");
    *ret_port = (uint16_t)port;
    return true;
}

bool watch_flows_open(struct watch *w, struct err *e)
{
    const char *text = w->sensor->args.flow_listen;
    char address[ADDRESS_MOST];
    uint16_t port = 0;
    if (!text)
        return true;
    if (!split(text, address, &port, e) || !netflow_udp_open(address, port, &w->flow_socket, e))
        return err_wrap(e, "--flow-listen");
    return true;
}

bool watch_flows_feed(struct watch *w, struct err *e)
{
    const struct sensor *s = w->sensor;
    if (!w->flow_socket)
        return true;
    struct flow_feed_settings f = {
        .set = live_set_index(w->set),
        .own = s->own,
        .own_count = s->args.own.count,
        .enterprise = (uint32_t)s->args.enterprise,
        .metadata = watch_wants_metadata(w),
        .context = &w->queues[0],
        .on_event = watch_event,
        .on_observation = watch_wants_observations(w) ? watch_observation : NULL,
    };
    return flow_feed_new(&f, &w->feed, e);
}

bool watch_flows_turn(struct watch *w, struct err *e)
{
    if (!flow_feed_poll(w->feed, w->flow_socket, WAIT_MS, clock_real(), e))
        return false;
    struct flow_feed_counts n = flow_feed_counts(w->feed);
    pthread_mutex_lock(&w->desk);
    bool ok = book_fates(w->book, &n.fate, 0, e);
    if (w->detect)
        detect_flush(w->detect);
    sightings_advance(w->sightings, clock_real()->now(clock_real()));
    pthread_mutex_unlock(&w->desk);
    return ok;
}

void watch_flows_tell(const struct watch *w)
{
    struct flow_feed_counts n = flow_feed_counts(w->feed);
    uint64_t matches = 0;
    for (size_t i = 0; i < SENSOR_WHERES; i++)
        matches += n.matched[i];
    log_info(
        "flow records %llu of %llu datagrams, refused %llu, dropped by the kernel %llu, lost %llu "
        "(by sequence), without template %llu; foreign %llu; matches %llu",
        (unsigned long long)n.records, (unsigned long long)n.reader.datagrams,
        (unsigned long long)n.reader.refused, (unsigned long long)netflow_udp_drops(w->flow_socket),
        (unsigned long long)n.reader.lost, (unsigned long long)n.reader.sets_unknown,
        (unsigned long long)n.flows_foreign, (unsigned long long)matches);
}

void watch_flows_close(struct watch *w)
{
    flow_feed_drop(&w->feed);
    netflow_udp_drop(&w->flow_socket);
}
