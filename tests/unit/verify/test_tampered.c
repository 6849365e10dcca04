/* test_tampered.c - an honest run passes; each kind of lie about it is found, under its own code.
 *
 * Each row is one kind: what was done, by which hand, and the code that must be among the findings. Cases that
 * change a plan are signed anew all through: what an insider who holds every key of the inspected side can do.
 */
#include "world.h"

/* --- helpers of the lies --- */

static struct str replaced(struct world *w, struct str in, const char *old, const char *new)
{
    const char *at = memmem(in.ptr, in.len, old, strlen(old));
    if (!at)
        fail_msg("%s is not in %.*s", old, STR_ARG(in));
    size_t before = (size_t)(at - in.ptr);
    return arena_fmt(&w->memory, STR_FMT "%s" STR_FMT, (int)before, in.ptr, new,
                     (int)(in.len - before - strlen(old)), at + strlen(old));
}

static void edit(struct world *w, struct book *b, size_t i, const char *old, const char *new)
{
    b->lines[i] = replaced(w, b->lines[i], old, new);
}

static void drop_line(struct book *b, size_t i)
{
    memmove(&b->lines[i], &b->lines[i + 1], (b->count - i - 1) * sizeof b->lines[0]);
    b->count--;
}

static void insert_line(struct book *b, size_t i, struct str line)
{
    assert_true(b->count < LINES_MOST);
    memmove(&b->lines[i + 1], &b->lines[i], (b->count - i) * sizeof b->lines[0]);
    b->lines[i] = line;
    b->count++;
}

static void swap_lines(struct book *b, size_t i, size_t k)
{
    struct str one = b->lines[i];
    b->lines[i] = b->lines[k];
    b->lines[k] = one;
}

#define LIE(name) static void name(struct world *w)

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

/* --- the canary --- */

static void put_expected(struct world *w, size_t from, bool extra)
{
    AUTO(buf_drop) struct buf out = BUF(1 << 20);
    for (size_t i = from; i < w->record_book.count; i++)
        buf_put(&out, w->record_book.lines[i]), buf_byte(&out, '\n');
    if (extra)
        buf_put(&out, S("{\"selector_id\":\"s-ip\"}\n"));
    put_file(w->expected_path, buf_str(&out));
    w->options.expected = w->expected_path;
}
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

static const struct {
    const char *label;
    struct tampering how;
    const char *code;
} lies[] = {
#define LINES(lie, id)                                                                             \
    {                                                                                              \
#        lie, {.lines = lie }, id                                                                  \
    }
#define SUM(lie, id)                                                                               \
    {                                                                                              \
#        lie, {.sum = lie }, id                                                                    \
    }
#define PLAN(lie, id)                                                                              \
    {                                                                                              \
#        lie, {.plan = lie }, id                                                                   \
    }
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
    LINES(another_program, "O3-23"),
    LINES(other_law_tables, "O3-24"),
    PLAN(the_old_period_still_running, "O3-27"),
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
    LINES(a_canary_that_did_not_sing, "O5-01"),
    LINES(a_canary_that_sang_too_much, "O5-02"),
    LINES(a_marker_that_came_through, "O5-03"),
};

static void print_found(const struct findings *found)
{
    AUTO(buf_drop) struct buf out = BUF(1 << 20);
    findings_table(found, false, &out);
    printf(STR_FMT, STR_ARG(buf_str(&out)));
}

static void each_lie_is_found_under_its_code(void **state)
{
    (void)state;
    bool japanese_too = true;
    for (size_t i = 0; i < COUNT(lies); i++) {
        AUTO(findings_drop) struct findings found = {0};
        struct world w = {.channel = NULL};
        struct run_totals totals;
        enum finding_code code = FINDING_CODES;
        assert_true(finding_named((struct str){lies[i].code, strlen(lies[i].code)}, &code));
        run_world(&w, &lies[i].how, &found, &totals);
        if (!found.counts[code])
            print_found(&found);
        CHECK_INT(found.counts[code] > 0, 1, lies[i].label);
        CHECK_INT(findings_faults(&found) > 0, 1, lies[i].label);
        japanese_too = japanese_too && *finding_text(code, true);
    }
    assert_true(japanese_too);
    printf("%zu kinds of tampering\n", COUNT(lies));
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
LIE(a_party)
{
    w->channel = "CH_AGREEMENT";
    w->direction = "FOREIGN_TO_DOMESTIC";
    w->basis = "\"act\":\"JP-42-2025\",\"article\":\"13\",\"paragraph\":\"1\","
               "\"effective_from\":\"2027-11-01T00:00:00Z\"";
    w->no_decision = true;
    w->agreement = true;
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

static int tidy(void **state)
{
    static const char *const names[] = {"authorisation.json",
                                        "records.jsonl",
                                        "seals.jsonl",
                                        "deletions.jsonl",
                                        "keys-destroyed.jsonl",
                                        "samples.jsonl",
                                        "keys.jsonl",
                                        "trust.json",
                                        "expected-records.jsonl",
                                        "markers.txt",
                                        ""};
    (void)state;
    for (size_t i = 0; i < COUNT(names); i++) {
        char path[160];
        snprintf(path, sizeof path, "/tmp/verify-world-%d/%s", (int)getpid(), names[i]);
        (void)remove(path);
    }
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_honest_run_is_sound),
        cmocka_unit_test(each_lie_is_found_under_its_code),
    };
    keys_init();
    return cmocka_run_group_tests(tests, NULL, tidy);
}
