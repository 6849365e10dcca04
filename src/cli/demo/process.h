/* process.h - start this program's own subcommands as processes, and never leave one behind.
 *
 * Why: the demo is honest only if it runs what a user would run. Each child dies with its parent
 * (PR_SET_PDEATHSIG), even when that is killed; crew_release lets them live on (`demo --keep`).
 *
 *     struct crew crew = {0};
 *     AUTO(crew_stop) struct crew *all = &crew;
 *     const char *argv[] = {"node", "--data", dir, NULL};
 *     if (!crew_start(&crew, argv, log_path, e))
 *         return err_wrap(e, "starting the centre");
 *
 * Threads: one.
 */
#pragma once

#include "core/arena.h"
#include "core/err.h"

#include <sys/types.h>

enum { CREW_MAX = 32 };

struct crew {
    pid_t pids[CREW_MAX];
    size_t count;
    bool outlive; /* the children may outlive us: set before the first start */
};

/* Starts `hinomi argv…` with output and errors appended to the file at `log_path`. */
[[nodiscard]] bool crew_start(struct crew *c, const char *const *argv, const char *log_path,
                              pid_t *ret_pid, struct err *e);

/* True while the process runs. When it has ended, its pid is forgotten and *ret_status filled. */
bool crew_alive(struct crew *c, pid_t pid, int *ret_status);

/* SIGTERM to all, five seconds of patience, then SIGKILL. Nothing when they may outlive us. */
void crew_stop(struct crew **c);

/* Runs `hinomi argv…` to its end. *ret_out is its standard output. ERR_IO when it cannot be run;
 * ERR_INVALID with its last line of errors when its exit code is above `most_exit`. */
[[nodiscard]] bool run_self(struct arena *a, const char *const *argv, int most_exit,
                            struct str *ret_out, struct err *e);
