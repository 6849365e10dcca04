/* deed_noisy.c - scans, guessing, floods and reflection: many packets to many doors. */
#include "synth/day/day_private.h"

#include "net/packet.h"

enum { RATE, SHARE, PORT, LEAST };

static void finding_port(struct synth_making *m, struct host from, struct host to, uint16_t port,
                         bool open, int64_t at_us)
{
    struct synth_talk t = make_talk(m, from, to, port, at_us);
    if (!open) {
        synth_tcp_refused(&t, synth_random_chance(&m->random, 500));
        return;
    }
    synth_tcp_open(&t);
    synth_tcp_close(&t);
}

static int64_t hscan(struct day *d, struct actor *a)
{
    struct synth_random *r = &d->m->random;
    bool open = synth_random_below(r, 1000) < (uint64_t)(a->number[SHARE] * 10);
    finding_port(d->m, a->host, host_v4(0x0a010001 + (uint32_t)a->count++),
                 (uint16_t)a->number[PORT], open, a->at_us);
    deed_until(d, a, a->at_us);
    return --a->left ? a->at_us + after(r, 1 / a->number[RATE], 0.8) : NEVER;
}

static void scan_start(struct day *d, const struct deed_row *row, struct actor *a)
{
    a->number[RATE] = deed_number(d, row, "rate");
    a->number[SHARE] = deed_number(d, row, "answered");
    if (a->number[RATE] <= 0)
        deed_fail(d, row, "rate");
}

static void hscan_start(struct day *d, const struct deed_row *row)
{
    struct actor *a = deed_begin(d, row, hscan);
    scan_start(d, row, a);
    a->number[PORT] = deed_number(d, row, "port");
    a->left = (uint64_t)deed_number(d, row, "hosts") + 1;
}

const struct deed_row deed_hscan = {{"hscan",
                                     "knocks at one door of many hosts",
                                     "多数のホストの同じポートを探る",
                                     {{"start", "60", "minutes into the day"},
                                      {"rate", "5", "hosts a second"},
                                      {"hosts", "200", "how many"},
                                      {"port", "445", "which door"},
                                      {"answered", "5", "per cent that open"}}},
                                    hscan_start};

static int64_t vscan(struct day *d, struct actor *a)
{
    struct synth_random *r = &d->m->random;
    bool open = synth_random_below(r, 1000) < (uint64_t)(a->number[SHARE] * 10);
    finding_port(d->m, a->host, a->peer, (uint16_t)(1 + (a->count++ * 7919) % 10007), open,
                 a->at_us);
    deed_until(d, a, a->at_us);
    return --a->left ? a->at_us + after(r, 1 / a->number[RATE], 0.8) : NEVER;
}

static void vscan_start(struct day *d, const struct deed_row *row)
{
    struct actor *a = deed_begin(d, row, vscan);
    scan_start(d, row, a);
    a->peer = day_machine(MACHINE_FILES);
    a->left = (uint64_t)deed_number(d, row, "ports") + 1;
    deed_meets(d, a, a->host, a->peer);
}

const struct deed_row deed_vscan = {{"vscan",
                                     "knocks at many doors of one host",
                                     "一つのホストの多数のポートを探る",
                                     {{"start", "70", "minutes into the day"},
                                      {"rate", "5", "doors a second"},
                                      {"ports", "300", "how many"},
                                      {"answered", "2", "per cent that open"}}},
                                    vscan_start};

static int64_t guess(struct day *d, struct actor *a)
{
    struct session s = {.service = (enum service)a->choice,
                        .client = a->host,
                        .server = a->peer,
                        .wrong = (unsigned)a->number[LEAST],
                        .program = true,
                        .time_us = a->at_us};
    deed_until(d, a, make_session(d->m, &s).end_us);
    a->left -= a->left < s.wrong ? a->left : s.wrong;
    return a->left ? a->at_us + after(&d->m->random, 60 * a->number[LEAST] / a->number[RATE], 0.3)
                   : NEVER;
}

static void guess_start(struct day *d, const struct deed_row *row)
{
    struct actor *a = deed_begin(d, row, guess);
    a->choice = service_of(deed_text(d, row, "proto"));
    a->peer = day_machine(MACHINE_FILES);
    a->number[RATE] = deed_number(d, row, "rate");
    a->left = (uint64_t)deed_number(d, row, "tries") + 1;
    a->number[LEAST] = a->choice == SERVICE_RDP ? 1 : deed_number(d, row, "each");
    if (a->choice == SERVICE_COUNT)
        deed_fail(d, row, "proto");
    if (a->number[RATE] <= 0)
        deed_fail(d, row, "rate");
    if (a->number[LEAST] < 1)
        deed_fail(d, row, "each");
    deed_meets(d, a, a->host, a->peer);
}

const struct deed_row deed_guess = {{"guess",
                                     "tries passwords",
                                     "パスワードを総当たりする",
                                     {{"start", "80", "minutes into the day"},
                                      {"proto", "ssh", "ssh, rdp, smb, ftp, pop3, imap or telnet"},
                                      {"rate", "30", "tries a minute"},
                                      {"tries", "150", "how many"},
                                      {"each", "3", "in one connection"}}},
                                    guess_start};

static int64_t flood(struct day *d, struct actor *a)
{
    struct synth_random *r = &d->m->random;
    struct synth_talk t = make_talk(d->m, host_server(100000 + synth_random_below(r, a->left)),
                                    a->peer, (uint16_t)a->number[PORT], a->at_us);
    t.ends[SYNTH_CLIENT].port = (uint16_t)synth_random_between(r, 1024, 65000);
    if (a->choice) {
        AUTO(buf_drop) struct buf out = BUF(2048);
        synth_noise(&out, 600, r);
        synth_udp_say(&t, SYNTH_CLIENT, buf_str(&out));
    } else {
        synth_tcp_knock(&t);
    }
    deed_until(d, a, a->at_us);
    int64_t next = a->at_us + after(r, 1 / a->number[RATE], 0.9);
    return next < a->end_us ? next : NEVER;
}

static void flood_start(struct day *d, const struct deed_row *row)
{
    struct actor *a = deed_begin(d, row, flood);
    a->choice = str_eq(deed_text(d, row, "kind"), S("udp"));
    a->peer = day_machine(MACHINE_WEB);
    a->number[RATE] = deed_number(d, row, "rate");
    a->number[PORT] = 443;
    a->left = (uint64_t)deed_number(d, row, "sources") + 1;
    a->end_us = a->at_us + (int64_t)(deed_number(d, row, "seconds") * (double)SECOND_US);
    if (a->number[RATE] <= 0)
        deed_fail(d, row, "rate");
    deed_meets(d, a, a->peer, (struct host){.address = {0}});
}

const struct deed_row deed_flood = {{"flood",
                                     "buries a server in packets",
                                     "サーバーを大量の通信で塞ぐ",
                                     {{"start", "100", "minutes into the day"},
                                      {"kind", "syn", "syn or udp"},
                                      {"rate", "400", "packets a second"},
                                      {"sources", "300", "addresses they claim"},
                                      {"seconds", "30", "for so long"}}},
                                    flood_start};

static const struct {
    const char *name;
    uint16_t port, size;
    struct str head;
} reflectors[] = {
    {"dns", 53, 1300, S_("\x12\x34\x81\x80\0\1\0\x16\0\0\0\0\7example\7example\0\0\xff\0\1")},
    {"ntp", 123, 440, S_("\xd7\0\3\x2a\0\6\0\x48")},
    {"memcached", 11211, 1380, S_("\0\0\0\0\0\1\0\0VALUE a 0 1300\r\n")},
    {"ssdp", 1900, 310, S_("HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\n")},
};

/* Answers to questions that the victim never asked. */
static int64_t reflection(struct day *d, struct actor *a)
{
    struct synth_random *r = &d->m->random;
    struct synth_talk t =
        make_talk(d->m, a->peer, host_server(110000 + synth_random_below(r, a->left)),
                  reflectors[a->choice].port, a->at_us);
    t.ends[SYNTH_CLIENT].port = (uint16_t)a->number[PORT];
    AUTO(buf_drop) struct buf out = BUF(2048);
    buf_put(&out, reflectors[a->choice].head);
    synth_noise(&out, reflectors[a->choice].size - out.len, r);
    synth_udp_say(&t, SYNTH_SERVER, buf_str(&out));
    deed_until(d, a, a->at_us);
    int64_t next = a->at_us + after(r, 1 / a->number[RATE], 0.9);
    return next < a->end_us ? next : NEVER;
}

static void reflection_start(struct day *d, const struct deed_row *row)
{
    struct actor *a = deed_begin(d, row, reflection);
    struct str service = deed_text(d, row, "service");
    a->peer = day_machine(MACHINE_MAIL);
    a->number[RATE] = deed_number(d, row, "rate");
    a->number[PORT] = 40001;
    a->left = (uint64_t)deed_number(d, row, "sources") + 1;
    a->end_us = a->at_us + (int64_t)(deed_number(d, row, "seconds") * (double)SECOND_US);
    while (a->choice < COUNT(reflectors) &&
           !str_eq(service,
                   (struct str){reflectors[a->choice].name, strlen(reflectors[a->choice].name)}))
        a->choice++;
    if (a->choice == COUNT(reflectors))
        deed_fail(d, row, "service");
    if (a->number[RATE] <= 0)
        deed_fail(d, row, "rate");
    deed_meets(d, a, a->peer, (struct host){.address = {0}});
}

const struct deed_row deed_reflection = {{"reflection",
                                          "large answers that nobody asked for",
                                          "求めていない大きな応答を浴びせる",
                                          {{"start", "110", "minutes into the day"},
                                           {"service", "dns", "dns, ntp, memcached or ssdp"},
                                           {"rate", "300", "packets a second"},
                                           {"sources", "80", "servers that answer"},
                                           {"seconds", "30", "for so long"}}},
                                         reflection_start};
