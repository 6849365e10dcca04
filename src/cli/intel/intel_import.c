/* intel_import.c - hinomi intel import: a feed's exact bytes to a node, in pieces that it takes.
 *
 * A JSON document goes whole. A list goes in pieces of whole lines; each piece begins with the lines
 * that say what the columns are, so that the node reads every piece as the list it belongs to. Each piece
 * carries an idempotency key made of its bytes, where it goes and the day: sending a feed again after a
 * break does no harm, and tomorrow it is confirmed anew. */
#include "cli/intel/intel_private.h"
#include "cli/peer.h"
#include "core/digest.h"
#include "core/encode.h"
#include "core/io.h"
#include "core/json.h"
#include "core/time.h"
#include "http/client.h"
#include "intel/grade.h"
#include "intel/reader.h"

#include <unistd.h>

enum { FEED_MAX = 1 << 30, PIECE_MAX = 512 << 10, WHOLE_MAX = 16 << 20, HEAD_MAX = 64 << 10 };

struct import_args {
    struct opt_list files;
    struct peer node;
    const char *source, *grade, *tlp;
};

static const struct opt options[] = {
    {"node", 0, OPT_TEXT, offsetof(struct import_args, node.url), "URL", "the node to send to",
     "送り先のノード", .required = true},
    {"key", 0, OPT_TEXT, offsetof(struct import_args, node.key), "FILE",
     "file with the key for the node", "ノード用の鍵のファイル", .required = true},
    {"pin", 0, OPT_TEXT, offsetof(struct import_args, node.pin), "sha256//…",
     "hash of the node's public key", "ノードの公開鍵のハッシュ"},
    {"ca", 0, OPT_TEXT, offsetof(struct import_args, node.ca), "FILE",
     "authorities that vouch for the node", "ノードを保証する認証局"},
    {"source", 0, OPT_TEXT, offsetof(struct import_args, source), "NAME",
     "what the node calls this source; the file's name when not given",
     "ノードでの情報源の名前（省略時はファイル名）"},
    {"grade", 0, OPT_TEXT, offsetof(struct import_args, grade), "B2",
     "Admiralty grade: source A to F, information 1 to 6", "情報の格付け: 情報源 A〜F、内容 1〜6"},
    {"tlp", 0, OPT_TEXT, offsetof(struct import_args, tlp), "TLP:GREEN",
     "label of items that have none; AMBER+STRICT when not given",
     "無印の項目に付ける TLP（省略時は AMBER+STRICT 扱い）"},
    {0}};

static struct opt_command command_of(struct import_args *args)
{
    return (struct opt_command){
        .name = "intel import",
        .usage = "FILE… --node URL --key FILE [--source NAME] [--grade B2] [--tlp TLP:GREEN]",
        .en = "send feeds to a node",
        .ja = "フィードをノードへ送る",
        .more_en = "The node keeps the exact bytes and says what of them it can use.\n"
                   "Exit code: 0 all were taken; 2 one was not.\n"
                   "Example: hinomi intel import feed.json --node https://node.example:8443 --key "
                   "analyst.key --source abuse-feed --grade B2 --tlp TLP:GREEN",
        .more_ja = "ノードは受け取ったバイト列をそのまま保管し、使えるものの数を答えます。\n"
                   "終了コード: 0 すべて受理。2 受理されないものあり。\n"
                   "例: hinomi intel import feed.json --node https://node.example:8443 --key "
                   "analyst.key --source abuse-feed --grade B2 --tlp TLP:GREEN",
        .options = options,
        .rest = &args->files,
    };
}

struct import {
    struct http_client *client;
    const char *path; /* with its query */
    uint64_t sent, size;
    int64_t items, usable, kept, refused;
    bool terminal, ja;
};

static void add_counts(struct import *m, struct str body, struct arena *memory)
{
    struct err e;
    const struct json *v = json_parse(memory, body, &e);
    const struct {
        struct str key;
        int64_t *sum;
    } fields[] = {{S_("items"), &m->items},
                  {S_("usable"), &m->usable},
                  {S_("kept"), &m->kept},
                  {S_("refused"), &m->refused}};
    for (size_t i = 0; i < COUNT(fields); i++) {
        int64_t n;
        if (json_int(v, fields[i].key, &n) && n > 0 && n <= INT64_MAX - *fields[i].sum)
            *fields[i].sum += n;
    }
}

static void idempotency_digest(const struct import *m, struct str bytes,
                               uint8_t ret_digest[SHA256_SIZE])
{
    enum { DATE_LEN = 10 };
    struct sha256 h;
    char text[TIME_TEXT_SIZE];
    struct str now = time_format(clock_real()->now(clock_real()), text);
    sha256_start(&h);
    sha256_add(&h, (struct str){now.ptr, DATE_LEN});
    sha256_add(&h, (struct str){m->path, strlen(m->path) + 1});
    sha256_add(&h, bytes);
    sha256_end(&h, ret_digest);
}

static bool send_piece(struct import *m, struct str bytes, struct err *e)
{
    AUTO(arena_drop) struct arena memory = ARENA(4 << 20);
    uint8_t digest[SHA256_SIZE];
    char key[2 * SHA256_SIZE];
    struct http_reply r;
    idempotency_digest(m, bytes, digest);
    hex_write(key, digest, sizeof digest);
    struct http_question q = {.path = m->path,
                              .method = HTTP_POST,
                              .body = bytes,
                              .content_type = "application/octet-stream",
                              .idempotency_key = {key, sizeof key}};
    if (!http_ask(m->client, &q, &memory, &r, e) || !http_reply_ok(&r, e))
        return false;
    add_counts(m, r.body, &memory);
    return true;
}

/* The lines at the top that say how to read the rest: comments, and the first line of a CSV file. */
static struct str head_of(struct str text, enum intel_format format)
{
    struct str rest = text;
    while (rest.len) {
        struct str after, line = str_cut(rest, '\n', &after);
        bool comment = line.len && (line.ptr[0] == '#' || line.ptr[0] == '!' || line.ptr[0] == '[');
        if (!comment && line.len > 1 && format != INTEL_CSV)
            break;
        rest = after;
        if (!comment && line.len > 1)
            break;
    }
    size_t n = text.len - rest.len;
    return (struct str){text.ptr, n <= HEAD_MAX ? n : 0};
}

static void progress(const struct import *m, const char *file)
{
    if (m->terminal)
        fprintf(stderr, "\r\033[K%.60s %llu%%", file,
                (unsigned long long)(m->size ? m->sent * 100 / m->size : 100));
}

/* The first PIECE_MAX bytes of `text` or less, ending after a line. */
static struct str next_piece(struct str *text)
{
    size_t n = text->len;
    if (n > PIECE_MAX) {
        const char *end = memrchr(text->ptr, '\n', PIECE_MAX);
        n = end ? (size_t)(end + 1 - text->ptr) : PIECE_MAX;
    }
    struct str piece = {text->ptr, n};
    *text = str_skip(*text, n);
    return piece;
}

static bool send_list(struct import *m, const char *file, struct str text, struct str head,
                      struct err *e)
{
    for (bool first = true; text.len; first = false) {
        AUTO(buf_drop) struct buf piece = BUF(WHOLE_MAX);
        if (!first)
            buf_put(&piece, head);
        struct str part = next_piece(&text);
        buf_put(&piece, part);
        if (!send_piece(m, buf_str(&piece), e))
            return err_wrap(e, "at byte %llu", (unsigned long long)m->sent);
        m->sent += part.len;
        progress(m, file);
    }
    return true;
}

static bool send_file(struct import *m, const char *file, struct err *e)
{
    AUTO(arena_drop) struct arena memory = ARENA((size_t)FEED_MAX + HEAD_MAX);
    struct intel_report r;
    struct str text;
    if (!file_read(&memory, file, FEED_MAX, &text, e) ||
        !intel_read(text, &(struct intel_options){0}, &(struct intel_sink){0}, &r, e))
        return false;
    m->sent = 0;
    m->size = text.len;
    progress(m, file);
    if (r.format == INTEL_STIX || r.format == INTEL_MISP) {
        if (text.len > WHOLE_MAX)
            return err_set(e, ERR_LIMIT, "a JSON document of %zu MiB; a node takes %d",
                           text.len >> 20, WHOLE_MAX >> 20);
        return send_piece(m, text, e);
    }
    return send_list(m, file, text, head_of(text, r.format), e);
}

static void tell(const struct import *m, const char *file)
{
    if (m->terminal)
        fputs("\r\033[K", stderr);
    printf(m->ja ? "%s: 読取 %lld、使用可 %lld、保管 %lld、拒否 %lld\n"
                 : "%s: read %lld, usable %lld, kept %lld, refused %lld\n",
           file, (long long)m->items, (long long)m->usable, (long long)m->kept,
           (long long)m->refused);
}

/* What the node will refuse is refused here, before a byte is sent. */
static bool make_path(const struct import_args *args, const char *file, struct arena *a,
                      const char **ret, struct err *e)
{
    struct grade grade;
    enum tlp tlp;
    const char *slash = strrchr(file, '/');
    const char *source = args->source ? args->source : slash ? slash + 1 : file;
    struct str path = arena_fmt(a, "/v1/intel?source=" STR_FMT,
                                STR_ARG(http_path_escape(a, (struct str){source, strlen(source)})));
    if (args->grade) {
        struct str text = {args->grade, strlen(args->grade)};
        if (!grade_parse(text, &grade))
            return err_set(e, ERR_INVALID, "--grade takes A1 to F6");
        path = arena_fmt(a, STR_FMT "&grade=%c%c", STR_ARG(path), grade.source, grade.information);
    }
    if (args->tlp) {
        if (!tlp_parse_loose((struct str){args->tlp, strlen(args->tlp)}, &tlp))
            return err_set(e, ERR_INVALID,
                           "--tlp takes TLP:CLEAR, GREEN, AMBER, AMBER+STRICT, RED");
        struct str label = {tlp_name(tlp), strlen(tlp_name(tlp))};
        path = arena_fmt(a, STR_FMT "&tlp=" STR_FMT, STR_ARG(path),
                         STR_ARG(http_path_escape(a, label)));
    }
    const char *text = arena_cstr(a, path);
    if (!text) {
        err_set(e, ERR_LIMIT, "names too long");
        return false;
    }
    *ret = text;
    return true;
}

static bool import_all(const struct import_args *args, struct arena *memory, struct err *e)
{
    struct http_client *client = NULL;
    bool good = args->files.count || err_set(e, ERR_INVALID, "no file named");
    good = good && peer_connect(&args->node, memory, &client, e);
    for (size_t i = 0; good && i < args->files.count; i++) {
        const char *file = args->files.items[i];
        struct import m = {.client = client,
                           .path = "",
                           .terminal = isatty(STDERR_FILENO),
                           .ja = opt_japanese()};
        good = make_path(args, file, memory, &m.path, e) &&
               (send_file(&m, file, e) || err_wrap(e, "%s", file));
        if (good)
            tell(&m, file);
    }
    http_client_free(client);
    return good;
}

int intel_import(int argc, char **argv)
{
    AUTO(arena_drop) struct arena memory = ARENA(4 << 20);
    struct import_args args = {0};
    struct opt_command command = command_of(&args);
    struct err e = {0};
    enum opt_result parsed = opt_parse(&command, argc - 1, argv + 1, &args, &memory, &e);
    if (parsed == OPT_HELPED)
        return 0;
    if (parsed == OPT_RUN && import_all(&args, &memory, &e))
        return 0;
    fprintf(stderr, "hinomi intel import: %s\n", e.text);
    return 2;
}
