/* test_tampered_books.c - lies about seals, the clock and deletion. */
#include "lies.h"

/* --- seals --- */

LIE(a_seal_lost)
{
    drop_line(&w->seal_book, 2);
}
LIE(two_seals_swapped)
{
    swap_lines(&w->seal_book, 2, 3);
}
LIE(a_seal_twice)
{
    insert_line(&w->seal_book, 3, w->seal_book.lines[2]);
}
LIE(a_counter_edited_on_the_disk)
{
    edit(w, &w->seal_book, 2, "\"n_in\":1000", "\"n_in\":1001");
}
LIE(a_seal_without_signature)
{
    w->seals[2].key = NULL;
}
LIE(a_seal_by_another_key)
{
    w->seals[2].key = &w->stranger;
}
LIE(the_last_seal_lost)
{
    drop_line(&w->seal_book, MINUTES - 1);
}
LIE(no_seal_left)
{
    w->seal_book.count = 0;
}
LIE(a_seal_not_canonical)
{
    edit(w, &w->seal_book, 2, "\"n_in\":1000", "\"n_in\":1e3");
}
LIE(a_seal_without_a_counter)
{
    edit(w, &w->seal_book, 2, "\"n_over_cap\":2,", "");
}
LIE(packets_that_vanish)
{
    w->seals[2].discarded -= 10;
}
LIE(a_counter_that_wraps)
{
    w->seals[2].matched = (UINT64_C(1) << 53);
}
LIE(packets_carried_and_never_came_back)
{
    w->seals[2].carried_in = 0;
    w->seals[2].discarded -= 5;
}
LIE(a_record_written_and_not_counted)
{
    w->seals[2].selected--;
    w->seals[2].by_ip--;
    w->seals[2].recorded--;
}
LIE(a_refusal_that_was_none)
{
    w->seals[2].refused = 0;
}
LIE(selectors_that_do_not_add_up)
{
    w->seals[2].by_ip++;
}
LIE(another_selectors_records)
{
    w->seals[2].by_name = 0;
    w->seals[2].by_ip = A_MINUTE + 1;
}
LIE(record_numbers_that_jump)
{
    w->seals[3].first++;
    w->seals[3].recorded--;
    w->seals[3].selected--;
    w->seals[3].by_ip--;
}
LIE(pseudonyms_not_counted)
{
    w->seals[2].nonid = 0;
}
LIE(records_of_no_packet)
{
    for (int i = 0; i < MINUTES; i++) {
        w->seals[i].discarded += w->seals[i].matched;
        w->seals[i].matched = 0;
    }
}
LIE(drained_and_still_carrying)
{
    w->seals[MINUTES - 1].carried_out = 5;
    w->seals[MINUTES - 1].discarded -= 5;
}
LIE(a_clock_set_back)
{
    w->seals[3].minute_us -= 120 * TIME_SECOND;
}
LIE(the_same_minute_again)
{
    w->seals[3].minute_us -= 60 * TIME_SECOND;
}
LIE(minutes_missing)
{
    for (int i = 3; i < MINUTES; i++)
        w->seals[i].minute_us += 300 * TIME_SECOND;
}
LIE(half_a_minute)
{
    w->seals[3].minute_us += 30 * TIME_SECOND;
}
LIE(a_restart_nobody_declared)
{
    w->seals[3].events = "\"policy_load\"";
}
LIE(a_restart_counted_and_not_told)
{
    w->seals[3].restarts = 1;
}
LIE(packets_lost_without_a_restart)
{
    w->seals[3].lost = 5;
    w->seals[3].discarded -= 5;
}
LIE(a_clock_step_not_told)
{
    w->seals[3].steps = 2;
}
LIE(collection_after_the_end)
{
    w->seals[3].events = "\"drained\",\"policy_unload\"";
    w->seals[3].carried_out = w->seals[4].carried_in = 0;
    w->seals[3].discarded += 5;
    w->seals[4].discarded -= 5;
}
LIE(a_beginning_cut_off)
{
    w->seals[0].events = "";
}
LIE(an_end_cut_off)
{
    w->seals[MINUTES - 1].events = "";
}
LIE(data_held_too_long)
{
    w->seals[2].residency_max = 61 * TIME_SECOND;
}
LIE(a_buffer_not_wiped)
{
    w->seals[2].zeroised = false;
}
LIE(an_event_nobody_knows)
{
    w->seals[2].events = "\"pause_logging\"";
}
LIE(a_number_that_is_skipped)
{
    for (size_t i = 3; i < MINUTES; i++)
        w->seals[i].seq++;
}
LIE(a_number_that_comes_again)
{
    for (size_t i = 3; i < MINUTES; i++)
        w->seals[i].seq--;
}
LIE(other_law_tables)
{
    w->revoked = "],\"law_tables\":[\"" HASH_A "\"";
}

/* --- deletion --- */

static void deletion(struct world *w, struct planned_deletion d)
{
    w->deletion_book.count = 0;
    add_line(&w->deletion_book, certificate(w, d));
}
LIE(records_gone_without_a_certificate)
{
    w->deletion_book.count = 0;
}
LIE(a_certificate_nobody_signed)
{
    struct planned_deletion d = honest_deletion(w);
    d.key = &w->stranger;
    deletion(w, d);
}
LIE(a_certificate_edited)
{
    edit(w, &w->deletion_book, 0, "2028-01-15", "2028-01-16");
}
LIE(a_certificate_that_is_none)
{
    add_line(&w->deletion_book, S("{}"));
}
LIE(a_certificate_of_another_authorisation)
{
    struct planned_deletion d = honest_deletion(w);
    d.auth_id = "ffffffffffffffffffffffffffffffff";
    deletion(w, d);
}
LIE(a_count_that_is_not_the_range)
{
    struct planned_deletion d = honest_deletion(w);
    d.count++;
    deletion(w, d);
}
LIE(half_a_minute_deleted)
{
    struct planned_deletion d = honest_deletion(w);
    d.last += 3;
    d.count += 3;
    deletion(w, d);
    for (int i = 0; i < 3; i++)
        drop_line(&w->record_book, DELETED_FIRST);
}
LIE(a_range_beyond_the_end)
{
    struct planned_deletion d = honest_deletion(w);
    d.first = 1000;
    d.last = 1007;
    add_line(&w->deletion_book, certificate(w, d));
}
LIE(a_range_twice)
{
    add_line(&w->deletion_book, w->deletion_book.lines[0]);
}
LIE(a_deleted_record_still_there)
{
    struct str back = replaced(w, w->record_book.lines[2], "\"n\":2", "\"n\":9");
    insert_line(&w->record_book, DELETED_FIRST, back);
}
LIE(a_key_that_was_not_destroyed)
{
    w->destroyed_book.count = 0;
}
LIE(certified_before_it_was_done)
{
    struct planned_deletion d = honest_deletion(w);
    d.t = "2028-01-12T00:00:00Z";
    deletion(w, d);
}
LIE(deleted_before_it_was_made)
{
    struct planned_deletion d = honest_deletion(w);
    d.t = "2028-01-09T00:00:00Z";
    deletion(w, d);
}
LIE(a_key_destroyed_in_silence)
{
    add_line(&w->destroyed_book, destruction(w, 1, "k7", "2028-01-15T00:00:00Z", &w->nco));
}
LIE(a_destruction_by_a_stranger)
{
    w->destroyed_book.count = 0;
    add_line(&w->destroyed_book, destruction(w, 0, "k1", "2028-01-14T00:00:00Z", &w->stranger));
}
LIE(a_destruction_log_with_a_gap)
{
    struct str line = destruction(w, 1, "k7", "2028-01-15T00:00:00Z", &w->nco);
    add_line(&w->destroyed_book, destruction(w, 1, "k8", "2028-01-15T00:00:00Z", &w->nco));
    add_line(&w->destroyed_book, line);
}
LIE(a_destroyed_key_that_is_still_held)
{
    add_line(&w->key_book, key_line(w, "k9", data_keys[0]));
}
LIE(a_sample_that_proves_nothing)
{
    w->key_book.count = 0;
}
LIE(a_method_that_is_none)
{
    struct planned_deletion d = honest_deletion(w);
    d.method = "MARKED_AS_DELETED";
    deletion(w, d);
}

static const struct lie lies[] = {
    LINES(other_law_tables, "O3-24"),
    LINES(a_seal_lost, "O6-03"),
    LINES(a_seal_lost, "O2-10"),
    LINES(two_seals_swapped, "O6-04"),
    LINES(a_seal_twice, "O6-04"),
    LINES(a_counter_edited_on_the_disk, "O6-06"),
    LINES(a_counter_edited_on_the_disk, "O6-05"),
    SUM(a_seal_without_signature, "O6-07"),
    SUM(a_seal_by_another_key, "O6-19"),
    SUM(a_seal_by_another_key, "O3-22"),
    LINES(the_last_seal_lost, "O6-14"),
    LINES(no_seal_left, "O6-01"),
    LINES(a_seal_not_canonical, "O6-02"),
    LINES(a_seal_without_a_counter, "O6-02"),
    SUM(packets_that_vanish, "O2-01"),
    SUM(a_counter_that_wraps, "O2-01"),
    SUM(packets_carried_and_never_came_back, "O2-04"),
    SUM(a_record_written_and_not_counted, "O2-05"),
    SUM(a_refusal_that_was_none, "O2-02"),
    SUM(selectors_that_do_not_add_up, "O2-03"),
    SUM(another_selectors_records, "O2-11"),
    SUM(record_numbers_that_jump, "O2-06"),
    SUM(pseudonyms_not_counted, "O2-12"),
    SUM(records_of_no_packet, "O2-14"),
    SUM(drained_and_still_carrying, "O2-13"),
    SUM(a_clock_set_back, "O6-08"),
    SUM(the_same_minute_again, "O6-08"),
    SUM(minutes_missing, "O6-09"),
    SUM(half_a_minute, "O6-20"),
    SUM(a_restart_nobody_declared, "O6-10"),
    SUM(a_restart_counted_and_not_told, "O6-13"),
    SUM(packets_lost_without_a_restart, "O6-13"),
    SUM(a_clock_step_not_told, "O6-13"),
    SUM(collection_after_the_end, "O6-11"),
    SUM(a_beginning_cut_off, "O6-12"),
    SUM(an_end_cut_off, "O6-14"),
    SUM(data_held_too_long, "O6-15"),
    SUM(a_buffer_not_wiped, "O6-16"),
    SUM(an_event_nobody_knows, "O6-17"),
    SUM(a_number_that_is_skipped, "O6-03"),
    SUM(a_number_that_comes_again, "O6-04"),
    LINES(records_gone_without_a_certificate, "O2-08"),
    LINES(a_certificate_nobody_signed, "O7-02"),
    LINES(a_certificate_edited, "O7-02"),
    LINES(a_certificate_that_is_none, "O7-01"),
    LINES(a_certificate_of_another_authorisation, "O7-03"),
    LINES(a_count_that_is_not_the_range, "O7-04"),
    LINES(half_a_minute_deleted, "O7-05"),
    LINES(a_range_beyond_the_end, "O7-05"),
    LINES(a_range_twice, "O7-06"),
    LINES(a_deleted_record_still_there, "O7-07"),
    LINES(a_key_that_was_not_destroyed, "O7-08"),
    LINES(certified_before_it_was_done, "O7-09"),
    LINES(deleted_before_it_was_made, "O7-16"),
    LINES(a_key_destroyed_in_silence, "O7-10"),
    LINES(a_destruction_by_a_stranger, "O7-11"),
    LINES(a_destruction_log_with_a_gap, "O7-11"),
    LINES(a_destroyed_key_that_is_still_held, "O7-12"),
    LINES(a_sample_that_proves_nothing, "O7-13"),
    LINES(a_method_that_is_none, "O7-14"),
};

static void each_lie_is_found_under_its_code(void **state)
{
    (void)state;
    check_lies(lies, COUNT(lies));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_lie_is_found_under_its_code),
    };
    keys_init();
    return cmocka_run_group_tests(tests, NULL, world_tidy);
}
