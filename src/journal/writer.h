/* writer.h - the single deciding writer: where a decision becomes true.
 *
 * Why one thread: every command is decided against the model at its head, with all earlier
 * commands applied and none other in flight, so there are no races to think about; and many
 * commands share one fsync, which is what a durable commit costs.
 *
 * A command is a callback. It may read the model, and append; each append is applied to the
 * model at once, so that the command sees its own effects. When it returns false, it alone is
 * taken back, as if it had never been: its entries, its rows, its numbers. After a batch:
 * journal.db is committed (on the disk), then model.db, then every waiter is answered, then
 * after_commit is told. When a commit fails nobody knows what the disk holds: the writer stops
 * for good, this and each later command gets ERR_IO, and the node must end. Reopening finds the
 * truth.
 *
 *     static bool decide(void *ctx, struct journal_tx *tx, struct err *e)
 *     {
 *         struct register_org *c = ctx;
 *         if (org_exists(tx_model(tx), c->id))
 *             return err_set(e, ERR_CONFLICT, "…");
 *         const struct journal_draft draft = {.kind = KIND_ORG_REGISTERED, …};
 *         return journal_tx_append(tx, &draft, &c->entry, e);
 *     }
 *     if (!writer_do(w, decide, &command, e)) …
 *
 * Threads: writer_do and writer_submit from any thread but the writer's own. decide, done and
 * after_commit run on the writer's thread and must not wait for other threads.
 */
#pragma once

#include "core/arena.h"
#include "journal/entry.h"

struct db;
struct journal;
struct journal_tx;
struct model;
struct writer;

enum { WRITER_QUEUE_DEFAULT = 4096, WRITER_BATCH_DEFAULT = 512 };

struct writer_options {
    struct journal *journal; /* both borrowed, the writer's alone until writer_stop */
    struct model *model;
    struct clock *clock;
    size_t queue_max, batch_max; /* 0: the defaults */
    /* Entries first to last are durable and applied. */
    void (*after_commit)(void *ctx, int64_t first_seq, int64_t last_seq);
    void *ctx;
};

typedef bool writer_decide(void *ctx, struct journal_tx *tx, struct err *e);

struct writer_command {
    writer_decide *decide;
    void (*done)(void *ctx, bool ok, const struct err *e); /* NULL: nobody waits */
    void *ctx;
};

[[nodiscard]] bool writer_start(const struct writer_options *options, struct writer **ret_writer,
                                struct err *e);
/* Refuses new commands, finishes the waiting ones, joins the thread, frees. */
void writer_stop(struct writer **w); /* also for AUTO(writer_stop) */
bool writer_failed(struct writer *w);

/* Waits until the command is durable, or was refused with decide's error. ERR_UNAVAILABLE: the
 * queue is full. */
[[nodiscard]] bool writer_do(struct writer *w, writer_decide *decide, void *ctx, struct err *e);
/* Does not wait; `done` is called once, unless this returns false. */
[[nodiscard]] bool writer_submit(struct writer *w, const struct writer_command *c, struct err *e);

/* Inside decide. */
struct db *tx_model(struct journal_tx *tx);
struct arena *tx_arena(struct journal_tx *tx); /* lives until decide returns */
int64_t tx_now(const struct journal_tx *tx);   /* what `logged` will be: only rises */
struct str tx_origin(const struct journal_tx *tx);

struct journal_draft {
    enum kind kind;
    struct str actor, subject;
    struct str realm;   /* STR_NONE: "live" */
    struct str payload; /* the exact bytes received */
    bool erasable;      /* sealed under the data key of (subject, today) */
    /* What an author gave; left empty, the writer draws or fills it. */
    const struct uuid *id; /* version 7 */
    int64_t claimed;       /* 0: now */
    struct str salt;
    const uint8_t *basis; /* 32 bytes */
    /* A person's signature over the statement that these fields make, verified here. Without one
     * the key is the node's, and the node signs where the kind asks for it. */
    struct str key;
    struct entry_sig sig;
};

/* ERR_CONFLICT: the id stands in the log already. *ret_entry (may be NULL) has text in tx_arena. */
[[nodiscard]] bool journal_tx_append(struct journal_tx *tx, const struct journal_draft *draft,
                                     struct entry *ret_entry, struct err *e);

/* Destroys, once the entry is durable, the data keys of `subject` for days `from` to `to` (days
 * since 1970); appends journal.erased, whose payload is {"from":DATE,"subject":ID,"to":DATE}. */
struct journal_erasure {
    struct str actor, subject;
    int32_t from, to;
};
[[nodiscard]] bool journal_tx_erase(struct journal_tx *tx, const struct journal_erasure *erasure,
                                    struct entry *ret_entry, struct err *e);
