/* db_private.h - the shape of a connection, for db/ alone. */
#pragma once

#include "db/db.h"

#include <sqlite3.h>

struct db_query {
    struct db *db;
    sqlite3_stmt *stmt;
    const char *sql; /* the literal it is cached under; NULL: freed when done */
    struct db_query *next;
    bool busy; /* between db_query and db_done */
    int bad;   /* the first result code that was neither row nor done */
    bool ended;
};

enum { DB_BUCKETS = 128 };

struct db {
    sqlite3 *handle;
    char *path;
    struct db_query *buckets[DB_BUCKETS]; /* by address of the SQL */
};

/* Says what SQLite says, under the code the house uses. Always false. */
bool db_fail(struct db *db, int code, const char *doing, struct err *e);
