/* test_verdict_who.c - who signed, when, with what firmware, after which parent: V05, V13, V15, V17. */
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

static struct str decided(struct office *o, size_t members)
{
    return office_decide(o, office_draft(o, "CH_FF"), members, NULL, NULL);
}

static void fails(struct office *o, const char *label, struct str text, const char *id,
                  const char *words)
{
    assert_false(office_check(o, text, NULL));
    office_fails(o, label, id, words);
}

/* */
static void v05_one_signature_less_than_the_quorum_is_refused_r_012(void **state)
{
    struct office *o = *state;
    fails(o, "draft", office_draft(o, "CH_FF"), "V05", "applicant has not signed");
    fails(o, "no decision", decided(o, 0), "V05", "has not decided");
    fails(o, "one", decided(o, 1), "V05", "1 of the 3");
    fails(o, "two", decided(o, 2), "V05", "2 of the 3");
    office_holds(o, "three", decided(o, 3), NULL);
    office_holds(o, "five", decided(o, 5), NULL);
}

static void v05_signatures_of_others_do_not_count_r_012(void **state)
{
    struct office *o = *state;
    struct str text = decided(o, 2);
    struct office_act by = {.role = SIGN_COMMISSION, .key = &o->stranger};
    fails(o, "a stranger", office_sign(o, text, &by), "V05", "no such member");
    by.key = &o->pm;
    fails(o, "the applicant", office_sign(o, text, &by), "V05", "no such member");
    fails(o, "another organisation",
          office_change(o, decided(o, 3), "\"organisation\":\"Commission\"",
                        "\"organisation\":\"Committee\""),
          "V05", "no such member");
    by.key = &o->members[2];
    by.at = NULL;
    office_holds(o, "a member", office_sign(o, text, &by), NULL);
}

static void v05_who_ever_held_an_office_on_the_other_side_does_not_decide_r_012(void **state)
{
    struct office *o = *state;
    static const char *const roles[] = {"PM", "NCO", "POLICE", "MOD"};
    const struct trust *before = o->trust;
    struct str text = decided(o, 3);
    for (size_t i = 0; i < COUNT(roles); i++) {
        AUTO(buf_drop) struct buf row = BUF(4096);
        office_row(o, &row, &o->members[1], roles[i], "Elsewhere");
        buf_byte(&row, '\0');
        o->trust = office_trust(o, row.ptr);
        fails(o, roles[i], text, "V05", "also stands on the applicant's side");
    }
    o->trust = before;
}

/* The member of `text` after `after`, as it stands with its quotes. */
static struct str taken(struct office *o, struct str text, const char *after)
{
    const char *at = memmem(text.ptr, text.len, after, strlen(after));
    assert_non_null(at);
    at += strlen(after);
    size_t left = (size_t)(text.ptr + text.len - at);
    const char *end = memchr(at + 1, '"', left - 1);
    return arena_str(&o->memory, (struct str){at, (size_t)(end - at) + 1});
}

static void v05_a_signature_of_another_authorisation_is_refused_r_012(void **state)
{
    struct office *o = *state;
    struct str first = decided(o, 3);
    struct str other = office_change(o, office_draft(o, "CH_FF"), "\"campaign_id\":\"C-1\"",
                                     "\"campaign_id\":\"C-2\"");
    other = office_decide(o, other, 3, NULL, NULL);
    const char *mine = arena_cstr(&o->memory, taken(o, other, "\"sig\":")),
               *theirs = arena_cstr(&o->memory, taken(o, first, "\"sig\":"));
    fails(o, "replayed", office_change(o, other, mine, theirs), "V05", "not on this decision");
    /* one member's signature in two places */
    struct str two = decided(o, 2);
    const char *start = memmem(two.ptr, two.len, "\"approved_by\":[", 15);
    assert_non_null(start);
    start += 15;
    const char *end = memchr(start, '}', two.len - (size_t)(start - two.ptr));
    struct str once = {start, (size_t)(end - start) + 1};
    struct str twice = arena_fmt(&o->memory, STR_FMT "," STR_FMT, STR_ARG(once), STR_ARG(once));
    fails(o, "the same member twice",
          office_change(o, two, arena_cstr(&o->memory, once), twice.ptr), "V05", "counted twice");
}

static void v05_any_changed_byte_is_refused_r_012_r_013(void **state)
{
    struct office *o = *state;
    static const struct {
        const char *label, *from, *to;
    } edits[] = {
        {"the end of the period (R-013)", "\"end\":\"2028-02-01", "\"end\":\"2028-02-02"},
        {"a selector", "192.0.2.7", "192.0.2.8"},
        {"the rate", "\"max_bps\":1000000000", "\"max_bps\":2000000000"},
        {"a field", "\"t_last\"", "\"bytes\""},
        {"the channel", "CH_FF", "CH_FD"},
    };
    struct str text = decided(o, 3);
    for (size_t i = 0; i < COUNT(edits); i++)
        fails(o, edits[i].label, office_change(o, text, edits[i].from, edits[i].to), "V05",
              "not on this authorisation");
    fails(o, "a condition", office_change(o, text, "\"conditions\":[]", "\"conditions\":[\"a\"]"),
          "V05", "not on this decision");
    fails(o, "the time", office_change(o, text, "2027-10-01", "2027-10-02"), "V05",
          "not on this decision");
}

/* what an owner signed never becomes a statutory authorisation. */
static void v05_an_own_authorisation_cannot_be_relabelled_r_031(void **state)
{
    struct office *o = *state;
    struct str text = office_signed(o, "CH_OWN", office_draft(o, "CH_OWN"));
    const struct authorisation *own = office_read(o, text);
    struct str own_part = S(",\"own\":{\"carrier\":false,\"constituency\":[\"198.51.100.0/24\"],"
                            "\"local\":false,\"prefixes\":[\"198.51.100.0/25\"]}");
    struct str relabelled = office_change(o, text, arena_cstr(&o->memory, own_part), "");
    relabelled = office_change(o, relabelled, "CH_OWN", "CH_FF");
    relabelled = office_change(o, relabelled, "\"direction\":\"OWN\"",
                               "\"direction\":\"FOREIGN_TO_FOREIGN\"");
    const struct authorisation *stolen = office_read(o, relabelled);
    assert_string_not_equal(own->policy_hash, stolen->policy_hash);
    fails(o, "relabelled", relabelled, "V05", "not on this authorisation");
}

static void v05_owners_and_parties_sign_for_themselves_r_015(void **state)
{
    struct office *o = *state;
    struct str text = office_draft(o, "CH_AGREEMENT");
    text = office_sign(o, text, &(struct office_act){.role = SIGN_APPLICANT, .key = &o->pm});
    fails(o, "one side alone", text, "V05", "party has not signed");
    fails(o, "another party",
          office_change(o, office_signed(o, "CH_AGREEMENT", office_draft(o, "CH_AGREEMENT")),
                        "\"party_id\":\"Kita Electric\"", "\"party_id\":\"Minami Gas\""),
          "V05", "not on this authorisation");
    struct str own = office_change(o, office_draft(o, "CH_OWN"), "\"organisation\":\"Waterworks\"",
                                   "\"organisation\":\"Gasworks\"");
    fails(o, "another's name", office_signed(o, "CH_OWN", own), "V05", "does not know");
    own = office_change(o, office_draft(o, "CH_OWN"), "\"role\":\"OWNER\"", "\"role\":\"PM\"");
    fails(o, "no owner", office_signed(o, "CH_OWN", own), "V05", "no owner of a network");
}

static void v05_without_a_trust_file_no_office_is_known(void **state)
{
    struct office *o = *state;
    const struct trust *before = o->trust;
    o->trust = NULL;
    fails(o, "statutory", decided(o, 3), "V05", "no trust file");
    fails(o, "statutory", decided(o, 3), "V13", "no trust file");
    office_holds(o, "own", office_signed(o, "CH_OWN", office_draft(o, "CH_OWN")), NULL);
    o->trust = before;
}

static void v13_unregistered_firmware_is_refused_r_029(void **state)
{
    struct office *o = *state;
    struct str text =
        office_change(o, office_draft(o, "CH_FF"), OFFICE_FIRMWARE,
                      "1111111111111111111111111111111111111111111111111111111111111112");
    fails(o, "a byte", office_decide(o, text, 3, NULL, NULL), "V13", "not registered");
}

static struct str renewed(struct office *o, const char *parent_id)
{
    struct str text = office_change(o, office_draft(o, "CH_FF"),
                                    "\"auth_id\":\"00112233445566778899aabbccddeeff\"",
                                    "\"auth_id\":\"10112233445566778899aabbccddeeff\",\"parent_"
                                    "auth_id\":\"PARENT\"");
    text = office_change(o, text, "PARENT", parent_id);
    text = office_change(o, text, "\"article\":\"17\"", "\"article\":\"19\"");
    text = office_change(o, text, OFFICE_HASH("cc"), OFFICE_HASH("ce"));
    text = office_change(o, text, "\"start\":\"2028-01-01", "\"start\":\"2028-02-01");
    text = office_change(o, text, "\"end\":\"2028-02-01", "\"end\":\"2028-03-01");
    for (size_t i = 0; i < 2; i++)
        text = office_change(o, text, "\"valid_to\":\"2028-02-01", "\"valid_to\":\"2028-03-01");
    return text;
}

/* an extension is a decision of its own, on a parent that holds. */
static void v15_an_extension_needs_its_parent_and_a_decision_of_its_own_r_013(void **state)
{
    struct office *o = *state;
    static const char id[] = "00112233445566778899aabbccddeeff", later[] = "2028-01-20T00:00:00Z";
    const struct authorisation *parent = office_read(o, decided(o, 3)),
                               *undecided = office_read(o, decided(o, 2));
    struct str text = office_decide(o, renewed(o, id), 3, later, NULL);
    office_holds(o, "renewed", text, parent);
    fails(o, "no parent at hand", text, "V15", "not at hand");
    assert_false(office_check(o, text, undecided));
    office_fails(o, "a parent never approved", "V15", "never decided");
    assert_false(
        office_check(o, office_decide(o, renewed(o, OFFICE_REVOKED), 3, later, NULL), parent));
    office_fails(o, "another parent", "V15", "not the one named");
    assert_false(office_check(o, office_decide(o, renewed(o, id), 3, NULL, NULL), parent));
    office_fails(o, "no later decision", "V15", "not a later one");
    struct str copied = office_change(o, renewed(o, id), OFFICE_HASH("ce"), OFFICE_HASH("cc"));
    assert_false(office_check(o, office_decide(o, copied, 3, later, NULL), parent));
    office_fails(o, "necessity copied (R-005)", "V15", "copy of the parent's");
    struct str other = office_change(o, renewed(o, id), "\"C-1\"", "\"C-9\"");
    assert_false(office_check(o, office_decide(o, other, 3, later, NULL), parent));
    office_fails(o, "another act", "V15", "another act");
    struct str orphan =
        office_change(o, renewed(o, id), ",\"parent_auth_id\":\"00112233445566778899aabbccddeeff\"",
                      "");
    fails(o, "an extension of nothing", office_decide(o, orphan, 3, later, NULL), "V15",
          "names no parent");
    struct str first = office_change(o, renewed(o, id), "\"article\":\"19\"", "\"article\":\"17\"");
    assert_false(office_check(o, office_decide(o, first, 3, later, NULL), parent));
    office_fails(o, "not the basis of an extension", "V15", "not that of an extension");
}

static void v15_what_was_revoked_is_refused(void **state)
{
    struct office *o = *state;
    struct str text = office_change(o, office_draft(o, "CH_FF"), "00112233445566778899aabbccddeeff",
                                    OFFICE_REVOKED);
    fails(o, "revoked", office_decide(o, text, 3, NULL, NULL), "V15", "was revoked");
}

/* nothing is authorised in retrospect. */
static void v17_a_decision_after_the_start_is_refused(void **state)
{
    struct office *o = *state;
    struct str text = office_draft(o, "CH_FF");
    office_holds(o, "at the start", office_decide(o, text, 3, "2028-01-01T00:00:00Z", NULL), NULL);
    fails(o, "after", office_decide(o, text, 3, "2028-01-01T00:00:01Z", NULL), "V17",
          "in retrospect");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(v05_one_signature_less_than_the_quorum_is_refused_r_012),
        cmocka_unit_test(v05_signatures_of_others_do_not_count_r_012),
        cmocka_unit_test(v05_who_ever_held_an_office_on_the_other_side_does_not_decide_r_012),
        cmocka_unit_test(v05_a_signature_of_another_authorisation_is_refused_r_012),
        cmocka_unit_test(v05_any_changed_byte_is_refused_r_012_r_013),
        cmocka_unit_test(v05_an_own_authorisation_cannot_be_relabelled_r_031),
        cmocka_unit_test(v05_owners_and_parties_sign_for_themselves_r_015),
        cmocka_unit_test(v05_without_a_trust_file_no_office_is_known),
        cmocka_unit_test(v13_unregistered_firmware_is_refused_r_029),
        cmocka_unit_test(v15_an_extension_needs_its_parent_and_a_decision_of_its_own_r_013),
        cmocka_unit_test(v15_what_was_revoked_is_refused),
        cmocka_unit_test(v17_a_decision_after_the_start_is_refused),
    };
    return cmocka_run_group_tests(tests, opened, closed);
}
