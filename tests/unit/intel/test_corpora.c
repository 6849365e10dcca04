/* test_corpora.c - real feeds, events and bundles: each is read to its end or refused with a reason. */
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
        cmocka_unit_test(every_public_feed_is_read),
        cmocka_unit_test(every_misp_event_is_read_or_refused_with_a_reason),
        cmocka_unit_test(every_stix_document_is_read),
    };
    return cmocka_run_group_tests_name("corpora", tests, NULL, NULL);
}
