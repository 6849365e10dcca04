/* warninglist_private.h - the entries every node has from the start. */
#pragma once

#include "core/str.h"

enum builtin_kind {
    BUILTIN_WHOLE, /* the name and everything below belong to one well-known owner; or an address */
    BUILTIN_ALONE, /* that name alone: strangers may hold names below it (hosting) */
};

struct builtin_list {
    struct str why;
    enum builtin_kind kind;
    const char *const *entries; /* ends with NULL */
};

/* NULL past the last. */
const struct builtin_list *builtin_list(size_t at);
