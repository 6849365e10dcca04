/* locked.c - see locked.h. A guard page stands on either side, so running over faults at once. */
#include "core/locked.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

static size_t page_size(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

void locked_wipe(void *bytes, size_t len)
{
    if (len)
        explicit_bzero(bytes, len);
}

static bool hold(void *at, size_t len)
{
    bool held = mlock2(at, len, 0) == 0 || (errno == ENOSYS && mlock(at, len) == 0);
    held = madvise(at, len, MADV_DONTDUMP) == 0 && held;
    return held;
}

bool locked_hold(void *bytes, size_t len)
{
    size_t page = page_size();
    uintptr_t first = (uintptr_t)bytes & ~(uintptr_t)(page - 1);
    uintptr_t end = ((uintptr_t)bytes + len + page - 1) & ~(uintptr_t)(page - 1);
    return len == 0 || hold((void *)first, end - first); /* NOLINT: the page it lies on */
}

bool locked_new(size_t len, struct locked *ret, struct err *e)
{
    size_t page = page_size(), room, whole;
    if (len == 0 || __builtin_add_overflow(len, page - 1, &room) ||
        __builtin_add_overflow(room & ~(page - 1), 2 * page, &whole))
        return err_set(e, ERR_LIMIT, "no locked memory of %zu bytes", len);
    room &= ~(page - 1);
    char *mapping = mmap(NULL, whole, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapping == MAP_FAILED)
        return err_set(e, ERR_LIMIT, "no locked memory of %zu bytes: %s", len, strerror(errno));
    char *bytes = mapping + page;
    if (mprotect(bytes, room, PROT_READ | PROT_WRITE) != 0) {
        err_set(e, ERR_LIMIT, "no locked memory of %zu bytes: %s", len, strerror(errno));
        munmap(mapping, whole);
        return false;
    }
    bool held = hold(bytes, room) && madvise(bytes, room, MADV_WIPEONFORK) == 0;
    *ret = (struct locked){
        .bytes = bytes, .len = len, .held = held, .mapping = mapping, .mapped = whole};
    return true;
}

void locked_drop(struct locked *m)
{
    if (!m->mapping)
        return;
    locked_wipe(m->bytes, m->len);
    munmap(m->mapping, m->mapped); /* unlocks too */
    *m = (struct locked){0};
}

bool locked_all(void)
{
    return mlockall(MCL_CURRENT | MCL_FUTURE) == 0;
}

bool locked_process(struct err *e)
{
    const struct rlimit none = {0, 0};
    if (setrlimit(RLIMIT_CORE, &none) != 0)
        return err_set(e, ERR_IO, "core dumps cannot be turned off: %s", strerror(errno));
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        return err_set(e, ERR_IO, "the process stays dumpable: %s", strerror(errno));
    return true;
}

bool locked_process_is(void)
{
    struct rlimit core;
    return getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_cur == 0 && core.rlim_max == 0 &&
           prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0;
}
