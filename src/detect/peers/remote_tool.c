/* remote_tool.c - an inside host uses a remote-access program for the first time.
 *
 * Seen by the names the program calls home to (asked for, in a hello, or in a Host), or by a port that little
 * else uses, towards an outside host that answers. Once for each host and program; the surer the sight,
 * the higher the score, and a better sight may be told again after a name that was merely asked for.
 */
#include "detect/detector_private.h"
#include "remote_tools_private.h"

#include <stdlib.h>

enum { WARMUP_HOURS, PORTS_ALONE };
enum { SIGHT_NONE, SIGHT_ASKED, SIGHT_PORT, SIGHT_NAME };
enum { BUCKETS = 512, PORTS_MOST = 64 };

static const struct detect_threshold thresholds[] = {
    {"warmup_hours", 0, 0, 720, "what is used that early is taken for known",
     "この間に使われたものは既知とみなす"},
    {"ports_alone", 1, 0, 1, "1: a port without a name is enough",
     "1: 名前がなくポートだけでも検知する"},
    {0},
};

struct use {
    struct table_head head;
    struct host_key key; /* port: the tool */
    uint8_t sight;
    uint64_t times;
};

struct remote_tools {
    struct table uses;
    uint16_t of_owner[BUCKETS]; /* by its hash: one past a name's number (tool, place); 0: none */
    uint32_t ports[PORTS_MOST]; /* protocol << 16 | port */
    uint8_t of_port[PORTS_MOST];
    size_t port_count;
};

static void names_put(const struct detector_run *r, struct remote_tools *d, size_t tool)
{
    const struct remote_tool *row = remote_tool_at(tool);
    for (size_t n = 0; n < REMOTE_NAMES_MOST && row->names[n].len; n++) {
        size_t at = name_hash(r->sketch_seed, name_owner(row->names[n])) % BUCKETS;
        while (d->of_owner[at])
            at = (at + 1) % BUCKETS;
        d->of_owner[at] = (uint16_t)(tool * REMOTE_NAMES_MOST + n + 1);
    }
}

static void start(struct detector_run *r)
{
    struct remote_tools *d = r->state;
    detector_table(r, &d->uses, sizeof(struct use), sizeof(struct host_key), 1);
    for (size_t tool = 0; remote_tool_at(tool); tool++) {
        const struct remote_tool *row = remote_tool_at(tool);
        names_put(r, d, tool);
        for (size_t p = 0; p < REMOTE_PORTS_MOST && row->ports[p].port; p++) {
            if (d->port_count == PORTS_MOST)
                abort();
            d->ports[d->port_count] = (uint32_t)row->ports[p].proto << 16 | row->ports[p].port;
            d->of_port[d->port_count++] = (uint8_t)tool;
        }
    }
}

/* The tool's number, or -1. */
static int tool_by_name(const struct remote_tools *d, const struct seen *s)
{
    if (!s->owner_hash)
        return -1;
    for (size_t at = s->owner_hash % BUCKETS; d->of_owner[at]; at = (at + 1) % BUCKETS) {
        size_t i = d->of_owner[at] - 1U;
        if (name_is_below(s->o->name,
                          remote_tool_at(i / REMOTE_NAMES_MOST)->names[i % REMOTE_NAMES_MOST]))
            return (int)(i / REMOTE_NAMES_MOST);
    }
    return -1;
}

static int tool_by_port(const struct remote_tools *d, const struct observation *o)
{
    uint32_t wanted = (uint32_t)o->proto << 16 | o->server_port;
    for (size_t i = 0; i < d->port_count; i++)
        if (d->ports[i] == wanted)
            return d->of_port[i];
    return -1;
}

/* Does the flow look like one of a program with its server, and not like a probe or a busy port? */
static bool is_session(const struct seen *s)
{
    const struct observation *o = s->o;
    return !s->server_inside && !o->midstream && !s->failed && flow_answered(o) &&
           o->ended.packets[FLOW_CLIENT] > 2 && o->client_port >= 1024 &&
           (o->app == APP_UNKNOWN || o->app == APP_TLS);
}

static void observe(struct detector_run *r, const struct seen *s)
{
    struct remote_tools *d = r->state;
    const struct observation *o = s->o;
    bool is_new;
    if (!o->client_own)
        return;
    int tool = tool_by_name(d, s), sight = o->kind == OBSERVED_DNS ? SIGHT_ASKED : SIGHT_NAME;
    if (tool < 0 && o->kind == OBSERVED_FLOW && r->threshold[PORTS_ALONE] > 0 && is_session(s)) {
        tool = tool_by_port(d, o);
        sight = SIGHT_PORT;
    }
    if (tool < 0)
        return;
    struct host_key key = {.port = (uint16_t)tool};
    memcpy(key.host, o->client, sizeof key.host);
    struct use *u = table_take(&d->uses, &key, &is_new);
    u->times++;
    bool surer = sight > u->sight;
    if (surer)
        u->sight = (uint8_t)sight;
    if (!surer || !detector_warm(r, s, r->threshold[WARMUP_HOURS]))
        return;
    static const double scores[] = {0, 0.45, 0.5, 0.7};
    struct detection f = detector_finding(s);
    const char *name = remote_tool_at((size_t)tool)->tool;
    f.name = (struct str){name, strlen(name)};
    if (sight == SIGHT_ASKED)
        memset(f.peer, 0, sizeof f.peer);
    f.count = u->times;
    f.score = scores[sight];
    detection_feature(&f, "sight", sight, 1);
    detection_feature(&f, "times", (double)u->times, 1);
    detector_tell(r, &f);
}

const struct detector detector_remote_tool = {
    .name = "remote_tool",
    .title_en = "first use of a remote-access program",
    .title_ja = "遠隔操作ツールの初めての利用",
    .technique = "T1219",
    .technique_name = "Remote Access Software",
    .sentence_en = "{host} uses the remote-access program {name} (sight {sight} of 3: 1 a name "
                   "asked, 2 a port, "
                   "3 a name spoken to)",
    .sentence_ja = "{host} が遠隔操作ツール {name} を利用(確からしさ {sight}/3: "
                   "1は名前解決、2はポート、3は通信先の"
                   "名前)",
    .thresholds = thresholds,
    .kinds = WANTS_FLOW | WANTS_DNS | WANTS_TLS | WANTS_MESSAGE,
    .share = 2,
    .state_size = sizeof(struct remote_tools),
    .start = start,
    .observe = observe,
};
