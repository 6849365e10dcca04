/* test_io.c - a file is read whole or refused, and replaced so that nobody sees half of it. */
#include "core/io.h"
#include "tests/unit/core/text.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

static char folder[] = "/tmp/hinomi-io-XXXXXX";

static const char *in_folder(char out[256], const char *name)
{
    snprintf(out, 256, "%s/%s", folder, name);
    return out;
}

static size_t files_in_folder(void)
{
    DIR *dir = opendir(folder);
    size_t count = 0;
    for (struct dirent *d; (d = readdir(dir)) != NULL;)
        count += d->d_name[0] != '.';
    closedir(dir);
    return count;
}

static void a_file_is_read_whole_or_refused(void **state)
{
    (void)state;
    AUTO(arena_drop) struct arena memory = ARENA(1 << 20), small = ARENA(4);
    char path[256];
    struct str text = S("untouched");
    struct err e = {};
    assert_false(file_read(&memory, in_folder(path, "absent"), 100, &text, &e));
    CHECK_INT(e.code, ERR_NOT_FOUND, "absent");
    assert_true(file_replace(in_folder(path, "ten"), S("0123456789"), 0640, &e));
    assert_false(file_read(&memory, path, 9, &text, &e));
    CHECK_INT(e.code, ERR_LIMIT, "past the limit");
    assert_false(file_read(&small, path, 100, &text, &e));
    CHECK_INT(e.code, ERR_LIMIT, "past the arena");
    CHECK_STR(text, S("untouched"), "a failure leaves the text alone");
    assert_true(file_read(&memory, path, 10, &text, &e));
    CHECK_STR(text, S("0123456789"), "text");
    assert_true(file_replace(in_folder(path, "empty"), STR_NONE, 0640, &e));
    assert_true(file_read(&memory, path, 10, &text, &e));
    CHECK_INT(text.len, 0, "empty");
    assert_false(file_read(&memory, folder, 10, &text, &e));
    CHECK_INT(e.code, ERR_IO, "a folder");
    assert_true(file_read(&memory, "/proc/self/status", 1 << 16, &text, &e));
    assert_true(text.len > 100);
    assert_false(file_read(&memory, "/proc/self/status", 100, &text, &e));
    CHECK_INT(e.code, ERR_LIMIT, "a file without a size, past the limit");
}

static void standard_input_is_read_to_its_end(void **state)
{
    (void)state;
    AUTO(arena_drop) struct arena memory = ARENA(1 << 20);
    int ends[2], kept = dup(STDIN_FILENO);
    struct err e = {};
    struct str text;
    assert_int_equal(pipe(ends), 0);
    assert_true(fd_write_all(ends[1], S("from a pipe"), &e));
    close(ends[1]);
    dup2(ends[0], STDIN_FILENO);
    bool done = file_read(&memory, "-", 100, &text, &e);
    dup2(kept, STDIN_FILENO);
    close(kept);
    close(ends[0]);
    assert_true(done);
    CHECK_STR(text, S("from a pipe"), "text");
}

static void a_reader_keeps_the_old_file_while_a_new_one_takes_its_name(void **state)
{
    (void)state;
    AUTO(arena_drop) struct arena memory = ARENA(1 << 20);
    char path[256], old[4] = "";
    struct stat st;
    struct str text;
    struct err e = {};
    assert_true(file_replace(in_folder(path, "list"), S("old"), 0600, &e));
    int fd = open(path, O_RDONLY);
    size_t before = files_in_folder();
    assert_true(file_replace(path, S("new and longer"), 0644, &e));
    CHECK_INT(read(fd, old, 3), 3, "read");
    close(fd);
    assert_string_equal(old, "old");
    assert_true(file_read(&memory, path, 100, &text, &e));
    CHECK_STR(text, S("new and longer"), "by its name");
    assert_int_equal(stat(path, &st), 0);
    CHECK_INT(st.st_mode & 0777, 0644, "mode");
    CHECK_INT(files_in_folder(), before, "no temporary is left");
}

static void a_write_that_fails_leaves_nothing_behind(void **state)
{
    (void)state;
    char path[256];
    struct err e = {};
    assert_false(file_replace(in_folder(path, "absent/file"), S("x"), 0600, &e));
    CHECK_INT(e.code, ERR_NOT_FOUND, "no such folder");
    assert_true(dir_make(in_folder(path, "taken/by/folder"), 0700, &e));
    size_t before = files_in_folder();
    assert_false(file_swap(in_folder(path, "taken"), S("x"), 0600, &e));
    CHECK_INT(e.code, ERR_IO, "a folder has the name");
    CHECK_INT(files_in_folder(), before, "no temporary is left");
    int fd = open("/dev/full", O_WRONLY);
    assert_false(fd_write_all(fd, S("x"), &e));
    CHECK_INT(e.code, ERR_IO, "disk full");
    close(fd);
}

static void folders_are_made_with_all_above_them(void **state)
{
    (void)state;
    char path[256];
    struct stat st;
    struct err e = {};
    assert_true(dir_make(in_folder(path, "a/b//c/"), 0700, &e));
    assert_int_equal(stat(in_folder(path, "a/b/c"), &st), 0);
    CHECK_INT(st.st_mode & 0777, 0700, "mode");
    assert_true(dir_make(path, 0700, &e)); /* again is no mistake */
    assert_true(file_swap(in_folder(path, "file"), S("x"), 0600, &e));
    assert_false(dir_make(in_folder(path, "file/below"), 0700, &e));
    assert_false(dir_make("", 0700, &e));
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    static const char *const names[] = {"ten",      "empty", "list", "file",
                                        "a/b/c",    "a/b",   "a",    "taken/by/folder",
                                        "taken/by", "taken", ""};
    char path[256];
    for (size_t i = 0; i < COUNT(names); i++)
        if (remove(in_folder(path, names[i])) != 0)
            return -1;
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_read_whole_or_refused),
        cmocka_unit_test(standard_input_is_read_to_its_end),
        cmocka_unit_test(a_reader_keeps_the_old_file_while_a_new_one_takes_its_name),
        cmocka_unit_test(a_write_that_fails_leaves_nothing_behind),
        cmocka_unit_test(folders_are_made_with_all_above_them),
    };
    return cmocka_run_group_tests_name("io", tests, make_folder, remove_folder);
}
