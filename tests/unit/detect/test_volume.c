/* test_volume.c - scans, guesses, floods, reflections and exfiltration, and what only looks like them. */
#include "world.h"

static void a_scan_over_hosts_is_found_fast_or_slow(void **state)
{
    (void)state;
    static const struct {
        const char *label;
        double apart;
    } speeds[] = {{"ten a second", 0.1}, {"one a minute", 60}, {"one in eight minutes", 480}};
    for (size_t i = 0; i < COUNT(speeds); i++) {
        AUTO(world_drop) struct world *w = world_new("scan_hosts");
        for (unsigned n = 0; n < 60; n++) {
            char host[32];
            struct observation o =
                unanswered(w, "10.1.2.3", host_of(host, "10.9", n), 445, n * speeds[i].apart);
            if (n % 6 == 0) /* some answer */
                o = good_flow(w, "10.1.2.3", host, 445, n * speeds[i].apart);
            world_see(w, &o);
        }
        const struct caught *c = world_one(w, "scan_hosts", speeds[i].label);
        assert_true(feature(c, "hosts") >= 25);
    }
}

static void half_open_probes_of_open_ports_count_as_a_scan(void **state)
{
    (void)state;
    AUTO(world_drop) struct world *w = world_new("scan_hosts");
    for (unsigned n = 0; n < 40; n++) {
        char host[32];
        struct observation o = good_flow(w, "198.51.100.9", host_of(host, "10.9", n), 22, n);
        o.ended.tcp_flags[FLOW_CLIENT] = TCP_SYN | TCP_RST;
        o.ended.tcp_flags[FLOW_SERVER] = TCP_SYN | TCP_ACK;
        world_see(w, &o);
    }
    world_one(w, "scan_hosts", "half-open");
}

static void one_scanner_is_one_finding_however_many_ports(void **state)
{
    (void)state;
    AUTO(world_drop) struct world *w = world_new("scan_hosts");
    for (unsigned n = 0; n < 200; n++)
        for (unsigned port = 20; port < 30; port++) {
            char host[32];
            struct observation o =
                unanswered(w, "10.1.2.3", host_of(host, "10.9", n), (uint16_t)port, n + port / 50.);
            world_see(w, &o);
        }
    world_one(w, "scan_hosts", "ten ports");
}

static void a_scan_over_ports_is_found(void **state)
{
    (void)state;
    AUTO(world_drop) struct world *w = world_new("scan_ports");
    for (unsigned n = 0; n < 300; n++) {
        struct observation o =
            unanswered(w, "10.1.2.3", "10.1.0.9", (uint16_t)(n * 7 + 1), n * 30.0);
        o.ended.packets[FLOW_SERVER] = 1; /* refused */
        o.ended.tcp_flags[FLOW_SERVER] = TCP_RST | TCP_ACK;
        world_see(w, &o);
    }
    world_one(w, "scan_ports", "refused");
}

static void failures_of_everyday_life_are_no_scan(void **state)
{
    (void)state;
    AUTO(world_drop) struct world *w = world_new("scan_hosts");
    char host[32];
    for (unsigned n = 0; n < 400; n++) { /* a browser: one site in ten is dead */
        struct observation o =
            n % 10 ? good_flow(w, "10.1.2.3", host_of(host, "198.18", n), 443, n * 20)
                   : unanswered(w, "10.1.2.3", host_of(host, "198.19", n), 443, n * 20);
        world_see(w, &o);
    }
    for (unsigned n = 0; n < 30; n++) { /* then the line is down for ten minutes */
        struct observation o =
            unanswered(w, "10.1.2.3", host_of(host, "198.20", n), 443, 8000 + n * 20);
        world_see(w, &o);
    }
    for (unsigned n = 0; n < 500; n++) { /* a dead server, asked for ever */
        struct observation o = unanswered(w, "10.1.2.4", "10.1.0.200", 389, n * 10);
        world_see(w, &o);
    }
    for (unsigned n = 0; n < 300; n++) { /* P2P: dead peers at ports of their own */
        struct observation o = unanswered(w, "10.1.2.5", host_of(host, "198.21", n),
                                          (uint16_t)(20000 + n * 31), n * 5);
        world_see(w, &o);
    }
    world_quiet(w, "no scan over hosts");
    AUTO(world_drop) struct world *v = world_new("scan_ports");
    for (unsigned n = 0; n < 90; n++) { /* traceroute */
        struct observation o = udp_flow(v, "10.1.2.3", "198.51.100.1", (uint16_t)(33434 + n), n);
        o.ended.packets[FLOW_SERVER] = 0;
        world_see(v, &o);
        struct observation ftp =
            good_flow(v, "10.1.2.3", "10.1.0.21", (uint16_t)(50000 + n), n); /* passive FTP */
        world_see(v, &ftp);
    }
    world_quiet(v, "no scan over ports");
}

static void told_failures_are_guessing(void **state)
{
    (void)state;
    AUTO(world_drop) struct world *w = world_new("guessing");
    for (unsigned n = 0; n < 12; n++) {
        struct observation o = good_flow(w, "198.51.100.9", "10.1.0.21", 21, n * 60);
        o.app = APP_FTP;
        o.ended.logins_tried = o.ended.logins_failed = 1;
        world_see(w, &o);
    }
    const struct caught *c = world_one(w, "guessing", "ftp");
    assert_string_equal(c->name, "FTP");
}

static void one_password_over_many_servers_is_guessing(void **state)
{
    (void)state;
    AUTO(world_drop) struct world *w = world_new("guessing");
    for (unsigned n = 0; n < 30; n++) {
        char host[32];
        struct observation o = good_flow(w, "10.1.2.3", host_of(host, "10.9", n), 445, n * 30);
        o.app = APP_SMB;
        o.ended.logins_tried = o.ended.logins_failed = 1;
        world_see(w, &o);
    }
    const struct caught *c = world_one(w, "guessing", "spray");
    assert_true(feature(c, "others") >= 15);
}

static void encrypted_guessing_shows_by_its_shape(void **state)
{
    (void)state;
    AUTO(world_drop) struct world *w = world_new("guessing");
    for (unsigned n = 0; n < 60; n++) {
        struct observation o = good_flow(w, "198.51.100.9", "10.1.0.22", 22, n * 4);
        o.app = APP_SSH;
        o.ended.bytes[0] = (uint64_t)(1900 + 200 * chance(w));
        o.ended.bytes[1] = (uint64_t)(2600 + 100 * chance(w));
        world_see(w, &o);
    }
    world_one(w, "guessing", "ssh");
}

static void scripts_and_slips_are_no_guessing(void **state)
{
    (void)state;
    AUTO(world_drop) struct world *w = world_new("guessing");
    for (unsigned n = 0; n < 600; n++) {
        struct observation check =
            good_flow(w, "10.1.0.7", "10.1.0.22", 22, n * 60); /* is it alive? */
        check.app = APP_SSH;
        world_see(w, &check);
        struct observation sync = good_flow(w, "10.1.0.8", "10.1.0.22", 22, n * 10); /* rsync */
        sync.app = APP_SSH;
        sync.ended.bytes[FLOW_CLIENT] = (uint64_t)(20000 + exponential(w, 200000));
        world_see(w, &sync);
        struct observation slip = good_flow(w, "10.1.2.3", "10.1.0.21", 21, n * 60);
        slip.app = APP_FTP;
        slip.ended.logins_failed = n % 10 == 0;
        slip.ended.logins_done = 1;
        world_see(w, &slip);
    }
    world_quiet(w, "scripts");
}

static void floods_of_three_kinds_are_found(void **state)
{
    (void)state;
    for (int kind = 0; kind < 3; kind++) {
        AUTO(world_drop) struct world *w = world_new("flood");
        for (unsigned n = 0; n < 6000; n++) {
            char host[32];
            struct observation o =
                unanswered(w, host_of(host, "198.18", n), "10.1.0.80", 80, n / 400.);
            if (kind) {
                o.proto = kind == 1 ? IP_UDP : IP_ICMP;
                o.ended.packets[FLOW_CLIENT] = 20;
            }
            o.time_us = o.ended.start_us;
            world_see(w, &o);
        }
        const struct caught *c = world_one(w, "flood", "flood");
        assert_true(feature(c, "sources") > 50);
        assert_int_equal(c->f.host[12], 10);
    }
}

static void steady_streams_and_scans_are_no_flood(void **state)
{
    (void)state;
    AUTO(world_drop) struct world *w = world_new("flood");
    for (unsigned n = 0; n < 3000; n++) { /* one client, many ports: a scan */
        struct observation o = unanswered(w, "10.1.2.3", "10.1.0.80", (uint16_t)(n + 1), n / 300.);
        world_see(w, &o);
    }
    for (unsigned n = 0; n < 48; n++) { /* an hour of video each: 400 packets a second */
        struct observation o = udp_flow(w, "10.1.4.4", "10.1.0.90", 5004, n * 3600);
        o.ended.packets[FLOW_CLIENT] = UINT64_C(400) * 3600;
        o.ended.packets[FLOW_SERVER] = 0;
        o.time_us += 3600 * SECOND;
        world_see(w, &o);
        struct observation call = udp_flow(w, "10.1.4.5", "198.51.100.30", 3480, n * 3600);
        call.ended.packets[FLOW_CLIENT] = UINT64_C(3000) * 60; /* a call: both talk */
        call.ended.packets[FLOW_SERVER] = UINT64_C(2500) * 60;
        call.time_us += 60 * SECOND;
        world_see(w, &call);
    }
    world_quiet(w, "no flood");
}

static void a_reflection_is_found_at_either_end(void **state)
{
    (void)state;
    AUTO(world_drop) struct world *w = world_new("reflection");
    for (unsigned n = 0; n < 600; n++) { /* our open resolver is made use of */
        struct observation o = udp_flow(w, "198.51.100.77", "10.1.0.53", 53, n / 20.);
        o.ended.bytes[FLOW_CLIENT] = 70;
        o.ended.bytes[FLOW_SERVER] = 3400;
        world_see(w, &o);
    }
    world_one(w, "reflection", "at the server");
    AUTO(world_drop) struct world *v = world_new("reflection");
    for (unsigned n = 0; n < 3000; n++) { /* we are the victim, and never asked */
        char host[32];
        struct observation o =
            udp_flow(v, host_of(host, "198.18", n % 200), "10.1.0.80", 40000, n / 60.);
        o.client_port = 123;
        o.ended.packets[FLOW_SERVER] = 0;
        o.ended.bytes[FLOW_CLIENT] = 4400;
        o.ended.bytes[FLOW_SERVER] = 0;
        world_see(v, &o);
    }
    const struct caught *c = world_one(v, "reflection", "at the victim");
    assert_string_equal(c->name, "ntp");
    assert_int_equal(c->f.host[15], 80);
}

static void busy_resolvers_and_monitors_reflect_nothing(void **state)
{
    (void)state;
    AUTO(world_drop) struct world *w = world_new("reflection");
    for (unsigned n = 0; n < 60000; n++) {
        char host[32];
        struct observation o =
            udp_flow(w, "10.1.0.53", host_of(host, "198.18", n % 300), 53, n / 100.);
        o.ended.bytes[FLOW_CLIENT] = 80;
        o.ended.bytes[FLOW_SERVER] = (uint64_t)(90 + exponential(w, 250));
        world_see(w, &o);
        struct observation snmp =
            udp_flow(w, "10.1.0.7", host_of(host, "10.9", n % 100), 161, n / 100.);
        snmp.ended.bytes[FLOW_SERVER] = 1400;
        world_see(w, &snmp);
    }
    world_quiet(w, "resolver");
}

static void office_hours(struct world *w, int hours) /* what everybody does */
{
    for (int minute = 0; minute < hours * 60; minute++)
        for (unsigned n = 0; n < 4; n++) {
            char host[32];
            struct observation o =
                good_flow(w, host_of(host, "10.2", n), "198.51.100.7", 443, minute * 60);
            o.name = S("portal.example.com");
            o.ended.bytes[FLOW_CLIENT] = (uint64_t)exponential(w, 20000);
            o.ended.bytes[FLOW_SERVER] = (uint64_t)exponential(w, 200000);
            world_see(w, &o);
        }
}

static void a_host_that_sends_out_far_more_than_ever_is_found(void **state)
{
    (void)state;
    AUTO(world_drop) struct world *w = world_new("exfil");
    office_hours(w, 8);
    for (int i = 0; i < 20; i++) {
        struct observation o = good_flow(w, "10.2.0.2", "203.0.113.66", 443, 8 * HOURS + i * 60);
        o.ended.bytes[FLOW_CLIENT] = 5 << 20;
        world_see(w, &o);
    }
    const struct caught *c = world_one(w, "exfil", "100 MiB");
    assert_true(feature(c, "out_bytes") >= 30e6);
    assert_true(feature(c, "record_bytes") < 1);
}

static void backups_calls_and_downloads_are_no_exfiltration(void **state)
{
    (void)state;
    AUTO(world_drop) struct world *w = world_new("exfil");
    for (int day = 0; day < 4; day++) {
        struct observation nightly = /* the first one falls into the warm-up */
            good_flow(w, "10.2.0.9", "198.51.100.90", 443, day * 24 * HOURS + 2 * HOURS);
        nightly.name = S("s3.backup.example");
        nightly.ended.bytes[FLOW_CLIENT] = (uint64_t)(2e9 * between(w, 0.8, 1.3));
        world_see(w, &nightly);
        struct observation inside =
            good_flow(w, "10.2.0.4", "10.1.0.5", 445, day * 24 * HOURS + 12 * HOURS);
        inside.ended.bytes[FLOW_CLIENT] = UINT64_C(9000000000);
        world_see(w, &inside);
        struct observation call =
            udp_flow(w, "10.2.0.5", "198.51.100.30", 3480, day * 24 * HOURS + 12 * HOURS);
        call.ended.bytes[FLOW_CLIENT] = 900 << 20;
        call.ended.bytes[FLOW_SERVER] = 700 << 20;
        world_see(w, &call);
        struct observation film =
            good_flow(w, "10.2.0.6", "198.51.100.31", 443, day * 24 * HOURS + 12 * HOURS);
        film.ended.bytes[FLOW_CLIENT] = 40 << 20;
        film.ended.bytes[FLOW_SERVER] = UINT64_C(4000000000);
        world_see(w, &film);
        struct observation mail =
            good_flow(w, "10.2.0.7", "198.51.100.32", 443, day * 24 * HOURS + 12 * HOURS);
        mail.ended.bytes[FLOW_CLIENT] = 15 << 20; /* a large attachment */
        world_see(w, &mail);
    }
    world_quiet(w, "backups");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_scan_over_hosts_is_found_fast_or_slow),
        cmocka_unit_test(half_open_probes_of_open_ports_count_as_a_scan),
        cmocka_unit_test(one_scanner_is_one_finding_however_many_ports),
        cmocka_unit_test(a_scan_over_ports_is_found),
        cmocka_unit_test(failures_of_everyday_life_are_no_scan),
        cmocka_unit_test(told_failures_are_guessing),
        cmocka_unit_test(one_password_over_many_servers_is_guessing),
        cmocka_unit_test(encrypted_guessing_shows_by_its_shape),
        cmocka_unit_test(scripts_and_slips_are_no_guessing),
        cmocka_unit_test(floods_of_three_kinds_are_found),
        cmocka_unit_test(steady_streams_and_scans_are_no_flood),
        cmocka_unit_test(a_reflection_is_found_at_either_end),
        cmocka_unit_test(busy_resolvers_and_monitors_reflect_nothing),
        cmocka_unit_test(a_host_that_sends_out_far_more_than_ever_is_found),
        cmocka_unit_test(backups_calls_and_downloads_are_no_exfiltration),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
