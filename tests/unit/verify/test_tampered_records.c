/* test_tampered_records.c - lies about records: their numbers, fields, authority; the canary. */
#include "lies.h"

/* --- records --- */

LIE(a_record_behind_the_last_seal)
{
    add_line(&w->record_book, replaced(w, w->record_book.lines[31], "\"n\":39", "\"n\":40"));
}
LIE(a_record_between_others)
{
    insert_line(&w->record_book, 3, w->record_book.lines[2]);
}
LIE(a_record_edited)
{
    edit(w, &w->record_book, 2, "203.0.113.7", "203.0.113.8");
}
LIE(a_record_removed)
{
    drop_line(&w->record_book, 20);
}
LIE(the_last_record_removed)
{
    drop_line(&w->record_book, w->record_book.count - 1);
}
LIE(two_records_swapped)
{
    swap_lines(&w->record_book, 16, 17);
}
LIE(a_record_not_canonical)
{
    edit(w, &w->record_book, 4, "\"n\":4", "\"n\": 4");
}
LIE(a_record_that_is_no_json)
{
    w->record_book.lines[4] = S("not a record");
}
LIE(a_record_of_another_sensor)
{
    edit(w, &w->record_book, 2, key_text(w, &w->sensor), key_text(w, &w->stranger));
}
LIE(the_last_line_torn)
{
    struct str *last = &w->record_book.lines[w->record_book.count - 1];
    last->len -= 20;
}
LIE(a_last_line_without_its_end)
{
    w->torn = true;
}
LIE(no_record_left)
{
    w->record_book.count = 0;
}

/* --- fields --- */

LIE(an_unknown_field)
{
    w->records[2].extra = ",\"bytes\":1,\"country\":\"JP\"";
}
LIE(a_denied_field)
{
    w->records[2].extra = ",\"bytes\":1,\"mail_subject\":\"hello\"";
}
LIE(a_field_that_is_not_listed)
{
    w->records[2].extra = ",\"bytes\":1,\"dst_port\":443";
}
LIE(an_identifier_that_is_not_listed)
{
    w->records[2].extra =
        ",\"bytes\":1,\"mail_addr\":\"p1:2028-q1:00112233445566778899aabbccddeeff\"";
}
LIE(a_telephone_number_in_clear)
{
    snprintf(w->records[2].phone, sizeof w->records[2].phone, "%s", "+81-90-1234-5678");
}
LIE(a_telephone_number_as_digits)
{
    snprintf(w->records[2].phone, sizeof w->records[2].phone, "%s",
             "p1:2028-q1:00000000000000000000819012345678");
}
LIE(pseudonyms_that_are_a_counter)
{
    for (int i = 0; i < RECORDS; i++)
        snprintf(w->records[i].phone, sizeof w->records[i].phone,
                 "p1:2028-q1:9f86d081884c7d659a2feaa0c55a%04x", i);
}
LIE(pseudonyms_that_are_digits_in_hex)
{
    for (int i = 0; i < RECORDS; i++)
        snprintf(w->records[i].phone, sizeof w->records[i].phone,
                 "p1:2028-q1:3031323334353637%02x3a3b3c3d3e3f3%x", 0x30 + i % 10, i % 10);
}
LIE(an_address_in_a_number)
{
    w->records[2].extra = ",\"bytes\":\"198.51.100.9\"";
}
LIE(a_word_in_a_fingerprint)
{
    w->records[2].extra = ",\"tls_fingerprint\":\"user=taro\"";
}
LIE(a_field_of_own_networks)
{
    w->fields = FIELDS ",\"tls_sni\"";
    w->records[2].extra = ",\"bytes\":1,\"tls_sni\":\"mail.example\"";
}
LIE(a_name_the_selector_did_not_meet)
{
    w->records[3].extra = ",\"dns_qname\":\"clinic.example\"";
}
LIE(a_name_for_an_address)
{
    w->records[2].extra = ",\"dns_qname\":\"c2.evil.example\"";
}
LIE(a_long_command)
{
    w->records[2].extra =
        ",\"command_bytes\":\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123\"";
}
LIE(a_record_without_its_frame)
{
    w->records[2].frame = "\"auth_id\":\"0123456789abcdef0123456789abcdef\"";
}
LIE(nothing_but_a_frame)
{
    w->record_book.lines[2] = canonical(
        w, arena_fmt(&w->memory,
                     "{\"auth_id\":\"%s\",\"policy_hash\":\"%s\",\"sensor_id\":\"%s\",\"n\":2,"
                     "\"selector_id\":\"s-ip\",\"t_first\":\"2028-01-10T00:00:02.000000Z\"}",
                     w->auth_id, w->policy_hash, key_text(w, &w->sensor)));
}
LIE(a_denied_field_in_the_authorisation)
{
    w->fields = FIELDS ",\"chat_text\"";
}

/* --- what a record stands on --- */

LIE(a_selector_nobody_approved)
{
    w->records[2].selector = "s-other";
    w->seals[0].by_ip--;
}
LIE(a_selector_that_was_not_live)
{
    w->selectors =
        "{\"id\":\"s-ip\",\"source_grade\":\"B2\",\"type\":\"ipv4\",\"value\":\"203.0.113.7\","
        "\"valid_from\":\"2028-01-11T00:00:00Z\",\"valid_to\":\"2028-05-01T00:00:00Z\","
        "\"why_hash\":\"" HASH_A "\"},"
        "{\"id\":\"s-name\",\"source_grade\":\"B2\",\"type\":\"domain-below\",\"value\":"
        "\"evil.example\",\"valid_from\":\"2028-01-01T00:00:00Z\",\"valid_to\":"
        "\"2028-05-01T00:00:00Z\",\"why_hash\":\"" HASH_A "\"}";
}
LIE(a_selector_id_twice)
{
    w->selectors = SELECTORS "," SELECTORS;
}
LIE(a_record_after_the_period)
{
    w->end = "2028-01-10T00:02:00Z";
}
LIE(a_record_from_the_future)
{
    w->records[2].t_last = "2028-01-10T00:30:00Z";
}
LIE(another_policy_in_a_record)
{
    edit(w, &w->record_book, 2, w->policy_hash, HASH_A);
}
LIE(another_authorisation_in_a_record)
{
    edit(w, &w->record_book, 2, w->auth_id, "ffffffffffffffffffffffffffffffff");
}
LIE(a_record_kept_too_long)
{
    struct err e = {0};
    assert_true(time_parse(S("2028-05-20T00:00:00Z"), &w->options.now_us, &e));
}

/* --- the canary --- */

LIE(a_canary_that_did_not_sing)
{
    put_expected(w, 0, true);
}
LIE(a_canary_that_sang_too_much)
{
    put_expected(w, 1, false);
}
LIE(a_marker_that_came_through)
{
    put_file(w->markers_path, S("absent-text\nc2.evil\n"));
    w->options.markers = w->markers_path;
}

static const struct lie lies[] = {
    LINES(a_record_behind_the_last_seal, "O2-10"),
    LINES(a_record_between_others, "O2-09"),
    LINES(a_record_edited, "O2-07"),
    LINES(a_record_removed, "O2-08"),
    LINES(the_last_record_removed, "O2-08"),
    LINES(two_records_swapped, "O2-09"),
    LINES(a_record_not_canonical, "O4-08"),
    LINES(a_record_that_is_no_json, "O4-08"),
    LINES(a_record_of_another_sensor, "O3-28"),
    LINES(the_last_line_torn, "O4-08"),
    LINES(a_last_line_without_its_end, "O6-21"),
    LINES(no_record_left, "O2-15"),
    PLAN(an_unknown_field, "O4-01"),
    PLAN(a_denied_field, "O4-02"),
    PLAN(a_field_that_is_not_listed, "O4-03"),
    PLAN(an_identifier_that_is_not_listed, "O4-04"),
    PLAN(a_telephone_number_in_clear, "O4-05"),
    PLAN(a_telephone_number_as_digits, "O4-06"),
    PLAN(pseudonyms_that_are_a_counter, "O4-06"),
    PLAN(pseudonyms_that_are_digits_in_hex, "O4-06"),
    PLAN(an_address_in_a_number, "O4-07"),
    PLAN(a_word_in_a_fingerprint, "O4-07"),
    PLAN(a_field_of_own_networks, "O4-13"),
    PLAN(a_name_the_selector_did_not_meet, "O4-10"),
    PLAN(a_name_for_an_address, "O4-10"),
    PLAN(a_long_command, "O4-11"),
    PLAN(a_record_without_its_frame, "O4-09"),
    SUM(nothing_but_a_frame, "O4-12"),
    PLAN(a_denied_field_in_the_authorisation, "O3-30"),
    PLAN(a_selector_nobody_approved, "O3-06"),
    PLAN(a_selector_nobody_approved, "O2-11"),
    PLAN(a_selector_that_was_not_live, "O3-07"),
    PLAN(a_selector_id_twice, "O3-29"),
    PLAN(a_record_after_the_period, "O3-08"),
    PLAN(a_record_from_the_future, "O6-18"),
    LINES(another_policy_in_a_record, "O3-04"),
    LINES(another_authorisation_in_a_record, "O3-05"),
    LINES(a_record_kept_too_long, "O7-15"),
    LINES(a_canary_that_did_not_sing, "O5-01"),
    LINES(a_canary_that_sang_too_much, "O5-02"),
    LINES(a_marker_that_came_through, "O5-03"),
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
