/* columns_private.h - tables with a head: what each column says about an indicator. For CSV and Zeek. */
#pragma once

#include "intel/formats/reader_private.h"

enum { COLUMNS_MAX = 64 };

enum role {
    ROLE_NONE,
    ROLE_VALUE, /* the indicator; its type by ROLE_TYPE or by shape */
    ROLE_TYPE,
    ROLE_TYPED, /* an indicator whose type is the column's */
    ROLE_CONFIDENCE,
    ROLE_TLP,
    ROLE_FROM,
    ROLE_UNTIL,
    ROLE_COMMENT,
    ROLE_THREAT,
    ROLE_LABEL,
    ROLE_ID,
    ROLE_SOURCE,
};

struct columns {
    struct {
        enum role role;
        enum claim claim; /* of ROLE_TYPED */
    } at[COLUMNS_MAX];
    size_t count;
    bool has_value, has_typed;
};

/* False when no name in the head is one that an indicator could stand under. */
bool columns_of_head(const struct str *cells, size_t count, struct columns *ret);
/* One row: counted, and what is in it handed on. */
bool columns_row(struct feed *f, const struct columns *c, const struct str *cells, size_t count,
                 uint64_t place);
