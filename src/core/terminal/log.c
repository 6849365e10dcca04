/* log.c - one line, one write(2): lines of several threads do not mix. See log.h. */
#include "core/log.h"

#include "core/jsonw.h"
#include "core/time.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <unistd.h>

enum { MESSAGE_MAX = 2048, NAME_MAX_BYTES = 64 };

static const struct {
    const char *name, *colour;
} levels[] = {
    [LOG_DEBUG] = {"debug", "2"},
    [LOG_INFO] = {"info", "0"},
    [LOG_WARN] = {"warn", "33"},
    [LOG_ERROR] = {"error", "31"},
};

/* The sink: set at start, read by every thread. */
static _Atomic int least_level = LOG_INFO;
static char sink_name[NAME_MAX_BYTES];

void log_set_level(enum log_level least)
{
    atomic_store(&least_level, (int)least);
}

void log_set_name(const char *name)
{
    snprintf(sink_name, sizeof sink_name, "%s", name ? name : "");
    err_clean(sink_name);
}

static void put_for_people(struct buf *out, enum log_level level, struct str time,
                           const char *message)
{
    buf_fmt(out, "%.10s %.8s \033[%sm%-5s\033[0m ", time.ptr, time.ptr + 11, levels[level].colour,
            levels[level].name);
    if (sink_name[0])
        buf_fmt(out, "%s: ", sink_name);
    buf_fmt(out, "%s\n", message);
}

static void put_for_machines(struct buf *out, enum log_level level, struct str time,
                             const char *message)
{
    struct jsonw w = JSONW(out);
    jw_object(&w);
    jw_member_str(&w, "time", time);
    jw_member_cstr(&w, "level", levels[level].name);
    if (sink_name[0])
        jw_member_cstr(&w, "name", sink_name);
    jw_member_cstr(&w, "message", message);
    jw_end(&w);
    buf_byte(out, '\n');
}

void log_line(enum log_level level, const char *format, ...)
{
    if ((int)level < atomic_load(&least_level))
        return;
    char message[MESSAGE_MAX], text[TIME_TEXT_SIZE];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(message, sizeof message, format, args);
    va_end(args);
    if (n < 0)
        return;
    err_clean(message);

    struct clock *clock = clock_real();
    struct str time = time_format(clock->now(clock), text);
    AUTO(buf_drop)
    struct buf out = BUF((size_t)8 * MESSAGE_MAX); /* an escape is at most six bytes for one */
    if (isatty(STDERR_FILENO))
        put_for_people(&out, level, time, message);
    else
        put_for_machines(&out, level, time, message);
    ssize_t written = write(STDERR_FILENO, out.ptr, out.len);
    (void)written; /* a log that cannot be written has nowhere to say so */
}
