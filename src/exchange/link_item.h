/* link_item.h - what travels between two nodes: one released object, numbered, chained and signed.
 *
 * Why: nodes do not trust each other's memory. An item says who released what to whom, under which
 * decision of which gate, as which number of the reader's class; it carries the hash of the item
 * before it, so that a gap or a change of the past shows; and it is signed by the node that sends it
 * (docs/design.md, "Links"). Whether a node takes an item is decided by exchange/link_rule.h.
 *
 * On the wire, one line of canonical JSON (RFC 8785), at most LINK_ITEM_MAX bytes:
 *
 *     {"item":{"body":{…},"class":"…","decision":"…","from":ORG,"kind":"warning","number":7,
 *              "object":ID,"origin":"hinomi/ORG","path":[ORG,…],"previous":HEX,"released":TIME,
 *              "revoked":false,"statement":UUID,"to":ORG,"v":1,"version":1},
 *      "sig":"BASE64"}
 *
 * The signature is over "hinomi link item v1", a zero byte and the SHA-256 of the canonical text of
 * "item" (so that the process which holds the key need not be sent half a mebibyte). `path`
 * names the organisations whose nodes the item has been on, the origin's first and the sender's
 * last. The body is the released bytes, which must be one JSON value.
 *
 *     struct link_item item;
 *     if (!link_item_read(&memory, line, &item, e) || !link_item_signed_by(&item, &peer_key))
 *         return refuse(...);
 *
 * Ownership: everything in a read item lives in the arena or in the text given. Threads: pure.
 */
#pragma once

#include "core/arena.h"
#include "core/buf.h"
#include "core/digest.h"
#include "core/keys.h"

enum {
    LINK_HOPS_MAX = 4,                         /* organisations on a path (docs/design.md) */
    LINK_ITEM_MAX = 512 * 1024,                /* bytes of one line */
    LINK_BODY_MAX = LINK_ITEM_MAX - 16 * 1024, /* of its body: a release of more is refused */
    LINK_NAME_MAX = 128,                       /* bytes of an id, a decision */
    LINK_CLASS_MAX = 512,                      /* bytes of a class of reader (release/reader.h) */
};

/* name, text on the wire, what the body is */
#define LINK_KIND_MAP(X)                                                                           \
    X(WARNING, "warning", "a warning: selector, class of threat, confidence, validity")            \
    X(WITHDRAWAL, "withdrawal", "a warning is taken back")                                         \
    X(SIGHTING, "sighting", "a member saw a selector")                                             \
    X(RECEIPT, "receipt", "a member heard, wrote or cleared a warning")                            \
    X(INTEL, "intel", "indicators of a graded source")                                             \
    X(INTEL_WITHDRAWAL, "intel-withdrawal", "an indicator is taken back")

enum link_kind {
#define X(name, text, meaning) LINK_##name,
    LINK_KIND_MAP(X)
#undef X
        LINK_KIND_COUNT,
};

struct link_item {
    enum link_kind kind;
    struct str origin;    /* the log in which it was first said: "hinomi/<organisation>" */
    struct str statement; /* its id in that log: with origin, the identity of the item */
    struct str object;    /* what it is about: the id of the warning, sighting, import */
    int64_t version;      /* of the object, from 1 */
    struct str from, to;  /* organisations */
    struct str
        reader_class; /* of the reader, "@", the sender's log: a successor log numbers anew */
    int64_t number;   /* dense in the class, from 1 */
    uint8_t previous[SHA256_SIZE];
    struct str decision; /* the gate's decision id */
    int64_t released;    /* microseconds */
    bool revoked;
    struct str path[LINK_HOPS_MAX];
    size_t path_count;
    struct str body;        /* canonical JSON */
    struct str signed_text; /* canonical text of "item"; set by link_item_read */
    uint8_t signature[KEY_SIGNATURE_SIZE];
};

const char *link_kind_name(enum link_kind kind);
[[nodiscard]] bool link_kind_parse(struct str text, enum link_kind *ret);

/* Who signs: in a node the process that holds its key (journal/signer.h). */
struct link_signer {
    bool (*sign)(void *ctx, struct str context, struct str message,
                 uint8_t ret_signature[KEY_SIGNATURE_SIZE], struct err *e);
    void *ctx;
};

/* Appends the wire line, without a newline, signed. ERR_INVALID when a field is not what
 * the head of this file says, ERR_LIMIT when the line would be too long. */
[[nodiscard]] bool link_item_write(const struct link_item *item, const struct link_signer *signer,
                                   struct buf *out, struct err *e);

/* Reads a line and checks its shape, not its signature. */
[[nodiscard]] bool link_item_read(struct arena *a, struct str line, struct link_item *ret,
                                  struct err *e);

[[nodiscard]] bool link_item_signed_by(const struct link_item *item, const struct key_public *key);

/* The chain value of the item: SHA-256 over its number, names, decision, body and `previous`. It
 * leaves out `to` and the class, so that all readers of a class share one chain, and a successor log
 * (journal/journal.h) goes on with the chain of the one before it. */
void link_item_chain(const struct link_item *item, uint8_t ret_hash[SHA256_SIZE]);

/* True when `organisation` is on the path: the item must not be sent there. */
bool link_item_was_at(const struct link_item *item, struct str organisation);
