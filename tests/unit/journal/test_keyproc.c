/* test_keyproc.c - whoever holds the keys: in this process or in one of its own, the answers are
 * the same. */
#include "journal/keyproc.h"

#include "tests/unit/journal/journal_case.h"

#include <signal.h>
#include <sys/wait.h>

struct keys_case {
    char dir[64], keys[96];
    struct key_secret key;
    struct signer *signer;
    bool process;
};

static void start(struct keys_case *c)
{
    struct err e = {0};
    bool ok = c->process ? keyproc_start(c->dir, &c->signer, &e)
                         : signer_local(&c->key, c->keys, &c->signer, &e);
    if (!ok)
        fail_msg("%s", e.text);
}

static struct keys_case *make(bool process)
{
    struct keys_case *c = calloc(1, sizeof *c);
    struct key_public public;
    struct err e = {0};
    assert_non_null(c);
    keys_init();
    c->process = process;
    snprintf(c->dir, sizeof c->dir, "/tmp/hinomi-test-XXXXXX");
    assert_non_null(mkdtemp(c->dir));
    snprintf(c->keys, sizeof c->keys, "%s/keys.db", c->dir);
    key_generate(&c->key);
    if (process)
        assert_true(keyproc_create(c->dir, &public, &e));
    start(c);
    if (process)
        assert_true(key_public_eq(&public, &c->signer->public));
    return c;
}

static int in_this_process(void **state)
{
    *state = make(false);
    return 0;
}

static int in_its_own_process(void **state)
{
    *state = make(true);
    return 0;
}

static int tear_down(void **state)
{
    struct keys_case *c = *state;
    signer_drop(&c->signer);
    case_remove(c->dir);
    free(c);
    return 0;
}

static void signatures_verify_under_the_public_key(void **state)
{
    struct keys_case *c = *state;
    uint8_t sig[KEY_SIGNATURE_SIZE];
    struct err e = {0};
    assert_true(c->signer->sign(c->signer, S("hinomi/test"), S("message\0with zero"), sig, &e));
    assert_true(key_verify(&c->signer->public, S("hinomi/test"), S("message\0with zero"), sig));
    assert_false(key_verify(&c->signer->public, S("hinomi/other"), S("message\0with zero"), sig));
    assert_true(c->signer->sign_note(c->signer, S("origin\n1\n"), sig, &e));
    assert_true(key_verify_raw(&c->signer->public, S("origin\n1\n"), sig));
    assert_false(c->signer->sign_note(c->signer, S("hinomi/test\0message"), sig, &e));
    CHECK_INT(e.code, ERR_DENIED, "a note that would pass for a statement");
}

static bool same(const struct data_key *a, const struct data_key *b)
{
    return a->id == b->id && memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

static void a_subject_has_one_key_a_day(void **state)
{
    struct keys_case *c = *state;
    struct signer *s = c->signer;
    struct data_key first, again, other_day, other_subject, found;
    struct err e = {0};
    assert_true(s->data_key(s, S("person-1"), 20000, &first, &e));
    assert_true(s->data_key(s, S("person-1"), 20000, &again, &e));
    assert_true(s->data_key(s, S("person-1"), 20001, &other_day, &e));
    assert_true(s->data_key(s, S("person-2"), 20000, &other_subject, &e));
    assert_true(same(&first, &again));
    assert_false(same(&first, &other_day) || same(&first, &other_subject));
    assert_true(s->data_key_find(s, first.id, &found, &e));
    assert_true(same(&first, &found));
    assert_false(s->data_key_find(s, 99, &found, &e));
    CHECK_INT(e.code, ERR_NOT_FOUND, "a key that never was");
}

static void keys_outlive_the_process_and_destroyed_ones_do_not(void **state)
{
    struct keys_case *c = *state;
    struct data_key keys[3], found;
    struct err e = {0};
    for (int i = 0; i < 3; i++)
        assert_true(c->signer->data_key(c->signer, S("person-1"), 20000 + i, &keys[i], &e));
    assert_true(c->signer->sync(c->signer, &e));
    assert_true(c->signer->erase(c->signer, S("person-1"), 20000, 20001, &e));
    signer_drop(&c->signer);
    start(c);
    struct signer *s = c->signer;
    assert_false(s->data_key_find(s, keys[0].id, &found, &e));
    assert_false(s->data_key_find(s, keys[1].id, &found, &e));
    CHECK_INT(e.code, ERR_NOT_FOUND, "destroyed");
    assert_true(s->data_key_find(s, keys[2].id, &found, &e));
    assert_true(same(&keys[2], &found));
    assert_true(s->data_key(s, S("person-1"), 20000, &found, &e));
    assert_int_equal(found.id, 4); /* anew, under an id of its own */
    assert_true(s->erase(s, S("nobody"), 0, 30000, &e));
}

static void thousands_of_keys_are_found_again(void **state)
{
    struct keys_case *c = *state;
    struct err e = {0};
    struct data_key key;
    char name[32];
    for (int i = 0; i < 2000; i++) {
        int n = snprintf(name, sizeof name, "person-%d", i);
        assert_true(c->signer->data_key(c->signer, (struct str){name, (size_t)n}, 1, &key, &e));
        assert_int_equal(key.id, i + 1);
    }
    signer_drop(&c->signer);
    start(c);
    assert_true(c->signer->data_key(c->signer, S("person-1234"), 1, &key, &e));
    assert_int_equal(key.id, 1235);
}

static void key_files_are_never_overwritten(void **state)
{
    struct keys_case *c = *state;
    struct key_public public;
    struct err e = {0};
    assert_false(keyproc_create(c->dir, &public, &e));
    CHECK_INT(e.code, ERR_CONFLICT, "second time");
    struct signer *none = NULL;
    assert_false(keyproc_start("/tmp/hinomi-no-such-folder", &none, &e));
    CHECK_INT(e.code, ERR_NOT_FOUND, "no keys");
    assert_null(none);
}

/* A child of ours that starts a key process, tells its pid, and dies without a word. */
static void the_key_process_dies_with_its_parent(void **state)
{
    struct keys_case *c = *state;
    int out[2];
    assert_int_equal(pipe(out), 0);
    pid_t parent = fork();
    if (parent == 0) {
        struct signer *s = NULL;
        struct err e = {0};
        char children[64] = "";
        char path[64];
        close(out[0]);
        bool ok = keyproc_start(c->dir, &s, &e);
        snprintf(path, sizeof path, "/proc/self/task/%d/children", getpid());
        FILE *f = fopen(path, "r");
        if (ok && f && fgets(children, sizeof children, f))
            (void)!write(out[1], children, strlen(children));
        close(out[1]);
        raise(SIGKILL);
    }
    close(out[1]);
    char text[64] = "";
    ssize_t n = read(out[0], text, sizeof text - 1);
    close(out[0]);
    waitpid(parent, NULL, 0);
    long child = n > 0 ? strtol(text, NULL, 10) : 0;
    if (child <= 0)
        skip_saying("this kernel does not list children");
    for (int i = 0; i < 200 && kill((pid_t)child, 0) == 0; i++) {
        char path[64], line[128] = "";
        snprintf(path, sizeof path, "/proc/%ld/stat", child);
        FILE *f = fopen(path, "r");
        bool dead = !f || !fgets(line, sizeof line, f) || strstr(line, ") Z ");
        if (f)
            fclose(f);
        if (dead)
            return; /* ended; whoever adopts it has only to collect it */
        usleep(10000);
    }
    assert_true(kill((pid_t)child, 0) != 0);
}

int main(void)
{
#define BOTH(name)                                                                                 \
    cmocka_unit_test_setup_teardown(name, in_this_process, tear_down),                             \
        cmocka_unit_test_setup_teardown(name, in_its_own_process, tear_down)
    const struct CMUnitTest tests[] = {
        BOTH(signatures_verify_under_the_public_key),
        BOTH(a_subject_has_one_key_a_day),
        BOTH(keys_outlive_the_process_and_destroyed_ones_do_not),
        BOTH(thousands_of_keys_are_found_again),
        cmocka_unit_test_setup_teardown(key_files_are_never_overwritten, in_its_own_process,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_key_process_dies_with_its_parent, in_its_own_process,
                                        tear_down),
    };
    return cmocka_run_group_tests_name("keyproc", tests, NULL, NULL);
}
