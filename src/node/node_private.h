/* node_private.h - the inside of struct node, for the files of this folder. */
#pragma once

#include "db/db.h"
#include "exchange/link_item.h"
#include "http/stream.h"
#include "journal/journal.h"
#include "journal/keyproc.h"
#include "journal/projection.h"
#include "journal/writer.h"
#include "node/node.h"
#include "node/policy.h"
#include "store/directory.h"
#include "store/schema.h"

#include <pthread.h>

enum {
    NODE_READERS = 24, /* connections of the pool */
    NODE_READER_CACHE_KIB = 1024,
    NODE_WRITER_CACHE_KIB = 96 * 1024,
    NODE_ARENA_MAX = 64 << 20,
};

struct blocks;     /* blocks.c: the block list and its files */
struct publisher;  /* publisher.c: from release logs to streams */
struct uplinks;    /* uplink.c: links to other nodes */
struct image_keep; /* selectors.c: the signed set */
struct access_log; /* access.c: who read what */
struct jobs;       /* jobs.c: what is due by the clock */

struct node {
    struct arena memory; /* owns the texts of self */
    struct node_self self;
    char *dir;
    int lock;
    struct clock *clock;
    struct signer *keys;
    struct journal *journal;
    struct model *model;
    struct writer *writer;
    struct reader own; /* sealed: this organisation's machines */
    struct stream_hub *hubs[NODE_STREAM_COUNT];
    char stream_secret[32];

    pthread_mutex_t readers_lock;
    pthread_cond_t readers_free;
    struct db *readers[NODE_READERS];
    size_t readers_idle, readers_open;

    pthread_mutex_t
        head_lock; /* after_commit moves the head; publisher, links and jobs wait on it */
    pthread_cond_t head_moved;
    int64_t head;
    bool halting;

    struct blocks *blocks;
    struct publisher *publisher;
    struct uplinks *uplinks;
    struct image_keep *image;
    struct access_log *access;
    struct jobs *jobs;
};

/* Waits until the head is past `seen` or `until` (monotonic µs; 0: for ever). False: halting. */
bool node_wait(struct node *n, int64_t seen, int64_t until, int64_t *ret_head);
bool node_halting(struct node *n);

/* --- commands.c: what every decide needs --- */
struct entry_text { /* an entry to append: JSON payload and what it is about */
    enum kind kind;
    struct str subject;
    struct str payload;
    bool erasable;
};
[[nodiscard]] bool node_append(struct node_command *c, struct journal_tx *tx,
                               const struct entry_text *text, struct entry *ret_entry,
                               struct err *e);
struct str uuid_new(struct arena *a, struct clock *clock);
/* The policy in force at the head of this model. */
[[nodiscard]] bool policy_in_force(struct db *db, struct arena *a, struct policy *ret,
                                   struct err *e);
/* Digest of (organisation, Idempotency-Key), hex; empty for an empty key. */
struct str request_digest(struct arena *a, struct str org, struct str key);
void put_selector(struct jsonw *w, const char *name, const struct selector *s);
/* {"kind","value"}, canonical. */
[[nodiscard]] bool read_selector(const struct json *v, struct selector *ret, struct err *e);

/* --- cursor.c: places in lists, sealed to the reader they were given to --- */
struct str node_cursor_seal(struct node *n, struct arena *a, const struct reader *reader,
                            struct str list, int64_t at);
/* ERR_CONFLICT when it was given to another reader, or its class has changed. */
[[nodiscard]] bool node_cursor_open(struct node *n, const struct reader *reader, struct str list,
                                    struct str cursor, int64_t *ret_at, struct err *e);

/* --- release.c: what leaves, decided inside a command --- */
struct release_offer {
    enum link_kind kind;
    struct str object, origin, statement;
    int64_t version;
    const struct str *path; /* organisations it has been on, without us */
    size_t path_count;
    enum tlp tlp;
    struct str originator;
    struct str recipient; /* empty: everybody the gate lets have it */
    bool revoked;
    struct str body; /* JSON */
    struct str only; /* not empty: to this organisation alone (it joined later) */
};
[[nodiscard]] bool release_decide(struct node_command *c, struct journal_tx *tx,
                                  const struct release_offer *offer, struct err *e);
/* Offers to one organisation what stands already: it was registered, or changed. */
[[nodiscard]] bool release_backlog(struct node_command *c, struct journal_tx *tx, struct str org,
                                   struct err *e);
/* What reports go up to: the organisation at the other end of the "up" link; empty: none. */
[[nodiscard]] bool release_upstream(struct db *db, struct arena *a, struct str *ret_org,
                                    struct err *e);

/* --- intel_share.c: imports on their way to other nodes, and in from them --- */
struct node_import;
[[nodiscard]] bool intel_share(struct node_command *c, struct journal_tx *tx,
                               const struct node_import *import, struct err *e);
/* To one organisation, what its marking would have let it have, had it been here. */
[[nodiscard]] bool intel_backlog(struct node_command *c, struct journal_tx *tx, struct str org,
                                 struct err *e);
/* One claim is taken back: whoever was given it hears so. */
struct claim_view;
[[nodiscard]] bool intel_share_withdrawal(struct node_command *c, struct journal_tx *tx,
                                          const struct selector *selector,
                                          const struct claim_view *claim, struct err *e);
[[nodiscard]] bool intel_received_check(const struct link_item *item, const struct json *body,
                                        struct err *e);
[[nodiscard]] bool intel_received(struct node_command *c, struct journal_tx *tx,
                                  const struct link_item *item, struct err *e);

/* --- sighting.c: is it about us? --- */
bool constituency_has_networks(const struct constituency_row *ranges, size_t count);
bool constituency_holds(const struct constituency_row *ranges, size_t count, struct str address);

/* --- warning.c --- */
[[nodiscard]] bool warning_consider(struct node_command *c, struct journal_tx *tx,
                                    const struct selector *s, int64_t seen_at, struct err *e);
[[nodiscard]] bool warning_guard(struct node_command *c, struct journal_tx *tx, struct str warning,
                                 struct err *e);
[[nodiscard]] bool receipt_give(struct node_command *c, struct journal_tx *tx, struct str warning,
                                const char *step, struct err *e);
struct warning_row;
void warning_write(struct jsonw *w, const struct warning_row *row); /* the members of one */

/* --- project_*.c --- */
extern const struct projection *const node_projections[];
[[nodiscard]] bool link_is_news(struct db *db, const struct link_item *item, bool *ret_news,
                                struct err *e);
[[nodiscard]] bool selector_changed(struct db *db, const struct selector *s, int64_t now,
                                    struct err *e);

/* --- blocks.c --- */
[[nodiscard]] bool blocks_new(struct node *n, struct err *e);
[[nodiscard]] bool blocks_start(struct node *n, struct err *e);
void blocks_halt(struct node *n);
void blocks_free(struct node *n);
/* On the writer thread: true when the guards take it; otherwise the sentence. */
bool blocks_try(struct node *n, struct str warning, const struct selector *s, int64_t until,
                struct str *ret_verdict, struct str *ret_why);
/* True when it stood in the list: the receipt for clearing then follows the files. */
bool blocks_undo(struct node *n, struct str warning);
/* The policy changed: the guards are made anew. */
[[nodiscard]] bool blocks_reload(struct node *n, struct db *db, struct err *e);
void blocks_wake(struct node *n);
size_t blocks_standing(struct node *n); /* entries in force now */

/* --- publisher.c, uplink.c, selectors.c, access.c, jobs.c --- */
[[nodiscard]] bool publisher_start(struct node *n, struct err *e);
void publisher_halt(struct node *n);
[[nodiscard]] bool publisher_hubs(struct node *n, struct err *e);
struct release_entry;
/* What a class of reader is called in items: with our log's name. */
struct str item_class(struct node *n, struct arena *a, struct str class_name);
[[nodiscard]] bool item_line(struct node *n, struct arena *a, const struct release_entry *entry,
                             struct str *ret_line, struct err *e);
/* The same, passed through the gate for its class. */
[[nodiscard]] bool item_clear(struct node *n, struct db *db, struct arena *a,
                              const struct release_entry *entry, const struct cleared **ret,
                              struct err *e);
[[nodiscard]] bool uplinks_start(struct node *n, struct err *e);
void uplinks_halt(struct node *n);
[[nodiscard]] bool uplinks_refresh(struct node *n, struct err *e); /* starts what is new */
[[nodiscard]] bool image_new(struct node *n, struct err *e);
void image_free(struct node *n);
[[nodiscard]] bool access_new(struct node *n, struct err *e);
void access_flush(struct node *n);
void access_free(struct node *n);
[[nodiscard]] bool jobs_start(struct node *n, struct err *e);
void jobs_halt(struct node *n);
