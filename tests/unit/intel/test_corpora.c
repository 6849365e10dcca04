/* test_corpora.c - what others publish: real feeds, events and bundles are read to their end or refused
 * with a reason; recorded verdicts on patterns, markings and warning lists are ours too. */
#include "core/json.h"
#include "intel/pattern.h"
#include "intel/warninglist.h"
#include "tests/unit/intel/feed.h"

#include <dirent.h>

struct tally {
    size_t files, refused_files, indicators;
    uint64_t read, usable, kept, refused;
};

static bool check_one(void *ctx, const struct indicator *i, struct err *e)
{
    (void)ctx;
    if (!selector_check(&i->selector, e))
        fail_msg("%s", e->text);
    return true;
}

static void read_folder(const char *name, const char *part, bool must_be_feeds, struct tally *t)
{
    char folder[1024];
    snprintf(folder, sizeof folder, "%s", shared_data(name));
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    for (struct dirent *d; (d = readdir(dir)) != NULL;) {
        char path[2048];
        struct intel_report r;
        struct err e = {0};
        if (d->d_name[0] == '.' || !strstr(d->d_name, part))
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, d->d_name);
        t->files++;
        if (!intel_read_file(path, &(struct intel_options){.memory = (size_t)1 << 30},
                             &(struct intel_sink){.each = check_one}, &r, &e)) {
            t->refused_files++;
            printf("%s: %s\n", d->d_name, e.text);
            assert_true(e.code == ERR_INVALID && e.text[0] && !must_be_feeds);
            continue;
        }
        CHECK_INT(r.read, r.usable + r.kept + r.refused, d->d_name);
        t->read += r.read;
        t->usable += r.usable;
        t->kept += r.kept;
        t->refused += r.refused;
        t->indicators += r.indicators;
    }
    closedir(dir);
    printf("%s: %zu files (%zu refused), %llu items: %llu usable, %llu kept, %llu refused\n", name,
           t->files, t->refused_files, (unsigned long long)t->read, (unsigned long long)t->usable,
           (unsigned long long)t->kept, (unsigned long long)t->refused);
}

static void every_public_feed_is_read(void **state)
{
    static const struct {
        const char *folder;
        uint64_t usable; /* at least, counted once by hand */
    } feeds[] = {
        {"feeds/ipsum", 260000},
        {"feeds/phishing_database", 28000},
        {"feeds/public_intel", 125000},
        {"feeds/zeek_intel", 100000},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(feeds); i++) {
        struct tally t = {0};
        read_folder(feeds[i].folder, "", true, &t);
        if (t.usable < feeds[i].usable)
            fail_msg("%s: only %llu usable", feeds[i].folder, (unsigned long long)t.usable);
    }
}

static void every_misp_event_is_read_or_refused_with_a_reason(void **state)
{
    struct tally events = {0}, others = {0};
    (void)state;
    read_folder("misp/eset_events", ".json", false, &events);
    read_folder("misp/reportlab_events", ".json", true, &events);
    read_folder("misp/pymisp_events", ".json", false, &others);
    read_folder("misp/misp_stix_pairs", ".json", true, &others);
    assert_true(events.usable > 500 && others.usable > 20);
}

static void every_stix_document_is_read(void **state)
{
    struct tally t = {0}, unit42 = {0};
    (void)state;
    read_folder("stix21/examples", ".json", false, &t);
    read_folder("stix21/misp_stix", ".json", false, &t);
    read_folder("stix21/walkthroughs", ".json", false, &t);
    read_folder("stix21/stix20_unit42", ".json", true, &unit42);
    assert_true(unit42.usable > 4000);
}

/* CACAO gives its marking objects the UUIDs of STIX's: an independent list of the same five. */
static void published_ids_are_ours(void **state)
{
    const char *folder = shared_data("tlp/cacao_tlp2_markings");
    DIR *dir = opendir(folder);
    size_t seen = 0;
    (void)state;
    assert_non_null(dir);
    for (struct dirent *d; (d = readdir(dir)) != NULL;) {
        AUTO(arena_drop) struct arena memory = ARENA(1 << 20);
        struct str text;
        struct err e;
        if (!strstr(d->d_name, ".json"))
            continue;
        assert_true(file_read(&memory, arena_fmt(&memory, "%s/%s", folder, d->d_name).ptr, 1 << 20,
                              &text, &e));
        const struct json *root = json_parse_tolerant(&memory, text, &e);
        const struct json *v = root ? root->child : NULL;
        struct str id = json_text(v, S("id")), level = json_text(v, S("tlpv2_level"));
        enum tlp by_id, by_level;
        if (!level.len || !str_starts(id, S("marking-tlp--")))
            continue;
        struct str uuid = str_skip(id, strlen("marking-tlp--"));
        assert_true(
            tlp_of_stix_id(arena_fmt(&memory, "marking-definition--" STR_FMT, STR_ARG(uuid)),
                           &by_id));
        assert_true(tlp_parse_loose(level, &by_level));
        CHECK_INT(by_id, by_level, d->d_name);
        seen++;
    }
    closedir(dir);
    assert_true(seen > 0);
}

/* Recorded verdicts of the OASIS validator. */
static void the_grammar_is_the_standards(void **state)
{
    AUTO(arena_drop) struct arena memory = ARENA((size_t)64 << 20);
    struct str text;
    struct err e;
    size_t valid = 0, invalid = 0, wrong = 0;
    (void)state;
    assert_true(file_read(&memory, shared_data("stix21/patterns.json"), 1 << 24, &text, &e));
    const struct json *all = json_parse(&memory, text, &e);
    assert_non_null(all);
    for (json_each(one, all)) {
        struct pattern p;
        struct str pattern = json_text(one, S("pattern"));
        bool want = str_eq(json_text(one, S("expect")), S("valid"));
        assert_true(pattern_read(&memory, pattern, &p, &e));
        *(want ? &valid : &invalid) += 1;
        if ((p.verdict != PATTERN_MALFORMED) == want)
            continue;
        print_error("%s: " STR_FMT " (%s)\n", want ? "valid" : "invalid", STR_ARG(pattern), e.text);
        wrong++;
    }
    printf("%zu valid, %zu invalid\n", valid, invalid);
    assert_true(valid > 200 && invalid > 20);
    assert_int_equal(wrong, 0);
}

static void published_lists_are_read(void **state)
{
    AUTO(arena_drop) struct arena memory = ARENA((size_t)512 << 20);
    struct warninglist *w = warninglist_new(&memory);
    const char *folder = shared_data("misp/warninglists");
    DIR *dir = opendir(folder);
    size_t files = 0;
    struct err e = {0};
    struct str why;
    (void)state;
    assert_non_null(dir);
    for (struct dirent *d; (d = readdir(dir)) != NULL;) {
        char path[2048];
        if (!strstr(d->d_name, "list.json"))
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, d->d_name);
        if (!warninglist_add_file(w, path, &e))
            fail_msg("%s", e.text);
        files++;
    }
    closedir(dir);
    warninglist_ready(w);
    printf("%zu files, %zu entries, %zu skipped\n", files, warninglist_entries(w),
           warninglist_skipped(w));
    assert_true(files > 50 && warninglist_entries(w) > 10000);
    assert_true(warninglist_check(w, &(struct selector){SELECTOR_DOMAIN, S_("115.com")}, &why));
    assert_false(
        warninglist_check(w, &(struct selector){SELECTOR_DOMAIN, S_("evil.example")}, &why));
}

static void names_of_formats_lead_back(void **state)
{
    (void)state;
    for (int f = INTEL_STIX; f < INTEL_FORMAT_COUNT; f++) {
        enum intel_format back;
        assert_true(intel_format_parse(cstr(intel_format_name((enum intel_format)f)), &back));
        assert_int_equal(back, f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_formats_lead_back),
        cmocka_unit_test(published_ids_are_ours),
        cmocka_unit_test(the_grammar_is_the_standards),
        cmocka_unit_test(published_lists_are_read),
        cmocka_unit_test(every_public_feed_is_read),
        cmocka_unit_test(every_misp_event_is_read_or_refused_with_a_reason),
        cmocka_unit_test(every_stix_document_is_read),
    };
    return cmocka_run_group_tests_name("corpora", tests, NULL, NULL);
}
