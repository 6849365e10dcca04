/* deed_calls.c - implants that call home: on the beat, under made-up names, through DNS itself, or behind another's name. */
#include "synth/day/day_private.h"

static int64_t ends_after(const struct actor *a, double minutes)
{
    return a->at_us + (int64_t)(minutes * 60 * (double)SECOND_US);
}

static int64_t next_or_end(struct actor *a, int64_t next)
{
    return next < a->end_us ? next : NEVER;
}

/* A call: hello, a request of some size, a short answer. */
static int64_t call_home(struct day *d, const struct actor *a, struct str name,
                         enum synth_stack stack, size_t size, int64_t at_us)
{
    struct synth_making *m = d->m;
    struct synth_talk t = make_talk(m, a->host, a->peer, 443, at_us);
    AUTO(buf_drop) struct buf out = BUF(1 << 16);
    synth_tcp_open(&t);
    synth_client_hello(&out, stack, name, &m->random);
    synth_say(&t, SYNTH_CLIENT, buf_str(&out), 0);
    buf_clear(&out);
    synth_server_flight(&out, synth_stack_tls13(stack), name, &m->random);
    synth_say(&t, SYNTH_SERVER, buf_str(&out), 0);
    buf_clear(&out);
    synth_client_finish(&out, &m->random);
    synth_application_data(&out, size, &m->random);
    synth_say(&t, SYNTH_CLIENT, buf_str(&out), 0);
    buf_clear(&out);
    synth_application_data(&out, 60 + size / 4, &m->random);
    synth_say(&t, SYNTH_SERVER, buf_str(&out), 0);
    synth_tcp_close(&t);
    m->counts.tls_hellos++;
    return t.time_us;
}

enum { INTERVAL, JITTER, SIZE, MISSED, FRONT = JITTER };

static int64_t beacon(struct day *d, struct actor *a)
{
    struct synth_random *r = &d->m->random;
    int64_t next = a->at_us + after(r, a->number[INTERVAL], a->number[JITTER] / 100);
    if (synth_random_chance(r, (unsigned)(a->number[MISSED] * 10)))
        return next_or_end(a, next);
    struct str name = a->choice ? S("sync.kasumi-metrics.example") : STR_NONE;
    if (a->choice && a->count % 12 == 0)
        make_lookup(d->m, &(struct lookup){.client = a->host,
                                           .name = name,
                                           .address = a->peer,
                                           .time_us = a->at_us - 50000});
    a->count++;
    deed_until(d, a, call_home(d, a, name, SYNTH_IMPLANT, (size_t)a->number[SIZE], a->at_us));
    return next_or_end(a, next);
}

static void beacon_start(struct day *d, const struct deed_row *row)
{
    struct actor *a = deed_begin(d, row, beacon);
    a->peer = day_outsider(10);
    a->number[INTERVAL] = deed_number(d, row, "interval");
    a->number[JITTER] = deed_number(d, row, "jitter");
    a->number[SIZE] = deed_number(d, row, "size");
    a->number[MISSED] = deed_number(d, row, "missed");
    a->choice = deed_number(d, row, "named") > 0;
    a->end_us = ends_after(a, deed_number(d, row, "minutes"));
    if (a->number[INTERVAL] < 1 || a->number[SIZE] > 16000)
        deed_fail(d, row, "interval");
    deed_meets(d, a, a->host, a->peer);
}

const struct deed_row deed_beacon = {{"beacon",
                                      "calls the same server on the beat",
                                      "同じサーバーへ一定間隔で通信する",
                                      {{"start", "60", "minutes into the day"},
                                       {"interval", "300", "seconds"},
                                       {"jitter", "10", "per cent of it, either way"},
                                       {"size", "400", "bytes sent"},
                                       {"missed", "0", "per cent of calls left out"},
                                       {"minutes", "360", "for so long"},
                                       {"named", "1", "0: by address alone"}}},
                                     beacon_start};

enum { RATE, NX, FAMILY };

static int64_t dga(struct day *d, struct actor *a)
{
    struct synth_random *r = &d->m->random;
    char name[NAME_MAX_TEXT];
    bool missing = synth_random_below(r, 1000) < (uint64_t)(a->number[NX] * 10);
    struct lookup l = {.client = a->host,
                       .name = made_name(r, (unsigned)a->number[FAMILY], name),
                       .unknown = missing,
                       .address = a->peer,
                       .time_us = a->at_us};
    int64_t done = make_lookup(d->m, &l).end_us;
    if (!missing)
        done = call_home(d, a, l.name, SYNTH_IMPLANT, 200, done + 2000);
    deed_until(d, a, done);
    return next_or_end(a, a->at_us + after(r, 60 / a->number[RATE], 0.5));
}

static void dga_start(struct day *d, const struct deed_row *row)
{
    struct actor *a = deed_begin(d, row, dga);
    a->peer = day_outsider(20);
    a->number[RATE] = deed_number(d, row, "rate");
    a->number[NX] = deed_number(d, row, "nx");
    a->number[FAMILY] = deed_number(d, row, "family");
    a->end_us = ends_after(a, deed_number(d, row, "minutes"));
    if (a->number[RATE] <= 0)
        deed_fail(d, row, "rate");
}

const struct deed_row deed_dga = {
    {"dga",
     "asks for names that it makes up",
     "生成したドメイン名を問い合わせる",
     {{"start", "90", "minutes into the day"},
      {"family", "1", "1 letters, 2 letters and digits, 3 hexadecimal, 4 syllables, 5 words"},
      {"rate", "60", "names a minute"},
      {"nx", "97", "per cent that do not exist"},
      {"minutes", "10", "for so long"}}},
    dga_start};

enum { LABEL = 1, QTYPE };

static int64_t tunnel(struct day *d, struct actor *a)
{
    static const char digits[] = "abcdefghijklmnopqrstuvwxyz234567";
    struct synth_random *r = &d->m->random;
    char name[256];
    size_t n = 0, len = (size_t)a->number[LABEL];
    for (size_t i = 0; i < len; i++) {
        if (i && i % 50 == 0)
            name[n++] = '.';
        name[n++] = digits[synth_random_below(r, 32)];
    }
    n += (size_t)snprintf(name + n, sizeof name - n, ".t.kasumi-dns.example");
    struct synth_talk t = make_talk(d->m, a->host, day_machine(53), 53, a->at_us);
    uint16_t type = (uint16_t)a->number[QTYPE], id = (uint16_t)synth_random_next(r);
    AUTO(buf_drop) struct buf out = BUF(2048), back = BUF(256);
    synth_dns_query(&out, id, (struct str){name, n}, type);
    synth_udp_say(&t, SYNTH_CLIENT, buf_str(&out));
    buf_clear(&out);
    synth_noise(&back, (size_t)synth_random_between(r, 60, 200), r);
    synth_dns_answer_data(&out, id, (struct str){name, n}, type, buf_str(&back));
    synth_udp_say(&t, SYNTH_SERVER, buf_str(&out));
    d->m->counts.dns_messages += 2;
    deed_until(d, a, t.time_us);
    return next_or_end(a, a->at_us + after(r, 60 / a->number[RATE], 0.6));
}

static void tunnel_start(struct day *d, const struct deed_row *row)
{
    static const struct {
        const char *name;
        uint16_t type;
    } types[] = {{"txt", 16}, {"null", 10}, {"cname", 5}, {"a", 1}, {"mx", 15}};
    struct actor *a = deed_begin(d, row, tunnel);
    struct str type = deed_text(d, row, "qtype");
    a->number[RATE] = deed_number(d, row, "rate");
    a->number[LABEL] = deed_number(d, row, "label");
    a->end_us = ends_after(a, deed_number(d, row, "minutes"));
    for (size_t i = 0; i < COUNT(types); i++)
        if (str_eq(type, (struct str){types[i].name, strlen(types[i].name)}))
            a->number[QTYPE] = types[i].type;
    if (a->number[QTYPE] < 1)
        deed_fail(d, row, "qtype");
    if (a->number[LABEL] < 4 || a->number[LABEL] > 200)
        deed_fail(d, row, "label");
    if (a->number[RATE] <= 0)
        deed_fail(d, row, "rate");
    deed_meets(d, a, a->host, day_machine(53));
}

const struct deed_row deed_tunnel = {{"tunnel",
                                      "carries data in DNS names and answers",
                                      "DNSの名前と応答でデータを運ぶ",
                                      {{"start", "120", "minutes into the day"},
                                       {"rate", "60", "questions a minute"},
                                       {"qtype", "txt", "txt, null, cname, a or mx"},
                                       {"label", "100", "characters of data in a name"},
                                       {"minutes", "20", "for so long"}}},
                                     tunnel_start};

/* It asks for a name of its own, and then names a popular site to the address that it was given. */
static int64_t fronting(struct day *d, struct actor *a)
{
    struct lookup l = {.client = a->host,
                       .name = S("kasumi-edge.azureedge-front.example"),
                       .address = a->peer,
                       .time_us = a->at_us};
    int64_t done = make_lookup(d->m, &l).end_us;
    char name[NAME_MAX_TEXT];
    done = call_home(d, a, usual_name((uint64_t)a->number[FRONT], name),
                     a->choice ? SYNTH_CHROME : SYNTH_PYTHON, 500, done + 2000);
    deed_until(d, a, done);
    return next_or_end(a, a->at_us + after(&d->m->random, a->number[INTERVAL], 0.3));
}

static void fronting_start(struct day *d, const struct deed_row *row)
{
    struct actor *a = deed_begin(d, row, fronting);
    a->peer = usual_place(3700);
    a->number[INTERVAL] = deed_number(d, row, "interval");
    a->number[FRONT] = deed_number(d, row, "front");
    a->choice = deed_number(d, row, "browser") > 0;
    a->end_us = ends_after(a, deed_number(d, row, "minutes"));
    deed_meets(d, a, a->host, a->peer);
}

/* clang-format off */
const struct deed_row deed_fronting = {
    {"fronting", "names a popular site to the address of another", "別の宛先へ有名サイトの名を示す",
     {{"start", "150", "minutes into the day"},
      {"interval", "400", "seconds between calls"},
      {"front", "2500", "whose name is shown: the most popular site is 0"},
      {"browser", "0", "1: with a browser's hello, which looks like ECH"},
      {"minutes", "120", "for so long"}}},
    fronting_start};
/* clang-format on */
