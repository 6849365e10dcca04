/* sensor.c - hinomi sensor: options, and the two processes it is. See sensor_private.h. */
#include "cli/cli_sensor.h"

#include "cli/sensor/sensor_private.h"
#include "core/io.h"
#include "core/log.h"

#include <pwd.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum { KEY_FILE_MAX = 4096 };

static const struct opt options[] = {
    {"capture", 0, OPT_TEXT, offsetof(struct sensor_args, capture), "FILE",
     "watch a capture file; '-' is standard input, read as it grows",
     "キャプチャファイルを監視。「-」は標準入力"},
    {"interface", 'i', OPT_TEXT, offsetof(struct sensor_args, interface), "IF",
     "watch a network interface", "ネットワークインタフェースを監視"},
    {"flow-listen", 0, OPT_TEXT, offsetof(struct sensor_args, flow_listen), "ADDR:PORT",
     "watch what routers tell: NetFlow v5/v9 and IPFIX over UDP",
     "ルータが送る NetFlow v5/v9・IPFIX（UDP）を監視"},
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
    {"queues", 0, OPT_INT, offsetof(struct sensor_args, queues), "N",
     "threads that share an interface's traffic out; 1 unless told",
     "インタフェースの通信を分担するスレッド数（既定 1）", .least = 1, .most = SENSOR_QUEUES_MOST},
    {"user", 0, OPT_TEXT, offsetof(struct sensor_args, user), "NAME",
     "whom to become once everything is open, when started as root",
     "root で起動したとき、準備後になりかわる利用者"},
    {"own", 0, OPT_LIST, offsetof(struct sensor_args, own), "CIDR",
     "the watched network: flows with no end in it are discarded and counted",
     "監視対象のネットワーク。端点がその外にあるフローは数えて捨てる"},
    CLI_MANDATE_OPTIONS(struct sensor_args, mandate),
    {"detect", 0, OPT_TEXT, offsetof(struct sensor_args, detect), "FILE",
     "thresholds and mutes of the behaviour detectors", "振る舞い検知のしきい値と除外"},
    {"no-detect", 0, OPT_FLAG, offsetof(struct sensor_args, no_detect), NULL,
     "indicators alone, no behaviour", "インジケータのみ（振る舞い検知なし）"},
    {"out", 'o', OPT_TEXT, offsetof(struct sensor_args, out), "DIR",
     "where records and signed seals go, a folder for each authorisation; SPOOL/books unless told",
     "記録と署名付き封印の置き場。許可ごとに一つのフォルダ（既定は SPOOL/books）"},
    {"eve", 0, OPT_TEXT, offsetof(struct sensor_args, eve), "FILE",
     "append EVE JSON lines to this file", "EVE JSON を追記するファイル"},
    {"zeek", 0, OPT_TEXT, offsetof(struct sensor_args, zeek), "DIR",
     "append Zeek-style JSON logs (conn.log, dns.log, ssl.log, …) in this folder",
     "Zeek 形式の JSON ログ（conn.log、dns.log、ssl.log など）を追記するフォルダ"},
    {"ipfix", 0, OPT_TEXT, offsetof(struct sensor_args, ipfix), "FILE",
     "append the flows as IPFIX messages to this file", "フローを IPFIX で追記するファイル"},
    {"ipfix-enterprise", 0, OPT_INT, offsetof(struct sensor_args, enterprise), "N",
     "your IANA enterprise number, for SNI and JA4 in IPFIX, written and read",
     "IPFIX の SNI と JA4 に使う自組織の企業番号（読み書き共通）", .least = 1, .most = UINT32_MAX},
    {"replay-speed", 0, OPT_TEXT, offsetof(struct sensor_args, replay_speed), "FACTOR",
     "play a file as if it happened now: 1 as recorded, 10 ten times as fast",
     "ファイルを今起きているように再生（1 は記録の速さ、10 は 10 倍）"},
    {0}};

static const struct opt_command command = {
    .name = "sensor",
    .usage = "--capture FILE|--interface IF|--flow-listen ADDR:PORT --node URL --key FILE --spool "
             "DIR --own "
             "CIDR…|--authorisation FILE",
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

/* ---- signals: read like a file, so that no handler shares state with the rest ---- */

/* Before the fork and before any thread: all of them inherit the mask. */
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

bool sensor_told_to_stop(struct sensor *s)
{
    struct signalfd_siginfo info;
    s->stopped = s->stopped || read(s->signals, &info, sizeof info) == sizeof info;
    return s->stopped;
}

/* ---- arguments ---- */

static bool read_key(struct sensor *s, struct err *e)
{
    struct str key;
    if (!file_read(&s->memory, s->args.key, KEY_FILE_MAX, &key, e))
        return err_wrap(e, "--key");
    while (key.len && (key.ptr[key.len - 1] == '\n' || key.ptr[key.len - 1] == '\r'))
        key.len--;
    s->bearer = arena_cstr(&s->memory, key);
    return s->bearer || err_set(e, ERR_LIMIT, "--key: too long");
}

static bool read_user(struct sensor *s, struct err *e)
{
    if (!s->args.user)
        return true;
    const struct passwd *p = getpwnam(s->args.user);
    if (!p)
        return err_set(e, ERR_NOT_FOUND, "--user %s: no such user", s->args.user);
    s->user = p->pw_uid;
    s->group = p->pw_gid;
    return true;
}

static bool read_args(struct sensor *s, struct err *e)
{
    const struct sensor_args *a = &s->args;
    if (!!a->capture + !!a->interface + !!a->flow_listen != 1)
        return err_set(e, ERR_INVALID, "one of --capture, --interface and --flow-listen");
    if (!a->own.count && !a->mandate.authorisation)
        return err_set(e, ERR_INVALID,
                       "what may be watched? --own CIDR names your own network, "
                       "--authorisation FILE what somebody else has allowed");
    if (a->queues > 1 && !a->interface)
        return err_set(e, ERR_INVALID, "--queues shares an interface's traffic out, not a file's");
    if (a->replay_speed) {
        char *end = NULL;
        s->speed = strtod(a->replay_speed, &end);
        if (*end || !(s->speed > 0) || !a->capture)
            return err_set(e, ERR_INVALID, "--replay-speed takes a number above 0, for a file");
    }
    s->own = arena_array(&s->memory, struct addr, a->own.count + 1);
    for (size_t i = 0; i < a->own.count; i++)
        if (!prefix_parse((struct str){a->own.items[i], strlen(a->own.items[i])}, &s->own[i], e))
            return err_wrap(e, "--own");
    struct str key = {a->node_key, a->node_key ? strlen(a->node_key) : 0};
    return (!key.len || key_public_parse(key, &s->node_key, e)) && read_key(s, e) &&
           read_user(s, e);
}

/* ---- two processes ---- */

bool sensor_open_spool(struct sensor *s, struct err *e)
{
    struct spool_settings spool = {.dir = s->args.spool,
                                   .limit = (uint64_t)s->args.spool_mib << 20};
    return spool_open(&spool, &s->spool, e);
}

/* The spool's folder and the sensor's id are there before either process looks; what the spool has to
 * complain of is said before there are two. */
static bool prepare(struct sensor *s, struct err *e)
{
    if (!watch_signals(s, e) || !sensor_open_spool(s, e))
        return false;
    bool ok = sensor_id_of(s->args.spool, &s->id, e) && errand_pair_open(&s->errands, e);
    spool_close(&s->spool);
    return ok;
}

static int run(struct sensor *s)
{
    struct err e = {0};
    log_set_name("sensor");
    if (!prepare(s, &e)) {
        log_error("%s", e.text);
        return 2;
    }
    pid_t parent = getpid();
    fflush(NULL);
    s->watcher = fork();
    if (s->watcher < 0) {
        log_error("the sensor's second process cannot be started");
        return 2;
    }
    return s->watcher == 0 ? sensor_watch(s, parent) : sensor_line(s);
}

int cli_sensor(int argc, char **argv)
{
    struct sensor s = {.memory = ARENA(1 << 20),
                       .signals = -1,
                       .args = {.spool_mib = 256, .queues = 1}};
    struct err e = {0};
    enum opt_result parsed = opt_parse(&command, argc - 1, argv + 1, &s.args, &s.memory, &e);
    int status = parsed == OPT_HELPED ? 0 : 2;
    if (parsed == OPT_BAD || (parsed == OPT_RUN && !read_args(&s, &e)))
        fprintf(stderr, "hinomi sensor: %s\n", e.text);
    else if (parsed == OPT_RUN)
        status = run(&s);
    errand_close(&s.errands.watcher);
    errand_close(&s.errands.uplink);
    if (s.signals >= 0)
        close(s.signals);
    arena_drop(&s.memory);
    return status;
}
