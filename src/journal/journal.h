/* journal.h - the ordered, append-only journal in one SQLite file: read it, prove it, check it.
 *
 * Why: every change that matters is one entry here; all else is a projection that can be thrown
 * away and rebuilt, and the Merkle tree over the same entries is the oversight log (docs/design.md
 * and 4). Appending is the writer's alone (journal/writer.h).
 *
 * `dir`/journal.db: entries (header, salt, payload), tree nodes, signed checkpoints, and who the
 * log is. A payload that may have to be erased is stored as nonce ‖ XChaCha20-Poly1305(salt ‖
 * payload) under a data key of the signer: with the key gone, neither the bytes nor the salt
 * that would let them be guessed can be had from any copy.
 *
 * A log that was restored from a backup and is behind a checkpoint that a witness cosigned must
 * not grow again under its name: that would be a fork. It gets a successor (journal_succeed): a
 * new origin, whose first entry, journal.succeeded, names the old origin, size and root. `seq`
 * goes on after the highest number ever promised, so that no number is used twice; leaf i of the
 * successor's tree is entry base + 1 + i. The older file stays beside it as journal.<base>.db
 * and is read through.
 *
 * Threads: a handle belongs to one thread at a time. Readers open their own with .readonly.
 */
#pragma once

#include "core/arena.h"
#include "core/time.h"
#include "journal/entry.h"
#include "journal/merkle.h"
#include "journal/signer.h"

#define JOURNAL_FILE "journal.db"
enum { JOURNAL_PAYLOAD_MAX = 256 << 20 };

struct journal;
struct db;

struct journal_options {
    const char *dir;
    const char *origin; /* makes the journal when there is none; NULL: it must be there */
    bool readonly;
    bool evidence;         /* readonly, and leaves no file beside one that nobody has open */
    struct signer *signer; /* NULL: sealed payloads stay shut, no checkpoint is signed; borrowed */
    struct clock *clock;   /* NULL when readonly */
    int autocheckpoint;    /* pages of WAL before they are folded back; 0: 4000 */
    const char *vfs;       /* for tests */
};

[[nodiscard]] bool journal_open(const struct journal_options *options, struct journal **ret_journal,
                                struct err *e);
void journal_drop(struct journal **j); /* for AUTO(journal_drop) */

struct str journal_origin(const struct journal *j);
/* As the file says: compare it with one you trust. */
struct key_public journal_key(const struct journal *j);
int64_t journal_base(const struct journal *j); /* 0, or what this log begins after */

/* The highest seq, 0 when empty; what is committed, for a reader at the time of the call. */
[[nodiscard]] bool journal_head(struct journal *j, int64_t *ret_seq, struct err *e);

enum payload_state {
    PAYLOAD_CLEAR,
    PAYLOAD_SEALED, /* and opened */
    PAYLOAD_SHUT,   /* no signer to open it */
    PAYLOAD_ERASED,
};

struct journal_record {
    struct entry entry;
    struct str header;  /* JCS(entry), as stored */
    struct str salt;    /* STR_NONE when shut or erased */
    struct str payload; /* likewise */
    enum payload_state state;
    struct merkle_hash leaf;
};

/* ERR_NOT_FOUND past the head, or in the gap before a successor. Lives in the arena. */
[[nodiscard]] bool journal_read(struct journal *j, struct arena *a, int64_t seq,
                                struct journal_record *ret_record, struct err *e);
/* The entry that holds statement `id`; ERR_NOT_FOUND. This log only, not its predecessors. */
[[nodiscard]] bool journal_find(struct journal *j, const struct uuid *id, int64_t *ret_seq,
                                struct err *e);

/* Each entry with from <= seq <= to, rising, predecessors included. Stops when visit returns
 * false. The record lives until visit returns. */
typedef bool journal_visit(void *ctx, const struct journal_record *record, struct err *e);
[[nodiscard]] bool journal_walk(struct journal *j, int64_t from, int64_t to, journal_visit *visit,
                                void *ctx, struct err *e);

/* The tree of this log: sizes are in leaves (seq - base). */
[[nodiscard]] bool journal_size(struct journal *j, uint64_t *ret_size, struct err *e);
[[nodiscard]] bool journal_root(struct journal *j, uint64_t size, struct merkle_hash *ret_root,
                                struct err *e);
[[nodiscard]] bool journal_prove_entry(struct journal *j, int64_t seq, uint64_t size,
                                       struct merkle_proof *ret_proof, struct err *e);
[[nodiscard]] bool journal_prove_growth(struct journal *j, uint64_t from, uint64_t to,
                                        struct merkle_proof *ret_proof, struct err *e);

/* Whole tiles of 256 hashes as tlog-tiles has them: `width` hashes of `level`, from index 256 *
 * `tile`. */
[[nodiscard]] bool journal_tile(struct journal *j, int level, uint64_t tile, int width,
                                struct buf *out, struct err *e);

/* The newest signed checkpoint, or the newest of at most `size` leaves. ERR_NOT_FOUND when none
 * is. */
[[nodiscard]] bool journal_checkpoint(struct journal *j, struct arena *a, uint64_t size,
                                      struct str *ret_note, struct err *e);

/* Old log behind: `note` is a checkpoint of it, signed by its key, that is larger than it is (or
 * says another root). Call with no handle open. Makes the successor under `origin`, whose first
 * entry names both, and keeps the old file beside it. */
struct journal_succession {
    const char *dir, *origin;
    struct str note;
    struct str actor; /* who decided it: an ID */
    struct signer *signer;
    struct clock *clock;
    const char *vfs;
};
[[nodiscard]] bool journal_succeed(const struct journal_succession *s, struct err *e);

/* A consistent copy of journal.db, without keys, while the node runs. */
[[nodiscard]] bool journal_backup(struct journal *j, const char *path, struct err *e);
