/* process.c - fork and exec of /proc/self/exe; see process.h. */
#include "cli/demo/process.h"

#include "core/buf.h"
#include "core/time.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ARGUMENTS_MAX = 64, OUTPUT_MOST = 16 << 20, PATIENCE_MS = 5000 };

/* In the child: never returns. The words were made before the fork. */
static _Noreturn void become(char *const *words, int out, int errors, bool outlive, pid_t parent)
{
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (!outlive) {
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (getppid() != parent)
            _exit(126);
    } else {
        setsid();
    }
    if (dup2(nothing, STDIN_FILENO) >= 0 && dup2(out, STDOUT_FILENO) >= 0 &&
        dup2(errors, STDERR_FILENO) >= 0)
        execv("/proc/self/exe", words);
    _exit(127);
}

/* execv wants mutable words that it never changes. */
static bool make_words(struct arena *a, const char *const *argv, char *words[ARGUMENTS_MAX],
                       struct err *e)
{
    size_t n = 0;
    words[n++] = arena_cstr(a, S("hinomi"));
    for (; *argv && n < ARGUMENTS_MAX - 1; argv++)
        words[n++] = arena_cstr(a, (struct str){*argv, strlen(*argv)});
    words[n] = NULL;
    return !*argv || err_set(e, ERR_LIMIT, "more than %d arguments", ARGUMENTS_MAX - 2);
}

bool crew_start(struct crew *c, const char *const *argv, const char *log_path, pid_t *ret_pid,
                struct err *e)
{
    AUTO(arena_drop) struct arena memory = ARENA(1 << 20);
    char *words[ARGUMENTS_MAX];
    if (c->count == CREW_MAX)
        return err_set(e, ERR_LIMIT, "more than %d processes", CREW_MAX);
    if (!make_words(&memory, argv, words, e))
        return false;
    int log = open(log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (log < 0)
        return err_set(e, ERR_IO, "%s: %m", log_path);
    pid_t parent = getpid(), pid = fork();
    if (pid == 0)
        become(words, log, log, c->outlive, parent);
    close(log);
    if (pid < 0)
        return err_set(e, ERR_IO, "fork: %m");
    c->pids[c->count++] = pid;
    *ret_pid = pid;
    return true;
}

bool crew_alive(struct crew *c, pid_t pid, int *ret_status)
{
    if (waitpid(pid, ret_status, WNOHANG) == 0)
        return true;
    for (size_t i = 0; i < c->count; i++)
        if (c->pids[i] == pid)
            c->pids[i] = c->pids[--c->count];
    return false;
}

void crew_stop(struct crew **crew)
{
    struct crew *c = *crew;
    if (!c || c->outlive)
        return;
    for (size_t i = 0; i < c->count; i++)
        kill(c->pids[i], SIGTERM);
    for (int waited = 0; c->count && waited < PATIENCE_MS; waited += 20) {
        int status;
        for (size_t i = c->count; i-- > 0;)
            crew_alive(c, c->pids[i], &status);
        if (c->count)
            usleep(20 * 1000);
    }
    for (size_t i = 0; i < c->count; i++) {
        kill(c->pids[i], SIGKILL);
        waitpid(c->pids[i], NULL, 0);
    }
    c->count = 0;
}

/* Both pipes until both are closed. What does not fit is dropped: the child must not block. */
static void gather(int fds[2], struct buf *texts[2])
{
    struct pollfd open_fds[2] = {{fds[0], POLLIN, 0}, {fds[1], POLLIN, 0}};
    char piece[4096];
    while (open_fds[0].fd >= 0 || open_fds[1].fd >= 0) {
        if (poll(open_fds, 2, -1) < 0 && errno != EINTR)
            return;
        for (int i = 0; i < 2; i++) {
            if (open_fds[i].fd < 0 || !open_fds[i].revents)
                continue;
            ssize_t n = read(open_fds[i].fd, piece, sizeof piece);
            if (n > 0)
                buf_bytes(texts[i], piece, (size_t)n);
            else if (n == 0 || errno != EINTR)
                open_fds[i].fd = -1;
        }
    }
}

static struct str last_line(struct str text)
{
    while (text.len && text.ptr[text.len - 1] == '\n')
        text.len--;
    for (size_t i = text.len; i-- > 0;)
        if (text.ptr[i] == '\n')
            return str_skip(text, i + 1);
    return text;
}

bool run_self(struct arena *a, const char *const *argv, int most_exit, struct str *ret_out,
              struct err *e)
{
    char *words[ARGUMENTS_MAX];
    int out[2], errors[2];
    if (!make_words(a, argv, words, e))
        return false;
    if (pipe2(out, O_CLOEXEC) || pipe2(errors, O_CLOEXEC))
        return err_set(e, ERR_IO, "pipe: %m");
    pid_t parent = getpid(), pid = fork();
    if (pid == 0)
        become(words, out[1], errors[1], false, parent);
    close(out[1]);
    close(errors[1]);

    AUTO(buf_drop) struct buf said = BUF(OUTPUT_MOST), complained = BUF(OUTPUT_MOST);
    int status = 0;
    if (pid > 0) {
        gather((int[]){out[0], errors[0]}, (struct buf *[]){&said, &complained});
        waitpid(pid, &status, 0);
    }
    close(out[0]);
    close(errors[0]);
    if (pid < 0)
        return err_set(e, ERR_IO, "fork: %m");
    if (!WIFEXITED(status) || WEXITSTATUS(status) > most_exit)
        return err_set(e, ERR_INVALID, "hinomi %s: " STR_FMT, argv[0],
                       STR_ARG(last_line(buf_str(&complained))));
    *ret_out = arena_str(a, buf_str(&said));
    return ret_out->ptr || err_set(e, ERR_LIMIT, "hinomi %s: too much output", argv[0]);
}
