/* sensor.c - hinomi sensor: options, the parts of it in their order, and the loop that feeds them. */
#include "cli/cli_sensor.h"

#include "core/io.h"
#include "core/log.h"
#include "core/opt.h"
#include "core/time.h"
#include "net/ring.h"
#include "sensor/eve.h"
#include "sensor/live.h"
#include "sensor/sightings.h"
#include "sensor/uplink.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

enum { KEY_FILE_MAX = 4096, TELL_EVERY_S = 60, DRAIN_STEP_US = 20000 };

struct sensor_args {
    const char *capture, *interface, *filter, *node, *key, *ca, *pin, *node_key, *spool, *eve;
    const char *replay_speed;
    struct opt_list own;
    int64_t spool_mib;
};

static const struct opt options[] = {
    {"capture", 0, OPT_TEXT, offsetof(struct sensor_args, capture), "FILE",
     "watch a capture file; '-' is standard input, read as it grows",
     "キャプチャファイルを監視。「-」は標準入力"},
    {"interface", 'i', OPT_TEXT, offsetof(struct sensor_args, interface), "IF",
     "watch a network interface", "ネットワークインタフェースを監視"},
    {"filter", 0, OPT_TEXT, offsetof(struct sensor_args, filter), "EXPR",
     "only what this pcap-filter(7) expression selects", "pcap-filter(7) の式に合うものだけ"},
    {"node", 0, OPT_TEXT, offsetof(struct sensor_args, node), "URL", "the organisation's node",
     "自組織のノード", .required = true},
    {"key", 0, OPT_TEXT, offsetof(struct sensor_args, key), "FILE", "this sensor's API key",
     "このセンサの API キー", .required = true},
    {"ca", 0, OPT_TEXT, offsetof(struct sensor_args, ca), "FILE",
     "authorities that vouch for the node", "ノードを保証する認証局"},
    {"pin", 0, OPT_TEXT, offsetof(struct sensor_args, pin), "sha256//…",
     "the node's TLS key, whoever vouches for it", "ノードの TLS 鍵（認証局によらない）"},
    {"node-key", 0, OPT_TEXT, offsetof(struct sensor_args, node_key), "ed25519:…",
     "the key that signs selector sets; without it, the first one seen is kept",
     "セレクタに署名する鍵。省略すると最初に見た鍵を使い続ける"},
    {"spool", 0, OPT_TEXT, offsetof(struct sensor_args, spool), "DIR",
     "where sightings wait for the node", "ノードへ送る前の記録を置くフォルダ", .required = true},
    {"spool-mib", 0, OPT_INT, offsetof(struct sensor_args, spool_mib), "N",
     "the most it may hold; 256 unless told", "その上限（既定 256 MiB）", .least = 1,
     .most = 1 << 20},
    {"own", 0, OPT_LIST, offsetof(struct sensor_args, own), "CIDR",
     "the watched network: flows with no end in it are discarded and counted",
     "監視対象のネットワーク。端点がその外にあるフローは数えて捨てる"},
    {"eve", 0, OPT_TEXT, offsetof(struct sensor_args, eve), "FILE",
     "append EVE JSON lines to this file", "EVE JSON を追記するファイル"},
    {"replay-speed", 0, OPT_TEXT, offsetof(struct sensor_args, replay_speed), "FACTOR",
     "play a file as if it happened now: 1 as recorded, 10 ten times as fast",
     "ファイルを今起きているように再生（1 は記録の速さ、10 は 10 倍）"},
    {0}};

static const struct opt_command command = {
    .name = "sensor",
    .usage = "--capture FILE|--interface IF --node URL --key FILE --spool DIR [--own CIDR…]",
    .en = "watch one tap, interface or file for a node",
    .ja = "タップ、インタフェース、ファイルを監視してノードに知らせる",
    .more_en = "Selectors come from the node and are in force milliseconds after it has them; "
               "sightings are kept on disk until the node has them, each counted once.\n"
               "A file: ends when all of it was handed over. SIGTERM ends it; what was not handed "
               "over is sent at the next start.\n"
               "Exit code: 0; 2 when something could not be used.",
    .more_ja = "セレクタはノードから届き、数ミリ秒で有効になります。検知はノードが受け取るまで"
               "ディスクに残り、一度だけ数えられます。\n"
               "ファイルの場合は全て渡し終えると終わります。SIGTERM で止めたときの残りは次回に"
               "送ります。\n"
               "終了コード: 0。使えないものがあれば 2。",
    .options = options,
};

struct sensor {
    struct sensor_args args;
    struct arena memory;
    struct addr *own;
    struct key_public node_key;
    struct capture *capture;
    struct index_set *set;
    struct spool *spool;
    struct sightings *sightings;
    struct uplink *uplink;
    struct live *live;
    struct pipeline *pipeline;
    struct eve *eve;
    int eve_fd;
    double speed;            /* 0: as fast as it can be read */
    int64_t shift, first_us; /* replay: packet time to now */
    int64_t began, told;     /* wall clock */
    int signals;             /* signalfd */
    bool stopped;
};

/* ---- signals: read like a file, so that no handler shares state with the rest ---- */

/* Before any thread starts: all of them inherit the mask. */
static bool watch_signals(struct sensor *s, struct err *e)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigprocmask(SIG_BLOCK, &set, NULL);
    s->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return s->signals >= 0 || err_set(e, ERR_IO, "no descriptor for signals");
}

static bool told_to_stop(struct sensor *s)
{
    struct signalfd_siginfo info;
    s->stopped = s->stopped || read(s->signals, &info, sizeof info) == sizeof info;
    return s->stopped;
}

/* Standard input may be silent for hours: wait for it where a signal is heard too. */
static void wait_for_input(struct sensor *s)
{
    struct pollfd fds[] = {{.fd = STDIN_FILENO, .events = POLLIN},
                           {.fd = s->signals, .events = POLLIN}};
    if (s->args.capture && strcmp(s->args.capture, "-") == 0)
        poll(fds, COUNT(fds), -1);
}

/* ---- parts ---- */

static bool read_key(struct sensor *s, const char **ret_key, struct err *e)
{
    struct str key;
    if (!file_read(&s->memory, s->args.key, KEY_FILE_MAX, &key, e))
        return err_wrap(e, "--key");
    while (key.len && (key.ptr[key.len - 1] == '\n' || key.ptr[key.len - 1] == '\r'))
        key.len--;
    *ret_key = arena_cstr(&s->memory, key);
    return *ret_key || err_set(e, ERR_LIMIT, "--key: too long");
}

static bool read_args(struct sensor *s, struct err *e)
{
    const struct sensor_args *a = &s->args;
    if (!a->capture == !a->interface)
        return err_set(e, ERR_INVALID, "either --capture or --interface");
    if (a->replay_speed) {
        char *end = NULL;
        s->speed = strtod(a->replay_speed, &end);
        if (*end || !(s->speed > 0) || a->interface)
            return err_set(e, ERR_INVALID, "--replay-speed takes a number above 0, for a file");
    }
    s->own = arena_array(&s->memory, struct addr, a->own.count + 1);
    for (size_t i = 0; i < a->own.count; i++)
        if (!prefix_parse((struct str){a->own.items[i], strlen(a->own.items[i])}, &s->own[i], e))
            return err_wrap(e, "--own");
    struct str key = {a->node_key, a->node_key ? strlen(a->node_key) : 0};
    return !key.len || key_public_parse(key, &s->node_key, e);
}

static bool open_capture(struct sensor *s, struct err *e)
{
    struct ring_settings ring = RING_SETTINGS(s->args.interface);
    bool ok = s->args.interface ? capture_open_ring(&ring, &s->capture, e)
                                : capture_open_file(s->args.capture, &s->capture, e);
    return ok && (!s->args.filter || capture_filter(s->capture, s->args.filter, e));
}

static void on_event(void *context, const struct sensor_event *ev)
{
    struct sensor *s = context;
    if (ev->kind == SENSOR_MATCH)
        sightings_add(s->sightings, ev);
    if (s->eve)
        eve_event(s->eve, ev);
}

static bool open_eve(struct sensor *s, struct err *e)
{
    if (!s->args.eve)
        return true;
    s->eve_fd = open(s->args.eve, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
    if (s->eve_fd < 0)
        return err_set(e, ERR_IO, "%s cannot be written", s->args.eve);
    s->eve = eve_new(s->eve_fd);
    return true;
}

static bool begin(struct sensor *s, struct err *e)
{
    struct http_peer peer = {.url = s->args.node, .pin = s->args.pin, .ca_file = s->args.ca};
    struct spool_settings spool = {.dir = s->args.spool,
                                   .limit = (uint64_t)s->args.spool_mib << 20};
    struct uuid id;
    s->set = index_set_new();
    struct live_settings live = {.set = s->set,
                                 .dir = s->args.spool,
                                 .node_key = s->args.node_key ? &s->node_key : NULL};
    if (!read_key(s, &peer.bearer, e) || !spool_open(&spool, &s->spool, e) ||
        !sensor_id_of(s->args.spool, &id, e) || !sightings_new(s->spool, &id, &s->sightings, e) ||
        !open_eve(s, e))
        return false;
    live.peer = peer;
    struct pipeline_settings p = PIPELINE_SETTINGS;
    p.set = s->set;
    p.own = s->own;
    p.own_count = s->args.own.count;
    p.metadata = s->eve != NULL;
    p.context = s;
    p.on_event = on_event;
    return pipeline_new(&p, &s->pipeline, e) && live_start(&live, &s->live, e) &&
           uplink_start(&peer, s->spool, &s->uplink, e) && open_capture(s, e);
}

static void end(struct sensor *s)
{
    uplink_stop(&s->uplink);
    live_stop(&s->live);
    sightings_drop(&s->sightings);
    pipeline_drop(&s->pipeline);
    capture_drop(&s->capture);
    spool_close(&s->spool);
    index_set_drop(&s->set);
    eve_drop(&s->eve);
    if (s->eve_fd >= 0)
        close(s->eve_fd);
    if (s->signals >= 0)
        close(s->signals);
    arena_drop(&s->memory);
}

/* ---- running ---- */

static void sleep_us(int64_t us)
{
    struct timespec t = {.tv_sec = us / TIME_SECOND, .tv_nsec = us % TIME_SECOND * 1000};
    if (us > 0)
        nanosleep(&t, NULL);
}

static void tell(struct sensor *s)
{
    struct pipeline_counts n = pipeline_counts(s->pipeline);
    struct capture_stats c = capture_stats(s->capture);
    struct sightings_stats g = sightings_stats(s->sightings);
    struct spool_stats k = spool_stats(s->spool);
    struct uplink_stats u = uplink_stats(s->uplink);
    struct live_stats l = live_stats(s->live);
    log_info("frames %llu, dropped by the kernel %llu, not decoded %llu; flows %llu, foreign %llu, "
             "evicted %llu; matches %llu",
             (unsigned long long)c.frames, (unsigned long long)c.kernel_drops,
             (unsigned long long)(n.decode.frames - n.decode.decoded),
             (unsigned long long)n.flow.flows, (unsigned long long)n.flows_foreign,
             (unsigned long long)n.flow.ended[FLOW_END_EVICTED],
             (unsigned long long)pipeline_matches(&n));
    log_info("sightings %llu, lost %llu; node has %llu, refused %llu, waiting %llu; selectors "
             "generation %llu",
             (unsigned long long)g.records, (unsigned long long)(g.dropped + g.unkept),
             (unsigned long long)u.posted, (unsigned long long)u.refused,
             (unsigned long long)k.waiting, (unsigned long long)l.generation);
}

/* A replayed frame comes when its time has come, with the time it comes at. */
static void replay(struct sensor *s, struct frame *frames, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int64_t now = clock_real()->now(clock_real());
        if (!s->first_us) {
            s->first_us = frames[i].time_us;
            s->began = now;
        }
        double since = (double)(frames[i].time_us - s->first_us) / s->speed;
        int64_t due = s->began + (int64_t)since;
        sleep_us(due - now);
        frames[i].time_us = due;
        pipeline_frames(s->pipeline, &frames[i], 1);
    }
}

static void idle(struct sensor *s)
{
    int64_t now = clock_real()->now(clock_real());
    if (s->args.interface) {
        pipeline_idle(s->pipeline, now);
        sightings_advance(s->sightings, now);
    }
}

static void now_and_then(struct sensor *s)
{
    int64_t now = time_monotonic();
    struct err e = {0};
    if (now - s->told < TELL_EVERY_S * TIME_SECOND)
        return;
    s->told = now;
    tell(s);
    if (s->eve && !eve_flush(s->eve, &e))
        log_error("%s", e.text);
}

static bool watch(struct sensor *s, struct err *e)
{
    struct frame frames[DECODE_BATCH];
    s->told = time_monotonic();
    for (size_t n = 0; !capture_done(s->capture) && !told_to_stop(s);) {
        if (n < COUNT(frames)) /* all that was read is used up */
            wait_for_input(s);
        if (told_to_stop(s))
            break;
        n = capture_batch(s->capture, frames, COUNT(frames), e);
        if (!n && e->code != ERR_OK)
            return false;
        if (s->speed > 0)
            replay(s, frames, n);
        else
            pipeline_frames(s->pipeline, frames, n);
        if (!n)
            idle(s);
        now_and_then(s);
    }
    return true;
}

/* A file is done when the node has all of it, or somebody is tired of waiting. */
static void hand_over(struct sensor *s)
{
    pipeline_finish(s->pipeline);
    sightings_flush(s->sightings);
    while (spool_stats(s->spool).waiting && !s->args.interface && !told_to_stop(s))
        sleep_us(DRAIN_STEP_US);
}

/* A file is matched against what the node has, not against nothing: wait for the first set. */
static void wait_for_selectors(struct sensor *s)
{
    bool said = false;
    for (struct live_stats l = live_stats(s->live);
         !s->args.interface && !l.generation && !l.images && !told_to_stop(s);
         l = live_stats(s->live)) {
        if (!said)
            log_info("waiting for the node's selectors");
        said = true;
        sleep_us(DRAIN_STEP_US);
    }
}

static int run(struct sensor *s)
{
    struct err e = {0};
    log_set_name("sensor");
    if (!watch_signals(s, &e) || !begin(s, &e)) {
        log_error("%s", e.text);
        return 2;
    }
    wait_for_selectors(s);
    bool ok = watch(s, &e);
    if (!ok)
        log_error("%s", e.text);
    hand_over(s);
    struct err late = {0};
    if (s->eve && !eve_flush(s->eve, &late)) {
        log_error("%s", late.text);
        ok = false;
    }
    tell(s);
    return ok ? 0 : 2;
}

int cli_sensor(int argc, char **argv)
{
    struct sensor s = {.memory = ARENA(1 << 20),
                       .eve_fd = -1,
                       .signals = -1,
                       .args.spool_mib = 256};
    struct err e = {0};
    enum opt_result parsed = opt_parse(&command, argc - 1, argv + 1, &s.args, &s.memory, &e);
    int status = parsed == OPT_HELPED ? 0 : 2;
    if (parsed == OPT_BAD || (parsed == OPT_RUN && !read_args(&s, &e)))
        fprintf(stderr, "hinomi sensor: %s\n", e.text);
    else if (parsed == OPT_RUN)
        status = run(&s);
    end(&s);
    return status;
}
