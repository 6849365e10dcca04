/* journal_private.h - the shape of a journal handle, and appending: the writer's business alone. */
#pragma once

#include "db/db.h"
#include "journal/journal.h"
#include "journal/note.h"
#include "journal/writer.h"

enum { ORIGIN_MAX = 200, SEAL_CACHE = 16, JOURNAL_APPLICATION_ID = 0x48494e4f /* "HINO" */ };

struct seal_slot { /* a data key used lately; wiped at close */
    struct data_key key;
    int32_t day;
    char subject[ENTRY_ID_MAX + 1];
};

struct journal {
    struct db *db;
    char *dir;
    char origin[ORIGIN_MAX + 1], older_name[64];
    struct key_public key;
    int64_t base;
    bool readonly, evidence;
    struct signer *signer;
    struct clock *clock;
    const char *vfs;
    struct journal *older; /* the predecessor, opened when it is first read */
    struct merkle_tree tree;
    int64_t logged; /* of the last entry */
    bool new_keys;  /* drawn in this batch: to be on the disk before it is */
    struct seal_slot slots[SEAL_CACHE];
    size_t next_slot;
};

extern const char journal_schema[];

/* The file of `name` in the folder, or `dir` itself when it is a file. */
[[nodiscard]] bool journal_open_file(const struct journal_options *o, const char *name,
                                     struct journal **ret_journal, struct err *e);
[[nodiscard]] bool journal_older(struct journal *j, struct journal **ret_older, struct err *e);
[[nodiscard]] bool journal_node(void *journal, uint64_t position, struct merkle_hash *ret_hash,
                                struct err *e);
[[nodiscard]] bool journal_meta(struct db *db, struct str name, struct arena *a,
                                struct str *ret_value, struct err *e);

/* The columns of an entry's row, as every reader selects them. */
#define JOURNAL_COLUMNS "seq, header, salt, payload, seal_key, seal_digest"

struct journal_row {
    int64_t seq;
    struct str header, salt, payload, digest; /* slices of the row */
    bool sealed;
    uint64_t seal_key;
};
void journal_row_read(struct db_query *q, struct journal_row *ret);

/* Sealing: nonce ‖ XChaCha20-Poly1305(salt length ‖ salt ‖ payload), bound to the statement's
 * id. */
struct seal_parts {
    struct str salt, payload;
};
[[nodiscard]] bool seal_close(const struct data_key *key, const struct uuid *id,
                              const struct seal_parts *parts, struct buf *out, struct err *e);
[[nodiscard]] bool seal_open(const struct data_key *key, const struct uuid *id, struct str sealed,
                             struct arena *a, struct seal_parts *ret_parts, struct err *e);
void seal_digest(const struct uuid *id, uint64_t key, struct str sealed,
                 uint8_t ret_digest[SHA256_SIZE]);
/* From the cache, or the signer. */
[[nodiscard]] bool seal_key_for(struct journal *j, struct str subject, int32_t day,
                                struct data_key *ret_key, struct err *e);
[[nodiscard]] bool seal_key_find(struct journal *j, uint64_t id, struct data_key *ret_key,
                                 struct err *e);
void seal_forget(struct journal *j);

/* A batch: begin, appends, commit. A mark is taken before a command and gone back to when it is
 * refused. */
struct journal_mark {
    struct merkle_tree tree;
    int64_t logged;
};
[[nodiscard]] bool journal_begin(struct journal *j, struct err *e);
void journal_mark(const struct journal *j, struct journal_mark *ret_mark);
[[nodiscard]] bool journal_undo(struct journal *j, const struct journal_mark *mark, struct err *e);
/* `*ret_entry` borrows from the draft and from `a`. Nothing is changed when it fails with
 * another code than ERR_IO. */
[[nodiscard]] bool journal_append(struct journal *j, struct arena *a, const struct journal_draft *d,
                                  struct entry *ret_entry, struct err *e);
[[nodiscard]] bool journal_note_erasure(struct journal *j, int64_t seq,
                                        const struct journal_erasure *erasure, struct err *e);
[[nodiscard]] bool journal_commit(struct journal *j, struct err *e);
void journal_abort(struct journal *j, const struct journal_mark *mark);
/* Destroys the keys of erasures that are durable and not yet carried out. */
[[nodiscard]] bool journal_carry_out_erasures(struct journal *j, struct err *e);
int64_t journal_next_time(const struct journal *j);
static inline int64_t journal_last(const struct journal *j)
{
    return j->base + (int64_t)j->tree.size;
}
