/* deed_quiet.c - what an intruder does once inside: data out, other machines, new doors, tools, controllers. */
#include "synth/day/day_private.h"

#include "net/packet.h"

static int64_t exfil(struct day *d, struct actor *a)
{
    struct synth_making *m = d->m;
    AUTO(buf_drop) struct buf out = BUF(1 << 14);
    struct str name = S("drop.kasumi-files.example");
    make_lookup(m, &(struct lookup){
                       .client = a->host, .name = name, .address = a->peer, .time_us = a->at_us});
    struct synth_talk t = make_talk(m, a->host, a->peer, 443, a->at_us + SECOND_US);
    synth_tcp_open(&t);
    synth_client_hello(&out, SYNTH_CURL, name, &m->random);
    synth_say(&t, SYNTH_CLIENT, buf_str(&out), 0);
    buf_clear(&out);
    synth_server_flight(&out, true, name, &m->random);
    synth_say(&t, SYNTH_SERVER, buf_str(&out), 0);
    synth_bulk_large(&t, SYNTH_CLIENT, (uint64_t)(a->number[0] * 1048576),
                     (int64_t)(a->number[1] * 60 * (double)SECOND_US));
    synth_tcp_close(&t);
    deed_until(d, a, t.time_us);
    return NEVER;
}

static void exfil_start(struct day *d, const struct deed_row *row)
{
    struct actor *a = deed_begin(d, row, exfil);
    a->peer = day_outsider(30);
    a->number[0] = deed_number(d, row, "volume");
    a->number[1] = deed_number(d, row, "minutes");
    deed_meets(d, a, a->host, a->peer);
}

const struct deed_row deed_exfil = {{"exfil",
                                     "carries much out to a new place",
                                     "大量のデータを新しい宛先へ持ち出す",
                                     {{"start", "240", "minutes into the day"},
                                      {"volume", "400", "MiB"},
                                      {"minutes", "20", "in so long"}}},
                                    exfil_start};

static int64_t lateral(struct day *d, struct actor *a)
{
    struct session s = {.service = (enum service)a->choice,
                        .client = a->host,
                        .server = host_client((a->count++ + d->clients / 2) % d->clients),
                        .in = true,
                        .segments = synth_random_between(&d->m->random, 4, 20),
                        .time_us = a->at_us};
    if (memcmp(s.server.address, a->host.address, sizeof a->host.address) == 0)
        s.server = day_machine(MACHINE_DC);
    deed_until(d, a, make_session(d->m, &s).end_us);
    return --a->left ? a->at_us + after(&d->m->random, a->number[0], 0.6) : NEVER;
}

static void lateral_start(struct day *d, const struct deed_row *row)
{
    struct actor *a = deed_begin(d, row, lateral);
    a->choice = service_of(deed_text(d, row, "proto"));
    a->left = (uint64_t)deed_number(d, row, "hosts");
    a->number[0] = deed_number(d, row, "minutes") * 60 / (double)(a->left ? a->left : 1);
    if (a->choice == SERVICE_COUNT)
        deed_fail(d, row, "proto");
    if (!a->left)
        deed_fail(d, row, "hosts");
}

const struct deed_row deed_lateral = {{"lateral",
                                       "goes from machine to machine by their administration",
                                       "管理用プロトコルで機器から機器へ移る",
                                       {{"start", "200", "minutes into the day"},
                                        {"proto", "smb", "smb, rdp or ssh"},
                                        {"hosts", "8", "how many"},
                                        {"minutes", "30", "in so long"}}},
                                      lateral_start};

/* A door that was never there: outsiders come in and are served. */
static int64_t service(struct day *d, struct actor *a)
{
    struct synth_making *m = d->m;
    struct synth_talk t =
        make_talk(m, host_server(120000 + a->count++), a->host, (uint16_t)a->number[0], a->at_us);
    AUTO(buf_drop) struct buf out = BUF(2048);
    synth_tcp_open(&t);
    buf_put(&out, S("\x40\xff"));
    synth_noise(&out, 90, &m->random);
    synth_say(&t, SYNTH_CLIENT, buf_str(&out), 0);
    synth_bulk(&t, SYNTH_SERVER, 6);
    synth_tcp_close(&t);
    deed_until(d, a, t.time_us);
    return --a->left ? a->at_us + after(&m->random, 120, 0.5) : NEVER;
}

static void service_start(struct day *d, const struct deed_row *row)
{
    struct actor *a = deed_begin(d, row, service);
    a->number[0] = deed_number(d, row, "port");
    a->left = (uint64_t)deed_number(d, row, "visits") + 1;
}

const struct deed_row deed_service = {{"service",
                                       "opens a new door to the outside",
                                       "外部へ新しいサービスを公開する",
                                       {{"start", "210", "minutes into the day"},
                                        {"port", "8443", "which door"},
                                        {"visits", "5", "how often it is used"}}},
                                      service_start};

static const struct {
    const char *name, *host;
    uint16_t port;
} tools[] = {
    {"anydesk", "relay-5b1c.net.anydesk.com", 443},
    {"teamviewer", "router12.teamviewer.com", 5938},
    {"rustdesk", "rs-ny.rustdesk.com", 443},
    {"screenconnect", "instance-a1b2c3-relay.screenconnect.com", 443},
    {"ngrok", "connect.us.ngrok-agent.com", 443},
};

static int64_t remote(struct day *d, struct actor *a)
{
    struct synth_making *m = d->m;
    struct str name = {tools[a->choice].host, strlen(tools[a->choice].host)};
    struct lookup l = {.client = a->host, .name = name, .address = a->peer, .time_us = a->at_us};
    int64_t at = make_lookup(m, &l).end_us;
    AUTO(buf_drop) struct buf out = BUF(1 << 14);
    struct synth_talk t = make_talk(m, a->host, a->peer, tools[a->choice].port, at + 2000);
    synth_tcp_open(&t);
    synth_client_hello(&out, SYNTH_AGENT, name, &m->random);
    synth_say(&t, SYNTH_CLIENT, buf_str(&out), 0);
    buf_clear(&out);
    synth_server_flight(&out, false, name, &m->random);
    synth_say(&t, SYNTH_SERVER, buf_str(&out), 0);
    for (int i = 0; i < 20; i++) {
        synth_bulk(&t, i % 2 ? SYNTH_SERVER : SYNTH_CLIENT, 4);
        t.time_us += 10 * SECOND_US;
    }
    synth_tcp_close(&t);
    deed_until(d, a, t.time_us);
    return NEVER;
}

static void remote_start(struct day *d, const struct deed_row *row)
{
    struct actor *a = deed_begin(d, row, remote);
    struct str tool = deed_text(d, row, "tool");
    a->peer = day_outsider(40);
    while (a->choice < COUNT(tools) &&
           !str_eq(tool, (struct str){tools[a->choice].name, strlen(tools[a->choice].name)}))
        a->choice++;
    if (a->choice == COUNT(tools))
        deed_fail(d, row, "tool");
    deed_meets(d, a, a->host, a->peer);
}

const struct deed_row deed_remote = {{"remote",
                                      "starts a tool for remote access",
                                      "遠隔操作ツールを使い始める",
                                      {{"start", "220", "minutes into the day"},
                                       {"tool", "anydesk",
                                        "anydesk, teamviewer, rustdesk, screenconnect or ngrok"}}},
                                     remote_start};

enum { CLEAR_HTTP = SERVICE_COUNT };

static int64_t cleartext(struct day *d, struct actor *a)
{
    struct synth_making *m = d->m;
    if (a->choice != CLEAR_HTTP) {
        struct session s = {.service = (enum service)a->choice,
                            .client = a->host,
                            .server = a->peer,
                            .in = true,
                            .time_us = a->at_us};
        deed_until(d, a, make_session(m, &s).end_us);
    } else {
        struct synth_talk t = make_talk(m, a->host, a->peer, 80, a->at_us);
        synth_tcp_open(&t);
        synth_say(&t, SYNTH_CLIENT,
                  S("GET /admin HTTP/1.1\r\nHost: old.kasumi-intranet.example\r\n"
                    "Authorization: Basic SElOT01JLUNBTkFSWTpIaW5vbWk=\r\n\r\n"),
                  0);
        synth_say(&t, SYNTH_SERVER, S("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), 0);
        synth_tcp_close(&t);
        deed_until(d, a, t.time_us);
    }
    return --a->left ? a->at_us + after(&m->random, 300, 0.5) : NEVER;
}

static void cleartext_start(struct day *d, const struct deed_row *row)
{
    struct actor *a = deed_begin(d, row, cleartext);
    struct str proto = deed_text(d, row, "proto");
    a->choice = str_eq(proto, S("http")) ? CLEAR_HTTP : service_of(proto);
    if (a->choice == SERVICE_COUNT && !str_eq(proto, S("http")))
        deed_fail(d, row, "proto");
    a->peer = day_outsider(50);
    a->left = (uint64_t)deed_number(d, row, "times") + (deed_number(d, row, "times") < 1);
    deed_meets(d, a, a->host, a->peer);
}

const struct deed_row deed_cleartext = {{"cleartext",
                                         "sends a password that anyone can read",
                                         "パスワードを平文で送る",
                                         {{"start", "230", "minutes into the day"},
                                          {"proto", "ftp", "ftp, telnet, pop3, imap or http"},
                                          {"times", "3", "how often"}}},
                                        cleartext_start};

enum { FAULT_SELF, FAULT_EXPIRED, FAULT_OTHER_NAME };

static int64_t certificate(struct day *d, struct actor *a)
{
    struct synth_making *m = d->m;
    struct str name = S("portal.kasumi-login.example");
    struct synth_certificate c = {.subject = name,
                                  .issuer =
                                      a->choice == FAULT_SELF ? name : S("Example Trust CA R3"),
                                  .names = {name},
                                  .from_us = d->start_us - 300 * DAY_US,
                                  .to_us = d->start_us +
                                           (a->choice == FAULT_EXPIRED ? -20 : 90) * DAY_US};
    if (a->choice == FAULT_OTHER_NAME)
        c.subject = c.names[0] = S("www.unrelated-shop.example");
    struct lookup l = {.client = a->host, .name = name, .address = a->peer, .time_us = a->at_us};
    struct synth_talk t = make_talk(m, a->host, a->peer, 443, make_lookup(m, &l).end_us + 2000);
    AUTO(buf_drop) struct buf out = BUF(1 << 14);
    synth_tcp_open(&t);
    synth_client_hello(&out, SYNTH_AGENT, name, &m->random);
    synth_say(&t, SYNTH_CLIENT, buf_str(&out), 0);
    buf_clear(&out);
    synth_server_flight_of(&out, &c, &m->random);
    synth_say(&t, SYNTH_SERVER, buf_str(&out), 0);
    buf_clear(&out);
    synth_client_finish(&out, &m->random);
    synth_say(&t, SYNTH_CLIENT, buf_str(&out), 0);
    synth_bulk(&t, SYNTH_SERVER, 4);
    synth_tcp_close(&t);
    deed_until(d, a, t.time_us);
    return --a->left ? a->at_us + after(&m->random, 600, 0.5) : NEVER;
}

static void certificate_start(struct day *d, const struct deed_row *row)
{
    static const char *const faults[] = {"selfsigned", "expired", "mismatch"};
    struct actor *a = deed_begin(d, row, certificate);
    struct str fault = deed_text(d, row, "fault");
    while (a->choice < COUNT(faults) &&
           !str_eq(fault, (struct str){faults[a->choice], strlen(faults[a->choice])}))
        a->choice++;
    if (a->choice == COUNT(faults))
        deed_fail(d, row, "fault");
    a->peer = day_outsider(60);
    a->left = (uint64_t)deed_number(d, row, "visits") + 1;
    deed_meets(d, a, a->host, a->peer);
}

const struct deed_row deed_certificate = {{"certificate",
                                           "meets a certificate that proves nothing",
                                           "信頼できない証明書のサーバーと通信する",
                                           {{"start", "250", "minutes into the day"},
                                            {"fault", "selfsigned",
                                             "selfsigned, expired or mismatch"},
                                            {"visits", "3", "how often"}}},
                                          certificate_start};
