/* test_must_not_compile.c - runs must_not_compile.sh: the gate is a type, so its proof is the compiler. */
#include "tests/check.h"

#include <stdio.h>
#include <stdlib.h>

static void every_way_round_the_gate_is_refused(void **state)
{
    (void)state;
    const char *root = getenv("HINOMI_SOURCE_ROOT");
    assert_non_null(root);
    char command[4096];
    snprintf(command, sizeof command, "'%s/tests/unit/release/must_not_compile.sh' '%s' gcc", root,
             root);
    assert_int_equal(system(command), 0);
}

int main(void)
{
    if (!getenv("HINOMI_SOURCE_ROOT") || system("gcc --version >/dev/null 2>&1") != 0) {
        puts("skipped: needs gcc, and HINOMI_SOURCE_ROOT from meson");
        return 77;
    }
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_way_round_the_gate_is_refused)};
    return cmocka_run_group_tests_name("must_not_compile", tests, NULL, NULL);
}
