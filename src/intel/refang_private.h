/* refang_private.h - the halves of refang() that normalise.c needs apart, to spare plain values a copy. */
#pragma once

#include "intel/normalise.h"

/* Without spaces, quotes and trailing commas around it. `exact`: a value of a feed that says what it
 * is; quotes and commas at its end go only when something stood before it too, for a URL may end so. */
struct str unwrap(struct str s, bool exact);
bool has_fangs(struct str s);
struct str pull_fangs(struct str s, char out[REFANG_MAX]);
