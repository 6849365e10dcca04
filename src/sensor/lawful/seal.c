/* seal.c - counts, and the turn of the minute. See seal.h. */
#include "seal_private.h"

#include "core/io.h"
#include "core/log.h"
#include "core/time.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/file.h>
#include <unistd.h>

enum {
    LINES_AT_ONCE = 256 << 10,
    MINUTES_MOST = 24 * 60,
    AUTHORISATION_MAX = 16 << 20,
    MEMORY = 32 << 20
};

/* --- counts --- */

static void take_residency(struct seal_counts *sum, const struct seal_counts *n)
{
    if (!n->residencies)
        return;
    if (!sum->residencies || n->residency_min_us < sum->residency_min_us)
        sum->residency_min_us = n->residency_min_us;
    if (!sum->residencies || n->residency_max_us > sum->residency_max_us)
        sum->residency_max_us = n->residency_max_us;
    sum->residencies += n->residencies;
}

void seal_counts_add(struct seal_counts *sum, const struct seal_counts *n)
{
    sum->n_in += n->n_in;
    sum->bytes_in += n->bytes_in;
    sum->n_matched += n->n_matched;
    sum->n_discarded += n->n_discarded;
    sum->n_dir_unknown += n->n_dir_unknown;
    sum->n_over_cap += n->n_over_cap;
    sum->kernel_drops += n->kernel_drops;
    sum->not_zeroised |= n->not_zeroised;
    take_residency(sum, n);
}

void seal_counts_residency(struct seal_counts *n, int64_t in_us, int64_t out_us)
{
    int64_t span = out_us > in_us ? out_us - in_us : 0;
    struct seal_counts one = {.residency_min_us = span, .residency_max_us = span, .residencies = 1};
    take_residency(n, &one);
}

uint64_t seal_counts_in_flight(const struct seal_counts *n)
{
    return n->n_in - n->n_matched - n->n_discarded - n->n_dir_unknown - n->n_over_cap;
}

/* --- opening --- */

static bool refuse_path(struct err *e, const char *path)
{
    return err_set(e, ERR_IO, "%s: %s", path, strerror(errno));
}

static bool path_in(char out[PATH_MAX], const char *dir, const char *name, struct err *e)
{
    int n = snprintf(out, PATH_MAX, "%s/%s", dir, name);
    return (n > 0 && n < PATH_MAX) || err_set(e, ERR_LIMIT, "path longer than %d bytes", PATH_MAX);
}

/* The folder is this authorisation's from its first run on. */
static bool keep_authorisation(const struct seal_settings *s, struct err *e)
{
    AUTO(arena_drop) struct arena memory = ARENA(MEMORY);
    char path[PATH_MAX];
    struct str kept;
    struct err why = {0};
    if (!path_in(path, s->dir, "authorisation.json", e))
        return false;
    if (file_read(&memory, path, AUTHORISATION_MAX, &kept, &why))
        return str_eq(kept, s->authorisation) ||
               err_set(e, ERR_CONFLICT, "%s is another authorisation: choose another folder", path);
    if (why.code != ERR_NOT_FOUND) {
        *e = why;
        return false;
    }
    return file_replace(path, s->authorisation, 0600, e);
}

static bool open_book(const char *dir, const char *name, int *ret_fd, struct err *e)
{
    char path[PATH_MAX];
    if (!path_in(path, dir, name, e))
        return false;
    *ret_fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (*ret_fd < 0)
        return refuse_path(e, path);
    if (flock(*ret_fd, LOCK_EX | LOCK_NB) != 0)
        return err_set(e, ERR_CONFLICT, "another sensor writes to %s", dir);
    return true;
}

static void minute_begin(struct seal_log *l, int64_t minute_us)
{
    struct seal_minute was = l->now;
    l->now = (struct seal_minute){
        .minute_us = minute_us,
        .seq = was.seq,
        .carried_in = was.carried_in,
        .records_first = (int64_t)l->totals.next_n,
        .records_last = (int64_t)l->totals.next_n - 1,
    };
    memcpy(l->now.prev, was.prev, sizeof was.prev);
    sha256_start(&l->hash);
    for (size_t i = 0; i < l->selectors.len; i++)
        l->selectors.ptr[i].n = 0;
}

int64_t seal_floor(int64_t us)
{
    int64_t rest = us % SEAL_MINUTE;
    return us - (rest < 0 ? rest + SEAL_MINUTE : rest);
}

bool seal_log_open(const struct seal_settings *s, struct seal_log **ret, struct err *e)
{
    if (!dir_make(s->dir, 0700, e) || !keep_authorisation(s, e))
        return false;
    AUTO(seal_log_drop) struct seal_log *l = calloc(1, sizeof *l);
    if (!l)
        abort();
    l->kept = *s;
    l->memory = ARENA(64 << 20);
    l->by_id = MAP(&l->memory);
    l->lines = BUF(LINES_AT_ONCE + 2 * RECORD_LINE_MAX);
    l->records = l->seals = -1;
    struct key_public public = key_public_of(s->key);
    key_public_format(&public, l->sensor);
    memset(l->now.prev, '0', SEAL_HEX);
    if (!open_book(s->dir, "records.jsonl", &l->records, e) ||
        !open_book(s->dir, "seals.jsonl", &l->seals, e))
        return false;
    minute_begin(l, seal_floor(s->start_us));
    if (!seal_recover(l, e))
        return err_wrap(e, "%s", s->dir);
    minute_begin(l, seal_floor(s->start_us));
    l->started = s->start_us != 0;
    seal_log_event(l, SEAL_EVENT_POLICY_LOAD);
    *ret = TAKE(l);
    return true;
}

void seal_log_drop(struct seal_log **log)
{
    struct seal_log *l = *log;
    if (!l)
        return;
    if (l->records >= 0)
        close(l->records);
    if (l->seals >= 0)
        close(l->seals);
    buf_drop(&l->lines);
    vec_drop(&l->selectors);
    arena_drop(&l->memory);
    free(l);
    *log = NULL;
}

/* --- during a minute --- */

void seal_matched(struct seal_log *l, struct str selector_id, uint64_t n)
{
    bool room = l->selectors.len < SEAL_SELECTORS_MAX;
    void **slot = map_get(&l->by_id, selector_id) || room ? map_slot_of(&l->by_id, selector_id)
                                                          : map_slot_of(&l->by_id, S("*"));
    if (!slot)
        abort(); /* 64 MiB hold all that may be */
    if (!*slot) {
        struct str id = room ? arena_str(&l->memory, selector_id) : S("*");
        vec_push(&l->selectors, ((struct seal_selector){.id = id}));
        *slot = (void *)(uintptr_t)l->selectors.len; /* NOLINT: a number, not an address */
    }
    l->selectors.ptr[(uintptr_t)*slot - 1].n += n;
}

static void lines_out(struct seal_log *l)
{
    if (!l->failed && l->lines.len && !fd_write_all(l->records, buf_str(&l->lines), &l->why))
        l->failed = true;
    if (l->lines.len)
        explicit_bzero(l->lines.ptr, l->lines.len);
    buf_clear(&l->lines);
}

enum record_outcome seal_log_record(struct seal_log *l, const struct record_source *s)
{
    size_t before = l->lines.len;
    unsigned nonid = 0;
    enum record_outcome made = record_line(&l->kept.policy, s, l->totals.next_n, &l->lines, &nonid);
    l->now.selected++;
    seal_matched(l, s->have & FIELD_BIT(selector_id) ? s->selector_id : STR_NONE, 1);
    if (made != RECORD_MADE) {
        l->now.refused++;
        l->totals.refused++;
        return made;
    }
    sha256_add(&l->hash, str_skip(buf_str(&l->lines), before));
    l->now.records_last = (int64_t)l->totals.next_n++;
    l->now.recorded++;
    l->now.nonid += nonid;
    l->totals.records++;
    if (l->lines.len >= LINES_AT_ONCE)
        lines_out(l);
    return made;
}

void seal_log_count(struct seal_log *l, const struct seal_counts *n)
{
    seal_counts_add(&l->now.counts, n);
}

void seal_log_event(struct seal_log *l, enum seal_event event)
{
    l->now.events |= 1U << event;
    l->now.clock_steps += event == SEAL_EVENT_CLOCK_STEP;
    l->now.restarts += event == SEAL_EVENT_RESTART;
}

/* --- the turn of the minute --- */

bool seal_flush(struct seal_log *l, struct err *e)
{
    lines_out(l);
    if (l->failed) {
        *e = l->why;
        return err_wrap(e, "records of %s", l->kept.dir);
    }
    if (fsync(l->records) != 0)
        return err_set(e, ERR_IO, "records of %s: fsync: %s", l->kept.dir, strerror(errno));
    return true;
}

static bool balance(struct seal_log *l, uint64_t in_flight, struct err *e)
{
    struct seal_minute *m = &l->now;
    const struct seal_counts *n = &m->counts;
    uint64_t came = m->carried_in + n->n_in;
    uint64_t went =
        n->n_matched + n->n_discarded + n->n_dir_unknown + n->n_over_cap + m->lost_on_restart;
    if (went > came || (in_flight != SEAL_BALANCE && in_flight != came - went))
        return err_set(e, ERR_CONFLICT,
                       "the books do not add up: %llu packets came, %llu went, %llu are in flight",
                       (unsigned long long)came, (unsigned long long)went,
                       (unsigned long long)(in_flight == SEAL_BALANCE ? 0 : in_flight));
    m->carried_out = came - went;
    return true;
}

static bool minute_is_quiet(const struct seal_log *l)
{
    const struct seal_counts *n = &l->now.counts;
    return !n->n_in && !n->n_matched && !n->n_discarded && !n->n_dir_unknown && !n->n_over_cap &&
           !n->kernel_drops && !l->now.selected && !l->now.events;
}

static bool minute_end(struct seal_log *l, uint64_t in_flight, struct err *e)
{
    if (!seal_flush(l, e) || !balance(l, in_flight, e))
        return false;
    if (!seal_put(l, e)) {
        l->failed = true; /* half a seal may be on the disk: the next run finds it */
        l->why = *e;
        return false;
    }
    return true;
}

bool seal_log_advance(struct seal_log *l, int64_t time_us, uint64_t in_flight, struct err *e)
{
    int64_t minute = seal_floor(time_us);
    if (!l->started) {
        l->started = true;
        l->now.minute_us = minute;
    }
    for (int sealed = 0; l->now.minute_us < minute; sealed++) {
        if (!(minute_is_quiet(l) && !l->kept.every_minute) && !minute_end(l, in_flight, e))
            return false;
        bool next = l->kept.every_minute && sealed < MINUTES_MOST;
        minute_begin(l, next ? l->now.minute_us + SEAL_MINUTE : minute);
    }
    return true;
}

bool seal_log_close(struct seal_log *l, struct err *e)
{
    if (!balance(l, SEAL_BALANCE, e))
        return false;
    if (l->now.carried_out)
        return err_set(e, ERR_CONFLICT, "%llu packets are still in flight: not drained",
                       (unsigned long long)l->now.carried_out);
    seal_log_event(l, SEAL_EVENT_POLICY_UNLOAD);
    seal_log_event(l, SEAL_EVENT_DRAINED);
    return minute_end(l, 0, e);
}

struct seal_totals seal_log_totals(const struct seal_log *l)
{
    return l->totals;
}
