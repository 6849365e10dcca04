/* locked.h - memory that never reaches a disk: locked in RAM, left out of core dumps, wiped when done.
 *
 * Why: what a sensor has not selected may live in volatile memory only, for seconds, and must be gone
 * without a trace: not in swap, not in a core dump, not in a child process. So each such buffer is a
 * mapping of its own, with a page before and after it that faults, and is wiped before it is given back.
 *
 *   mlock2(2)          never swapped; onfault is not used: every page is there at once
 *   MADV_DONTDUMP      never in a core dump
 *   MADV_WIPEONFORK    a child sees zeros
 *
 * The kernel may refuse the lock (RLIMIT_MEMLOCK, RLIMIT_AS): then the memory is had all the same and `held`
 * is false. A statutory channel then refuses to run, an own network is told (sensor/lawful/mandate.h).
 *
 *     struct locked room;
 *     if (!locked_new(32 << 20, &room, e))
 *         return false;
 *     if (!room.held && statutory)
 *         return err_set(e, ERR_DENIED, "the intake buffer cannot be locked: raise RLIMIT_MEMLOCK");
 *     ...
 *     locked_drop(&room);
 *
 * Threads: one thread makes and drops; the bytes are the caller's business.
 */
#pragma once

#include "core/err.h"

struct locked {
    void *bytes; /* zeroed, page-aligned */
    size_t len;  /* as asked for */
    bool held;   /* locked in memory and kept out of dumps */
    void *mapping;
    size_t mapped;
};

/* ERR_LIMIT when the memory cannot be had at all. */
[[nodiscard]] bool locked_new(size_t len, struct locked *ret, struct err *e);
/* Wipes, unlocks, unmaps. Empty ones too. For AUTO. */
void locked_drop(struct locked *m);
/* Zeros that the compiler may not leave out. */
void locked_wipe(void *bytes, size_t len);

/* The same for memory that is somebody else's, whole pages of it: from now on locked and not dumped.
 * False when the kernel refuses. */
[[nodiscard]] bool locked_hold(void *bytes, size_t len);

/* Every page that the process has and will have (mlockall). False when the kernel refuses. */
[[nodiscard]] bool locked_all(void);

/* From now on: no core dump (RLIMIT_CORE 0), and nobody but root attaches or reads /proc/self/mem
 * (PR_SET_DUMPABLE 0). Children have both too. */
[[nodiscard]] bool locked_process(struct err *e);
/* Both are in force. */
bool locked_process_is(void);
