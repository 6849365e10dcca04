/* sessions.c - people and programs that log in somewhere: SSH, SMB, RDP, FTP, IMAP, POP3 and Telnet, with as many wrong
 * passwords as asked for. */
#include "synth/making_private.h"
#include "synth/put_private.h"

enum { READ_EACH = 8 };
/* SSH_MSG_KEX_ECDH_INIT (RFC 5656 4) with a key of no one. */
#define SSH_PUBLIC "\0\0\0\x2c\6\x1e\0\0\0\x20" SYNTH_CANARY_32 "\0\0\0\0\0\0"
#define SYNTH_CANARY_32 "0123456789abcdef0123456789abcdef"

/* One session under way. */
struct desk {
    struct synth_making *m;
    struct synth_talk talk;
    const struct session *session;
};

static void text(struct desk *d, enum synth_side side, const char *line)
{
    synth_say(&d->talk, side, (struct str){line, strlen(line)}, 0);
}

static void sealed(struct desk *d, enum synth_side side, size_t least, size_t most)
{
    AUTO(buf_drop) struct buf out = BUF(SYNTH_MSS);
    size_t len = (size_t)synth_random_between(d->talk.random, least / 4, most / 4) * 4;
    synth_noise(&out, len, d->talk.random);
    synth_say(&d->talk, side, buf_str(&out), 0);
}

static void pause_for(struct desk *d, unsigned least_ms, unsigned most_ms)
{
    d->talk.time_us += (int64_t)synth_random_between(d->talk.random, least_ms, most_ms) * 1000;
}

static void use(struct desk *d, size_t least, size_t most) /* what is done once one is in */
{
    for (uint64_t i = 0; i < d->session->segments; i += READ_EACH) {
        sealed(d, SYNTH_CLIENT, least, most);
        synth_bulk(&d->talk, SYNTH_SERVER,
                   d->session->segments - i < READ_EACH ? d->session->segments - i : READ_EACH);
    }
}

static void ssh(struct desk *d)
{
    enum synth_ssh kind = d->session->program ? SYNTH_SSH_LIBRARY : SYNTH_SSH_OPENSSH;
    AUTO(buf_drop) struct buf ours = BUF(SYNTH_MSS), theirs = BUF(SYNTH_MSS);
    synth_say(&d->talk, SYNTH_CLIENT, synth_ssh_line(kind), 0);
    synth_say(&d->talk, SYNTH_SERVER, synth_ssh_line(SYNTH_SSH_SERVER), 0);
    synth_ssh_lists(&ours, kind, d->talk.random);
    synth_ssh_lists(&theirs, SYNTH_SSH_SERVER, d->talk.random);
    synth_say(&d->talk, SYNTH_CLIENT, buf_str(&ours), 0);
    synth_say(&d->talk, SYNTH_SERVER, buf_str(&theirs), 0);
    synth_say(&d->talk, SYNTH_CLIENT, S(SSH_PUBLIC), 0);
    sealed(d, SYNTH_SERVER, 400, 500);
    for (unsigned i = 0; i < d->session->wrong + d->session->in; i++) {
        sealed(d, SYNTH_CLIENT, 84, 148);
        if (i < d->session->wrong)
            pause_for(d, 300, 1800);
        sealed(d, SYNTH_SERVER, 36, 52);
    }
    use(d, 36, 100);
}

static void smb_step(struct desk *d, struct synth_smb s)
{
    AUTO(buf_drop) struct buf out = BUF(SYNTH_MSS);
    synth_smb_put(&out, &s, d->talk.random);
    synth_say(&d->talk, s.reply ? SYNTH_SERVER : SYNTH_CLIENT, buf_str(&out), 0);
}

static void smb_both(struct desk *d, struct synth_smb s)
{
    smb_step(d, s);
    s.reply = true;
    smb_step(d, s);
}

static void smb(struct desk *d)
{
    uint32_t number = 0;
    smb_both(d, (struct synth_smb){.command = SYNTH_SMB_NEGOTIATE});
    for (unsigned i = 0; i < d->session->wrong + d->session->in; i++) {
        bool refused = i < d->session->wrong;
        for (unsigned step = 0; step < 2; step++)
            smb_both(d, (struct synth_smb){.command = SYNTH_SMB_SETUP,
                                           .refused = refused,
                                           .step = step,
                                           .number = ++number});
    }
    if (!d->session->in)
        return;
    smb_both(d, (struct synth_smb){.command = SYNTH_SMB_TREE, .number = ++number});
    smb_both(d, (struct synth_smb){.command = SYNTH_SMB_CREATE, .number = ++number});
    for (uint64_t i = 0; i < d->session->segments; i += READ_EACH)
        smb_both(d, (struct synth_smb){.command = SYNTH_SMB_READ, .number = ++number});
}

/* [MS-RDPBCGR] 2.2.1: X.224 asks for CredSSP; then it is TLS. */
static void rdp(struct desk *d)
{
    AUTO(buf_drop) struct buf out = BUF(1 << 14);
    synth_say(&d->talk, SYNTH_CLIENT, S("\3\0\0\x13\x0e\xe0\0\0\0\0\0\1\0\x08\0\3\0\0\0"), 0);
    synth_say(&d->talk, SYNTH_SERVER, S("\3\0\0\x13\x0e\xd0\0\0\x12\x34\0\2\x1f\x08\0\2\0\0\0"), 0);
    synth_client_hello(&out, SYNTH_AGENT, STR_NONE, d->talk.random);
    synth_say(&d->talk, SYNTH_CLIENT, buf_str(&out), 0);
    buf_clear(&out);
    synth_server_flight(&out, false, S("host.office.example"), d->talk.random);
    synth_say(&d->talk, SYNTH_SERVER, buf_str(&out), 0);
    buf_clear(&out);
    synth_client_finish(&out, d->talk.random);
    synth_say(&d->talk, SYNTH_CLIENT, buf_str(&out), 0);
    for (int i = 0; i < 3; i++) {
        buf_clear(&out);
        synth_application_data(&out, i == 1 ? 300 : 120, d->talk.random);
        synth_say(&d->talk, i % 2 ? SYNTH_SERVER : SYNTH_CLIENT, buf_str(&out), 0);
    }
    if (!d->session->in)
        return; /* the server closes: one try a connection */
    use(d, 60, 120);
}

static void line_login(struct desk *d, const char *const says[6])
{
    text(d, SYNTH_SERVER, says[0]);
    for (unsigned i = 0; i < d->session->wrong + d->session->in; i++) {
        text(d, SYNTH_CLIENT, says[1]);
        text(d, SYNTH_SERVER, says[2]);
        text(d, SYNTH_CLIENT, says[3]);
        if (i < d->session->wrong)
            pause_for(d, 300, 1200);
        text(d, SYNTH_SERVER, i < d->session->wrong ? says[4] : says[5]);
    }
}

static void ftp(struct desk *d)
{
    static const char *const says[] = {"220 ready\r\n",
                                       "USER " SYNTH_CANARY "\r\n",
                                       "331 password, please\r\n",
                                       "PASS " SYNTH_CANARY "\r\n",
                                       "530 Login incorrect.\r\n",
                                       "230 Login successful.\r\n"};
    line_login(d, says);
    text(d, SYNTH_CLIENT, "QUIT\r\n");
    text(d, SYNTH_SERVER, "221 Goodbye.\r\n");
}

static void pop3(struct desk *d)
{
    static const char *const says[] = {"+OK ready\r\n",
                                       "USER " SYNTH_CANARY "\r\n",
                                       "+OK\r\n",
                                       "PASS " SYNTH_CANARY "\r\n",
                                       "-ERR [AUTH] Authentication failed.\r\n",
                                       "+OK Logged in.\r\n"};
    line_login(d, says);
    text(d, SYNTH_CLIENT, "QUIT\r\n");
    text(d, SYNTH_SERVER, "+OK\r\n");
}

static void imap(struct desk *d)
{
    text(d, SYNTH_SERVER, "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n");
    for (unsigned i = 0; i < d->session->wrong + d->session->in; i++) {
        text(d, SYNTH_CLIENT, "a1 LOGIN " SYNTH_CANARY " " SYNTH_CANARY "\r\n");
        if (i < d->session->wrong)
            pause_for(d, 300, 1200);
        text(d, SYNTH_SERVER,
             i < d->session->wrong ? "a1 NO [AUTHENTICATIONFAILED] Authentication failed.\r\n"
                                   : "a1 OK Logged in\r\n");
    }
    text(d, SYNTH_CLIENT, "a9 LOGOUT\r\n");
    text(d, SYNTH_SERVER, "* BYE\r\na9 OK done\r\n");
}

static void telnet(struct desk *d)
{
    static const char *const says[] = {"login: ",
                                       SYNTH_CANARY "\r\n",
                                       "Password: ",
                                       SYNTH_CANARY "\r\n",
                                       "\r\nLogin incorrect\r\nlogin: ",
                                       "\r\n$ "};
    synth_say(&d->talk, SYNTH_SERVER, S("\xff\xfd\x18\xff\xfd\x20\xff\xfb\x03"), 0);
    synth_say(&d->talk, SYNTH_CLIENT, S("\xff\xfb\x18\xff\xfc\x20\xff\xfd\x03"), 0);
    line_login(d, says);
}

static const struct {
    const char *name;
    uint16_t port;
    void (*say)(struct desk *d);
} services[SERVICE_COUNT] = {
    [SERVICE_SSH] = {"ssh", 22, ssh},          [SERVICE_SMB] = {"smb", 445, smb},
    [SERVICE_RDP] = {"rdp", 3389, rdp},        [SERVICE_FTP] = {"ftp", 21, ftp},
    [SERVICE_POP3] = {"pop3", 110, pop3},      [SERVICE_IMAP] = {"imap", 143, imap},
    [SERVICE_TELNET] = {"telnet", 23, telnet},
};

enum service service_of(struct str name)
{
    for (size_t i = 0; i < COUNT(services); i++)
        if (str_eq(name, (struct str){services[i].name, strlen(services[i].name)}))
            return (enum service)i;
    return SERVICE_COUNT;
}

uint16_t service_port(enum service s)
{
    return services[s].port;
}

struct shown make_session(struct synth_making *m, const struct session *s)
{
    uint16_t port = s->port ? s->port : services[s->service].port;
    struct desk d = {.m = m,
                     .talk = make_talk(m, s->client, s->server, port, s->time_us),
                     .session = s};
    struct shown shown = make_shown(&d.talk, s->time_us, SYNTH_TCP);
    synth_tcp_open(&d.talk);
    services[s->service].say(&d);
    synth_tcp_close(&d.talk);
    shown.end_us = d.talk.time_us;
    return shown;
}
