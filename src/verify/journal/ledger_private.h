/* ledger_private.h - a journal's export while it is checked. See ledger.h. */
#pragma once

#include "verify/form.h"
#include "verify/ledger.h"

enum { LEDGER_KEYS = 64, LEDGER_KEPT = 64 };

struct ledger_id {
    uint8_t hash[16];
    int64_t line;
};

struct ledger_kept {
    const char *path;
    struct mark mark;
    bool reached, same; /* the tree had that size; its root then is the signed one */
};

struct ledger_held { /* an entry that somebody else kept: its leaf, and whether it was met */
    struct tree_hash leaf;
    const char *path;
    int64_t line;
    bool met;
};

struct ledger {
    const struct ledger_options *options;
    struct findings *found;
    struct arena *memory;
    struct ledger_totals totals;
    struct mark_key keys[LEDGER_KEYS];
    size_t key_count;
    struct mark mark;
    bool reached, same;
    struct ledger_kept kept[LEDGER_KEPT + 1];
    size_t kept_count;
    const struct ledger_kept *cosigned; /* NULL: none was written */
    VEC(struct ledger_held) held;       /* by leaf */
    VEC(struct ledger_id) ids;
    struct tree tree;
    int64_t base, logged;
};

[[nodiscard]] bool ledger_keys(struct ledger *l, struct err *e);
[[nodiscard]] bool ledger_kept_read(struct ledger *l, struct err *e);
[[nodiscard]] bool ledger_held_read(struct ledger *l, struct err *e);
void ledger_held(struct ledger *l, struct str line); /* marks it as met */
void ledger_held_judge(struct ledger *l);
/* By one of the log's keys; O1-01 is added where not. */
enum mark_answer ledger_log_signed(struct ledger *l, const struct mark *m, const char *file);
/* Each witness asked for cosigned the checkpoint, or the older one that was written beside it for that. */
void ledger_witnesses(struct ledger *l);
/* cosigned.txt, if there is one, becomes one of the kept: it must fit the tree too. */
[[nodiscard]] bool ledger_cosigned_read(struct ledger *l, struct err *e);
