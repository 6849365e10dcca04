/* test_authorisation.c - reading and signing: each member that is missing or empty is named, nothing unknown is taken,
 * and an owner's authorisation made on the spot passes every check. */
#include "office.h"

#include "law/own.h"

static int opened(void **state)
{
    static struct office o;
    office_open(&o);
    *state = &o;
    return 0;
}

static int closed(void **state)
{
    struct office *o = *state;
    arena_drop(&o->memory);
    return 0;
}

static bool reads(struct office *o, struct str text, struct err *e)
{
    const struct authorisation *auth = NULL;
    *e = (struct err){0};
    return authorisation_parse(&o->memory, text, &auth, e);
}

/* Writes `v` without the member at `path`. */
static void write_without(struct jsonw *w, const struct json *v, const char *path, const char *here)
{
    char inner[200];
    size_t i = 0;
    if (v->kind != JSON_OBJECT && v->kind != JSON_ARRAY) {
        jw_value(w, v);
        return;
    }
    if (v->kind == JSON_OBJECT)
        jw_object(w);
    else
        jw_array(w);
    for (json_each(m, v)) {
        if (v->kind == JSON_OBJECT)
            snprintf(inner, sizeof inner, "%s%s" STR_FMT, here, *here ? "." : "", STR_ARG(m->key));
        else
            snprintf(inner, sizeof inner, "%s[%zu]", here, i++);
        if (strcmp(inner, path) == 0)
            continue;
        if (v->kind == JSON_OBJECT)
            jw_key_str(w, m->key);
        write_without(w, m, path, inner);
    }
    jw_end(w);
}

static size_t drop_each(struct office *o, const struct json *root, const struct json *v,
                        const char *here)
{
    static const char *const may_be_absent[] = {"decision", "signature", "agreement.party_sig"};
    size_t tried = 0, i = 0;
    char inner[160];
    for (json_each(m, v)) {
        if (v->kind == JSON_OBJECT)
            snprintf(inner, sizeof inner, "%s%s" STR_FMT, here, *here ? "." : "", STR_ARG(m->key));
        else
            snprintf(inner, sizeof inner, "%s[%zu]", here, i++);
        if (m->kind == JSON_OBJECT || m->kind == JSON_ARRAY)
            tried += drop_each(o, root, m, inner);
        bool optional = v->kind == JSON_ARRAY;
        for (size_t n = 0; n < COUNT(may_be_absent); n++)
            optional |= strcmp(inner, may_be_absent[n]) == 0;
        if (optional)
            continue;
        AUTO(buf_drop) struct buf text = BUF(1 << 20);
        struct jsonw w = JSONW(&text);
        struct err e;
        write_without(&w, root, inner, "");
        if (reads(o, buf_str(&text), &e))
            fail_msg("%s may be left out", inner);
        if (!strstr(e.text, inner) || !strstr(e.text, "missing"))
            fail_msg("without %s it says: %s", inner, e.text);
        tried++;
    }
    return tried;
}

static void a_member_left_out_is_named_r_016(void **state)
{
    struct office *o = *state;
    static const char *const channels[] = {"CH_OWN", "CH_AGREEMENT", "CH_FF"};
    size_t tried = 0;
    for (size_t i = 0; i < COUNT(channels); i++) {
        struct str text = office_signed(o, channels[i], office_draft(o, channels[i]));
        struct err e = {0};
        const struct json *tree = json_parse(&o->memory, text, &e);
        assert_non_null(tree);
        tried += drop_each(o, tree, tree, "");
    }
    assert_true(tried > 150);
}

static void what_is_no_authorisation_says_where(void **state)
{
    struct office *o = *state;
    static const struct {
        const char *label, *from, *to, *says;
    } cases[] = {
        {"unknown member", "\"purpose\"", "\"mood\":1,\"purpose\"", "mood: no such member"},
        {"unknown inside", "\"act_kind\"", "\"x\":1,\"act_kind\"", "target_act.x: no such member"},
        {"a second one", "\"purpose\"", "\"purpose\":\"x\",\"purpose\"", "purpose"},
        {"empty text", "\"carrier-1\"", "\"\"", "facility.carrier_id: empty"},
        {"blank necessity (R-005)", "\"asking the victims\"", "\" \"",
         "necessity.other_methods_considered[0]: empty"},
        {"no other method (R-005)", "[\"asking the victims\"]", "[]",
         "necessity.other_methods_considered: an empty list"},
        {"empty hash (R-005)", OFFICE_HASH("bb"), "", "necessity.suspicion_facts_hash: empty"},
        {"one hash for two (R-005)", OFFICE_HASH("cc"), OFFICE_HASH("bb"),
         "necessity.why_insufficient_hash: a copy"},
        {"facts as necessity (R-005)", OFFICE_HASH("cc"), OFFICE_HASH("aa"),
         "necessity.why_insufficient_hash: a copy"},
        {"upper-case hash", OFFICE_HASH("aa"), OFFICE_HASH("AA"), "target_act.facts_hash"},
        {"zero hash", OFFICE_FIRMWARE,
         "0000000000000000000000000000000000000000000000000000000000000000",
         "sensors[0].firmware_hash"},
        {"short id", "00112233445566778899aabbccddeeff", "00112233445566778899aabbccddee",
         "auth_id: not 32"},
        {"local time", "2028-01-01T00:00:00Z\",\"valid_to",
         "2028-01-01T09:00:00+09:00\",\"valid_to", "selectors[0].valid_from: not in UTC"},
        {"no time", "\"end\":\"2028-02-01T00:00:00Z\"", "\"end\":\"tomorrow\"", "period.end"},
        {"share of nothing", "0.25", "0", "facility.max_share_of_link"},
        {"more than the link", "0.25", "1.5", "facility.max_share_of_link"},
        {"negative rate", "1000000000", "-1", "facility.max_bps"},
        {"a number as text", "1000000000", "\"much\"", "facility.max_bps"},
        {"a list as text", "[\"l-1\"]", "\"l-1\"", "facility.link_ids: not a list"},
        {"no sensor", "\"sensors\":[", "\"sensors\":[],\"x\":[", "sensors: an empty list"},
        {"a control character", "tap-1", "tap\\u000a1", "control character"},
        {"another schema", "hinomi-authorisation-1", "hinomi-authorisation-2", "schema"},
        {"an owner's part", "\"purpose\"",
         "\"own\":{\"prefixes\":[],\"constituency\":[],\"carrier\":false,\"local\":true},"
         "\"purpose\"",
         "own: only CH_OWN"},
        {"an exercise's part", "\"purpose\"",
         "\"exercise\":{\"id\":\"x\",\"as_channel\":\"CH_FF\"},\"purpose\"",
         "exercise: only CH_EXERCISE"},
        {"an exercise of what", "\"channel\":\"CH_FF\"", "\"channel\":\"CH_EXERCISE\"",
         "exercise: missing"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct str text = office_change(o, office_draft(o, "CH_FF"), cases[i].from, cases[i].to);
        struct err e;
        if (reads(o, text, &e))
            fail_msg("%s: taken", cases[i].label);
        if (!strstr(e.text, cases[i].says))
            fail_msg("%s: it says: %s", cases[i].label, e.text);
    }
}

static void the_policy_hash_covers_all_but_signatures_and_decision(void **state)
{
    struct office *o = *state;
    struct str draft = office_draft(o, "CH_AGREEMENT");
    const char *before = office_read(o, draft)->policy_hash;
    struct str text = office_signed(o, "CH_AGREEMENT", draft);
    assert_string_equal(office_read(o, text)->policy_hash, before);
    draft = office_draft(o, "CH_FF");
    before = office_read(o, draft)->policy_hash;
    assert_string_equal(office_read(o, office_decide(o, draft, 3, NULL, "a"))->policy_hash, before);
    assert_string_not_equal(office_read(o, office_change(o, draft, "\"end\":\"2028-02-01",
                                                         "\"end\":\"2028-02-02"))
                                ->policy_hash,
                            before);
}

static void cannot_sign(struct office *o, struct str text, const struct authorisation_act *act,
                        const char *says)
{
    AUTO(buf_drop) struct buf out = BUF(16 << 20);
    struct err e = {0};
    assert_false(authorisation_sign(text, act, &out, &e));
    if (!strstr(e.text, says))
        fail_msg("it says: %s, not: %s", e.text, says);
    (void)o;
}

static void what_would_make_signatures_worthless_is_not_signed(void **state)
{
    struct office *o = *state;
    struct str draft = office_draft(o, "CH_FF"), applied = office_decide(o, draft, 0, NULL, NULL),
               decided = office_decide(o, draft, 1, NULL, "one"), condition = S("another"),
               lines = S("one\ntwo");
    struct authorisation_act pm = {.role = SIGN_APPLICANT, .key = &o->pm},
                             owner = {.role = SIGN_OWNER, .key = &o->pm},
                             other = {.role = SIGN_APPLICANT, .key = &o->stranger},
                             party = {.role = SIGN_PARTY, .key = &o->party},
                             member = {.role = SIGN_COMMISSION,
                                       .key = &o->members[0],
                                       .organisation = S("Commission")};
    cannot_sign(o, draft, &other, "names another key");
    cannot_sign(o, draft, &owner, "an owner signs only CH_OWN");
    cannot_sign(o, draft, &party, "only an agreement");
    cannot_sign(o, draft, &member, "its applicant has not signed");
    cannot_sign(o, applied, &pm, "signed already");
    cannot_sign(o, decided, &member, "this member has signed already");
    member.key = &o->members[1];
    member.conditions = &condition;
    member.condition_count = 1;
    cannot_sign(o, decided, &member, "other conditions");
    member.conditions = &lines;
    cannot_sign(o, applied, &member, "one line");
    struct str edited = office_change(o, decided, "\"end\":\"2028-02-01", "\"end\":\"2028-02-02");
    cannot_sign(o, edited, &member, "not signed it as it stands");
    cannot_sign(o, office_signed(o, "CH_OWN", office_draft(o, "CH_OWN")), &member,
                "the commission decides on no such channel");
}

static void an_own_network_is_authorised_on_the_spot(void **state)
{
    struct office *o = *state;
    AUTO(buf_drop) struct buf out = BUF(1 << 20);
    struct err e = {0};
    struct addr prefix;
    struct authorisation_context c = {.law = o->law};
    const struct authorisation *auth;
    assert_true(prefix_parse(S("192.0.2.0/24"), &prefix, &e));
    struct own_wish wish = {.organisation = S("desk"),
                            .key = &o->owner,
                            .firmware_hash = S(OFFICE_FIRMWARE),
                            .start = TIME_SECOND,
                            .end = 100 * TIME_SECOND};
    assert_true(authorisation_own_local(o->law, &wish, &out, &e));
    if (!authorisation_admit(&o->memory, buf_str(&out), &c, &auth, &e))
        fail_msg("%s", e.text);
    assert_true(auth->own->local && auth->canonical && !auth->recipients.count);
    buf_clear(&out);
    wish.prefixes = &prefix;
    wish.prefix_count = 1;
    wish.sensor = key_public_of(&o->sensor);
    wish.auth_id = S("00112233445566778899aabbccddeeff");
    assert_true(authorisation_own(o->law, &wish, &out, &e));
    if (!authorisation_admit(&o->memory, buf_str(&out), &c, &auth, &e))
        fail_msg("%s", e.text);
    assert_true(!auth->own->local && addr_eq(&auth->own->prefixes.ptr[0], &prefix));
    AUTO(buf_drop) struct buf again = BUF(1 << 20);
    assert_true(authorisation_own(o->law, &wish, &again, &e));
    assert_true(
        str_eq(buf_str(&out), buf_str(&again))); /* a wish with its id gives the same bytes */
}

static void a_trust_file_is_read_strictly(void **state)
{
    struct office *o = *state;
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"{}", "keys: missing"},
        {"{\"keys\":[],\"firmware\":[],\"x\":1}", "x: no such member"},
        {"{\"keys\":[{}],\"firmware\":[]}", "keys[0].key: missing"},
        {"{\"keys\":[],\"firmware\":[\"aa\"]}", "firmware[0]"},
        {"{\"schema\":\"other\",\"keys\":[],\"firmware\":[]}", "schema"},
        {"[]", "not an object"},
        {"{\"keys\":[{\"key\":\"ed25519:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\",\"role\":"
         "\"KING\",\"organisation\":\"x\",\"from\":\"2026-01-01T00:00:00Z\"}],\"firmware\":[]}",
         "keys[0].role: no role \"KING\""},
        {"{\"keys\":[{\"key\":\"ed25519:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\",\"role\":"
         "\"PM\",\"organisation\":\"x\",\"from\":\"2026-01-01T00:00:00Z\",\"to\":\"2025-01-01T00:"
         "00:00Z\"}],"
         "\"firmware\":[]}",
         "keys[0].to"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct trust *t = NULL;
        struct err e = {0};
        if (trust_read(&o->memory, office_str(cases[i].text), &t, &e))
            fail_msg("taken: %s", cases[i].text);
        if (!strstr(e.text, cases[i].says))
            fail_msg("%s: it says: %s", cases[i].text, e.text);
    }
}

static void offices_end(void **state)
{
    struct office *o = *state;
    struct key_public pm = key_public_of(&o->pm);
    struct err e = {0};
    int64_t within, after, before;
    assert_true(time_parse(S("2029-12-31T23:59:59Z"), &within, &e));
    assert_true(time_parse(S("2030-01-01T00:00:00Z"), &after, &e));
    assert_true(time_parse(S("2025-12-31T23:59:59Z"), &before, &e));
    assert_non_null(trust_holder(o->trust, &pm, S("PM"), within));
    assert_non_null(trust_holder(o->trust, &pm, STR_NONE, within));
    assert_null(trust_holder(o->trust, &pm, S("PM"), after));
    assert_null(trust_holder(o->trust, &pm, S("PM"), before));
    assert_null(trust_holder(o->trust, &pm, S("NCO"), within));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_member_left_out_is_named_r_016),
        cmocka_unit_test(what_is_no_authorisation_says_where),
        cmocka_unit_test(the_policy_hash_covers_all_but_signatures_and_decision),
        cmocka_unit_test(what_would_make_signatures_worthless_is_not_signed),
        cmocka_unit_test(an_own_network_is_authorised_on_the_spot),
        cmocka_unit_test(a_trust_file_is_read_strictly),
        cmocka_unit_test(offices_end),
    };
    return cmocka_run_group_tests(tests, opened, closed);
}
