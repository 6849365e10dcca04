/* test_locked.c - locked memory is locked, stays out of dumps and children, and is wiped. */
#include "core/locked.h"

#include "tests/check.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the kernel says of the mapping that holds `at`: its flags, and how much of it is locked. */
static bool smaps(const void *at, char flags[512], unsigned long *ret_locked_kb)
{
    FILE *f = fopen("/proc/self/smaps", "r");
    char line[512];
    bool here = false;
    assert_non_null(f);
    *ret_locked_kb = 0;
    flags[0] = '\0';
    while (fgets(line, sizeof line, f)) {
        char *dash, *rest;
        unsigned long first = strtoul(line, &dash, 16);
        if (*dash == '-') {
            unsigned long end = strtoul(dash + 1, &rest, 16);
            here = (unsigned long)at >= first && (unsigned long)at < end;
        }
        if (here && strncmp(line, "Locked:", 7) == 0)
            *ret_locked_kb = strtoul(line + 7, NULL, 10);
        else if (here && strncmp(line, "VmFlags:", 8) == 0)
            snprintf(flags, 512, "%s", line);
    }
    fclose(f);
    return flags[0];
}

static void it_is_locked_and_not_dumped(void **state)
{
    struct err e = {0};
    AUTO(locked_drop) struct locked m = {0};
    char flags[512];
    unsigned long kb;
    (void)state;
    if (!locked_new(100000, &m, &e))
        fail_msg("%s", e.text);
    for (size_t i = 0; i < m.len; i++)
        assert_int_equal(((char *)m.bytes)[i], 0);
    memset(m.bytes, 'x', m.len);
    if (!smaps(m.bytes, flags, &kb))
        skip_saying("this kernel shows no /proc/self/smaps");
    assert_non_null(strstr(flags, " dd")); /* not in dumps */
    assert_non_null(strstr(flags, " wf")); /* a child sees zeros */
    assert_int_equal(m.held, strstr(flags, " lo") != NULL);
}

static void beyond_the_limit_it_is_had_but_not_held(void **state)
{
    struct err e = {0};
    AUTO(locked_drop) struct locked m = {0};
    (void)state;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) { /* a process of its own: limits and rights do not come back */
        if (geteuid() == 0 && setuid(65534) != 0)
            _exit(3);
        if (!locked_new(64 << 20, &m, &e))
            _exit(1);
        _exit(m.held ? 2 : 0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WEXITSTATUS(status) == 2 || WEXITSTATUS(status) == 3)
        skip_saying("whoever runs this may lock 64 MiB in spite of the limit");
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void a_child_sees_zeros(void **state)
{
    struct err e = {0};
    AUTO(locked_drop) struct locked m = {0};
    (void)state;
    assert_true(locked_new(4096, &m, &e));
    memset(m.bytes, 'x', m.len);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(((char *)m.bytes)[17]);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void running_over_either_end_faults(void **state)
{
    struct err e = {0};
    AUTO(locked_drop) struct locked m = {0};
    (void)state;
    assert_true(locked_new((size_t)sysconf(_SC_PAGESIZE), &m, &e));
    unsigned char seen;
    /* mincore answers for a mapping without access too; msync with a bad address does not matter:
     * asking the kernel to read through write() says EFAULT instead of killing us */
    int pipe_ends[2];
    assert_int_equal(pipe(pipe_ends), 0);
    assert_int_equal(write(pipe_ends[1], (char *)m.bytes + m.len, 1), -1);
    assert_int_equal(write(pipe_ends[1], (char *)m.bytes - 1, 1), -1);
    assert_int_equal(write(pipe_ends[1], m.bytes, 1), 1);
    assert_int_equal(read(pipe_ends[0], &seen, 1), 1);
    close(pipe_ends[0]);
    close(pipe_ends[1]);
}

static void what_is_dropped_is_wiped(void **state)
{
    static const char marker[] = "marker-of-the-locked-test";
    struct err e = {0};
    struct locked m = {0};
    (void)state;
    assert_true(locked_new(4096, &m, &e));
    memcpy(m.bytes, marker, sizeof marker);
    locked_wipe(m.bytes, sizeof marker);
    for (size_t i = 0; i < sizeof marker; i++)
        assert_int_equal(((char *)m.bytes)[i], 0);
    locked_drop(&m);
    assert_null(m.bytes);
    locked_drop(&m); /* once more is nothing */
    assert_false(locked_new(0, &m, &e));
    assert_false(locked_new(SIZE_MAX - 10, &m, &e));
    assert_int_equal(e.code, ERR_LIMIT);
}

static void memory_of_others_can_be_held(void **state)
{
    char flags[512];
    unsigned long kb;
    (void)state;
    char *own = mmap(NULL, 1 << 16, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(own != MAP_FAILED);
    bool held = locked_hold(own + 100, 60000);
    if (smaps(own, flags, &kb)) {
        assert_non_null(strstr(flags, " dd"));
        assert_int_equal(held, strstr(flags, " lo") != NULL);
    }
    assert_true(locked_hold(own, 0));
    munmap(own, 1 << 16);
}

static void the_process_can_be_made_undumpable(void **state)
{
    (void)state;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct err e = {0};
        bool before = locked_process_is();
        _exit(!before && locked_process(&e) && locked_process_is() ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(WEXITSTATUS(status), 0);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct err e = {0};
        if (!locked_process(&e))
            _exit(1);
        signal(SIGABRT, SIG_DFL);
        abort();
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_false(WCOREDUMP(status));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_locked_and_not_dumped),
        cmocka_unit_test(beyond_the_limit_it_is_had_but_not_held),
        cmocka_unit_test(a_child_sees_zeros),
        cmocka_unit_test(running_over_either_end_faults),
        cmocka_unit_test(what_is_dropped_is_wiped),
        cmocka_unit_test(memory_of_others_can_be_held),
        cmocka_unit_test(the_process_can_be_made_undumpable),
    };
    return cmocka_run_group_tests_name("locked", tests, NULL, NULL);
}
