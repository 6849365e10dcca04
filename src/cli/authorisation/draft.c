/* draft.c - hinomi authorisation draft: every member an authorisation has, filled in as far as tables and options
 * tell, indented for editing; what people still have to say is listed. */
#include "authorisation_private.h"
#include "core/encode.h"
#include "core/jsonw.h"
#include "core/time.h"
#include "core/uuid.h"
#include "law/own.h"

enum { OUT_MAX = AUTHORISATION_MAX, DAYS_DEFAULT = 30, SECONDS_A_DAY = 86400, PATH_TEXT_MAX = 256 };

struct draft_args {
    struct opt_list channels, own, selectors, fields, nonid, sensors, prefixes, sets;
    const char *key, *organisation, *role, *start, *plays, *exercise, *party, *party_key, *parent,
        *law, *out;
    int64_t days;
    bool carrier;
};

#define AT(member) offsetof(struct draft_args, member)
static const struct opt options[] = {
    {"own", 0, OPT_LIST, AT(own), "CIDR", "CH_OWN: the networks; none: results stay local",
     "CH_OWN: 自組織の範囲。なければ結果は手元に留まる"},
    {"carrier", 0, OPT_FLAG, AT(carrier), NULL, "CH_OWN: a carrier's own hosts",
     "CH_OWN: 電気通信事業者の自社ホスト"},
    {"applicant-key", 'k', OPT_TEXT, AT(key), "KEY", "the applicant's or owner's public key",
     "申請者または所有者の公開鍵"},
    {"organisation", 0, OPT_TEXT, AT(organisation), "NAME", "the applicant's or owner's",
     "申請者または所有者の組織名"},
    {"role", 0, OPT_TEXT, AT(role), "ROLE", "the applicant's office (default: the channel's first)",
     "申請者の職（既定: 区分の先頭）"},
    {"sensor", 's', OPT_LIST, AT(sensors), "KEY=SHA256", "a sensor's public key and its firmware",
     "センサーの公開鍵とファームウェア"},
    {"selector", 0, OPT_LIST, AT(selectors), "TYPE:VALUE",
     "what is selected by, such as domain:evil.example", "選別条件。例 domain:evil.example"},
    {"fields", 'f', OPT_LIST, AT(fields), "NAME", "fields to keep (default: all that are allowed)",
     "記録項目（既定: 許されるすべて）"},
    {"nonid", 0, OPT_LIST, AT(nonid), "NAME", "fields to keep as pseudonyms",
     "仮名として記録する項目"},
    {"start", 0, OPT_TEXT, AT(start), "TIME", "when it starts (default: now)",
     "開始時刻（既定: 現在）"},
    {"days", 'd', OPT_INT, AT(days), "N", "how long (default 30)", "日数（既定 30）", .least = 1,
     .most = INT16_MAX},
    {"as-channel", 0, OPT_TEXT, AT(plays), "CHANNEL", "CH_EXERCISE: the channel that is played",
     "CH_EXERCISE: 演習で演じる区分"},
    {"exercise", 0, OPT_TEXT, AT(exercise), "ID", "CH_EXERCISE: the exercise",
     "CH_EXERCISE: 演習の ID"},
    {"party", 0, OPT_TEXT, AT(party), "NAME", "CH_AGREEMENT: the party",
     "CH_AGREEMENT: 協定当事者"},
    {"party-key", 0, OPT_TEXT, AT(party_key), "KEY", "CH_AGREEMENT: its public key",
     "CH_AGREEMENT: 当事者の公開鍵"},
    {"party-prefix", 0, OPT_LIST, AT(prefixes), "CIDR", "CH_AGREEMENT: its networks",
     "CH_AGREEMENT: 当事者のネットワーク"},
    {"parent", 0, OPT_TEXT, AT(parent), "ID", "the authorisation that this one extends",
     "延長される元の認可の ID"},
    {"set", 0, OPT_LIST, AT(sets), "PATH=VALUE",
     "any other member; @FILE gives the file's SHA-256, as in "
     "necessity.why_insufficient_hash=@why.txt",
     "その他の項目。@FILE はファイルの SHA-256。例 necessity.why_insufficient_hash=@why.txt"},
    {"law", 0, OPT_TEXT, AT(law), "DIR", "law tables (default: built in)",
     "法令表（既定: 組込み）"},
    {"out", 'o', OPT_TEXT, AT(out), "FILE", "where it goes (default: standard output)",
     "出力先（既定: 標準出力）"},
    {0}};

static struct opt_command command_of(struct draft_args *args)
{
    return (struct opt_command){
        .name = "authorisation draft",
        .usage =
            "CHANNEL [--own CIDR…] [--days N] [--selector TYPE:VALUE…] [--set PATH=VALUE…] [-o "
            "FILE]",
        .en = "write a draft of an authorisation",
        .ja = "認可の案を書く",
        .more_en =
            "Channels: CH_OWN CH_AGREEMENT CH_FF CH_FD CH_DF CH_EXERCISE. The draft has every "
            "member; "
            "what is still empty is listed on standard error. Edit it or use --set, then sign it.\n"
            "Exit code: 0 complete; 1 something is still empty; 2 failed.\n"
            "Example: hinomi authorisation draft CH_OWN --own 192.0.2.0/24 --organisation "
            "Waterworks "
            "--applicant-key ed25519:… --sensor ed25519:…=SHA256 -o own.json",
        .more_ja =
            "区分: CH_OWN CH_AGREEMENT CH_FF CH_FD CH_DF "
            "CH_EXERCISE。案は全項目を備え、まだ空の項目を"
            "標準エラーに示します。編集または --set の後、署名してください。\n"
            "終了コード: 0 完備。1 空の項目あり。2 失敗。\n"
            "例: hinomi authorisation draft CH_OWN --own 192.0.2.0/24 --organisation Waterworks "
            "--applicant-key ed25519:… --sensor ed25519:…=SHA256 -o own.json",
        .options = options,
        .rest = &args->channels,
    };
}

struct draft {
    const struct draft_args *args;
    const struct law *law;
    const struct law_channel *rules;
    enum channel channel;
    int64_t start, end;
    struct jsonw w;
};

static void put_list(struct draft *d, const char *key, const struct opt_list *items)
{
    jw_key(&d->w, key), jw_array(&d->w);
    for (size_t i = 0; i < items->count; i++)
        jw_str(&d->w, auth_str(items->items[i]));
    jw_end(&d->w);
}

static void put_one(struct draft *d, const char *key, const char *text)
{
    jw_key(&d->w, key), jw_array(&d->w);
    jw_str(&d->w, auth_str(text));
    jw_end(&d->w);
}

static void put_selectors(struct draft *d)
{
    const struct opt_list *list = &d->args->selectors;
    jw_key(&d->w, "selectors"), jw_array(&d->w);
    for (size_t i = 0; i < list->count || i == 0; i++) {
        struct str value = STR_NONE, type = STR_NONE;
        char id[24];
        if (list->count)
            type = str_cut(auth_str(list->items[i]), ':', &value);
        snprintf(id, sizeof id, "s%zu", i + 1);
        jw_object(&d->w);
        jw_member_cstr(&d->w, "id", id);
        jw_member_str(&d->w, "type", type);
        jw_member_str(&d->w, "value", value);
        jw_member_cstr(&d->w, "why_hash", "");
        jw_member_cstr(&d->w, "source_grade", "");
        jw_member_time(&d->w, "valid_from", d->start);
        jw_member_time(&d->w, "valid_to", d->end);
        jw_end(&d->w);
    }
    jw_end(&d->w);
}

static void put_fields(struct draft *d)
{
    const struct law_fields *f = &d->law->fields;
    jw_key(&d->w, "record_fields"), jw_array(&d->w);
    for (size_t i = 0; i < d->args->fields.count; i++)
        jw_str(&d->w, auth_str(d->args->fields.items[i]));
    for (size_t i = 0; !d->args->fields.count && i < f->allow.count; i++)
        jw_str(&d->w, f->allow.ptr[i]);
    for (size_t i = 0; i < d->args->nonid.count; i++)
        jw_str(&d->w, auth_str(d->args->nonid.items[i]));
    jw_end(&d->w);
    jw_key(&d->w, "nonid_profile"), jw_object(&d->w);
    put_list(d, "fields", &d->args->nonid);
    jw_member_cstr(&d->w, "key_custody", "SPLIT");
    jw_end(&d->w);
}

static void put_sensors(struct draft *d)
{
    const struct opt_list *list = &d->args->sensors;
    jw_key(&d->w, "sensors"), jw_array(&d->w);
    for (size_t i = 0; i < list->count || i == 0; i++) {
        struct str whole = i < list->count ? auth_str(list->items[i]) : STR_NONE;
        /* base64 may end in '=': the hash follows the last one */
        const char *at = whole.len ? memrchr(whole.ptr, '=', whole.len) : NULL;
        size_t n = at ? (size_t)(at - whole.ptr) : whole.len;
        jw_object(&d->w);
        jw_member_str(&d->w, "key", (struct str){whole.ptr, n});
        jw_member_str(&d->w, "firmware_hash", str_skip(whole, n + 1));
        jw_end(&d->w);
    }
    jw_end(&d->w);
}

static void put_basis(struct draft *d)
{
    const struct law_basis *found = NULL;
    for (size_t i = 0; !found && i < d->law->bases.count; i++) {
        const struct law_basis *b = &d->law->bases.ptr[i];
        if (str_eq(b->channel, d->rules->code) &&
            (b->renewal == (d->args->parent != NULL) || d->rules->approval != APPROVAL_QUORUM))
            found = b;
    }
    jw_key(&d->w, "basis"), jw_object(&d->w);
    jw_member_str(&d->w, "act", found ? found->act : STR_NONE);
    jw_member_str(&d->w, "article", found ? found->article : STR_NONE);
    jw_member_str(&d->w, "paragraph", found ? found->paragraph : STR_NONE);
    jw_member_time(&d->w, "effective_from", found ? found->effective_from : 0);
    jw_end(&d->w);
}

static void put_statements(struct draft *d)
{
    jw_key(&d->w, "target_act"), jw_object(&d->w);
    jw_member_cstr(&d->w, "campaign_id", "");
    jw_member_cstr(&d->w, "act_kind", "");
    put_one(d, "protected_computers", "");
    jw_member_cstr(&d->w, "facts_hash", "");
    jw_end(&d->w);
    jw_key(&d->w, "necessity"), jw_object(&d->w);
    jw_member_cstr(&d->w, "suspicion_facts_hash", "");
    put_one(d, "other_methods_considered", "");
    jw_member_cstr(&d->w, "why_insufficient_hash", "");
    jw_end(&d->w);
    jw_key(&d->w, "facility"), jw_object(&d->w);
    jw_member_cstr(&d->w, "carrier_id", "");
    jw_member_cstr(&d->w, "equipment_id", "");
    put_one(d, "link_ids", "");
    jw_member_cstr(&d->w, "max_share_of_link", "");
    jw_member_cstr(&d->w, "max_bps", "");
    jw_end(&d->w);
}

static void put_parts(struct draft *d)
{
    if (d->channel == CHANNEL_EXERCISE) {
        jw_key(&d->w, "exercise"), jw_object(&d->w);
        jw_member_cstr(&d->w, "id", d->args->exercise ? d->args->exercise : "");
        jw_member_str(&d->w, "as_channel", d->rules->code);
        jw_end(&d->w);
    }
    if (d->rules->approval != APPROVAL_PARTIES)
        return;
    jw_key(&d->w, "agreement"), jw_object(&d->w);
    jw_member_str(&d->w, "party_id", auth_str(d->args->party));
    jw_member_str(&d->w, "party_key", auth_str(d->args->party_key));
    if (d->args->prefixes.count)
        put_list(d, "prefixes", &d->args->prefixes);
    else
        put_one(d, "prefixes", "");
    jw_member_cstr(&d->w, "art23_4_consent", "NONE");
    jw_end(&d->w);
}

static void put_all(struct draft *d)
{
    struct uuid id = uuid_v4();
    char hex[2 * sizeof id.bytes];
    hex_write(hex, id.bytes, sizeof id.bytes);
    jw_object(&d->w);
    jw_member_cstr(&d->w, "schema", AUTHORISATION_SCHEMA);
    jw_member_str(&d->w, "auth_id", (struct str){hex, sizeof hex});
    if (d->args->parent)
        jw_member_cstr(&d->w, "parent_auth_id", d->args->parent);
    jw_member_str(&d->w, "channel", channel_text(d->channel));
    jw_member_str(&d->w, "direction", d->rules->direction);
    put_basis(d);
    jw_key(&d->w, "applicant"), jw_object(&d->w);
    jw_member_str(&d->w, "role",
                  d->args->role ? auth_str(d->args->role) : d->rules->applicants.ptr[0]);
    jw_member_str(&d->w, "organisation", auth_str(d->args->organisation));
    jw_member_str(&d->w, "key", auth_str(d->args->key));
    jw_end(&d->w);
    put_statements(d);
    put_selectors(d);
    put_fields(d);
    jw_key(&d->w, "retention"), jw_object(&d->w);
    jw_member_cstr(&d->w, "unselected", "IMMEDIATE");
    jw_member_int(&d->w, "selected_max_days", d->law->parameters.retention_default_days);
    jw_member_int(&d->w, "review_every_days", d->law->parameters.review_every_days);
    jw_end(&d->w);
    jw_key(&d->w, "recipients"), jw_array(&d->w), jw_end(&d->w);
    jw_key(&d->w, "period"), jw_object(&d->w);
    jw_member_time(&d->w, "start", d->start);
    jw_member_time(&d->w, "end", d->end);
    jw_end(&d->w);
    put_sensors(d);
    jw_member_str(&d->w, "purpose", d->law->purposes.ptr[0].code);
    put_parts(d);
    jw_end(&d->w);
}

/* --- own networks: everything can be told --- */

static bool put_own(struct draft *d, struct arena *a, struct err *e)
{
    const struct draft_args *args = d->args;
    struct own_wish wish = {.organisation = auth_str(args->organisation),
                            .carrier = args->carrier,
                            .selectors = S("node"),
                            .prefix_count = args->own.count,
                            .start = d->start,
                            .end = d->end};
    struct addr *prefixes = arena_array(a, struct addr, args->own.count + 1);
    for (size_t i = 0; i < args->own.count; i++)
        if (!prefix_parse(auth_str(args->own.items[i]), &prefixes[i], e))
            return err_wrap(e, "--own");
    wish.prefixes = prefixes;
    AUTO(buf_drop) struct buf plain = BUF(OUT_MAX);
    if (args->key && !key_public_parse(auth_str(args->key), &wish.owner, e))
        return err_wrap(e, "--applicant-key");
    if (!authorisation_own(d->law, &wish, &plain, e))
        return false;
    const struct json *tree = json_parse(a, arena_str(a, buf_str(&plain)), e);
    if (!tree)
        return false;
    jw_object(&d->w);
    for (json_each(m, tree)) {
        if (str_eq(m->key, S("sensors"))) {
            put_sensors(d);
        } else if (str_eq(m->key, S("selectors")) && args->selectors.count) {
            put_selectors(d);
        } else if (str_eq(m->key, S("record_fields")) &&
                   (args->fields.count || args->nonid.count)) {
            put_fields(d);
        } else if (str_eq(m->key, S("nonid_profile")) &&
                   (args->fields.count || args->nonid.count)) {
            continue;
        } else if (str_eq(m->key, S("applicant")) && !args->key) {
            jw_key(&d->w, "applicant"), jw_object(&d->w);
            jw_member_str(&d->w, "role", json_text(m, S("role")));
            jw_member_str(&d->w, "organisation", json_text(m, S("organisation")));
            jw_member_cstr(&d->w, "key", "");
            jw_end(&d->w);
        } else {
            jw_key_str(&d->w, m->key);
            jw_value(&d->w, m);
        }
    }
    jw_end(&d->w);
    return true;
}

/* --- what is still empty --- */

static size_t tell_empty(const struct json *v, const char *path)
{
    size_t found = 0, i = 0;
    char here[PATH_TEXT_MAX];
    if (v->kind == JSON_STRING && !v->text.len) {
        fprintf(stderr, opt_japanese() ? "空: %s\n" : "empty: %s\n", path);
        return 1;
    }
    for (json_each(m, v)) {
        if (v->kind == JSON_OBJECT)
            snprintf(here, sizeof here, "%.120s%s" STR_FMT, path, *path ? "." : "",
                     (int)(m->key.len < 60 ? m->key.len : 60), m->key.ptr);
        else
            snprintf(here, sizeof here, "%.200s[%zu]", path, i++);
        found += tell_empty(m, here);
    }
    return found;
}

static bool begin(struct draft *d, struct arena *a, struct err *e)
{
    const struct draft_args *args = d->args;
    struct clock *clock = clock_real();
    int64_t now = clock->now(clock) / TIME_SECOND * TIME_SECOND;
    if (args->channels.count != 1)
        return err_set(e, ERR_INVALID, "one channel, such as CH_OWN");
    d->channel = channel_named(auth_str(args->channels.items[0]));
    enum channel plays =
        d->channel == CHANNEL_EXERCISE ? channel_named(auth_str(args->plays)) : d->channel;
    if (!law_open(a, args->law, &d->law, e))
        return err_wrap(e, "--law");
    d->rules = law_channel(d->law, plays);
    if (d->channel == CHANNEL_EXERCISE && !d->rules)
        return err_set(e, ERR_INVALID, "--as-channel: which channel is played?");
    if (!d->rules)
        return err_set(e, ERR_INVALID, "no channel \"%.40s\"", args->channels.items[0]);
    if (d->channel == CHANNEL_EXERCISE && plays == CHANNEL_OWN)
        return err_set(e, ERR_INVALID, "an own network needs no exercise: draft CH_OWN");
    if (!auth_time(args->start, now, &d->start, "--start", e))
        return false;
    d->end = d->start + (args->days ? args->days : DAYS_DEFAULT) * SECONDS_A_DAY * TIME_SECOND;
    return true;
}

static bool draft(const struct draft_args *args, struct arena *a, size_t *ret_empty, struct err *e)
{
    AUTO(buf_drop) struct buf plain = BUF(OUT_MAX);
    AUTO(buf_drop) struct buf edited = BUF(OUT_MAX);
    AUTO(buf_drop) struct buf out = BUF(2 * (size_t)OUT_MAX);
    struct draft d = {.args = args, .w = JSONW(&plain)};
    if (!begin(&d, a, e))
        return false;
    if (d.channel != CHANNEL_OWN)
        put_all(&d);
    else if (!put_own(&d, a, e))
        return false;
    const struct json *tree = json_parse(a, buf_str(&plain), e);
    if (!tree || !auth_edit(a, tree, &args->sets, &edited, e))
        return false;
    tree = json_parse(a, buf_str(&edited), e);
    if (!tree)
        return false;
    auth_indent(tree, &out);
    *ret_empty = tell_empty(tree, "");
    return auth_write(args->out, buf_str(&out), e);
}

int authorisation_draft(int argc, char **argv)
{
    AUTO(arena_drop) struct arena a = ARENA(AUTHORISATION_MEMORY);
    struct draft_args args = {0};
    struct opt_command command = command_of(&args);
    struct err e = {0};
    size_t empty;
    int code;
    if (!auth_parse(&command, argc, argv, &args, &a, &code))
        return code;
    if (!draft(&args, &a, &empty, &e))
        return auth_fail("draft", &e);
    return empty ? AUTH_REFUSED : AUTH_GOOD;
}
