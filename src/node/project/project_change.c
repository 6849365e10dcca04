/* project_change.c - what a selector is to sensors now, after something about it changed. */
#include "node/node_private.h"

#include "index/index.h"
#include "store/change.h"
#include "store/warning.h"

static bool note(struct db *db, struct change_row *row, struct err *e)
{
    row->item = 1;
    return store_generation_next(db, &row->generation, e) && store_change_put(db, row, e);
}

/* A live warning speaks first, then the best claim; with neither, the selector is withdrawn. */
bool selector_changed(struct db *db, const struct selector *s, int64_t now, struct err *e)
{
    struct arena a = ARENA(1 << 20);
    struct warning_row warning = {};
    struct claim_view *claims = NULL;
    size_t count = 0;
    struct change_row row = {.selector = *s, .withdraw = 1};

    bool ok = store_warning_live(db, &a, s, now, &warning, e) &&
              store_claims(db, &a, s, &claims, &count, e);
    for (size_t i = 0; ok && i < count && row.withdraw; i++)
        if (!claims[i].claim.valid_until || claims[i].claim.valid_until > now)
            row = (struct change_row){.selector = *s,
                                      .action = INDEX_ALERT,
                                      .confidence = claims[i].claim.confidence,
                                      .valid_until = claims[i].claim.valid_until,
                                      .threat = claims[i].threat,
                                      .source = claims[i].source};
    if (ok && warning.id.len)
        row = (struct change_row){.selector = *s,
                                  .action = warning.action, /* enum policy_action is index_action */
                                  .confidence = warning.confidence,
                                  .valid_until = warning.valid_until,
                                  .threat = warning.threat,
                                  .source = warning.source};
    ok = ok && note(db, &row, e);
    arena_drop(&a);
    return ok;
}
