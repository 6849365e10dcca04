/* chain_private.h - what the files of the chain share. See chain.h. */
#pragma once

#include "verify/chain.h"

/* False, with O6-02 added, when a member is missing or of the wrong kind. */
bool seal_read_line(struct chain *c, struct arena *memory, struct str line, int64_t number,
                    struct seal *ret);
/* Does the seal add up by itself? */
void seal_books(struct chain *c, const struct seal *s, int64_t line);
