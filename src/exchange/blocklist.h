/* blocklist.h - what this organisation's resolver and firewall refuse, and the guards in front of it.
 *
 * Why guards: a block list is a loaded weapon. A poisoned feed that names a top site, a DNS root or
 * our own network must do no harm, whoever signed it. So every entry passes the same checks, each
 * entry ends by itself, and one withdrawal takes it out of every file.
 *
 *     struct blocklist *b = blocklist_new(&settings);
 *     enum block_verdict v = blocklist_add(b, &entry, now, &why);
 *     if (v == BLOCK_TAKEN)
 *         rpz_write(b, S("rpz.hinomi"), serial, &zone), nftables_write(b, now, &ruleset);
 *
 * Time: microseconds, UTC; never read here, always given. Threads: one owner at a time.
 * Memory: the list copies what it is given; entries are at most BLOCKLIST_MOST.
 */
#pragma once

#include "core/buf.h"
#include "core/err.h"
#include "core/selector.h"
#include "intel/warninglist.h"

struct blocklist;

enum { BLOCKLIST_MOST = 1000 * 1000, BLOCKLIST_ID_MAX = 64 };

/* name, sentence. The sentence follows the selector: "198.51.100.0/22: wider than /24 or /48". */
#define BLOCK_VERDICT_MAP(X)                                                                       \
    X(TAKEN, "taken")                                                                              \
    X(NO_USE, "no resolver or firewall can use this kind of selector")                             \
    X(OWN_SPACE, "lies in this organisation's own space, or holds it")                             \
    X(NEVER_BLOCK, "stands on a never-block list")                                                 \
    X(TOO_WIDE, "wider than /24 (IPv4) or /48 (IPv6)")                                             \
    X(TOO_FAST, "more new entries this hour than the policy allows")                               \
    X(ENDED, "its time to live is over, or has no end")                                            \
    X(FULL, "the list is full")

enum block_verdict {
#define X(name, text) BLOCK_##name,
    BLOCK_VERDICT_MAP(X)
#undef X
        BLOCK_VERDICT_COUNT,
};

struct blocklist_settings {
    const struct selector *own; /* addresses, prefixes and names of this organisation; copied */
    size_t own_count;
    const struct warninglist *never; /* borrowed; outlives the list */
    size_t most_new_an_hour;         /* 0: none may enter at all */
};

struct block_entry {
    struct str id;            /* the warning's id; the key of withdrawal */
    struct selector selector; /* canonical */
    int64_t until;            /* when it ends; must lie ahead */
};

struct blocklist *blocklist_new(const struct blocklist_settings *settings);
void blocklist_drop(struct blocklist **b);

/* *ret_why is a sentence of static text or of the never-block list. An entry with the same id and
 * selector takes the new end and costs nothing of the hourly allowance. */
enum block_verdict blocklist_add(struct blocklist *b, const struct block_entry *entry, int64_t now,
                                 struct str *ret_why);

/* How many entries went. */
size_t blocklist_withdraw(struct blocklist *b, struct str id);
size_t blocklist_expire(struct blocklist *b, int64_t now);

/* When the next entry ends; INT64_MAX when the list is empty. */
int64_t blocklist_next_end(const struct blocklist *b);

size_t blocklist_count(const struct blocklist *b);
/* In canonical order (kind, value), each selector once with its latest end. False past the last. */
bool blocklist_each(const struct blocklist *b, size_t *at, struct block_entry *ret_entry);

const char *block_verdict_name(enum block_verdict v);
const char *block_verdict_text(enum block_verdict v);
