/* test_jcs_vectors.c - the vectors published with RFC 8785: canonical bytes for each input. */
#include "core/jcs.h"
#include "tests/unit/core/text.h"

static void every_input_becomes_its_published_bytes(void **state)
{
    (void)state;
    static const char *const names[] = {"arrays", "structures", "unicode", "values"};
    const char *folder = shared_data("jcs/rfc8785");
    for (size_t i = 0; i < COUNT(names); i++) {
        AUTO(arena_drop) struct arena memory = ARENA(1 << 20);
        struct str in_path = arena_fmt(&memory, "%s/input/%s.json", folder, names[i]);
        struct str want_path = arena_fmt(&memory, "%s/output/%s.json", folder, names[i]);
        struct str input, want;
        struct err e = {};
        assert_true(file_read(&memory, in_path.ptr, 1 << 16, &input, &e));
        assert_true(file_read(&memory, want_path.ptr, 1 << 16, &want, &e));
        AUTO(buf_drop) struct buf out = BUF(1 << 16);
        if (!jcs_canonicalise(input, &out, &e))
            fail_msg("%s: %s", names[i], e.text);
        CHECK_STR(buf_str(&out), want, names[i]);
    }
}

int main(void)
{
    shared_data("jcs/rfc8785");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_input_becomes_its_published_bytes),
    };
    return cmocka_run_group_tests_name("jcs_vectors", tests, NULL, NULL);
}
