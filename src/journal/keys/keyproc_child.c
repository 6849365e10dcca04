/* keyproc_child.c - the child's half: shut in, it signs and wraps until its parent is gone. See
 * keyproc.h. */
#include "journal/keys/keyproc_private.h"

#include <seccomp.h>
#include <signal.h>
#include <sodium.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

void keyproc_follow(pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) /* it died before the line above */
        _exit(1);
    signal(SIGINT, SIG_IGN); /* Ctrl-C goes to the whole terminal; the parent decides when we end */
    signal(SIGTERM, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
}

/* Everything but the socket, the key file and standard error (for the sanitizers' last words). */
static void close_others(int a, int b)
{
    unsigned low = (unsigned)(a < b ? a : b), high = (unsigned)(a < b ? b : a);
    close(0);
    close(1);
    if (low > 3)
        close_range(3, low - 1, 0);
    if (high - low > 1)
        close_range(low + 1, high - 1, 0);
    close_range(high + 1, ~0U, 0);
}

/* Reading and writing what is open, memory, and leaving. No file can be opened, no socket made,
 * no program run. */
static bool shut_in(void)
{
    static const int allowed[] = {
        SCMP_SYS(read),     SCMP_SYS(write),           SCMP_SYS(pread64),
        SCMP_SYS(pwrite64), SCMP_SYS(fdatasync),       SCMP_SYS(close),
        SCMP_SYS(exit),     SCMP_SYS(exit_group),      SCMP_SYS(rt_sigreturn),
        SCMP_SYS(mmap),     SCMP_SYS(munmap),          SCMP_SYS(mremap),
        SCMP_SYS(brk),      SCMP_SYS(futex),           SCMP_SYS(getrandom),
        SCMP_SYS(madvise),  SCMP_SYS(restart_syscall),
    };
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    bool ok = filter != NULL;
    for (size_t i = 0; ok && i < COUNT(allowed); i++)
        ok = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0) == 0;
    ok = ok && seccomp_load(filter) == 0;
    if (filter)
        seccomp_release(filter);
    return ok;
}

static void answer(struct signer *s, const struct key_request *q, struct key_reply *r)
{
    struct str first = {q->bytes, q->first_len};
    struct str second = {q->bytes + q->first_len, q->len - q->first_len};
    bool ok = false;
    switch (q->op) {
    case KEY_OP_SIGN:
        if (first.len && !memchr(first.ptr, '\0', first.len))
            ok = s->sign(s, first, second, r->signature, &r->e);
        break;
    case KEY_OP_SIGN_NOTE: ok = s->sign_note(s, first, r->signature, &r->e); break;
    case KEY_OP_DATA_KEY: ok = s->data_key(s, first, q->from, &r->key, &r->e); break;
    case KEY_OP_FIND: ok = s->data_key_find(s, q->id, &r->key, &r->e); break;
    case KEY_OP_ERASE: ok = s->erase(s, first, q->from, q->to, &r->e); break;
    case KEY_OP_SYNC: ok = s->sync(s, &r->e); break;
    default: break;
    }
    if (!ok && r->e.code == ERR_OK)
        err_set(&r->e, ERR_INVALID, "the key process does not understand");
}

_Noreturn void keyproc_serve(struct signer *signer, int keys_fd, int socket)
{
    static const struct rlimit none = {0, 0};
    struct key_request *q = calloc(1, sizeof *q);
    setrlimit(RLIMIT_CORE, &none);
    close_others(keys_fd, socket);
    /* Not dumpable: no other process of the same user can look into this one. */
    if (!q || prctl(PR_SET_DUMPABLE, 0) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        !shut_in())
        _exit(1);
    struct key_reply hello = {.public = signer->public};
    if (write(socket, &hello, sizeof hello) != sizeof hello)
        _exit(1);
    for (;;) {
        ssize_t n = read(socket, q, sizeof *q);
        if (n <= 0)
            _exit(0); /* the parent closed its end */
        size_t head = offsetof(struct key_request, bytes);
        struct key_reply r = {0};
        if ((size_t)n < head || q->len != (size_t)n - head || q->first_len > q->len)
            err_set(&r.e, ERR_INVALID, "the key process does not understand");
        else
            answer(signer, q, &r);
        if (write(socket, &r, sizeof r) != sizeof r)
            _exit(0);
        sodium_memzero(&r, sizeof r);
    }
}
