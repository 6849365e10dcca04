/* verdict_who.c - who decided, when, and on which sensors: V05, V13, V15, V17. */
#include "verdict_private.h"

#include "core/time.h"

/* --- V05 --- */

static bool same_key(const struct checking *k)
{
    const struct auth_signature *s = k->auth->signature;
    enum sign_role role = k->auth->plays == CHANNEL_OWN ? SIGN_OWNER : SIGN_APPLICANT;
    if (!s)
        FAIL("its applicant has not signed", "申請者の署名がない");
    else if (!key_public_eq(&s->key, &k->auth->applicant.key))
        FAIL("it is signed by another key than the applicant's", "申請者以外の鍵による署名");
    else if (!authorisation_signed_by(k->auth, role, &s->key, s->sig))
        FAIL("the applicant's signature is not on this authorisation",
             "申請者の署名がこの内容に対するものでない");
    else
        return true;
    return false;
}

/* Does the trust file give the applicant the office it claims? */
static bool applicant_known(const struct checking *k)
{
    const struct authorisation *auth = k->auth;
    int64_t at = auth->decision && k->live ? auth->decision->decided_at : auth->period.start;
    if (!k->c->trust) {
        FAIL("no trust file says whose key the applicant's is",
             "申請者の鍵を確かめる信頼ファイルがない");
        return false;
    }
    const struct trust_key *row =
        trust_holder(k->c->trust, &auth->applicant.key, auth->applicant.role, at);
    if (!row || !str_eq(row->organisation, auth->applicant.organisation))
        FAIL("the trust file does not know the applicant's key as " STR_FMT " of " STR_FMT,
             "申請者の鍵は信頼ファイルで " STR_FMT "（" STR_FMT "）と確認できない",
             STR_ARG(auth->applicant.role), STR_ARG(auth->applicant.organisation));
    else if (k->live && !AMONG(k->rules->applicants, auth->applicant.role))
        FAIL(STR_FMT " may not apply for " STR_FMT, STR_FMT " は " STR_FMT " を申請できない",
             STR_ARG(auth->applicant.role), STR_ARG(k->rules->code));
    else
        return true;
    return false;
}

static void owner_signed(const struct checking *k)
{
    if (!AMONG(k->rules->applicants, k->auth->applicant.role))
        FAIL(STR_FMT " is no owner of a network", STR_FMT " はネットワークの所有者でない",
             STR_ARG(k->auth->applicant.role));
    else if (!k->c->trust || k->auth->own->local)
        PASS("signed by its owner, for whom no trust file was asked",
             "所有者の署名あり（信頼ファイルとの照合なし）");
    else if (applicant_known(k))
        PASS("signed by its owner; this channel needs no decision",
             "所有者の署名あり。この区分に承認は不要");
}

static void parties_signed(const struct checking *k)
{
    const struct auth_agreement *a = k->auth->agreement;
    const struct trust_key *row =
        k->c->trust ? trust_holder(k->c->trust, &a->party_key, S("PARTY"), k->auth->period.start)
                    : NULL;
    if (!a->has_party_sig)
        FAIL("the party has not signed", "協定当事者の署名がない");
    else if (!authorisation_signed_by(k->auth, SIGN_PARTY, &a->party_key, a->party_sig))
        FAIL("the party's signature is not on this authorisation",
             "協定当事者の署名がこの内容に対するものでない");
    else if (key_public_eq(&a->party_key, &k->auth->applicant.key) ||
             str_eq(a->party_id, k->auth->applicant.organisation))
        FAIL("applicant and party are the same", "申請者と協定当事者が同一");
    else if (k->live && (!row || !str_eq(row->organisation, a->party_id)))
        FAIL("the trust file does not know the party's key as " STR_FMT,
             "協定当事者の鍵は信頼ファイルで " STR_FMT " と確認できない", STR_ARG(a->party_id));
    else
        PASS("signed by applicant and party", "申請者と協定当事者の署名あり");
}

/* One member's signature: good, by somebody who held that office then and never an office on the other side. */
static bool member_counts(const struct checking *k, size_t i)
{
    const struct authorisation *auth = k->auth;
    const struct auth_signature *by = &auth->decision->approved_by.ptr[i];
    const struct trust_key *row =
        trust_holder(k->c->trust, &by->key, S("COMMISSION"), auth->decision->decided_at);
    if (!authorisation_signed_by(auth, SIGN_COMMISSION, &by->key, by->sig))
        FAIL("approved_by[%zu]: the signature is not on this decision",
             "approved_by[%zu]: 署名がこの決定に対するものでない", i);
    else if (!str_eq(by->role, S("COMMISSION")) || !row ||
             !str_eq(row->organisation, by->organisation))
        FAIL("approved_by[%zu]: the trust file knows no such member of the commission then",
             "approved_by[%zu]: 当時の委員として信頼ファイルで確認できない", i);
    else if (trust_held_other(k->c->trust, &by->key, S("COMMISSION")) ||
             key_public_eq(&by->key, &auth->applicant.key) ||
             str_eq(by->organisation, auth->applicant.organisation))
        FAIL("approved_by[%zu]: this key or organisation also stands on the applicant's side",
             "approved_by[%zu]: この鍵または組織は申請側にも属する", i);
    else {
        for (size_t other = 0; other < i; other++)
            if (key_public_eq(&auth->decision->approved_by.ptr[other].key, &by->key)) {
                FAIL("approved_by[%zu]: this member is counted twice",
                     "approved_by[%zu]: 同じ委員が重複", i);
                return false;
            }
        return true;
    }
    return false;
}

static void commission_signed(const struct checking *k)
{
    const struct authorisation *auth = k->auth;
    const struct auth_decision *d = auth->decision;
    long long quorum = k->c->law->parameters.commission_quorum;
    if (!d) {
        FAIL("the commission has not decided", "委員会の承認がない");
        return;
    }
    if (!str_eq(d->policy_hash, (struct str){auth->policy_hash, POLICY_HASH_SIZE - 1})) {
        FAIL("the decision is on another text: its policy_hash differs",
             "決定の policy_hash が異なる: 別の内容に対する承認");
        return;
    }
    for (size_t i = 0; i < d->approved_by.count; i++)
        if (!member_counts(k, i))
            return;
    if ((long long)d->approved_by.count < quorum)
        FAIL("%zu of the %lld signatures that a decision needs", "署名 %zu。承認に必要な数は %lld",
             d->approved_by.count, quorum);
    else
        PASS("approved by %zu members (%lld needed)", "委員 %zu 名が承認（必要数 %lld）",
             d->approved_by.count, quorum);
}

/* A rehearsal's signatures are checked as far as they are there; offices are not. */
static void rehearsal_signed(const struct checking *k)
{
    const struct auth_decision *d = k->auth->decision;
    for (size_t i = 0; d && i < d->approved_by.count; i++)
        if (!authorisation_signed_by(k->auth, SIGN_COMMISSION, &d->approved_by.ptr[i].key,
                                     d->approved_by.ptr[i].sig)) {
            FAIL("approved_by[%zu]: the signature is not on this decision",
                 "approved_by[%zu]: 署名がこの決定に対するものでない", i);
            return;
        }
    PASS("signed by whoever runs the exercise; no decision of the commission is asked",
         "演習実施者の署名あり。委員会の承認は問わない");
}

void verdict_signed(const struct checking *k)
{
    if (!same_key(k))
        return;
    if (k->rules->approval == APPROVAL_OWNER) {
        owner_signed(k);
        return;
    }
    if (!applicant_known(k))
        return;
    if (k->rules->approval == APPROVAL_PARTIES)
        parties_signed(k);
    else if (k->live)
        commission_signed(k);
    else
        rehearsal_signed(k);
}

/* --- V13 --- */

void verdict_firmware(const struct checking *k)
{
    const struct authorisation *auth = k->auth;
    if (auth->plays == CHANNEL_OWN) {
        NOT_ASKED("an owner answers for its own sensors", "自組織のセンサーは所有者の責任");
        return;
    }
    if (!k->c->trust) {
        FAIL("no trust file says which firmware is registered",
             "登録済みファームウェアを示す信頼ファイルがない");
        return;
    }
    for (size_t i = 0; i < auth->sensors.count; i++)
        if (!trust_firmware(k->c->trust, auth->sensors.ptr[i].firmware_hash)) {
            FAIL("sensors[%zu]: its firmware is not registered",
                 "sensors[%zu]: ファームウェアが登録されていない", i);
            return;
        }
    PASS("the firmware of every sensor is registered (%zu)",
         "%zu 台すべてのファームウェアが登録済み", auth->sensors.count);
}

/* --- V15 --- */

/* The parent's own signatures, asked as they were then. */
static bool parent_decided(const struct checking *k)
{
    struct verdict answer;
    struct checking parent = *k;
    parent.auth = k->c->parent;
    parent.v = &answer;
    verdict_signed(&parent);
    return answer.outcome == VERDICT_PASS;
}

static bool parent_fits(const struct checking *k)
{
    const struct authorisation *auth = k->auth, *parent = k->c->parent;
    if (!str_eq(parent->auth_id, auth->parent_auth_id) || str_eq(auth->auth_id, parent->auth_id))
        FAIL("the parent at hand is not the one named", "手元の元の認可が指定されたものでない");
    else if (parent->channel != auth->channel || parent->plays != auth->plays ||
             !str_eq(parent->target_act.campaign_id, auth->target_act.campaign_id))
        FAIL("the parent is for another channel or another act",
             "元の認可の区分または対象行為が異なる");
    else if (auth->period.start < parent->period.start || auth->period.end <= parent->period.end)
        FAIL("its period does not go on from the parent's", "期間が元の認可に続いていない");
    else if (str_eq(auth->necessity.why_insufficient_hash, parent->necessity.why_insufficient_hash))
        FAIL("the statement of necessity is a copy of the parent's",
             "必要性の説明が元の認可の写しである");
    else
        return true;
    return false;
}

static void renewal_of(const struct checking *k)
{
    const struct authorisation *auth = k->auth, *parent = k->c->parent;
    if (!parent)
        FAIL("the parent that it names is not at hand", "指定された元の認可が手元にない");
    else if (!parent_fits(k))
        return;
    else if (k->c->trust && trust_revoked(k->c->trust, parent->auth_id))
        FAIL("the parent was rejected or revoked", "元の認可は却下または取り消されている");
    else if (!parent_decided(k))
        FAIL("the parent was never decided on as it stands", "元の認可が有効に承認されていない");
    else if (auth->decision && parent->decision &&
             auth->decision->decided_at <= parent->decision->decided_at)
        FAIL("its decision is not a later one than the parent's",
             "決定が元の認可の決定より後でない");
    else
        PASS("a decision of its own, after its parent's", "元の認可とは別の新たな決定");
}

void verdict_renewal(const struct checking *k)
{
    const struct authorisation *auth = k->auth;
    const struct law_basis *row =
        law_basis(k->c->law, auth->basis.act, auth->basis.article, auth->basis.paragraph);
    bool named = auth->parent_auth_id.len != 0;
    if (k->c->trust && trust_revoked(k->c->trust, auth->auth_id))
        FAIL("this authorisation itself was revoked", "この認可自体が取り消されている");
    else if (row && row->renewal && !named)
        FAIL("its basis is that of an extension, but it names no parent",
             "延長の根拠規定だが、元の認可の指定がない");
    else if (row && !row->renewal && named && k->rules->approval == APPROVAL_QUORUM)
        FAIL("it names a parent, but its basis is not that of an extension",
             "元の認可が指定されているが、延長の根拠規定でない");
    else if (!named)
        NOT_ASKED("it follows no other authorisation", "先行する認可はない");
    else
        renewal_of(k);
}

/* --- V17 --- */

void verdict_decided(const struct checking *k)
{
    const struct auth_decision *d = k->auth->decision;
    char at[TIME_TEXT_SIZE];
    if (k->rules->approval != APPROVAL_QUORUM) {
        if (d)
            FAIL("it has a decision, which this channel does not know",
                 "この区分にない決定が含まれている");
        else
            NOT_ASKED("this channel needs no decision", "この区分に承認は不要");
    } else if (!d && k->live)
        FAIL("there is no decision", "決定がない");
    else if (!d)
        NOT_ASKED("a rehearsal may do without a decision", "演習では決定を省ける");
    else if (d->decided_at > k->auth->period.start)
        FAIL("decided at %s, after its start: nothing is authorised in retrospect",
             "決定 %s は開始より後。事後の認可はできない", (time_format(d->decided_at, at), at));
    else
        PASS("decided at %s, before it starts", "決定 %s は開始前",
             (time_format(d->decided_at, at), at));
}
