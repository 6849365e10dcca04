/* authorisation.c - reading an authorisation: the members, strictly, by tables. See authorisation.h. */
#include "law/authorisation.h"

#include "core/io.h"
#include "core/jcs.h"
#include "law/signing.h"
#include "shape_private.h"

/* A member of a part that is an anonymous struct of struct authorisation: offsets are from its start. */
#define PART(word, place, what, ...)                                                               \
    {                                                                                              \
        .name = S_(word), .kind = (what), .at = offsetof(struct authorisation, place), __VA_ARGS__ \
    }
#define MEMBER(member, what, ...) SHAPE_MEMBER(struct authorisation, member, what, __VA_ARGS__)

static const struct shape_member basis_members[] = {
    PART("act", basis.act, SHAPE_TEXT),
    PART("article", basis.article, SHAPE_TEXT),
    PART("paragraph", basis.paragraph, SHAPE_TEXT),
    PART("effective_from", basis.effective_from, SHAPE_TIME_UTC),
};
static const struct shape basis_shape = SHAPE(struct authorisation, basis_members);

static const struct shape_member applicant_members[] = {
    PART("role", applicant.role, SHAPE_TEXT),
    PART("organisation", applicant.organisation, SHAPE_TEXT),
    PART("key", applicant.key, SHAPE_KEY),
};
static const struct shape applicant_shape = SHAPE(struct authorisation, applicant_members);

static const struct shape_member target_members[] = {
    PART("campaign_id", target_act.campaign_id, SHAPE_TEXT),
    PART("act_kind", target_act.act_kind, SHAPE_TEXT),
    PART("protected_computers", target_act.protected_computers, SHAPE_TEXT, .list = true,
         .some = true),
    PART("facts_hash", target_act.facts_hash, SHAPE_HASH),
};
static const struct shape target_shape = SHAPE(struct authorisation, target_members);

static const struct shape_member necessity_members[] = {
    PART("suspicion_facts_hash", necessity.suspicion_facts_hash, SHAPE_HASH),
    PART("other_methods_considered", necessity.other_methods_considered, SHAPE_TEXT, .list = true,
         .some = true),
    PART("why_insufficient_hash", necessity.why_insufficient_hash, SHAPE_HASH),
};
static const struct shape necessity_shape = SHAPE(struct authorisation, necessity_members);

static const struct shape_member facility_members[] = {
    PART("carrier_id", facility.carrier_id, SHAPE_TEXT),
    PART("equipment_id", facility.equipment_id, SHAPE_TEXT),
    PART("link_ids", facility.link_ids, SHAPE_TEXT, .list = true, .some = true),
    PART("max_share_of_link", facility.max_share_of_link, SHAPE_SHARE),
    PART("max_bps", facility.max_bps, SHAPE_COUNT),
};
static const struct shape facility_shape = SHAPE(struct authorisation, facility_members);

static const struct shape_member nonid_members[] = {
    PART("fields", nonid.fields, SHAPE_TEXT, .list = true),
    PART("key_custody", nonid.key_custody, SHAPE_TEXT),
};
static const struct shape nonid_shape = SHAPE(struct authorisation, nonid_members);

static const struct shape_member retention_members[] = {
    PART("unselected", retention.unselected, SHAPE_TEXT),
    PART("selected_max_days", retention.selected_max_days, SHAPE_COUNT),
    PART("review_every_days", retention.review_every_days, SHAPE_COUNT),
};
static const struct shape retention_shape = SHAPE(struct authorisation, retention_members);

static const struct shape_member period_members[] = {
    PART("start", period.start, SHAPE_TIME_UTC),
    PART("end", period.end, SHAPE_TIME_UTC),
};
static const struct shape period_shape = SHAPE(struct authorisation, period_members);

static const struct shape_member selector_members[] = {
    SHAPE_MEMBER(struct auth_selector, id, SHAPE_TEXT),
    SHAPE_MEMBER(struct auth_selector, type, SHAPE_TEXT),
    SHAPE_MEMBER(struct auth_selector, value, SHAPE_WORD), /* an empty one fails V06 */
    SHAPE_MEMBER(struct auth_selector, why_hash, SHAPE_HASH),
    SHAPE_MEMBER(struct auth_selector, source_grade, SHAPE_TEXT),
    SHAPE_MEMBER(struct auth_selector, valid_from, SHAPE_TIME_UTC),
    SHAPE_MEMBER(struct auth_selector, valid_to, SHAPE_TIME_UTC),
};
static const struct shape selector_shape = SHAPE(struct auth_selector, selector_members);

static const struct shape_member recipient_members[] = {
    {.name = S_("class"), .kind = SHAPE_TEXT, .at = offsetof(struct auth_recipient, class_code)},
    SHAPE_MEMBER(struct auth_recipient, product, SHAPE_TEXT),
    SHAPE_MEMBER(struct auth_recipient, partner, SHAPE_TEXT, .optional = true),
    SHAPE_MEMBER(struct auth_recipient, purpose, SHAPE_TEXT, .optional = true),
    SHAPE_MEMBER(struct auth_recipient, onward_transfer, SHAPE_TEXT, .optional = true),
};
static const struct shape recipient_shape = SHAPE(struct auth_recipient, recipient_members);

static const struct shape_member sensor_members[] = {
    SHAPE_MEMBER(struct auth_sensor, key, SHAPE_KEY),
    SHAPE_MEMBER(struct auth_sensor, firmware_hash, SHAPE_HASH),
};
static const struct shape sensor_shape = SHAPE(struct auth_sensor, sensor_members);

static const struct shape_member member_members[] = {
    SHAPE_MEMBER(struct auth_signature, key, SHAPE_KEY),
    SHAPE_MEMBER(struct auth_signature, role, SHAPE_TEXT),
    SHAPE_MEMBER(struct auth_signature, organisation, SHAPE_TEXT),
    SHAPE_MEMBER(struct auth_signature, sig, SHAPE_SIG),
};
static const struct shape member_shape = SHAPE(struct auth_signature, member_members);

static const struct shape_member decision_members[] = {
    SHAPE_MEMBER(struct auth_decision, approved_by, SHAPE_OBJECT, .of = &member_shape,
                 .list = true),
    SHAPE_MEMBER(struct auth_decision, conditions, SHAPE_TEXT, .list = true),
    SHAPE_MEMBER(struct auth_decision, decided_at, SHAPE_TIME_UTC),
    SHAPE_MEMBER(struct auth_decision, policy_hash, SHAPE_HASH),
};
static const struct shape decision_shape = SHAPE(struct auth_decision, decision_members);

static const struct shape_member agreement_members[] = {
    SHAPE_MEMBER(struct auth_agreement, party_id, SHAPE_TEXT),
    SHAPE_MEMBER(struct auth_agreement, party_key, SHAPE_KEY),
    SHAPE_MEMBER(struct auth_agreement, prefixes, SHAPE_PREFIX, .list = true, .some = true),
    SHAPE_MEMBER(struct auth_agreement, party_sig, SHAPE_SIG, .optional = true),
    {.name = S_("art23_4_consent"), .kind = SHAPE_OTHER},
};
static const struct shape agreement_shape = SHAPE(struct auth_agreement, agreement_members);

static const struct shape_member consent_members[] = {
    SHAPE_MEMBER(struct auth_consent, purpose, SHAPE_TEXT),
    SHAPE_MEMBER(struct auth_consent, until, SHAPE_TIME_UTC),
};
static const struct shape consent_shape = SHAPE(struct auth_consent, consent_members);

static const struct shape_member own_members[] = {
    SHAPE_MEMBER(struct auth_own, prefixes, SHAPE_PREFIX, .list = true),
    SHAPE_MEMBER(struct auth_own, constituency, SHAPE_PREFIX, .list = true),
    SHAPE_MEMBER(struct auth_own, carrier, SHAPE_BOOL),
    SHAPE_MEMBER(struct auth_own, local, SHAPE_BOOL),
};
static const struct shape own_shape = SHAPE(struct auth_own, own_members);

static const struct shape_member exercise_members[] = {
    SHAPE_MEMBER(struct auth_exercise, id, SHAPE_TEXT),
    SHAPE_MEMBER(struct auth_exercise, as_channel, SHAPE_TEXT),
};
static const struct shape exercise_shape = SHAPE(struct auth_exercise, exercise_members);

static const struct shape_member signature_members[] = {
    SHAPE_MEMBER(struct auth_signature, key, SHAPE_KEY),
    SHAPE_MEMBER(struct auth_signature, sig, SHAPE_SIG),
};
static const struct shape signature_shape = SHAPE(struct auth_signature, signature_members);

#define INLINE(word, shape)                                                                        \
    {                                                                                              \
        .name = S_(word), .kind = SHAPE_OBJECT, .of = &(shape)                                     \
    }
#define MAYBE(member, shape) MEMBER(member, SHAPE_POINTER, .of = &(shape), .optional = true)
static const struct shape_member members[] = {
    MEMBER(schema, SHAPE_TEXT),
    MEMBER(auth_id, SHAPE_ID),
    MEMBER(parent_auth_id, SHAPE_ID, .optional = true),
    {.name = S_("channel"), .kind = SHAPE_TEXT, .at = offsetof(struct authorisation, channel_text)},
    INLINE("basis", basis_shape),
    INLINE("applicant", applicant_shape),
    INLINE("target_act", target_shape),
    INLINE("necessity", necessity_shape),
    INLINE("facility", facility_shape),
    MEMBER(direction, SHAPE_TEXT),
    MEMBER(selectors, SHAPE_OBJECT, .of = &selector_shape, .list = true),
    MEMBER(record_fields, SHAPE_TEXT, .list = true, .some = true),
    INLINE("nonid_profile", nonid_shape),
    INLINE("retention", retention_shape),
    MEMBER(recipients, SHAPE_OBJECT, .of = &recipient_shape, .list = true),
    INLINE("period", period_shape),
    MEMBER(sensors, SHAPE_OBJECT, .of = &sensor_shape, .list = true, .some = true),
    MEMBER(purpose, SHAPE_TEXT),
    MAYBE(decision, decision_shape),
    MAYBE(agreement, agreement_shape),
    MAYBE(own, own_shape),
    MAYBE(exercise, exercise_shape),
    MAYBE(signature, signature_shape),
};
static const struct shape authorisation_shape = SHAPE(struct authorisation, members);

static bool refuse(struct err *e, const char *member, const char *why)
{
    return err_set(e, ERR_INVALID, "%s: %s", member, why);
}

/* Which channel's rules hold, and that its own parts are there and nobody else's. */
static bool read_channel(struct authorisation *auth, struct err *e)
{
    auth->channel = auth->plays = channel_named(auth->channel_text);
    if (auth->exercise) {
        auth->plays = channel_named(auth->exercise->as_channel);
        if (auth->plays == CHANNEL_NONE || auth->plays == CHANNEL_EXERCISE)
            return refuse(e, "exercise.as_channel", "no channel that can be played");
    }
    if ((auth->channel == CHANNEL_EXERCISE) != (auth->exercise != NULL))
        return refuse(e, "exercise",
                      auth->exercise ? "only CH_EXERCISE has this member" : "missing");
    if ((auth->plays == CHANNEL_AGREEMENT) != (auth->agreement != NULL))
        return refuse(e, "agreement",
                      auth->agreement ? "only CH_AGREEMENT has this member" : "missing");
    if ((auth->plays == CHANNEL_OWN) != (auth->own != NULL))
        return refuse(e, "own", auth->own ? "only CH_OWN has this member" : "missing");
    return true;
}

/* "NONE", or for which purpose and until when. */
static bool read_consent(struct arena *a, struct authorisation *auth, struct err *e)
{
    if (!auth->agreement)
        return true;
    struct auth_agreement *changed = arena_new(a, struct auth_agreement);
    const struct json *part = json_get(auth->tree, S("agreement")),
                      *v = json_get(part, S("art23_4_consent"));
    if (!changed)
        return err_set(e, ERR_LIMIT, "too large an authorisation");
    *changed = *auth->agreement;
    changed->has_party_sig = json_get(part, S("party_sig")) != NULL;
    auth->agreement = changed;
    if (v->kind == JSON_STRING)
        return str_eq(v->text, S("NONE")) ||
               refuse(e, "agreement.art23_4_consent", "neither \"NONE\" nor an object");
    struct auth_consent *consent = arena_new(a, struct auth_consent);
    struct shape_reader r = {.memory = a, .e = e, .path = "agreement.art23_4_consent"};
    if (!consent)
        return err_set(e, ERR_LIMIT, "too large an authorisation");
    changed->consent = consent;
    return shape_read(&r, &consent_shape, v, consent);
}

static bool read_decided_at(struct arena *a, struct authorisation *auth, struct err *e)
{
    if (!auth->decision)
        return true;
    struct auth_decision *changed = arena_new(a, struct auth_decision);
    if (!changed)
        return err_set(e, ERR_LIMIT, "too large an authorisation");
    *changed = *auth->decision;
    changed->decided_at_text = json_text(json_get(auth->tree, S("decision")), S("decided_at"));
    auth->decision = changed;
    return true;
}

/* An empty statement, or one hash for two different statements, states nothing. */
static bool read_necessity(const struct authorisation *auth, struct err *e)
{
    struct str suspicion = auth->necessity.suspicion_facts_hash,
               why = auth->necessity.why_insufficient_hash;
    if (str_eq(suspicion, why))
        return refuse(e, "necessity.why_insufficient_hash", "a copy of suspicion_facts_hash");
    if (str_eq(why, auth->target_act.facts_hash))
        return refuse(e, "necessity.why_insufficient_hash", "a copy of target_act.facts_hash");
    return true;
}

static bool is_canonical(const struct authorisation *auth)
{
    AUTO(buf_drop) struct buf text = BUF(2 * (size_t)AUTHORISATION_MAX);
    struct err e = {0};
    return jcs_write(auth->tree, &text, &e) && str_eq(buf_str(&text), auth->bytes);
}

bool authorisation_parse(struct arena *a, struct str bytes, const struct authorisation **ret,
                         struct err *e)
{
    struct shape_reader r = {.memory = a, .e = e};
    if (bytes.len > AUTHORISATION_MAX)
        return err_set(e, ERR_LIMIT, "an authorisation of more than %d bytes", AUTHORISATION_MAX);
    struct authorisation *auth = arena_new(a, struct authorisation);
    if (!auth)
        return err_set(e, ERR_LIMIT, "too large an authorisation");
    auth->bytes = arena_str(a, bytes);
    auth->tree = json_parse(a, auth->bytes, e);
    if (!auth->tree || !shape_read(&r, &authorisation_shape, auth->tree, auth))
        return false;
    if (!str_eq(auth->schema, S(AUTHORISATION_SCHEMA)))
        return refuse(e, "schema", "not " AUTHORISATION_SCHEMA);
    if (!read_channel(auth, e) || !read_consent(a, auth, e) || !read_decided_at(a, auth, e) ||
        !read_necessity(auth, e) || !authorisation_policy_hash(auth->tree, auth->policy_hash, e))
        return false;
    auth->canonical = is_canonical(auth);
    *ret = auth;
    return true;
}

bool authorisation_load(struct arena *a, const char *path, const struct authorisation **ret,
                        struct err *e)
{
    struct str bytes;
    return file_read(a, path, AUTHORISATION_MAX, &bytes, e) &&
           (authorisation_parse(a, bytes, ret, e) || err_wrap(e, "%s", path));
}
