/* outbox.c - see outbox.h. A thing is its struct, then the bytes it points to. */
#include "sensor/outbox.h"

enum { THINGS_MOST = 256 << 20 };

void outbox_init(struct outbox *o)
{
    *o = (struct outbox){.things = BUF(THINGS_MOST)};
    for (size_t i = 0; i < OUTBOX_TEXTS; i++)
        o->texts[i] = BUF(OUTBOX_TEXT_MOST);
}

void outbox_drop(struct outbox *o)
{
    for (size_t i = 0; i < OUTBOX_TEXTS; i++)
        buf_drop(&o->texts[i]);
    buf_drop(&o->things);
    vec_drop(&o->entries);
}

void outbox_clear(struct outbox *o)
{
    for (size_t i = 0; i < OUTBOX_TEXTS; i++) {
        buf_clear(&o->texts[i]);
        o->told[i] = 0;
    }
    buf_clear(&o->things);
    o->entries.len = 0;
}

static size_t whole(size_t len)
{
    return (len + 15) / 16 * 16;
}

/* Things start where a struct may lie. */
static void put(struct outbox *o, const void *bytes, size_t len)
{
    static const char zeros[16] = {0};
    if (!len)
        return;
    size_t rest = whole(len) - len;
    if (!buf_bytes(&o->things, bytes, len) || !buf_bytes(&o->things, zeros, rest))
        abort();
}

/* More of the same text for the same packet is one entry still. */
static bool goes_on(struct outbox *o, uint64_t number, uint32_t kind, size_t end)
{
    if (!o->entries.len || kind >= OUTBOX_TEXTS)
        return false;
    struct outbox_entry *last = &o->entries.ptr[o->entries.len - 1];
    if (last->kind != kind || last->number != number)
        return false;
    last->len = end - last->at;
    return true;
}

static void enter(struct outbox *o, uint64_t number, uint32_t kind, size_t at, size_t end)
{
    struct outbox_entry n = {.number = number, .kind = kind, .at = at, .len = end - at};
    if (!goes_on(o, number, kind, end))
        vec_push(&o->entries, n);
}

void outbox_texts(struct outbox *o, uint64_t number)
{
    for (uint32_t i = 0; i < OUTBOX_TEXTS; i++) {
        if (o->texts[i].over)
            abort();
        if (o->texts[i].len > o->told[i])
            enter(o, number, i, o->told[i], o->texts[i].len);
        o->told[i] = o->texts[i].len;
    }
}

/* The texts of a match, in the order in which they lie behind it. */
enum { TEXTS = 5 };

static struct str *text_of(struct sensor_match *m, size_t i)
{
    struct str *texts[TEXTS] = {&m->seen, &m->name, &m->method, &m->path, &m->agent};
    return texts[i];
}

void outbox_match(struct outbox *o, uint64_t number, const struct sensor_event *ev)
{
    struct outbox_match m = {.event = *ev,
                             .match = *ev->match,
                             .flow = *ev->flow,
                             .ends = *ev->ends};
    memcpy(m.client, ev->ends->client, sizeof m.client);
    memcpy(m.server, ev->ends->server, sizeof m.server);
    size_t at = o->things.len;
    put(o, &m, sizeof m);
    for (size_t i = 0; i < TEXTS; i++)
        put(o, text_of(&m.match, i)->ptr, text_of(&m.match, i)->len);
    enter(o, number, OUTBOX_MATCH, at, o->things.len);
}

void outbox_observation(struct outbox *o, uint64_t number, const struct observation *ob)
{
    size_t at = o->things.len;
    put(o, ob, sizeof *ob);
    put(o, ob->name.ptr, ob->name.len);
    if (ob->kind == OBSERVED_DNS)
        put(o, ob->dns.addresses.ptr, ob->dns.addresses.len);
    enter(o, number, OUTBOX_OBSERVATION, at, o->things.len);
}

static const char *after(const struct outbox *o, size_t at, size_t len)
{
    return o->things.ptr + at + whole(len);
}

const struct sensor_event *outbox_read_match(const struct outbox *o, const struct outbox_entry *n,
                                             struct outbox_match *room)
{
    memcpy(room, o->things.ptr + n->at, sizeof *room);
    size_t at = n->at, len = sizeof *room;
    for (size_t i = 0; i < TEXTS; i++) {
        struct str *text = text_of(&room->match, i);
        at += whole(len);
        text->ptr = o->things.ptr + at;
        len = text->len;
    }
    room->ends.client = room->client;
    room->ends.server = room->server;
    room->event.match = &room->match;
    room->event.flow = &room->flow;
    room->event.ends = &room->ends;
    return &room->event;
}

struct observation outbox_read_observation(const struct outbox *o, const struct outbox_entry *n)
{
    struct observation ob;
    memcpy(&ob, o->things.ptr + n->at, sizeof ob);
    ob.name.ptr = after(o, n->at, sizeof ob);
    if (ob.kind == OBSERVED_DNS)
        ob.dns.addresses.ptr = ob.name.ptr + whole(ob.name.len);
    return ob;
}
