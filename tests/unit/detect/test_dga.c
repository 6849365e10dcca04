/* test_dga.c - which label counts, what it scores, and how well families are told that were never seen. */
#include "detect/dga.h"
#include "detect/dga_learn.h"
#include "tests/check.h"

#include <stdlib.h>

enum { TAUGHT = 60000, JUDGED = 10000, OF_FAMILY = 1000, MOST_JUDGED = 4000 };
enum { MEMORY_MOST = 1 << 30 };
#define FLOOR 0.97 /* the micro-average over families of characters with many names */

static void check_text(struct str got, const char *want, const char *label)
{
    if (!str_eq(got, (struct str){want, strlen(want)}))
        fail_msg("%s: got %.*s, want %s", label, STR_ARG(got), want);
}

static void the_label_that_an_owner_chose_is_judged(void **state)
{
    static const struct {
        const char *name, *label, *registered;
    } cases[] = {
        {"www.kq3v9z0dj2x.com", "kq3v9z0dj2x", "kq3v9z0dj2x.com"},
        {"kq3v9z0dj2x.co.jp", "kq3v9z0dj2x", "kq3v9z0dj2x.co.jp"},
        {"d111abcdef8.cloudfront.net", "cloudfront", "cloudfront.net"},
        {"a.b.c.d.e.f.g.example.org", "example", "example.org"},
        {"odjarngqcz.dyndns.org", "odjarngqcz", "odjarngqcz.dyndns.org"},
        {"biupuhem.bazar", "biupuhem", "biupuhem.bazar"},
        {"example.com.", "example", "example.com"},
        {"com", "", ""},
        {"co.jp", "", ""},
        {"", "", ""},
        {".", "", ""},
        {"..", "", ""},
        {"192.0.2.1", "", ""},
        {"2001:db8::1", "", ""},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct str name = {cases[i].name, strlen(cases[i].name)};
        check_text(dga_label(name), cases[i].label, cases[i].name);
        check_text(dga_registered(name), cases[i].registered, cases[i].name);
    }
}

static void made_up_names_score_high_and_others_low(void **state)
{
    static const struct {
        const char *label;
        bool made;
    } cases[] = {
        {"kq3v9z0dj2x", true},
        {"xxwvspgdujgemcjabeoe", true},
        {"gqc1hqacbigamue", true},
        {"7f2a37fc6c4f0", true},
        {"nzhylnnvozzdfitgfydmhyh", true},
        {"google", false},
        {"weather", false},
        {"hospital-kyoto", false},
        {"stackoverflow", false},
        {"kasumigaseki", false},
        {"office365", false},
        {"bit", false},
        {"x", false},
        {"", false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        double score = dga_score((struct str){cases[i].label, strlen(cases[i].label)});
        CHECK_INT(score >= 0 && score < 1, true, cases[i].label);
        CHECK_INT(score >= DGA_CLEAR, cases[i].made, cases[i].label);
        CHECK_INT(score < 0.5, !cases[i].made, cases[i].label);
    }
}

static void any_bytes_and_any_length_have_a_score(void **state)
{
    char bytes[300];
    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(i * 37);
    for (size_t len = 0; len <= sizeof bytes; len++) {
        double score = dga_score((struct str){bytes, len});
        assert_true(score >= 0 && score < 1);
    }
}

struct judged {
    float weight;
    bool made;
};

static int by_weight(const void *a, const void *b)
{
    float x = ((const struct judged *)a)->weight, y = ((const struct judged *)b)->weight;
    return x < y ? -1 : x > y;
}

/* The share of pairs (made up, popular) that are in the right order; ties count half. Sorts. */
static double area(struct judged *j, size_t n)
{
    double right = 0, popular = 0, made = 0;
    qsort(j, n, sizeof *j, by_weight);
    for (size_t i = 0, end; i < n; i = end) {
        double both[2] = {0, 0};
        for (end = i; end < n && !(j[end].weight > j[i].weight); end++)
            both[j[end].made]++;
        right += both[1] * (popular + both[0] / 2);
        popular += both[0];
        made += both[1];
    }
    return right / (popular * made);
}

/* Of the made-up ones: how many stand above all but `share` of the popular ones. Sorted input. */
static double found_at(const struct judged *j, size_t n, double share)
{
    double made = 0, above = 0, allowed = 0, popular = 0;
    for (size_t i = 0; i < n; i++)
        made += j[i].made, popular += !j[i].made;
    for (size_t i = n; i-- && allowed <= popular * share;)
        above += j[i].made, allowed += !j[i].made;
    return above / made;
}

static void judge(const struct dga_model *m, struct str label, bool made, struct judged *ret)
{
    float features[DGA_FEATURES];
    dga_features(m, label, features);
    *ret = (struct judged){dga_weigh(m, features), made};
}

static size_t judge_all(const struct dga_lists *l, const struct dga_family *f,
                        const struct dga_model *m, struct judged *out)
{
    size_t n = 0, step = f->count > MOST_JUDGED ? f->count / MOST_JUDGED : 1;
    for (size_t i = l->popular_count - JUDGED; i < l->popular_count; i++)
        judge(m, l->popular[i], false, &out[n++]);
    for (size_t i = 0; i < f->count; i += step)
        judge(m, f->labels[i], true, &out[n++]);
    return n;
}

static bool lists_read(struct arena *memory, struct dga_lists *ret)
{
    const char *folder = getenv("HINOMI_SHARED_DATA");
    struct err e = {0};
    if (folder && dga_lists_read(memory, folder, ret, &e))
        return true;
    print_message("no lists of names: %s\n", folder ? e.text : "HINOMI_SHARED_DATA is not set");
    return false;
}

static double family_area(const struct dga_lists *l, const struct dga_family *f,
                          struct dga_model *m, struct judged *out)
{
    const struct dga_lesson lesson = {.lists = l,
                                      .popular_end = TAUGHT,
                                      .without = f,
                                      .most_of_family = OF_FAMILY};
    dga_learn(&lesson, m);
    size_t n = judge_all(l, f, m, out);
    double a = area(out, n);
    print_message("%-18.*s %7zu  %-10s %.4f  %.3f\n", STR_ARG(f->name), f->count,
                  f->words ? "words" : "characters", a, found_at(out, n, 0.01));
    return a;
}

static void a_family_that_was_never_seen_is_told_from_popular_names(void **state)
{
    AUTO(arena_drop) struct arena memory = ARENA(MEMORY_MOST);
    struct dga_lists *l = arena_new(&memory, struct dga_lists);
    struct dga_model *m = arena_new(&memory, struct dga_model);
    struct judged *out = arena_array(&memory, struct judged, JUDGED + 2 * MOST_JUDGED);
    double sum = 0, names = 0, sum_all = 0, names_all = 0;
    (void)state;
    if (!lists_read(&memory, l))
        skip_saying("HINOMI_SHARED_DATA names no lists of generated and popular names");
    assert_true(l->popular_count >= TAUGHT + JUDGED);
    print_message(
        "family               names  made of      area  found where 1 in 100 popular is\n");
    for (size_t i = 0; i < l->family_count; i++) {
        const struct dga_family *f = &l->families[i];
        if (f->count < DGA_FAMILY_MANY && !f->words)
            continue;
        double a = family_area(l, f, m, out);
        if (f->count >= DGA_FAMILY_MANY) {
            sum_all += a * (double)f->count;
            names_all += (double)f->count;
        }
        if (f->words)
            continue;
        sum += a * (double)f->count;
        names += (double)f->count;
    }
    print_message("micro-average over characters: %.4f; over all with %d names or more: %.4f\n",
                  sum / names, DGA_FAMILY_MANY, sum_all / names_all);
    assert_true(sum / names >= FLOOR);
    assert_true(sum_all / names_all >= FLOOR);
}

/* Learned from all but the last popular names; then those are judged as a sensor judges. */
static void few_popular_names_are_called_made_up(void **state)
{
    AUTO(arena_drop) struct arena memory = ARENA(MEMORY_MOST);
    struct dga_lists *l = arena_new(&memory, struct dga_lists);
    struct dga_model *m = arena_new(&memory, struct dga_model);
    size_t clear = 0;
    (void)state;
    if (!lists_read(&memory, l))
        skip_saying("HINOMI_SHARED_DATA names no lists of generated and popular names");
    const struct dga_lesson lesson = {.lists = l,
                                      .popular_end = l->popular_count - JUDGED,
                                      .most_of_family = OF_FAMILY};
    dga_learn(&lesson, m);
    for (size_t i = l->popular_count - JUDGED; i < l->popular_count; i++) {
        struct judged j;
        judge(m, l->popular[i], false, &j);
        clear += l->popular[i].len >= DGA_LABEL_LEAST &&
                 j.weight >= 4; /* DGA_CLEAR is 4 / (1 + 4) and half */
    }
    print_message("of %d popular labels not seen in training, %zu are called made up\n", JUDGED,
                  clear);
    assert_true(clear <= JUDGED / 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_label_that_an_owner_chose_is_judged),
        cmocka_unit_test(made_up_names_score_high_and_others_low),
        cmocka_unit_test(any_bytes_and_any_length_have_a_score),
        cmocka_unit_test(a_family_that_was_never_seen_is_told_from_popular_names),
        cmocka_unit_test(few_popular_names_are_called_made_up),
    };
    return cmocka_run_group_tests_name("dga", tests, NULL, NULL);
}
