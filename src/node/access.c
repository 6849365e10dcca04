/* access.c - who read what concerns others: gathered for a second, then one admin.read entry.
 *
 * Equal reads of one second are one row with a count, so that a console that refreshes does not fill
 * the journal. The gathering is bounded; past the bound a row says how many were not told apart.
 */
#include "core/log.h"
#include "node/node_private.h"

enum { ROWS_MAX = 256, WHAT_MAX = 64, ID_MAX = 40 };

struct access_row {
    char actor[ID_MAX], org[ID_MAX], what[WHAT_MAX];
    int64_t count;
};

struct access_log {
    pthread_mutex_t lock;
    struct access_row rows[ROWS_MAX];
    size_t count;
    int64_t from, others; /* since when; reads past ROWS_MAX */
};

bool access_new(struct node *n, struct err *e)
{
    (void)e;
    n->access = calloc(1, sizeof *n->access);
    if (!n->access)
        abort();
    pthread_mutex_init(&n->access->lock, NULL);
    return true;
}

void access_free(struct node *n)
{
    if (!n->access)
        return;
    pthread_mutex_destroy(&n->access->lock);
    free(n->access);
    n->access = NULL;
}

static void put(char *to, size_t size, struct str text)
{
    snprintf(to, size, STR_FMT, STR_ARG(text));
}

void node_note_read(struct node *n, struct str actor, struct str org, const char *what)
{
    struct access_log *log = n->access;
    struct access_row row = {.count = 1};
    size_t at = 0;
    put(row.actor, sizeof row.actor, actor);
    put(row.org, sizeof row.org, org);
    put(row.what, sizeof row.what, (struct str){what, strlen(what)});

    pthread_mutex_lock(&log->lock);
    if (!log->count && !log->others)
        log->from = n->clock->now(n->clock);
    while (at < log->count && (strcmp(log->rows[at].actor, row.actor) != 0 ||
                               strcmp(log->rows[at].what, row.what) != 0))
        at++;
    if (at < log->count)
        log->rows[at].count++;
    else if (log->count < ROWS_MAX)
        log->rows[log->count++] = row;
    else
        log->others++;
    pthread_mutex_unlock(&log->lock);
}

struct read_command {
    struct node_command command;
    struct access_log taken;
};

static bool decide_reads(struct node_command *c, struct journal_tx *tx, struct err *e)
{
    const struct access_log *log = &((struct read_command *)c)->taken;
    AUTO(buf_drop) struct buf payload = BUF(1 << 20);
    struct jsonw w = JSONW(&payload);
    jw_object(&w);
    jw_member_time(&w, "from", log->from);
    jw_member_int(&w, "others", log->others);
    jw_key(&w, "reads"), jw_array(&w);
    for (size_t i = 0; i < log->count; i++) {
        jw_object(&w);
        jw_member_cstr(&w, "actor", log->rows[i].actor);
        jw_member_cstr(&w, "org", log->rows[i].org);
        jw_member_cstr(&w, "what", log->rows[i].what);
        jw_member_int(&w, "count", log->rows[i].count);
        jw_end(&w);
    }
    jw_end(&w), jw_end(&w);
    return node_append(c, tx,
                       &(struct entry_text){.kind = KIND_ADMIN_READ, .payload = buf_str(&payload)},
                       NULL, e);
}

void access_flush(struct node *n)
{
    struct access_log *log = n->access;
    struct err e = {};
    pthread_mutex_lock(&log->lock);
    bool any = log->count || log->others;
    struct read_command *command = any ? calloc(1, sizeof *command) : NULL;
    if (command) {
        command->command.decide = decide_reads;
        memcpy(command->taken.rows, log->rows, log->count * sizeof log->rows[0]);
        command->taken.count = log->count;
        command->taken.from = log->from;
        command->taken.others = log->others;
        log->count = 0;
        log->others = 0;
    }
    pthread_mutex_unlock(&log->lock);
    if (command && !node_run(n, &command->command, &e))
        log_error("access record: %s", e.text);
    free(command);
}
