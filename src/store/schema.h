/* schema.h - the tables of the read model, model.db, as SQL that node/'s projections create.
 *
 * Why a read model: the journal is the truth, but nobody can ask it "who named this address". These
 * tables are a projection of the journal: each row comes from the apply of some entry, so that the
 * whole file can be thrown away and replayed (`hinomi admin rebuild`), with an identical result.
 * Nothing may be written here that did not come out of an entry.
 *
 * The store knows tables and rows, not what they mean: which kind of entry writes what is in node/.
 * Each noun has its header: directory.h (organisations, people, keys, links, policies), intel.h
 * (observables and claims), sighting.h, finding.h, warning.h, block.h, release_log.h, peer.h (what came from
 * each link), change.h (changes of the selector set).
 *
 * Functions that write are called by the writer thread inside its transaction; functions that read
 * take any connection. Text in rows lives in the arena that was given.
 */
#pragma once

#include "db/db.h"

extern const char store_sql_directory[];
extern const char store_sql_intel[];
extern const char store_sql_sighting[];
extern const char store_sql_finding[];
extern const char store_sql_warning[];
extern const char store_sql_release[];
extern const char store_sql_peer[];

/* All of them: for tests of the store alone. */
[[nodiscard]] bool store_create(struct db *db, struct err *e);
