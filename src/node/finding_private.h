/* finding_private.h - a bundle read as the row that it becomes: once when it is taken, once when it is
 * applied, by the same rules. */
#pragma once

#include "core/json.h"
#include "store/finding.h"

/* Texts point into the bundle or lie in `a`. org, seq and received are not set. ERR_INVALID says what is
 * wrong with it. */
[[nodiscard]] bool finding_read(struct arena *a, const struct json *bundle, struct finding_row *ret,
                                struct err *e);
