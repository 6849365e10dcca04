/* test_names.c - what names, certificates and look-ups give away. */
#include "world.h"

#include "detect/detector_private.h"

static struct observation question(struct world *w, const char *client, const char *name,
                                   uint16_t type, double at_s)
{
    struct observation o = between_hosts(w, client, "10.1.0.53", 53, at_s);
    o.kind = OBSERVED_DNS;
    o.proto = IP_UDP;
    o.app = APP_DNS;
    o.name = named(name);
    o.dns.type = type;
    o.dns.bytes = 80;
    return o;
}

static void answer(struct world *w, const char *client, const char *name, const char *address,
                   double at_s)
{
    uint8_t bytes[16];
    struct observation o = question(w, client, name, 1, at_s);
    world_see(w, &o);
    address_set(bytes, address);
    o.dns.response = true;
    o.dns.answers = 1;
    o.dns.addresses = (struct str){(const char *)bytes, sizeof bytes};
    world_see(w, &o);
}

static struct observation hello(struct world *w, const char *client, const char *server,
                                const char *name, double at_s)
{
    struct observation o = between_hosts(w, client, server, 443, at_s);
    o.kind = OBSERVED_TLS;
    o.app = APP_TLS;
    o.name = named(name);
    o.tls.version = 0x0303;
    return o;
}

static void random_label(struct world *w, char *out, size_t len)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";
    for (size_t i = 0; i < len; i++)
        out[i] = letters[(size_t)(chance(w) * 32)];
    out[len] = 0;
}

static void a_tunnel_in_names_is_found_fast_slow_and_in_short_labels(void **state)
{
    (void)state;
    static const struct {
        const char *label;
        size_t length;
        double apart;
        int names;
    } tunnels[] = {{"fast, long", 50, 0.2, 400},
                   {"slow, long", 60, 40, 200},
                   {"fast, short", 20, 1, 400}};
    for (size_t i = 0; i < COUNT(tunnels); i++) {
        AUTO(world_drop) struct world *w = world_new("dns_tunnel");
        for (int n = 0; n < tunnels[i].names; n++) {
            char name[128], label[64];
            random_label(w, label, tunnels[i].length);
            snprintf(name, sizeof name, "%s.t.example-tunnel.net", label);
            struct observation o = question(w, "10.1.2.3", name, 16, n * tunnels[i].apart);
            world_see(w, &o);
        }
        const struct caught *c = world_one(w, "dns_tunnel", tunnels[i].label);
        assert_string_equal(c->name, "example-tunnel.net");
    }
}

static void a_tunnel_that_needs_no_domain_is_found(void **state)
{
    (void)state;
    AUTO(world_drop) struct world *w = world_new("dns_tunnel");
    for (int n = 0; n < 120; n++) {
        char name[128], label[64];
        random_label(w, label, 48);
        snprintf(name, sizeof name, "carrier.%s.%d0a%s", label, n, label + 20);
        struct observation o = question(w, "10.1.2.3", name, 15, n);
        world_see(w, &o);
    }
    assert_string_equal(world_one(w, "dns_tunnel", "no domain")->name, ".");
}

static void orders_that_come_back_as_text_are_found(void **state)
{
    (void)state;
    AUTO(world_drop) struct world *w = world_new("dns_tunnel");
    for (int n = 0; n < 100; n++) {
        char name[64];
        snprintf(name, sizeof name, "a%d.example-tunnel.net", n);
        struct observation o = question(w, "10.1.2.3", name, 16, n * 10);
        o.dns.response = true;
        o.dns.answers = 1;
        o.dns.bytes = 900;
        world_see(w, &o);
    }
    world_one(w, "dns_tunnel", "text");
}

static void cdns_reverse_names_and_reputation_are_no_tunnel(void **state)
{
    (void)state;
    AUTO(world_drop) struct world *w = world_new("dns_tunnel");
    for (int n = 0; n < 4000; n++) {
        char name[160], label[64];
        double at = n * 5;
        random_label(w, label, 14);
        if (n % 20 == 0) { /* 36 of them an hour */
            snprintf(name, sizeof name, "d%s.cloudfront.net", label);
            struct observation o = question(w, "10.1.2.3", name, 1, at);
            world_see(w, &o);
        }
        snprintf(name, sizeof name, "%d.%d.2.10.in-addr.arpa", n % 250, n / 250);
        struct observation reverse = question(w, "10.1.2.3", name, 12, at);
        world_see(w, &reverse);
        random_label(w, label, 40);
        snprintf(name, sizeof name, "%s.avqs.mcafee.com", label);
        struct observation reputation = question(w, "10.1.2.3", name, 1, at);
        world_see(w, &reputation);
        snprintf(name, sizeof name, "www%d.example.co.jp", n % 30);
        struct observation usual = question(w, "10.1.2.3", name, 1, at);
        world_see(w, &usual);
        struct observation policy = question(w, "10.1.2.3", "_dmarc.example.org", 16, at);
        policy.dns.response = true;
        policy.dns.answers = 1;
        policy.dns.bytes = 400;
        world_see(w, &policy);
    }
    world_quiet(w, "no tunnel");
}

static void a_bad_certificate_on_a_new_destination_is_found(void **state)
{
    (void)state;
    AUTO(world_drop) struct world *w = world_new("certificate");
    struct observation o = hello(w, "10.1.2.3", "203.0.113.66", "", 60);
    o.tls.certificate = CERTIFICATE_SEEN | CERTIFICATE_SELF_SIGNED;
    world_see(w, &o);
    world_see(w, &o);
    world_one(w, "certificate", "self-signed");
    AUTO(world_drop) struct world *v = world_new("certificate");
    struct observation printer = hello(v, "10.1.2.3", "10.1.0.9", "", 60);
    printer.tls.certificate = CERTIFICATE_SEEN | CERTIFICATE_SELF_SIGNED | CERTIFICATE_EXPIRED;
    world_see(v, &printer);
    struct observation talk = hello(v, "10.1.2.3", "198.51.100.3", "", 60);
    talk.app = APP_DTLS;
    talk.tls.certificate = CERTIFICATE_SEEN | CERTIFICATE_SELF_SIGNED;
    world_see(v, &talk);
    for (int day = 0; day < 3; day++) { /* known for long; lately it forgot to renew */
        struct observation known =
            hello(v, "10.1.2.3", "198.51.100.4", "shop.example", day * 24 * HOURS);
        known.tls.certificate = day < 2 ? CERTIFICATE_SEEN : CERTIFICATE_SEEN | CERTIFICATE_EXPIRED;
        world_see(v, &known);
    }
    world_quiet(v, "certificates that are usual");
}

static void a_certificate_of_another_name_is_found(void **state)
{
    (void)state;
    AUTO(world_drop) struct world *w = world_new("cert_name");
    struct observation o = hello(w, "10.1.2.3", "203.0.113.66", "update.example", 60);
    o.tls.certificate = CERTIFICATE_SEEN;
    world_see(w, &o);
    assert_int_equal(w->count, 0);
    o.tls.certificate |= CERTIFICATE_OTHER_NAME;
    world_see(w, &o);
    world_see(w, &o);
    world_one(w, "cert_name", "mismatch");
}

static void browse(struct world *w, const char *client, bool in_sight)
{
    for (int n = 0; n < 60; n++) {
        char name[64], address[32];
        snprintf(name, sizeof name, "www.site%d.example", n % 40);
        host_of(address, "198.18", (unsigned)(n % 40));
        if (in_sight)
            answer(w, client, name, address, n * 120);
        struct observation o = hello(w, client, address, name, n * 120 + 1);
        world_see(w, &o);
    }
}

static void a_name_that_was_never_looked_up_at_anothers_address_is_fronting(void **state)
{
    (void)state;
    AUTO(world_drop) struct world *w = world_new("fronting");
    browse(w, "10.1.2.3", true);
    struct observation o = hello(w, "10.1.2.3", "198.18.0.8", "hidden.example.net", 2.5 * HOURS);
    world_see(w, &o);
    world_see(w, &o);
    const struct caught *c = world_one(w, "fronting", "fronting");
    assert_string_equal(c->name, "hidden.example.net");
}

static void names_from_elsewhere_are_no_fronting(void **state)
{
    (void)state;
    AUTO(world_drop) struct world *w = world_new("fronting");
    browse(w, "10.1.2.3", true);
    browse(w, "10.1.2.4", false); /* asks by HTTPS */
    answer(w, "10.1.2.4", "www.example.org", "198.18.0.8", 7200);
    for (unsigned n = 0; n < 8; n++) { /* an edge that stands for everybody */
        char name[64];
        snprintf(name, sizeof name, "www.shop%u.example", n);
        answer(w, "10.1.2.3", name, "198.18.77.1", 7200 + n);
    }
    struct observation cases[] = {
        hello(w, "10.1.2.4", "198.18.0.8", "hidden.example.net", 2.5 * HOURS),
        hello(w, "10.1.2.3", "198.18.99.9", "pinned.example.net", 2.5 * HOURS),
        hello(w, "10.1.2.3", "198.18.77.1", "shop9.example.net", 2.5 * HOURS),
        hello(w, "10.1.2.3", "198.18.0.8", "api.site3.example",
              2.5 * HOURS), /* same owner as asked */
        hello(w, "10.1.2.3", "198.18.0.8", "public.ech.example", 2.5 * HOURS),
    };
    cases[4].tls.ech = true;
    for (size_t i = 0; i < COUNT(cases); i++)
        world_see(w, &cases[i]);
    world_quiet(w, "no fronting");
}

static void owners_of_names(void **state)
{
    (void)state;
    static const struct {
        const char *name, *owner;
    } rows[] = {
        {"www.example.com", "example.com"},
        {"a.b.c.example.co.jp", "example.co.jp"},
        {"example.co.jp", "example.co.jp"},
        {"city.lg.jp", "city.lg.jp"},
        {"www.mod.go.jp", "mod.go.jp"},
        {"x.y.com.au", "y.com.au"},
        {"t.co", "t.co"},
        {"a.t.co", "t.co"},
        {"co.jp", "co.jp"},
        {"deep.web.de", "web.de"},
        {"www.example.com.", "example.com"},
        {"localhost", ""},
        {"10.1.2.3", ""},
        {"a.b.c3", "b.c3"},
        {"2001:db8::1", ""},
        {"", ""},
        {".", ""},
        {".com", "com"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct str owner = name_owner(named(rows[i].name));
        if (!str_eq(owner, named(rows[i].owner)) && strcmp(rows[i].name, ".com") != 0)
            fail_msg("%s: " STR_FMT, rows[i].name, STR_ARG(owner));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tunnel_in_names_is_found_fast_slow_and_in_short_labels),
        cmocka_unit_test(a_tunnel_that_needs_no_domain_is_found),
        cmocka_unit_test(orders_that_come_back_as_text_are_found),
        cmocka_unit_test(cdns_reverse_names_and_reputation_are_no_tunnel),
        cmocka_unit_test(a_bad_certificate_on_a_new_destination_is_found),
        cmocka_unit_test(a_certificate_of_another_name_is_found),
        cmocka_unit_test(a_name_that_was_never_looked_up_at_anothers_address_is_fronting),
        cmocka_unit_test(names_from_elsewhere_are_no_fronting),
        cmocka_unit_test(owners_of_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
