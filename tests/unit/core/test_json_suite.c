/* test_json_suite.c - JSONTestSuite: texts whose file names say what a parser must do. */
#include "core/json.h"
#include "tests/unit/core/text.h"

#include <dirent.h>

/* True when the reader did as the first letter of the name asks: y accept, n refuse, i either. A
 * repeated name is the exception: RFC 8259 allows it, json_parse does not (RFC 7493 2.3), and the
 * tolerant reader does. */
static bool agrees(const char *folder, const char *name)
{
    AUTO(arena_drop) struct arena memory = ARENA(64 << 20);
    struct err e = {};
    struct str path = arena_fmt(&memory, "%s/%s", folder, name), text;
    assert_true(file_read(&memory, path.ptr, 1 << 20, &text, &e));
    bool accepted = json_parse(&memory, text, &e) != NULL;
    bool tolerated = json_parse_tolerant(&memory, text, &e) != NULL;
    if (strstr(name, "duplicated_key"))
        return !accepted && tolerated;
    if (accepted != tolerated)
        return false;
    return name[0] == 'i' || accepted == (name[0] == 'y');
}

static void every_text_is_taken_or_refused_as_its_name_says(void **state)
{
    (void)state;
    const char *folder = shared_data("json/JSONTestSuite/test_parsing");
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    size_t seen[256] = {0}, wrong = 0;
    for (struct dirent *d; (d = readdir(dir)) != NULL;) {
        if (!strstr(d->d_name, ".json"))
            continue;
        seen[(unsigned char)d->d_name[0]]++;
        if (!agrees(folder, d->d_name)) {
            print_error("%s\n", d->d_name);
            wrong++;
        }
    }
    closedir(dir);
    CHECK_INT(wrong, 0, "texts read wrongly");
    assert_true(seen['y'] > 0 && seen['n'] > 0 && seen['i'] > 0);
}

int main(void)
{
    shared_data("json/JSONTestSuite");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_text_is_taken_or_refused_as_its_name_says),
    };
    return cmocka_run_group_tests_name("json_suite", tests, NULL, NULL);
}
