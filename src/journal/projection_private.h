/* projection_private.h - the model as the writer drives it. */
#pragma once

#include "db/db.h"
#include "journal/merkle.h"
#include "journal/projection.h"

[[nodiscard]] bool model_begin(struct model *m, struct err *e);
[[nodiscard]] bool model_apply(struct model *m, const struct entry *entry, struct str payload,
                               struct err *e);
/* `leaf`: of the entry `seq`, the last applied one. */
[[nodiscard]] bool model_commit(struct model *m, int64_t seq, const struct merkle_hash *leaf,
                                struct err *e);
