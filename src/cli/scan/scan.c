/* scan.c - hinomi scan: which of these captures touched what these feeds warn of? */
#include "cli/cli_scan.h"

#include "cli/scan/scan_private.h"
#include "core/err.h"
#include "core/locked.h"

#include <unistd.h>

static const struct opt options[] = {
    {"intel", 'i', OPT_LIST, offsetof(struct scan_args, intel), "FILE",
     "feeds to match: STIX, MISP, CSV, hosts files, plain lists; a folder means all files in it",
     "照合するフィード（STIX、MISP、CSV、hosts、一覧）。フォルダなら中の全ファイル"},
    {"own", 0, OPT_LIST, offsetof(struct scan_args, own), "CIDR",
     "the watched network: flows with no end in it are discarded and counted",
     "監視対象のネットワーク。端点がその外にあるフローは数えて捨てる"},
    {"json", 'j', OPT_FLAG, offsetof(struct scan_args, json), NULL,
     "EVE JSON lines on standard output, the summary on standard error",
     "標準出力に EVE JSON、まとめは標準エラーへ"},
    {"eve", 0, OPT_TEXT, offsetof(struct scan_args, eve), "all|alerts",
     "with --json: alerts alone (the usual), or flow, dns, tls, http and stats too",
     "--json で出す内容: alerts（既定）または all（flow、dns、tls、http、stats も）"},
    {"zeek", 0, OPT_TEXT, offsetof(struct scan_args, zeek), "DIR",
     "append Zeek-style JSON logs (conn.log, dns.log, ssl.log, …) in this folder",
     "Zeek 形式の JSON ログ（conn.log、dns.log、ssl.log など）を追記するフォルダ"},
    {"ipfix", 0, OPT_TEXT, offsetof(struct scan_args, ipfix), "FILE",
     "write the flows as IPFIX messages to this file", "フローを IPFIX で書き出すファイル"},
    {"ipfix-enterprise", 0, OPT_INT, offsetof(struct scan_args, enterprise), "N",
     "your IANA enterprise number, for SNI and JA4 in IPFIX, written and read",
     "IPFIX の SNI と JA4 に使う自組織の企業番号（読み書き共通）", false, 1, UINT32_MAX},
    {"flow-records", 0, OPT_LIST, offsetof(struct scan_args, flow_records), "FILE",
     "NetFlow v5/v9 or IPFIX: captures of exports, or files of IPFIX messages",
     "NetFlow v5/v9・IPFIX: 送出パケットのキャプチャ、または IPFIX メッセージのファイル"},
    {"threads", 't', OPT_INT, offsetof(struct scan_args, threads), "N",
     "threads for one capture (the usual: one for each processor); the output is the same",
     "1 つのキャプチャに使うスレッド数（既定はプロセッサ数）。出力は変わらない", false, 1,
     CREW_THREADS_MOST},
    CLI_MANDATE_OPTIONS(struct scan_args, mandate),
    {"detect", 0, OPT_TEXT, offsetof(struct scan_args, detect), "FILE",
     "thresholds and mutes of the behaviour detectors", "振る舞い検知のしきい値と除外"},
    {"no-detect", 0, OPT_FLAG, offsetof(struct scan_args, no_detect), NULL,
     "indicators alone, no behaviour", "インジケータのみ（振る舞い検知なし）"},
    {"out", 'o', OPT_TEXT, offsetof(struct scan_args, out), "DIR",
     "keep records and signed seals here, for hinomi-verify",
     "記録と署名付き封印を置くフォルダ（hinomi-verify で検証）"},
    {"exit-code", 0, OPT_FLAG, offsetof(struct scan_args, exit_code), NULL,
     "exit with 1 when something matched", "一致があれば終了コード 1"},
    {0}};

static struct opt_command command_of(struct scan_args *args)
{
    return (struct opt_command){
        .name = "scan",
        .usage = "CAPTURE… --intel FILE… [--own CIDR…] [--json] [--eve all|alerts] [--zeek DIR] "
                 "[--ipfix FILE] [--flow-records FILE…] [--threads N] [--exit-code]",
        .en = "match captures against feeds, no node needed",
        .ja = "キャプチャをフィードと照合（ノード不要）",
        .more_en = "Reads pcap and pcapng, packed by gzip or zstd too; a folder means all files in "
                   "it, '-' is standard input.\n"
                   "Exit code: 0; 1 with --exit-code where something matched; 2 where an input "
                   "could not be used (the rest was processed).\n"
                   "Example: hinomi scan office.pcap --intel feed.json --own 192.0.2.0/24",
        .more_ja = "pcap と pcapng を読みます（gzip、zstd も可）。フォルダは中の全ファイル、"
                   "「-」は標準入力です。\n"
                   "終了コード: 0。--exit-code で一致があれば 1。使えない入力があれば "
                   "2（残りは処理済み）。\n"
                   "例: hinomi scan office.pcap --intel feed.json --own 192.0.2.0/24",
        .options = options,
        .rest = &args->captures,
    };
}

static void on_match(void *context, const struct sensor_event *ev)
{
    struct scan *s = context;
    if (ev->kind == SENSOR_MATCH)
        findings_add(s->findings, ev);
    book_event(s->book, ev);
}

static bool on_begin(void *context, int64_t time_us)
{
    struct scan *s = context;
    return s->books.code == ERR_OK && book_begin(s->book, time_us, &s->books);
}

static bool on_fates(void *context, const struct fate_counts *so_far)
{
    struct scan *s = context;
    return s->books.code == ERR_OK && book_fates(s->book, so_far, 0, &s->books);
}

struct crew_user scan_user(struct scan *s)
{
    struct crew_user u = {.context = s, .match = on_match, .begin = on_begin, .fates = on_fates};
    scan_outputs_listen(s, &u);
    return u;
}

static void add_stats(struct capture_stats *sum, const struct capture_stats *c)
{
    sum->frames += c->frames;
    sum->bytes += c->bytes;
    sum->cut += c->cut;
    sum->skipped_blocks += c->skipped_blocks;
    sum->broken_tail += c->broken_tail;
}

static bool scan_open(struct scan *s, struct capture *c, struct err *e)
{
    struct crew_settings settings = {
        .pipeline = PIPELINE_SETTINGS,
        .threads = (unsigned)s->args.threads,
        .mandate = s->mandate.mandate,
        .user = scan_user(s),
    };
    const struct mandate_terms *terms = mandate_terms(s->mandate.mandate);
    settings.pipeline.view.base = s->image;
    settings.pipeline.own = s->own;
    settings.pipeline.own_count = s->own_count;
    settings.pipeline.metadata = s->all_events || s->zeek;
    settings.pipeline.keeps = s->args.out != NULL;
    settings.pipeline.residency_us = terms->both_times ? terms->residency_us : 0;
    book_next(s->book);
    struct pipeline_counts n = {0};
    bool ok = crew_run(&settings, c, &n, e);
    if (ok && s->books.code != ERR_OK) {
        *e = s->books;
        ok = false;
    }
    struct capture_stats stats = capture_stats(c);
    if (s->eve && s->all_events)
        eve_stats(s->eve, &n, &stats);
    add_stats(&s->captures.stats, &stats);
    pipeline_counts_add(&s->captures.counts, &n);
    return ok;
}

static bool scan_capture(struct scan *s, const struct scan_path *file)
{
    AUTO(capture_drop) struct capture *c = NULL;
    struct err e = {0};
    bool ok = capture_open_file(file->path, &c, &e);
    if (!ok && !file->named && e.code == ERR_INVALID) {
        s->captures.other_files++;
        return true;
    }
    s->captures.files++;
    if (ok && scan_open(s, c, &e))
        return true;
    s->captures.refused_files++;
    fprintf(stderr, s->ja ? "%s: 最後まで読めません: %s\n" : "%s: not read to its end: %s\n",
            file->path, e.text);
    return false;
}

static bool scan_captures(struct scan *s)
{
    struct scan_path_list files = {0};
    bool ok = scan_paths(s->memory, &s->args.captures, &files);
    bool terminal = isatty(STDERR_FILENO);
    for (size_t i = 0; i < files.count; i++) {
        if (terminal)
            fprintf(stderr, "\r\033[K%zu/%zu %.60s\r", i + 1, files.count, files.items[i].path);
        ok = scan_capture(s, &files.items[i]) && ok;
    }
    if (terminal)
        fprintf(stderr, "\033[K");
    return ok;
}

static bool read_own(struct scan *s, struct err *e)
{
    s->own_count = s->args.own.count;
    s->own = arena_array(s->memory, struct addr, s->own_count + 1);
    for (size_t i = 0; i < s->own_count; i++) {
        const char *text = s->args.own.items[i];
        if (!prefix_parse((struct str){text, strlen(text)}, &s->own[i], e))
            return err_wrap(e, "--own");
    }
    return true;
}

static bool understand(struct scan *s, struct err *e)
{
    struct str eve = {s->args.eve, s->args.eve ? strlen(s->args.eve) : 0};
    s->all_events = str_eq(eve, S("all"));
    if (eve.len && !s->all_events && !str_eq(eve, S("alerts")))
        return err_set(e, ERR_INVALID, "--eve takes all or alerts");
    if (!s->args.captures.count && !s->args.flow_records.count)
        return err_set(e, ERR_INVALID, "no capture named");
    if (s->args.json || eve.len)
        s->eve = eve_new(STDOUT_FILENO);
    return read_own(s, e);
}

/* What a channel of the law lets through is records; what its flows speak is not even written down. */
static bool agrees(const struct scan *s, struct err *e)
{
    const struct mandate_terms *t = mandate_terms(s->mandate.mandate);
    if (t->rehearses == RECORD_CHANNEL_own)
        return true;
    if (s->args.intel.count || s->own_count)
        return err_set(e, ERR_INVALID,
                       "under %s the authorisation names selectors and networks: "
                       "leave out --intel and --own",
                       record_channel_text(t->channel));
    if (s->eve || s->args.zeek || s->args.ipfix || s->args.flow_records.count)
        return err_set(e, ERR_INVALID,
                       "under %s packets are read and there are records alone (--out): "
                       "leave out EVE lines, --zeek, --ipfix and --flow-records",
                       record_channel_text(t->channel));
    if (t->statutory && !locked_all())
        return err_set(e, ERR_DENIED, "under %s memory has to be locked: raise RLIMIT_MEMLOCK",
                       record_channel_text(t->channel));
    return true;
}

static bool open_mandate(struct scan *s, struct err *e)
{
    struct cli_mandate_wish wish = {.own = s->own, .own_count = s->own_count, .selectors = "feeds"};
    s->mandate.memory = s->memory;
    return locked_process(e) && cli_mandate_open(&s->mandate, &s->args.mandate, &wish, e) &&
           agrees(s, e) && scan_behaviour_open(s, e) &&
           book_open(s->mandate.mandate, s->args.out, false, &s->book, e);
}

static int run(struct scan *s)
{
    bool ok = scan_load_feeds(s);
    if (!s->image)
        return 2;
    s->findings = findings_new(s->memory);
    ok = scan_captures(s) && ok;
    if (s->behaviour.detect)
        detect_finish(s->behaviour.detect);
    ok = scan_records(s) && ok;
    struct err e = {0};
    if (s->books.code == ERR_OK && !book_close(s->book, &e)) {
        fprintf(stderr, "hinomi scan: --out: %s\n", e.text);
        ok = false;
    }
    ok = scan_outputs_close(s) && ok;
    FILE *people = s->eve ? stderr : stdout;
    if (s->eve && !eve_flush(s->eve, &e)) {
        fprintf(stderr, "hinomi scan: %s\n", e.text);
        ok = false;
    }
    if (!s->eve)
        scan_tell_findings(s, people), scan_tell_behaviour(s, people);
    scan_tell_summary(s, people);
    if (!ok)
        return 2;
    return s->args.exit_code && pipeline_matches(&s->captures.counts) ? 1 : 0;
}

static int64_t processors(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n < 1 ? 1 : n > CREW_THREADS_MOST ? CREW_THREADS_MOST : n;
}

int cli_scan(int argc, char **argv)
{
    AUTO(arena_drop) struct arena memory = ARENA((size_t)4 << 30);
    struct scan s = {.memory = &memory,
                     .ja = opt_japanese(),
                     .args.threads = processors(),
                     .ipfix_fd = -1};
    struct opt_command command = command_of(&s.args);
    struct err e = {0};
    enum opt_result parsed = opt_parse(&command, argc - 1, argv + 1, &s.args, &memory, &e);
    if (parsed == OPT_HELPED)
        return 0;
    int status = 2;
    if (parsed == OPT_BAD || !understand(&s, &e) || !open_mandate(&s, &e) ||
        !scan_outputs_open(&s, &e))
        fprintf(stderr, "hinomi scan: %s\n", e.text);
    else
        status = run(&s);
    scan_behaviour_close(&s);
    book_drop(&s.book);
    cli_mandate_close(&s.mandate);
    eve_drop(&s.eve);
    zeek_logs_drop(&s.zeek);
    flow_export_drop(&s.ipfix);
    index_image_drop(&s.image);
    return status;
}
