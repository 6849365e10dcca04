/* scan_report.c - what a scan found, for people; and the account of everything seen, matched, dropped. */
#include "cli/scan/scan_private.h"
#include "core/table.h"
#include "core/time.h"

#include <sys/ioctl.h>
#include <unistd.h>

enum { HOSTS_SHOWN = 3, TEXT_ROOM = 4096 };

static void cell_hosts(struct table *t, const struct finding *n)
{
    char line[TEXT_ROOM] = "", text[ADDR_TEXT_SIZE];
    size_t len = 0;
    for (size_t i = 0; i < n->host_count && i < HOSTS_SHOWN; i++) {
        struct str host = addr_format(&n->hosts[i], text);
        len += (size_t)snprintf(line + len, sizeof line - len, "%s" STR_FMT, i ? ", " : "",
                                STR_ARG(host));
    }
    if (n->host_count > HOSTS_SHOWN)
        len += (size_t)snprintf(line + len, sizeof line - len, " +%zu%s",
                                n->host_count - HOSTS_SHOWN, n->more_hosts ? "…" : "");
    table_cell(t, (struct str){line, len});
}

static void cell_where(struct table *t, const struct finding *n)
{
    char line[256] = "";
    size_t len = 0;
    for (unsigned w = 0; w < SENSOR_WHERES; w++)
        if (n->where >> w & 1)
            len += (size_t)snprintf(line + len, sizeof line - len, "%s%s", len ? " " : "",
                                    sensor_where_text((enum sensor_where)w));
    table_cell(t, (struct str){line, len});
}

static void cell_time(struct table *t, int64_t us)
{
    char text[TIME_TEXT_SIZE];
    struct str time = time_format(us, text);
    time.len = time.len > 19 ? 19 : time.len; /* to the second */
    table_cell_fmt(t, STR_FMT "Z", STR_ARG(time));
}

static void cell_why(struct table *t, const struct finding *n)
{
    table_cell_fmt(t, STR_FMT "%s" STR_FMT " (%u%%)", STR_ARG(n->threat),
                   n->threat.len ? " · " : "", STR_ARG(n->source), n->confidence);
}

void scan_tell_findings(const struct scan *s, FILE *out)
{
    static const char *const en[] = {"SELECTOR", "KIND",   "MET IN", "HOSTS", "FIRST",
                                     "LAST",     ">TIMES", "WHY",    NULL};
    static const char *const ja[] = {"セレクタ", "種別",  "場所", "ホスト", "初回",
                                     "最終",     ">回数", "理由", NULL};
    size_t count = 0;
    const struct finding *list = findings_sorted(s->findings, &count);
    if (!count)
        return;
    struct table *t = table_new(s->memory, s->ja ? ja : en);
    for (size_t i = 0; i < count; i++) {
        table_cell(t, list[i].selector.value);
        table_cell_fmt(t, "%s", selector_kind_name(list[i].selector.kind));
        cell_where(t, &list[i]);
        cell_hosts(t, &list[i]);
        cell_time(t, list[i].first_us);
        cell_time(t, list[i].last_us);
        table_cell_fmt(t, "%llu", (unsigned long long)list[i].times);
        cell_why(t, &list[i]);
    }
    struct winsize window = {0};
    bool terminal = isatty(fileno(out)) && ioctl(fileno(out), TIOCGWINSZ, &window) == 0;
    AUTO(buf_drop) struct buf text = BUF(256U << 20);
    table_print(t, &text, terminal, terminal ? window.ws_col : 0);
    fwrite(text.ptr, 1, text.len, out);
    if (findings_unlisted(s->findings))
        fprintf(out,
                s->ja ? "ほか %llu 件の一致は表に入りません\n"
                      : "%llu more matches did not fit into the table\n",
                (unsigned long long)findings_unlisted(s->findings));
    fputc('\n', out);
}

/* ---- the account ---- */

struct line {
    const char *en, *ja;
    uint64_t value;
};

static void say(const struct scan *s, FILE *out, const char *indent, struct line l)
{
    fprintf(out, "%s%14llu  %s\n", indent, (unsigned long long)l.value, s->ja ? l.ja : l.en);
}

static void say_some(const struct scan *s, FILE *out, const char *indent, const struct line *lines,
                     size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (lines[i].value)
            say(s, out, indent, lines[i]);
}

static void tell_feeds(const struct scan *s, FILE *out)
{
    const struct scan_feeds *f = &s->feeds;
    uint64_t files = 0;
    for (int kind = SELECTOR_FILE_MD5; kind <= SELECTOR_FILE_SHA256; kind++)
        files += index_image_kind_count(s->image, (enum selector_kind)kind);
    say(s, out, "",
        (struct line){"selectors in force", "有効なセレクタ", index_image_count(s->image)});
    const struct line lines[] = {
        {"feeds read", "読んだフィード", f->files},
        {"feeds refused", "使えなかったフィード", f->refused_files},
        {"other files in the folders, passed over", "フォルダ内の他の種類のファイル",
         f->other_files},
        {"indicators given", "インジケータ", f->indicators},
        {"said by more than one", "重複", index_image_duplicates(s->image)},
        {"taken back by their source", "発行元が取り消したもの", f->revoked},
        {"not in canonical form", "正規形でないもの", f->not_canonical},
        {"feed items kept but of no use to a sensor", "照合に使えない項目", f->items_kept},
        {"feed items refused (hinomi intel lint says why)",
         "受け付けない項目（hinomi intel lint で理由を表示）", f->items_refused},
        {"file hashes, which no traffic shows", "通信からは照合できないファイルハッシュ", files},
    };
    say_some(s, out, "  ", lines, COUNT(lines));
}

static void tell_frames(const struct scan *s, FILE *out)
{
    const struct capture_stats *c = &s->captures.stats;
    const struct decode_stats *d = &s->captures.counts.decode;
    say(s, out, "", (struct line){"frames read", "読んだフレーム", d->frames});
    const struct line lines[] = {
        {"captures read", "読んだキャプチャ", s->captures.files},
        {"captures refused, at some place", "途中で読めなくなったキャプチャ",
         s->captures.refused_files},
        {"other files in the folders, passed over", "フォルダ内の他の種類のファイル",
         s->captures.other_files},
        {"captures that end inside a record", "末尾が欠けたキャプチャ", c->broken_tail},
        {"bytes on the wire", "通信バイト数", c->bytes},
        {"frames the capture cut short", "途中までのフレーム", c->cut},
        {"decoded into packets", "パケットとして解読", d->decoded},
    };
    say_some(s, out, "  ", lines, COUNT(lines));
    for (size_t i = 0; i < DECODE_REASONS; i++)
        if (d->given_up[i])
            fprintf(out, s->ja ? "  %14llu  解読せず: %s\n" : "  %14llu  given up: %s\n",
                    (unsigned long long)d->given_up[i], decode_reason_text((enum decode_reason)i));
    for (size_t i = 0; i < DECODE_NOTES; i++)
        if (d->notes[i])
            fprintf(out, s->ja ? "  %14llu  うち: %s\n" : "  %14llu  noted: %s\n",
                    (unsigned long long)d->notes[i], decode_note_text((enum decode_note)i));
}

static void tell_flows(const struct scan *s, FILE *out)
{
    const struct pipeline_counts *n = &s->captures.counts;
    say(s, out, "", (struct line){"flows", "フロー", n->flow.flows});
    const struct line lines[] = {
        {"outside the watched network, discarded", "対象外のネットワーク（破棄）",
         n->flows_foreign},
        {"evicted for want of room", "容量不足で追い出したもの", n->flow.ended[FLOW_END_EVICTED]},
        {"TCP segments that contradict each other", "内容が矛盾する TCP セグメント",
         n->streams.conflicts},
        {"TCP directions given up", "追跡をやめた TCP の片方向", n->streams.given_up},
        {"TCP directions that lost their room", "容量不足で失った TCP の片方向",
         n->streams.evicted},
        {"DNS queries", "DNS の問い合わせ", n->dns_queries},
        {"DNS responses", "DNS の応答", n->dns_responses},
        {"DNS messages that break off", "途中で壊れた DNS", n->dns_malformed},
        {"TLS client hellos", "TLS ClientHello", n->tls_clients},
        {"TLS server hellos", "TLS ServerHello", n->tls_servers},
        {"certificates seen", "見えた証明書", n->tls_certificates},
        {"certificates encrypted (TLS 1.3)", "暗号化された証明書（TLS 1.3）",
         n->tls_certificates_hidden},
        {"HTTP requests", "HTTP 要求", n->http_requests},
        {"HTTP responses", "HTTP 応答", n->http_responses},
    };
    say_some(s, out, "  ", lines, COUNT(lines));
}

static void tell_records(const struct scan *s, FILE *out)
{
    const struct flow_feed_counts *n = &s->records;
    const struct netflow_stats *r = &n->reader;
    if (!r->datagrams && !n->frames)
        return;
    say(s, out, "", (struct line){"flow records", "フローレコード", n->records});
    const struct line lines[] = {
        {"NetFlow v5 datagrams", "NetFlow v5 データグラム", r->v5},
        {"NetFlow v9 datagrams", "NetFlow v9 データグラム", r->v9},
        {"IPFIX messages", "IPFIX メッセージ", r->ipfix},
        {"datagrams that are none of these", "どれでもないデータグラム", r->refused},
        {"packets in them that bring no export", "フロー情報でないパケット", n->other_packets},
        {"outside the watched network, discarded", "対象外のネットワーク（破棄）",
         n->flows_foreign},
        {"of sampled packets (counts are the exporter's own)",
         "サンプリングされたもの（数値は送出元のまま）", n->sampled},
        {"templates", "テンプレート", r->templates},
        {"templates refused", "受け付けないテンプレート", r->templates_refused},
        {"sets without their template", "テンプレートのないデータ", r->sets_unknown},
        {"records without two addresses", "両端のアドレスがないレコード", r->without_address},
        {"cut off", "途中で切れたもの", r->cut + n->broken},
        {"lost, as sequence numbers say", "欠落（連番による）", r->lost},
    };
    say_some(s, out, "  ", lines, COUNT(lines));
}

static void tell_exported(const struct scan *s, FILE *out)
{
    const struct line lines[] = {
        {"flows written as IPFIX", "IPFIX に書いたフロー", s->exported.ipfix.records},
        {"of them without the JA4 they had, for want of room", "容量不足で JA4 を失ったもの",
         s->exported.ja4_lost},
    };
    say_some(s, out, "", lines, COUNT(lines));
}

static void tell_matches(const struct scan *s, FILE *out)
{
    const struct pipeline_counts *n = &s->captures.counts;
    say(s, out, "", (struct line){"matches", "一致", pipeline_matches(n)});
    for (size_t i = 0; i < SENSOR_WHERES; i++)
        if (n->matched[i])
            fprintf(out, "  %14llu  %s\n", (unsigned long long)n->matched[i],
                    sensor_where_text((enum sensor_where)i));
    const struct line lines[] = {
        {"addresses asked for", "照合したアドレス", n->addresses_asked},
        {"names asked for", "照合した名前", n->names_asked},
        {"fingerprints and certificates asked for", "照合した指紋と証明書", n->keys_asked},
        {"URLs asked for", "照合した URL", n->urls_asked},
    };
    say_some(s, out, "  ", lines, COUNT(lines));
}

void scan_tell_summary(const struct scan *s, FILE *out)
{
    cli_mandate_tell(&s->mandate, out, s->ja);
    tell_frames(s, out);
    tell_flows(s, out);
    tell_records(s, out);
    tell_exported(s, out);
    tell_feeds(s, out);
    tell_matches(s, out);
}
