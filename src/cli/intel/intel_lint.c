/* intel_lint.c - hinomi intel lint: what of these feeds can be used, what not, where and why. */
#include "cli/intel/intel_private.h"
#include "core/io.h"
#include "core/jsonw.h"
#include "core/table.h"
#include "core/time.h"
#include "intel/reader.h"
#include "intel/warninglist.h"

#include <unistd.h>

enum { LISTED_MAX = 20, OUT_MAX = 64 << 20 };

struct lint_args {
    struct opt_list files, never;
    bool json;
};

static const struct opt options[] = {
    {"never-block", 0, OPT_LIST, offsetof(struct lint_args, never), "FILE",
     "more lists of what must not be blocked: MISP warning lists or a value a line",
     "遮断してはならないものの追加リスト（MISP warninglist または 1 行 1 件）"},
    {"json", 'j', OPT_FLAG, offsetof(struct lint_args, json), NULL, "one JSON object a file",
     "ファイルごとに JSON を 1 行出力"},
    {0}};

static struct opt_command command_of(struct lint_args *args)
{
    return (struct opt_command){
        .name = "intel lint",
        .usage = "FILE… [--never-block FILE…] [--json]",
        .en = "check feeds: what is usable, kept, refused, and why",
        .ja = "フィードの検査: 使えるもの、保管のみ、拒否とその理由",
        .more_en =
            "Formats are told by content: STIX 2.0 and 2.1, MISP events, Zeek intel, CSV, hosts "
            "files, ad-block lists, plain lists. '-' is standard input.\n"
            "Exit code: 0 clean; 1 something was refused or warned of; 2 a file is no feed or "
            "nothing in it is usable.\n"
            "Example: hinomi intel lint feed.json blocklist.txt",
        .more_ja =
            "形式は内容から判別します: STIX 2.0・2.1、MISP イベント、Zeek intel、CSV、"
            "hosts、広告ブロックリスト、単純な一覧。「-」は標準入力です。\n"
            "終了コード: 0 問題なし。1 拒否または警告あり。2 フィードでないか、使えるものがない。\n"
            "例: hinomi intel lint feed.json blocklist.txt",
        .options = options,
        .rest = &args->files,
    };
}

struct listed {
    struct str selector, why;
    size_t times;
};

struct linting {
    const struct warninglist *never;
    struct arena *memory; /* of the file at hand */
    struct listed listed[LISTED_MAX];
    size_t kept;         /* distinct ones, up to LISTED_MAX */
    size_t listed_count; /* all of them */
};

/* A feed that names one top site names it often: each stands once, with its count. */
static void list(struct linting *l, struct str selector, struct str why)
{
    for (size_t n = 0; n < l->kept; n++) {
        if (str_eq(l->listed[n].selector, selector)) {
            l->listed[n].times++;
            return;
        }
    }
    if (l->kept < LISTED_MAX)
        l->listed[l->kept++] = (struct listed){arena_str(l->memory, selector), why, 1};
}

static bool check(void *ctx, const struct indicator *i, struct err *e)
{
    struct linting *l = ctx;
    struct str why;
    char text[SELECTOR_VALUE_MAX + 32];
    (void)e;
    if (!warninglist_check(l->never, &i->selector, &why))
        return true;
    int n = snprintf(text, sizeof text, "%s " STR_FMT, selector_kind_name(i->selector.kind),
                     STR_ARG(i->selector.value));
    list(l, (struct str){text, (size_t)n}, why);
    l->listed_count++;
    return true;
}

static uint64_t warnings_of(const struct intel_report *r)
{
    uint64_t n = 0;
    for (int w = 0; w < WHY_COUNT; w++)
        if (why_outcome((enum why)w) == WHY_WARN)
            n += r->by_reason[w];
    return n;
}

static const char *outcome_name(enum why w)
{
    static const char *const names[] = {
        [WHY_WARN] = "warned", [WHY_KEEP] = "kept", [WHY_REFUSE] = "refused"};
    return names[why_outcome(w)];
}

static void write_notes(struct jsonw *w, const struct intel_report *r)
{
    jw_key(w, "notes");
    jw_array(w);
    for (size_t i = 0; i < r->note_count; i++) {
        const struct intel_note *n = &r->notes[i];
        jw_object(w);
        jw_member_int(w, n->object ? "object" : "line", (int64_t)n->place);
        jw_member_cstr(w, "outcome", outcome_name(n->why));
        jw_member_cstr(w, "reason", why_name(n->why));
        jw_member_cstr(w, "value", n->quote);
        if (n->detail[0])
            jw_member_cstr(w, "detail", n->detail);
        jw_end(w);
    }
    jw_end(w);
}

static void write_json(struct buf *out, const char *path, const struct intel_report *r,
                       const struct linting *l, const struct err *failure)
{
    struct jsonw w = JSONW(out);
    jw_object(&w);
    jw_member_cstr(&w, "file", path);
    if (failure)
        jw_member_cstr(&w, "error", failure->text);
    jw_member_cstr(&w, "format", intel_format_name(r->format));
    jw_member_int(&w, "read", (int64_t)r->read);
    jw_member_int(&w, "usable", (int64_t)r->usable);
    jw_member_int(&w, "kept", (int64_t)r->kept);
    jw_member_int(&w, "refused", (int64_t)r->refused);
    jw_member_int(&w, "indicators", (int64_t)r->indicators);
    jw_member_int(&w, "revoked", (int64_t)r->revoked);
    jw_member_int(&w, "other_objects", (int64_t)r->other);
    jw_key(&w, "reasons");
    jw_object(&w);
    for (int i = 0; i < WHY_COUNT; i++)
        if (r->by_reason[i])
            jw_member_int(&w, why_name((enum why)i), (int64_t)r->by_reason[i]);
    jw_end(&w);
    write_notes(&w, r);
    jw_member_int(&w, "never_block", (int64_t)l->listed_count);
    jw_key(&w, "never_block_first");
    jw_array(&w);
    for (size_t i = 0; i < l->kept; i++) {
        jw_object(&w);
        jw_member_str(&w, "selector", l->listed[i].selector);
        jw_member_str(&w, "list", l->listed[i].why);
        jw_member_int(&w, "times", (int64_t)l->listed[i].times);
        jw_end(&w);
    }
    jw_end(&w);
    jw_end(&w);
    buf_byte(out, '\n');
}

static void tell_reasons(struct buf *out, const struct intel_report *r, bool ja)
{
    for (int w = 0; w < WHY_COUNT; w++)
        if (r->by_reason[w])
            buf_fmt(out, "  %8llu  %-7s  %s\n", (unsigned long long)r->by_reason[w],
                    outcome_name((enum why)w), why_text((enum why)w, ja));
}

static void tell_notes(struct buf *out, const struct intel_report *r, bool ja)
{
    for (size_t i = 0; i < r->note_count; i++) {
        const struct intel_note *n = &r->notes[i];
        const char *unit = n->object ? (ja ? "項目" : "object") : (ja ? "行" : "line");
        buf_fmt(out, "    %s %llu: %s: %s%s%s%s\n", unit, (unsigned long long)n->place, n->quote,
                why_text(n->why, ja), n->detail[0] ? " (" : "", n->detail, n->detail[0] ? ")" : "");
    }
    if (r->note_count == INTEL_NOTES_MAX)
        buf_put(out,
                ja ? S("    …（以降は件数のみ）\n") : S("    … (further ones are only counted)\n"));
}

static void tell_listed(struct buf *out, const struct linting *l, bool ja)
{
    if (!l->listed_count)
        return;
    buf_fmt(out, ja ? "  %8zu  遮断してはならないもの:\n" : "  %8zu  never to be blocked:\n",
            l->listed_count);
    for (size_t i = 0; i < l->kept; i++)
        buf_fmt(out, "    " STR_FMT ": " STR_FMT " (%zu)\n", STR_ARG(l->listed[i].selector),
                STR_ARG(l->listed[i].why), l->listed[i].times);
}

struct lint {
    struct lint_args args;
    struct linting linting;
    struct table *table;
    struct buf details, json;
    bool ja;
    int code;
};

static void add_row(struct lint *l, const char *path, const struct intel_report *r, bool good)
{
    struct table *t = l->table;
    table_cell(t, (struct str){path, strlen(path)});
    table_cell_fmt(t, "%s", good ? intel_format_name(r->format) : "-");
    table_cell_fmt(t, "%llu", (unsigned long long)r->read);
    table_cell_fmt(t, "%llu", (unsigned long long)r->usable);
    table_cell_fmt(t, "%llu", (unsigned long long)r->kept);
    table_cell_fmt(t, "%llu", (unsigned long long)r->refused);
    table_cell_fmt(t, "%llu", (unsigned long long)warnings_of(r));
    table_cell_fmt(t, "%zu", l->linting.listed_count);
}

static void lint_file(struct lint *l, const char *path)
{
    AUTO(arena_drop) struct arena memory = ARENA(1 << 20);
    struct intel_report r;
    struct err e = {0};
    l->linting.memory = &memory;
    l->linting.kept = l->linting.listed_count = 0;
    struct intel_options how = {.now = clock_real()->now(clock_real())};
    bool good = intel_read_file(path, &how, &(struct intel_sink){check, &l->linting}, &r, &e);
    int code = !good || !r.usable                                        ? 2
               : r.refused || warnings_of(&r) || l->linting.listed_count ? 1
                                                                         : 0;
    l->code = code > l->code ? code : l->code;
    if (l->args.json) {
        write_json(&l->json, path, &r, &l->linting, good ? NULL : &e);
        return;
    }
    add_row(l, path, &r, good);
    buf_fmt(&l->details, "\n%s\n", path);
    if (!good)
        buf_fmt(&l->details, l->ja ? "  使えません: %s\n" : "  not used: %s\n", e.text);
    tell_reasons(&l->details, &r, l->ja);
    tell_notes(&l->details, &r, l->ja);
    tell_listed(&l->details, &l->linting, l->ja);
}

static struct warninglist *never_lists(const struct lint_args *args, struct arena *a, struct err *e)
{
    if (!args->files.count) {
        err_set(e, ERR_INVALID, "no file named");
        return NULL;
    }
    struct warninglist *w = warninglist_new(a);
    if (!w || !warninglist_add_builtin(w, e))
        return NULL;
    for (size_t i = 0; i < args->never.count; i++)
        if (!warninglist_add_file(w, args->never.items[i], e))
            return NULL;
    warninglist_ready(w);
    return w;
}

static int print_all(struct lint *l)
{
    AUTO(buf_drop) struct buf out = BUF(OUT_MAX);
    if (l->args.json)
        return intel_print(&l->json) ? l->code : 2;
    table_print(l->table, &out, isatty(STDOUT_FILENO), intel_width());
    buf_put(&out, buf_str(&l->details));
    return intel_print(&out) ? l->code : 2;
}

int intel_lint(int argc, char **argv)
{
    static const char *const en[] = {"FILE",     "FORMAT",  ">READ",        ">USABLE", ">KEPT",
                                     ">REFUSED", ">WARNED", ">NEVER BLOCK", NULL};
    static const char *const ja[] = {"ファイル", "形式",  ">読取",     ">使用可", ">保管",
                                     ">拒否",    ">警告", ">遮断禁止", NULL};
    AUTO(arena_drop) struct arena memory = ARENA((size_t)1 << 30);
    struct lint l = {.ja = opt_japanese(), .details = BUF(OUT_MAX), .json = BUF(OUT_MAX)};
    struct opt_command command = command_of(&l.args);
    struct err e = {0};
    enum opt_result parsed = opt_parse(&command, argc - 1, argv + 1, &l.args, &memory, &e);
    if (parsed == OPT_HELPED)
        return 0;
    if (parsed == OPT_RUN)
        l.linting.never = never_lists(&l.args, &memory, &e);
    if (!l.linting.never) {
        fprintf(stderr, "hinomi intel lint: %s\n", e.text);
        return 2;
    }
    l.table = table_new(&memory, l.ja ? ja : en);
    for (size_t i = 0; i < l.args.files.count; i++)
        lint_file(&l, l.args.files.items[i]);
    int code = print_all(&l);
    buf_drop(&l.details);
    buf_drop(&l.json);
    return code;
}
