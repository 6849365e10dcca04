/* permit_judge.c - who signed, with what right, and whether the law has such a thing. See permit.h. */
#include "verify/permit.h"

#include "core/time.h"

#define DAY (INT64_C(86400) * TIME_SECOND)

struct judging {
    const struct permit *permit;
    const struct office *office;
    const struct limits *limits;
    struct findings *found;
};

#define FAULT(j, code, ...) finding_add((j)->found, FINDING_##code, PERMIT_FILE, 0, __VA_ARGS__)

static struct str hash_of(const struct permit *p)
{
    return (struct str){p->policy_hash, sizeof p->policy_hash};
}

/* Is it a signature by that key, in that role, on this policy (and, for a member, on this decision)? */
static bool signed_as(const struct permit *p, struct str role, struct str key_text, struct str sig,
                      struct key_public *ret_key)
{
    AUTO(buf_drop) struct buf text = BUF((size_t)PERMIT_MOST);
    uint8_t signature[KEY_SIGNATURE_SIZE];
    struct err ignored = {0};
    buf_put(&text, S("hinomi authorisation v1\n"));
    buf_put(&text, role);
    buf_byte(&text, '\n');
    buf_put(&text, hash_of(p));
    if (str_eq(role, S("commission"))) {
        const struct json *conditions = json_get(p->decision, S("conditions"));
        buf_byte(&text, '\n');
        buf_put(&text, json_text(p->decision, S("decided_at")));
        buf_byte(&text, '\n');
        for (json_each(c, conditions)) {
            buf_put(&text, c->text);
            if (c->next)
                buf_byte(&text, '\n');
        }
    }
    return !text.over && key_public_parse(key_text, ret_key, &ignored) &&
           form_signature(sig, signature) && key_verify_raw(ret_key, buf_str(&text), signature);
}

/* --- the applicant --- */

static void judge_applicant(const struct judging *j, int64_t at)
{
    const struct permit *p = j->permit;
    const struct json *applicant = json_get(p->tree, S("applicant")),
                      *signature = json_get(p->tree, S("signature"));
    struct str key = json_text(applicant, S("key")), role = json_text(applicant, S("role")),
               organisation = json_text(applicant, S("organisation"));
    struct key_public read;
    if (!signature)
        FAULT(j, O3_09, "%s", "signature");
    else if (!str_eq(json_text(signature, S("key")), key))
        FAULT(j, O3_09, "%s", "signature.key");
    else if (!signed_as(p, p->own ? S("owner") : S("applicant"), key,
                        json_text(signature, S("sig")), &read))
        FAULT(j, O3_09, "%s", "signature.sig");
    else if (p->local)
        FAULT(j, N_05, "%s", "own.local");
    else if (!organisation.len || !office_held(j->office, &read, role, organisation, at) ||
             (!p->exercise && !limits_among(p->rules->applicants, role)))
        FAULT(j, O3_10, STR_FMT ", " STR_FMT, STR_ARG(role), STR_ARG(organisation));
}

static void judge_party(const struct judging *j)
{
    const struct permit *p = j->permit;
    const struct json *agreement = json_get(p->tree, S("agreement"));
    struct str key = json_text(agreement, S("party_key")),
               party = json_text(agreement, S("party_id"));
    struct key_public read;
    if (!signed_as(p, S("party"), key, json_text(agreement, S("party_sig")), &read))
        FAULT(j, O3_26, "%s", "agreement.party_sig");
    else if (!p->exercise &&
             (!party.len || !office_held(j->office, &read, S("PARTY"), party, p->start)))
        FAULT(j, O3_26, "agreement.party_key: " STR_FMT, STR_ARG(party));
    else if (str_eq(key, json_text(json_get(p->tree, S("applicant")), S("key"))))
        FAULT(j, O3_26, "%s", "agreement.party_key = applicant.key");
}

/* --- the commission --- */

static bool stands_twice(const struct json *members, const struct json *one)
{
    for (json_each(m, members)) {
        if (m == one)
            return false;
        if (str_eq(json_text(m, S("key")), json_text(one, S("key"))))
            return true;
    }
    return false;
}

/* FINDING_CODES when this member's approval counts, else what is wrong with it. */
static enum finding_code member_fault(const struct permit *p, const struct office *office,
                                      const struct json *member, int64_t decided_at)
{
    const struct json *applicant = json_get(p->tree, S("applicant"));
    struct str key_text = json_text(member, S("key")),
               organisation = json_text(member, S("organisation"));
    struct key_public key;
    if (!signed_as(p, S("commission"), key_text, json_text(member, S("sig")), &key))
        return FINDING_O3_13;
    if (p->exercise)
        return FINDING_CODES;
    if (!office || !organisation.len || !str_eq(json_text(member, S("role")), S("COMMISSION")) ||
        !office_held(office, &key, S("COMMISSION"), organisation, decided_at))
        return FINDING_O3_14;
    if (office_held_another(office, &key, S("COMMISSION")) ||
        str_eq(key_text, json_text(applicant, S("key"))) ||
        str_eq(organisation, json_text(applicant, S("organisation"))))
        return FINDING_O3_16;
    if (stands_twice(json_get(p->decision, S("approved_by")), member))
        return FINDING_O3_17;
    return FINDING_CODES;
}

int64_t permit_approvals(const struct permit *p, const struct office *office)
{
    int64_t decided_at, count = 0;
    if (!form_time(p->decision, S("decided_at"), &decided_at))
        return 0;
    for (json_each(m, json_get(p->decision, S("approved_by"))))
        count += member_fault(p, office, m, decided_at) == FINDING_CODES;
    return count;
}

static void judge_decision(const struct judging *j)
{
    const struct permit *p = j->permit;
    int64_t decided_at;
    size_t i = 0;
    if (!p->decision) {
        if (!p->exercise)
            FAULT(j, O3_11, "%s", "decision");
        return;
    }
    if (!form_time(p->decision, S("decided_at"), &decided_at)) {
        FAULT(j, O3_11, "%s", "decision.decided_at");
        return;
    }
    if (!str_eq(json_text(p->decision, S("policy_hash")), hash_of(p)))
        FAULT(j, O3_12, "decision.policy_hash " STR_FMT ", hashed " STR_FMT,
              STR_ARG(json_text(p->decision, S("policy_hash"))), STR_ARG(hash_of(p)));
    for (json_each(m, json_get(p->decision, S("approved_by")))) {
        enum finding_code fault = member_fault(p, j->office, m, decided_at);
        if (fault != FINDING_CODES)
            finding_add(j->found, fault, PERMIT_FILE, 0, "decision.approved_by[%zu], " STR_FMT, i,
                        STR_ARG(json_text(m, S("organisation"))));
        i++;
    }
    if (p->exercise)
        return;
    int64_t good = permit_approvals(p, j->office);
    if (good < j->limits->quorum)
        FAULT(j, O3_15, "%lld < %lld", (long long)good, (long long)j->limits->quorum);
    if (decided_at > p->start)
        FAULT(j, O3_18, "%s", "decision.decided_at > period.start");
}

/* --- the law --- */

static void judge_law(const struct judging *j)
{
    const struct permit *p = j->permit;
    const struct json *basis = json_get(p->tree, S("basis"));
    struct str direction = json_text(p->tree, S("direction"));
    int64_t most = p->rules->period_max_days * DAY;
    if (!str_eq(direction, p->rules->direction))
        FAULT(j, O3_19, STR_FMT ", " STR_FMT, STR_ARG(p->rules->code), STR_ARG(direction));
    if (p->end <= p->start || (most && p->end - p->start > most))
        FAULT(j, O3_20, "%lld d > %lld d", (long long)((p->end - p->start) / DAY),
              (long long)p->rules->period_max_days);
    if (!p->exercise && !limits_in_force(j->limits, basis, p->rules->code, p->start))
        FAULT(j, O3_21, STR_FMT " " STR_FMT "(" STR_FMT ")", STR_ARG(json_text(basis, S("act"))),
              STR_ARG(json_text(basis, S("article"))), STR_ARG(json_text(basis, S("paragraph"))));
    if (j->office && limits_among(j->office->revoked, p->auth_id))
        FAULT(j, O3_25, STR_FMT, STR_ARG(p->auth_id));
}

static void judge_fields(const struct judging *j)
{
    const struct permit *p = j->permit;
    for (json_each(f, p->record_fields)) {
        enum field_class class = limits_field(j->limits, f->text);
        bool may = class == FIELD_ALLOW || class == FIELD_FRAME || (class == FIELD_OWN && p->own) ||
                   (class == FIELD_NONID && limits_among(p->nonid_fields, f->text));
        if (!may)
            FAULT(j, O3_30, "record_fields: " STR_FMT, STR_ARG(f->text));
    }
}

static void judge_sensors(const struct judging *j)
{
    size_t i = 0;
    if (j->permit->own || !j->office)
        return;
    for (json_each(row, j->permit->sensors)) {
        struct str firmware = json_text(row, S("firmware_hash"));
        if (!limits_among(j->office->firmware, firmware))
            FAULT(j, O3_23, "sensors[%zu].firmware_hash " STR_FMT, i, STR_ARG(firmware));
        i++;
    }
}

void permit_judge(const struct permit *p, const struct office *office, const struct limits *limits,
                  struct findings *found)
{
    const struct judging j = {p, office, limits, found};
    int64_t at = p->start;
    if (!p->rules) {
        FAULT(&j, O3_19, STR_FMT, STR_ARG(p->channel));
        return;
    }
    if (p->exercise)
        FAULT(&j, N_07, "%s", "exercise");
    else if (p->decision)
        (void)form_time(p->decision, S("decided_at"), &at);
    judge_law(&j);
    judge_fields(&j);
    judge_sensors(&j);
    judge_applicant(&j, at);
    if (p->rules->approval == LIMITS_PARTIES)
        judge_party(&j);
    else if (p->rules->approval == LIMITS_QUORUM)
        judge_decision(&j);
}
