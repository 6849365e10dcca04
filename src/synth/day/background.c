/* background.c - an office from its first hour to its last, and its machines, which never sleep.
 *
 * In it is what is often taken for worse than it is: programs that call home on the minute, browsers that
 * ask for names nobody has, virus scanners that put hashes into names, mistyped passwords, an administrator who
 * goes from machine to machine, back-ups, calls, and a machine that knocks at a door that is long gone.
 */
#include "synth/day/day_private.h"

#include "net/packet.h"

enum kind {
    PERSON = 100,
    CLOCK,
    AGENT,
    MAIL,
    FILES,
    SCANNER,
    UPDATE,
    CALL,
    ADMIN,
    MONITOR,
    BACKUP,
    PLANT,
    SPAM,
    GUEST,
    NOISE,
    DEAD
};
enum {
    SITES = 3000,
    PLCS = 4,
    MACHINES = 6,
    TYPE_A = 1,
    TYPE_TXT = 16,
    TYPE_PTR = 12,
    NXDOMAIN = 3
};

static const unsigned machines[MACHINES] = {MACHINE_DC,     MACHINE_FILES,   MACHINE_MAIL,
                                            MACHINE_BACKUP, MACHINE_MONITOR, MACHINE_WEB};

static int64_t tomorrow(const struct day *d, int64_t at_us) /* the next morning */
{
    int64_t day = (at_us - d->start_us) / DAY_US;
    return d->start_us + (day + 1) * DAY_US;
}

/* When a person does it again: later today, else tomorrow. */
static int64_t again(struct day *d, struct actor *a, double seconds)
{
    int64_t at = a->at_us + after(&d->m->random, seconds, 0.8);
    return day_at_work(d, at) ? at : tomorrow(d, a->at_us) + after(&d->m->random, 900, 0.9);
}

static void look_up_missing(struct synth_making *m, struct host client, struct str name, int64_t at)
{
    make_lookup(m,
                &(struct lookup){.client = client, .name = name, .unknown = true, .time_us = at});
}

static void visit(struct day *d, struct host client, struct str name, struct host place,
                  uint64_t most)
{
    struct synth_making *m = d->m;
    struct synth_random *r = &m->random;
    struct lookup l = {.client = client,
                       .name = name,
                       .address = place,
                       .alias = synth_random_chance(r, 200),
                       .time_us = d->now_us + after(r, 0.5, 0.9)};
    struct visit v = {.client = client,
                      .server = place,
                      .name = name,
                      .tls = synth_random_chance(r, 880),
                      .stack = make_stack(m),
                      .path = S("/index.html"),
                      .segments = synth_random_heavy(r, 2, most),
                      .time_us = make_lookup(m, &l).end_us + 2000};
    if (v.tls && synth_random_chance(r, 150))
        make_quic(m, &v);
    else
        make_visit(m, &v);
}

/* A page is its site and two or three places that it takes things from, some of them under a hash. */
static void page(struct day *d, struct host client)
{
    struct synth_random *r = &d->m->random;
    char name[NAME_MAX_TEXT];
    uint64_t site = synth_random_zipf(r, SITES), parts = synth_random_between(r, 0, 3);
    visit(d, client, usual_name(site, name), usual_place(site), 60);
    for (uint64_t i = 0; i < parts; i++) {
        uint64_t part = synth_random_zipf(r, 60) + SITES;
        if (!synth_random_chance(r, 300)) {
            visit(d, client, usual_name(part, name), usual_place(part), 20);
            continue;
        }
        int n = snprintf(name, sizeof name, "d%013llx.edgecdn.example",
                         (unsigned long long)synth_mix(5, site, i) >> 12);
        visit(d, client, (struct str){name, (size_t)n}, usual_place(SITES + 100 + site % 8), 20);
    }
}

static void mistype(struct day *d, struct host client)
{
    char right[NAME_MAX_TEXT], name[NAME_MAX_TEXT];
    struct str s = usual_name(synth_random_zipf(&d->m->random, SITES), right);
    int n = snprintf(name, sizeof name, "w" STR_FMT, STR_ARG(s));
    look_up_missing(d->m, client, (struct str){name, (size_t)n}, d->now_us);
}

/* What a browser asks for when it starts, to learn whether somebody answers for all names. */
static void probe(struct day *d, struct host client)
{
    for (int i = 0; i < 3; i++) {
        char name[NAME_MAX_TEXT];
        size_t n = (size_t)synth_random_between(&d->m->random, 7, 15);
        for (size_t j = 0; j < n; j++)
            name[j] = (char)('a' + synth_random_below(&d->m->random, 26));
        n += (size_t)snprintf(name + n, sizeof name - n, ".office.example");
        look_up_missing(d->m, client, (struct str){name, n}, d->now_us + i * INT64_C(1000));
    }
}

static int64_t person(struct day *d, struct actor *a)
{
    if (!day_at_work(d, a->at_us))
        return tomorrow(d, a->at_us);
    if (a->count++ % 40 == 0)
        probe(d, a->host);
    if (synth_random_chance(&d->m->random, 30))
        mistype(d, a->host);
    page(d, a->host);
    return again(d, a, 240);
}

static int64_t clock_ask(struct day *d, struct actor *a)
{
    make_ntp(d->m, a->host, a->at_us);
    return a->at_us + after(&d->m->random, 1024, 0.02);
}

/* A program on every machine that tells its maker's service that it is well, on the minute. */
static int64_t agent(struct day *d, struct actor *a)
{
    visit(d, a->host, S("ingest.agent-telemetry.example"), usual_place(SITES + 200), 3);
    return a->at_us + after(&d->m->random, 600, 0.02);
}

static int64_t mail(struct day *d, struct actor *a)
{
    if (!day_at_work(d, a->at_us))
        return tomorrow(d, a->at_us) + after(&d->m->random, 600, 0.9);
    make_visit(d->m, &(struct visit){.client = a->host,
                                     .server = day_machine(MACHINE_MAIL),
                                     .name = S("mail.office.example"),
                                     .tls = true,
                                     .stack = SYNTH_AGENT,
                                     .segments = synth_random_heavy(&d->m->random, 1, 40),
                                     .time_us = a->at_us});
    return a->at_us + after(&d->m->random, 600, 0.1);
}

static int64_t files(struct day *d, struct actor *a)
{
    if (!day_at_work(d, a->at_us))
        return tomorrow(d, a->at_us) + after(&d->m->random, 900, 0.9);
    make_session(d->m,
                 &(struct session){.service = SERVICE_SMB,
                                   .client = a->host,
                                   .server = day_machine(a->count++ ? MACHINE_FILES : MACHINE_DC),
                                   .wrong = synth_random_chance(&d->m->random, 40) ? 2 : 0,
                                   .in = true,
                                   .segments = synth_random_heavy(&d->m->random, 3, 80),
                                   .time_us = a->at_us});
    return again(d, a, 2400);
}

/* A virus scanner that asks its maker about files, by DNS. */
static int64_t scanner(struct day *d, struct actor *a)
{
    struct synth_random *r = &d->m->random;
    char name[NAME_MAX_TEXT];
    int n = snprintf(name, sizeof name, "%016llx%016llx.lookup.filecheck.example",
                     (unsigned long long)synth_random_next(r),
                     (unsigned long long)synth_random_next(r));
    make_lookup(d->m, &(struct lookup){.client = a->host,
                                       .name = {name, (size_t)n},
                                       .address = host_v4(0x7f000001),
                                       .time_us = a->at_us});
    return again(d, a, 400);
}

static int64_t update(struct day *d, struct actor *a)
{
    make_visit(d->m, &(struct visit){.client = a->host,
                                     .server = usual_place(SITES + 300),
                                     .name = S("download.os-update.example"),
                                     .stack = SYNTH_AGENT,
                                     .path = S("/kb/cumulative.msu"),
                                     .segments = synth_random_between(&d->m->random, 100, 300),
                                     .time_us = a->at_us});
    return a->at_us + DAY_US + after(&d->m->random, 600, 0.9);
}

/* A call: media both ways for some minutes, nearly as much up as down. */
static int64_t call(struct day *d, struct actor *a)
{
    struct synth_making *m = d->m;
    struct host relay = usual_place(SITES + 400 + synth_random_below(&m->random, 4));
    struct synth_talk t = make_talk(m, a->host, relay, 3478, a->at_us);
    uint64_t packets = synth_random_between(&m->random, 300, 2500);
    AUTO(buf_drop) struct buf out = BUF(2048);
    buf_put(&out, S("\0\1\0\0\x21\x12\xa4\x42"));
    synth_noise(&out, 12, &m->random);
    synth_udp_say(&t, SYNTH_CLIENT, buf_str(&out));
    for (uint64_t i = 0; i < packets; i++) {
        buf_clear(&out);
        buf_put(&out, S("\x80\x6f"));
        synth_noise(&out, (size_t)synth_random_between(&m->random, 150, 1100), &m->random);
        t.half_rtt = 60000;
        synth_udp_say(&t, i % 2 ? SYNTH_SERVER : SYNTH_CLIENT, buf_str(&out));
    }
    return again(d, a, 9000);
}

static int64_t admin(struct day *d, struct actor *a)
{
    if (!day_at_work(d, a->at_us))
        return tomorrow(d, a->at_us) + after(&d->m->random, 300, 0.5);
    enum service by = a->count % 3 == 2 ? SERVICE_RDP : SERVICE_SSH;
    make_session(d->m, &(struct session){.service = by,
                                         .client = a->host,
                                         .server = day_machine(machines[a->count % MACHINES]),
                                         .wrong = by == SERVICE_SSH &&
                                                  synth_random_chance(&d->m->random, 50),
                                         .in = true,
                                         .segments = synth_random_heavy(&d->m->random, 4, 80),
                                         .time_us = a->at_us});
    a->count++;
    return a->count < MACHINES ? a->at_us + after(&d->m->random, 200, 0.5) : again(d, a, 2400);
}

static int64_t monitor(struct day *d, struct actor *a)
{
    struct synth_making *m = d->m;
    make_visit(m, &(struct visit){.client = day_machine(MACHINE_MONITOR),
                                  .server = a->peer,
                                  .name = S("status.office.example"),
                                  .stack = SYNTH_PYTHON,
                                  .path = S("/health"),
                                  .segments = 1,
                                  .time_us = a->at_us});
    return a->at_us + 300 * SECOND_US;
}

/* At night each machine is copied to the back-up, and that to a vault outside. */
static int64_t backup(struct day *d, struct actor *a)
{
    struct synth_making *m = d->m;
    bool outside = a->choice;
    struct host to = outside ? usual_place(SITES + 500) : day_machine(MACHINE_BACKUP);
    struct visit v = {.client = a->host,
                      .server = to,
                      .name =
                          outside ? S("vault.backup-cloud.example") : S("backup.office.example"),
                      .tls = true,
                      .stack = SYNTH_AGENT,
                      .segments = 2,
                      .time_us = a->at_us};
    struct synth_talk t =
        make_talk(m, v.client, v.server, outside ? 443 : 9102, a->at_us + SECOND_US);
    make_visit(m, &v);
    synth_tcp_open(&t);
    synth_bulk_large(&t, SYNTH_CLIENT, synth_random_between(&m->random, 180, 220) << 20,
                     900 * SECOND_US);
    synth_tcp_close(&t);
    return a->at_us + DAY_US + after(&m->random, 60, 0.9);
}

static int64_t plant_poll(struct day *d, struct actor *a)
{
    make_modbus(d->m, day_station(), a->peer, 12, a->at_us);
    if (a->count++ % 12 == 0) {
        struct synth_talk t =
            make_talk(d->m, day_station(), a->peer, 502, a->at_us + 20 * SECOND_US);
        AUTO(buf_drop) struct buf ask = BUF(512);
        synth_modbus_write(&ask, 7, 40, (uint16_t)(a->count & 1));
        synth_tcp_open(&t);
        synth_say(&t, SYNTH_CLIENT, buf_str(&ask), 0);
        synth_say(&t, SYNTH_SERVER, buf_str(&ask), 0);
        synth_tcp_close(&t);
    }
    return a->at_us + 600 * SECOND_US;
}

/* The mail server asks a block list about each sender: nearly always there is no such name. */
static int64_t spam_ask(struct day *d, struct actor *a)
{
    uint64_t x = synth_random_next(&d->m->random);
    char name[NAME_MAX_TEXT];
    int n =
        snprintf(name, sizeof name, "%u.%u.%u.%u.zen.sender-list.example", (unsigned)(x & 255),
                 (unsigned)(x >> 8 & 255), (unsigned)(x >> 16 & 255), (unsigned)(x >> 24 & 255));
    look_up_missing(d->m, day_machine(MACHINE_MAIL), (struct str){name, (size_t)n}, a->at_us);
    return a->at_us + after(&d->m->random, 60, 0.9);
}

/* Customers of the house's own web site. */
static int64_t guest(struct day *d, struct actor *a)
{
    struct synth_making *m = d->m;
    make_visit(m,
               &(struct visit){.client = host_server(60000 + synth_random_below(&m->random, 4000)),
                               .server = day_machine(MACHINE_WEB),
                               .name = S("www.office.example"),
                               .tls = true,
                               .stack = make_stack(m),
                               .segments = synth_random_heavy(&m->random, 2, 60),
                               .time_us = a->at_us});
    return a->at_us + after(&m->random, 120, 0.9);
}

/* The world knocks at the web site's other doors: a SYN now and then from anybody. */
static int64_t noise(struct day *d, struct actor *a)
{
    static const uint16_t ports[] = {22, 23, 80, 3389, 5060, 8080, 445, 2323, 6379, 8443, 21, 5900};
    struct synth_making *m = d->m;
    struct host from = host_server(70000 + synth_random_below(&m->random, 20000));
    struct synth_talk t = make_talk(m, from, day_machine(MACHINE_WEB),
                                    ports[synth_random_below(&m->random, COUNT(ports))], a->at_us);
    synth_tcp_refused(&t, true);
    return a->at_us + after(&m->random, 60, 0.9);
}

static int64_t dead(struct day *d, struct actor *a) /* whom it calls was switched off years ago */
{
    struct synth_talk t = make_talk(d->m, a->host, day_machine(77), 5432, a->at_us);
    synth_tcp_refused(&t, false);
    return a->at_us + after(&d->m->random, 120, 0.05);
}

static void people_come(struct day *d, unsigned i)
{
    static const struct {
        enum kind kind;
        int64_t (*act)(struct day *d, struct actor *a);
        double minutes; /* after the start of the day, about */
    } habits[] = {{PERSON, person, 10},  {CLOCK, clock_ask, 5}, {AGENT, agent, 5},
                  {MAIL, mail, 8},       {FILES, files, 15},    {SCANNER, scanner, 12},
                  {UPDATE, update, 240}, {CALL, call, 150}};
    for (size_t h = 0; h < COUNT(habits); h++) {
        if (habits[h].kind == CALL && i % 3)
            continue;
        struct actor *a = day_actor(d, habits[h].kind, i, d->start_us, habits[h].act);
        a->host = host_client(i);
        a->at_us += after(&a->random, habits[h].minutes * 60, 0.9);
    }
}

static void machine_stands(struct day *d, unsigned i)
{
    struct actor *watched =
        day_actor(d, MONITOR, i, d->start_us + (int64_t)i * 7 * SECOND_US, monitor);
    watched->peer = day_machine(machines[i]);
    if (machines[i] == MACHINE_BACKUP || d->end_us - d->start_us < DAY_US)
        return; /* a single day ends before the night */
    struct actor *copied =
        day_actor(d, BACKUP, i, d->start_us + 14 * HOUR_US + (int64_t)i * 900 * SECOND_US, backup);
    copied->host = day_machine(machines[i]);
}

void day_background(struct day *d)
{
    for (unsigned i = 0; i < d->clients; i++)
        people_come(d, i);
    for (unsigned i = 0; i < MACHINES; i++)
        machine_stands(d, i);
    for (unsigned i = 0; i < PLCS; i++)
        day_actor(d, PLANT, i, d->start_us + (int64_t)i * 40 * SECOND_US, plant_poll)->peer =
            day_plc(i);
    day_actor(d, ADMIN, 0, d->start_us + 300 * SECOND_US, admin)->host = host_client(0);
    day_actor(d, SPAM, 0, d->start_us, spam_ask);
    day_actor(d, GUEST, 0, d->start_us + 10 * SECOND_US, guest);
    day_actor(d, NOISE, 0, d->start_us + 20 * SECOND_US, noise);
    day_actor(d, DEAD, 0, d->start_us + 30 * SECOND_US, dead)->host = host_client(2);
    if (d->end_us - d->start_us >= DAY_US) {
        struct actor *vault = day_actor(d, BACKUP, 99, d->start_us + 17 * HOUR_US, backup);
        vault->host = day_machine(MACHINE_BACKUP);
        vault->choice = 1;
    }
}
