/* decide.c - one batch: each command decided at the head, taken back if refused, then one commit
 * for all. See writer.h. */
#include "core/jsonw.h"
#include "core/log.h"
#include "journal/writer_private.h"

enum { TX_ARENA = 64 << 20 };

struct journal_tx {
    struct writer *w;
    struct arena arena;
    int64_t now;
    struct merkle_hash leaf; /* of the last entry appended */
    bool erases;
    bool broken; /* an append failed half-way: the command cannot stand, whatever it says */
    bool fatal;  /* and the files cannot be trusted to take it back */
    struct err why;
};

struct db *tx_model(struct journal_tx *tx)
{
    return model_db(tx->w->model);
}

struct arena *tx_arena(struct journal_tx *tx)
{
    return &tx->arena;
}

int64_t tx_now(const struct journal_tx *tx)
{
    return tx->now;
}

struct str tx_origin(const struct journal_tx *tx)
{
    return journal_origin(tx->w->journal);
}

static bool break_with(struct journal_tx *tx, const struct err *e)
{
    tx->broken = true;
    tx->fatal = tx->fatal || e->code == ERR_IO;
    tx->why = *e;
    return false;
}

bool journal_tx_append(struct journal_tx *tx, const struct journal_draft *d,
                       struct entry *ret_entry, struct err *e)
{
    struct entry entry;
    if (tx->broken)
        return *e = tx->why, false;
    if (!journal_append(tx->w->journal, &tx->arena, d, &entry, e))
        return e->code == ERR_IO ? break_with(tx, e) : false;
    struct str payload = d->payload.ptr ? d->payload : S("");
    if (!model_apply(tx->w->model, &entry, payload, e))
        return break_with(tx, e);
    if (ret_entry)
        *ret_entry = entry;
    return true;
}

static struct str date_of(int32_t day, char out[TIME_TEXT_SIZE])
{
    return (struct str){time_format((int64_t)day * 86400 * TIME_SECOND, out).ptr, 10};
}

bool journal_tx_erase(struct journal_tx *tx, const struct journal_erasure *erasure,
                      struct entry *ret_entry, struct err *e)
{
    char from[TIME_TEXT_SIZE], to[TIME_TEXT_SIZE];
    AUTO(buf_drop) struct buf payload = BUF(1024);
    struct jsonw w = JSONW(&payload);
    struct entry entry;
    if (erasure->from > erasure->to)
        return err_set(e, ERR_INVALID, "an erasure that ends before it begins");
    jw_object(&w);
    jw_member_str(&w, "from", date_of(erasure->from, from));
    jw_member_str(&w, "subject", erasure->subject);
    jw_member_str(&w, "to", date_of(erasure->to, to));
    jw_end(&w);
    const struct journal_draft draft = {.kind = KIND_JOURNAL_ERASED,
                                        .actor = erasure->actor,
                                        .subject = erasure->subject,
                                        .payload = buf_str(&payload)};
    if (!journal_tx_append(tx, &draft, &entry, e))
        return false;
    if (!journal_note_erasure(tx->w->journal, entry.seq, erasure, e))
        return break_with(tx, e);
    tx->erases = true;
    if (ret_entry)
        *ret_entry = entry;
    return true;
}

/* False when the files are in an unknown state. */
static bool take_back(struct writer *w, const struct journal_mark *mark, struct err *e)
{
    return db_savepoint_undo(model_db(w->model), e) && journal_undo(w->journal, mark, e);
}

/* Decides one command. False, with the reason, when the writer can go no further. */
static bool decide_one(struct writer *w, struct job *job, bool *erases, struct err *e)
{
    struct journal_tx tx = {.w = w, .arena = ARENA(TX_ARENA), .now = journal_next_time(w->journal)};
    struct journal_mark mark;
    journal_mark(w->journal, &mark);
    if (!db_savepoint(model_db(w->model), e))
        return false;
    job->ok = job->command.decide(job->command.ctx, &tx, &job->e) && !tx.broken;
    arena_drop(&tx.arena);
    if (tx.broken)
        job->e = tx.why;
    if (tx.fatal)
        return *e = tx.why, false;
    *erases = job->ok && tx.erases;
    return job->ok ? db_savepoint_keep(model_db(w->model), e) : take_back(w, &mark, e);
}

static bool commit(struct writer *w, bool erases, struct err *e)
{
    struct merkle_hash leaf;
    uint64_t last = w->journal->tree.size;
    return journal_node(w->journal, merkle_position(0, last - 1), &leaf, e) &&
           journal_commit(w->journal, e) &&
           model_commit(w->model, journal_last(w->journal), &leaf, e) &&
           (!erases || journal_carry_out_erasures(w->journal, e));
}

static void answer_all(struct job *jobs, size_t count, const struct err *e)
{
    for (size_t i = 0; i < count; i++) {
        jobs[i].ok = false;
        jobs[i].e = *e;
    }
}

/* Nobody knows what the disk holds now: say so to each, and never write again. */
static struct batch_result fail(struct writer *w, struct job *jobs, size_t count,
                                const struct err *why)
{
    struct err e = {.code = ERR_IO};
    err_set(&e, ERR_IO, "the journal could not be written: %.180s", why->text);
    atomic_store(&w->failed, true);
    log_error("%s", e.text);
    answer_all(jobs, count, &e);
    return (struct batch_result){.decided = count};
}

struct batch_result decide_batch(struct writer *w, struct job *jobs, size_t count)
{
    struct err e = {0};
    struct journal_mark start;
    struct batch_result result = {0};
    journal_mark(w->journal, &start);
    if (atomic_load(&w->failed)) {
        err_set(&e, ERR_IO, "the writer has stopped");
        answer_all(jobs, count, &e);
        return (struct batch_result){.decided = count};
    }
    bool erases = false;
    bool ok = journal_begin(w->journal, &e) && model_begin(w->model, &e);
    while (ok && !erases && result.decided < count)
        ok = decide_one(w, &jobs[result.decided++], &erases, &e);
    bool grew = ok && w->journal->tree.size > start.tree.size;
    if (grew)
        ok = commit(w, erases, &e);
    if (!ok || !grew) {
        journal_abort(w->journal, &start);
        db_rollback(model_db(w->model));
    }
    if (!ok)
        return fail(w, jobs, count, &e);
    if (grew) {
        result.first = w->journal->base + (int64_t)start.tree.size + 1;
        result.last = journal_last(w->journal);
    }
    return result;
}
