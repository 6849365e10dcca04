/* shut_in.h - what a process of the sensor may still do once it has opened what it needs.
 *
 * The watcher parses what strangers send: no new socket of any kind, no program, no other process, no file
 * but in the folders named. The uplink speaks with the node: no packet socket, no program, no other process.
 * Both lose all capabilities, and cannot gain any by running a program (no_new_privs).
 *
 * seccomp for the calls, Landlock for the files. A kernel without Landlock is said in the log: the rest
 * holds. What is refused fails with EPERM; it ends nothing, so that a library's harmless try does no harm.
 *
 *     const char *folders[] = {spool_dir, NULL};
 *     if (!shut_in(&(struct shut_in){.folders = folders, .network = false}, e)) ...
 *
 * For the calling process as a whole: before any thread is started.
 */
#pragma once

#include "core/err.h"

#include <sys/types.h>

struct shut_in {
    const char *const *folders; /* may be read and written; ends with NULL */
    const char *reads;          /* one file more that may be read, or NULL */
    bool network;               /* may connect; packet sockets never */
    uid_t user;                 /* who to become when started as root; 0: stay */
    gid_t group;
};

[[nodiscard]] bool shut_in(const struct shut_in *s, struct err *e);

/* No core dump and no look inside by another process of the same user. Any time. */
[[nodiscard]] bool shut_in_memory(struct err *e);
