/* test_stix.c - STIX documents: each indicator judged alone, with what the bundle says about it. */
#include "core/jsonw.h"
#include "intel/stix_write.h"
#include "tests/unit/intel/feed.h"

#define ID(n) "indicator--00000000-0000-4000-8000-00000000000" n
#define HEAD(n) "\"type\":\"indicator\",\"spec_version\":\"2.1\",\"id\":\"" ID(n) "\","
#define TIMES                                                                                      \
    "\"created\":\"2024-01-01T00:00:00.000Z\",\"modified\":\"2024-01-01T00:00:00.000Z\","          \
    "\"valid_from\":\"2024-01-01T00:00:00Z\","
#define STIX_PATTERN(p) "\"pattern_type\":\"stix\",\"pattern\":\"" p "\""

static const struct {
    const char *label;
    struct str objects; /* what stands in the bundle */
    const char *found, *report;
} cases[] = {
    {"one", S_("{" HEAD("1") TIMES STIX_PATTERN("[domain-name:value = 'evil.example']") "}"),
     "domain evil.example", "stix 1/1/0/0"},
    {"others are not items",
     S_("{\"type\":\"malware\",\"id\":\"malware--1\"},{" HEAD("1")
            TIMES STIX_PATTERN("[file:name = 'a']") "}"),
     "", "stix 1/0/1/0 PATTERN_OBSERVABLE=1"},
    {"the newest version counts",
     S_("{" HEAD("1") TIMES STIX_PATTERN("[domain-name:value = 'old.example']") "},{" HEAD(
         "1") "\"created\":\"2024-01-01T00:00:00.000Z\",\"modified\":\"2024-01-01T00:00:00.001Z\","
              "\"valid_from\":\"2024-01-01T00:00:00Z\"," STIX_PATTERN(
                  "[domain-name:value = 'new.example']") "}"),
     "domain new.example", "stix 2/1/1/0 SUPERSEDED=1"},
    {"another language",
     S_("{" HEAD("1") TIMES "\"pattern_type\":\"yara\",\"pattern\":\"rule a {}\"}"), "",
     "stix 1/0/1/0 PATTERN_LANGUAGE=1"},
    {"malformed", S_("{" HEAD("1") TIMES STIX_PATTERN("[domain-name:value = ]") "}"), "",
     "stix 1/0/0/1 PATTERN_MALFORMED=1"},
    {"id of another type",
     S_("{\"type\":\"indicator\",\"id\":\"malware--00000000-0000-4000-8000-000000000001\"," TIMES
            STIX_PATTERN("[domain-name:value = 'evil.example']") "}"),
     "", "stix 1/0/0/1 BAD_OBJECT=1"},
    {"no valid_from", S_("{" HEAD("1") STIX_PATTERN("[domain-name:value = 'evil.example']") "}"),
     "", "stix 1/0/0/1 BAD_OBJECT=1"},
    {"a zone that is not Z",
     S_("{" HEAD("1") "\"valid_from\":\"2024-01-01T00:00:00+00:00\"," STIX_PATTERN(
         "[domain-name:value = 'evil.example']") "}"),
     "", "stix 1/0/0/1 BAD_TIME=1"},
    {"ends before it begins",
     S_("{" HEAD("1") TIMES "\"valid_until\":\"2024-01-01T00:00:00Z\"," STIX_PATTERN(
         "[domain-name:value = 'evil.example']") "}"),
     "", "stix 1/0/0/1 BAD_TIME=1"},
    {"confidence past 100",
     S_("{" HEAD("1") TIMES
        "\"confidence\":101," STIX_PATTERN("[domain-name:value = 'evil.example']") "}"),
     "", "stix 1/0/0/1 BAD_OBJECT=1"},
    {"one bad object does not hurt the next",
     S_("{" HEAD("1") TIMES "\"pattern\":7},{" HEAD("2")
            TIMES STIX_PATTERN("[ipv4-addr:value = '198.51.100.1']") "},7,null,{}"),
     "ipv4 198.51.100.1", "stix 2/1/0/1 SPECIAL_ADDRESS=1 BAD_OBJECT=1"},
    {"STIX 2.0 has no pattern_type",
     S_("{\"type\":\"indicator\",\"id\":\"" ID(
         "1") "\"," TIMES "\"pattern\":\"[url:value = "
              "'http://evil.example/a']\",\"labels\":[\"malicious-activity\"]}"),
     "url evil.example/a", "stix 1/1/0/0"},
};

static bool read_objects(struct str objects, struct caught *c, struct intel_report *r)
{
    struct err e;
    struct str text = arena_fmt(c->memory,
                                "{\"type\":\"bundle\",\"id\":\"bundle--00000000-0000-4000-8000-"
                                "000000000000\",\"objects\":[" STR_FMT "]}",
                                STR_ARG(objects));
    return intel_read(text, &(struct intel_options){0}, &(struct intel_sink){catch_one, c}, r, &e);
}

static void each_indicator_is_judged_alone(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(arena_drop) struct arena memory = ARENA(1 << 20);
        struct caught c = {.memory = &memory};
        struct intel_report r;
        CHECK_INT(read_objects(cases[i].objects, &c, &r), true, cases[i].label);
        CHECK_STR(caught_text(&c), cstr(cases[i].found), cases[i].label);
        CHECK_STR(report_text(&memory, &r), cstr(cases[i].report), cases[i].label);
        vec_drop(&c.all);
    }
}

static void the_bundle_says_who_and_what_and_for_whom(void **state)
{
    AUTO(arena_drop) struct arena memory = ARENA(1 << 20);
    struct caught c = {.memory = &memory};
    struct intel_report r;
    (void)state;
    assert_true(read_objects(
        S("{\"type\":\"identity\",\"id\":\"identity--00000000-0000-4000-8000-00000000000a\","
          "\"name\":\"Power CERT\"},"
          "{\"type\":\"malware\",\"id\":\"malware--00000000-0000-4000-8000-00000000000b\","
          "\"name\":\"Emotet\"},"
          "{\"type\":\"attack-pattern\",\"id\":\"attack-pattern--00000000-0000-4000-8000-"
          "00000000000c\",\"external_references\":[{\"source_name\":\"mitre-attack\","
          "\"external_id\":\"T1071.001\"}]},"
          "{\"type\":\"marking-definition\",\"id\":\"marking-definition--00000000-0000-4000-8000-"
          "00000000000d\",\"definition_type\":\"tlp\",\"definition\":{\"tlp\":\"amber\"}},"
          "{\"type\":\"relationship\",\"id\":\"relationship--00000000-0000-4000-8000-"
          "00000000000e\","
          "\"relationship_type\":\"indicates\",\"source_ref\":\"" ID(
              "1") "\",\"target_ref\":\"malware--00000000-0000-4000-8000-00000000000b\"},"
                   "{\"type\":\"relationship\",\"id\":\"relationship--00000000-0000-4000-8000-"
                   "00000000000f\",\"relationship_type\":\"indicates\",\"source_ref\":\"" ID(
                       "1") "\",\"target_ref\":\"attack-pattern--00000000-0000-4000-8000-"
                            "00000000000c\"},"
                            "{" HEAD("1") TIMES
          "\"created_by_ref\":\"identity--00000000-0000-4000-8000-00000000000a\","
          "\"confidence\":80,\"revoked\":true,\"name\":\"C2\","
          "\"indicator_types\":[\"malicious-activity\"],"
          "\"object_marking_refs\":[\"marking-definition--00000000-0000-4000-8000-00000000000d\"],"
          "\"granular_markings\":[{\"selectors\":[\"name\"],\"marking_ref\":"
          "\"marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed\"}]," STIX_PATTERN(
              "[domain-name:value = 'evil.example']") "}"),
        &c, &r));
    assert_int_equal(c.all.len, 1);
    const struct indicator *i = &c.all.ptr[0];
    CHECK_STR(i->source, S("Power CERT"), "source");
    CHECK_STR(i->threat, S("Emotet"), "threat");
    CHECK_STR(i->technique, S("T1071.001"), "technique");
    CHECK_STR(i->description, S("C2"), "description");
    CHECK_STR(i->id, S(ID("1")), "id");
    assert_int_equal(i->tlp, TLP_RED);
    assert_int_equal(i->confidence, 80);
    assert_true(i->revoked && r.revoked == 1);
    assert_int_equal(r.other, 6);
    vec_drop(&c.all);
}

static void what_we_write_is_stix_that_we_read(void **state)
{
    AUTO(arena_drop) struct arena memory = ARENA(1 << 20);
    AUTO(buf_drop) struct buf out = BUF(1 << 20);
    struct jsonw w = JSONW(&out);
    struct caught c = {.memory = &memory};
    struct intel_report r;
    char id[STIX_ID_SIZE], again[STIX_ID_SIZE];
    struct indicator i = {.selector = {SELECTOR_DOMAIN_BELOW, S_("evil.example")},
                          .source = S_("us"),
                          .confidence = 70,
                          .tlp = TLP_AMBER_STRICT,
                          .valid_from = INT64_C(1700000000000000),
                          .valid_until = INT64_C(1800000000000000),
                          .technique = S_("T1566"),
                          .labels = {S_("phishing")},
                          .label_count = 1,
                          .description = S_("\"it's\" bad")};
    (void)state;
    jw_array(&w);
    stix_write_markings(&w);
    stix_write_indicator(&w, &i, S("identity--00000000-0000-4000-8000-00000000000a"),
                         INT64_C(1750000000000000));
    stix_write_sighting(&w, &(struct stix_sighting){.key = S_("a statement"),
                                                    .sighting_of = stix_indicator_id(&i, id),
                                                    .first_seen = 1000000,
                                                    .last_seen = 2000000,
                                                    .created = 3000000,
                                                    .count = 3,
                                                    .tlp = TLP_GREEN});
    jw_end(&w);
    struct err e;
    if (!intel_read(buf_str(&out), &(struct intel_options){0}, &(struct intel_sink){catch_one, &c},
                    &r, &e))
        fail_msg("%s", e.text);
    assert_int_equal(r.usable, 1);
    assert_int_equal(r.other, 6);
    assert_int_equal(c.all.len, 1);
    const struct indicator *back = &c.all.ptr[0];
    assert_true(selector_eq(&back->selector, &i.selector));
    assert_int_equal(back->tlp, i.tlp);
    assert_int_equal(back->valid_until, i.valid_until);
    assert_int_equal(back->confidence, 70);
    CHECK_STR(back->technique, i.technique, "technique");
    CHECK_STR(back->description, i.description, "description");
    CHECK_STR(back->id, stix_indicator_id(&i, again), "id");
    i.source = S("them");
    assert_false(str_eq(back->id, stix_indicator_id(&i, again)));
    vec_drop(&c.all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_indicator_is_judged_alone),
        cmocka_unit_test(the_bundle_says_who_and_what_and_for_whom),
        cmocka_unit_test(what_we_write_is_stix_that_we_read),
    };
    return cmocka_run_group_tests_name("stix", tests, NULL, NULL);
}
