/* test_peers.c - who talks with whom for the first time, and by what. */
#include "world.h"

#include "detect/peers/remote_tools_private.h"

static void settle(struct world *w, double hours) /* the capture has lasted that long */
{
    for (int half = 0; half <= (int)(hours * 2); half++) {
        double at = half / 2.0;
        struct observation o = good_flow(w, "10.7.0.1", "198.51.100.7", 443, at * HOURS);
        world_see(w, &o);
        o = between_hosts(w, "10.7.0.1", "10.7.0.2", 502, at * HOURS);
        o.kind = OBSERVED_MESSAGE;
        o.app = APP_MODBUS;
        o.message.intent = INTENT_READ;
        world_see(w, &o);
    }
}

static void first_uses_on_several_hosts_are_lateral_movement(void **state)
{
    (void)state;
    AUTO(world_drop) struct world *w = world_new("lateral");
    settle(w, 3);
    for (unsigned n = 0; n < 6; n++) {
        char host[32];
        struct observation o =
            good_flow(w, "10.1.2.3", host_of(host, "10.9", n), 445, 3 * HOURS + n * 300);
        world_see(w, &o);
    }
    world_one(w, "lateral", "fan");
}

static void hop_after_hop_is_lateral_movement(void **state)
{
    (void)state;
    AUTO(world_drop) struct world *w = world_new("lateral");
    settle(w, 3);
    for (unsigned n = 0; n < 3; n++) {
        char from[32], to[32];
        struct observation o = good_flow(w, host_of(from, "10.9", n), host_of(to, "10.9", n + 1),
                                         n % 2 ? 3389 : 5985, 3 * HOURS + n * 600);
        world_see(w, &o);
    }
    const struct caught *c = world_one(w, "lateral", "chain");
    CHECK_INT(feature(c, "chain"), 3, "hops");
}

static void the_usual_administration_is_no_lateral_movement(void **state)
{
    (void)state;
    AUTO(world_drop) struct world *w = world_new("lateral");
    for (unsigned round = 0; round < 50; round++)
        for (unsigned n = 0; n < 30; n++) { /* an administrator's host; a file server's clients */
            char host[32];
            struct observation o =
                good_flow(w, "10.1.0.7", host_of(host, "10.9", n), 22, round * 900 + n);
            world_see(w, &o);
            o = good_flow(w, host, "10.1.0.5", 445, round * 900 + n);
            world_see(w, &o);
        }
    for (unsigned n = 0; n < 3; n++) { /* three new servers in an hour are still fine */
        char host[32];
        struct observation o =
            good_flow(w, "10.1.2.3", host_of(host, "10.9", n), 445, 13 * HOURS + n);
        world_see(w, &o);
        o = good_flow(w, "10.1.2.3", host_of(host, "198.18", n), 22, 13 * HOURS + n);
        world_see(w, &o);
    }
    world_quiet(w, "administration");
}

static void a_door_that_opens_is_a_new_service(void **state)
{
    (void)state;
    AUTO(world_drop) struct world *w = world_new("new_service");
    struct observation web = good_flow(w, "198.51.100.9", "10.1.0.80", 443, 0);
    struct observation ftp = good_flow(w, "198.51.100.9", "10.1.0.21", 21, 1);
    world_see(w, &web);
    world_see(w, &ftp);
    for (unsigned n = 0; n < 100; n++) {
        struct observation again = good_flow(w, "198.51.100.9", "10.1.0.80", 443, n * HOURS);
        world_see(w, &again);
        struct observation data =
            good_flow(w, "198.51.100.9", "10.1.0.21", (uint16_t)(50000 + n), n * HOURS);
        world_see(w, &data);
        struct observation shut =
            unanswered(w, "198.51.100.9", "10.1.0.80", (uint16_t)(n + 1), n * HOURS);
        world_see(w, &shut);
        struct observation inside =
            good_flow(w, "10.1.2.3", "10.1.0.80", (uint16_t)(n + 1), n * HOURS);
        world_see(w, &inside);
    }
    assert_int_equal(w->count, 0);
    struct observation shell = good_flow(w, "198.51.100.66", "10.1.0.80", 4444, 100 * HOURS);
    world_see(w, &shell);
    world_see(w, &shell);
    const struct caught *c = world_one(w, "new_service", "shell");
    assert_int_equal(c->f.host[15], 80);
    assert_int_equal(c->f.peer_port, 4444);
}

static void a_remote_access_program_is_named_once(void **state)
{
    (void)state;
    AUTO(world_drop) struct world *w = world_new("remote_tool");
    for (int i = 0; i < 5; i++) {
        struct observation o = good_flow(w, "10.1.2.3", "198.51.100.40", 443, i * 60);
        o.name = S("relay-1a2b.net.anydesk.com");
        world_see(w, &o);
        struct observation site = good_flow(w, "10.1.2.4", "198.51.100.41", 443, i * 60);
        site.name = S("anydesk.com"); /* the maker's site, and a name that only looks like it */
        world_see(w, &site);
        site.name = S("notnet.anydesk.com.example");
        world_see(w, &site);
        site.name = S("www.google.com");
        world_see(w, &site);
    }
    const struct caught *c = world_one(w, "remote_tool", "AnyDesk");
    assert_string_equal(c->name, "AnyDesk");
    AUTO(world_drop) struct world *v = world_new("remote_tool");
    struct observation o = good_flow(v, "10.1.2.3", "198.51.100.42", 5938, 60);
    world_see(v, &o);
    o = good_flow(v, "10.1.2.5", "10.1.0.5", 5938, 60); /* inside */
    world_see(v, &o);
    o = unanswered(v, "10.1.2.6", "198.51.100.42", 5938, 60);
    world_see(v, &o);
    assert_string_equal(world_one(v, "remote_tool", "port")->name, "TeamViewer");
}

static void every_name_in_the_table_of_programs_is_found(void **state)
{
    (void)state;
    for (size_t t = 0; remote_tool_at(t); t++)
        for (size_t n = 0; n < REMOTE_NAMES_MOST && remote_tool_at(t)->names[n].len; n++) {
            AUTO(world_drop) struct world *w = world_new("remote_tool");
            struct observation o = good_flow(w, "10.1.2.3", "198.51.100.40", 443, 60);
            o.name = remote_tool_at(t)->names[n];
            world_see(w, &o);
            CHECK_INT(w->count, 1, remote_tool_at(t)->tool);
            assert_string_equal(w->caught[0].name, remote_tool_at(t)->tool);
        }
}

static struct observation command(struct world *w, const char *client, const char *server,
                                  enum dissect_intent intent, double at_s)
{
    struct observation o = between_hosts(w, client, server, 502, at_s);
    o.kind = OBSERVED_MESSAGE;
    o.app = APP_MODBUS;
    o.message.intent = (uint8_t)intent;
    o.message.function = intent == INTENT_READ ? 3 : 16;
    return o;
}

static void a_first_write_to_a_controller_is_found_and_the_usual_one_is_not(void **state)
{
    (void)state;
    AUTO(world_drop) struct world *w = world_new("control_write");
    for (int i = 0; i < 400; i++) {
        struct observation o = command(w, "10.5.0.1", "10.5.1.1", INTENT_READ, i * 60);
        world_see(w, &o);
        o = command(w, "10.5.0.1", "10.5.1.1", i % 30 ? INTENT_READ : INTENT_WRITE, i * 60);
        world_see(w, &o);
        o = command(w, "10.5.0.2", "10.5.1.1", INTENT_READ, i * 60); /* the historian */
        world_see(w, &o);
    }
    assert_int_equal(w->count, 0);
    struct observation answer = command(w, "10.5.0.2", "10.5.1.1", INTENT_WRITE, 24000);
    answer.message.response = true;
    world_see(w, &answer);
    assert_int_equal(w->count, 0);
    struct observation attack = command(w, "10.1.2.3", "10.5.1.1", INTENT_PROGRAM, 24001);
    world_see(w, &attack);
    world_see(w, &attack);
    const struct caught *c = world_one(w, "control_write", "stranger");
    assert_string_equal(c->name, "program");
    assert_true(c->f.score > 0.9);
}

static void a_password_in_the_clear_is_said_once(void **state)
{
    (void)state;
    AUTO(world_drop) struct world *w = world_new("cleartext");
    for (int i = 0; i < 5; i++) {
        struct observation o = good_flow(w, "10.1.2.3", "198.51.100.25", 110, i * 300);
        o.app = APP_POP3;
        o.ended.logins_done = 1;
        world_see(w, &o);
        o = good_flow(w, "10.1.2.3", "198.51.100.26", 993, i * 300);
        o.app = APP_TLS;
        world_see(w, &o);
        o = good_flow(w, "10.1.2.3", "10.1.0.5", 445, i * 300); /* says no password */
        o.app = APP_SMB;
        o.ended.logins_done = 1;
        world_see(w, &o);
        o = good_flow(w, "10.1.2.3", "10.1.0.21", 21, i * 300); /* looks around without a log-in */
        o.app = APP_FTP;
        world_see(w, &o);
    }
    world_one(w, "cleartext", "POP3");
    AUTO(world_drop) struct world *v = world_new("cleartext");
    struct observation o = good_flow(v, "10.1.2.3", "10.1.0.23", 23, 60);
    world_see(v, &o);
    assert_string_equal(world_one(v, "cleartext", "Telnet")->name, "Telnet");
}

static void tor_is_found_by_its_hello(void **state)
{
    (void)state;
    AUTO(world_drop) struct world *w = world_new("tor");
    struct observation o = between_hosts(w, "10.1.2.3", "198.51.100.9", 9001, 60);
    o.kind = OBSERVED_TLS;
    world_see(w, &o);
    assert_int_equal(w->count, 0);
    o.tls.tor_shape = true;
    o.name = S("www.kq3v9z0dj2x.com");
    world_see(w, &o);
    world_see(w, &o);
    world_one(w, "tor", "tor");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_uses_on_several_hosts_are_lateral_movement),
        cmocka_unit_test(hop_after_hop_is_lateral_movement),
        cmocka_unit_test(the_usual_administration_is_no_lateral_movement),
        cmocka_unit_test(a_door_that_opens_is_a_new_service),
        cmocka_unit_test(a_remote_access_program_is_named_once),
        cmocka_unit_test(every_name_in_the_table_of_programs_is_found),
        cmocka_unit_test(a_first_write_to_a_controller_is_found_and_the_usual_one_is_not),
        cmocka_unit_test(a_password_in_the_clear_is_said_once),
        cmocka_unit_test(tor_is_found_by_its_hello),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
