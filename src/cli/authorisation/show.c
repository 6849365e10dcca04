/* show.c - hinomi authorisation show: what an authorisation allows, in words, in both languages; and the statement
 * by which a carrier shows on what basis traffic was duplicated. */
#include "authorisation_private.h"
#include "core/jsonw.h"
#include "core/time.h"
#include "law/verdict.h"

#include <stdarg.h>

enum { OUT_MAX = 2 * AUTHORISATION_MAX };

struct show_args {
    struct opt_list files;
    const char *law, *trust, *parent;
    bool json, carrier;
};

static const struct opt options[] = {
    {"carrier", 'c', OPT_FLAG, offsetof(struct show_args, carrier), NULL,
     "the carrier's statement of lawful basis", "電気通信事業者に対する根拠の提示"},
    {"trust", 't', OPT_TEXT, offsetof(struct show_args, trust), "FILE",
     "say too whether it holds, by this trust file", "この信頼ファイルで有効性も示す"},
    {"parent", 0, OPT_TEXT, offsetof(struct show_args, parent), "FILE",
     "the authorisation that this one extends", "延長される元の認可"},
    {"law", 0, OPT_TEXT, offsetof(struct show_args, law), "DIR", "law tables (default: built in)",
     "法令表（既定: 組込み）"},
    {"json", 'j', OPT_FLAG, offsetof(struct show_args, json), NULL, "indented JSON",
     "字下げした JSON"},
    {0}};

static struct opt_command command_of(struct show_args *args)
{
    return (struct opt_command){
        .name = "authorisation show",
        .usage = "FILE [--carrier] [--trust FILE] [--json]",
        .en = "say in words what an authorisation allows",
        .ja = "認可の内容を言葉で示す",
        .more_en =
            "English and Japanese stand side by side. The signed file itself is the carrier's "
            "evidence: keep it; with --trust it is verified here, without any network.\n"
            "Exit code: 0 shown; 1 shown, and with --trust it does not hold; 2 unreadable.\n"
            "Example: hinomi authorisation show ff.json --carrier --trust trust.json",
        .more_ja = "英語と日本語を併記します。署名済みファイル自体が事業者の証拠です。保管してくだ"
                   "さい。--trust を付けると、ネットワークなしでここで検証します。\n"
                   "終了コード: 0 表示した。1 表示したが --trust により無効。2 読めない。\n"
                   "例: hinomi authorisation show ff.json --carrier --trust trust.json",
        .options = options,
        .rest = &args->files,
    };
}

struct show {
    const struct authorisation *auth;
    struct authorisation_context context;
    struct authorisation_report report;
    struct buf out;
    bool checked, holds;
};

static void line(struct show *s, const char *en, const char *ja, const char *format, ...)
    PRINTF_LIKE(4, 5);
static void line(struct show *s, const char *en, const char *ja, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    err_clean(text);
    buf_fmt(&s->out, "%s / %s\n    %s\n", en, ja, text);
}

static void line_texts(struct show *s, const char *en, const char *ja, const struct str *items,
                       size_t count)
{
    enum { SHOWN = 12 };
    AUTO(buf_drop) struct buf text = BUF(1 << 16);
    for (size_t i = 0; i < count && i < SHOWN; i++)
        buf_fmt(&text, "%s" STR_FMT, i ? ", " : "", STR_ARG(items[i]));
    if (count > SHOWN)
        buf_fmt(&text, " … (%zu)", count);
    line(s, en, ja, STR_FMT, STR_ARG(buf_str(&text)));
}

static void tell_basis(struct show *s)
{
    const struct authorisation *a = s->auth;
    const struct law_basis *b =
        law_basis(s->context.law, a->basis.act, a->basis.article, a->basis.paragraph);
    const struct law_channel *c = law_channel(s->context.law, a->plays);
    char from[TIME_TEXT_SIZE], start[TIME_TEXT_SIZE], end[TIME_TEXT_SIZE];
    line(s, "authorisation", "認可", STR_FMT, STR_ARG(a->auth_id));
    line(s, "channel", "区分", STR_FMT " " STR_FMT " / " STR_FMT, STR_ARG(a->channel_text),
         STR_ARG(c ? c->en : STR_NONE), STR_ARG(c ? c->ja : STR_NONE));
    if (a->exercise)
        line(s, "this is an exercise", "これは演習である", "exercise--" STR_FMT,
             STR_ARG(a->exercise->id));
    line(s, "legal basis", "根拠規定", STR_FMT " " STR_FMT "(" STR_FMT ") " STR_FMT " / " STR_FMT,
         STR_ARG(a->basis.act), STR_ARG(a->basis.article), STR_ARG(a->basis.paragraph),
         STR_ARG(b ? b->en : STR_NONE), STR_ARG(b ? b->ja : STR_NONE));
    line(s, "in force from", "施行", "%s", (time_format(a->basis.effective_from, from), from));
    line(s, "period (UTC)", "期間（UTC）", "%s – %s", (time_format(a->period.start, start), start),
         (time_format(a->period.end, end), end));
    line(s, "applicant", "申請者", STR_FMT ", " STR_FMT, STR_ARG(a->applicant.role),
         STR_ARG(a->applicant.organisation));
}

static void tell_decision(struct show *s)
{
    const struct auth_decision *d = s->auth->decision;
    char at[TIME_TEXT_SIZE];
    if (s->auth->agreement)
        line(s, "agreement with", "協定当事者", STR_FMT "%s", STR_ARG(s->auth->agreement->party_id),
             s->auth->agreement->has_party_sig ? "" : " (not signed / 未署名)");
    if (!d)
        return;
    line(s, "decided by the commission", "委員会の承認", "%s, %zu signatures / 署名 %zu",
         (time_format(d->decided_at, at), at), d->approved_by.count, d->approved_by.count);
    for (size_t i = 0; i < d->conditions.count; i++)
        line(s, "condition", "条件", STR_FMT, STR_ARG(d->conditions.ptr[i]));
}

static void tell_facility(struct show *s)
{
    const struct authorisation *a = s->auth;
    line(s, "carrier", "事業者", STR_FMT, STR_ARG(a->facility.carrier_id));
    line(s, "equipment", "設備", STR_FMT, STR_ARG(a->facility.equipment_id));
    line_texts(s, "links", "回線", a->facility.link_ids.ptr, a->facility.link_ids.count);
    line(s, "at most", "上限", "%.3g × link / 回線, %lld bit/s", a->facility.max_share_of_link,
         (long long)a->facility.max_bps);
    line(s, "direction", "通信方向", STR_FMT, STR_ARG(a->direction));
}

static void tell_handling(struct show *s)
{
    const struct authorisation *a = s->auth;
    line(s, "target act", "対象不正行為", STR_FMT ", " STR_FMT, STR_ARG(a->target_act.campaign_id),
         STR_ARG(a->target_act.act_kind));
    line_texts(s, "protected", "保護対象", a->target_act.protected_computers.ptr,
               a->target_act.protected_computers.count);
    line_texts(s, "other methods considered", "検討した他の方法",
               a->necessity.other_methods_considered.ptr,
               a->necessity.other_methods_considered.count);
    enum { SHOWN = 12 };
    for (size_t i = 0; i < a->selectors.count && i < SHOWN; i++)
        line(s, "selector", "選別条件", STR_FMT ": " STR_FMT " " STR_FMT,
             STR_ARG(a->selectors.ptr[i].id), STR_ARG(a->selectors.ptr[i].type),
             STR_ARG(a->selectors.ptr[i].value));
    line(s, "selectors in all", "選別条件の数", "%zu", a->selectors.count);
    line_texts(s, "kept fields", "記録項目", a->record_fields.ptr, a->record_fields.count);
    line_texts(s, "as pseudonyms", "仮名とする項目", a->nonid.fields.ptr, a->nonid.fields.count);
    line(s, "kept for (days)", "保存日数", "%lld", (long long)a->retention.selected_max_days);
    line(s, "purpose", "目的", STR_FMT, STR_ARG(a->purpose));
    for (size_t i = 0; i < a->recipients.count; i++)
        line(s, "recipient", "提供先", STR_FMT " " STR_FMT,
             STR_ARG(a->recipients.ptr[i].class_code), STR_ARG(a->recipients.ptr[i].product));
}

static void tell_verdict(struct show *s)
{
    if (s->checked && s->holds)
        line(s, "verified", "検証", "all checks hold / すべての点検に適合");
    for (size_t i = 0; s->checked && i < VERDICTS; i++)
        if (s->report.verdicts[i].outcome == VERDICT_FAIL)
            line(s, "does not hold", "不適合", "%s %s / %s", s->report.verdicts[i].id,
                 s->report.verdicts[i].en, s->report.verdicts[i].ja);
    line(s, "policy hash (SHA-256)", "方針ハッシュ", "%s", s->auth->policy_hash);
}

static void tell(struct show *s, bool carrier)
{
    if (carrier) {
        buf_put(&s->out, S("Statement of lawful basis for the duplication of communications\n"
                           "通信の複製に関する適法な根拠の提示\n\n"));
        tell_facility(s);
        tell_basis(s);
        tell_decision(s);
        tell_verdict(s);
        return;
    }
    tell_basis(s);
    tell_decision(s);
    tell_facility(s);
    tell_handling(s);
    tell_verdict(s);
}

static bool show(const struct show_args *args, struct show *s, struct arena *a, struct err *e)
{
    if (args->files.count != 1)
        return err_set(e, ERR_INVALID, "one file at a time");
    if (!law_open(a, args->law, &s->context.law, e) ||
        (args->trust && !trust_load(a, args->trust, &s->context.trust, e)) ||
        (args->parent && !authorisation_load(a, args->parent, &s->context.parent, e)) ||
        !authorisation_load(a, args->files.items[0], &s->auth, e))
        return false;
    s->checked = args->trust != NULL;
    s->holds = authorisation_check(a, s->auth, &s->context, &s->report);
    if (args->json)
        auth_indent(s->auth->tree, &s->out);
    else
        tell(s, args->carrier);
    return auth_print(&s->out, e);
}

int authorisation_show(int argc, char **argv)
{
    AUTO(arena_drop) struct arena a = ARENA(2 * (size_t)AUTHORISATION_MEMORY);
    struct show_args args = {0};
    struct show s = {.out = BUF(OUT_MAX)};
    struct opt_command command = command_of(&args);
    struct err e = {0};
    int code;
    if (!auth_parse(&command, argc, argv, &args, &a, &code))
        return code;
    bool shown = show(&args, &s, &a, &e);
    buf_drop(&s.out);
    if (!shown)
        return auth_fail("show", &e);
    return s.checked && !s.holds ? AUTH_REFUSED : AUTH_GOOD;
}
