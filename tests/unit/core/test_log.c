/* test_log.c - one line, one JSON object, and nothing quoted that could move a cursor. */
#include "core/json.h"
#include "core/log.h"
#include "core/time.h"
#include "tests/unit/core/text.h"

#include <unistd.h>

static struct {
    int kept, read_end;
} standard_error;

static void catch_standard_error(void)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    standard_error.kept = dup(STDERR_FILENO);
    standard_error.read_end = ends[0];
    dup2(ends[1], STDERR_FILENO);
    close(ends[1]);
}

/* What was written since, and standard error as it was. */
static struct str caught(char *out, size_t size)
{
    dup2(standard_error.kept, STDERR_FILENO);
    close(standard_error.kept);
    size_t len = 0;
    for (ssize_t n; (n = read(standard_error.read_end, out + len, size - len)) > 0;)
        len += (size_t)n;
    close(standard_error.read_end);
    return (struct str){out, len};
}

static void off_a_terminal_a_line_is_one_json_object(void **state)
{
    (void)state;
    char text[8192];
    catch_standard_error();
    log_warn("feed %s: %d objects", "a\"b\033[2J\n", 3);
    struct str line = caught(text, sizeof text), rest;
    AUTO(arena_drop) struct arena memory = ARENA(1 << 16);
    struct err e = {};
    const struct json *v = json_parse_first(&memory, line, &rest, &e);
    if (!v)
        fail_msg("%s", e.text);
    CHECK_INT(rest.len, 0, "one line");
    CHECK_INT(line.ptr[line.len - 1], '\n', "ends");
    CHECK_STR(json_text(v, S("level")), S("warn"), "level");
    CHECK_STR(json_text(v, S("message")), S("feed a\"b?[2J?: 3 objects"), "message");
    int64_t at;
    assert_true(time_parse(json_text(v, S("time")), &at, &e));
    assert_null(json_get(v, S("name")));
}

static void a_line_below_the_level_is_not_written(void **state)
{
    (void)state;
    char text[8192];
    catch_standard_error();
    log_debug("too fine by default");
    log_set_level(LOG_ERROR);
    log_warn("too fine now");
    log_set_name("node centre");
    log_error("kept");
    log_set_level(LOG_INFO);
    log_set_name(NULL);
    struct str lines = caught(text, sizeof text), rest;
    AUTO(arena_drop) struct arena memory = ARENA(1 << 16);
    struct err e = {};
    const struct json *v = json_parse_first(&memory, lines, &rest, &e);
    CHECK_STR(json_text(v, S("message")), S("kept"), "message");
    CHECK_STR(json_text(v, S("name")), S("node centre"), "name");
    CHECK_INT(rest.len, 0, "one line");
}

static void a_message_longer_than_a_line_loses_its_tail(void **state)
{
    (void)state;
    char text[16384], *message = malloc(10001);
    assert_non_null(message);
    memset(message, '"', 10000);
    message[10000] = '\0';
    catch_standard_error();
    log_info("%s", message);
    struct str line = caught(text, sizeof text), rest;
    free(message);
    AUTO(arena_drop) struct arena memory = ARENA(1 << 16);
    struct err e = {};
    const struct json *v = json_parse_first(&memory, line, &rest, &e);
    assert_non_null(v);
    assert_true(json_text(v, S("message")).len > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(off_a_terminal_a_line_is_one_json_object),
        cmocka_unit_test(a_line_below_the_level_is_not_written),
        cmocka_unit_test(a_message_longer_than_a_line_loses_its_tail),
    };
    return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
