/* link_rule.h - whether a node takes an item: the rules of docs/design.md ("Links") as one pure function.
 *
 * Why pure: the receiver asks its read model what it knows, puts the answers in a struct, and gets a
 * verdict. Every rule is then a row of a table in a test, and the writer thread decides at the head of
 * the journal without looking anywhere else.
 *
 *   forged     the item is not from the peer whose key signed it, not for us, or speaks for an
 *              origin the peer may not relay: only an upstream peer passes on what others said
 *   loop       we are on its path, or it comes back to its origin
 *   restart    another class than the one followed so far, from number 1: numbers begin anew
 *   gap        its number is not the next one, or its chain value does not fit: ask again
 *   duplicate  we have this (origin, statement, version) or a later one, or its number passed: its
 *              number is taken note of, nothing else happens
 *   dead       the object was revoked before, whatever the order of arrival
 *   take       all is well
 */
#pragma once

#include "exchange/link_item.h"

enum link_verdict {
    LINK_TAKE,
    LINK_DUPLICATE,
    LINK_DEAD,
    LINK_GAP,
    LINK_LOOP,
    LINK_FORGED,
};

struct link_view {
    struct str own;             /* our organisation */
    struct str peer;            /* the organisation whose key signed it */
    bool peer_relays;           /* the peer is upstream: it may pass on what others said */
    struct str class_known;     /* the class followed so far; empty before the first item */
    int64_t number;             /* last number taken from this peer in that class; 0: none */
    uint8_t chain[SHA256_SIZE]; /* chain value of that item; zeros before the first */
    int64_t seen_version;       /* highest version of the object already taken; 0: none */
    bool revoked_before;        /* a revocation of this object was taken */
};

enum link_verdict link_judge(const struct link_item *item, const struct link_view *view);
const char *link_verdict_text(enum link_verdict verdict); /* a sentence for logs and replies */
