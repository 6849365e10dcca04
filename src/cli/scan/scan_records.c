/* scan_records.c - flow records of routers in place of packets: told like a chunk of packets is (crew.h). */
#include "cli/scan/scan_private.h"

struct records {
    struct scan *scan;
    struct crew_user user;
    struct flow_feed *feed;
    struct outbox box; /* what this step has to say */
    void *writer;
    uint64_t number; /* of the event */
};

static void on_event(void *context, const struct sensor_event *ev)
{
    struct records *r = context;
    r->number++;
    if (r->writer) {
        r->user.write(r->writer, ev);
        outbox_texts(&r->box, r->number);
    }
    if (ev->kind == SENSOR_MATCH)
        outbox_match(&r->box, r->number, ev);
}

static void on_observation(void *context, const struct observation *o)
{
    struct records *r = context;
    outbox_observation(&r->box, ++r->number, o);
}

static void deliver(const struct records *r)
{
    const struct outbox *o = &r->box;
    const struct crew_user *u = &r->user;
    for (size_t i = 0; i < o->entries.len; i++) {
        const struct outbox_entry *n = &o->entries.ptr[i];
        if (n->kind == OUTBOX_MATCH) {
            struct outbox_match room;
            u->match(u->context, outbox_read_match(o, n, &room));
        } else if (n->kind == OUTBOX_OBSERVATION) {
            struct observation ob = outbox_read_observation(o, n);
            u->observation(u->context, &ob);
        } else {
            u->text(u->context, n->kind, (struct str){o->texts[n->kind].ptr + n->at, n->len});
        }
    }
}

static bool step(void *context, int64_t time_us)
{
    struct records *r = context;
    const struct crew_user *u = &r->user;
    struct fate_counts so_far = flow_feed_counts(r->feed).fate;
    bool goes_on = u->begin(u->context, time_us);
    if (goes_on)
        deliver(r);
    outbox_clear(&r->box);
    return u->fates(u->context, &so_far) && goes_on;
}

static void add(struct scan *s, const struct flow_feed_counts *n)
{
    struct pipeline_counts *sum = &s->captures.counts;
    s->records = *n;
    sum->addresses_asked += n->addresses_asked;
    sum->names_asked += n->names_asked;
    sum->keys_asked += n->keys_asked;
    for (size_t i = 0; i < SENSOR_WHERES; i++)
        sum->matched[i] += n->matched[i];
}

/* One feed for all files: a template may come in the first and its data in the second. */
static bool read_all(struct records *r, const struct scan_path_list *files)
{
    struct scan *s = r->scan;
    bool ok = true;
    for (size_t i = 0; i < files->count && s->books.code == ERR_OK; i++) {
        const struct scan_path *file = &files->items[i];
        struct err e = {0};
        if (flow_feed_file(r->feed, file->path, step, r, &e))
            continue;
        if (!file->named && e.code == ERR_INVALID) {
            s->captures.other_files++;
            continue;
        }
        fprintf(stderr, s->ja ? "%s: 最後まで読めません: %s\n" : "%s: not read to its end: %s\n",
                file->path, e.text);
        ok = false;
    }
    return ok && s->books.code == ERR_OK;
}

bool scan_records(struct scan *s)
{
    struct scan_path_list files = {0};
    if (!s->args.flow_records.count)
        return true;
    bool ok = scan_paths(s->memory, &s->args.flow_records, &files);
    s->captures.files++; /* a number of its own in flow_id and uid */
    book_next(s->book);
    struct records r = {.scan = s, .user = scan_user(s)};
    struct flow_feed_settings settings = {
        .view = {.base = s->image},
        .own = s->own,
        .own_count = s->own_count,
        .enterprise = (uint32_t)s->args.enterprise,
        .metadata = s->all_events || s->zeek,
        .context = &r,
        .on_event = on_event,
        .on_observation = r.user.observation ? on_observation : NULL,
    };
    struct err e = {0};
    outbox_init(&r.box);
    r.writer = r.user.writer_new ? r.user.writer_new(r.user.context, &r.box) : NULL;
    if (flow_feed_new(&settings, &r.feed, &e)) {
        ok = read_all(&r, &files) && ok;
        struct flow_feed_counts n = flow_feed_counts(r.feed);
        add(s, &n);
    } else {
        fprintf(stderr, "hinomi scan: %s\n", e.text);
        ok = false;
    }
    if (r.writer)
        r.user.writer_drop(r.writer);
    outbox_drop(&r.box);
    flow_feed_drop(&r.feed);
    s->captures.files--;
    return ok;
}
