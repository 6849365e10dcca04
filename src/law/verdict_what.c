/* verdict_what.c - what may be selected, kept and passed on: V06 to V12, V14. */
#include "verdict_private.h"

#include "core/map.h"

#include <libpsl.h>

/* --- V06 --- */

static bool is_set(const struct checking *k, const struct auth_selector *s)
{
    return k->auth->plays == CHANNEL_OWN && str_eq(s->type, S("SET"));
}

/* An owner may name its feeds or its node's set in place of selectors. */
static void set_alone(const struct checking *k)
{
    const struct auth_selector *s = &k->auth->selectors.ptr[0];
    if (k->auth->selectors.count != 1)
        FAIL("a set stands alone, without other selectors",
             "集合（SET）は他の選別条件と併用できない");
    else if (!str_eq(s->value, S("node")) && !str_eq(s->value, S("feeds")))
        FAIL("selectors[0]: a set is \"node\" or \"feeds\"",
             "selectors[0]: SET の値は node または feeds");
    else
        PASS("the set of the owner's " STR_FMT, "所有者の " STR_FMT " の集合", STR_ARG(s->value));
}

static bool public_suffix(struct str name)
{
    char text[SELECTOR_DOMAIN_MAX + 1];
    const psl_ctx_t *list = psl_builtin();
    if (name.len > SELECTOR_DOMAIN_MAX || !memchr(name.ptr, '.', name.len))
        return true;
    memcpy(text, name.ptr, name.len);
    text[name.len] = '\0';
    return list && psl_is_public_suffix2(list, text, PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE);
}

static bool narrow(const struct checking *k, const struct selector *s, size_t i)
{
    const struct law_parameters *p = &k->c->law->parameters;
    struct addr a;
    struct err why = {0};
    if (!selector_check(s, &why)) {
        FAIL("selectors[%zu]: %s", "selectors[%zu]: 値が正しくない（%s）", i, why.text);
        return false;
    }
    if (selector_addr(s, &a)) {
        int64_t least = a.v6 ? p->selector_prefix_v6 : p->selector_prefix_v4;
        if (a.bits < least) {
            FAIL("selectors[%zu]: " STR_FMT " is broader than /%lld",
                 "selectors[%zu]: " STR_FMT " は /%lld より広い", i, STR_ARG(s->value),
                 (long long)least);
            return false;
        }
    }
    if (s->kind == SELECTOR_DOMAIN_BELOW && public_suffix(s->value)) {
        FAIL("selectors[%zu]: under " STR_FMT " anybody may register names",
             "selectors[%zu]: " STR_FMT " の下は誰でも登録できる", i, STR_ARG(s->value));
        return false;
    }
    return true;
}

static bool graded(struct str grade)
{
    return grade.len == 2 && grade.ptr[0] >= 'A' && grade.ptr[0] <= 'F' && grade.ptr[1] >= '1' &&
           grade.ptr[1] <= '6';
}

/* A period that is none is V03's to tell. */
static bool out_of_period(const struct authorisation *auth, const struct auth_selector *s)
{
    return auth->period.start < auth->period.end &&
           (s->valid_from >= auth->period.end || s->valid_to <= auth->period.start);
}

static bool selector_sound(const struct checking *k, size_t i, struct map *seen)
{
    struct auth_selector *s = &k->auth->selectors.ptr[i];
    struct selector known = {.value = s->value};
    if (!s->value.len)
        FAIL("selectors[%zu]: empty", "selectors[%zu]: 空", i);
    else if (str_eq(s->type, S("SET")))
        FAIL("selectors[%zu]: only an own network has a set, and it stands alone",
             "selectors[%zu]: SET は自組織ネットワークだけで、単独で使う", i);
    else if (map_get(seen, s->id) || !map_put(seen, s->id, s))
        FAIL("selectors[%zu]: its id stands twice", "selectors[%zu]: id が重複", i);
    else if (!graded(s->source_grade))
        FAIL("selectors[%zu]: source_grade is A to F and 1 to 6",
             "selectors[%zu]: source_grade は A〜F と 1〜6", i);
    else if (s->valid_from >= s->valid_to || out_of_period(k->auth, s))
        FAIL("selectors[%zu]: it is at no time valid in the period",
             "selectors[%zu]: 期間内に有効な時がない", i);
    else
        return !selector_kind_parse(s->type, &known.kind) || narrow(k, &known, i);
    return false;
}

void verdict_selectors(const struct checking *k)
{
    struct map seen = MAP(k->memory);
    size_t count = k->auth->selectors.count;
    if (!count) {
        FAIL("it selects nothing: there is no selector", "選別条件がない");
        return;
    }
    if (is_set(k, &k->auth->selectors.ptr[0])) {
        set_alone(k);
        return;
    }
    for (size_t i = 0; i < count; i++)
        if (!selector_sound(k, i, &seen))
            return;
    PASS("none is too broad (%zu)", "選別条件 %zu 件。広すぎるものはない", count);
}

/* --- V07 --- */

static bool type_allowed(const struct checking *k, size_t i)
{
    const struct law_selector_types *types = &k->c->law->selectors;
    struct str type = k->auth->selectors.ptr[i].type;
    if (AMONG(types->mechanical, type) || str_eq(type, S("SET"))) /* where a set may stand: V06 */
        return true;
    if (AMONG(types->identifier, type)) {
        if (verdict_condition(k->auth, types->identifier_condition))
            return true;
        FAIL("selectors[%zu]: " STR_FMT
             " identifies a person, and the decision does not say " STR_FMT,
             "selectors[%zu]: " STR_FMT " は個人を識別する。決定に条件 " STR_FMT " がない", i,
             STR_ARG(type), STR_ARG(types->identifier_condition));
    } else if (AMONG(types->content, type))
        FAIL("selectors[%zu]: " STR_FMT " looks into what people say",
             "selectors[%zu]: " STR_FMT " は人の意思疎通の内容に及ぶ", i, STR_ARG(type));
    else
        FAIL("selectors[%zu]: the law tables know no type " STR_FMT,
             "selectors[%zu]: 種類 " STR_FMT " は法令表にない", i, STR_ARG(type));
    return false;
}

void verdict_types(const struct checking *k)
{
    for (size_t i = 0; i < k->auth->selectors.count; i++)
        if (!type_allowed(k, i))
            return;
    PASS("selectors are mechanical information", "選別条件は機械的情報");
}

/* --- V08, V09 --- */

void verdict_fields(const struct checking *k)
{
    const struct law_fields *f = &k->c->law->fields;
    bool own = k->auth->plays == CHANNEL_OWN;
    for (size_t i = 0; i < k->auth->record_fields.count; i++) {
        struct str name = k->auth->record_fields.ptr[i];
        if (AMONG(f->deny, name))
            FAIL("record_fields: " STR_FMT " is never kept",
                 "record_fields: " STR_FMT " は記録禁止", STR_ARG(name));
        else if (AMONG(f->own, name) && !own)
            FAIL("record_fields: " STR_FMT " is kept of own networks alone",
                 "record_fields: " STR_FMT " は自組織ネットワークに限る", STR_ARG(name));
        else if (!AMONG(f->allow, name) && !AMONG(f->nonid, name) && !AMONG(f->frame, name) &&
                 !AMONG(f->own, name))
            FAIL("record_fields: " STR_FMT " is in no list of what may be kept",
                 "record_fields: " STR_FMT " は記録できる項目にない", STR_ARG(name));
        else if (str_among(k->auth->record_fields.ptr, i, name))
            FAIL("record_fields: " STR_FMT " stands twice", "record_fields: " STR_FMT " が重複",
                 STR_ARG(name));
        else
            continue;
        return;
    }
    PASS("all may be kept (%zu)", "%zu 項目すべて記録可能", k->auth->record_fields.count);
}

void verdict_pseudonyms(const struct checking *k)
{
    const struct authorisation *auth = k->auth;
    const struct law_fields *f = &k->c->law->fields;
    size_t identifying = 0;
    for (size_t i = 0; i < auth->nonid.fields.count; i++)
        if (!AMONG(f->nonid, auth->nonid.fields.ptr[i])) {
            FAIL("nonid_profile: " STR_FMT " is no field that becomes a pseudonym",
                 "nonid_profile: " STR_FMT " は非識別化の対象でない",
                 STR_ARG(auth->nonid.fields.ptr[i]));
            return;
        }
    for (size_t i = 0; i < auth->record_fields.count; i++) {
        struct str name = auth->record_fields.ptr[i];
        if (!AMONG(f->nonid, name))
            continue;
        identifying++;
        if (!AMONG(auth->nonid.fields, name)) {
            FAIL(STR_FMT " identifies a person and is not in nonid_profile",
                 STR_FMT " は個人を識別するが nonid_profile にない", STR_ARG(name));
            return;
        }
    }
    if (!str_eq(auth->nonid.key_custody, S("SPLIT")))
        FAIL("nonid_profile.key_custody is not SPLIT", "nonid_profile.key_custody が SPLIT でない");
    else if (!identifying)
        NOT_ASKED("no field identifies a person", "個人を識別する項目はない");
    else
        PASS("these leave as pseudonyms only (%zu)", "%zu 項目は仮名としてのみ出る", identifying);
}

/* --- V10 --- */

void verdict_retention(const struct checking *k)
{
    const struct law_parameters *p = &k->c->law->parameters;
    long long days = k->auth->retention.selected_max_days,
              review = k->auth->retention.review_every_days;
    if (!str_eq(k->auth->retention.unselected, S("IMMEDIATE")))
        FAIL("retention.unselected is not IMMEDIATE", "retention.unselected が IMMEDIATE でない");
    else if (!days || days > p->retention_cap_days)
        FAIL("retention.selected_max_days: %lld is not 1 to %lld",
             "retention.selected_max_days: %lld は 1〜%lld でない", days,
             (long long)p->retention_cap_days);
    else if (!review || review > p->review_every_days)
        FAIL("retention.review_every_days: %lld is not 1 to %lld",
             "retention.review_every_days: %lld は 1〜%lld でない", review,
             (long long)p->review_every_days);
    else
        PASS("at most %lld days, reviewed every %lld", "最長 %lld 日、%lld 日ごとに見直し", days,
             review);
}

/* --- V11, V12, V14 --- */

static bool product_legal(const struct checking *k, size_t i)
{
    const struct auth_recipient *r = &k->auth->recipients.ptr[i];
    const struct law_product *p = law_product(k->c->law, r->product);
    if (!law_recipient(k->c->law, r->class_code))
        FAIL("recipients[%zu]: no class " STR_FMT, "recipients[%zu]: 区分 " STR_FMT " はない", i,
             STR_ARG(r->class_code));
    else if (!p)
        FAIL("recipients[%zu]: no product " STR_FMT, "recipients[%zu]: 情報区分 " STR_FMT " はない",
             i, STR_ARG(r->product));
    else if (!AMONG(p->recipients, r->class_code))
        FAIL("recipients[%zu]: " STR_FMT " may not have " STR_FMT,
             "recipients[%zu]: " STR_FMT " に " STR_FMT " は提供できない", i,
             STR_ARG(r->class_code), STR_ARG(r->product));
    else if (!AMONG(k->rules->products, r->product))
        FAIL("recipients[%zu]: " STR_FMT " does not feed " STR_FMT,
             "recipients[%zu]: " STR_FMT " は " STR_FMT " に使えない", i, STR_ARG(k->rules->code),
             STR_ARG(r->product));
    else
        return true;
    return false;
}

void verdict_products(const struct checking *k)
{
    size_t count = k->auth->recipients.count;
    if (k->auth->own && k->auth->own->local && count) {
        FAIL("results stay local, but recipients are named", "結果は手元に留まるのに提供先がある");
        return;
    }
    for (size_t i = 0; i < count; i++)
        if (!product_legal(k, i))
            return;
    if (count)
        PASS("each has a product it may have (%zu)", "提供先 %zu 件。いずれも提供可能な区分",
             count);
    else
        PASS("nobody is given anything", "提供先なし");
}

static bool partner_sound(const struct checking *k, size_t i)
{
    const struct auth_recipient *r = &k->auth->recipients.ptr[i];
    const struct trust_partner *p = k->c->trust ? trust_partner(k->c->trust, r->partner) : NULL;
    if (!p)
        FAIL("recipients[%zu]: the trust file has no profile of this partner",
             "recipients[%zu]: 相手国の登録が信頼ファイルにない", i);
    else if (!str_eq(p->equivalent_protection, S("attested")))
        FAIL("recipients[%zu]: its equivalent protection is not attested",
             "recipients[%zu]: 同等の保護措置が確認されていない", i);
    else if (!str_eq(p->onward_transfer, S("NO")) || !str_eq(r->onward_transfer, S("NO")))
        FAIL("recipients[%zu]: onward_transfer must be NO",
             "recipients[%zu]: onward_transfer は NO でなければならない", i);
    else if (!AMONG(p->products, r->product))
        FAIL("recipients[%zu]: the partner's profile does not cover " STR_FMT,
             "recipients[%zu]: 相手国の登録は " STR_FMT " に及ばない", i, STR_ARG(r->product));
    else if (!r->purpose.len || !str_eq(r->purpose, k->auth->purpose))
        FAIL("recipients[%zu]: it does not carry the authorisation's purpose",
             "recipients[%zu]: 認可の目的が付されていない", i);
    else
        return true;
    return false;
}

void verdict_partners(const struct checking *k)
{
    size_t partners = 0;
    for (size_t i = 0; i < k->auth->recipients.count; i++) {
        const struct law_recipient *row =
            law_recipient(k->c->law, k->auth->recipients.ptr[i].class_code);
        if (!row || !row->partner_profile)
            continue;
        partners++;
        if (!partner_sound(k, i))
            return;
    }
    if (partners)
        PASS("attested protection, no onward transfer (%zu)",
             "相手国 %zu。保護措置確認済み、再提供なし", partners);
    else
        NOT_ASKED("nothing goes abroad", "外国への提供はない");
}

void verdict_purpose(const struct checking *k)
{
    const struct law_purpose *p = law_purpose(k->c->law, k->auth->purpose);
    const struct auth_consent *c = k->auth->agreement ? k->auth->agreement->consent : NULL;
    if (!p)
        FAIL("the law tables know no purpose " STR_FMT, "目的 " STR_FMT " は法令表にない",
             STR_ARG(k->auth->purpose));
    else if (!p->needs_consent)
        PASS(STR_FMT, STR_FMT, STR_ARG(p->code));
    else if (!c)
        FAIL(STR_FMT " needs the party's consent, and there is none",
             STR_FMT " には協定当事者の同意が必要だが、ない", STR_ARG(p->code));
    else if (!str_eq(c->purpose, p->code) || c->until < k->auth->period.end)
        FAIL("the party's consent is for another purpose, or ends before the period",
             "同意の目的が異なるか、期間の終了前に失効する");
    else
        PASS(STR_FMT ", with the party's consent", STR_FMT "（協定当事者の同意あり）",
             STR_ARG(p->code));
}
