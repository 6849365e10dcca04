/* test_misp.c - MISP events: what detects is used, the rest is kept and said. */
#include "tests/unit/intel/feed.h"

#define ATTRIBUTE(type, value) "{\"type\":\"" type "\",\"value\":\"" value "\",\"to_ids\":true}"

static const struct {
    const char *label;
    struct str attributes;
    const char *found, *report;
} cases[] = {
    {"one of each",
     S_(ATTRIBUTE("ip-dst", "198.51.100.1") "," ATTRIBUTE(
         "hostname",
         "a.evil.example") "," ATTRIBUTE("url",
                                         "hxxp://evil.example/x") "," ATTRIBUTE("sha1",
                                                                                "da39a3ee5e6b4b0d32"
                                                                                "55bfef95601890afd8"
                                                                                "0709")),
     "ipv4 198.51.100.1|domain a.evil.example|url evil.example/x|file-sha1 "
     "da39a3ee5e6b4b0d3255bfef95601890afd80709",
     "misp 4/4/0/0 SPECIAL_ADDRESS=1"},
    {"pairs",
     S_(ATTRIBUTE("domain|ip", "evil.example|198.51.100.1") "," ATTRIBUTE(
         "ip-dst|port",
         "198.51.100.2|443") "," ATTRIBUTE("hostname|port",
                                           "b.example|53") "," ATTRIBUTE("filename|sha1",
                                                                         "a.exe|"
                                                                         "da39a3ee5e6b4b0d3255bfef9"
                                                                         "5601890afd80709")),
     "domain evil.example|ipv4 198.51.100.1|ipv4 198.51.100.2|domain b.example|file-sha1 "
     "da39a3ee5e6b4b0d3255bfef95601890afd80709",
     "misp 4/4/0/0 SPECIAL_ADDRESS=2"},
    {"fingerprints",
     S_(ATTRIBUTE("ja3-fingerprint-md5", "d41d8cd98f00b204e9800998ecf8427e") "," ATTRIBUTE(
         "x509-fingerprint-sha1", "da39a3ee5e6b4b0d3255bfef95601890afd80709")),
     "ja3 d41d8cd98f00b204e9800998ecf8427e|cert-sha1 da39a3ee5e6b4b0d3255bfef95601890afd80709",
     "misp 2/2/0/0"},
    {"not for detection", S_("{\"type\":\"domain\",\"value\":\"evil.example\",\"to_ids\":false}"),
     "", "misp 1/0/1/0 NOT_FOR_DETECTION=1"},
    {"to_ids as text", S_("{\"type\":\"domain\",\"value\":\"evil.example\",\"to_ids\":\"1\"}"),
     "domain evil.example", "misp 1/1/0/0"},
    {"types that are not on a network",
     S_(ATTRIBUTE("yara", "rule") "," ATTRIBUTE("anything-new", "x")), "",
     "misp 2/0/2/0 TYPE_UNUSED=2"},
    {"broken", S_("{\"type\":\"domain\",\"to_ids\":true}," ATTRIBUTE("ip-src", "1.2.3")), "",
     "misp 2/0/0/2 BAD_ADDRESS=1 BAD_OBJECT=1"},
};

static bool read_text(struct str text, struct caught *c, struct intel_report *r)
{
    struct err e;
    return intel_read(text, &(struct intel_options){0}, &(struct intel_sink){catch_one, c}, r, &e);
}

static void attributes_are_used_by_their_type(void **state)
{
    static const char *const shapes[] = {
        "{\"Event\":{\"info\":\"x\",\"Attribute\":[%.*s]}}",
        "{\"response\":[{\"Event\":{\"info\":\"x\",\"Attribute\":[%.*s]}}]}",
        "{\"response\":{\"Attribute\":[%.*s]}}",
        "[{\"Event\":{\"Object\":[{\"name\":\"o\",\"Attribute\":[%.*s]}]}}]",
        "{\"info\":\"x\",\"date\":\"2024-01-01\",\"Attribute\":[%.*s]}",
    };
    (void)state;
    for (size_t s = 0; s < COUNT(shapes); s++)
        for (size_t i = 0; i < COUNT(cases); i++) {
            AUTO(arena_drop) struct arena memory = ARENA(1 << 20);
            struct caught c = {.memory = &memory};
            struct intel_report r;
            char text[4096];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
            int n = snprintf(text, sizeof text, shapes[s], STR_ARG(cases[i].attributes));
#pragma GCC diagnostic pop
            CHECK_INT(read_text((struct str){text, (size_t)n}, &c, &r), true, cases[i].label);
            CHECK_STR(caught_text(&c), cstr(cases[i].found), cases[i].label);
            CHECK_STR(report_text(&memory, &r), cstr(cases[i].report), cases[i].label);
            vec_drop(&c.all);
        }
}

static void tags_and_the_event_speak_for_each_attribute(void **state)
{
    AUTO(arena_drop) struct arena memory = ARENA(1 << 20);
    struct caught c = {.memory = &memory};
    struct intel_report r;
    (void)state;
    assert_true(
        read_text(S("{\"Event\":{\"info\":\"campaign\",\"Orgc\":{\"name\":\"CIRCL\"},\"Tag\":["
                    "{\"name\":\"tlp:green\"},{\"name\":\"misp-galaxy:mitre-attack-pattern=\\\"Web "
                    "Protocols - "
                    "T1071.001\\\"\"},{\"name\":\"misp-galaxy:malpedia=\\\"Emotet\\\"\"},"
                    "{\"name\":\"misp:confidence-level=\\\"usually-confident\\\"\"},{\"name\":"
                    "\"type:OSINT\"}],"
                    "\"Attribute\":[{\"type\":\"domain\",\"value\":\"a.example\",\"to_ids\":true,"
                    "\"uuid\":\"u-1\",\"timestamp\":\"1700000000\"},"
                    "{\"type\":\"domain\",\"value\":\"b.example\",\"to_ids\":true,\"deleted\":true,"
                    "\"comment\":\"gone\",\"Tag\":[{\"name\":\"tlp:amber+strict\"}]},"
                    "{\"type\":\"domain\",\"value\":\"c.example\",\"to_ids\":true,"
                    "\"Tag\":[{\"name\":\"tlp:pink\"}]}]}}"),
                  &c, &r));
    assert_int_equal(c.all.len, 3);
    const struct indicator *i = c.all.ptr;
    CHECK_STR(i[0].source, S("CIRCL"), "source");
    CHECK_STR(i[0].description, S("campaign"), "description");
    CHECK_STR(i[0].technique, S("T1071.001"), "technique");
    CHECK_STR(i[0].threat, S("Emotet"), "threat");
    CHECK_STR(i[0].id, S("u-1"), "id");
    CHECK_STR(i[0].labels[0], S("type:OSINT"), "label");
    assert_int_equal(i[0].confidence, 75);
    assert_int_equal(i[0].tlp, TLP_GREEN);
    assert_true(i[0].modified == INT64_C(1700000000000000));
    assert_int_equal(i[1].tlp, TLP_AMBER_STRICT);
    assert_true(i[1].revoked && !i[0].revoked);
    CHECK_STR(i[1].description, S("gone"), "comment");
    assert_int_equal(r.by_reason[WHY_BAD_MARKING], 1);
    assert_int_equal(r.revoked, 1);
    vec_drop(&c.all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(attributes_are_used_by_their_type),
        cmocka_unit_test(tags_and_the_event_speak_for_each_attribute),
    };
    return cmocka_run_group_tests_name("misp", tests, NULL, NULL);
}
