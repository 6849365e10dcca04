/* test_detect.c - all detectors together: mutes, bounds, order, and the same answer every time. */
#include "world.h"

#include "core/time.h"

static void telnet(struct world *w, const char *client, const char *server, double at)
{
    struct observation o = good_flow(w, client, server, 23, at);
    world_see(w, &o);
}

static void a_mute_hides_what_it_names_until_it_ends(void **state)
{
    (void)state;
    static const struct {
        const char *label, *mute;
        size_t told, muted, ended;
    } mutes[] = {
        {"none", "[]", 1, 0, 0},
        {"of the detector", "[{detector: cleartext, reason: r, until: \"2027-01-01T00:00:00Z\"}]",
         0, 1, 0},
        {"of another", "[{detector: beacon, reason: r, until: \"2027-01-01T00:00:00Z\"}]", 1, 0, 0},
        {"of the host", "[{host: 10.1.0.0/16, reason: r, until: \"2027-01-01T00:00:00Z\"}]", 0, 1,
         0},
        {"of another host", "[{host: 10.2.0.0/16, reason: r, until: \"2027-01-01T00:00:00Z\"}]", 1,
         0, 0},
        {"of the peer", "[{peer: 10.1.0.23, reason: r, until: \"2027-01-01T00:00:00Z\"}]", 0, 1, 0},
        {"of the name", "[{name: Telnet, reason: r, until: \"2027-01-01T00:00:00Z\"}]", 0, 1, 0},
        {"ended", "[{detector: cleartext, reason: r, until: \"2026-01-01T00:00:00Z\"}]", 1, 0, 1},
    };
    for (size_t i = 0; i < COUNT(mutes); i++) {
        AUTO(world_drop) struct world *w = world_new(NULL);
        struct err e = {0};
        char text[256];
        snprintf(text, sizeof text, "mutes: %s", mutes[i].mute);
        if (!detect_settings_read(&w->settings, named(text), &e))
            fail_msg("%s", e.text);
        telnet(w, "10.1.2.3", "10.1.0.23", 60);
        struct detect_stats s = detect_stats(w->d);
        CHECK_INT(s.told, mutes[i].told, mutes[i].label);
        CHECK_INT(s.muted, mutes[i].muted, mutes[i].label);
        CHECK_INT(s.mutes_ended, mutes[i].ended, mutes[i].label);
        CHECK_INT(w->count, mutes[i].told, mutes[i].label);
    }
}

static void findings_past_the_hours_room_are_counted(void **state)
{
    (void)state;
    AUTO(world_drop) struct world *w = world_new("cleartext");
    w->settings.most_per_hour = 10;
    for (unsigned n = 0; n < 100; n++) {
        char host[32];
        telnet(w, "10.1.2.3", host_of(host, "10.9", n), n);
    }
    assert_int_equal(w->count, 10);
    assert_int_equal(detect_stats(w->d).over, 90);
    telnet(w, "10.1.2.4", "10.1.0.23", 2 * HOURS);
    assert_int_equal(w->count, 11);
}

static void the_same_is_told_again_after_a_day(void **state)
{
    (void)state;
    AUTO(world_drop) struct world *w = world_new("cleartext");
    for (int hour = 0; hour < 49; hour++)
        telnet(w, "10.1.2.3", "10.1.0.23", hour * HOURS);
    assert_int_equal(w->count, 3);
    assert_int_equal(w->caught[1].f.count, 24);
}

static void too_little_memory_is_refused(void **state)
{
    (void)state;
    struct detect_settings s;
    struct detect *d = NULL;
    struct err e = {0};
    detect_settings_init(&s);
    s.memory = 1000;
    assert_false(detect_new(&s, &d, &e));
    assert_int_equal(e.code, ERR_LIMIT);
    assert_null(d);
}

static struct observation anything(struct world *w, double at) /* of strangers, without sense */
{
    char client[32], server[32];
    uint32_t r = (uint32_t)(chance(w) * 4294967295.0);
    host_of(client, r & 1 ? "10.1" : "198.18", (unsigned)(chance(w) * 60000));
    host_of(server, r & 2 ? "10.2" : "198.19", (unsigned)(chance(w) * 60000));
    uint16_t port = (uint16_t)(r >> 16);
    struct observation o = r & 4   ? good_flow(w, client, server, r & 8 ? 443 : port, at)
                           : r & 8 ? unanswered(w, client, server, port, at)
                                   : udp_flow(w, client, server, r & 64 ? 53 : port, at);
    if (r & 16) {
        o.kind = (uint8_t)(OBSERVED_DNS + (r >> 8) % 3);
        if (o.kind == OBSERVED_MESSAGE)
            o.message = (struct observed_message){.intent = (uint8_t)((r >> 9) % INTENTS)};
        else if (o.kind == OBSERVED_TLS)
            o.tls = (struct observed_tls){.certificate = (uint8_t)(r >> 9 & 15)};
        else
            o.dns = (struct observed_dns){.type = 1,
                                          .response = r >> 9 & 1,
                                          .rcode = r >> 10 & 1 ? 3 : 0,
                                          .answers = 1};
    }
    o.app = (uint8_t)((r >> 20) % APP_COUNT);
    return o;
}

static void a_million_strange_hosts_stay_within_the_memory(void **state)
{
    (void)state;
    AUTO(world_drop) struct world *w = world_new(NULL);
    w->settings.memory = 4 << 20;
    for (int i = 0; i < 1000000; i++) {
        char name[64];
        struct observation o = anything(w, i / 50.);
        snprintf(name, sizeof name, "h%x.d%x.example%d.com", (unsigned)(chance(w) * 1e9),
                 (unsigned)(chance(w) * 1e6), i % 7);
        o.name = chance(w) < 0.5 ? named(name) : STR_NONE;
        world_see(w, &o);
    }
    struct detect_stats s = detect_stats(w->d);
    assert_true(s.memory <= 4 << 20);
    assert_true(s.evicted > 100000);
    assert_int_equal(s.observations, 1000000);
    for (size_t i = 0; s.detectors[i].row; i++)
        assert_true(s.detectors[i].told <= 7000); /* six hours, each begun */
}

static uint64_t digest(uint64_t h, const void *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        h = (h ^ ((const uint8_t *)bytes)[i]) * 0x100000001b3;
    return h;
}

/* A day of everything, as one number. */
static uint64_t day(uint64_t seed, bool queue, size_t *ret_count)
{
    AUTO(world_drop) struct world *w = world_new(NULL);
    uint64_t h = 0xcbf29ce484222325;
    w->settings.seed = seed;
    w->settings.memory = 2 << 20;
    world_start(w);
    void (*see)(struct detect *, const struct observation *) =
        queue ? detect_queue : detect_observe;
    for (int i = 0; i < 60000; i++) {
        struct observation o = anything(w, i * 1.4);
        char name[64];
        snprintf(name, sizeof name, "n%d.site%d.example", i % 400, i % 90);
        o.name = named(name);
        see(w->d, &o);
        if (i % 40 == 0) {
            struct observation beat = good_flow(w, "10.1.2.3", "203.0.113.66", 443, i * 1.4);
            see(w->d, &beat);
        }
    }
    detect_finish(w->d);
    for (size_t i = 0; i < w->count; i++) {
        const struct caught *c = &w->caught[i];
        h = digest(h, c->en, strlen(c->en));
        h = digest(h, &c->f.score, sizeof c->f.score);
        h = digest(h, &c->f.last_us, sizeof c->f.last_us);
        h = digest(h, &c->f.flow, sizeof c->f.flow);
    }
    *ret_count = w->count;
    return h;
}

static void the_same_observations_give_the_same_findings_under_every_seed(void **state)
{
    (void)state;
    size_t first_count, count;
    uint64_t first = day(1, false, &first_count);
    printf("%zu findings\n", first_count);
    assert_true(first_count > 20);
    for (uint64_t seed = 1; seed < 4; seed++)
        for (int queue = 0; queue < 2; queue++) {
            assert_int_equal(day(seed * 0x5eedf00d, queue, &count), first);
            assert_int_equal(count, first_count);
        }
}

static void hostile_names_leave_no_trace_in_a_line(void **state)
{
    (void)state;
    AUTO(world_drop) struct world *w = world_new("cert_name");
    struct observation o = between_hosts(w, "10.1.2.3", "203.0.113.66", 443, 60);
    o.kind = OBSERVED_TLS;
    o.tls.certificate = CERTIFICATE_OTHER_NAME;
    o.name = S("a\033[31m{host}\n.example");
    world_see(w, &o);
    assert_int_equal(w->count, 1);
    assert_null(strchr(w->caught[0].en, '\033'));
    assert_null(strchr(w->caught[0].en, '\n'));
    assert_non_null(strstr(w->caught[0].en, "a?[31m{host}?.example"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mute_hides_what_it_names_until_it_ends),
        cmocka_unit_test(findings_past_the_hours_room_are_counted),
        cmocka_unit_test(the_same_is_told_again_after_a_day),
        cmocka_unit_test(too_little_memory_is_refused),
        cmocka_unit_test(a_million_strange_hosts_stay_within_the_memory),
        cmocka_unit_test(the_same_observations_give_the_same_findings_under_every_seed),
        cmocka_unit_test(hostile_names_leave_no_trace_in_a_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
