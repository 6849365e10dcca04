/* shut_in.c - see shut_in.h. Sources: seccomp(2), landlock(7), capabilities(7). */
#include "sensor/shut_in.h"

#include "core/base.h"
#include "core/log.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

bool shut_in_memory(struct err *e)
{
    static const struct rlimit none = {0, 0};
    return (setrlimit(RLIMIT_CORE, &none) == 0 && prctl(PR_SET_DUMPABLE, 0) == 0) ||
           err_set(e, ERR_IO, "core dumps cannot be shut off: %s", strerror(errno));
}

/* ---- rights ---- */

static bool become(const struct shut_in *s, struct err *e)
{
    if (!s->user)
        return true;
    return (setgroups(0, NULL) == 0 && setgid(s->group) == 0 && setuid(s->user) == 0) ||
           err_set(e, ERR_DENIED, "cannot become user %u: %s", (unsigned)s->user, strerror(errno));
}

static bool drop_capabilities(struct err *e)
{
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {0};
    return (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && syscall(SYS_capset, &head, none) == 0) ||
           err_set(e, ERR_DENIED, "capabilities cannot be given up: %s", strerror(errno));
}

/* ---- files ---- */

/* Of the first version of Landlock: every kernel that has it takes these. */
static const uint64_t file_rights =
    LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_FILE |
    LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
    LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
    LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |
    LANDLOCK_ACCESS_FS_MAKE_SYM;
static const uint64_t folder_rights = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_FILE |
                                      LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
                                      LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG;
static const uint64_t read_rights = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;

static bool allow_folder(int ruleset, const char *path, uint64_t rights, struct err *e)
{
    int fd = open(path, O_PATH | O_CLOEXEC);
    if (fd < 0)
        return err_set(e, ERR_IO, "%s: %s", path, strerror(errno));
    struct landlock_path_beneath_attr rule = {.allowed_access = rights, .parent_fd = fd};
    bool ok = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
    if (!ok)
        err_set(e, ERR_IO, "%s: %s", path, strerror(errno));
    close(fd);
    return ok;
}

static bool allow_folders(int ruleset, const struct shut_in *s, struct err *e)
{
    /* Names and certificates are looked up in these. */
    static const char *const for_network[] = {"/etc", "/usr", "/lib", "/run", NULL};
    for (const char *const *at = s->folders; at && *at; at++)
        if (!allow_folder(ruleset, *at, folder_rights, e))
            return false;
    if (s->reads && !allow_folder(ruleset, s->reads, LANDLOCK_ACCESS_FS_READ_FILE, e))
        return false;
    for (const char *const *at = for_network; s->network && *at; at++) {
        struct err absent = {0};
        (void)!allow_folder(ruleset, *at, read_rights, &absent);
    }
    return true;
}

static bool keep_to_folders(const struct shut_in *s, struct err *e)
{
    struct landlock_ruleset_attr attr = {.handled_access_fs = file_rights};
    int ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof attr, 0);
    if (ruleset < 0) {
        log_info("this kernel has no Landlock: files are guarded by their owners alone");
        return true;
    }
    bool ok = allow_folders(ruleset, s, e);
    if (ok && syscall(SYS_landlock_restrict_self, ruleset, 0) != 0)
        ok = err_set(e, ERR_IO, "Landlock: %s", strerror(errno));
    close(ruleset);
    return ok;
}

/* ---- calls ---- */

/* No program, no other process, no kernel of ours, no look into others. */
static const int never[] = {
    SCMP_SYS(execve),
    SCMP_SYS(execveat),
    SCMP_SYS(fork),
    SCMP_SYS(vfork),
    SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(bpf),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(init_module),
    SCMP_SYS(finit_module),
    SCMP_SYS(kexec_load),
    SCMP_SYS(mount),
    SCMP_SYS(umount2),
    SCMP_SYS(pivot_root),
    SCMP_SYS(chroot),
    SCMP_SYS(setns),
    SCMP_SYS(unshare),
    SCMP_SYS(reboot),
    SCMP_SYS(swapon),
    SCMP_SYS(add_key),
    SCMP_SYS(keyctl),
    SCMP_SYS(userfaultfd),
    SCMP_SYS(io_uring_setup),
    SCMP_SYS(open_by_handle_at),
    SCMP_SYS(pidfd_getfd),
};
static const int no_network[] = {
    SCMP_SYS(socket),  SCMP_SYS(connect), SCMP_SYS(bind),    SCMP_SYS(listen),   SCMP_SYS(accept),
    SCMP_SYS(accept4), SCMP_SYS(sendto),  SCMP_SYS(sendmsg), SCMP_SYS(sendmmsg),
};

static bool refuse(scmp_filter_ctx f, const int *calls, size_t count)
{
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++)
        ok = seccomp_rule_add(f, SCMP_ACT_ERRNO(EPERM), calls[i], 0) == 0;
    return ok;
}

/* Threads are made, processes are not; clone3 hides its flags, and libc falls back when it is not there. */
static bool refuse_processes(scmp_filter_ctx f)
{
    return seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0 &&
           seccomp_rule_add(f, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1,
                            SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0)) == 0;
}

/* What is left of the network: send(2) is sendto without an address, on sockets that are there. */
static bool refuse_network(scmp_filter_ctx f, const struct shut_in *s)
{
    if (s->network)
        return seccomp_rule_add(f, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(socket), 1,
                                SCMP_A0(SCMP_CMP_EQ, AF_PACKET)) == 0;
    for (size_t i = 0; i < COUNT(no_network); i++) {
        bool sends = no_network[i] == SCMP_SYS(sendto);
        int added = sends ? seccomp_rule_add(f, SCMP_ACT_ERRNO(EPERM), no_network[i], 1,
                                             SCMP_A4(SCMP_CMP_NE, 0))
                          : seccomp_rule_add(f, SCMP_ACT_ERRNO(EPERM), no_network[i], 0);
        if (added != 0)
            return false;
    }
    return true;
}

static bool keep_from_calls(const struct shut_in *s, struct err *e)
{
    scmp_filter_ctx f = seccomp_init(SCMP_ACT_ALLOW);
    bool ok = f && refuse(f, never, COUNT(never)) && refuse_processes(f) && refuse_network(f, s) &&
              seccomp_load(f) == 0;
    if (f)
        seccomp_release(f);
    return ok || err_set(e, ERR_IO, "the seccomp filter cannot be set");
}

bool shut_in(const struct shut_in *s, struct err *e)
{
    return become(s, e) && drop_capabilities(e) && keep_to_folders(s, e) && keep_from_calls(s, e) &&
           shut_in_memory(e);
}
