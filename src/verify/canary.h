/* canary.h - O5: the records that came out against those that had to, bit for bit.
 *
 * What cannot be known before a run, the record's number and the sensor's key, is taken out of both; then
 * each canonical line must be met exactly as often as it is expected. Canaries are small: 256 MiB of lines at
 * the most, more is an error.
 */
#pragma once

#include "verify/finding.h"

#include "core/err.h"

[[nodiscard]] bool canary_compare(const char *dir, const char *expected, struct findings *found,
                                  struct err *e);
/* No file of the folder may hold a line of the markers file. In channel own a path, and with it the marker that
 * begins with "query", may be kept. */
[[nodiscard]] bool canary_markers(const char *dir, const char *markers, bool own,
                                  struct findings *found, struct err *e);
