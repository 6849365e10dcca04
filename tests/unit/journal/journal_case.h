/* journal_case.h - a journal, a small model and a writer in a folder of their own, for the tests
 * beside it. */
#pragma once

#include "db/db.h"
#include "db/upkeep.h"
#include "journal/journal.h"
#include "journal/note.h"
#include "journal/projection.h"
#include "journal/verify.h"
#include "journal/writer.h"
#include "tests/check.h"

#include <dirent.h>
#include <unistd.h>

struct node_case {
    char dir[64], keys[96], file[96];
    struct clock_set clock;
    struct key_secret key;
    struct signer *signer;
    struct journal *journal;
    struct model *model;
    struct writer *writer;
};

/* Keeps each organisation's payload, and drops it when its subject is erased. */
static bool case_apply(struct db *model, const struct entry *n, struct str payload, struct err *e)
{
    if (payload.len && payload.ptr[0] == '!')
        return err_set(e, ERR_INVALID, "a payload the projection chokes on");
    bool erased = n->statement.kind == KIND_JOURNAL_ERASED;
    struct db_query *q =
        erased ? db_query(model, "UPDATE org SET text = NULL WHERE subject = ?1", e)
               : db_query(model, "INSERT INTO org(seq, subject, text) VALUES (?2, ?1, ?3)", e);
    if (!q)
        return false;
    db_bind_str(q, 1, n->statement.subject);
    if (!erased) {
        db_bind_int(q, 2, n->seq);
        db_bind_str(q, 3, payload);
    }
    return db_run(q, e);
}

static const enum kind case_kinds[] = {KIND_ORG_REGISTERED, KIND_JOURNAL_ERASED, KIND_UNKNOWN};
static const struct projection case_projection = {
    .name = "orgs",
    .version = 1,
    .create = "CREATE TABLE org(seq INTEGER PRIMARY KEY, subject TEXT NOT NULL, text TEXT) STRICT;",
    .kinds = case_kinds,
    .apply = case_apply,
};
static const struct projection *const case_projections[] = {&case_projection, NULL};

static inline void case_open(struct node_case *c)
{
    struct err e = {0};
    const struct journal_options j = {.dir = c->dir,
                                      .origin = "test.example/log",
                                      .signer = c->signer,
                                      .clock = &c->clock.clock};
    const struct model_options m = {.dir = c->dir, .projections = case_projections};
    if (!journal_open(&j, &c->journal, &e) || !model_open(&m, c->journal, &c->model, &e))
        fail_msg("opening: %s", e.text);
    const struct writer_options w = {.journal = c->journal,
                                     .model = c->model,
                                     .clock = &c->clock.clock};
    assert_true(writer_start(&w, &c->writer, &e));
}

static inline void case_close(struct node_case *c)
{
    writer_stop(&c->writer);
    model_drop(&c->model);
    journal_drop(&c->journal);
}

static inline int case_set_up(void **state)
{
    struct node_case *c = calloc(1, sizeof *c);
    struct err e = {0};
    assert_non_null(c);
    keys_init();
    snprintf(c->dir, sizeof c->dir, "/tmp/hinomi-test-XXXXXX");
    assert_non_null(mkdtemp(c->dir));
    snprintf(c->keys, sizeof c->keys, "%s/keys.db", c->dir);
    snprintf(c->file, sizeof c->file, "%s/journal.db", c->dir);
    clock_set_init(&c->clock, INT64_C(1790000000) * TIME_SECOND);
    key_generate(&c->key);
    assert_true(signer_local(&c->key, c->keys, &c->signer, &e));
    case_open(c);
    *state = c;
    return 0;
}

static inline void case_remove(const char *dir)
{
    DIR *d = opendir(dir);
    char path[512];
    if (!d)
        return;
    for (struct dirent *f; (f = readdir(d)) != NULL;)
        if (f->d_name[0] != '.') {
            snprintf(path, sizeof path, "%s/%s", dir, f->d_name);
            unlink(path);
        }
    closedir(d);
    rmdir(dir);
}

static inline int case_tear_down(void **state)
{
    struct node_case *c = *state;
    case_close(c);
    signer_drop(&c->signer);
    case_remove(c->dir);
    free(c);
    return 0;
}

/* A command that appends one organisation and then says yes or no. */
struct case_command {
    struct str subject, text;
    bool erasable, refuse;
    const struct uuid *id;
    struct entry entry;
    char kept[64]; /* of the entry's subject, which lives in the transaction only */
};

static inline bool case_decide(void *ctx, struct journal_tx *tx, struct err *e)
{
    struct case_command *c = ctx;
    const struct journal_draft d = {.kind = KIND_ORG_REGISTERED,
                                    .actor = S("officer-1"),
                                    .subject = c->subject,
                                    .payload = c->text,
                                    .erasable = c->erasable,
                                    .id = c->id};
    if (!journal_tx_append(tx, &d, &c->entry, e))
        return false;
    return !c->refuse || err_set(e, ERR_DENIED, "refused after all");
}

static inline int64_t case_append(struct node_case *c, struct str subject, struct str text)
{
    struct case_command command = {.subject = subject, .text = text};
    struct err e = {0};
    if (!writer_do(c->writer, case_decide, &command, &e))
        fail_msg("append: %s", e.text);
    return command.entry.seq;
}
