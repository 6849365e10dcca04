/* intel_lookup.c - hinomi intel lookup: who says what about this value, in files or at a node. */
#include "cli/intel/intel_private.h"
#include "cli/peer.h"
#include "core/json.h"
#include "core/jsonw.h"
#include "core/table.h"
#include "core/time.h"
#include "http/client.h"
#include "intel/normalise.h"
#include "intel/reader.h"

#include <unistd.h>

enum { OUT_MAX = 16 << 20, HITS_MAX = 10000 };

struct lookup_args {
    struct opt_list values, files;
    struct peer node;
    bool json;
};

static const struct opt options[] = {
    {"intel", 'i', OPT_LIST, offsetof(struct lookup_args, files), "FILE", "feeds to look in",
     "検索するフィード"},
    {"node", 0, OPT_TEXT, offsetof(struct lookup_args, node.url), "URL", "ask this node instead",
     "代わりにこのノードへ問い合わせる"},
    {"key", 0, OPT_TEXT, offsetof(struct lookup_args, node.key), "FILE",
     "file with the key for the node", "ノード用の鍵のファイル"},
    {"pin", 0, OPT_TEXT, offsetof(struct lookup_args, node.pin), "sha256//…",
     "hash of the node's public key", "ノードの公開鍵のハッシュ"},
    {"ca", 0, OPT_TEXT, offsetof(struct lookup_args, node.ca), "FILE",
     "authorities that vouch for the node", "ノードを保証する認証局"},
    {"json", 'j', OPT_FLAG, offsetof(struct lookup_args, json), NULL, "JSON lines",
     "JSON 行で出力"},
    {0}};

static struct opt_command command_of(struct lookup_args *args)
{
    return (struct opt_command){
        .name = "intel lookup",
        .usage = "VALUE --intel FILE… | VALUE --node URL --key FILE [--pin HASH] [--json]",
        .en = "who says what about an address, name, URL, hash or fingerprint",
        .ja = "アドレス・名前・URL・ハッシュ等について誰が何を言っているか",
        .more_en = "The value may be defanged (evil[.]example). Networks that hold an address and "
                   "names above a name are found too.\n"
                   "Exit code: 0 found; 1 nobody knows it; 2 the question could not be answered.\n"
                   "Example: hinomi intel lookup 'evil[.]example' --intel feed.json",
        .more_ja = "値は無害化表記（evil[.]example）でも構いません。アドレスを含むネットワークや"
                   "上位の名前も探します。\n"
                   "終了コード: 0 あり。1 なし。2 調べられない。\n"
                   "例: hinomi intel lookup 'evil[.]example' --intel feed.json",
        .options = options,
        .rest = &args->values,
    };
}

struct lookup {
    const struct selector *wanted;
    struct addr wanted_addr;
    bool is_addr, json, ja;
    const char *file;
    size_t hits;
    struct table *table;
    struct buf *out;
};

static bool is_hash(enum selector_kind k)
{
    return k == SELECTOR_JA3 || k >= SELECTOR_CERT_SHA1;
}

/* Equal, wider, or (for hashes) the same digits under another kind: who asks need not know which. */
static bool covers(const struct lookup *l, const struct selector *s)
{
    const struct selector *w = l->wanted;
    struct addr a;
    if (l->is_addr)
        return selector_addr(s, &a) && addr_contains(&a, &l->wanted_addr);
    if (s->kind == SELECTOR_DOMAIN_BELOW)
        return (w->kind == SELECTOR_DOMAIN || w->kind == SELECTOR_DOMAIN_BELOW) &&
               domain_is_below(w->value, s->value);
    if (is_hash(w->kind) && is_hash(s->kind))
        return str_eq(w->value, s->value);
    if (w->kind == SELECTOR_DOMAIN && s->kind == SELECTOR_URL)
        return str_eq(url_host(s->value), w->value);
    return selector_eq(s, w);
}

static void write_hit(struct lookup *l, const struct indicator *i)
{
    struct jsonw w = JSONW(l->out);
    jw_object(&w);
    jw_member_cstr(&w, "file", l->file);
    jw_member_cstr(&w, "kind", selector_kind_name(i->selector.kind));
    jw_member_str(&w, "value", i->selector.value);
    jw_member_str(&w, "source", i->source);
    jw_member_str(&w, "id", i->id);
    if (i->confidence >= 0)
        jw_member_int(&w, "confidence", i->confidence);
    jw_member_cstr(&w, "tlp", tlp_name(i->tlp));
    jw_member_str(&w, "threat", i->threat);
    jw_member_str(&w, "technique", i->technique);
    jw_member_str(&w, "description", i->description);
    if (i->valid_from)
        jw_member_time(&w, "valid_from", i->valid_from);
    if (i->valid_until)
        jw_member_time(&w, "valid_until", i->valid_until);
    jw_member_bool(&w, "revoked", i->revoked);
    jw_end(&w);
    buf_byte(l->out, '\n');
}

static bool look(void *ctx, const struct indicator *i, struct err *e)
{
    struct lookup *l = ctx;
    (void)e;
    if (!covers(l, &i->selector) || l->hits++ >= HITS_MAX)
        return true;
    if (l->json) {
        write_hit(l, i);
        return true;
    }
    char until[TIME_TEXT_SIZE];
    table_cell(l->table, i->source.len ? i->source : (struct str){l->file, strlen(l->file)});
    table_cell_fmt(l->table, "%s " STR_FMT, selector_kind_name(i->selector.kind),
                   STR_ARG(i->selector.value));
    table_cell_fmt(l->table, i->confidence < 0 ? "-" : "%d", i->confidence);
    table_cell_fmt(l->table, "%s", tlp_name(i->tlp));
    struct str end = i->valid_until ? time_format(i->valid_until, until) : S("-");
    table_cell(l->table, i->revoked ? (l->ja ? S("取り消し") : S("revoked")) : end);
    table_cell(l->table, i->threat.len ? i->threat : i->description);
    return true;
}

static void tell_nothing(bool ja)
{
    fputs(ja ? "どの情報源にもありません。\n" : "No source knows it.\n", stderr);
}

static struct table *table_of(bool ja_wanted, struct arena *memory)
{
    static const char *const en[] = {"SOURCE",      "SAYS",   ">CONFIDENCE", "TLP",
                                     "VALID UNTIL", "THREAT", NULL};
    static const char *const ja[] = {"情報源", "対象", ">確度", "TLP", "有効期限", "脅威", NULL};
    return table_new(memory, ja_wanted ? ja : en);
}

static int look_in_files(struct lookup *l, const struct lookup_args *args, struct arena *memory)
{
    bool unread = false;
    l->table = table_of(l->ja, memory);
    for (size_t i = 0; i < args->files.count; i++) {
        struct intel_report r;
        struct err e = {0};
        l->file = args->files.items[i];
        if (!intel_read_file(l->file, &(struct intel_options){0}, &(struct intel_sink){look, l}, &r,
                             &e)) {
            fprintf(stderr, "%s: %s\n", l->file, e.text);
            unread = true;
        }
    }
    if (!l->json && l->hits)
        table_print(l->table, l->out, isatty(STDOUT_FILENO), intel_width());
    if (!l->hits)
        tell_nothing(l->ja);
    if (!intel_print(l->out) || unread)
        return 2;
    return l->hits ? 0 : 1;
}

static void cell_or_dash(struct table *t, struct str text)
{
    table_cell(t, text.len ? text : S("-"));
}

/* The node's answer as the table that files give, and its score with the arithmetic. */
static bool tell_answer(struct lookup *l, struct str body, struct arena *memory, struct err *e)
{
    const struct json *answer = json_parse(memory, body, e);
    if (!answer)
        return err_wrap(e, "the node's answer");
    const struct json *s = json_get(answer, S("selector"));
    l->table = table_of(l->ja, memory);
    for (json_each(claim, json_get(answer, S("claims")))) {
        int64_t confidence;
        bool sure = json_int(claim, S("confidence"), &confidence);
        cell_or_dash(l->table, json_text(claim, S("source")));
        table_cell_fmt(l->table, STR_FMT " " STR_FMT, STR_ARG(json_text(s, S("kind"))),
                       STR_ARG(json_text(s, S("value"))));
        table_cell_fmt(l->table, sure ? "%lld" : "-", (long long)(sure ? confidence : 0));
        cell_or_dash(l->table, json_text(claim, S("tlp")));
        cell_or_dash(l->table, json_text(claim, S("valid_until")));
        table_cell(l->table, json_text(claim, S("threat")));
    }
    table_print(l->table, l->out, isatty(STDOUT_FILENO), intel_width());
    int64_t score;
    if (json_int(answer, S("score"), &score))
        buf_fmt(l->out, l->ja ? "評点 %lld = " STR_FMT "\n" : "score %lld = " STR_FMT "\n",
                (long long)score, STR_ARG(json_text(answer, S("arithmetic"))));
    return true;
}

static int ask_node(struct lookup *l, const struct lookup_args *args, struct arena *memory,
                    struct err *e)
{
    struct http_client *c = NULL;
    struct http_reply r;
    struct str path = arena_fmt(memory, "/v1/indicators?value=" STR_FMT,
                                STR_ARG(http_path_escape(memory, l->wanted->value)));
    bool good =
        peer_connect(&args->node, memory, &c, e) &&
        http_ask(c, &(struct http_question){.path = path.ptr, .method = HTTP_GET}, memory, &r, e);
    http_client_free(c);
    if (!good)
        return 2;
    if (r.status == 404) {
        tell_nothing(l->ja);
        return 1;
    }
    if (!http_reply_ok(&r, e) || (!l->json && !tell_answer(l, r.body, memory, e)))
        return 2;
    if (l->json) {
        buf_put(l->out, r.body);
        buf_byte(l->out, '\n');
    }
    return intel_print(l->out) ? 0 : 2;
}

static bool understand(const struct lookup_args *args, struct normal *wanted, struct err *e)
{
    enum why why;
    if (args->values.count != 1)
        return err_set(e, ERR_INVALID, "one value at a time");
    if (!args->files.count && !args->node.url)
        return err_set(e, ERR_INVALID, "where? --intel FILE or --node URL");
    const char *text = args->values.items[0];
    if (!normalise(CLAIM_ANY, (struct str){text, strlen(text)}, wanted, &why))
        return err_set(e, ERR_INVALID, "'%.80s': %s", text, why_text(why, opt_japanese()));
    return true;
}

int intel_lookup(int argc, char **argv)
{
    AUTO(arena_drop) struct arena memory = ARENA((size_t)64 << 20);
    AUTO(buf_drop) struct buf out = BUF(OUT_MAX);
    struct lookup_args args = {0};
    struct opt_command command = command_of(&args);
    struct normal wanted;
    struct err e = {0};
    enum opt_result parsed = opt_parse(&command, argc - 1, argv + 1, &args, &memory, &e);
    if (parsed == OPT_HELPED)
        return 0;
    int code = 2;
    if (parsed == OPT_RUN && understand(&args, &wanted, &e)) {
        struct lookup l = {.wanted = &wanted.selector,
                           .json = args.json,
                           .ja = opt_japanese(),
                           .out = &out};
        l.is_addr = selector_addr(&wanted.selector, &l.wanted_addr);
        code = args.node.url ? ask_node(&l, &args, &memory, &e) : look_in_files(&l, &args, &memory);
    }
    if (e.text[0])
        fprintf(stderr, "hinomi intel lookup: %s\n", e.text);
    return code;
}
