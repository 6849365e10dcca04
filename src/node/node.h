/* node.h - one organisation's node: its journal, read model, keys, clock and configuration.
 *
 * Why one handle: the API, links, jobs and commands all work on the same node, and none of them on
 * anything else. What may be asked of it is in the headers beside this one (directory.h, intel.h,
 * sighting.h, warning.h, link.h, selectors.h, situation.h, oversight.h); what may leave it passes
 * release/gate.h inside them.
 *
 *     struct node *n = NULL;
 *     if (!node_open(&(struct node_options){.dir = dir, .clock = clock_real()}, &n, e))
 *         return false;       // before any thread is made: the key process is forked here
 *     ...
 *     node_close(&n);
 *
 * Files under the folder: node.json (who we are), journal.db, model.db, keys/ (node.key, payload.key,
 * keys.db, tls.key, tls.crt, stream.key, admin.key, links/), out/ (what resolvers and firewalls
 * read), run/ (pid, url), lock.
 *
 * Changes are commands: a struct that begins with `struct node_command`, whose `decide` runs on the
 * writer thread. node_run waits until it is durable, unless `done` is set: then it returns at once
 * and `done` is called on the writer's thread, which must not wait.
 *
 * Threads: every function may be called from any thread, node_open and node_close from the first.
 */
#pragma once

#include "core/arena.h"
#include "core/cleared.h"
#include "core/json.h"
#include "core/keys.h"
#include "core/time.h"
#include "release/gate.h"

struct node;
struct db;
struct journal_tx;
struct stream_hub;

/* Who this node speaks for; fixed at init. Texts live as long as the node. */
struct node_self {
    struct str org;                         /* UUID */
    struct str origin;                      /* name of its log: "hinomi/<org>", or a successor's */
    struct str realm;                       /* "live" or "exercise--<uuid>" */
    struct str role, name, sector, country; /* as registered first */
    struct str listen;                      /* "127.0.0.1:0" */
    struct key_public key;
};

struct node_options {
    const char *dir;
    struct clock *clock;
    bool offline; /* no links, no jobs, no published files: for rebuild and backup */
};

[[nodiscard]] bool node_open(const struct node_options *o, struct node **ret, struct err *e);
/* Starts what acts by itself: links, jobs, files. After node_open, when the API listens. */
[[nodiscard]] bool node_start(struct node *n, struct err *e);
/* Ends the threads of node_start; commands still work. Before the HTTP server is stopped. */
void node_halt(struct node *n);
void node_close(struct node **at);

const struct node_self *node_self(const struct node *n);
struct clock *node_clock(struct node *n);
const char *node_dir(const struct node *n);
bool node_healthy(struct node *n);

struct node_command {
    struct node *node;
    struct str actor, org; /* who asks: IDs of the directory; empty: the node itself */
    bool (*decide)(struct node_command *c, struct journal_tx *tx, struct err *e);
    void (*done)(struct node_command *c, bool ok, const struct err *e); /* NULL: node_run waits */
    void *ctx;                                                          /* for done */
};
[[nodiscard]] bool node_run(struct node *n, struct node_command *c, struct err *e);

/* A connection to the read model, for one reader at a time; give it back on every path. */
[[nodiscard]] struct db *node_read(struct node *n, struct err *e);
void node_read_end(struct node *n, struct db *db);

/* Streams: link items for other nodes, selectors for own sensors, news for own screens. */
enum node_stream { NODE_ITEMS, NODE_SELECTORS, NODE_SITUATION, NODE_STREAM_COUNT };
struct stream_hub *node_hub(struct node *n, enum node_stream which);
/* The class in which this organisation's own machines follow streams. */
struct str node_own_class(const struct node *n);
/* How an organisation of the directory is seen by the gate, as a node (no person). */
[[nodiscard]] bool node_reader_of(struct node *n, struct db *db, struct arena *a, struct str org,
                                  struct reader *ret, struct err *e);
/* The gate's policy: home country and partners, from the policy in force. In the arena. */
[[nodiscard]] bool node_gate_policy(struct node *n, struct db *db, struct arena *a,
                                    struct gate_policy *ret, struct err *e);

/* A page of a list that is asked for: `cursor` is empty for the first; the answer carries the next. */
struct node_page {
    struct str cursor;
    int64_t most;
};
/* An answer that can be asked for again: the cleared bytes and their ETag, with its quotes. */
struct node_answer {
    const struct cleared *bytes;
    struct str etag;
};

/* Somebody read what concerns others: kept, and written as one admin.read a second. */
void node_note_read(struct node *n, struct str actor, struct str org, const char *what);
