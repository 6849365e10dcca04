/* intel.h - indicators into the node, and questions about them.
 *
 * An import is one entry: a line of JSON that says where the bytes came from, a newline, and the exact
 * bytes received. The projection reads them with intel/reader.h; nothing is normalised before it is
 * in the journal, so a better reader improves old feeds in a rebuild.
 *
 * A claim's confidence is the source's own for the indicator, or what its grade's figure stands for,
 * weighed by its grade's letter (intel/grade.h). Unmarked items take the TLP declared with the import.
 */
#pragma once

#include "intel/grade.h"
#include "intel/reader.h"
#include "node/node.h"

enum { NODE_IMPORT_MAX = 16 << 20 };

struct node_import {
    struct node_command command;
    struct str source;  /* 1 to 128 bytes: "abuse-feed" */
    struct grade grade; /* GRADE_UNKNOWN when nobody judged it */
    enum tlp tlp;       /* for items without a label of their own; TLP_UNMARKED: none declared */
    struct str bytes;
    struct str idempotency_key; /* empty: none */
    /* results */
    char id[40];
    int64_t seq;
    bool repeated; /* the same request was answered before */
    struct {
        int64_t items, usable, kept, refused, fresh;
    } count;
    enum intel_format format;
};
[[nodiscard]] bool node_import(struct node *n, struct node_import *import, struct err *e);

struct node_withdraw_intel {
    struct node_command command;
    struct selector selector;
    struct str source; /* empty: every source's claim */
    int64_t dropped;
};
[[nodiscard]] bool node_withdraw_intel(struct node *n, struct node_withdraw_intel *w,
                                       struct err *e);

/* Answers; each passes the gate for `to`. */
[[nodiscard]] bool node_indicator_clear(struct node *n, struct arena *a, const struct release *to,
                                        struct str value, struct node_answer *ret, struct err *e);
[[nodiscard]] bool node_indicators_clear(struct node *n, struct arena *a, const struct release *to,
                                         const struct node_page *page, const struct cleared **ret,
                                         struct err *e);
[[nodiscard]] bool node_imports_clear(struct node *n, struct arena *a, const struct release *to,
                                      const struct cleared **ret, struct err *e);
