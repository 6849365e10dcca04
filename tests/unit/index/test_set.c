/* test_set.c - views are swapped while readers read; generations rise; a merge loses nothing. */
#include "core/keys.h"
#include "index/set.h"
#include "tests/check.h"

#include <pthread.h>
#include <stdatomic.h>

static struct err e;

static struct index_change change(const char *name, bool withdraw)
{
    return (struct index_change){.withdraw = withdraw,
                                 .entry = {.selector = {SELECTOR_DOMAIN, {name, strlen(name)}},
                                           .action = INDEX_ALERT,
                                           .confidence = 50,
                                           .source = S("test")}};
}

static bool knows(struct index_set *set, const char *name)
{
    struct index_reader *r = index_reader_join(set);
    struct index_view v = index_reader_view(r);
    struct index_hit hit;
    bool found = index_find_name(&v, (struct str){name, strlen(name)}, 1, &hit);
    index_reader_leave(&r);
    return found;
}

static void changes_are_in_force_at_once(void **state)
{
    (void)state;
    AUTO(index_set_drop) struct index_set *set = index_set_new();
    assert_false(knows(set, "a.example"));
    struct index_change add = change("a.example", false), take = change("a.example", true);
    assert_true(index_set_apply(set, &add, 1, 1, &e));
    assert_true(knows(set, "a.example"));
    assert_true(index_set_apply(set, &take, 1, 2, &e));
    assert_false(knows(set, "a.example"));
}

static void an_older_generation_is_refused(void **state)
{
    (void)state;
    AUTO(index_set_drop) struct index_set *set = index_set_new();
    struct index_change add = change("a.example", false);
    assert_true(index_set_apply(set, &add, 1, 5, &e));
    static const uint64_t old[] = {0, 4, 5};
    for (size_t i = 0; i < COUNT(old); i++) {
        assert_false(index_set_apply(set, &add, 1, old[i], &e));
        assert_int_equal(e.code, ERR_CONFLICT);
        struct index_builder *b = index_builder_new(&(struct index_build){0});
        AUTO(index_image_drop) struct index_image *image = NULL;
        assert_true(index_builder_finish(&b, &image, &e));
        assert_false(index_set_replace(set, &image, old[i], &e));
        assert_non_null(image);
    }
    assert_int_equal(index_set_state(set).generation, 5);
}

static void one_bad_change_undoes_its_batch(void **state)
{
    (void)state;
    AUTO(index_set_drop) struct index_set *set = index_set_new();
    struct index_change both[] = {change("a.example", false), change("NOT CANONICAL", false)};
    assert_false(index_set_apply(set, both, 2, 1, &e));
    assert_false(knows(set, "a.example"));
    assert_int_equal(index_set_state(set).changes, 0);
    assert_int_equal(index_set_state(set).generation, 0);
}

static void a_merge_keeps_what_was_said(void **state)
{
    (void)state;
    AUTO(index_set_drop) struct index_set *set = index_set_new();
    struct index_change first[] = {change("a.example", false), change("b.example", false),
                                   change("ends.example", false)};
    first[2].entry.expires = 10;
    assert_true(index_set_apply(set, first, 3, 1, &e));
    assert_true(index_set_merge(set, 20, &e));
    struct index_set_state told = index_set_state(set);
    assert_int_equal(told.base, 2);
    assert_int_equal(told.changes, 0);
    assert_int_equal(told.generation, 1);

    struct index_change second[] = {change("a.example", true), change("c.example", false)};
    assert_true(index_set_apply(set, second, 2, 2, &e));
    assert_true(index_set_merge(set, 20, &e));
    assert_int_equal(index_set_state(set).base, 2);
    assert_false(knows(set, "a.example"));
    assert_true(knows(set, "b.example"));
    assert_true(knows(set, "c.example"));
}

static void a_full_overlay_says_so_and_a_merge_empties_it(void **state)
{
    (void)state;
    AUTO(index_set_drop) struct index_set *set = index_set_new();
    struct index_change *many = calloc(INDEX_CHANGES_MAX, sizeof *many);
    char(*names)[24] = calloc(INDEX_CHANGES_MAX, sizeof *names);
    for (size_t i = 0; i < INDEX_CHANGES_MAX; i++) {
        snprintf(names[i], sizeof names[i], "n%zu.example", i);
        many[i] = change(names[i], false);
    }
    assert_true(index_set_apply(set, many, INDEX_CHANGES_MAX, 1, &e));
    struct index_change more = change("more.example", false);
    assert_false(index_set_apply(set, &more, 1, 2, &e));
    assert_int_equal(e.code, ERR_LIMIT);
    assert_true(knows(set, "n65535.example"));
    assert_true(index_set_merge(set, 1, &e));
    assert_int_equal(index_set_state(set).base, INDEX_CHANGES_MAX);
    assert_true(index_set_apply(set, &more, 1, 2, &e));
    assert_true(knows(set, "n65535.example"));
    assert_true(knows(set, "more.example"));
    free(many);
    free(names);
}

static void a_view_lives_until_its_reader_lets_go(void **state)
{
    (void)state;
    AUTO(index_set_drop) struct index_set *set = index_set_new();
    struct index_change add = change("a.example", false), take = change("a.example", true);
    assert_true(index_set_apply(set, &add, 1, 1, &e));
    struct index_reader *r = index_reader_join(set);
    struct index_view old = index_reader_view(r);
    assert_true(index_set_apply(set, &take, 1, 2, &e));
    struct index_hit hit;
    assert_true(index_find_name(&old, S("a.example"), 1, &hit));
    index_set_collect(set);
    assert_true(index_set_state(set).waiting >= 1);
    index_reader_quiesce(r);
    index_set_collect(set);
    assert_int_equal(index_set_state(set).waiting, 0);
    index_reader_leave(&r);
}

/* ---- readers and writers at once; ThreadSanitizer is this test's other half ---- */

struct shared {
    struct index_set *set;
    _Atomic bool stop;
    _Atomic uint64_t asked, missed;
};

static void *read_on(void *context)
{
    struct shared *shared = context;
    struct index_reader *r = index_reader_join(shared->set);
    for (size_t batch = 0; !atomic_load(&shared->stop); batch++) {
        struct index_view v = index_reader_view(r);
        for (size_t i = 0; i < 16; i++) {
            struct index_hit hit;
            atomic_fetch_add(&shared->asked, 1);
            if (!index_find_name(&v, S("always.example"), 1, &hit) ||
                !str_eq(hit.source, S("test")))
                atomic_fetch_add(&shared->missed, 1);
        }
        index_reader_quiesce(r);
        if (batch % 64 == 0) {
            index_reader_offline(r);
            index_reader_online(r);
        }
    }
    index_reader_leave(&r);
    return NULL;
}

static void *merge_on(void *context)
{
    struct shared *shared = context;
    struct err why = {0};
    while (!atomic_load(&shared->stop))
        if (!index_set_merge(shared->set, 1, &why))
            atomic_fetch_add(&shared->missed, 1);
    return NULL;
}

static void swaps_and_merges_under_readers_hide_nothing(void **state)
{
    (void)state;
    AUTO(index_set_drop) struct index_set *set = index_set_new();
    struct shared shared = {.set = set};
    struct index_change always = change("always.example", false);
    assert_true(index_set_apply(set, &always, 1, 1, &e));
    pthread_t threads[4];
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, read_on, &shared), 0);
    assert_int_equal(pthread_create(&threads[3], NULL, merge_on, &shared), 0);

    for (uint64_t generation = 2; generation < 1500; generation++) {
        char name[32];
        snprintf(name, sizeof name, "n%u.example", (unsigned)(generation / 2));
        struct index_change c = change(name, generation % 2);
        assert_true(index_set_apply(set, &c, 1, generation, &e));
    }
    atomic_store(&shared.stop, true);
    for (size_t i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(shared.missed, 0);
    assert_true(index_set_merge(set, 1, &e));
    assert_int_equal(index_set_state(set).base, 1);
    index_set_collect(set);
    assert_int_equal(index_set_state(set).waiting, 0);
}

int main(void)
{
    keys_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changes_are_in_force_at_once),
        cmocka_unit_test(an_older_generation_is_refused),
        cmocka_unit_test(one_bad_change_undoes_its_batch),
        cmocka_unit_test(a_merge_keeps_what_was_said),
        cmocka_unit_test(a_full_overlay_says_so_and_a_merge_empties_it),
        cmocka_unit_test(a_view_lives_until_its_reader_lets_go),
        cmocka_unit_test(swaps_and_merges_under_readers_hide_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
