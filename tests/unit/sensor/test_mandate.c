/* test_mandate.c - from an authorisation to what the packet path asks: refusals with their reasons, the hard
 * end against clocks that are set back, caps, selectors and their windows. */
#include "sensor/lawful/mandate.h"

#include "core/encode.h"
#include "core/jsonw.h"
#include "core/keys.h"
#include "tests/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define NOON INT64_C(1795500000000000) /* 2026-11-24T06:00:00Z */
#define HOUR (INT64_C(3600) * TIME_SECOND)

static const struct addr no_prefix;

struct desk {
    struct key_secret key;
    struct clock_set wall, boot;
    struct addr domestic, foreign;
    struct mandate_settings settings;
    struct buf text;
    char state[64];
};

/* What a member of the authorisation is in this test; NULL: left as in the sound one. */
struct change {
    const char *label, *from, *to;
    enum err_code code;
};

static const char sound[] =
    "{\"schema\":\"hinomi-authorisation-1\",\"auth_id\":\"00112233445566778899aabbccddeeff\","
    "\"channel\":\"CH_EXERCISE\",\"exercise\":{\"id\":\"drill-1\",\"as_channel\":\"CH_FD\"},"
    "\"direction\":\"FOREIGN_TO_DOMESTIC\",\"facility\":{\"max_bps\":8000,\"max_share_of_link\":0."
    "5},"
    "\"selectors\":["
    "{\"id\":\"s1\",\"type\":\"domain\",\"value\":\"bad.example\"},"
    "{\"id\":\"s2\",\"type\":\"ipv4\",\"value\":\"198.51.100.7\",\"valid_from\":\"2026-11-24T06:30:"
    "00Z\","
    "\"valid_to\":\"2026-11-24T06:40:00Z\"}],"
    "\"record_fields\":[\"src_ip\",\"dst_ip\",\"mail_addr\"],"
    "\"nonid_profile\":{\"fields\":[\"mail_addr\"]},"
    "\"period\":{\"start\":\"2026-11-24T05:00:00Z\",\"end\":\"2026-11-24T07:00:00Z\"},"
    "\"sensors\":[{\"key\":\"KEY\",\"firmware_hash\":\"FIRMWARE\"}],"
    "\"decision\":{\"conditions\":[]},\"signature\":{\"key\":\"k\",\"sig\":\"s\"}}";

static struct str replaced(struct buf *out, struct str text, const char *from, const char *to)
{
    const char *at = memmem(text.ptr, text.len, from, strlen(from));
    if (!at)
        fail_msg("\"%s\" does not stand in the authorisation", from);
    size_t before = (size_t)(at - text.ptr);
    buf_put(out, (struct str){text.ptr, before});
    buf_put(out, (struct str){to, strlen(to)});
    buf_put(out, str_skip(text, before + strlen(from)));
    return buf_str(out);
}

static struct addr prefix_of(const char *text)
{
    struct addr a = no_prefix;
    struct err e;
    assert_true(prefix_parse((struct str){text, strlen(text)}, &a, &e));
    return a;
}

static void desk_write(struct desk *d, const char *from, const char *to)
{
    AUTO(buf_drop) struct buf keyed = BUF(1 << 16);
    AUTO(buf_drop) struct buf whole = BUF(1 << 16);
    char key[KEY_TEXT_SIZE], hex[2 * SHA256_SIZE + 1] = {0};
    struct key_public public = key_public_of(&d->key);
    key_public_format(&public, key);
    hex_write(hex, d->settings.fw_hash, SHA256_SIZE);
    replaced(&keyed, (struct str){sound, sizeof sound - 1}, "KEY", key);
    struct str text = replaced(&whole, buf_str(&keyed), "FIRMWARE", hex);
    buf_clear(&d->text);
    if (from)
        replaced(&d->text, text, from, to);
    else
        buf_put(&d->text, text);
    d->settings.authorisation = buf_str(&d->text);
}

/* One change more, to what stands there. */
static void desk_change(struct desk *d, const char *from, const char *to)
{
    AUTO(buf_drop) struct buf whole = BUF(1 << 16);
    buf_put(&whole, buf_str(&d->text));
    buf_clear(&d->text);
    d->settings.authorisation = replaced(&d->text, buf_str(&whole), from, to);
}

static struct desk *desk_new(void)
{
    static const uint8_t seed[KEY_SEED_SIZE] = {7};
    struct desk *d = calloc(1, sizeof *d);
    key_from_seed(seed, &d->key);
    clock_set_init(&d->wall, NOON);
    clock_set_init(&d->boot, HOUR);
    d->domestic = prefix_of("192.0.2.0/24");
    d->foreign = prefix_of("198.51.100.0/24");
    d->text = BUF(1 << 16);
    snprintf(d->state, sizeof d->state, "/tmp/hinomi-clock-%d", (int)getpid());
    unlink(d->state);
    d->settings = (struct mandate_settings){
        .home = "JP",
        .domestic = {&d->domestic, 1},
        .foreign = {&d->foreign, 1},
        .key = &d->key,
        .fw_hash = {1, 2, 3},
        .residency_us = 5 * TIME_SECOND,
        .clock = &d->wall.clock,
        .boot_clock = &d->boot.clock,
    };
    desk_write(d, NULL, NULL);
    return d;
}

static void desk_drop(struct desk **d)
{
    unlink((*d)->state);
    buf_drop(&(*d)->text);
    free(*d);
    *d = NULL;
}

static struct mandate *mandate_of(struct desk *d)
{
    struct mandate *m = NULL;
    struct err e = {0};
    if (!mandate_new(&d->settings, &m, &e))
        fail_msg("%s", e.text);
    return m;
}

static void pass(struct desk *d, int64_t us)
{
    d->wall.at += us;
    d->boot.at += us;
}

static void an_authorisation_becomes_terms(void **state)
{
    AUTO(desk_drop) struct desk *d = desk_new();
    AUTO(mandate_drop) struct mandate *m = mandate_of(d);
    const struct mandate_terms *t = mandate_terms(m);
    size_t count;
    (void)state;
    CHECK_INT(t->channel, RECORD_CHANNEL_exercise, "channel");
    CHECK_INT(t->rehearses, RECORD_CHANNEL_fd, "rehearses");
    assert_true(t->both_times && !t->statutory);
    CHECK_INT(t->start_us, NOON - HOUR, "start");
    CHECK_INT(t->end_us, NOON + HOUR, "end");
    CHECK_INT(t->policy_hash.len, 64, "policy hash");
    CHECK_INT(direction_gate_rule(mandate_gate(m)), DIRECTION_RULE_FOREIGN_TO_DOMESTIC, "gate");
    CHECK_INT(mandate_policy(m)->fields,
              FIELD_BIT(src_ip) | FIELD_BIT(dst_ip) | FIELD_BIT(mail_addr), "fields");
    CHECK_INT(mandate_policy(m)->nonid, FIELD_BIT(mail_addr), "pseudonyms");
    (void)mandate_selectors(m, &count);
    CHECK_INT(count, 2, "selectors");
}

/* Decision and signatures are not part of what was decided on; everything else is. */
static void the_policy_hash_covers_all_but_the_decision(void **state)
{
    AUTO(desk_drop) struct desk *d = desk_new();
    AUTO(mandate_drop) struct mandate *m = mandate_of(d);
    static const struct {
        const char *from, *to;
        bool same;
    } cases[] = {
        {"\"conditions\":[]", "\"conditions\":[\"x\"]", true},
        {"\"sig\":\"s\"", "\"sig\":\"t\"", true},
        {"07:00:00Z", "07:00:01Z", false},
        {"bad.example", "bae.example", false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        desk_write(d, cases[i].from, cases[i].to);
        AUTO(mandate_drop) struct mandate *other = mandate_of(d);
        CHECK_INT(str_eq(mandate_terms(m)->policy_hash, mandate_terms(other)->policy_hash),
                  cases[i].same, cases[i].to);
    }
}

static void what_does_not_hold_is_refused(void **state)
{
    static const struct change cases[] = {
        {"no channel", "CH_EXERCISE", "CH_DD", ERR_INVALID},
        {"plays nothing", "CH_FD", "CH_EXERCISE", ERR_INVALID},
        {"another direction", "FOREIGN_TO_DOMESTIC", "DOMESTIC_TO_DOMESTIC", ERR_INVALID},
        {"statutory without tables", "CH_EXERCISE", "CH_FD", ERR_DENIED},
        {"not begun", "05:00:00Z", "06:00:01Z", ERR_DENIED},
        {"ended", "07:00:00Z", "06:00:00Z", ERR_DENIED},
        {"ends before it begins", "07:00:00Z", "04:00:00Z", ERR_INVALID},
        {"another sensor", "ed25519:", "ed25519:x", ERR_DENIED},
        {"another program", "010203", "010204", ERR_DENIED},
        {"a denied field", "\"src_ip\"", "\"url_query\"", ERR_DENIED},
        {"a field of channel own", "\"src_ip\"", "\"http_path\"", ERR_DENIED},
        {"a field of no name", "\"src_ip\"", "\"subject\"", ERR_DENIED},
        {"a selector of no kind", "\"domain\"", "\"keyword\"", ERR_INVALID},
        {"a selector that is not canonical", "bad.example", "Bad.example.", ERR_INVALID},
        {"one id twice", "\"s2\"", "\"s1\"", ERR_INVALID},
        {"one value twice", "\"ipv4\",\"value\":\"198.51.100.7\"",
         "\"domain\",\"value\":\"bad.example\"", ERR_INVALID},
        {"a share of more than all", "0.5", "1.5", ERR_INVALID},
        {"a share of nothing", "0.5", "0", ERR_INVALID},
        {"not JSON", "{\"schema\"", "{schema", ERR_INVALID},
    };
    AUTO(desk_drop) struct desk *d = desk_new();
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(mandate_drop) struct mandate *m = NULL;
        struct err e = {0};
        desk_write(d, cases[i].from, cases[i].to);
        if (mandate_new(&d->settings, &m, &e))
            fail_msg("%s: taken", cases[i].label);
        if (e.code != cases[i].code)
            fail_msg("%s: %s: %s", cases[i].label, err_name(e.code), e.text);
    }
}

static bool refuse(void *context, struct str authorisation, struct err *e)
{
    (void)context, (void)authorisation;
    return err_set(e, ERR_DENIED, "V05");
}

static void the_checks_of_the_law_come_first(void **state)
{
    AUTO(desk_drop) struct desk *d = desk_new();
    AUTO(mandate_drop) struct mandate *m = NULL;
    struct err e = {0};
    (void)state;
    d->settings.check = refuse;
    assert_false(mandate_new(&d->settings, &m, &e));
    assert_string_equal(e.text, "V05");
}

static void a_statutory_link_needs_its_speed(void **state)
{
    AUTO(desk_drop) struct desk *d = desk_new();
    AUTO(mandate_drop) struct mandate *m = NULL;
    struct err e = {0};
    (void)state;
    desk_write(d, "CH_EXERCISE", "CH_FD");
    d->settings.live = true;
    assert_false(mandate_new(&d->settings, &m, &e));
    assert_non_null(strstr(e.text, "speed"));
}

/* the end comes to the microsecond, with nobody to tell. */
static void the_end_stops_it_without_a_network(void **state)
{
    AUTO(desk_drop) struct desk *d = desk_new();
    AUTO(mandate_drop) struct mandate *m = mandate_of(d);
    (void)state;
    pass(d, HOUR - 1);
    CHECK_INT(mandate_state(m, NULL), MANDATE_OPEN, "a microsecond before");
    pass(d, 1);
    CHECK_INT(mandate_state(m, NULL), MANDATE_ENDED, "at the end");
    CHECK_INT(mandate_covers(m, NOON + HOUR - 1), true, "a packet before the end");
    CHECK_INT(mandate_covers(m, NOON + HOUR), false, "a packet at the end");
    CHECK_INT(mandate_covers(m, NOON - HOUR - 1), false, "a packet before the start");
}

static void a_clock_set_back_suspends_and_does_not_put_off_the_end(void **state)
{
    AUTO(desk_drop) struct desk *d = desk_new();
    AUTO(mandate_drop) struct mandate *m = mandate_of(d);
    unsigned steps;
    (void)state;
    pass(d, HOUR / 2);
    CHECK_INT(mandate_state(m, &steps), MANDATE_OPEN, "half way");
    CHECK_INT(steps, 0, "no step");
    d->wall.at -= TIME_SECOND / 2;
    CHECK_INT(mandate_state(m, &steps), MANDATE_OPEN, "half a second is no step");
    CHECK_INT(steps, 0, "no step");
    d->wall.at -= HOUR / 4;
    CHECK_INT(mandate_state(m, &steps), MANDATE_SUSPENDED, "set back");
    CHECK_INT(steps, 1, "a step");
    CHECK_INT(mandate_state(m, &steps), MANDATE_SUSPENDED, "still");
    CHECK_INT(steps, 0, "told once");
    d->wall.at += HOUR / 4 + TIME_SECOND / 2;
    CHECK_INT(mandate_state(m, &steps), MANDATE_OPEN, "set right");
    d->wall.at -= HOUR;
    pass(d, HOUR / 2);
    CHECK_INT(mandate_state(m, &steps), MANDATE_ENDED, "the boot clock knows");
}

static void creeping_back_by_less_than_a_second_does_not_help(void **state)
{
    AUTO(desk_drop) struct desk *d = desk_new();
    AUTO(mandate_drop) struct mandate *m = mandate_of(d);
    (void)state;
    for (int i = 0; i < 3600; i++) {
        pass(d, TIME_SECOND);
        d->wall.at -= TIME_SECOND * 9 / 10;
        (void)mandate_state(m, NULL);
    }
    CHECK_INT(mandate_state(m, NULL), MANDATE_ENDED, "an hour has passed");
}

static void a_clock_set_forward_is_a_step_and_believed(void **state)
{
    AUTO(desk_drop) struct desk *d = desk_new();
    AUTO(mandate_drop) struct mandate *m = mandate_of(d);
    unsigned steps;
    (void)state;
    d->wall.at += 2 * TIME_SECOND;
    CHECK_INT(mandate_state(m, &steps), MANDATE_OPEN, "forward");
    CHECK_INT(steps, 1, "a step");
    d->wall.at += HOUR;
    CHECK_INT(mandate_state(m, &steps), MANDATE_ENDED, "past the end");
    d->wall.at -= HOUR;
    CHECK_INT(mandate_state(m, &steps), MANDATE_ENDED, "what has ended has ended");
}

static void a_restart_does_not_forget(void **state)
{
    AUTO(desk_drop) struct desk *d = desk_new();
    struct mandate *m = NULL;
    struct err e = {0};
    (void)state;
    d->settings.state_path = d->state;
    m = mandate_of(d);
    pass(d, HOUR / 2);
    CHECK_INT(mandate_state(m, NULL), MANDATE_OPEN, "half way");
    mandate_drop(&m);
    d->wall.at -= HOUR / 4; /* while nobody looked */
    assert_false(mandate_new(&d->settings, &m, &e));
    assert_non_null(strstr(e.text, "set back"));
    d->wall.at += HOUR / 4;
    m = mandate_of(d);
    mandate_drop(&m);
    d->boot.at += HOUR; /* an hour off, the clock stood still */
    assert_false(mandate_new(&d->settings, &m, &e));
    assert_non_null(strstr(e.text, "ended"));
}

static void a_clock_state_of_nonsense_is_refused(void **state)
{
    AUTO(desk_drop) struct desk *d = desk_new();
    struct mandate *m = NULL;
    struct err e = {0};
    (void)state;
    d->settings.state_path = d->state;
    FILE *f = fopen(d->state, "w");
    fputs("{\"highest\":\"never\"}", f);
    fclose(f);
    assert_false(mandate_new(&d->settings, &m, &e));
    assert_int_equal(e.code, ERR_CONFLICT);
}

/* 8,000 bit/s are 1,000 bytes in a second, whatever comes. */
static void the_cap_holds_over_each_second(void **state)
{
    AUTO(desk_drop) struct desk *d = desk_new();
    AUTO(mandate_drop) struct mandate *m = mandate_of(d);
    uint64_t taken = 0, over = 0;
    (void)state;
    for (int64_t t = 0; t < 10 * TIME_SECOND; t += TIME_SECOND / 100) { /* 20,000 bytes a second */
        bool took = mandate_cap_take(m, NOON + t, 200);
        taken += took ? 200 : 0;
        over += !took;
    }
    assert_true(taken >= 10000 && taken <= 11000); /* and the bucket it began with */
    CHECK_INT(over, 1000 - taken / 200, "counted");
    CHECK_INT(mandate_cap_take(m, NOON + 20 * TIME_SECOND, 1001), false, "more than a second's");
    CHECK_INT(mandate_cap_take(m, NOON + 20 * TIME_SECOND, 1000), true, "a second's");
    CHECK_INT(mandate_cap_take(m, NOON, 1), false, "time that goes back fills nothing");
}

static void a_share_of_the_link_caps_too(void **state)
{
    AUTO(desk_drop) struct desk *d = desk_new();
    (void)state;
    d->settings.link_bps = 4000; /* half of it: 250 bytes a second */
    AUTO(mandate_drop) struct mandate *m = mandate_of(d);
    CHECK_INT(mandate_cap_take(m, NOON, 250), true, "the share");
    CHECK_INT(mandate_cap_take(m, NOON, 1), false, "more than the share");
}

static void selectors_answer_in_their_window(void **state)
{
    AUTO(desk_drop) struct desk *d = desk_new();
    AUTO(mandate_drop) struct mandate *m = mandate_of(d);
    static const struct {
        const char *id;
        int64_t at;
        bool live;
    } cases[] = {
        {"s1", 0, true},
        {"s1", -HOUR, true},
        {"s1", HOUR, false},
        {"s2", HOUR / 2 - 1, false},
        {"s2", HOUR / 2, true},
        {"s2", HOUR / 3 * 2 - 1, true},
        {"s2", HOUR / 3 * 2, false},
        {"s3", 0, false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        CHECK_INT(mandate_selector_live(m, (struct str){cases[i].id, 2}, NOON + cases[i].at) !=
                      NULL,
                  cases[i].live, cases[i].id);
}

static void own_networks_may_leave_the_choice_to_their_feeds(void **state)
{
    AUTO(desk_drop) struct desk *d = desk_new();
    size_t count;
    (void)state;
    AUTO(mandate_drop) struct mandate *drill = mandate_of(d);
    assert_true(mandate_selects(drill, S("s1"), NOON));
    assert_false(mandate_selects(drill, S("abuse-feed"), NOON));
    desk_change(d, "CH_EXERCISE", "CH_OWN");
    desk_change(d, "FOREIGN_TO_DOMESTIC", "OWN");
    desk_change(d, "\"exercise\":{", "\"own\":{\"prefixes\":[\"192.0.2.0/24\"],");
    desk_change(d, "\"type\":\"domain\"", "\"type\":\"feeds\"");
    AUTO(mandate_drop) struct mandate *own = mandate_of(d);
    CHECK_INT(direction_gate_rule(mandate_gate(own)), DIRECTION_RULE_OWN, "gate");
    assert_true(mandate_terms(own)->sets && !mandate_terms(own)->both_times);
    (void)mandate_selectors(own, &count);
    CHECK_INT(count, 1, "selectors");
    assert_true(mandate_selects(own, S("abuse-feed"), NOON));
    assert_false(mandate_selects(own, S("s2"), NOON)); /* listed, and not live yet */
}

static void the_index_tells_which_selector_it_was(void **state)
{
    AUTO(desk_drop) struct desk *d = desk_new();
    AUTO(mandate_drop) struct mandate *m = mandate_of(d);
    struct index_builder *b = index_builder_new(&(struct index_build){0});
    AUTO(index_image_drop) struct index_image *image = NULL;
    struct err e = {0};
    struct index_hit hit;
    static const uint8_t address[4] = {198, 51, 100, 7};
    const uint32_t noon = (uint32_t)(NOON / TIME_SECOND);
    (void)state;
    assert_true(mandate_index_add(m, b, &e));
    assert_true(index_builder_finish(&b, &image, &e));
    struct index_view view = {.base = image};
    assert_true(index_find_name(&view, S("bad.example"), noon, &hit));
    assert_true(str_eq(hit.source, S("s1")));
    assert_true(index_find_ipv4(&view, address, noon, &hit));
    assert_true(str_eq(hit.source, S("s2")));
    assert_false(index_find_ipv4(&view, address, noon + 2400, &hit)); /* 06:40 */
    assert_false(index_find_name(&view, S("www.bad.example"), noon, &hit));
}

static void the_program_knows_its_own_hash(void **state)
{
    uint8_t of_self[SHA256_SIZE], again[SHA256_SIZE];
    struct err e = {0};
    (void)state;
    assert_true(firmware_hash(of_self, &e));
    assert_true(firmware_hash(again, &e));
    assert_memory_equal(of_self, again, sizeof again);
}

int main(void)
{
    keys_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_authorisation_becomes_terms),
        cmocka_unit_test(the_policy_hash_covers_all_but_the_decision),
        cmocka_unit_test(what_does_not_hold_is_refused),
        cmocka_unit_test(the_checks_of_the_law_come_first),
        cmocka_unit_test(a_statutory_link_needs_its_speed),
        cmocka_unit_test(the_end_stops_it_without_a_network),
        cmocka_unit_test(a_clock_set_back_suspends_and_does_not_put_off_the_end),
        cmocka_unit_test(creeping_back_by_less_than_a_second_does_not_help),
        cmocka_unit_test(a_clock_set_forward_is_a_step_and_believed),
        cmocka_unit_test(a_restart_does_not_forget),
        cmocka_unit_test(a_clock_state_of_nonsense_is_refused),
        cmocka_unit_test(the_cap_holds_over_each_second),
        cmocka_unit_test(a_share_of_the_link_caps_too),
        cmocka_unit_test(selectors_answer_in_their_window),
        cmocka_unit_test(own_networks_may_leave_the_choice_to_their_feeds),
        cmocka_unit_test(the_index_tells_which_selector_it_was),
        cmocka_unit_test(the_program_knows_its_own_hash),
    };
    return cmocka_run_group_tests_name("mandate", tests, NULL, NULL);
}
