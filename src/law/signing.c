/* signing.c - the bytes behind each signature, and putting one on. See signing.h. */
#include "law/signing.h"

#include "core/encode.h"
#include "core/jcs.h"
#include "core/jsonw.h"
#include "core/time.h"

enum { SIGNATURE_TEXT_MAX = 2 * KEY_SIGNATURE_SIZE }; /* base64 */

static const struct {
    struct str text;
} sign_words[] = {
#define X(name, word) [SIGN_##name] = {S_(word)},
    SIGN_MAP(X)
#undef X
};

bool sign_role_named(struct str text, enum sign_role *ret)
{
    for (size_t i = 0; i < SIGN_ROLES; i++)
        if (str_eq(sign_words[i].text, text)) {
            *ret = (enum sign_role)i;
            return true;
        }
    return false;
}

struct str sign_role_text(enum sign_role role)
{
    return sign_words[role].text;
}

/* --- what is signed --- */

static bool is_apart(const struct json *member)
{
    return str_eq(member->key, S("decision")) || str_eq(member->key, S("signature"));
}

static void put_agreement(struct jsonw *w, const struct json *agreement)
{
    jw_object(w);
    for (json_each(m, agreement))
        if (!str_eq(m->key, S("party_sig")))
            jw_key_str(w, m->key), jw_value(w, m);
    jw_end(w);
}

bool authorisation_policy_hash(const struct json *tree, char out[POLICY_HASH_SIZE], struct err *e)
{
    AUTO(buf_drop) struct buf plain = BUF(2 * (size_t)AUTHORISATION_MAX);
    AUTO(buf_drop) struct buf canonical = BUF(2 * (size_t)AUTHORISATION_MAX);
    struct jsonw w = JSONW(&plain);
    uint8_t digest[SHA256_SIZE];
    jw_object(&w);
    for (json_each(m, tree)) {
        if (is_apart(m))
            continue;
        jw_key_str(&w, m->key);
        if (str_eq(m->key, S("agreement")) && m->kind == JSON_OBJECT)
            put_agreement(&w, m);
        else
            jw_value(&w, m);
    }
    jw_end(&w);
    if (!jcs_canonicalise(buf_str(&plain), &canonical, e))
        return err_wrap(e, "policy hash");
    sha256_of(buf_str(&canonical), digest);
    hex_write(out, digest, sizeof digest);
    out[POLICY_HASH_SIZE - 1] = '\0';
    return true;
}

void authorisation_signed_text(enum sign_role role, struct str policy_hash,
                               const struct auth_decision *d, struct buf *out)
{
    buf_put(out, S("hinomi authorisation v1\n"));
    buf_put(out, sign_role_text(role));
    buf_byte(out, '\n');
    buf_put(out, policy_hash);
    if (role != SIGN_COMMISSION || !d)
        return;
    buf_byte(out, '\n');
    buf_put(out, d->decided_at_text);
    buf_byte(out, '\n');
    for (size_t i = 0; i < d->conditions.count; i++) {
        if (i)
            buf_byte(out, '\n');
        buf_put(out, d->conditions.ptr[i]);
    }
}

bool authorisation_signed_by(const struct authorisation *auth, enum sign_role role,
                             const struct key_public *key,
                             const uint8_t signature[KEY_SIGNATURE_SIZE])
{
    AUTO(buf_drop) struct buf text = BUF(AUTHORISATION_MAX);
    authorisation_signed_text(role, (struct str){auth->policy_hash, POLICY_HASH_SIZE - 1},
                              auth->decision, &text);
    return !text.over && key_verify_raw(key, buf_str(&text), signature);
}

/* --- signing --- */

struct signing {
    struct arena *memory;
    const struct authorisation *auth;
    const struct authorisation_act *act;
    struct auth_decision decision; /* as it will be */
    struct key_public key;
    uint8_t sig[KEY_SIGNATURE_SIZE];
};

static bool holds(const struct signing *s, const struct key_public *named, struct err *e)
{
    return key_public_eq(&s->key, named) ||
           err_set(e, ERR_DENIED, "the authorisation names another key for this role");
}

static bool may_apply(const struct signing *s, struct err *e)
{
    bool own = s->auth->plays == CHANNEL_OWN;
    if (own != (s->act->role == SIGN_OWNER))
        return err_set(e, ERR_DENIED,
                       own ? "CH_OWN is signed by its owner" : "an owner signs only CH_OWN");
    if (s->auth->signature)
        return err_set(e, ERR_CONFLICT, "it is signed already");
    return holds(s, &s->auth->applicant.key, e);
}

static bool may_agree(const struct signing *s, struct err *e)
{
    if (!s->auth->agreement)
        return err_set(e, ERR_DENIED, "only an agreement is signed by a party");
    if (s->auth->agreement->has_party_sig)
        return err_set(e, ERR_CONFLICT, "the party has signed already");
    return holds(s, &s->auth->agreement->party_key, e);
}

static bool same_conditions(const struct auth_decision *d, const struct authorisation_act *act)
{
    if (act->condition_count && act->condition_count != d->conditions.count)
        return false;
    for (size_t i = 0; i < act->condition_count; i++)
        if (!str_eq(act->conditions[i], d->conditions.ptr[i]))
            return false;
    return true;
}

static bool one_line(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] < ' ')
            return false;
    return s.len != 0;
}

static bool first_to_decide(struct signing *s, char time[TIME_TEXT_SIZE], struct err *e)
{
    const struct authorisation_act *act = s->act;
    struct str *conditions = arena_array(s->memory, struct str, act->condition_count + 1);
    if (!conditions)
        return err_set(e, ERR_LIMIT, "too many conditions");
    for (size_t i = 0; i < act->condition_count; i++) {
        if (!one_line(act->conditions[i]))
            return err_set(e, ERR_INVALID, "a condition is one line, not empty");
        conditions[i] = act->conditions[i];
    }
    s->decision.decided_at = act->decided_at;
    s->decision.decided_at_text = time_format(act->decided_at, time);
    s->decision.policy_hash = (struct str){s->auth->policy_hash, POLICY_HASH_SIZE - 1};
    s->decision.conditions.ptr = conditions;
    s->decision.conditions.count = act->condition_count;
    return true;
}

/* The first member of the commission fixes time and conditions; the others sign the same. */
static bool may_decide(struct signing *s, char time[TIME_TEXT_SIZE], struct err *e)
{
    const struct authorisation *auth = s->auth;
    struct str hash = {auth->policy_hash, POLICY_HASH_SIZE - 1};
    if (auth->plays == CHANNEL_OWN || auth->plays == CHANNEL_AGREEMENT)
        return err_set(e, ERR_DENIED, "the commission decides on no such channel beforehand");
    if (!auth->signature ||
        !authorisation_signed_by(auth, SIGN_APPLICANT, &auth->applicant.key, auth->signature->sig))
        return err_set(e, ERR_DENIED, "its applicant has not signed it as it stands");
    if (!s->act->organisation.len)
        return err_set(e, ERR_INVALID, "a member of the commission signs for an organisation");
    if (!auth->decision)
        return first_to_decide(s, time, e);
    s->decision = *auth->decision;
    if (!str_eq(s->decision.policy_hash, hash))
        return err_set(e, ERR_CONFLICT, "the others decided on something else than what is here");
    if (!same_conditions(&s->decision, s->act))
        return err_set(e, ERR_CONFLICT, "the others decided under other conditions");
    for (size_t i = 0; i < s->decision.approved_by.count; i++)
        if (key_public_eq(&s->decision.approved_by.ptr[i].key, &s->key))
            return err_set(e, ERR_CONFLICT, "this member has signed already");
    return true;
}

static void put_key_and_sig(struct jsonw *w, const struct key_public *key,
                            const uint8_t sig[KEY_SIGNATURE_SIZE])
{
    AUTO(buf_drop) struct buf text = BUF(SIGNATURE_TEXT_MAX);
    char name[KEY_TEXT_SIZE];
    base64_put(&text, sig, KEY_SIGNATURE_SIZE);
    jw_member_str(w, "key", key_public_format(key, name));
    jw_member_str(w, "sig", buf_str(&text));
}

static void put_approval(struct jsonw *w, const struct auth_signature *by)
{
    jw_object(w);
    put_key_and_sig(w, &by->key, by->sig);
    jw_member_str(w, "role", by->role);
    jw_member_str(w, "organisation", by->organisation);
    jw_end(w);
}

static void put_decision(struct jsonw *w, const struct signing *s)
{
    const struct auth_decision *d = &s->decision;
    struct auth_signature mine = {.key = s->key,
                                  .role = S("COMMISSION"),
                                  .organisation = s->act->organisation};
    memcpy(mine.sig, s->sig, sizeof mine.sig);
    jw_key(w, "decision");
    jw_object(w);
    jw_key(w, "approved_by");
    jw_array(w);
    for (size_t i = 0; i < d->approved_by.count; i++)
        put_approval(w, &d->approved_by.ptr[i]);
    put_approval(w, &mine);
    jw_end(w);
    jw_key(w, "conditions");
    jw_array(w);
    for (size_t i = 0; i < d->conditions.count; i++)
        jw_str(w, d->conditions.ptr[i]);
    jw_end(w);
    jw_member_str(w, "decided_at", d->decided_at_text);
    jw_member_str(w, "policy_hash", d->policy_hash);
    jw_end(w);
}

static void put_party_sig(struct jsonw *w, const struct json *agreement, const struct signing *s)
{
    AUTO(buf_drop) struct buf text = BUF(SIGNATURE_TEXT_MAX);
    base64_put(&text, s->sig, sizeof s->sig);
    jw_key(w, "agreement");
    jw_object(w);
    for (json_each(m, agreement))
        jw_key_str(w, m->key), jw_value(w, m);
    jw_member_str(w, "party_sig", buf_str(&text));
    jw_end(w);
}

/* All members as they were, and the signature in its place. */
static bool write_signed(const struct signing *s, struct buf *out, struct err *e)
{
    AUTO(buf_drop) struct buf plain = BUF(2 * (size_t)AUTHORISATION_MAX);
    struct jsonw w = JSONW(&plain);
    enum sign_role role = s->act->role;
    jw_object(&w);
    for (json_each(m, s->auth->tree)) {
        if (role == SIGN_COMMISSION && str_eq(m->key, S("decision")))
            continue;
        if (role == SIGN_PARTY && str_eq(m->key, S("agreement")))
            continue;
        jw_key_str(&w, m->key);
        jw_value(&w, m);
    }
    if (role == SIGN_COMMISSION)
        put_decision(&w, s);
    else if (role == SIGN_PARTY)
        put_party_sig(&w, json_get(s->auth->tree, S("agreement")), s);
    else {
        jw_key(&w, "signature");
        jw_object(&w);
        put_key_and_sig(&w, &s->key, s->sig);
        jw_end(&w);
    }
    jw_end(&w);
    return jcs_canonicalise(buf_str(&plain), out, e);
}

bool authorisation_sign(struct str bytes, const struct authorisation_act *act, struct buf *out,
                        struct err *e)
{
    AUTO(arena_drop) struct arena memory = ARENA(AUTHORISATION_MEMORY);
    AUTO(buf_drop) struct buf text = BUF(AUTHORISATION_MAX);
    struct signing s = {.memory = &memory, .act = act, .key = key_public_of(act->key)};
    char time[TIME_TEXT_SIZE];
    if (!authorisation_parse(&memory, bytes, &s.auth, e))
        return false;
    bool may = act->role == SIGN_PARTY        ? may_agree(&s, e)
               : act->role == SIGN_COMMISSION ? may_decide(&s, time, e)
                                              : may_apply(&s, e);
    if (!may)
        return false;
    authorisation_signed_text(act->role, (struct str){s.auth->policy_hash, POLICY_HASH_SIZE - 1},
                              &s.decision, &text);
    if (text.over)
        return err_set(e, ERR_LIMIT, "too many conditions");
    key_sign_raw(act->key, buf_str(&text), s.sig);
    return write_signed(&s, out, e);
}
