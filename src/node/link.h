/* link.h - items from other nodes, taken into the journal; and who those nodes are.
 *
 * Items of one call share one command: each is judged at the head of the journal by the rules of
 * exchange/link_rule.h, and what is taken becomes an entry whose payload is the signed line, as it
 * came. A gap ends the batch: what came before it stays, and the answer says which number was taken
 * last, so that the sender asks itself what is missing.
 */
#pragma once

#include "exchange/link_rule.h"
#include "node/node.h"

enum { NODE_ITEMS_MAX = 256 }; /* in one call */

struct node_items {
    struct node_command command;
    struct str peer; /* the organisation that speaks */
    struct str text; /* lines */
    /* results */
    size_t taken, repeated, refused;
    int64_t number; /* the last one taken from this peer */
    bool gap;
    enum link_verdict worst;
    /* for the command's own use */
    struct link_item *items;
    struct str *lines;
    size_t count;
    struct arena *memory;
};
/* ERR_DENIED when a signature is not the peer's, or it may not say what it says. */
[[nodiscard]] bool node_take_items(struct node *n, struct arena *a, struct node_items *items,
                                   struct err *e);

/* How far a peer's items have been taken: {"class","number"}; for that peer. */
[[nodiscard]] bool node_peer_clear(struct node *n, struct arena *a, const struct release *to,
                                   const struct cleared **ret, struct err *e);

struct node_link_add {
    struct node_command command;
    struct str url, pin, key, token, direction, org, name, sector, country, role;
    char id[40];
};
/* `token`: the bearer key itself; it is kept in a file of mode 0600 under keys/links. The peer is
 * registered in the directory when it is not there. Takes effect at once. */
[[nodiscard]] bool node_link_add(struct node *n, struct node_link_add *add, struct err *e);
[[nodiscard]] bool node_links_clear(struct node *n, struct arena *a, const struct release *to,
                                    const struct cleared **ret, struct err *e);
