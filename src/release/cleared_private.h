/* cleared_private.h - how gate.c and gate_list.c make what everybody else can only carry. */
#pragma once

#include "release/gate.h"

/* `bytes` and the reader's text must live in `a`, or as long. NULL at the arena's limit. */
const struct cleared *cleared_make(struct arena *a, const struct release *to,
                                   enum reader_scope scope, struct str bytes);
