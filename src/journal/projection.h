/* projection.h - tables made from the journal, and the read model they live in.
 *
 * Why: nothing is true because a table says so; a table is what its projection made of the
 * entries, and can be thrown away and made again. A projection is a name, a version, its SQL and
 * an apply function:
 *
 *     static bool apply(struct db *model, const struct entry *entry, struct str payload,
 *                       struct err *e);
 *     static const enum kind kinds[] = {KIND_ORG_REGISTERED, KIND_ORG_UPDATED, KIND_UNKNOWN};
 *     const struct projection projection_orgs = {
 *         .name = "orgs", .version = 1, .create = "CREATE TABLE org (…) STRICT;",
 *         .kinds = kinds, .apply = apply};
 *
 * Rules for apply: it reads the model, the entry and the payload, nothing else (no clock, no
 * random numbers, no other file), so that a replay gives the same tables. When it fails while a
 * command is decided, that command is refused; when it fails in a replay the model cannot be
 * built and the node does not start. payload.ptr is NULL when the payload was erased: leave out
 * what would have been derived from it. KIND_JOURNAL_ERASED names a subject whose derived text
 * must go (payload: journal/writer.h, journal_tx_erase).
 *
 * model.db carries how far it was applied, the leaf hash there, and each projection's version:
 * when one of these does not fit, it is thrown away and rebuilt at open. Changing tables or
 * apply means a higher version.
 *
 * Threads: a model belongs to the writer thread while a writer runs. Readers open model.db by
 * themselves (db_open, .readonly).
 */
#pragma once

#include "core/err.h"
#include "journal/entry.h"

#define MODEL_FILE "model.db"
enum { PROJECTIONS_MAX = 64 };

struct db;
struct journal;
struct model;

struct projection {
    const char *name;
    int version;
    const char *create;     /* its tables and indexes; STRICT */
    const enum kind *kinds; /* ends with KIND_UNKNOWN */
    bool (*apply)(struct db *model, const struct entry *entry, struct str payload, struct err *e);
};

struct model_options {
    const char *dir;
    const struct projection *const
        *projections;   /* ends with NULL; in this order they are applied */
    int cache_kib;      /* 0: 64 MiB */
    int autocheckpoint; /* as in journal_options */
    const char *vfs;
};

/* Opens or makes `dir`/model.db and replays what it lacks. */
[[nodiscard]] bool model_open(const struct model_options *options, struct journal *j,
                              struct model **ret_model, struct err *e);
void model_drop(struct model **m); /* for AUTO(model_drop) */
struct db *model_db(struct model *m);
int64_t model_applied(const struct model *m); /* the last seq in it */

/* Throws every table away and replays the journal: the result is identical. */
[[nodiscard]] bool projection_rebuild(struct model *m, struct journal *j, struct err *e);
