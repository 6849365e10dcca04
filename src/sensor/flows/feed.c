/* feed.c - where records come from: captures, files of messages, a socket. */
#include "flows_private.h"

#include "net/bytes.h"
#include "net/decode.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

enum { IPFIX_VERSION = 10, IPFIX_HEADER = 16, MESSAGE_MOST = 65535 };

static void on_record(void *context, const struct flow_record *r)
{
    flow_feed_record(context, r);
}

bool flow_feed_new(const struct flow_feed_settings *s, struct flow_feed **ret, struct err *e)
{
    struct netflow_settings reader = NETFLOW_SETTINGS;
    struct flow_feed *f = calloc(1, sizeof *f);
    if (!f)
        abort();
    reader.enterprise = s->enterprise;
    f->settings = *s;
    f->view = s->view;
    if (!netflow_new(&reader, &(struct netflow_user){f, on_record}, &f->reader, e)) {
        flow_feed_drop(&f);
        return false;
    }
    if (s->set && !(f->set = index_reader_join(s->set))) {
        flow_feed_drop(&f);
        return err_set(e, ERR_LIMIT, "too many readers of the selectors");
    }
    if (f->set)
        index_reader_offline(f->set);
    *ret = f;
    return true;
}

void flow_feed_drop(struct flow_feed **f)
{
    if (*f) {
        netflow_drop(&(*f)->reader);
        if ((*f)->set)
            index_reader_leave(&(*f)->set);
    }
    free(*f);
    *f = NULL;
}

struct flow_feed_counts flow_feed_counts(const struct flow_feed *f)
{
    struct flow_feed_counts n = f->counts;
    n.reader = netflow_stats(f->reader);
    return n;
}

/* ---- a turn: one view of the selectors ---- */

static void turn_begin(struct flow_feed *f)
{
    if (!f->set)
        return;
    index_reader_online(f->set);
    f->view = index_reader_view(f->set);
}

static void turn_end(struct flow_feed *f)
{
    if (!f->set)
        return;
    f->view = (struct index_view){0};
    index_reader_offline(f->set);
}

static int64_t latest(const struct flow_feed *f)
{
    return f->counts.last_us > f->now_us ? f->counts.last_us : f->now_us;
}

void flow_feed_datagram(struct flow_feed *f, const uint8_t exporter[16], struct str datagram,
                        int64_t now_us)
{
    f->now_us = now_us;
    turn_begin(f);
    (void)netflow_read(f->reader, exporter, datagram);
    turn_end(f);
}

/* The wait is no time in which selectors may stay held: it is over before the turn begins. */
bool flow_feed_poll(struct flow_feed *f, struct netflow_udp *u, int wait_ms, struct clock *clock,
                    struct err *e)
{
    struct pollfd p = {.fd = netflow_udp_fd(u), .events = POLLIN};
    size_t count = 0;
    if (poll(&p, 1, wait_ms) <= 0)
        return true;
    f->now_us = clock->now(clock);
    turn_begin(f);
    bool ok = netflow_udp_poll(u, f->reader, 0, &count, e);
    turn_end(f);
    return ok;
}

/* ---- captures ---- */

static void frames_read(struct flow_feed *f, struct decode_ctx *ctx, const struct frame *frames,
                        size_t count)
{
    struct packet packets[DECODE_BATCH];
    size_t n = decode_batch(frames, count, ctx, packets);
    f->counts.frames += count;
    turn_begin(f);
    for (size_t i = 0; i < n; i++) {
        if (packets[i].time_us > f->now_us)
            f->now_us = packets[i].time_us;
        f->counts.other_packets += !netflow_packet(f->reader, &packets[i]);
    }
    turn_end(f);
}

static bool capture_read(struct flow_feed *f, struct capture *c, flow_feed_step *step,
                         void *context, struct err *e)
{
    AUTO(decode_drop) struct decode_ctx *ctx = decode_new(NULL);
    struct frame frames[DECODE_BATCH];
    size_t n;
    while ((n = capture_batch(c, frames, COUNT(frames), e)) > 0) {
        frames_read(f, ctx, frames, n);
        if (step && !step(context, latest(f)))
            break;
    }
    f->counts.broken += capture_stats(c).broken_tail;
    return e->code == ERR_OK;
}

/* ---- files of messages ---- */

/* False at the end, or where what follows is no message: *ret_ok says which. */
static bool message_next(FILE *in, uint8_t *room, size_t *ret_len, bool *ret_ok)
{
    size_t got = fread(room, 1, IPFIX_HEADER, in);
    *ret_ok = got == 0;
    if (got < IPFIX_HEADER || load_be16(room) != IPFIX_VERSION)
        return false;
    size_t len = load_be16(room + 2);
    if (len < IPFIX_HEADER)
        return false;
    *ret_len = len;
    return fread(room + IPFIX_HEADER, 1, len - IPFIX_HEADER, in) == len - IPFIX_HEADER;
}

static bool messages_read(struct flow_feed *f, FILE *in, flow_feed_step *step, void *context,
                          struct err *e)
{
    static const uint8_t nobody[16] = {0};
    uint8_t *room = malloc(MESSAGE_MOST);
    size_t len = 0;
    bool whole = false, goes_on = true;
    if (!room)
        abort();
    while (goes_on && message_next(in, room, &len, &whole)) {
        int64_t time_us = (int64_t)load_be32(room + 4) * 1000000;
        flow_feed_datagram(f, nobody, (struct str){(const char *)room, len}, time_us);
        goes_on = !step || step(context, latest(f));
    }
    free(room);
    if (goes_on && !whole) {
        f->counts.broken++;
        return err_set(e, ERR_INVALID, "byte %ld: a message that is cut off, or none of IPFIX",
                       ftell(in));
    }
    return true;
}

static bool is_ipfix(FILE *in)
{
    uint8_t head[IPFIX_HEADER] = {0};
    bool yes = fread(head, 1, sizeof head, in) == sizeof head && load_be16(head) == IPFIX_VERSION &&
               load_be16(head + 2) >= IPFIX_HEADER;
    rewind(in);
    return yes;
}

bool flow_feed_file(struct flow_feed *f, const char *path, flow_feed_step *step, void *context,
                    struct err *e)
{
    struct err no_capture = {0};
    AUTO(capture_drop) struct capture *c = NULL;
    if (capture_open_file(path, &c, &no_capture))
        return capture_read(f, c, step, context, e);
    FILE *in = no_capture.code == ERR_INVALID ? fopen(path, "rb") : NULL;
    bool messages = in && is_ipfix(in), ok = messages && messages_read(f, in, step, context, e);
    if (in)
        fclose(in);
    if (!messages)
        *e = no_capture;
    return ok;
}
