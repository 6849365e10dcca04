/* verdict.c - the table of eighteen questions, asked in their order. See verdict.h. */
#include "verdict_private.h"

#include <stdarg.h>
#include <stdio.h>

static const struct question {
    const char *id, *en, *ja;
    void (*ask)(const struct checking *k);
    bool needs_channel; /* has no answer where the channel is unknown */
} questions[VERDICTS] = {
    {"V01", "channel and direction", "区分と通信方向", verdict_direction, false},
    {"V02", "nothing from home to home", "内内通信の除外", verdict_not_home, true},
    {"V03", "length of the period", "期間の長さ", verdict_period, true},
    {"V04", "legal basis in force", "根拠規定の施行", verdict_basis, true},
    {"V05", "signatures", "署名と承認", verdict_signed, true},
    {"V06", "selectors are narrow", "選別条件の範囲", verdict_selectors, true},
    {"V07", "selectors are mechanical", "選別条件の種類", verdict_types, true},
    {"V08", "fields that may be kept", "記録項目", verdict_fields, true},
    {"V09", "pseudonyms", "非識別化措置", verdict_pseudonyms, false},
    {"V10", "retention", "保存期間", verdict_retention, false},
    {"V11", "recipients and products", "提供先と情報の区分", verdict_products, true},
    {"V12", "foreign recipients", "外国への提供", verdict_partners, false},
    {"V13", "registered firmware", "登録済みファームウェア", verdict_firmware, true},
    {"V14", "purpose", "利用目的", verdict_purpose, false},
    {"V15", "renewal", "期間の延長", verdict_renewal, true},
    {"V16", "only a part of the link", "回線の一部であること", verdict_share, true},
    {"V17", "decided before it starts", "開始前の承認", verdict_decided, true},
    {"V18", "canonical form", "正規形", verdict_canonical, false},
};

void verdict_say(const struct checking *k, enum verdict_outcome outcome, const char *en,
                 const char *ja, ...)
{
    enum { SENTENCE_MAX = 640 };
    char text[2][SENTENCE_MAX];
    va_list args, again;
    va_start(args, ja);
    va_copy(again, args);
    vsnprintf(text[0], SENTENCE_MAX, en, args);
    vsnprintf(text[1], SENTENCE_MAX, ja, again);
    va_end(again);
    va_end(args);
    err_clean(text[0]);
    err_clean(text[1]);
    char *kept_en = arena_cstr(k->memory, (struct str){text[0], strlen(text[0])});
    char *kept_ja = arena_cstr(k->memory, (struct str){text[1], strlen(text[1])});
    k->v->outcome = kept_en && kept_ja ? outcome : VERDICT_FAIL;
    k->v->en = kept_en ? kept_en : "no memory for the answer";
    k->v->ja = kept_ja ? kept_ja : "回答のためのメモリーがない";
}

bool str_among(const struct str *items, size_t count, struct str text)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(items[i], text))
            return true;
    return false;
}

bool verdict_condition(const struct authorisation *auth, struct str condition)
{
    return auth->decision && AMONG(auth->decision->conditions, condition);
}

bool authorisation_check(struct arena *a, const struct authorisation *auth,
                         const struct authorisation_context *c, struct authorisation_report *ret)
{
    struct checking k = {.memory = a,
                         .auth = auth,
                         .c = c,
                         .rules = law_channel(c->law, auth->plays),
                         .live = auth->channel != CHANNEL_EXERCISE};
    ret->failed = 0;
    for (size_t i = 0; i < VERDICTS; i++) {
        const struct question *q = &questions[i];
        k.v = &ret->verdicts[i];
        *k.v = (struct verdict){.id = q->id, .title_en = q->en, .title_ja = q->ja};
        if (q->needs_channel && !k.rules)
            verdict_say(&k, VERDICT_FAIL, "cannot be told without a known channel",
                        "区分が不明なため判定できない");
        else
            q->ask(&k);
        ret->failed += k.v->outcome == VERDICT_FAIL;
    }
    return ret->failed == 0;
}

bool authorisation_admit(struct arena *a, struct str bytes, const struct authorisation_context *c,
                         const struct authorisation **ret, struct err *e)
{
    const struct authorisation *auth;
    struct authorisation_report *report = arena_new(a, struct authorisation_report);
    if (!report)
        return err_set(e, ERR_LIMIT, "too large an authorisation");
    if (!authorisation_parse(a, bytes, &auth, e))
        return err_wrap(e, "authorisation");
    if (authorisation_check(a, auth, c, report)) {
        *ret = auth;
        return true;
    }
    for (size_t i = 0; i < VERDICTS; i++)
        if (report->verdicts[i].outcome == VERDICT_FAIL)
            return err_set(e, ERR_DENIED, "%s (%s): %s%s", report->verdicts[i].id,
                           report->verdicts[i].title_en, report->verdicts[i].en,
                           report->failed > 1 ? "; more is wrong with it" : "");
    return err_set(e, ERR_DENIED, "refused");
}

const char *verdict_outcome_text(enum verdict_outcome o, bool japanese)
{
    switch (o) {
    case VERDICT_PASS: return japanese ? "適合" : "PASS";
    case VERDICT_FAIL: return japanese ? "不適合" : "FAIL";
    default: return japanese ? "対象外" : "NOT APPLICABLE";
    }
}
