/* list_private.h - rows of a query gathered and handed over to an arena. */
#pragma once

#include "core/vec.h"
#include "db/db.h"

enum { STORE_LIST_MAX = 100000 }; /* rows one call may return */

/* Copies the list into the arena and frees it; false when the arena is full. */
#define STORE_KEEP(list, a, ret, ret_count)                                                        \
    ({                                                                                             \
        __typeof__((list).ptr) kept_ = arena_alloc((a), (list).len + 1, sizeof *(list).ptr);       \
        if (kept_ && (list).len)                                                                   \
            memcpy(kept_, (list).ptr, (list).len * sizeof *(list).ptr);                            \
        *(ret) = kept_;                                                                            \
        *(ret_count) = (list).len;                                                                 \
        vec_drop(&(list));                                                                         \
        kept_ != NULL;                                                                             \
    })

static inline bool store_too_much(struct err *e)
{
    return err_set(e, ERR_LIMIT, "the answer does not fit the memory of this request");
}
