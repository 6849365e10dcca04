/* office.h - what the tests of law/ share: a sound authorisation of each channel, a trust file with everybody in office,
 * and a way to change one member by its path and to sign it all again. */
#pragma once

#include "core/encode.h"
#include "core/jcs.h"
#include "core/jsonw.h"
#include "core/time.h"
#include "law/signing.h"
#include "law/verdict.h"
#include "tests/check.h"

#include <stdio.h>
#include <string.h>

enum { OFFICE_MEMBERS = 5, OFFICE_MEMORY = 512 << 20 };

struct office {
    struct arena memory;
    const struct law *law;
    const struct trust *trust;
    struct key_secret pm, owner, party, sensor, stranger, members[OFFICE_MEMBERS];
    struct authorisation_report report;
};

static inline struct str office_str(const char *text)
{
    return (struct str){text, strlen(text)};
}

static inline struct key_secret office_key(uint8_t n)
{
    uint8_t seed[KEY_SEED_SIZE] = {n};
    struct key_secret key;
    key_from_seed(seed, &key);
    return key;
}

static inline const char *office_key_text(struct office *o, const struct key_secret *key)
{
    char text[KEY_TEXT_SIZE];
    struct key_public public = key_public_of(key);
    return arena_cstr(&o->memory, key_public_format(&public, text));
}

static inline void office_row(struct office *o, struct buf *b, const struct key_secret *key,
                              const char *role, const char *organisation)
{
    buf_fmt(
        b,
        "{\"key\":\"%s\",\"role\":\"%s\",\"organisation\":\"%s\",\"from\":\"2026-01-01T00:00:00Z\","
        "\"to\":\"2030-01-01T00:00:00Z\"},",
        office_key_text(o, key), role, organisation);
}

/* 64 hex digits that begin with these two. */
#define OFFICE_HASH(two) two "11111111111111111111111111111111111111111111111111111111111111"
#define OFFICE_FIRMWARE "1111111111111111111111111111111111111111111111111111111111111111"
#define OFFICE_REVOKED "ffffffffffffffffffffffffffffffff"

/* `more`: rows before the last, each with a comma after it; "" for none. */
static inline const struct trust *office_trust(struct office *o, const char *more)
{
    AUTO(buf_drop) struct buf b = BUF(1 << 16);
    const struct trust *t = NULL;
    struct err e = {0};
    buf_put(&b, S("{\"keys\":["));
    office_row(o, &b, &o->pm, "PM", "Cabinet Office");
    office_row(o, &b, &o->party, "PARTY", "Kita Electric");
    for (size_t i = 0; i < OFFICE_MEMBERS; i++)
        office_row(o, &b, &o->members[i], "COMMISSION", "Commission");
    buf_put(&b, office_str(more));
    buf_fmt(&b,
            "{\"key\":\"%s\",\"role\":\"OWNER\",\"organisation\":\"Waterworks\",\"from\":\"2026-01-"
            "01T00:00:"
            "00Z\",\"constituency\":[\"198.51.100.0/24\",\"2001:db8::/32\"]}],"
            "\"firmware\":[\"" OFFICE_FIRMWARE "\"],\"revoked\":[\"" OFFICE_REVOKED "\"],"
            "\"partners\":[{\"id\":\"good\",\"equivalent_protection\":\"attested\",\"onward_"
            "transfer\":\"NO\","
            "\"products\":[\"FULL\"]},"
            "{\"id\":\"lax\",\"equivalent_protection\":\"claimed\",\"onward_transfer\":\"NO\","
            "\"products\":["
            "\"FULL\"]}]}",
            office_key_text(o, &o->owner));
    if (!trust_read(&o->memory, arena_str(&o->memory, buf_str(&b)), &t, &e))
        fail_msg("trust file: %s", e.text);
    return t;
}

static inline void office_open(struct office *o)
{
    struct err e = {0};
    keys_init();
    o->memory = ARENA(OFFICE_MEMORY);
    if (!law_open(&o->memory, NULL, &o->law, &e))
        fail_msg("law tables: %s", e.text);
    o->pm = office_key(1);
    o->owner = office_key(2);
    o->party = office_key(3);
    o->sensor = office_key(4);
    o->stranger = office_key(5);
    for (size_t i = 0; i < OFFICE_MEMBERS; i++)
        o->members[i] = office_key((uint8_t)(10 + i));
    o->trust = office_trust(o, "");
}

/* The parts that all channels have, ordered as canonical JSON wants nothing: signing makes it canonical. */
#define OFFICE_COMMON                                                                              \
    "\"schema\":\"hinomi-authorisation-1\",\"auth_id\":\"00112233445566778899aabbccddeeff\","      \
    "\"target_act\":{\"campaign_id\":\"C-1\",\"act_kind\":\"intrusion\",\"protected_computers\":"  \
    "[\"grid control\"],\"facts_hash\":\"" OFFICE_HASH(                                            \
        "aa") "\"},"                                                                               \
              "\"necessity\":{\"suspicion_facts_hash\":\"" OFFICE_HASH(                            \
                  "bb") "\",\"other_methods_considered\":[\"asking the victims\"],"                \
                        "\"why_insufficient_hash\":\"" OFFICE_HASH(                                \
                            "cc") "\"},"                                                           \
                                  "\"facility\":{\"carrier_id\":\"carrier-1\",\"equipment_id\":"   \
                                  "\"tap-1\",\"link_ids\":[\"l-1\"],"                              \
                                  "\"max_share_of_link\":0.25,\"max_bps\":1000000000},"            \
                                  "\"record_fields\":[\"src_ip\",\"dst_ip\",\"t_last\",\"mail_"    \
                                  "addr\"],"                                                       \
                                  "\"nonid_profile\":{\"fields\":[\"mail_addr\"],\"key_custody\":" \
                                  "\"SPLIT\"},"                                                    \
                                  "\"retention\":{\"unselected\":\"IMMEDIATE\",\"selected_max_"    \
                                  "days\":90,\"review_every_days\":30},"                           \
                                  "\"period\":{\"start\":\"2028-01-01T00:00:00Z\",\"end\":\"2028-" \
                                  "02-01T00:00:00Z\"},"                                            \
                                  "\"purpose\":\"DAMAGE_PREVENTION\","

#define OFFICE_SELECTOR(id, type, value)                                                           \
    "{\"id\":\"" id "\",\"type\":\"" type "\",\"value\":\"" value                                  \
    "\",\"why_hash\":\"" OFFICE_HASH("dd") "\","                                                   \
                                           "\"source_grade\":\"B2\",\"valid_from\":\"2028-01-"     \
                                           "01T00:00:00Z\",\"valid_to\":\"2028-02-01T00:"          \
                                           "00:00Z\"}"

static inline struct str office_draft(struct office *o, const char *channel)
{
    bool own = strcmp(channel, "CH_OWN") == 0, agreement = strcmp(channel, "CH_AGREEMENT") == 0;
    const char *article = agreement                       ? "13"
                          : strcmp(channel, "CH_FF") == 0 ? "17"
                          : strcmp(channel, "CH_FD") == 0 ? "32"
                                                          : "33";
    const struct law_channel *row = law_channel(o->law, channel_named(office_str(channel)));
    AUTO(buf_drop) struct buf b = BUF(1 << 16);
    buf_fmt(&b,
            "{" OFFICE_COMMON "\"channel\":\"%s\",\"direction\":\"" STR_FMT
            "\",\"applicant\":{\"role\":\"%s\",\"organisation\":\"%s\",\"key\":\"%s\"},"
            "\"sensors\":[{\"key\":\"%s\",\"firmware_hash\":\"" OFFICE_FIRMWARE "\"}],",
            channel, STR_ARG(row->direction), own ? "OWNER" : "PM",
            own ? "Waterworks" : "Cabinet Office", office_key_text(o, own ? &o->owner : &o->pm),
            office_key_text(o, &o->sensor));
    if (own)
        buf_put(
            &b,
            S("\"basis\":{\"act\":\"OWN-NETWORK\",\"article\":\"-\",\"paragraph\":\"-\","
              "\"effective_from\":\"1970-01-01T00:00:00Z\"},"
              "\"own\":{\"prefixes\":[\"198.51.100.0/25\"],\"constituency\":[\"198.51.100.0/24\"],"
              "\"carrier\":false,\"local\":false},"
              "\"recipients\":[{\"class\":\"OPERATOR\",\"product\":\"RELEASABLE\"}],"));
    else
        buf_fmt(&b,
                "\"basis\":{\"act\":\"JP-42-2025\",\"article\":\"%s\",\"paragraph\":\"1\","
                "\"effective_from\":\"2027-10-31T15:00:00Z\"},"
                "\"recipients\":[{\"class\":\"ADMIN_ORGAN\",\"product\":\"FULL\"}],",
                article);
    if (agreement)
        buf_fmt(&b,
                "\"agreement\":{\"party_id\":\"Kita "
                "Electric\",\"party_key\":\"%s\",\"prefixes\":[\"203.0."
                "113.0/24\"],\"art23_4_consent\":\"NONE\"},",
                office_key_text(o, &o->party));
    buf_put(&b, S("\"selectors\":[" OFFICE_SELECTOR(
                    "s1", "domain", "c2.evil.example") "," OFFICE_SELECTOR("s2", "ipv4",
                                                                           "192.0.2.7") "]}"));
    return arena_str(&o->memory, buf_str(&b));
}

/* The one place where `from` stands becomes `to`. */
static inline struct str office_change(struct office *o, struct str text, const char *from,
                                       const char *to)
{
    AUTO(buf_drop) struct buf b = BUF(16 << 20);
    const char *at = memmem(text.ptr, text.len, from, strlen(from));
    if (!at)
        fail_msg("\"%s\" does not stand in the authorisation", from);
    size_t before = (size_t)(at - text.ptr);
    buf_put(&b, (struct str){text.ptr, before});
    buf_put(&b, office_str(to));
    buf_put(&b, str_skip(text, before + strlen(from)));
    return arena_str(&o->memory, buf_str(&b));
}

struct office_act {
    enum sign_role role;
    const struct key_secret *key;
    const char *at, *condition; /* NULL: 2027-10-01, none */
};

static inline struct str office_sign(struct office *o, struct str text,
                                     const struct office_act *how)
{
    AUTO(buf_drop) struct buf out = BUF(16 << 20);
    struct err e = {0};
    struct str condition = how->condition ? office_str(how->condition) : STR_NONE;
    struct authorisation_act act = {.role = how->role,
                                    .key = how->key,
                                    .organisation = S("Commission"),
                                    .conditions = &condition,
                                    .condition_count = how->condition != NULL};
    if (!time_parse(office_str(how->at ? how->at : "2027-10-01T00:00:00Z"), &act.decided_at, &e) ||
        !authorisation_sign(text, &act, &out, &e))
        fail_msg("signing: %s", e.text);
    return arena_str(&o->memory, buf_str(&out));
}

/* All who must sign, in their order; `members` of the commission. */
static inline struct str office_decide(struct office *o, struct str text, size_t members,
                                       const char *at, const char *condition)
{
    text = office_sign(o, text, &(struct office_act){.role = SIGN_APPLICANT, .key = &o->pm});
    for (size_t i = 0; i < members; i++)
        text = office_sign(o, text,
                           &(struct office_act){.role = SIGN_COMMISSION,
                                                .key = &o->members[i],
                                                .at = at,
                                                .condition = i ? NULL : condition});
    return text;
}

static inline struct str office_signed(struct office *o, const char *channel, struct str text)
{
    if (strcmp(channel, "CH_OWN") == 0)
        return office_sign(o, text, &(struct office_act){.role = SIGN_OWNER, .key = &o->owner});
    if (strcmp(channel, "CH_AGREEMENT") == 0) {
        text = office_sign(o, text, &(struct office_act){.role = SIGN_APPLICANT, .key = &o->pm});
        return office_sign(o, text, &(struct office_act){.role = SIGN_PARTY, .key = &o->party});
    }
    return office_decide(o, text, 3, NULL, NULL);
}

static inline const struct authorisation *office_read(struct office *o, struct str text)
{
    const struct authorisation *auth = NULL;
    struct err e = {0};
    if (!authorisation_parse(&o->memory, text, &auth, &e))
        fail_msg("%s", e.text);
    return auth;
}

static inline bool office_check(struct office *o, struct str text,
                                const struct authorisation *parent)
{
    struct authorisation_context c = {.law = o->law, .trust = o->trust, .parent = parent};
    return authorisation_check(&o->memory, office_read(o, text), &c, &o->report);
}

static inline const struct verdict *office_verdict(const struct office *o, const char *id)
{
    for (size_t i = 0; i < VERDICTS; i++)
        if (strcmp(o->report.verdicts[i].id, id) == 0)
            return &o->report.verdicts[i];
    fail_msg("no verdict %s", id);
    return NULL;
}

/* That question failed, and its sentence holds `words`. */
static inline void office_fails(struct office *o, const char *label, const char *id,
                                const char *words)
{
    const struct verdict *v = office_verdict(o, id);
    if (v->outcome != VERDICT_FAIL || !strstr(v->en, words) || !v->ja[0] ||
        strcmp(v->en, v->ja) == 0)
        fail_msg("%s: %s is %s: %s / %s; wanted a failure with \"%s\"", label, id,
                 verdict_outcome_text(v->outcome, false), v->en, v->ja, words);
}

/* Prints what failed, for a test that wanted none. */
static inline void office_holds(struct office *o, const char *label, struct str text,
                                const struct authorisation *parent)
{
    if (office_check(o, text, parent))
        return;
    for (size_t i = 0; i < VERDICTS; i++)
        if (o->report.verdicts[i].outcome == VERDICT_FAIL)
            fail_msg("%s: %s: %s", label, o->report.verdicts[i].id, o->report.verdicts[i].en);
}
