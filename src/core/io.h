/* io.h - files, whole: read with a ceiling, or replaced so that a reader sees the old or the new. */
#pragma once

#include "core/arena.h"
#include "core/err.h"

#include <sys/types.h>

/* The whole file into the arena. "-" is standard input. ERR_NOT_FOUND, ERR_LIMIT past `limit`. */
[[nodiscard]] bool file_read(struct arena *a, const char *path, size_t limit, struct str *ret_text,
                             struct err *e);

/* Writes a temporary beside `path`, fsyncs it, renames it over `path`, fsyncs the folder. */
[[nodiscard]] bool file_replace(const char *path, struct str bytes, mode_t mode, struct err *e);

/* The same without the fsyncs: for files that are made anew after a crash (block lists). */
[[nodiscard]] bool file_swap(const char *path, struct str bytes, mode_t mode, struct err *e);

/* mkdir -p with `mode` for what is made. */
[[nodiscard]] bool dir_make(const char *path, mode_t mode, struct err *e);

/* All of it, or false with ERR_IO. */
[[nodiscard]] bool fd_write_all(int fd, struct str bytes, struct err *e);
