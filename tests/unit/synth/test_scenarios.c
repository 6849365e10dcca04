/* test_scenarios.c - made-up traffic is sound, the same each time, and shows what its labels say. */
#include "core/arena.h"
#include "core/digest.h"
#include "dissect/dissector.h"
#include "net/bytes.h"
#include "net/decode.h"
#include "synth/scenario.h"
#include "tests/check.h"

static const struct {
    const char *name;
    double scale;
    bool has_content;
} scenarios[] = {{"office", 0.5, true}, {"control_room", 1, false}, {"intruder", 0.5, true},
                 {"mix", 0.005, true},  {"tiny", 0.002, false},     {"newflows", 0.002, false},
                 {"dns", 0.002, false}, {"hits", 0.01, true},       {"day", 0.1, true}};

static struct synth_order order_of(size_t i, uint64_t seed)
{
    return (struct synth_order){scenarios[i].name, seed, scenarios[i].scale, SYNTH_EPOCH};
}

static void run(const struct synth_order *order,
                bool (*frame)(void *, const struct frame *, struct err *), void *context,
                struct synth_result *ret)
{
    struct err e = {0};
    if (!synth_run(order, &(struct synth_sink){frame, context}, ret, &e))
        fail_msg("%s: %s", order->scenario, e.text);
}

/* RFC 1071 as its text says, with nothing of synth/ in it. */
static uint32_t sum16(uint32_t sum, const uint8_t *p, size_t len)
{
    for (size_t i = 0; i < len; i++)
        sum += i % 2 ? p[i] : (uint32_t)p[i] << 8;
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return sum;
}

static bool sums_hold(const struct frame *f)
{
    const uint8_t *ip = f->bytes + 14;
    bool v4 = ip[0] >> 4 == 4;
    size_t head = v4 ? 20 : 40, len = v4 ? load_be16(ip + 2) - 20u : load_be16(ip + 4);
    uint32_t sum = v4 ? sum16(0, ip + 12, 8) : sum16(0, ip + 8, 32);
    sum = sum16(sum + (v4 ? ip[9] : ip[6]) + (uint32_t)len, ip + head, len);
    return sum == 0xffff && (!v4 || sum16(0, ip, 20) == 0xffff) && 14 + head + len <= f->caplen;
}

struct checked {
    int64_t last_us;
    uint64_t frames, canaries;
    struct decode_ctx *decode;
};

static bool check_frame(void *context, const struct frame *f, struct err *e)
{
    struct checked *c = context;
    struct packet p;
    (void)e;
    assert_true(f->time_us >= c->last_us);
    assert_true(f->caplen >= 60 && f->caplen <= 1514 && f->linktype == LINK_ETHERNET);
    assert_true(sums_hold(f));
    assert_true(decode_frame(f, c->decode, &p));
    assert_false(p.flags & PACKET_CUT);
    c->canaries += memmem(f->bytes, f->caplen, SYNTH_CANARY, strlen(SYNTH_CANARY)) != NULL;
    c->last_us = f->time_us;
    c->frames++;
    return true;
}

static void frames_are_in_order_with_right_checksums(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(scenarios); i++) {
        AUTO(synth_result_drop) struct synth_result made = {0};
        AUTO(decode_drop) struct decode_ctx *decode = decode_new(NULL);
        struct checked c = {.decode = decode};
        struct synth_order order = order_of(i, 11);
        run(&order, check_frame, &c, &made);
        CHECK_INT(c.frames, made.frames, scenarios[i].name);
        CHECK_INT(c.frames > 100, true, scenarios[i].name);
        CHECK_INT(c.canaries > 0, scenarios[i].has_content, scenarios[i].name);
    }
}

static bool hash_frame(void *context, const struct frame *f, struct err *e)
{
    (void)e;
    sha256_add(context, (struct str){(const char *)&f->time_us, sizeof f->time_us});
    sha256_add(context, (struct str){(const char *)f->bytes, f->caplen});
    return true;
}

static void hash_of(size_t scenario, uint64_t seed, uint8_t ret[SHA256_SIZE])
{
    AUTO(synth_result_drop) struct synth_result made = {0};
    struct sha256 hash;
    struct synth_order order = order_of(scenario, seed);
    sha256_start(&hash);
    run(&order, hash_frame, &hash, &made);
    sha256_end(&hash, ret);
}

static void the_seed_alone_decides_the_bytes(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(scenarios); i++) {
        uint8_t a[SHA256_SIZE], b[SHA256_SIZE], c[SHA256_SIZE];
        hash_of(i, 5, a);
        hash_of(i, 5, b);
        hash_of(i, 6, c);
        CHECK_INT(memcmp(a, b, sizeof a), 0, scenarios[i].name);
        CHECK_INT(memcmp(a, c, sizeof a) != 0, true, scenarios[i].name);
    }
}

/* What a client said in a labelled flow, joined. */
struct said {
    struct str_bytes {
        char bytes[4096];
        size_t len;
    } client;
    bool started; /* a frame of the flow was seen at the label's instant */
};

struct search {
    const struct synth_result *made;
    struct said *said;
    struct decode_ctx *decode;
};

static bool search_frame(void *context, const struct frame *f, struct err *e)
{
    struct search *s = context;
    struct packet p;
    (void)e;
    assert_true(decode_frame(f, s->decode, &p));
    for (size_t i = 0; i < s->made->label_count; i++) {
        const struct synth_label *l = &s->made->labels[i];
        if (p.sport != l->client_port || p.dport != l->server_port || p.proto != l->proto ||
            memcmp(p.src, l->client, 16) != 0 || memcmp(p.dst, l->server, 16) != 0)
            continue;
        struct said *said = &s->said[i];
        said->started |= f->time_us == l->time_us;
        size_t room = sizeof said->client.bytes - said->client.len;
        size_t n = p.payload.len < room ? p.payload.len : room;
        if (f->time_us > l->time_us || n == 0)
            continue;
        memcpy(said->client.bytes + said->client.len, p.payload.ptr, n);
        said->client.len += n;
    }
    return true;
}

static bool ends_below(struct str name, struct str parent)
{
    return name.len > parent.len + 1 && name.ptr[name.len - parent.len - 1] == '.' &&
           str_eq(str_skip(name, name.len - parent.len), parent);
}

static bool name_shown(const struct synth_label *l, enum app app, const union dissect_facts *facts)
{
    struct str value = {l->value, strlen(l->value)};
    struct str name = app == APP_DNS ? dns_qname(&facts->dns) : tls_sni(&facts->tls.client);
    return l->kind == SYNTH_PARENT ? ends_below(name, value) : str_eq(name, value);
}

static bool label_shown(const struct synth_label *l, const struct said *said)
{
    union dissect_facts facts;
    char url[400];
    size_t used = 0;
    struct str bytes = {said->client.bytes, said->client.len};
    if (!said->started)
        return false;
    if (l->kind == SYNTH_ADDRESS) /* the flow's own address: found by its SYN */
        return true;
    enum dissect_transport transport = l->proto == IP_TCP ? DISSECT_TCP : DISSECT_UDP;
    const struct dissector *d = dissector_guess(transport, l->client_port, l->server_port, bytes);
    if (!d || d->parse(transport, bytes, &facts, &used) != DISSECT_DONE)
        return false;
    switch (l->kind) {
    case SYNTH_NAME:
    case SYNTH_PARENT: return name_shown(l, d->app, &facts);
    case SYNTH_JA3: return strcmp(facts.tls.client.ja3, l->value) == 0;
    case SYNTH_JA4: return strcmp(facts.tls.client.ja4, l->value) == 0;
    case SYNTH_URL:
        snprintf(url, sizeof url, STR_FMT STR_FMT, STR_ARG(http_host(&facts.http)),
                 STR_ARG(http_path(&facts.http)));
        return strcmp(url, l->value) == 0;
    default: return false;
    }
}

static void labels_are_in_the_traffic(void **state)
{
    static const size_t with_labels[] = {2, 3, 7};
    (void)state;
    for (size_t w = 0; w < COUNT(with_labels); w++) {
        AUTO(synth_result_drop) struct synth_result made = {0};
        AUTO(synth_result_drop) struct synth_result again = {0};
        AUTO(decode_drop) struct decode_ctx *decode = decode_new(NULL);
        struct synth_order order = order_of(with_labels[w], 3);
        struct checked c = {.decode = decode};
        run(&order, check_frame, &c, &made);
        assert_true(made.label_count > 0);

        AUTO(arena_drop) struct arena memory = ARENA(16 << 20);
        struct said *said = arena_array(&memory, struct said, made.label_count);
        assert_non_null(said);
        struct search s = {&made, said, decode};
        run(&order, search_frame, &s, &again);
        for (size_t i = 0; i < made.label_count; i++)
            if (!label_shown(&made.labels[i], &said[i]))
                fail_msg("%s: %s %s is not there", order.scenario,
                         synth_label_text(made.labels[i].kind), made.labels[i].value);
    }
}

static void the_intruder_shows_every_kind_of_label_but_a_parent(void **state)
{
    AUTO(synth_result_drop) struct synth_result made = {0};
    AUTO(buf_drop) struct buf text = BUF(1 << 20);
    struct sha256 hash;
    size_t seen[SYNTH_LABEL_KIND_COUNT] = {0};
    struct synth_order order = order_of(2, 1);
    (void)state;
    sha256_start(&hash);
    run(&order, hash_frame, &hash, &made);
    for (size_t i = 0; i < made.label_count; i++)
        seen[made.labels[i].kind]++;
    for (size_t i = 0; i < COUNT(seen); i++)
        CHECK_INT(seen[i] > 0, i != SYNTH_PARENT, synth_label_text((enum synth_label_kind)i));
    synth_labels_put(&made, &text);
    assert_non_null(memmem(text.ptr, text.len, "\"value\":\"" SYNTH_IMPLANT_JA4 "\"",
                           strlen("\"value\":\"" SYNTH_IMPLANT_JA4 "\"")));
}

static void the_mix_has_the_character_of_the_benchmark(void **state)
{
    AUTO(synth_result_drop) struct synth_result made = {0};
    struct sha256 hash;
    struct synth_order order = {"mix", 9, 0.05, SYNTH_EPOCH};
    (void)state;
    sha256_start(&hash);
    run(&order, hash_frame, &hash, &made);
    assert_int_equal(made.label_count, 500);
    assert_in_range(made.bytes / made.frames, 400, 490);
    assert_in_range(made.flows, 164000 / 20, 164000 / 20 + 600);
    assert_in_range(made.frames, 2600000 / 20 * 8 / 10, 2600000 / 20 * 12 / 10);
    assert_in_range(made.tls_split * 100 / made.tls_hellos, 8, 12);
}

static bool fail_third(void *context, const struct frame *f, struct err *e)
{
    unsigned *frames = context;
    (void)f;
    return ++*frames < 3 || err_set(e, ERR_IO, "disk full");
}

struct deeds_seen {
    const struct synth_result *made;
    size_t frames[SYNTH_BEHAVIOURS_MOST];
    struct decode_ctx *decode;
};

static bool deed_frame(void *context, const struct frame *f, struct err *e)
{
    struct deeds_seen *s = context;
    struct packet p;
    (void)e;
    assert_true(decode_frame(f, s->decode, &p));
    for (size_t i = 0; i < s->made->deed_count; i++) {
        const struct synth_deed *d = &s->made->deeds[i];
        bool host = memcmp(p.src, d->host, 16) == 0 || memcmp(p.dst, d->host, 16) == 0;
        s->frames[i] += host && f->time_us >= d->from_us && f->time_us <= d->to_us;
    }
    return true;
}

static void a_day_holds_each_behaviour_and_says_when(void **state)
{
    static const char *const settings[] = {"behaviour=all", "clients=18", "hours=8",
                                           "exfil.volume=20", "flood.rate=50"};
    AUTO(synth_result_drop) struct synth_result made = {0};
    AUTO(synth_result_drop) struct synth_result again = {0};
    AUTO(decode_drop) struct decode_ctx *decode = decode_new(NULL);
    AUTO(buf_drop) struct buf text = BUF(1 << 20);
    struct sha256 hash;
    struct synth_order order = {.scenario = "day",
                                .seed = 2,
                                .scale = 1,
                                .start_us = SYNTH_EPOCH,
                                .settings = settings,
                                .setting_count = COUNT(settings)};
    size_t behaviours = 0;
    (void)state;
    for (const struct synth_behaviour *b; (b = synth_behaviour_at(behaviours)); behaviours++)
        for (const struct synth_setting *k = b->settings; k->key; k++)
            CHECK_INT(*synth_setting_ja(k->key) != 0, true, k->key);
    sha256_start(&hash);
    run(&order, hash_frame, &hash, &made);
    assert_int_equal(made.deed_count, behaviours);
    struct deeds_seen seen = {.made = &made, .decode = decode};
    run(&order, deed_frame, &seen, &again);
    for (size_t i = 0; i < made.deed_count; i++)
        CHECK_INT(seen.frames[i] > 0, true, made.deeds[i].behaviour);
    synth_labels_put(&made, &text);
    static const char beacon[] = "{\"behaviour\":\"beacon\",\"host\":\"10.32.0.4\"";
    assert_non_null(memmem(text.ptr, text.len, beacon, strlen(beacon)));
}

static void settings_that_mean_nothing_are_refused(void **state)
{
    static const struct {
        const char *scenario, *setting;
        enum err_code code;
    } cases[] = {{"day", "behaviour=sabotage", ERR_NOT_FOUND},
                 {"day", "intervall=3", ERR_INVALID},
                 {"day", "interval", ERR_INVALID},
                 {"mix", "interval=3", ERR_INVALID},
                 {"day", "beacon.rate=3", ERR_INVALID},
                 {"day", "clients=many", ERR_INVALID}};
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct synth_result made;
        struct err e = {0};
        unsigned frames = 0;
        struct synth_order order = {.scenario = cases[i].scenario,
                                    .scale = 0.1,
                                    .start_us = SYNTH_EPOCH,
                                    .settings = &cases[i].setting,
                                    .setting_count = 1};
        CHECK_INT(synth_run(&order, &(struct synth_sink){fail_third, &frames}, &made, &e), false,
                  cases[i].setting);
        CHECK_INT(e.code, cases[i].code, cases[i].setting);
        CHECK_INT(frames, 0, cases[i].setting);
    }
}

static void wrong_orders_and_failing_sinks_are_reported(void **state)
{
    static const struct {
        const char *label, *name;
        double scale;
        enum err_code code;
    } cases[] = {{"an unknown name", "sabotage", 1, ERR_NOT_FOUND},
                 {"no scale", "office", 0, ERR_INVALID},
                 {"not a number", "office", __builtin_nan(""), ERR_INVALID},
                 {"too much", "office", 101, ERR_INVALID},
                 {"a sink that fails", "office", 1, ERR_IO}};
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct synth_result made;
        struct err e = {0};
        unsigned frames = 0;
        struct synth_order order = {.scenario = cases[i].name,
                                    .seed = 1,
                                    .scale = cases[i].scale,
                                    .start_us = SYNTH_EPOCH};
        CHECK_INT(synth_run(&order, &(struct synth_sink){fail_third, &frames}, &made, &e), false,
                  cases[i].label);
        CHECK_INT(e.code, cases[i].code, cases[i].label);
        CHECK_INT(frames, cases[i].code == ERR_IO ? 3 : 0, cases[i].label);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_are_in_order_with_right_checksums),
        cmocka_unit_test(the_seed_alone_decides_the_bytes),
        cmocka_unit_test(labels_are_in_the_traffic),
        cmocka_unit_test(the_intruder_shows_every_kind_of_label_but_a_parent),
        cmocka_unit_test(the_mix_has_the_character_of_the_benchmark),
        cmocka_unit_test(a_day_holds_each_behaviour_and_says_when),
        cmocka_unit_test(settings_that_mean_nothing_are_refused),
        cmocka_unit_test(wrong_orders_and_failing_sinks_are_reported),
    };
    return cmocka_run_group_tests_name("scenarios", tests, NULL, NULL);
}
