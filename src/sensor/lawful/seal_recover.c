/* seal_recover.c - where a folder stands: torn tails are cut, what no seal covers is sealed. See seal.h. */
#include "seal_private.h"

#include "core/json.h"
#include "core/log.h"
#include "core/time.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct book { /* a file, mapped */
    struct str bytes;
    void *mapping;
    size_t mapped;
};

static void book_drop(struct book *b)
{
    if (b->mapping)
        munmap(b->mapping, b->mapped);
    *b = (struct book){0};
}

static bool book_open(int fd, struct book *ret, struct err *e)
{
    struct stat st;
    *ret = (struct book){0};
    if (fstat(fd, &st) != 0)
        return err_set(e, ERR_IO, "fstat: %s", strerror(errno));
    if (st.st_size == 0)
        return true;
    size_t size = (size_t)st.st_size;
    void *mapping = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
    if (mapping == MAP_FAILED)
        return err_set(e, ERR_IO, "mmap: %s", strerror(errno));
    *ret = (struct book){{mapping, size}, mapping, size};
    return true;
}

static bool cut_at(int fd, size_t len, struct err *e)
{
    return (ftruncate(fd, (off_t)len) == 0 && fsync(fd) == 0) ||
           err_set(e, ERR_IO, "cutting a torn line off: %s", strerror(errno));
}

/* Where the last line that ends ends. */
static size_t whole_lines(struct str s)
{
    const char *last = s.len ? memrchr(s.ptr, '\n', s.len) : NULL;
    return last ? (size_t)(last - s.ptr) + 1 : 0;
}

/* The line that ends at `end` (its newline is the byte before). */
static struct str line_before(struct str s, size_t end)
{
    const char *before = end > 1 ? memrchr(s.ptr, '\n', end - 1) : NULL;
    size_t start = before ? (size_t)(before - s.ptr) + 1 : 0;
    return (struct str){s.ptr + start, end - 1 - start};
}

struct standing {
    bool any, drained, torn;
    struct seal_minute last;
    size_t unsealed_at, records_end; /* in records.jsonl */
};

static bool find_last_seal(struct seal_log *l, struct standing *s, struct err *e)
{
    AUTO(book_drop) struct book b = {0};
    if (!book_open(l->seals, &b, e))
        return false;
    size_t end = whole_lines(b.bytes);
    if (end != b.bytes.len) {
        s->torn = true;
        l->totals.torn_seals++;
        if (!cut_at(l->seals, end, e))
            return false;
    }
    s->last.records_last = -1;
    if (!end)
        return true;
    s->any = true;
    if (!seal_read(l, line_before(b.bytes, end), &s->last, e))
        return false;
    s->drained = s->last.events & 1U << SEAL_EVENT_DRAINED;
    return true;
}

static bool record_read(struct arena *a, struct str line, int64_t *ret_n, struct str *ret_selector)
{
    struct err ignored;
    const struct json *r = json_parse(a, line, &ignored);
    *ret_selector = json_text(r, S("selector_id"));
    return r && json_int(r, S("n"), ret_n) && *ret_n >= 0;
}

/* From the end back to the last record that a seal covers. A line that cannot be read, in what no seal
 * covers, is a tear: it and what follows it go. */
static bool find_unsealed(struct seal_log *l, struct standing *s, struct err *e)
{
    AUTO(book_drop) struct book b = {0};
    if (!book_open(l->records, &b, e))
        return false;
    size_t end = whole_lines(b.bytes), at = end;
    int64_t sealed = s->last.records_last, n;
    bool met = sealed < 0;
    while (at > 0) {
        AUTO(arena_drop) struct arena memory = ARENA(1 << 20);
        struct str line = line_before(b.bytes, at), selector;
        if (!record_read(&memory, line, &n, &selector)) {
            end = (size_t)(line.ptr - b.bytes.ptr);
        } else if (n <= sealed) {
            met = n == sealed;
            break;
        }
        at = (size_t)(line.ptr - b.bytes.ptr);
    }
    if (!met)
        return err_set(e, ERR_CONFLICT, "records up to number %lld are sealed, but are not there",
                       (long long)sealed);
    if (end != b.bytes.len) {
        s->torn = true;
        l->totals.torn_records++;
        if (!cut_at(l->records, end, e))
            return false;
    }
    s->unsealed_at = at;
    s->records_end = end;
    return true;
}

/* Reads them forwards, in order, into the minute that is about to be sealed. */
static bool take_unsealed(struct seal_log *l, const struct standing *s, struct err *e)
{
    AUTO(book_drop) struct book b = {0};
    if (s->unsealed_at == s->records_end)
        return true;
    if (!book_open(l->records, &b, e))
        return false;
    if (!b.bytes.ptr || b.bytes.len < s->records_end)
        return err_set(e, ERR_CONFLICT, "the records were cut while they were read");
    struct str left = {b.bytes.ptr + s->unsealed_at, s->records_end - s->unsealed_at};
    while (left.len) {
        AUTO(arena_drop) struct arena memory = ARENA(1 << 20);
        struct str selector, start = left, line = str_cut(left, '\n', &left);
        int64_t n;
        if (!record_read(&memory, line, &n, &selector) || n != (int64_t)l->totals.next_n)
            return err_set(e, ERR_CONFLICT, "record %llu is not where it should be",
                           (unsigned long long)l->totals.next_n);
        sha256_add(&l->hash, (struct str){start.ptr, line.len + 1});
        seal_matched(l, selector, 1);
        l->now.selected++;
        l->now.recorded++;
        l->now.records_last = n;
        l->totals.next_n++;
        l->totals.recovered++;
    }
    return true;
}

static bool recovery_seal(struct seal_log *l, const struct standing *s, struct err *e)
{
    l->now.lost_on_restart = l->now.carried_in;
    seal_log_event(l, SEAL_EVENT_RESTART);
    if (s->torn)
        seal_log_event(l, SEAL_EVENT_TORN_TAIL);
    log_warn("%s: the last run did not end in order: %llu records sealed now, %llu packets lost",
             l->kept.dir, (unsigned long long)l->now.recorded,
             (unsigned long long)l->now.lost_on_restart);
    return seal_put(l, e);
}

bool seal_recover(struct seal_log *l, struct err *e)
{
    struct standing s = {0};
    if (!find_last_seal(l, &s, e) || !find_unsealed(l, &s, e))
        return false;
    l->totals.next_n = (uint64_t)(s.last.records_last + 1);
    l->now.records_first = s.last.records_last + 1;
    l->now.records_last = s.last.records_last;
    if (s.any) {
        l->now.seq = s.last.seq + 1;
        l->now.carried_in = s.last.carried_out;
        l->now.minute_us = s.last.minute_us;
        memcpy(l->now.prev, s.last.prev, sizeof s.last.prev);
    }
    if (!take_unsealed(l, &s, e))
        return false;
    bool in_order = s.any ? s.drained : !l->now.recorded;
    if (in_order && !s.torn && !l->now.recorded)
        return true;
    return recovery_seal(l, &s, e);
}
