/* test_law.c - the tables: strict reading, what the built-in ones say, and that the program holds none of it. */
#include "core/ascii.h"
#include "core/io.h"
#include "core/time.h"
#include "law/law.h"
#include "tests/check.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct str text_of(struct arena *a)
{
    const char *root = getenv("HINOMI_SOURCE_ROOT");
    struct str text = STR_NONE;
    struct err e = {0};
    char path[512];
    snprintf(path, sizeof path, "%s/law/jp/monitoring.yaml", root ? root : ".");
    if (!file_read(a, path, 1 << 20, &text, &e)) {
        print_message("skipped: %s\n", e.text);
        exit(77);
    }
    return text;
}

static void the_built_in_tables_are_those_of_the_tree(void **state)
{
    AUTO(arena_drop) struct arena a = ARENA(LAW_MEMORY);
    const struct law *built_in, *read;
    struct err e = {0};
    (void)state;
    assert_true(law_open(&a, NULL, &built_in, &e));
    assert_true(law_read(&a, text_of(&a), &read, &e));
    assert_memory_equal(built_in->hash, read->hash, SHA256_SIZE);
    assert_true(built_in->built_in && !read->built_in);
    for (enum channel c = CHANNEL_NONE + 1; c < CHANNEL_EXERCISE; c++)
        assert_non_null(law_channel(built_in, c));
    assert_null(law_channel(built_in, CHANNEL_EXERCISE));
    const struct law_basis *b = law_basis(built_in, S("JP-42-2025"), S("17"), S("1"));
    assert_non_null(b);
    char from[TIME_TEXT_SIZE];
    assert_string_equal((time_format(b->effective_from, from), from),
                        "2027-10-31T15:00:00.000000Z"); /* midnight in Japan */
}

static struct str changed(struct arena *a, struct str text, const char *from, const char *to)
{
    const char *at = memmem(text.ptr, text.len, from, strlen(from));
    if (!at)
        fail_msg("\"%s\" is not in the tables", from);
    size_t before = (size_t)(at - text.ptr);
    struct str rest = str_skip(text, before + strlen(from));
    return arena_fmt(a, "%.*s%s" STR_FMT, (int)before, text.ptr, to, STR_ARG(rest));
}

static void a_table_that_errs_is_refused_with_its_place(void **state)
{
    static const struct {
        const char *label, *from, *to, *says;
    } cases[] = {
        {"unknown member", "country: JP", "country: JP\nmood: fine", "mood: no such member"},
        {"unknown in a row", "    statutory: true\n", "    statutory: true\n    x: 1\n",
         "channels[0].x: no such member"},
        {"missing", "country: JP\n", "", "country: missing"},
        {"missing in a row", "    statutory: true\n", "", "channels[0].statutory: missing"},
        {"no channel", "code: CH_FF", "code: CH_DD", "channels[1].code: no channel"},
        {"a channel twice", "code: CH_FF", "code: CH_FD", "channels[2].code: it stands twice"},
        {"no approval", "approval: quorum", "approval: nobody", "channels[1].approval"},
        {"no such product", "products: [FULL,", "products: [RAW,", "channels[0].products[0]"},
        {"no such recipient", "recipients: [ADMIN_ORGAN,", "recipients: [PRESS,",
         "products[0].recipients[0]"},
        {"a basis of nothing", "channel: CH_AGREEMENT", "channel: CH_X", "bases[0].channel"},
        {"a basis twice", "article: \"19\"", "article: \"17\"", "bases[2]: it stands twice"},
        {"it ends before it begins", "effective_to:\n", "effective_to: 2020-01-01T00:00:00Z\n",
         "bases[0].effective_to"},
        {"no date", "2027-11-01T00:00:00+09:00", "soon", "bases[0].effective_from"},
        {"nobody decides", "commission_quorum: 3", "commission_quorum: 0", "commission_quorum"},
        {"a prefix no network has", "selector_prefix_v4: 24", "selector_prefix_v4: 33", "prefix"},
        {"held longer than it may be", "residency_default_s: 5", "residency_default_s: 61",
         "residency_default_s"},
        {"a negative number", "review_every_days: 30", "review_every_days: -1",
         "parameters.review_every_days"},
        {"a word as a number", "review_every_days: 30", "review_every_days: often",
         "parameters.review_every_days"},
        {"another schema", "hinomi-law-monitoring-1", "hinomi-law-9", "schema"},
        {"no yaml", "schema:", "\tschema:", ""},
    };
    AUTO(arena_drop) struct arena a = ARENA(256 << 20);
    struct str text = text_of(&a);
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct law *law = NULL;
        struct err e = {0};
        if (law_read(&a, changed(&a, text, cases[i].from, cases[i].to), &law, &e))
            fail_msg("%s: taken", cases[i].label);
        if (!e.text[0] || !strstr(e.text, cases[i].says))
            fail_msg("%s: it says: %s", cases[i].label, e.text);
    }
}

/* --- R-002 --- */

static bool stands_alone(const char *text, size_t len, const char *word)
{
    size_t n = strlen(word);
    for (const char *at = text; (at = memmem(at, len - (size_t)(at - text), word, n)); at++) {
        bool first = at == text, last = at + n == text + len;
        if ((first || !ascii_is_digit(at[-1])) && (last || !ascii_is_digit(at[n])))
            return true;
    }
    return false;
}

static void look_into(const char *folder, const char *const *words, size_t count)
{
    const char *root = getenv("HINOMI_SOURCE_ROOT");
    AUTO(arena_drop) struct arena a = ARENA(64 << 20);
    char path[1024];
    size_t files = 0;
    snprintf(path, sizeof path, "%s/%s", root ? root : ".", folder);
    DIR *d = opendir(path);
    assert_non_null(d);
    for (struct dirent *f; (f = readdir(d));) {
        struct str text;
        struct err e = {0};
        size_t n = strlen(f->d_name);
        if (n < 3 || f->d_name[n - 2] != '.')
            continue;
        snprintf(path, sizeof path, "%s/%s/%s", root ? root : ".", folder, f->d_name);
        assert_true(file_read(&a, path, 4 << 20, &text, &e));
        files++;
        for (size_t i = 0; i < count; i++)
            if (stands_alone(text.ptr, text.len, words[i]))
                fail_msg("%s/%s holds %s: it belongs to law/", folder, f->d_name, words[i]);
    }
    closedir(d);
    assert_true(files > 0);
}

static void no_source_file_holds_a_number_of_the_law_r_002(void **state)
{
    static const char *const words[] = {"183",        "92",         "730",
                                        "2027-11-01", "2027-10-31", "JP-42-2025"};
    (void)state;
    AUTO(arena_drop) struct arena a = ARENA(1 << 20);
    (void)text_of(&a);
    look_into("src/law", words, COUNT(words));
    look_into("src/cli/mandate", words, 3);
    look_into("src/sensor/lawful", words, COUNT(words));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_built_in_tables_are_those_of_the_tree),
        cmocka_unit_test(a_table_that_errs_is_refused_with_its_place),
        cmocka_unit_test(no_source_file_holds_a_number_of_the_law_r_002),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
