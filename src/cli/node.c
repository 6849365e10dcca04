/* node.c - hinomi node: opens the folder, listens, and waits to be told to stop.
 *
 * The main thread does nothing else: the key process is tied to it. Signals are taken by waiting for
 * them, so that no handler runs in the middle of anything.
 */
#include "api/api.h"
#include "cli/cli_node.h"
#include "core/io.h"
#include "core/jsonw.h"
#include "core/log.h"
#include "core/opt.h"
#include "http/tls_self.h"

#include <signal.h>
#include <time.h>
#include <unistd.h>

enum { NODE_STOPPED = 0, NODE_FAILED = 2, NODE_BROKEN = 3 };

struct args {
    const char *data, *listen;
    bool verbose;
};

static const struct opt options[] = {
    {"data", 'd', OPT_TEXT, offsetof(struct args, data), "DIR", "the node's folder",
     "ノードのフォルダ", .required = true},
    {"listen", 'l', OPT_TEXT, offsetof(struct args, listen), "ADDR:PORT",
     "where to listen, instead of what init was told; port 0 takes any free one",
     "待ち受けるアドレス（init の指定に代わる）。ポート 0 は空きポート"},
    {"verbose", 'v', OPT_FLAG, offsetof(struct args, verbose), NULL, "log every request",
     "すべてのリクエストを記録"},
    {0}};

static const struct opt_command command = {
    .name = "node",
    .usage = "--data DIR [--listen ADDR:PORT]",
    .en = "run an organisation's node",
    .ja = "組織のノードを動かす",
    .more_en =
        "The folder is made by `hinomi admin init`. When it listens, the node prints its URL, and\n"
        "writes it to DIR/run/url; its process id is in DIR/run/pid. SIGTERM or Ctrl-C ends it "
        "after\n"
        "what it has acknowledged is on the disk. A second node on the same folder is refused.\n"
        "Exit code: 0 ended as told; 2 could not start; 3 the journal failed.",
    .more_ja =
        "フォルダは「hinomi admin init」で作ります。待ち受けを始めると URL を表示し、DIR/run/url\n"
        "にも書きます。プロセス番号は DIR/run/pid です。SIGTERM か Ctrl-C で、受領を答えた内容を\n"
        "ディスクに書き終えてから終了します。同じフォルダで二つ目のノードは動きません。\n"
        "終了コード: 0 指示による終了。2 起動できない。3 ジャーナルの障害。",
    .options = options,
};

/* "ADDR:PORT", "[ADDR]:PORT". */
static bool split_address(struct arena *a, struct str text, const char **ret_address,
                          uint16_t *ret_port, struct err *e)
{
    size_t colon = text.len;
    while (colon > 0 && text.ptr[colon - 1] != ':')
        colon--;
    struct str address = {text.ptr, colon ? colon - 1 : 0}, port = str_skip(text, colon);
    unsigned long number = 0;
    for (size_t i = 0; i < port.len && number <= UINT16_MAX; i++)
        number = port.ptr[i] >= '0' && port.ptr[i] <= '9'
                     ? number * 10 + (unsigned long)(port.ptr[i] - '0')
                     : UINT16_MAX + 1;
    if (!address.len || !port.len || number > UINT16_MAX)
        return err_set(e, ERR_INVALID, "'" STR_FMT "' is not ADDRESS:PORT", STR_ARG(text));
    if (address.ptr[0] == '[' && address.ptr[address.len - 1] == ']')
        address = (struct str){address.ptr + 1, address.len - 2};
    *ret_address = arena_cstr(a, address);
    *ret_port = (uint16_t)number;
    return true;
}

static bool tell(struct node *n, struct api *api, struct arena *a, struct err *e)
{
    AUTO(buf_drop) struct buf line = BUF(8192);
    struct jsonw w = JSONW(&line);
    char pin[TLS_PIN_SIZE] = "", print[TLS_FINGERPRINT_SIZE] = "", key[KEY_TEXT_SIZE];
    const struct node_self *self = node_self(n);
    const char *dir = node_dir(n);
    struct str cert = STR_NONE;

    if (!file_read(a, arena_fmt(a, "%s/keys/tls.crt", dir).ptr, 1 << 16, &cert, e) ||
        !tls_identify(cert, print, pin, e) ||
        !file_swap(arena_fmt(a, "%s/run/url", dir).ptr, arena_fmt(a, "%s\n", api_url(api)), 0644,
                   e) ||
        !file_swap(arena_fmt(a, "%s/run/pid", dir).ptr, arena_fmt(a, "%d\n", getpid()), 0644, e))
        return false;
    if (isatty(STDOUT_FILENO)) {
        buf_fmt(&line,
                opt_japanese() ? STR_FMT "（" STR_FMT
                                         "）: %s で待ち受けています\n公開鍵のピン: %s\n"
                               : STR_FMT " (" STR_FMT ") listens on %s\npublic key pin: %s\n",
                STR_ARG(self->name), STR_ARG(self->role), api_url(api), pin);
    } else {
        jw_object(&w);
        jw_member_cstr(&w, "event", "listening");
        jw_member_cstr(&w, "url", api_url(api));
        jw_member_cstr(&w, "pin", pin);
        jw_member_str(&w, "org", self->org);
        jw_member_str(&w, "key", key_public_format(&self->key, key));
        jw_end(&w);
        buf_byte(&line, '\n');
    }
    return fd_write_all(STDOUT_FILENO, buf_str(&line), e);
}

/* Until a signal comes (0) or the journal has failed (NODE_BROKEN). */
static int wait_for_end(struct node *n, const sigset_t *signals)
{
    for (;;) {
        struct timespec half = {.tv_nsec = 500000000};
        if (sigtimedwait(signals, NULL, &half) > 0)
            return NODE_STOPPED;
        if (!node_healthy(n)) {
            log_error("the journal cannot be written: the node ends, and will find the truth when "
                      "it is started again");
            return NODE_BROKEN;
        }
    }
}

static bool start(const struct args *args, struct arena *a, struct node **n, struct api **api,
                  struct err *e)
{
    struct api_options o = {};
    if (!node_open(&(struct node_options){.dir = args->data, .clock = clock_real()}, n, e))
        return false;
    struct str listen =
        args->listen ? (struct str){args->listen, strlen(args->listen)} : node_self(*n)->listen;
    return split_address(a, listen, &o.address, &o.port, e) && api_start(*n, &o, api, e) &&
           node_start(*n, e) && tell(*n, *api, a, e);
}

int cli_node(int argc, char **argv)
{
    AUTO(arena_drop) struct arena a = ARENA(1 << 20);
    struct args args = {0};
    struct err e = {0};
    struct node *n = NULL;
    struct api *api = NULL;
    sigset_t signals;

    enum opt_result parsed = opt_parse(&command, argc - 1, argv + 1, &args, &a, &e);
    if (parsed != OPT_RUN) {
        if (parsed == OPT_BAD)
            fprintf(stderr, "hinomi node: %s\n", e.text);
        return parsed == OPT_BAD ? NODE_FAILED : NODE_STOPPED;
    }
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    sigprocmask(SIG_BLOCK, &signals, NULL); /* every thread inherits this */
    if (args.verbose)
        log_set_level(LOG_DEBUG);
    int code = NODE_FAILED;
    if (start(&args, &a, &n, &api, &e))
        code = wait_for_end(n, &signals);
    else
        fprintf(stderr, "hinomi node: %s\n", e.text);
    if (n)
        node_halt(n);
    api_stop(&api);
    node_close(&n);
    return code;
}
