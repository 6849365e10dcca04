/* mandate_clock.c - the time now, from clocks that somebody may want to set back. See mandate.h. */
#include "mandate_private.h"

#include "core/io.h"
#include "core/jsonw.h"

#include <errno.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

enum { STATE_SIZE = 256, BOOT_ID_SIZE = 36 };
#define STEP TIME_SECOND
#define SAVE_EVERY (5 * TIME_SECOND)

static int64_t boot_now(struct clock *c)
{
    struct timespec t;
    (void)c;
    clock_gettime(CLOCK_BOOTTIME, &t);
    return (int64_t)t.tv_sec * TIME_SECOND + t.tv_nsec / 1000;
}

static struct clock *boot_clock(void)
{
    static struct clock clock = {boot_now};
    return &clock;
}

/* Two runs with the same id share a boot clock. Empty where the kernel does not say. */
static struct str boot_id(char out[BOOT_ID_SIZE])
{
    int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? 0 : read(fd, out, BOOT_ID_SIZE);
    if (fd >= 0)
        close(fd);
    return (struct str){out, n == BOOT_ID_SIZE ? BOOT_ID_SIZE : 0};
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* What the clock should say, by the boot clock. */
static int64_t expected(const struct mandate_clock *t, int64_t boot)
{
    return t->wall_at + (boot - t->boot_at);
}

/* One line of fixed length, over the old one: a reader sees one or the other. */
static bool save(struct mandate_clock *t, struct err *e)
{
    char id[BOOT_ID_SIZE], line[STATE_SIZE];
    AUTO(buf_drop) struct buf text = BUF(STATE_SIZE);
    if (t->state < 0)
        return true;
    struct jsonw w = JSONW(&text);
    jw_object(&w);
    jw_member_str(&w, "boot_id", boot_id(id));
    jw_member_int(&w, "boot_at", t->boot_at);
    jw_member_int(&w, "wall_at", t->wall_at);
    jw_member_int(&w, "highest", t->highest);
    jw_end(&w);
    memset(line, ' ', sizeof line);
    memcpy(line, text.ptr, text.len);
    line[sizeof line - 1] = '\n';
    t->saved = t->highest;
    return pwrite(t->state, line, sizeof line, 0) == (ssize_t)sizeof line ||
           err_set(e, ERR_IO, "the clock's state: %s", strerror(errno));
}

static bool load(struct mandate_clock *t, const char *path, struct err *e)
{
    char text[STATE_SIZE], id[BOOT_ID_SIZE];
    ssize_t n = pread(t->state, text, sizeof text, 0);
    if (n == 0)
        return true;
    AUTO(arena_drop) struct arena memory = ARENA(1 << 16);
    const struct json *was = n > 0 ? json_parse(&memory, (struct str){text, (size_t)n}, e) : NULL;
    int64_t boot_at, wall_at, highest;
    if (!was || !json_int(was, S("boot_at"), &boot_at) || !json_int(was, S("wall_at"), &wall_at) ||
        !json_int(was, S("highest"), &highest))
        return err_set(e, ERR_CONFLICT, "%s is not a clock's state: see to the clock, remove it",
                       path);
    t->highest = highest;
    struct str now_id = boot_id(id);
    if (now_id.len && str_eq(json_text(was, S("boot_id")), now_id)) {
        t->boot_at = boot_at;
        t->wall_at = wall_at;
    }
    return true;
}

bool mandate_clock_open(struct mandate *m, struct err *e)
{
    const struct mandate_settings *s = &m->settings;
    struct mandate_clock *t = &m->time;
    t->wall = s->clock ? s->clock : clock_real();
    t->boot = s->boot_clock ? s->boot_clock : boot_clock();
    t->wall_at = t->wall->now(t->wall);
    t->boot_at = t->boot->now(t->boot);
    t->highest = INT64_MIN;
    if (!s->state_path)
        return true;
    t->state = open(s->state_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (t->state < 0)
        return err_set(e, ERR_IO, "%s: %s", s->state_path, strerror(errno));
    return load(t, s->state_path, e);
}

void mandate_clock_close(struct mandate *m)
{
    struct err ignored;
    if (m->time.state < 0)
        return;
    (void)save(&m->time, &ignored);
    close(m->time.state);
}

enum mandate_state mandate_state(struct mandate *m, unsigned *ret_steps)
{
    struct mandate_clock *t = &m->time;
    int64_t wall = t->wall->now(t->wall), boot = t->boot->now(t->boot), should = expected(t, boot);
    int64_t latest = later(wall, later(should, t->highest));
    bool behind = wall < latest - STEP;
    unsigned steps = (behind && !t->behind) || wall > should + STEP;
    t->behind = behind;
    if (wall > should) {
        t->wall_at = wall;
        t->boot_at = boot;
    }
    t->highest = latest;
    struct err ignored;
    if (steps || latest - t->saved >= SAVE_EVERY)
        (void)save(t, &ignored); /* the end holds without it, until a restart */
    if (ret_steps)
        *ret_steps = steps;
    return latest >= m->terms.end_us  ? MANDATE_ENDED
           : behind                   ? MANDATE_SUSPENDED
           : wall < m->terms.start_us ? MANDATE_NOT_YET
                                      : MANDATE_OPEN;
}

const char *mandate_state_text(enum mandate_state s)
{
    static const char *const texts[] = {
        [MANDATE_OPEN] = "open",
        [MANDATE_NOT_YET] = "not yet begun",
        [MANDATE_ENDED] = "ended",
        [MANDATE_SUSPENDED] = "suspended: the clock was set back",
    };
    return texts[s];
}

bool mandate_covers(const struct mandate *m, int64_t packet_us)
{
    return !m->terms.both_times || (packet_us >= m->terms.start_us && packet_us < m->terms.end_us);
}

/* --- caps --- */

bool mandate_cap_take(struct mandate *m, int64_t packet_us, uint32_t wire_bytes)
{
    struct mandate_cap *c = &m->cap;
    if (!c->bps)
        return true;
    uint64_t full = c->bps * (uint64_t)TIME_SECOND;
    if (!c->begun || packet_us - c->filled >= TIME_SECOND)
        c->bits = full;
    else if (packet_us > c->filled)
        c->bits += (uint64_t)(packet_us - c->filled) * c->bps;
    if (!c->begun || packet_us > c->filled)
        c->filled = packet_us;
    c->begun = true;
    c->bits = c->bits < full ? c->bits : full;
    uint64_t cost = (uint64_t)wire_bytes * 8 * (uint64_t)TIME_SECOND;
    if (cost > c->bits)
        return false;
    c->bits -= cost;
    return true;
}
