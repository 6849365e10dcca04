/* gate_list.h - a page of many items, each of which passes the gate by itself.
 *
 * Why: a list is where leaks happen, by an item too many, by a total that counts what was withheld, by a
 * hole in the numbering. The list takes whole items and their labels, keeps what passes, and tells its
 * reader nothing of the rest; the counts are for the node's own log.
 *
 *     struct gate_list *l = gate_list_new(c->memory, &to, &GATE_LIST_JSON("{\"objects\":[", 1 << 22));
 *     while (next(&row))
 *         if (!gate_list_add(l, &row.item, NULL))
 *             break; // full: the cursor goes here
 *     return gate_list_end(l, S("]}"), &c->reply, e);
 */
#pragma once

#include "release/gate.h"

struct gate_list;

struct gate_list_shape {
    struct str head, between;
    size_t limit; /* bytes of the whole page */
};

#define GATE_LIST_JSON(head_literal, limit_bytes)                                                  \
    ((struct gate_list_shape){.head = S_(head_literal), .between = S_(","), .limit = (limit_bytes)})
#define GATE_LIST_LINES(limit_bytes)                                                               \
    ((struct gate_list_shape){.between = S_("\n"), .limit = (limit_bytes)})

struct gate_list_counts {
    size_t shown, redacted, withheld;
    size_t withheld_for[GATE_REASON_COUNT];
};

/* Lives in the arena, as do the bytes. NULL at the arena's limit: the calls below take it, and the last one
 * says so. */
struct gate_list *gate_list_new(struct arena *a, const struct release *to,
                                const struct gate_list_shape *shape);

/* False only when the item would pass but has no room left: it was not added, and the page ends before it.
 * Withheld items return true. `ret` may be NULL. */
[[nodiscard]] bool gate_list_add(struct gate_list *l, const struct gate_item *item,
                                 struct gate_decision *ret);

struct gate_list_counts gate_list_counts(const struct gate_list *l);

/* `tail` closes the page: brackets and the cursor, nothing of any item. A page of nothing is a page.
 * ERR_LIMIT when the head alone passed the limit, or the arena's was reached. */
[[nodiscard]] bool gate_list_end(struct gate_list *l, struct str tail, const struct cleared **ret,
                                 struct err *e);
