/* publish.h - a block list becomes a file that equipment reads; only what the gate has cleared does.
 *
 * The file is swapped whole (a reader sees the old or the new) and without fsync: after a crash the
 * node writes it anew from its journal.
 */
#pragma once

#include "core/cleared.h"
#include "core/err.h"

/* `equipment` is the reader the bytes were cleared for: the organisation's own resolver, firewall. */
[[nodiscard]] bool publish_file(const char *path, const struct cleared *bytes, struct str equipment,
                                struct err *e);
