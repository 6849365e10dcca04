/* test_verdict.c - the questions V01-V04, V06-V12, V14, V16-V18: what passes, and each way to fail with its sentence. */
#include "office.h"

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

static void a_sound_authorisation_of_each_channel_passes(void **state)
{
    struct office *o = *state;
    static const char *const channels[] = {"CH_AGREEMENT", "CH_FF", "CH_FD", "CH_DF", "CH_OWN"};
    for (size_t i = 0; i < COUNT(channels); i++)
        office_holds(o, channels[i], office_signed(o, channels[i], office_draft(o, channels[i])),
                     NULL);
}

/* over all channels and directions exactly four pass, and an owner's. R-011: none from home to home. */
static void v01_four_pairs_of_channel_and_direction_pass_and_the_own_one_r_010_r_011(void **state)
{
    struct office *o = *state;
    static const char *const channels[] = {"CH_AGREEMENT", "CH_FF", "CH_FD", "CH_DF", "CH_OWN"};
    static const char *const directions[] = {"FOREIGN_TO_FOREIGN",
                                             "FOREIGN_TO_DOMESTIC",
                                             "DOMESTIC_TO_FOREIGN",
                                             "DOMESTIC_TO_DOMESTIC",
                                             "OWN",
                                             "ANY"};
    size_t passed = 0;
    for (size_t c = 0; c < COUNT(channels); c++)
        for (size_t d = 0; d < COUNT(directions); d++) {
            const struct law_channel *row =
                law_channel(o->law, channel_named(office_str(channels[c])));
            char from[80], to[80];
            snprintf(from, sizeof from, "\"direction\":\"" STR_FMT "\"", STR_ARG(row->direction));
            snprintf(to, sizeof to, "\"direction\":\"%s\"", directions[d]);
            struct str text = office_change(o, office_draft(o, channels[c]), from, to);
            (void)office_check(o, text, NULL);
            bool passes = office_verdict(o, "V01")->outcome == VERDICT_PASS;
            passed += passes;
            if (passes != str_eq(row->direction, office_str(directions[d])))
                fail_msg("%s %s", channels[c], directions[d]);
            if (c < 4 && (d == 3 || d == 4))
                office_fails(o, directions[d], "V02", "no end abroad");
        }
    CHECK_INT(passed, 5, "pairs that pass");
}

static void v01_a_channel_that_is_none_fails_and_leaves_nothing_undecided(void **state)
{
    struct office *o = *state;
    struct str text = office_change(o, office_draft(o, "CH_FF"), "\"CH_FF\"", "\"CH_DD\"");
    assert_false(office_check(o, text, NULL));
    office_fails(o, "CH_DD", "V01", "is no channel");
    office_fails(o, "CH_DD", "V05", "without a known channel");
}

struct fault {
    const char *label, *channel, *from, *to, *id, *words;
};

#define S1 OFFICE_SELECTOR("s1", "domain", "c2.evil.example")
#define S2 OFFICE_SELECTOR("s2", "ipv4", "192.0.2.7")
#define FIELDS "\"src_ip\",\"dst_ip\",\"t_last\",\"mail_addr\""
#define FULL "{\"class\":\"ADMIN_ORGAN\",\"product\":\"FULL\"}"

static const struct fault faults[] = {
    {"own: no prefixes", "CH_OWN", "[\"198.51.100.0/25\"]", "[]", "V02", "own.prefixes is empty"},
    {"own: everything", "CH_OWN", "[\"198.51.100.0/25\"]", "[\"0.0.0.0/0\"]", "V02",
     "whole Internet"},
    {"own: beyond its constituency", "CH_OWN", "[\"198.51.100.0/25\"]", "[\"203.0.113.0/25\"]",
     "V02", "not inside own.constituency"},
    {"own: beyond what is registered", "CH_OWN",
     "[\"198.51.100.0/25\"],\"constituency\":[\"198.51.100.0/24\"]",
     "[\"203.0.113.0/25\"],\"constituency\":[\"203.0.113.0/24\"]", "V02", "has registered"},
    {"own: a carrier's subscribers", "CH_OWN", "\"carrier\":false", "\"carrier\":true", "V02",
     "not subscribers"},
    {"agreement: everything", "CH_AGREEMENT", "203.0.113.0/24", "::/0", "V02", "whole Internet"},
    {"FF too long (R-013)", "CH_FF", "2028-02-01T00:00:00Z\"},\"purpose",
     "2028-07-02T00:00:01Z\"},\"purpose", "V03", "longer than the 183 days"},
    {"FD too long (R-013)", "CH_FD", "2028-02-01T00:00:00Z\"},\"purpose",
     "2028-04-02T00:00:01Z\"},\"purpose", "V03", "longer than the 92 days"},
    {"it ends before it starts", "CH_OWN", "2028-02-01T00:00:00Z\"},\"purpose",
     "2027-02-01T00:00:00Z\"},\"purpose", "V03", "not after"},
    {"before the basis is in force (R-001)", "CH_FF", "\"start\":\"2028-01-01",
     "\"start\":\"2027-10-31", "V04", "LB01: the basis is in force from 2027-10-31T15:00:00"},
    {"a basis of no table (R-001)", "CH_FF", "\"article\":\"17\"", "\"article\":\"18\"", "V04",
     "LB01"},
    {"the basis of another channel (R-001)", "CH_FF", "\"article\":\"17\"", "\"article\":\"33\"",
     "V04", "LB01: this basis is for CH_DF"},
    {"a date of its own (R-001)", "CH_FF", "2027-10-31T15:00:00Z", "2026-10-31T15:00:00Z", "V04",
     "LB01: basis.effective_from"},
    {"no selector (R-017)", "CH_FF", S1 "," S2, "", "V06", "no selector"},
    {"an empty selector (R-017)", "CH_FF", "c2.evil.example", "", "V06", "selectors[0]: empty"},
    {"all IPv4 (R-017)", "CH_FF", S2, OFFICE_SELECTOR("s2", "prefix4", "0.0.0.0/0"), "V06",
     "broader than /24"},
    {"all IPv6 (R-017)", "CH_FF", S2, OFFICE_SELECTOR("s2", "prefix6", "::/0"), "V06",
     "broader than /48"},
    {"a broad network (R-017)", "CH_FF", S2, OFFICE_SELECTOR("s2", "prefix4", "192.0.2.0/23"),
     "V06", "broader than /24"},
    {"a broad IPv6 network (R-017)", "CH_FF", S2, OFFICE_SELECTOR("s2", "prefix6", "2001:db8::/47"),
     "V06", "broader than /48"},
    {"a top-level domain (R-017)", "CH_FF", S1, OFFICE_SELECTOR("s1", "domain-below", "jp"), "V06",
     "anybody may register"},
    {"a public suffix (R-017)", "CH_FF", S1, OFFICE_SELECTOR("s1", "domain-below", "co.jp"), "V06",
     "anybody may register"},
    {"not canonical (R-017)", "CH_FF", "c2.evil.example", "C2.evil.example", "V06", "selectors[0]"},
    {"an id twice", "CH_FF", "\"id\":\"s2\"", "\"id\":\"s1\"", "V06", "stands twice"},
    {"no grade", "CH_FF", "\"source_grade\":\"B2\"", "\"source_grade\":\"G7\"", "V06",
     "source_grade"},
    {"never valid", "CH_FF", "\"valid_to\":\"2028-02-01T00:00:00Z\"",
     "\"valid_to\":\"2028-01-01T00:00:00Z\"", "V06", "at no time valid"},
    {"a set for the state", "CH_FF", S1, OFFICE_SELECTOR("s1", "SET", "node"), "V06",
     "stands alone"},
    {"a set beside selectors", "CH_OWN", S1, OFFICE_SELECTOR("s1", "SET", "node"), "V06",
     "stands alone"},
    {"a set of everything", "CH_OWN", S1 "," S2, OFFICE_SELECTOR("s1", "SET", "all"), "V06",
     "\"node\" or \"feeds\""},
    {"a keyword (R-017)", "CH_FF", "\"domain\"", "\"KEYWORD\"", "V07", "what people say"},
    {"a name (R-017)", "CH_FF", "\"domain\"", "\"NAME\"", "V07", "what people say"},
    {"a regular expression (R-017)", "CH_FF", "\"domain\"", "\"FREE_REGEX\"", "V07",
     "what people say"},
    {"message text (R-017)", "CH_OWN", "\"domain\"", "\"MESSAGE_TEXT\"", "V07", "what people say"},
    {"a bare mail address (R-017)", "CH_FF", "\"domain\"", "\"MAIL_ADDR\"", "V07",
     "commission_specific_identifier=yes"},
    {"an unknown type", "CH_FF", "\"domain\"", "\"dns-answer\"", "V07", "know no type"},
    {"a denied field (R-019)", "CH_FF", FIELDS, FIELDS ",\"url_query\"", "V08", "never kept"},
    {"an owner's field (R-019)", "CH_FF", FIELDS, FIELDS ",\"tls_sni\"", "V08",
     "own networks alone"},
    {"a field of no list (R-019)", "CH_OWN", FIELDS, FIELDS ",\"mood\"", "V08", "in no list"},
    {"a field twice", "CH_FF", FIELDS, FIELDS ",\"src_ip\"", "V08", "stands twice"},
    {"an identifier in clear (R-022)", "CH_FF", "\"fields\":[\"mail_addr\"]", "\"fields\":[]",
     "V09", "not in nonid_profile"},
    {"a pseudonym of an address", "CH_FF", "\"fields\":[\"mail_addr\"]", "\"fields\":[\"src_ip\"]",
     "V09", "no field that becomes"},
    {"one custodian (R-023)", "CH_FF", "SPLIT", "NCO", "V09", "not SPLIT"},
    {"kept unselected (R-021)", "CH_FF", "IMMEDIATE", "LATER", "V10", "unselected"},
    {"kept too long (R-026)", "CH_FF", "\"selected_max_days\":90", "\"selected_max_days\":731",
     "V10", "731 is not 1 to 730"},
    {"kept for no time", "CH_FF", "\"selected_max_days\":90", "\"selected_max_days\":0", "V10",
     "selected_max_days"},
    {"never reviewed (R-026)", "CH_FF", "\"review_every_days\":30", "\"review_every_days\":31",
     "V10", "review_every_days"},
    {"users given all", "CH_FF", FULL, "{\"class\":\"USER\",\"product\":\"FULL\"}", "V11",
     "USER may not have FULL"},
    {"suppliers given analysis", "CH_FF", FULL,
     "{\"class\":\"SUPPLIER\",\"product\":\"RELEASABLE\"}", "V11",
     "SUPPLIER may not have RELEASABLE"},
    {"no such class", "CH_FF", FULL, "{\"class\":\"PRESS\",\"product\":\"FULL\"}", "V11",
     "no class"},
    {"no such product", "CH_FF", FULL, "{\"class\":\"ADMIN_ORGAN\",\"product\":\"RAW\"}", "V11",
     "no product"},
    {"own traffic as communications information (R-031)", "CH_OWN",
     "{\"class\":\"OPERATOR\",\"product\":\"RELEASABLE\"}", FULL, "V11", "does not feed FULL"},
    {"local, yet passed on", "CH_OWN", "\"local\":false", "\"local\":true", "V11", "stay local"},
    {"a foreign government unknown", "CH_FF", FULL,
     "{\"class\":\"FOREIGN_GOV\",\"product\":\"FULL\"}", "V12", "no profile"},
    {"a partner without attestation", "CH_FF", FULL,
     "{\"class\":\"FOREIGN_GOV\",\"product\":\"FULL\",\"partner\":\"lax\",\"purpose\":\"DAMAGE_"
     "PREVENTION\",\"onward_transfer\":\"NO\"}",
     "V12", "not attested"},
    {"onward transfer", "CH_FF", FULL,
     "{\"class\":\"FOREIGN_GOV\",\"product\":\"FULL\",\"partner\":\"good\",\"purpose\":\"DAMAGE_"
     "PREVENTION\",\"onward_transfer\":\"YES\"}",
     "V12", "must be NO"},
    {"a partner without purpose", "CH_FF", FULL,
     "{\"class\":\"FOREIGN_GOV\",\"product\":\"FULL\",\"partner\":\"good\",\"onward_transfer\":"
     "\"NO\"}",
     "V12", "purpose"},
    {"a product beyond the profile", "CH_FF", FULL,
     "{\"class\":\"FOREIGN_GOV\",\"product\":\"RELEASABLE\",\"partner\":\"good\",\"purpose\":"
     "\"DAMAGE_"
     "PREVENTION\",\"onward_transfer\":\"NO\"}",
     "V12", "does not cover"},
    {"criminal investigation (R-024)", "CH_FF", "\"DAMAGE_PREVENTION\"",
     "\"CRIMINAL_INVESTIGATION\"", "V14", "know no purpose"},
    {"another purpose without consent (R-025)", "CH_AGREEMENT", "\"DAMAGE_PREVENTION\"",
     "\"PARTY_CONSENTED\"", "V14", "consent"},
    {"another purpose where nobody could consent (R-025)", "CH_FF", "\"DAMAGE_PREVENTION\"",
     "\"PARTY_CONSENTED\"", "V14", "consent"},
    {"the whole link (R-030)", "CH_FF", "\"max_share_of_link\":0.25", "\"max_share_of_link\":1",
     "V16", "whole link"},
    {"no bound (R-030)", "CH_FD", "\"max_bps\":1000000000", "\"max_bps\":0", "V16", "no bound"},
};

static void each_fault_fails_its_own_question_and_says_why(void **state)
{
    struct office *o = *state;
    for (size_t i = 0; i < COUNT(faults); i++) {
        const struct fault *f = &faults[i];
        struct str text = office_change(o, office_draft(o, f->channel), f->from, f->to);
        text = office_signed(o, f->channel, text);
        (void)office_check(o, text, NULL);
        office_fails(o, f->label, f->id, f->words);
        for (size_t v = 0; v < VERDICTS; v++) /* and nothing else is blamed */
            if (o->report.verdicts[v].outcome == VERDICT_FAIL &&
                strcmp(o->report.verdicts[v].id, f->id) != 0)
                fail_msg("%s: also %s: %s", f->label, o->report.verdicts[v].id,
                         o->report.verdicts[v].en);
    }
}

static const struct fault fine[] = {
    {"183 days", "CH_FF", "2028-02-01T00:00:00Z\"},\"purpose", "2028-07-02T00:00:00Z\"},\"purpose",
     "V03", ""},
    {"92 days", "CH_DF", "2028-02-01T00:00:00Z\"},\"purpose", "2028-04-02T00:00:00Z\"},\"purpose",
     "V03", ""},
    {"from the day the basis is in force", "CH_FF", "\"start\":\"2028-01-01T00:00:00Z\"",
     "\"start\":\"2027-12-01T00:00:00Z\"", "V04", ""},
    {"the agreement's own length", "CH_AGREEMENT", "2028-02-01T00:00:00Z\"},\"purpose",
     "2031-02-01T00:00:00Z\"},\"purpose", "V03", ""},
    {"a network of the limit", "CH_FF", S2, OFFICE_SELECTOR("s2", "prefix4", "192.0.2.0/24"), "V06",
     ""},
    {"names under a registered one", "CH_FF", S1,
     OFFICE_SELECTOR("s1", "domain-below", "evil.co.jp"), "V06", ""},
    {"the node's set", "CH_OWN", S1 "," S2, OFFICE_SELECTOR("s1", "SET", "node"), "V07", ""},
    {"an owner's field", "CH_OWN", FIELDS, FIELDS ",\"tls_sni\"", "V08", ""},
    {"two years", "CH_FF", "\"selected_max_days\":90", "\"selected_max_days\":730", "V10", ""},
    {"a partner", "CH_FF", FULL,
     "{\"class\":\"FOREIGN_GOV\",\"product\":\"FULL\",\"partner\":\"good\",\"purpose\":\"DAMAGE_"
     "PREVENTION\",\"onward_transfer\":\"NO\"}",
     "V12", ""},
    {"the party consents", "CH_AGREEMENT", "\"art23_4_consent\":\"NONE\"",
     "\"art23_4_consent\":{\"purpose\":\"PARTY_CONSENTED\",\"until\":\"2028-02-01T00:00:00Z\"}",
     "V14", ""},
    {"own results stay here", "CH_OWN",
     "\"carrier\":false,\"local\":false},\"recipients\":[{\"class\":\"OPERATOR\",\"product\":"
     "\"RELEASABLE\"}]",
     "\"carrier\":false,\"local\":true},\"recipients\":[]", "V02", ""},
};

static void what_lies_on_the_limit_passes(void **state)
{
    struct office *o = *state;
    for (size_t i = 0; i < COUNT(fine); i++) {
        const struct fault *f = &fine[i];
        struct str text = office_change(o, office_draft(o, f->channel), f->from, f->to);
        office_holds(o, f->label, office_signed(o, f->channel, text), NULL);
        if (office_verdict(o, f->id)->outcome != VERDICT_PASS)
            fail_msg("%s: %s was not asked", f->label, f->id);
    }
}

static void v07_and_v16_yield_to_a_condition_of_the_decision(void **state)
{
    struct office *o = *state;
    struct str text = office_change(o, office_draft(o, "CH_FF"), "\"domain\"", "\"MAIL_ADDR\"");
    text = office_decide(o, text, 3, NULL, "commission_specific_identifier=yes");
    office_holds(o, "an identifier", text, NULL);
    text = office_change(o, office_draft(o, "CH_FF"), "\"max_share_of_link\":0.25",
                         "\"max_share_of_link\":1");
    office_holds(o, "whole link", office_decide(o, text, 3, NULL, "commission_whole_link=yes"),
                 NULL);
}

/* what the statute does not allow yet may be rehearsed, in a realm of its own. */
static void v04_an_exercise_does_not_wait_for_the_date_r_001(void **state)
{
    struct office *o = *state;
    struct str text = office_change(o, office_draft(o, "CH_FF"), "\"channel\":\"CH_FF\"",
                                    "\"exercise\":{\"id\":\"drill-1\",\"as_channel\":\"CH_FF\"},"
                                    "\"channel\":\"CH_EXERCISE\"");
    text = office_change(o, text, "\"start\":\"2028-01-01", "\"start\":\"2026-12-01");
    text = office_change(o, text, "\"end\":\"2028-02-01", "\"end\":\"2027-01-01");
    for (size_t i = 0; i < 2; i++)
        text = office_change(o, text, "\"valid_from\":\"2028", "\"valid_from\":\"2026");
    text = office_sign(o, text, &(struct office_act){.role = SIGN_APPLICANT, .key = &o->pm});
    office_holds(o, "exercise", text, NULL);
    CHECK_INT(office_verdict(o, "V04")->outcome, VERDICT_NOT_APPLICABLE, "V04");
    text = office_change(o, text, "FOREIGN_TO_FOREIGN", "FOREIGN_TO_DOMESTIC");
    (void)office_check(o, text, NULL);
    office_fails(o, "the rules of the channel played hold", "V01", "CH_FF takes in");
}

static void v18_other_bytes_for_the_same_object_fail(void **state)
{
    struct office *o = *state;
    struct str text = office_signed(o, "CH_OWN", office_draft(o, "CH_OWN"));
    struct str spaced = office_change(o, text, "{", "{ ");
    assert_false(office_check(o, spaced, NULL));
    office_fails(o, "a space", "V18", "canonical");
    spaced = office_change(o, text, "\"max_bps\":1000000000", "\"max_bps\":1000000000.0");
    const struct authorisation *auth = NULL;
    struct err e = {0};
    assert_false(authorisation_parse(&o->memory, spaced, &auth, &e));
}

static void v04_other_tables_must_be_registered_r_002(void **state)
{
    struct office *o = *state;
    struct law other = *o->law;
    struct authorisation_context c = {.law = &other, .trust = o->trust};
    struct str text = office_signed(o, "CH_FF", office_draft(o, "CH_FF"));
    other.built_in = false;
    assert_false(authorisation_check(&o->memory, office_read(o, text), &c, &o->report));
    office_fails(o, "not built in", "V04", "LB01: law tables other");
    struct trust listing = *o->trust;
    struct str hash[] = {S("0000000000000000000000000000000000000000000000000000000000000001")};
    listing.law_tables.ptr = hash;
    listing.law_tables.count = 1;
    c.trust = &listing;
    assert_false(authorisation_check(&o->memory, office_read(o, text), &c, &o->report));
    office_fails(o, "not registered", "V04", "registers");
    char hex[2 * SHA256_SIZE];
    hex_write(hex, other.hash, SHA256_SIZE);
    hash[0] = (struct str){hex, sizeof hex};
    assert_true(authorisation_check(&o->memory, office_read(o, text), &c, &o->report));
}

static void a_sensor_is_told_the_first_thing_that_is_wrong(void **state)
{
    struct office *o = *state;
    struct authorisation_context c = {.law = o->law, .trust = o->trust};
    const struct authorisation *auth = NULL;
    struct err e = {0};
    struct str text = office_signed(o, "CH_OWN", office_draft(o, "CH_OWN"));
    assert_true(authorisation_admit(&o->memory, text, &c, &auth, &e));
    assert_int_equal(auth->channel, CHANNEL_OWN);
    text = office_change(o, text, "IMMEDIATE", "LATER");
    assert_false(authorisation_admit(&o->memory, text, &c, &auth, &e));
    assert_int_equal(e.code, ERR_DENIED);
    assert_true(strncmp(e.text, "V05 (signatures): ", 18) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sound_authorisation_of_each_channel_passes),
        cmocka_unit_test(v01_four_pairs_of_channel_and_direction_pass_and_the_own_one_r_010_r_011),
        cmocka_unit_test(v01_a_channel_that_is_none_fails_and_leaves_nothing_undecided),
        cmocka_unit_test(each_fault_fails_its_own_question_and_says_why),
        cmocka_unit_test(what_lies_on_the_limit_passes),
        cmocka_unit_test(v07_and_v16_yield_to_a_condition_of_the_decision),
        cmocka_unit_test(v04_an_exercise_does_not_wait_for_the_date_r_001),
        cmocka_unit_test(v18_other_bytes_for_the_same_object_fail),
        cmocka_unit_test(v04_other_tables_must_be_registered_r_002),
        cmocka_unit_test(a_sensor_is_told_the_first_thing_that_is_wrong),
    };
    return cmocka_run_group_tests(tests, opened, closed);
}
