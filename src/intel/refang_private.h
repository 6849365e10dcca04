/* refang_private.h - the halves of refang() that normalise.c needs apart, to spare plain values a copy. */
#pragma once

#include "core/str.h"

struct str unwrap(struct str s); /* without spaces, quotes and trailing commas around it */
bool has_fangs(struct str s);
