/* test_beacon.c - a rhythm is found through jitter and missed beats, and chance is not taken for one. */
#include "world.h"

enum { CALLS = 250 };

struct calls { /* how somebody calls a server */
    const char *label;
    double period, low, high; /* the interval: period times something between these */
    double missed;            /* chance that a beat is not heard */
    int beats;
    double sizes; /* bytes sent: 600 times 1 to 1 + sizes */
};

static void play(struct world *w, const struct calls *c, const char *client, const char *name)
{
    double at = 60;
    for (int i = 0; i < c->beats; i++) {
        at += c->period * between(w, c->low, c->high);
        if (chance(w) < c->missed)
            continue;
        struct observation o = good_flow(w, client, "203.0.113.66", 443, at);
        o.name = named(name);
        o.ended.bytes[FLOW_CLIENT] = (uint64_t)(600 * between(w, 1, 1 + c->sizes));
        world_see(w, &o);
    }
}

static const struct calls rhythms[] = {
    {"fixed, a minute", 60, 1, 1, 0, 24, 0},
    {"fixed, five minutes, size varies", 300, 1, 1, 0, 24, 1},
    {"fixed, an hour, one day", 3600, 1, 1, 0, 24, 0.1},
    {"ten seconds, a tenth of jitter", 10, 0.9, 1.1, 0, 100, 0.2},
    {"sleep with 20 % jitter downwards", 60, 0.8, 1, 0, 48, 0.2},
    {"sleep with 40 % jitter downwards", 60, 0.6, 1, 0, 48, 0.2},
    {"40 % either way", 120, 0.6, 1.4, 0, 64, 0.2},
    {"a tenth of the beats missed", 60, 0.9, 1.1, 0.1, 64, 0.2},
    {"jitter and missed beats", 60, 0.7, 1, 0.08, 80, 0.2},
};

static void a_rhythm_is_found_through_jitter_and_missed_beats(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rhythms); i++) {
        AUTO(world_drop) struct world *w = world_new("beacon");
        play(w, &rhythms[i], "10.1.2.3", "cdn.example.net");
        const struct caught *c = world_one(w, "beacon", rhythms[i].label);
        double mean = rhythms[i].period * (rhythms[i].low + rhythms[i].high) / 2;
        if (fabs(feature(c, "period_s") / mean - 1) > 0.25)
            fail_msg("%s: period %g", rhythms[i].label, feature(c, "period_s"));
        assert_string_equal(c->name, "cdn.example.net");
    }
}

/* One in so many of two hundred clients' calls may be taken for a rhythm by chance. */
static void visits_at_random_have_no_rhythm(void **state)
{
    (void)state;
    AUTO(world_drop) struct world *w = world_new("beacon");
    static const double means[] = {20, 60, 300, 1200};
    for (int client = 0; client < DEVICES; client++)
        for (size_t m = 0; m < COUNT(means); m++) {
            char name[32], host[32];
            double at = 0;
            snprintf(name, sizeof name, "site%d-%zu.example", client, m);
            host_of(host, "10.1", (unsigned)client);
            for (int i = 0; i < CALLS; i++) {
                at += exponential(w, means[m]);
                struct observation o = good_flow(w, host, "198.51.100.7", 443, at);
                o.name = named(name);
                o.ended.bytes[FLOW_CLIENT] = 1000; /* the least help that size can give */
                world_see(w, &o);
            }
        }
    world_start(w);
    detect_finish(w->d);
    printf("%zu of %zu pairs with random visits were taken for a rhythm\n", w->count,
           DEVICES * COUNT(means));
    assert_true(w->count <= 2);
}

static void play_pages(struct world *w,
                       const char *client) /* bursts, reading, sizes of all kinds */
{
    double at = 0;
    for (int page = 0; page < 300; page++) {
        at += 5 + exponential(w, 40);
        for (int i = 0; i < 6; i++) {
            struct observation o = good_flow(w, client, "198.51.100.7", 443, at + chance(w));
            o.name = S("news.example.com");
            o.ended.bytes[FLOW_CLIENT] = (uint64_t)(500 + exponential(w, 3000));
            world_see(w, &o);
        }
    }
}

static void near_misses_are_left_alone(void **state)
{
    (void)state;
    AUTO(world_drop) struct world *w = world_new("beacon");
    play_pages(w, "10.1.2.3");
    for (int i = 0; i < 100; i++) {
        double at = 60.0 * i;
        struct observation ntp = udp_flow(w, "10.1.2.3", "203.0.113.123", 123, at);
        ntp.app = APP_NTP;
        world_see(w, &ntp);
        struct observation inside = good_flow(w, "10.1.2.9", "10.1.0.5", 9100, at); /* monitoring */
        world_see(w, &inside);
        struct observation mail = good_flow(w, "10.1.2.3", "198.51.100.25", 993, at * 5);
        world_see(w, &mail);
        struct observation probe = good_flow(w, "198.51.100.90", "10.1.0.80", 443, at);
        world_see(w, &probe); /* somebody's monitor looks at our site */
        struct observation again = good_flow(w, "10.1.2.4", "203.0.113.80", 443, at);
        again.midstream = true; /* one long connection, heard now and then */
        world_see(w, &again);
        struct observation backup = good_flow(w, "10.1.2.5", "203.0.113.81", 443, at);
        backup.ended.bytes[FLOW_CLIENT] = 50 << 20;
        world_see(w, &backup);
        for (unsigned k = 0; k < 12; k++) { /* everybody's updates */
            char host[32];
            struct observation o =
                good_flow(w, host_of(host, "10.3", k), "203.0.113.70", 443, at * 1.1 + k);
            o.name = S("updates.example.com");
            world_see(w, &o);
        }
    }
    world_quiet(w, "near misses");
}

static void fifteen_calls_are_not_enough_and_the_sixteenth_is(void **state)
{
    (void)state;
    for (int beats = 15; beats <= 16; beats++) {
        AUTO(world_drop) struct world *w = world_new("beacon");
        struct calls c = {"", 60, 1, 1, 0, beats, 0};
        play(w, &c, "10.1.2.3", "");
        world_start(w);
        CHECK_INT(w->count, beats == 16, "beats");
    }
}

static void the_ends_of_flows_may_come_in_another_order(void **state)
{
    (void)state;
    AUTO(world_drop) struct world *w = world_new("beacon");
    for (int i = 0; i < 40; i += 2)
        for (int k = 1; k >= 0; k--) {
            struct observation o = good_flow(w, "10.1.2.3", "203.0.113.66", 8443, 60.0 * (i + k));
            world_see(w, &o);
        }
    const struct caught *c = world_one(w, "beacon", "two by two");
    assert_true(fabs(feature(c, "period_s") - 60) < 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rhythm_is_found_through_jitter_and_missed_beats),
        cmocka_unit_test(visits_at_random_have_no_rhythm),
        cmocka_unit_test(near_misses_are_left_alone),
        cmocka_unit_test(fifteen_calls_are_not_enough_and_the_sixteenth_is),
        cmocka_unit_test(the_ends_of_flows_may_come_in_another_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
