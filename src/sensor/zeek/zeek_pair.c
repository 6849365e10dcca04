/* zeek_pair.c - dns.log: a question waits for its answer; both are one line, with the time between them.
 *
 * The ones that wait stand in a ring, oldest first, and in chains by key. Whichever comes first (the answer,
 * ZEEK_DNS_WAIT_US, no room, the end), a question is written once. */
#include "core/encode.h"
#include "core/time.h"
#include "zeek_private.h"

enum { HEX64 = 16, HEADS = ZEEK_DNS_WAITING };

struct waiting {
    uint64_t key;
    int64_t time_us;
    uint32_t next; /* place in the ring + 1; 0: the chain's last */
    char *line;    /* NULL: it was answered */
    size_t len;
};

struct zeek_pairs {
    zeek_write *write;
    void *context;
    uint64_t first, end; /* of the ring, counted without wrapping */
    struct waiting ring[ZEEK_DNS_WAITING];
    uint32_t heads[HEADS];
    struct buf joined;
};

struct zeek_pairs *zeek_pairs_new(zeek_write *write, void *context)
{
    struct zeek_pairs *p = calloc(1, sizeof *p);
    if (!p)
        abort();
    p->write = write;
    p->context = context;
    p->joined = BUF((size_t)2 * EVE_LINE_MAX);
    return p;
}

void zeek_pairs_drop(struct zeek_pairs **p)
{
    if (*p) {
        for (size_t i = 0; i < ZEEK_DNS_WAITING; i++)
            free((*p)->ring[i].line);
        buf_drop(&(*p)->joined);
    }
    free(*p);
    *p = NULL;
}

static void unlink_it(struct zeek_pairs *p, const struct waiting *w)
{
    uint32_t place = (uint32_t)(w - p->ring) + 1;
    uint32_t *at = &p->heads[w->key % HEADS];
    while (*at && *at != place)
        at = &p->ring[*at - 1].next;
    if (*at)
        *at = w->next;
}

static void forget(struct waiting *w)
{
    free(w->line);
    w->line = NULL;
}

static void let_go_of_oldest(struct zeek_pairs *p)
{
    struct waiting *w = &p->ring[p->first++ % ZEEK_DNS_WAITING];
    if (!w->line)
        return;
    unlink_it(p, w);
    p->write(p->context, (struct str){w->line, w->len});
    forget(w);
}

static void let_time_pass(struct zeek_pairs *p, int64_t now_us)
{
    while (p->first < p->end) {
        const struct waiting *w = &p->ring[p->first % ZEEK_DNS_WAITING];
        if (w->line && now_us - w->time_us < ZEEK_DNS_WAIT_US)
            break;
        let_go_of_oldest(p);
    }
}

static void ask(struct zeek_pairs *p, uint64_t key, int64_t time_us, struct str line)
{
    if (p->end - p->first == ZEEK_DNS_WAITING)
        let_go_of_oldest(p);
    uint32_t place = (uint32_t)(p->end++ % ZEEK_DNS_WAITING);
    struct waiting *w = &p->ring[place];
    *w = (struct waiting){key, time_us, p->heads[key % HEADS], malloc(line.len + 1), line.len};
    if (!w->line || !line.ptr)
        abort();
    memcpy(w->line, line.ptr, line.len);
    p->heads[key % HEADS] = place + 1;
}

/* The oldest of that key: asked twice, answered twice. */
static struct waiting *asked(struct zeek_pairs *p, uint64_t key)
{
    struct waiting *found = NULL;
    for (uint32_t at = p->heads[key % HEADS]; at; at = p->ring[at - 1].next)
        if (p->ring[at - 1].key == key)
            found = &p->ring[at - 1];
    return found;
}

/* {"ts":<the question's>,"rtt":<between>,<the answer's rest> */
static void join(struct zeek_pairs *p, const struct waiting *w, int64_t time_us, struct str line)
{
    if (!w->line || !line.ptr)
        abort();
    const char *ts = memchr(w->line, ',', w->len), *rest = memchr(line.ptr, ',', line.len);
    if (!ts || !rest)
        abort(); /* not a line of ours */
    int64_t rtt = time_us > w->time_us ? time_us - w->time_us : 0;
    buf_clear(&p->joined);
    buf_bytes(&p->joined, w->line, (size_t)(ts - w->line));
    buf_fmt(&p->joined, ",\"rtt\":%lld.%06lld", (long long)(rtt / TIME_SECOND),
            (long long)(rtt % TIME_SECOND));
    buf_bytes(&p->joined, rest, line.len - (size_t)(rest - line.ptr));
    p->write(p->context, buf_str(&p->joined));
}

static void answer(struct zeek_pairs *p, uint64_t key, int64_t time_us, struct str line)
{
    struct waiting *w = asked(p, key);
    if (!w) {
        p->write(p->context, line);
        return;
    }
    join(p, w, time_us, line);
    unlink_it(p, w);
    forget(w);
}

static uint64_t read_hex64(const char *at)
{
    uint8_t bytes[8] = {0};
    uint64_t n = 0;
    if (!hex_read((struct str){at, HEX64}, bytes, sizeof bytes))
        abort(); /* we wrote it */
    for (size_t i = 0; i < sizeof bytes; i++)
        n = n << 8 | bytes[i];
    return n;
}

void zeek_pairs_put(struct zeek_pairs *p, struct str marked)
{
    uint64_t key = read_hex64(marked.ptr + 1);
    int64_t time_us = (int64_t)read_hex64(marked.ptr + 1 + HEX64);
    struct str line = str_skip(marked, ZEEK_DNS_MARK);
    let_time_pass(p, time_us);
    if (marked.ptr[0] == '?')
        ask(p, key, time_us, line);
    else
        answer(p, key, time_us, line);
}

void zeek_pairs_end(struct zeek_pairs *p)
{
    while (p->first < p->end)
        let_go_of_oldest(p);
}
