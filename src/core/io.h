/* io.h - files, whole: read with a ceiling, or replaced so that a reader sees the old or the new.
 *
 * Why: a configuration or a block list that is half written when the power goes must not exist. The
 * recipe (temporary, fsync, rename, fsync of the folder) is easy to get wrong, so it stands once.
 *
 *     if (!file_replace("/var/lib/hinomi/blocks.rpz", buf_str(&zone), 0644, e))
 *         return err_wrap(e, "publishing the zone");
 *
 * Errors name the path. Threads: no state; two writers of one path each write whole, the last wins.
 */
#pragma once

#include "core/arena.h"
#include "core/err.h"

#include <sys/types.h>

/* The whole file, as long as it was when opened, into the arena. "-" is standard input.
 * ERR_NOT_FOUND; ERR_LIMIT past `limit` or the arena. */
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
