/* upkeep.h - a node's folder while no node runs on it: rebuild, restore, recover; and a backup, any time.
 *
 * A backup is two files: OUT, the journal, and OUT.json, which says whose it is. It holds no key: what
 * was promised to be erasable stays erasable. Keys are kept apart, by people; restore takes them from
 * the folder that is named.
 */
#pragma once

#include "core/err.h"
#include "core/str.h"
#include "core/time.h"

/* Throws the read model away and makes it anew. ERR_CONFLICT while a node runs. */
[[nodiscard]] bool node_rebuild(const char *dir, struct clock *clock, struct err *e);
[[nodiscard]] bool node_backup(const char *dir, const char *out, struct err *e);
/* `keys`: a copy of the folder keys/. ERR_CONFLICT when `dir` holds a node. */
[[nodiscard]] bool node_restore(const char *from, const char *keys, const char *dir, struct err *e);
/* The log in `dir` is behind `note`, a checkpoint of it that a witness cosigned: it gets a successor.
 * *ret_origin (64 bytes at least) is the new log's name. */
enum { NODE_ORIGIN_SIZE = 96 };
[[nodiscard]] bool node_recover(const char *dir, struct str note, struct clock *clock,
                                char ret_origin[NODE_ORIGIN_SIZE], struct err *e);
