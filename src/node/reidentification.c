/* reidentification.c - see reidentification.h. */
#include "node/reidentification.h"

#include "law/reidentification.h"
#include "node/node_private.h"

static bool decide(struct node_command *c, struct journal_tx *tx, struct err *e)
{
    struct node_reidentification *r = (struct node_reidentification *)c;
    struct entry entry;
    if (!node_append(c, tx,
                     &(struct entry_text){.kind = KIND_PSEUDONYM_RESOLVED, .payload = r->record},
                     &entry, e))
        return false;
    r->seq = entry.seq;
    return true;
}

bool node_reidentification(struct node *n, struct arena *a, struct node_reidentification *r,
                           struct err *e)
{
    struct reidentification act;
    r->command.decide = decide;
    return (reidentification_read(a, r->record, &act, e) || err_wrap(e, "record")) &&
           node_run(n, &r->command, e);
}
