/* upkeep.h - what a database needs beside queries: copies, checks, and a fingerprint of its
 * content. */
#pragma once

#include "core/digest.h"
#include "db/db.h"

/* A consistent copy at `path` while others read and write (SQLite's online backup). An existing
 * file there is refused (ERR_CONFLICT). The copy is fsynced and is no longer in WAL mode's two
 * files. */
[[nodiscard]] bool db_backup(struct db *db, const char *path, struct err *e);

struct db_damage {
    int64_t page; /* 1 where it concerns the whole file; 0: a row is named instead */
    int64_t row;  /* the rowid it named; 0: none */
    char text[160];
};

enum { DB_DAMAGE_MAX = 20 };

struct db_report {
    size_t count; /* capped at DB_DAMAGE_MAX */
    struct db_damage damage[DB_DAMAGE_MAX];
};

/* SQLite's integrity check, with the page or row it names. True when the check could be made,
 * damage or none; *ret_report then says which. A file too broken to read is damage too (page 1). */
[[nodiscard]] bool db_check(struct db *db, struct db_report *ret_report, struct err *e);

/* Everything away: every table, index and page. Readers on other connections see an empty
 * database. */
[[nodiscard]] bool db_reset(struct db *db, struct err *e);

/* SHA-256 over the schema and each row of each table in order of all its columns: equal for
 * equal content, whatever the order of writing. Tables whose name begins with `skip` are left
 * out (NULL: none are). */
[[nodiscard]] bool db_digest(struct db *db, const char *skip, uint8_t ret_digest[SHA256_SIZE],
                             struct err *e);

/* Moves the WAL into the file, so that the file alone is whole. */
[[nodiscard]] bool db_fold(struct db *db, struct err *e);
