/* log_private.h - the verbs of `hinomi log`, one file each, and what they share. */
#pragma once

#include "core/opt.h"
#include "journal/journal.h"
#include "journal/note.h"

enum { LOG_OK, LOG_FOUND_FAULT, LOG_FAILED }; /* exit codes */
enum { LOG_ARENA = 64 << 20 };

int log_show(int argc, char **argv);
int log_verify(int argc, char **argv);
int log_prove(int argc, char **argv);
int log_checkpoint(int argc, char **argv);
int log_export(int argc, char **argv);
int log_witness(int argc, char **argv);

/* Says it on standard error; LOG_FAILED. */
int log_fail(const char *verb, const struct err *e);
/* What opt_parse answered, as an exit code: *ret_done when there is nothing left to run. */
int log_parsed(const char *verb, enum opt_result result, const struct err *e, bool *ret_done);
/* The whole buffer to standard output. */
[[nodiscard]] bool log_print(const struct buf *out, struct err *e);
[[nodiscard]] bool log_open(const char *dir, struct journal **ret_journal, struct err *e);

/* A proof as JSON, and back. */
struct log_proof {
    bool growth;   /* else of one entry */
    int64_t entry; /* its number */
    uint64_t index, from, size;
    struct str header; /* of the entry */
    struct merkle_hash from_root, root;
    struct merkle_proof proof;
    struct str checkpoint; /* a signed note for `size`; empty: none */
};
void log_proof_write(const struct log_proof *p, struct buf *out);
[[nodiscard]] bool log_proof_read(struct arena *a, struct str text, struct log_proof *ret_proof,
                                  struct err *e);
/* "ed25519:…" or "name+id+key"; `origin` names the first form. */
[[nodiscard]] bool log_key_read(const char *text, struct str origin, struct note_key *ret_key,
                                struct err *e);
