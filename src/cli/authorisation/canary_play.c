/* canary_play.c - conversations one way each, so that all that is on the wire has one direction: hits, near
 * misses, and content that nobody may keep. */
#include "canary_private.h"

#include "core/time.h"
#include "net/packet.h"

enum { DNS_PORT = 53, HTTP_PORT = 80, HTTPS_PORT = 443, MAIL_PORT = 25, CHAT_PORT = 5222 };
enum { FIRST_PORT = 20000, TRIES = 4000000, TALK_BYTES_MOST = 4000 };
#define STEP (10 * INT64_C(1000)) /* between the packets of a conversation */
#define AGENT "canary/1.0"

enum marker { MAIL, SUBJECT, CHAT, QUERY, COOKIE, FORM, FILE_BODY, ACCOUNT };

/* --- hosts --- */

static void with_last_byte(const struct addr *network, uint8_t last, uint8_t ret[16])
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    memset(ret, 0, 16);
    if (network->v6) {
        memcpy(ret, network->bytes, 16);
    } else {
        memcpy(ret, mapped, sizeof mapped);
        memcpy(ret + 12, network->bytes, 4);
    }
    ret[15] |= last;
}

struct wanted { /* a host that is wanted */
    enum canary_place place;
    bool v6;
    const uint8_t *other; /* not this one; NULL: any */
};

static bool suits(const struct canary *c, const struct wanted *w, const uint8_t address[16])
{
    bool party = w->place != CANARY_HOME || !c->own.count || canary_in(&c->own, address);
    return canary_place(c, address) == w->place && party &&
           (!w->other || memcmp(w->other, address, 16) != 0);
}

static bool host_of_list(const struct canary *c, const struct canary_prefixes *p,
                         const struct wanted *w, uint8_t ret[16])
{
    for (size_t i = 0; i < p->count; i++)
        for (unsigned last = 250; p->list[i].v6 == w->v6 && last > 0; last--) {
            with_last_byte(&p->list[i], (uint8_t)last, ret);
            if (canary_in(p, ret) && suits(c, w, ret))
                return true;
        }
    return false;
}

static bool host_by_chance(struct canary *c, const struct wanted *w, uint8_t ret[16])
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    for (size_t i = 0; i < TRIES; i++) {
        uint64_t bits[2] = {synth_random_next(&c->random), synth_random_next(&c->random)};
        memcpy(ret, bits, 16);
        if (w->v6)
            ret[0] = 0x20 | (ret[0] & 0xf); /* 2000::/4, where addresses are given out */
        else
            memcpy(ret, mapped, sizeof mapped);
        if (suits(c, w, ret))
            return true;
    }
    return false;
}

static bool find_host(struct canary *c, const struct wanted *w, uint8_t ret[16])
{
    const struct canary_prefixes *list = w->place == CANARY_ABROAD ? &c->foreign
                                         : c->own.count            ? &c->own
                                                                   : &c->domestic;
    bool by_place = c->rule != CANARY_OWN && c->rule != CANARY_LOCAL;
    return host_of_list(c, list, w, ret) || ((c->geo || !by_place) && host_by_chance(c, w, ret));
}

static const char *place_name(enum canary_place p)
{
    static const char *const names[] = {"at home", "abroad", "nowhere"};
    return names[p];
}

static bool find_hosts(struct canary *c, struct err *e)
{
    bool by_place = c->rule != CANARY_OWN && c->rule != CANARY_LOCAL;
    for (size_t p = 0; p < CANARY_NOWHERE; p++)
        for (size_t v6 = 0; v6 < 2; v6++) {
            uint8_t(*two)[16] = c->hosts[p][v6];
            struct wanted first = {(enum canary_place)p, v6, NULL},
                          second = {(enum canary_place)p, v6, two[0]};
            c->has_host[p][v6] = find_host(c, &first, two[0]) && find_host(c, &second, two[1]);
        }
    for (uint8_t i = 0; i < 2; i++)
        with_last_byte(&(struct addr){.bytes = {10, 99, 88}, .bits = 24}, (uint8_t)(i + 7),
                       c->hosts[CANARY_NOWHERE][0][i]);
    c->has_host[CANARY_NOWHERE][0] =
        by_place && canary_place(c, c->hosts[CANARY_NOWHERE][0][0]) == CANARY_NOWHERE;
    for (size_t p = 0; p < CANARY_NOWHERE && c->rule != CANARY_LOCAL; p++)
        if (!c->has_host[p][0] && !c->has_host[p][1])
            return err_set(e, ERR_INVALID, "no host %s is known: give country tables, or prefixes",
                           place_name((enum canary_place)p));
    return true;
}

/* --- conversations --- */

struct talk { /* being laid on the line */
    struct canary *c;
    struct synth_end from, to;
    struct canary_talk said;
    uint32_t seq;
    int64_t at_us;
};

static struct talk talk_of(struct canary *c, const uint8_t from[16], const uint8_t to[16],
                           uint16_t port, int64_t at_us)
{
    struct talk t = {.c = c, .at_us = at_us, .seq = (uint32_t)synth_random_next(&c->random)};
    memcpy(t.from.address, from, 16);
    memcpy(t.to.address, to, 16);
    t.from.port = c->port;
    t.to.port = port;
    c->port = c->port == UINT16_MAX ? FIRST_PORT : (uint16_t)(c->port + 1);
    c->talks++;
    return t;
}

static void lay(struct talk *t, const uint8_t *frame, size_t len)
{
    synth_line_add(t->c->line, t->at_us, frame, len);
    if (!t->said.packets++)
        t->said.first_us = t->at_us;
    t->said.last_us = t->at_us;
    t->said.bytes += len;
    t->at_us += STEP;
}

static void udp(struct talk *t, struct str payload)
{
    uint8_t frame[SYNTH_FRAME_MAX];
    t->said.proto = IP_UDP;
    lay(t, frame, synth_frame_udp(frame, &t->from, &t->to, payload));
}

static void tcp(struct talk *t, uint8_t flags, struct str payload)
{
    uint8_t frame[SYNTH_FRAME_MAX];
    struct synth_segment segment = {.seq = t->seq,
                                    .ack = flags & TCP_ACK,
                                    .flags = flags,
                                    .window = 64240};
    t->said.proto = IP_TCP;
    t->said.flags |= flags;
    t->seq += (uint32_t)payload.len + (flags & (TCP_SYN | TCP_FIN) ? 1 : 0);
    lay(t, frame, synth_frame_tcp(frame, &t->from, &t->to, &segment, payload));
}

/* A whole connection as its client sends it; what the client says is in one segment. */
static int64_t connection(struct talk *t, struct str says)
{
    tcp(t, TCP_SYN, STR_NONE);
    tcp(t, TCP_ACK, STR_NONE);
    int64_t said = t->at_us;
    tcp(t, TCP_PSH | TCP_ACK, says);
    tcp(t, TCP_FIN | TCP_ACK, STR_NONE);
    return said;
}

static void end(struct talk *t, const struct canary_message *m)
{
    t->said.from = &t->from;
    t->said.to = &t->to;
    canary_due(t->c, &t->said, m);
}

struct scene { /* who talks to whom, when, and what about */
    const uint8_t *from, *to;
    int64_t at_us;
    struct str name, path;
};

static void ask_dns(struct canary *c, const struct scene *s)
{
    AUTO(buf_drop) struct buf out = BUF(TALK_BYTES_MOST);
    struct talk t = talk_of(c, s->from, s->to, DNS_PORT, s->at_us);
    struct canary_message m = {.at_us = t.at_us, .qname = s->name};
    synth_dns_query(&out, (uint16_t)synth_random_next(&c->random), s->name, 1);
    udp(&t, buf_str(&out));
    end(&t, &m);
}

static void say_hello(struct canary *c, const struct scene *s)
{
    AUTO(buf_drop) struct buf out = BUF(TALK_BYTES_MOST);
    struct talk t = talk_of(c, s->from, s->to, HTTPS_PORT, s->at_us);
    synth_client_hello(&out, SYNTH_IMPLANT, s->name, &c->random);
    struct canary_message m = {.sni = s->name,
                               .ja3 = S(SYNTH_IMPLANT_JA3),
                               .ja4 = S(SYNTH_IMPLANT_JA4)};
    m.at_us = connection(&t, buf_str(&out));
    end(&t, &m);
}

/* A form that is sent: what people typed stands in the path, a cookie and the body. */
static void send_form(struct canary *c, const struct scene *s)
{
    AUTO(buf_drop) struct buf out = BUF(TALK_BYTES_MOST);
    struct talk t = talk_of(c, s->from, s->to, HTTP_PORT, s->at_us);
    struct str path = s->path.len ? s->path
                                  : arena_fmt(c->memory, "/zz-canary/search?q=" STR_FMT,
                                              STR_ARG(c->markers[QUERY]));
    buf_fmt(&out,
            "POST " STR_FMT " HTTP/1.1\r\nHost: " STR_FMT "\r\nUser-Agent: " AGENT "\r\n"
            "Cookie: session=" STR_FMT "\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            "Content-Length: %zu\r\n\r\nuser=" STR_FMT "&text=" STR_FMT,
            STR_ARG(path), STR_ARG(s->name), STR_ARG(c->markers[COOKIE]),
            c->markers[ACCOUNT].len + c->markers[FORM].len + 11, STR_ARG(c->markers[ACCOUNT]),
            STR_ARG(c->markers[FORM]));
    struct canary_message m = {.method = S("POST"),
                               .host = s->name,
                               .path = path,
                               .agent = S(AGENT)};
    m.at_us = connection(&t, buf_str(&out));
    end(&t, &m);
}

static void send_mail(struct canary *c, const struct scene *s)
{
    AUTO(buf_drop) struct buf out = BUF(TALK_BYTES_MOST);
    struct talk t = talk_of(c, s->from, s->to, MAIL_PORT, s->at_us);
    buf_fmt(&out,
            "EHLO mail.canary.example\r\nMAIL FROM:<" STR_FMT "@canary.example>\r\n"
            "RCPT TO:<taro@canary.example>\r\nDATA\r\nSubject: " STR_FMT "\r\n\r\n" STR_FMT
            "\r\n.\r\n",
            STR_ARG(c->markers[ACCOUNT]), STR_ARG(c->markers[SUBJECT]), STR_ARG(c->markers[MAIL]));
    (void)connection(&t, buf_str(&out));
    end(&t, NULL);
}

static void chat(struct canary *c, const struct scene *s)
{
    struct talk t = talk_of(c, s->from, s->to, CHAT_PORT, s->at_us);
    for (int i = 0; i < 3; i++)
        udp(&t, arena_fmt(c->memory, "<message>" STR_FMT " " STR_FMT "</message>",
                          STR_ARG(c->markers[CHAT]), STR_ARG(c->markers[FILE_BODY])));
    end(&t, NULL);
}

/* --- directions and times --- */

static int64_t next_time(struct canary *c)
{
    c->at_us += c->gap_us;
    return c->at_us;
}

/* Inside the selector's window, while the clock of the whole goes on. */
static int64_t time_for(struct canary *c, const struct canary_selector *s)
{
    int64_t at = next_time(c), window = s->to_us - s->from_us - TIME_SECOND;
    if (at >= s->from_us && at < s->to_us - TIME_SECOND)
        return at;
    return window > 0 ? s->from_us + (at - c->start_us) % window : s->from_us;
}

typedef void play(struct canary *c, const struct scene *s);

/* The same in all four directions, and from a host of no known place. */
static void all_ways(struct canary *c, const struct canary_selector *s, play *p, struct str name,
                     struct str path)
{
    static const enum canary_place ways[][2] = {{CANARY_HOME, CANARY_HOME},
                                                {CANARY_HOME, CANARY_ABROAD},
                                                {CANARY_ABROAD, CANARY_HOME},
                                                {CANARY_ABROAD, CANARY_ABROAD},
                                                {CANARY_NOWHERE, CANARY_HOME},
                                                {CANARY_ABROAD, CANARY_NOWHERE}};
    for (size_t i = 0; i < COUNT(ways); i++) {
        enum canary_place a = ways[i][0], b = ways[i][1];
        bool v6 = (c->talks & 1) != 0;
        if (!c->has_host[a][v6] || !c->has_host[b][v6])
            v6 = !v6;
        if (c->has_host[a][v6] && c->has_host[b][v6])
            p(c, &(struct scene){c->hosts[a][v6][0], c->hosts[b][v6][1],
                                 s ? time_for(c, s) : next_time(c), name, path});
    }
}

/* --- each kind of selector --- */

static void play_name(struct canary *c, const struct canary_selector *s)
{
    static play *const plays[] = {ask_dns, say_hello, send_form};
    struct str v = s->value, parent;
    struct str head = str_cut(v, '.', &parent);
    const struct str names[] = {
        v,                                                /* itself */
        arena_fmt(c->memory, "www." STR_FMT, STR_ARG(v)), /* under it */
        arena_fmt(c->memory, "x" STR_FMT, STR_ARG(v)),    /* no dot between */
        arena_fmt(c->memory, STR_FMT "x." STR_FMT, STR_ARG(head), STR_ARG(parent)), /* a sibling */
        arena_fmt(c->memory, STR_FMT ".invalid", STR_ARG(v)), /* at the other end */
    };
    for (size_t i = 0; i < COUNT(names); i++)
        if (names[i].len < SELECTOR_DOMAIN_MAX && parent.len)
            for (size_t k = 0; k < COUNT(plays); k++)
                all_ways(c, s, plays[k], names[i], STR_NONE);
}

/* `address` talks to hosts of every place, and they to it. */
static void play_end(struct canary *c, const struct canary_selector *s, const uint8_t address[16],
                     bool v6)
{
    for (size_t p = 0; p < CANARY_PLACES; p++) {
        if (!c->has_host[p][v6])
            continue;
        const uint8_t *to = c->hosts[p][v6][1], *from = c->hosts[p][v6][0];
        chat(c, &(struct scene){address, to, time_for(c, s), STR_NONE, STR_NONE});
        send_mail(c, &(struct scene){from, address, time_for(c, s), STR_NONE, STR_NONE});
    }
}

static void play_address(struct canary *c, const struct canary_selector *s)
{
    uint8_t inside[16], outside[16];
    bool whole = addr_is_whole(&s->prefix);
    with_last_byte(&s->prefix, whole ? 0 : 1, inside);
    memcpy(outside, inside, sizeof outside);
    unsigned last_bit = (s->prefix.v6 ? 0 : 96) + (unsigned)s->prefix.bits - 1;
    if (s->prefix.bits)
        outside[last_bit / 8] ^= (uint8_t)(0x80 >> last_bit % 8);
    play_end(c, s, inside, s->prefix.v6);
    play_end(c, s, outside, s->prefix.v6);
}

static void play_url(struct canary *c, const struct canary_selector *s)
{
    struct str path, host = str_cut(s->value, '/', &path);
    if (memchr(host.ptr, ':', host.len) || path.len > 500)
        return;
    path = arena_fmt(c->memory, "/" STR_FMT, STR_ARG(path));
    all_ways(c, s, send_form, host, path);
    if (path.ptr[path.len - 1] != '/')
        all_ways(c, s, send_form, host, arena_fmt(c->memory, STR_FMT "x", STR_ARG(path)));
}

/* What the selector means, a second before its window and at its end. */
static void play_out_of_time(struct canary *c, const struct canary_selector *s)
{
    const int64_t times[] = {s->from_us - TIME_SECOND, s->to_us, c->end_us,
                             c->start_us - TIME_SECOND};
    bool named = s->kind == SELECTOR_DOMAIN || s->kind == SELECTOR_DOMAIN_BELOW;
    for (size_t i = 0; named && i < COUNT(times); i++)
        for (size_t v6 = 0; v6 < 2; v6++)
            if (c->has_host[CANARY_ABROAD][v6] && c->has_host[CANARY_HOME][v6])
                ask_dns(c,
                        &(struct scene){c->hosts[CANARY_ABROAD][v6][0],
                                        c->hosts[CANARY_HOME][v6][1],
                                        times[i] + (int64_t)(c->talks % 1000), s->value, STR_NONE});
}

static void play_selector(struct canary *c, const struct canary_selector *s)
{
    switch (s->kind) {
    case SELECTOR_IPV4:
    case SELECTOR_IPV6:
    case SELECTOR_PREFIX4:
    case SELECTOR_PREFIX6: play_address(c, s); break;
    case SELECTOR_DOMAIN:
    case SELECTOR_DOMAIN_BELOW: play_name(c, s); break;
    case SELECTOR_URL: play_url(c, s); break;
    default: all_ways(c, s, say_hello, S("plain.canary.example"), STR_NONE); break;
    }
    play_out_of_time(c, s);
}

static void make_markers(struct canary *c)
{
    static const char *const heads[] = {
        [MAIL] = "mail",     [SUBJECT] = "subject", [CHAT] = "chat",      [QUERY] = "query",
        [COOKIE] = "cookie", [FORM] = "form",       [FILE_BODY] = "file", [ACCOUNT] = "account"};
    for (size_t i = 0; i < CANARY_MARKERS; i++)
        c->markers[i] = arena_fmt(c->memory, "%s%016llx", heads[i],
                                  (unsigned long long)synth_random_next(&c->random));
}

/* Between conversations: so long that twice what one brings stays under the cap. */
static int64_t gap_of(const struct canary *c)
{
    static const int64_t bits = INT64_C(2) * 8 * TALK_BYTES_MOST;
    int64_t least = 100 * STEP;
    int64_t capped = c->max_bps ? bits * TIME_SECOND / (int64_t)c->max_bps : 0;
    return capped > least ? capped : least;
}

bool canary_play(struct canary *c, struct err *e)
{
    size_t played =
        c->selector_count < CANARY_SELECTORS_MOST ? c->selector_count : CANARY_SELECTORS_MOST;
    c->random = synth_random_of(c->seed);
    c->port = FIRST_PORT;
    c->at_us = c->start_us + TIME_SECOND;
    c->gap_us = gap_of(c);
    make_markers(c);
    if (!find_hosts(c, e))
        return false;
    for (size_t i = 0; i < played; i++)
        play_selector(c, &c->selectors[i]);
    all_ways(c, NULL, ask_dns, S("harmless.canary.example"), STR_NONE);
    all_ways(c, NULL, send_form, S("harmless.canary.example"), STR_NONE);
    all_ways(c, NULL, send_mail, STR_NONE, STR_NONE);
    all_ways(c, NULL, chat, STR_NONE, STR_NONE);
    if (c->at_us + c->gap_us >= c->end_us)
        return err_set(e, ERR_LIMIT, "the period is too short for what would have to be played");
    return true;
}
