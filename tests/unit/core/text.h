/* text.h - what the tests of core/ share: comparing slices, and the folder of published vectors. */
#pragma once

#include "core/io.h"
#include "tests/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#define CHECK_STR(got, want, label)                                                                \
    do {                                                                                           \
        struct str got_ = (got), want_ = (want);                                                   \
        if (!str_eq(got_, want_))                                                                  \
            fail_msg("%s: got '" STR_FMT "', want '" STR_FMT "'", (label), STR_ARG(got_),          \
                     STR_ARG(want_));                                                              \
    } while (0)

static inline struct str cstr(const char *text)
{
    return (struct str){text, strlen(text)};
}

/* Published vectors live outside the tree. Without them a program says so and exits 77: skipped. */
static inline const char *shared_data(const char *folder)
{
    static char path[1024];
    const char *root = getenv("HINOMI_SHARED_DATA");
    struct stat st;
    snprintf(path, sizeof path, "%s/%s", root ? root : "", folder);
    if (!root || stat(path, &st) != 0) {
        printf("skipped: HINOMI_SHARED_DATA has no %s\n", folder);
        exit(77);
    }
    return path;
}
