/* bench_sqlite_floor.c - what bare SQLite needs to keep the same million objects: the limit import is held to.
 *
 *     bench_sqlite_floor LIST DATABASE      prints {"rows": N, "wall_s": S, "cpu_s": S}
 *
 * Each line of the list becomes one JSON object in a table with one index, in WAL mode with full
 * synchronisation, ten thousand rows a transaction. Run without arguments it prints nothing.
 */
#include "core/time.h"

#include <sqlite3.h>
#include <sys/resource.h>

enum { ROWS_A_TRANSACTION = 10000 };

static void must(int result, sqlite3 *db)
{
    if (result == SQLITE_OK || result == SQLITE_DONE)
        return;
    fprintf(stderr, "sqlite: %s\n", sqlite3_errmsg(db));
    exit(2);
}

static unsigned long insert_all(FILE *list, sqlite3 *db)
{
    sqlite3_stmt *insert = NULL;
    char line[1024], json[1200];
    unsigned long rows = 0;
    must(sqlite3_prepare_v2(db, "INSERT INTO object(value, json) VALUES (?, ?)", -1, &insert, NULL),
         db);
    must(sqlite3_exec(db, "BEGIN", NULL, NULL, NULL), db);
    while (fgets(line, sizeof line, list)) {
        size_t len = strcspn(line, "\n");
        int n = snprintf(json, sizeof json, "{\"type\":\"indicator\",\"value\":\"%.*s\"}", (int)len,
                         line);
        sqlite3_bind_text(insert, 1, line, (int)len, SQLITE_STATIC);
        sqlite3_bind_text(insert, 2, json, n, SQLITE_STATIC);
        must(sqlite3_step(insert), db);
        must(sqlite3_reset(insert), db);
        if (++rows % ROWS_A_TRANSACTION == 0)
            must(sqlite3_exec(db, "COMMIT; BEGIN", NULL, NULL, NULL), db);
    }
    must(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), db);
    sqlite3_finalize(insert);
    return rows;
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return 0;
    FILE *list = fopen(argv[1], "r");
    sqlite3 *db = NULL;
    if (!list || sqlite3_open(argv[2], &db) != SQLITE_OK) {
        fprintf(stderr, "%s or %s cannot be opened\n", argv[1], argv[2]);
        return 2;
    }
    int64_t from = time_monotonic();
    must(sqlite3_exec(db,
                      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536;"
                      "CREATE TABLE object(id INTEGER PRIMARY KEY, value TEXT, json TEXT);"
                      "CREATE INDEX object_value ON object(value)",
                      NULL, NULL, NULL),
         db);
    unsigned long rows = insert_all(list, db);
    int64_t took = time_monotonic() - from;
    sqlite3_close(db);
    fclose(list);

    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    printf("{\"rows\": %lu, \"wall_s\": %.3f, \"cpu_s\": %.3f}\n", rows, (double)took / 1e6,
           (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
               (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6);
    return 0;
}
