/* zeek_folder.h - a folder of Zeek's logs that a test makes, reads and clears away. */
#pragma once

#include "core/io.h"
#include "sensor/zeek/zeek.h"
#include "tests/check.h"

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

enum { CAPTURE = 3, TEXT_MOST = 64 << 20 };

struct folder {
    char path[64];
    struct arena memory;
};

static inline struct folder folder_new(void)
{
    struct folder f = {.path = "/tmp/hinomi-zeek-XXXXXX", .memory = ARENA(TEXT_MOST)};
    assert_non_null(mkdtemp(f.path));
    return f;
}

static inline struct str folder_read(struct folder *f, const char *name)
{
    char path[512];
    struct str text = STR_NONE;
    struct err e = {0};
    snprintf(path, sizeof path, "%s/%s", f->path, name);
    return file_read(&f->memory, path, TEXT_MOST, &text, &e) ? text : STR_NONE;
}

static inline size_t folder_drop(struct folder *f)
{
    size_t files = 0;
    DIR *d = opendir(f->path);
    struct dirent *n;
    char path[512];
    while ((n = readdir(d)))
        if (n->d_name[0] != '.') {
            snprintf(path, sizeof path, "%s/%s", f->path, n->d_name);
            unlink(path);
            files++;
        }
    closedir(d);
    rmdir(f->path);
    arena_drop(&f->memory);
    return files;
}
