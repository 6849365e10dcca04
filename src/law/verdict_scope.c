/* verdict_scope.c - what may be taken in: direction, home traffic, period, basis, share, form (V01-V04, V16, V18). */
#include "verdict_private.h"

#include "core/time.h"

#define DAY (INT64_C(86400) * TIME_SECOND)

void verdict_direction(const struct checking *k)
{
    const struct authorisation *auth = k->auth;
    if (!k->rules)
        FAIL("\"" STR_FMT "\" is no channel", "「" STR_FMT "」という区分はない",
             STR_ARG(auth->channel_text));
    else if (!str_eq(auth->direction, k->rules->direction))
        FAIL(STR_FMT " takes in " STR_FMT ", not " STR_FMT,
             STR_FMT " で扱えるのは " STR_FMT " であり、" STR_FMT " ではない",
             STR_ARG(k->rules->code), STR_ARG(k->rules->direction), STR_ARG(auth->direction));
    else
        PASS(STR_FMT " takes in " STR_FMT, STR_FMT " の方向は " STR_FMT, STR_ARG(k->rules->code),
             STR_ARG(auth->direction));
}

/* --- V02: statutory channels reach no traffic between two ends at home; an owner only its own. --- */

static bool inside(const struct addr *prefix, const struct addr *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (addr_contains(&list[i], prefix))
            return true;
    return false;
}

/* What the owner's row in the trust file registers; NULL where there is none. */
static const struct trust_key *registration(const struct checking *k)
{
    return k->c->trust
               ? trust_holder(k->c->trust, &k->auth->applicant.key, STR_NONE, k->auth->period.start)
               : NULL;
}

static bool own_prefix(const struct checking *k, const struct addr *prefix)
{
    const struct law_parameters *p = &k->c->law->parameters;
    const struct auth_own *own = k->auth->own;
    const struct trust_key *row = registration(k);
    int64_t least = prefix->v6 ? p->carrier_prefix_v6 : p->carrier_prefix_v4;
    char text[ADDR_TEXT_SIZE];
    addr_format(prefix, text);
    if (!prefix->bits)
        FAIL("own.prefixes: %s is the whole Internet", "own.prefixes: %s はインターネット全体",
             text);
    else if (own->carrier && prefix->bits < least)
        FAIL("own.prefixes: %s is broader than /%d: a carrier lists its own hosts, not subscribers",
             "own.prefixes: %s は /%d より広い。事業者が挙げるのは自社ホストで、加入者ではない",
             text, (int)least);
    else if (!own->local && !inside(prefix, own->constituency.ptr, own->constituency.count))
        FAIL("own.prefixes: %s is not inside own.constituency",
             "own.prefixes: %s が own.constituency に含まれない", text);
    else if (row && row->constituency.count && !own->local &&
             !inside(prefix, row->constituency.ptr, row->constituency.count))
        FAIL("own.prefixes: %s is not among what the owner has registered",
             "own.prefixes: %s は所有者の登録範囲にない", text);
    else
        return true;
    return false;
}

static void own_scope(const struct checking *k)
{
    const struct auth_own *own = k->auth->own;
    const struct trust_key *row = registration(k);
    if (!own->local && !own->prefixes.count) {
        FAIL("own.prefixes is empty: an own network is listed, or its results stay local",
             "own.prefixes が空: 自組織の範囲を挙げるか、結果を手元に留める必要がある");
        return;
    }
    if (row && str_eq(row->role, S("CARRIER")) && !own->carrier) {
        FAIL("its owner is a carrier, but own.carrier is false",
             "所有者は電気通信事業者だが own.carrier が false");
        return;
    }
    for (size_t i = 0; i < own->prefixes.count; i++)
        if (!own_prefix(k, &own->prefixes.ptr[i]))
            return;
    if (own->prefixes.count)
        PASS("own traffic alone, in networks inside the constituency (%zu)",
             "自組織の通信のみ: 管轄内の %zu ネットワーク", own->prefixes.count);
    else
        PASS("results stay local and feed no node", "結果は手元に留まり、ノードへ送られない");
}

void verdict_not_home(const struct checking *k)
{
    const struct authorisation *auth = k->auth;
    bool abroad = false;
    if (auth->plays == CHANNEL_OWN) {
        own_scope(k);
        return;
    }
    for (size_t i = 0; i < k->c->law->channels.count; i++) {
        const struct law_channel *c = &k->c->law->channels.ptr[i];
        abroad |= c->statutory && str_eq(c->direction, auth->direction);
    }
    if (!abroad) {
        FAIL(STR_FMT " has no end abroad that the law names",
             STR_FMT " は法の定める国外の端を持たない", STR_ARG(auth->direction));
        return;
    }
    for (size_t i = 0; auth->agreement && i < auth->agreement->prefixes.count; i++)
        if (!auth->agreement->prefixes.ptr[i].bits) {
            FAIL("agreement.prefixes holds the whole Internet",
                 "agreement.prefixes にインターネット全体が含まれる");
            return;
        }
    PASS("one end at least lies abroad", "少なくとも一端が国外にある");
}

/* --- V03, V04 --- */

void verdict_period(const struct checking *k)
{
    int64_t start = k->auth->period.start, end = k->auth->period.end,
            most = k->rules->period_max_days;
    int64_t days = end > start ? (end - start + DAY - 1) / DAY : 0;
    if (end <= start)
        FAIL("period.end is not after period.start", "period.end が period.start より後でない");
    else if (most && (end - start) / DAY >= most && (end - start) > most * DAY)
        FAIL("%lld days are longer than the %lld days of " STR_FMT,
             "%lld 日は上限 %lld 日（" STR_FMT "）を超える", (long long)days, (long long)most,
             STR_ARG(k->rules->code));
    else if (most)
        PASS("%lld of at most %lld days", "上限 %2$lld 日のうち %1$lld 日", (long long)days,
             (long long)most);
    else
        PASS("%lld days; the channel has no limit of its own", "%lld 日。この区分に上限はない",
             (long long)days);
}

static bool tables_registered(const struct checking *k)
{
    const struct trust *t = k->c->trust;
    if (t && !trust_law(t, k->c->law->hash)) {
        FAIL("LB01: the law tables in use are not those that the trust file registers",
             "LB01: 使用中の法令表が信頼ファイルの登録と異なる");
        return false;
    }
    if (k->live && k->rules->statutory && !k->c->law->built_in && (!t || !t->law_tables.count)) {
        FAIL(
            "LB01: law tables other than the built-in ones are in use, and no trust file registers "
            "them",
            "LB01: 組込み以外の法令表が使われ、信頼ファイルに登録がない");
        return false;
    }
    return true;
}

static void basis_dates(const struct checking *k, const struct law_basis *row)
{
    char from[TIME_TEXT_SIZE], start[TIME_TEXT_SIZE], until[TIME_TEXT_SIZE];
    time_format(row->effective_from, from);
    time_format(row->effective_to, until);
    time_format(k->auth->period.start, start);
    if (k->auth->period.start < row->effective_from)
        FAIL("LB01: the basis is in force from %s, after the start %s",
             "LB01: 根拠規定の施行は %s で、開始 %s より後", from, start);
    else if (row->effective_to && k->auth->period.end > row->effective_to)
        FAIL("LB01: the basis is in force until %s, before the end",
             "LB01: 根拠規定は %s までで、終了より前に失効する", until);
    else
        PASS("in force since %s", "%s から施行", from);
}

void verdict_basis(const struct checking *k)
{
    const struct authorisation *auth = k->auth;
    const struct law_basis *row =
        law_basis(k->c->law, auth->basis.act, auth->basis.article, auth->basis.paragraph);
    if (!tables_registered(k))
        return;
    if (!row)
        FAIL("LB01: " STR_FMT " " STR_FMT "(" STR_FMT ") is in no law table",
             "LB01: " STR_FMT " 第 " STR_FMT " 条 " STR_FMT " 項は法令表にない",
             STR_ARG(auth->basis.act), STR_ARG(auth->basis.article),
             STR_ARG(auth->basis.paragraph));
    else if (!str_eq(row->channel, k->rules->code))
        FAIL("LB01: this basis is for " STR_FMT, "LB01: この根拠規定は " STR_FMT " のもの",
             STR_ARG(row->channel));
    else if (row->effective_from != auth->basis.effective_from)
        FAIL("LB01: basis.effective_from is not the law tables' date",
             "LB01: basis.effective_from が法令表の施行日と異なる");
    else if (!k->live)
        NOT_ASKED("a rehearsal does not wait for its basis to be in force",
                  "演習では施行日を問わない");
    else
        basis_dates(k, row);
}

/* --- V16, V18 --- */

void verdict_share(const struct checking *k)
{
    double share = k->auth->facility.max_share_of_link;
    if (!k->rules->part_of_link)
        NOT_ASKED(STR_FMT " is not held to a part of the link", STR_FMT " は回線の一部に限られない",
                  STR_ARG(k->rules->code));
    else if (!k->auth->facility.max_bps)
        FAIL("facility.max_bps is 0: duplication has no bound",
             "facility.max_bps が 0: 複製量に上限がない");
    else if (share < 1)
        PASS("at most %.3g of the link", "回線の最大 %.3g", share);
    else if (verdict_condition(k->auth, k->c->law->whole_link_condition))
        PASS("the whole link, as the decision says", "決定の条件により回線の全部");
    else
        FAIL("the whole link is asked for, and no condition of the decision allows it",
             "回線の全部を求めているが、決定の条件にない");
}

void verdict_canonical(const struct checking *k)
{
    if (k->auth->canonical)
        PASS("the bytes are their own canonical form", "バイト列は正規形");
    else
        FAIL("the bytes are not the canonical form (RFC 8785) of what they say",
             "バイト列が正規形（RFC 8785）でない");
}
