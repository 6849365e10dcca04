/* test_gate.c - who gets what, whole, redacted or not at all; and that nobody gets another's bytes. */
#include "release/gate.h"
#include "tests/check.h"

#define LIST(...)                                                                                  \
    {                                                                                              \
        .ptr = (const struct str[]){__VA_ARGS__},                                                  \
        .len = sizeof((const struct str[]){__VA_ARGS__}) / sizeof(struct str)                      \
    }

static const struct gate_policy policy = {.country = S_("jp"), .green_partners = LIST(S_("au"))};

enum who { KEPCO, JRW, TEPCO, ANALYST, AUSTRALIA, FRANCE, COMMISSION, ANYBODY, EXERCISE, LOW };

static const struct reader readers[] = {
    [KEPCO] = {.org = S_("kepco"),
               .sector = S_("power"),
               .country = S_("jp"),
               .realm = S_("live"),
               .role = READER_MEMBER,
               .clearance = TLP_RED,
               .level = 1},
    [JRW] = {.org = S_("jrw"),
             .sector = S_("rail"),
             .country = S_("jp"),
             .realm = S_("live"),
             .role = READER_MEMBER,
             .clearance = TLP_RED,
             .level = 1},
    [TEPCO] = {.org = S_("tepco"),
               .sector = S_("power"),
               .country = S_("jp"),
               .realm = S_("live"),
               .role = READER_MEMBER,
               .clearance = TLP_RED,
               .level = 1},
    [ANALYST] = {.person = S_("sato"),
                 .org = S_("kepco"),
                 .sector = S_("power"),
                 .country = S_("jp"),
                 .realm = S_("live"),
                 .role = READER_MEMBER,
                 .clearance = TLP_RED,
                 .level = 3},
    [AUSTRALIA] = {.org = S_("asd"),
                   .country = S_("au"),
                   .realm = S_("live"),
                   .role = READER_PARTNER,
                   .clearance = TLP_RED,
                   .level = 1},
    [FRANCE] = {.org = S_("anssi"),
                .country = S_("fr"),
                .realm = S_("live"),
                .role = READER_PARTNER,
                .clearance = TLP_RED,
                .level = 1},
    [COMMISSION] = {.org = S_("cipc"),
                    .country = S_("jp"),
                    .realm = S_("live"),
                    .role = READER_COMMISSION,
                    .clearance = TLP_RED,
                    .level = 3},
    [ANYBODY] = {.realm = S_("live"), .role = READER_PUBLIC, .clearance = TLP_CLEAR},
    [EXERCISE] = {.org = S_("kepco"),
                  .sector = S_("power"),
                  .country = S_("jp"),
                  .realm = S_("exercise--1"),
                  .role = READER_MEMBER,
                  .clearance = TLP_RED,
                  .level = 1},
    [LOW] = {.person = S_("temp"),
             .org = S_("kepco"),
             .sector = S_("power"),
             .country = S_("jp"),
             .realm = S_("live"),
             .role = READER_MEMBER,
             .clearance = TLP_GREEN,
             .level = 0},
};

static struct reader sealed(struct arena *a, enum who who)
{
    struct reader r = readers[who];
    struct err e = {0};
    assert_true(reader_seal(a, &r, &e));
    return r;
}

struct row {
    const char *label;
    struct item_label item;
    enum who who;
    enum gate_purpose purpose;
    enum gate_verdict verdict;
    enum gate_reason reason;
};

#define BY_TEPCO .originator = S_("tepco"), .realm = S_("live")

static const struct row rows[] = {
    {"clear goes to anybody",
     {.tlp = TLP_CLEAR, BY_TEPCO},
     ANYBODY,
     GATE_ANSWER,
     GATE_ALLOW,
     GATE_BECAUSE_CLEAR},
    {"green goes to every member",
     {.tlp = TLP_GREEN, BY_TEPCO},
     JRW,
     GATE_LINK,
     GATE_ALLOW,
     GATE_BECAUSE_COMMUNITY},
    {"green goes to a listed partner",
     {.tlp = TLP_GREEN, BY_TEPCO},
     AUSTRALIA,
     GATE_LINK,
     GATE_ALLOW,
     GATE_BECAUSE_PARTNER},
    {"green stays from other countries",
     {.tlp = TLP_GREEN, BY_TEPCO},
     FRANCE,
     GATE_LINK,
     GATE_WITHHOLD,
     GATE_BECAUSE_NOT_COMMUNITY},
    {"green goes where the originator consents",
     {.tlp = TLP_GREEN, BY_TEPCO, .countries = LIST(S_("fr"))},
     FRANCE,
     GATE_LINK,
     GATE_ALLOW,
     GATE_BECAUSE_CONSENT},
    {"green stays from the public",
     {.tlp = TLP_GREEN, BY_TEPCO},
     ANYBODY,
     GATE_ANSWER,
     GATE_WITHHOLD,
     GATE_BECAUSE_NOT_COMMUNITY},
    {"amber without consent stays",
     {.tlp = TLP_AMBER, BY_TEPCO},
     KEPCO,
     GATE_LINK,
     GATE_WITHHOLD,
     GATE_BECAUSE_NO_CONSENT},
    {"amber goes to the sector by consent",
     {.tlp = TLP_AMBER, BY_TEPCO, .sectors = LIST(S_("power"))},
     KEPCO,
     GATE_LINK,
     GATE_ALLOW,
     GATE_BECAUSE_CONSENT},
    {"amber for one sector is not for another",
     {.tlp = TLP_AMBER, BY_TEPCO, .sectors = LIST(S_("power"))},
     JRW,
     GATE_LINK,
     GATE_WITHHOLD,
     GATE_BECAUSE_NO_CONSENT},
    {"amber goes to an organisation by consent",
     {.tlp = TLP_AMBER, BY_TEPCO, .orgs = LIST(S_("jrw"))},
     JRW,
     GATE_LINK,
     GATE_ALLOW,
     GATE_BECAUSE_CONSENT},
    {"strict stays even with consent",
     {.tlp = TLP_AMBER_STRICT, BY_TEPCO, .sectors = LIST(S_("power"))},
     KEPCO,
     GATE_LINK,
     GATE_WITHHOLD,
     GATE_BECAUSE_STRICT},
    {"strict goes to whom it was sent",
     {.tlp = TLP_AMBER_STRICT, BY_TEPCO, .recipients = LIST(S_("jrw"))},
     JRW,
     GATE_LINK,
     GATE_ALLOW,
     GATE_BECAUSE_NAMED},
    {"strict is read at home",
     {.tlp = TLP_AMBER_STRICT, BY_TEPCO},
     TEPCO,
     GATE_ANSWER,
     GATE_ALLOW,
     GATE_BECAUSE_OWN},
    {"unmarked counts as strict", {BY_TEPCO}, JRW, GATE_LINK, GATE_WITHHOLD, GATE_BECAUSE_STRICT},
    {"unmarked takes its source's default",
     {.source_default = TLP_GREEN, BY_TEPCO},
     JRW,
     GATE_LINK,
     GATE_ALLOW,
     GATE_BECAUSE_COMMUNITY},
    {"red is not even for its own organisation",
     {.tlp = TLP_RED, BY_TEPCO},
     TEPCO,
     GATE_ANSWER,
     GATE_WITHHOLD,
     GATE_BECAUSE_NOT_NAMED},
    {"red is for a named person",
     {.tlp = TLP_RED, BY_TEPCO, .recipients = LIST(S_("sato"))},
     ANALYST,
     GATE_ANSWER,
     GATE_ALLOW,
     GATE_BECAUSE_NAMED},
    {"red for a person is not for his organisation",
     {.tlp = TLP_RED, BY_TEPCO, .recipients = LIST(S_("sato"))},
     KEPCO,
     GATE_ANSWER,
     GATE_WITHHOLD,
     GATE_BECAUSE_NOT_NAMED},
    {"red is for its author",
     {.tlp = TLP_RED, BY_TEPCO, .author = S_("sato")},
     ANALYST,
     GATE_ANSWER,
     GATE_ALLOW,
     GATE_BECAUSE_NAMED},
    {"red leaves by no feed",
     {.tlp = TLP_RED, BY_TEPCO, .recipients = LIST(S_("jrw"))},
     JRW,
     GATE_FEED,
     GATE_WITHHOLD,
     GATE_BECAUSE_WAY},
    {"amber leaves by no mail",
     {.tlp = TLP_AMBER, BY_TEPCO},
     TEPCO,
     GATE_MAIL,
     GATE_WITHHOLD,
     GATE_BECAUSE_WAY},
    {"realms do not mix",
     {.tlp = TLP_CLEAR, BY_TEPCO},
     EXERCISE,
     GATE_ANSWER,
     GATE_WITHHOLD,
     GATE_BECAUSE_REALM},
    {"clearance binds at home too",
     {.tlp = TLP_AMBER, .originator = S_("kepco"), .realm = S_("live")},
     LOW,
     GATE_ANSWER,
     GATE_WITHHOLD,
     GATE_BECAUSE_CLEARANCE},
    {"a partner reads no strict by consent to its country",
     {.tlp = TLP_AMBER_STRICT, BY_TEPCO, .countries = LIST(S_("au"))},
     AUSTRALIA,
     GATE_LINK,
     GATE_WITHHOLD,
     GATE_BECAUSE_STRICT},
    {"a partner reads amber by consent to its country",
     {.tlp = TLP_AMBER, BY_TEPCO, .countries = LIST(S_("au"))},
     AUSTRALIA,
     GATE_LINK,
     GATE_ALLOW,
     GATE_BECAUSE_CONSENT},
    {"originator control binds green",
     {.tlp = TLP_GREEN, BY_TEPCO, .only_consented = true},
     JRW,
     GATE_LINK,
     GATE_WITHHOLD,
     GATE_BECAUSE_NO_CONSENT},
    {"originator control lets through whom it lists",
     {.tlp = TLP_GREEN, BY_TEPCO, .only_consented = true, .orgs = LIST(S_("jrw"))},
     JRW,
     GATE_LINK,
     GATE_ALLOW,
     GATE_BECAUSE_CONSENT},
    {"a high product is withheld",
     {.tlp = TLP_GREEN, BY_TEPCO, .level = 2},
     JRW,
     GATE_LINK,
     GATE_WITHHOLD,
     GATE_BECAUSE_LEVEL},
    {"a high product has its tear-line",
     {.tlp = TLP_GREEN, BY_TEPCO, .level = 2, .tear_line = true},
     JRW,
     GATE_LINK,
     GATE_REDACT,
     GATE_BECAUSE_TEAR_LINE},
    {"a role's level binds a person with a higher one",
     {.tlp = TLP_GREEN, BY_TEPCO, .level = 3},
     ANALYST,
     GATE_ANSWER,
     GATE_WITHHOLD,
     GATE_BECAUSE_LEVEL},
    {"who wants no name gets none",
     {.tlp = TLP_GREEN, BY_TEPCO, .unnamed = true},
     JRW,
     GATE_LINK,
     GATE_REDACT,
     GATE_BECAUSE_UNNAMED},
    {"at home the name is known",
     {.tlp = TLP_GREEN, BY_TEPCO, .unnamed = true},
     TEPCO,
     GATE_ANSWER,
     GATE_ALLOW,
     GATE_BECAUSE_OWN},
    {"oversight reads strict in its duty",
     {.tlp = TLP_AMBER_STRICT, BY_TEPCO},
     COMMISSION,
     GATE_OVERSIGHT,
     GATE_ALLOW,
     GATE_BECAUSE_OVERSIGHT_DUTY},
    {"oversight reads no strict otherwise",
     {.tlp = TLP_AMBER_STRICT, BY_TEPCO},
     COMMISSION,
     GATE_LINK,
     GATE_WITHHOLD,
     GATE_BECAUSE_STRICT},
    {"oversight reads no red",
     {.tlp = TLP_RED, BY_TEPCO},
     COMMISSION,
     GATE_OVERSIGHT,
     GATE_WITHHOLD,
     GATE_BECAUSE_NOT_NAMED},
    {"nobody else has that duty",
     {.tlp = TLP_AMBER_STRICT, BY_TEPCO},
     JRW,
     GATE_OVERSIGHT,
     GATE_WITHHOLD,
     GATE_BECAUSE_STRICT},
    {"an unknown originator is nobody's own",
     {.tlp = TLP_AMBER_STRICT, .realm = S_("live")},
     ANYBODY,
     GATE_ANSWER,
     GATE_WITHHOLD,
     GATE_BECAUSE_STRICT},
    {"without a realm nothing goes out",
     {.tlp = TLP_CLEAR, .originator = S_("tepco")},
     TEPCO,
     GATE_ANSWER,
     GATE_WITHHOLD,
     GATE_BECAUSE_REALM},
};

static void each_rule_decides_as_it_is_written(void **state)
{
    (void)state;

    for (size_t i = 0; i < COUNT(rows); i++) {
        AUTO(arena_drop) struct arena memory = ARENA(1 << 16);
        struct reader r = sealed(&memory, rows[i].who);
        struct release to = {&policy, &r, rows[i].purpose};
        struct gate_decision d = gate_decide(&to, &rows[i].item);
        CHECK_INT(d.verdict, rows[i].verdict, rows[i].label);
        if (d.reason != rows[i].reason)
            fail_msg("%s: because %s, not %s", rows[i].label, gate_reason_name(d.reason),
                     gate_reason_name(rows[i].reason));
    }
}

/* The labels from CLEAR to RED on one item, for one reader and way: once closed, closed. */
static void check_order(const struct release *to, struct item_label item, unsigned shape)
{
    bool closed = false;
    for (item.tlp = TLP_CLEAR; item.tlp < TLP_COUNT; item.tlp++) {
        bool withheld = gate_decide(to, &item).verdict == GATE_WITHHOLD;
        if (closed && !withheld)
            fail_msg("shape %u, purpose %s, " STR_FMT ": %s opens", shape,
                     gate_purpose_name(to->purpose), STR_ARG(to->reader->text), tlp_name(item.tlp));
        closed = withheld;
    }
}

static void a_stricter_label_never_reaches_more_readers(void **state)
{
    (void)state;
    AUTO(arena_drop) struct arena memory = ARENA(1 << 20);
    struct str power[] = {S("power")}, jrw[] = {S("jrw"), S("sato")}, au[] = {S("au"), S("fr")};
    for (unsigned shape = 0; shape < 64; shape++) {
        struct item_label item = {BY_TEPCO};
        item.sectors = (struct gate_names){power, shape & 1};
        item.recipients = (struct gate_names){jrw, shape & 2};
        item.countries = (struct gate_names){au, (shape & 4) / 2};
        item.only_consented = shape & 8;
        item.unnamed = shape & 16;
        item.level = shape & 32 ? 1 : 0;
        for (unsigned who = 0; who < COUNT(readers); who++) {
            struct reader r = sealed(&memory, who);
            for (unsigned purpose = 0; purpose < GATE_PURPOSE_COUNT; purpose++)
                check_order(&(struct release){&policy, &r, purpose}, item, shape);
        }
    }
}

static void bytes_are_for_the_reader_they_were_cleared_for(void **state)
{
    (void)state;
    AUTO(arena_drop) struct arena memory = ARENA(1 << 16);
    struct err e = {0};
    struct reader kepco = sealed(&memory, KEPCO), tepco = sealed(&memory, TEPCO);
    struct reader sato = sealed(&memory, ANALYST), jrw = sealed(&memory, JRW);
    struct release to = {&policy, &kepco, GATE_LINK};
    const struct cleared *c = NULL;

    struct str sectors[] = {S("power")}, recipients[] = {S("kepco")};
    struct item_label for_sector = {.tlp = TLP_AMBER, BY_TEPCO, .sectors = {sectors, 1}};
    struct gate_item item = {.label = &for_sector, .whole = S("{}")};
    assert_true(gate_clear(&memory, &to, &item, &c, &e));
    assert_true(str_eq(cleared_bytes(c, kepco.text), S("{}")));
    assert_true(str_eq(cleared_bytes(c, tepco.text), S("{}"))); /* of the same class */
    assert_true(str_eq(cleared_bytes(c, reader_text(&tepco, READER_CLASS)), S("{}")));
    assert_null(cleared_bytes(c, jrw.text).ptr);
    assert_null(cleared_bytes(c, STR_NONE).ptr);

    struct item_label for_org = {.tlp = TLP_AMBER_STRICT, BY_TEPCO, .recipients = {recipients, 1}};
    item.label = &for_org;
    assert_true(gate_clear(&memory, &to, &item, &c, &e));
    assert_true(str_eq(cleared_bytes(c, kepco.text), S("{}")));
    assert_null(cleared_bytes(c, tepco.text).ptr);
    assert_null(cleared_bytes(c, reader_text(&kepco, READER_CLASS)).ptr);
    assert_null(cleared_bytes(c, sato.text).ptr); /* another level: another class */
    assert_int_equal(cleared_decision(c).len, UUID_TEXT_LEN);
}

static void a_withheld_item_looks_like_one_that_does_not_exist(void **state)
{
    (void)state;
    AUTO(arena_drop) struct arena memory = ARENA(1 << 16);
    struct err e = {0};
    struct reader jrw = sealed(&memory, JRW);
    struct release to = {&policy, &jrw, GATE_ANSWER};
    const struct cleared *c = NULL;
    struct item_label secret = {.tlp = TLP_RED, BY_TEPCO};
    struct gate_item item = {.label = &secret, .whole = S("secret")};
    assert_false(gate_clear(&memory, &to, &item, &c, &e));
    assert_int_equal(e.code, ERR_NOT_FOUND);
    assert_string_equal(e.text, "no such object");
    assert_null(c);

    struct item_label unnamed = {.tlp = TLP_GREEN, BY_TEPCO, .unnamed = true};
    item = (struct gate_item){.label = &unnamed, .whole = S("by tepco")};
    assert_false(gate_clear(&memory, &to, &item, &c, &e));
    assert_int_equal(e.code, ERR_NOT_FOUND);
    item.redacted = S("by somebody");
    assert_true(gate_clear(&memory, &to, &item, &c, &e));
    assert_true(str_eq(cleared_bytes(c, jrw.text), S("by somebody")));
}

static void what_was_cleared_does_not_change_with_the_callers_buffer(void **state)
{
    (void)state;
    AUTO(arena_drop) struct arena memory = ARENA(1 << 16);
    struct err e = {0};
    struct reader jrw = sealed(&memory, JRW);
    struct release to = {&policy, &jrw, GATE_ANSWER};
    const struct cleared *c = NULL;
    char bytes[] = "harmless";
    struct item_label open = {.tlp = TLP_CLEAR, BY_TEPCO};
    struct gate_item item = {.label = &open, .whole = {bytes, sizeof bytes - 1}};
    assert_true(gate_clear(&memory, &to, &item, &c, &e));
    memcpy(bytes, "secrets!", sizeof bytes - 1);
    assert_true(str_eq(cleared_bytes(c, jrw.text), S("harmless")));
}

static void administrative_data_is_for_its_own_organisation(void **state)
{
    (void)state;
    AUTO(arena_drop) struct arena memory = ARENA(1 << 16);
    struct err e = {0};
    struct reader jrw = sealed(&memory, JRW), nobody = sealed(&memory, ANYBODY);
    struct release to = {&policy, &jrw, GATE_ANSWER};
    const struct cleared *c = NULL;
    assert_true(gate_own(&memory, &to, S("jrw"), S(""), &c, &e));
    assert_non_null(cleared_bytes(c, jrw.text).ptr); /* empty, but there */
    assert_false(gate_own(&memory, &to, S("kepco"), S("keys"), &c, &e));
    assert_int_equal(e.code, ERR_DENIED);
    to.reader = &nobody;
    assert_false(gate_own(&memory, &to, STR_NONE, S("keys"), &c, &e));
}

static void no_name_can_pose_as_another_field(void **state)
{
    (void)state;
    AUTO(arena_drop) struct arena memory = ARENA(1 << 16);
    struct err e = {0};
    struct reader r = readers[JRW];
    r.sector = S("rail;country=us");
    assert_true(reader_seal(&memory, &r, &e));
    assert_true(str_eq(r.text, S("realm=live;role=member;tlp=red;level=1;sector=rail%3Bcountry%3Dus"
                                 ";country=jp;org=jrw;person=")));
    assert_false(cleared_covers(S("realm=live;role=mem"), r.text)); /* not the end of a field */
    assert_true(cleared_covers(S("realm=live;role=member"), r.text));
    assert_false(cleared_covers(STR_NONE, r.text));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_rule_decides_as_it_is_written),
        cmocka_unit_test(a_stricter_label_never_reaches_more_readers),
        cmocka_unit_test(bytes_are_for_the_reader_they_were_cleared_for),
        cmocka_unit_test(a_withheld_item_looks_like_one_that_does_not_exist),
        cmocka_unit_test(what_was_cleared_does_not_change_with_the_callers_buffer),
        cmocka_unit_test(administrative_data_is_for_its_own_organisation),
        cmocka_unit_test(no_name_can_pose_as_another_field),
    };
    return cmocka_run_group_tests_name("gate", tests, NULL, NULL);
}
