/* test_tampered_authority.c - runs that are honest, and lies about the authorisation they stand on. */
#include "lies.h"

/* --- the authorisation --- */

LIE(another_policy_in_its_place)
{
    w->authorisation = replaced(w, w->authorisation, "2028-06-01", "2028-05-31");
}
LIE(a_policy_of_another_run)
{
    w->seals[2].policy = HASH_A;
}
LIE(another_auth_id_in_a_seal)
{
    w->seals[2].auth_id = "ffffffffffffffffffffffffffffffff";
}
LIE(an_authorisation_that_is_not_canonical)
{
    w->authorisation = arena_fmt(&w->memory, STR_FMT "\n", STR_ARG(w->authorisation));
}
LIE(an_authorisation_that_is_none)
{
    w->authorisation = S("{\"schema\":\"hinomi-authorisation-2\"}");
}
LIE(no_signature)
{
    w->no_signature = true;
}
LIE(signed_by_another)
{
    w->signs = &w->stranger;
}
LIE(an_applicant_without_office)
{
    w->applicant = w->signs = &w->stranger;
}
LIE(an_applicant_who_may_not_apply)
{
    w->applicant = w->signs = &w->nco;
    w->applicant_role = "NCO";
    w->applicant_org = "nco";
}
LIE(no_decision)
{
    w->no_decision = true;
}
LIE(a_decision_on_another_text)
{
    w->authorisation =
        replaced(w, w->authorisation, "\"review_every_days\":30", "\"review_every_days\":29");
}
LIE(two_members_instead_of_three)
{
    w->member_count = 2;
}
LIE(a_member_twice)
{
    w->member_keys[2] = w->member_keys[1];
    w->member_orgs[2] = w->member_orgs[1];
}
LIE(a_member_nobody_knows)
{
    w->member_keys[2] = &w->stranger;
}
LIE(a_member_of_the_applying_side)
{
    w->member_keys[2] = &w->nco;
    w->trust_more = arena_fmt(&w->memory,
                              ",{\"from\":\"2026-04-01T00:00:00Z\",\"key\":\"%s\",\"organisation\":"
                              "\"member-c\",\"role\":\"COMMISSION\"}",
                              key_text(w, &w->nco))
                        .ptr;
}
LIE(a_member_after_his_term)
{
    w->decided_at = "2025-12-20T00:00:00Z";
}
LIE(a_changed_condition)
{
    w->authorisation = replaced(w, w->authorisation, "keep it small", "keep it all..");
}
LIE(decided_afterwards)
{
    w->decided_at = "2028-01-05T00:00:00Z";
}
LIE(the_wrong_direction)
{
    w->direction = "DOMESTIC_TO_FOREIGN";
}
LIE(domestic_to_domestic)
{
    w->direction = "DOMESTIC_TO_DOMESTIC";
}
LIE(a_channel_that_is_none)
{
    w->channel = "CH_DD";
}
LIE(too_long_a_period)
{
    w->end = "2028-09-01T00:00:00Z";
}
LIE(a_basis_not_in_force)
{
    w->start = "2027-09-01T00:00:00Z";
    w->end = "2028-01-20T00:00:00Z";
    w->decided_at = "2027-08-20T00:00:00Z";
}
LIE(a_basis_of_another_channel)
{
    w->basis = "\"act\":\"JP-42-2025\",\"article\":\"32\",\"paragraph\":\"1\","
               "\"effective_from\":\"2027-11-01T00:00:00Z\"";
}
LIE(a_revoked_authorisation)
{
    w->revoked = "\"0123456789abcdef0123456789abcdef\"";
}
LIE(another_program)
{
    for (size_t i = 0; i < MINUTES; i++)
        edit(w, &w->seal_book, i, FIRMWARE, HASH_B);
}
LIE(the_old_period_still_running)
{
    w->end = "2028-01-10T00:03:00Z";
    w->start = "2028-01-09T00:00:00Z";
}

/* --- agreements --- */

LIE(a_party)
{
    w->channel = "CH_AGREEMENT";
    w->direction = "FOREIGN_TO_DOMESTIC";
    w->basis = "\"act\":\"JP-42-2025\",\"article\":\"13\",\"paragraph\":\"1\","
               "\"effective_from\":\"2027-11-01T00:00:00Z\"";
    w->no_decision = true;
    w->agreement = true;
}
LIE(a_party_that_did_not_sign)
{
    a_party(w);
    w->party_signs = &w->stranger;
}
LIE(a_party_nobody_knows)
{
    a_party(w);
    w->party = w->stranger;
    w->trust_party = &w->owner;
}
LIE(a_party_that_is_the_applicant)
{
    a_party(w);
    w->party = w->pm;
}

static const struct lie lies[] = {
    LINES(another_policy_in_its_place, "O3-03"),
    PLAN(a_policy_of_another_run, "O3-03"),
    PLAN(another_auth_id_in_a_seal, "O3-05"),
    LINES(an_authorisation_that_is_not_canonical, "O3-02"),
    LINES(an_authorisation_that_is_none, "O3-01"),
    PLAN(no_signature, "O3-09"),
    PLAN(signed_by_another, "O3-09"),
    PLAN(an_applicant_without_office, "O3-10"),
    PLAN(an_applicant_who_may_not_apply, "O3-10"),
    PLAN(no_decision, "O3-11"),
    LINES(a_decision_on_another_text, "O3-12"),
    PLAN(two_members_instead_of_three, "O3-15"),
    PLAN(a_member_twice, "O3-17"),
    PLAN(a_member_nobody_knows, "O3-14"),
    PLAN(a_member_of_the_applying_side, "O3-16"),
    PLAN(a_member_after_his_term, "O3-14"),
    LINES(a_changed_condition, "O3-13"),
    PLAN(decided_afterwards, "O3-18"),
    PLAN(the_wrong_direction, "O3-19"),
    PLAN(domestic_to_domestic, "O3-19"),
    PLAN(a_channel_that_is_none, "O3-19"),
    PLAN(too_long_a_period, "O3-20"),
    PLAN(a_basis_not_in_force, "O3-21"),
    PLAN(a_basis_of_another_channel, "O3-21"),
    PLAN(a_revoked_authorisation, "O3-25"),
    PLAN(a_party_that_did_not_sign, "O3-26"),
    PLAN(a_party_nobody_knows, "O3-26"),
    PLAN(a_party_that_is_the_applicant, "O3-26"),
    LINES(another_program, "O3-23"),
    PLAN(the_old_period_still_running, "O3-27"),
};

static void each_lie_is_found_under_its_code(void **state)
{
    (void)state;
    check_lies(lies, COUNT(lies));
}

/* --- what is honest --- */

LIE(honest)
{
    put_expected(w, 0, false);
    put_file(w->markers_path, S("absent-text\n"));
    w->options.markers = w->markers_path;
}
LIE(an_owner_by_a_listed_selector)
{
    w->channel = "CH_OWN";
    w->direction = "OWN";
    w->basis = "\"act\":\"OWN-NETWORK\",\"article\":\"-\",\"paragraph\":\"-\","
               "\"effective_from\":\"1970-01-01T00:00:00Z\"";
    w->applicant = w->signs = &w->owner;
    w->applicant_role = "OWNER";
    w->applicant_org = "grid";
    w->signer_role = "owner";
    w->no_decision = true;
    w->more = ",\"own\":{\"carrier\":false,\"constituency\":[],\"local\":false,\"prefixes\":[]}";
    w->fields = FIELDS ",\"tls_sni\"";
    w->records[2].extra = ",\"bytes\":1,\"tls_sni\":\"mail.example\"";
    w->nco = w->owner; /* whoever deletes here */
}
LIE(a_restart_declared)
{
    w->seals[2].events = "\"restart\"";
    w->seals[2].restarts = 1;
    w->seals[2].lost = 5;
    w->seals[2].carried_out = 0;
    w->seals[2].minute_us -= 60 * TIME_SECOND;
    w->seals[3].events = "\"policy_load\"";
    w->seals[3].carried_in = 0;
    w->seals[3].discarded -= 5;
}
LIE(an_open_run)
{
    drop_line(&w->seal_book, MINUTES - 1);
    w->options.running = true;
}

static void an_honest_run_is_sound(void **state)
{
    (void)state;
    static const struct {
        const char *label;
        struct tampering how;
    } runs[] = {
        {"statutory, with canary, markers and deletion", {.lines = honest}},
        {"an owner's, by a listed selector", {.plan = an_owner_by_a_listed_selector}},
        {"under an agreement", {.plan = a_party}},
        {"with a restart that is declared", {.sum = a_restart_declared}},
        {"copied while it runs", {.lines = an_open_run}},
    };
    for (size_t i = 0; i < COUNT(runs); i++) {
        AUTO(findings_drop) struct findings found = {0};
        struct world w = {.channel = NULL};
        struct run_totals totals;
        run_world(&w, &runs[i].how, &found, &totals);
        if (findings_faults(&found))
            print_found(&found);
        CHECK_INT(findings_faults(&found), 0, runs[i].label);
        CHECK_INT(totals.records, RECORDS - A_MINUTE, runs[i].label);
        CHECK_INT(totals.deleted, A_MINUTE, runs[i].label);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_honest_run_is_sound),
        cmocka_unit_test(each_lie_is_found_under_its_code),
    };
    keys_init();
    return cmocka_run_group_tests(tests, NULL, world_tidy);
}
