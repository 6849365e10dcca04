/* schema.c - every table of the read model in one place, so that they can be read together. */
#include "store/schema.h"

const char store_sql_directory[] =
    "CREATE TABLE org(id TEXT PRIMARY KEY, name TEXT NOT NULL, sector TEXT NOT NULL,"
    " country TEXT NOT NULL, role TEXT NOT NULL, key TEXT NOT NULL, own INTEGER NOT NULL,"
    " version INTEGER NOT NULL, added INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE constituency(org TEXT NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL,"
    " PRIMARY KEY(org, kind, value)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE person(id TEXT PRIMARY KEY, org TEXT NOT NULL, name TEXT NOT NULL,"
    " added INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE api_key(id TEXT PRIMARY KEY, org TEXT NOT NULL, person TEXT NOT NULL,"
    " name TEXT NOT NULL, hash BLOB NOT NULL UNIQUE, scopes INTEGER NOT NULL,"
    " expires INTEGER NOT NULL, revoked INTEGER NOT NULL, added INTEGER NOT NULL)"
    " STRICT, WITHOUT ROWID;"
    "CREATE TABLE link(id TEXT PRIMARY KEY, direction TEXT NOT NULL, url TEXT NOT NULL,"
    " pin TEXT NOT NULL, key TEXT NOT NULL, org TEXT NOT NULL, token TEXT NOT NULL,"
    " added INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE policy(name TEXT PRIMARY KEY, seq INTEGER NOT NULL, body TEXT NOT NULL)"
    " STRICT, WITHOUT ROWID;"
    "CREATE TABLE answered(request TEXT PRIMARY KEY, object TEXT NOT NULL, seq INTEGER NOT NULL)"
    " STRICT, WITHOUT ROWID;";

/* An observable once; what each source says of it beside it. `hash` finds the observable: an index of
 * whole numbers is a third of one over the text. */
const char store_sql_intel[] =
    "CREATE TABLE source(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, grade TEXT NOT NULL,"
    " tlp INTEGER NOT NULL, org TEXT NOT NULL) STRICT;"
    "CREATE TABLE label(id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;"
    "CREATE TABLE import(id TEXT PRIMARY KEY, seq INTEGER NOT NULL, source INTEGER NOT NULL,"
    " format TEXT NOT NULL, at INTEGER NOT NULL, bytes INTEGER NOT NULL,"
    " items INTEGER NOT NULL, usable INTEGER NOT NULL, kept INTEGER NOT NULL,"
    " refused INTEGER NOT NULL, fresh INTEGER NOT NULL) STRICT;"
    "CREATE TABLE observable(id INTEGER PRIMARY KEY, hash INTEGER NOT NULL UNIQUE,"
    " kind INTEGER NOT NULL, value TEXT NOT NULL) STRICT;"
    "CREATE TABLE claim(observable INTEGER NOT NULL, source INTEGER NOT NULL,"
    " threat INTEGER NOT NULL, class INTEGER NOT NULL, confidence INTEGER NOT NULL,"
    " tlp INTEGER NOT NULL, said INTEGER NOT NULL, valid_until INTEGER NOT NULL,"
    " PRIMARY KEY(observable, source)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE selector_change(generation INTEGER NOT NULL, item INTEGER NOT NULL,"
    " withdraw INTEGER NOT NULL, kind INTEGER NOT NULL, value TEXT NOT NULL,"
    " action INTEGER NOT NULL, confidence INTEGER NOT NULL, valid_until INTEGER NOT NULL,"
    " threat TEXT NOT NULL, source TEXT NOT NULL, PRIMARY KEY(generation, item))"
    " STRICT, WITHOUT ROWID;"
    "CREATE TABLE counter(name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;";

const char store_sql_sighting[] =
    "CREATE TABLE sighting(id TEXT PRIMARY KEY, seq INTEGER NOT NULL, org TEXT NOT NULL,"
    " hash INTEGER NOT NULL, kind INTEGER NOT NULL, value TEXT NOT NULL, at INTEGER NOT NULL,"
    " received INTEGER NOT NULL, count INTEGER NOT NULL, place TEXT NOT NULL,"
    " community_id TEXT NOT NULL, flow TEXT NOT NULL) STRICT;"
    "CREATE INDEX sighting_by_selector ON sighting(hash, received);"
    "CREATE INDEX sighting_by_seq ON sighting(seq);";

const char store_sql_finding[] =
    "CREATE TABLE finding(id TEXT PRIMARY KEY, seq INTEGER NOT NULL, org TEXT NOT NULL,"
    " sensor TEXT NOT NULL, detector TEXT NOT NULL, technique TEXT NOT NULL, host TEXT NOT NULL,"
    " peer TEXT NOT NULL, name TEXT NOT NULL, score INTEGER NOT NULL, first INTEGER NOT NULL,"
    " last INTEGER NOT NULL, count INTEGER NOT NULL, features TEXT NOT NULL,"
    " sentence_en TEXT NOT NULL, sentence_ja TEXT NOT NULL, received INTEGER NOT NULL) STRICT;";

const char store_sql_warning[] =
    "CREATE TABLE warning(id TEXT PRIMARY KEY, seq INTEGER NOT NULL, version INTEGER NOT NULL,"
    " origin TEXT NOT NULL, issuer TEXT NOT NULL, hash INTEGER NOT NULL, kind INTEGER NOT NULL,"
    " value TEXT NOT NULL, class INTEGER NOT NULL, threat TEXT NOT NULL,"
    " confidence INTEGER NOT NULL, tlp INTEGER NOT NULL, source TEXT NOT NULL, why TEXT NOT NULL,"
    " seen INTEGER NOT NULL, sighted INTEGER NOT NULL, issued INTEGER NOT NULL,"
    " received INTEGER NOT NULL, valid_until INTEGER NOT NULL, withdrawn INTEGER NOT NULL,"
    " reason TEXT NOT NULL, action INTEGER NOT NULL, automatic INTEGER NOT NULL,"
    " path TEXT NOT NULL, sightings INTEGER NOT NULL) STRICT;"
    "CREATE INDEX warning_by_selector ON warning(hash);"
    "CREATE INDEX warning_by_seq ON warning(seq);"
    "CREATE TABLE receipt(warning TEXT NOT NULL, org TEXT NOT NULL, step TEXT NOT NULL,"
    " at INTEGER NOT NULL, recorded INTEGER NOT NULL, action TEXT NOT NULL,"
    " PRIMARY KEY(warning, org, step)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE block(warning TEXT PRIMARY KEY, kind INTEGER NOT NULL, value TEXT NOT NULL,"
    " added INTEGER NOT NULL, until INTEGER NOT NULL, state TEXT NOT NULL, why TEXT NOT NULL)"
    " STRICT, WITHOUT ROWID;"
    "CREATE INDEX block_by_state ON block(state, added);";

/* What leaves: one dense log a class of reader; bytes that classes share are kept once. */
const char store_sql_release[] =
    "CREATE TABLE release_class(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,"
    " org TEXT NOT NULL, number INTEGER NOT NULL, chain BLOB NOT NULL) STRICT;"
    "CREATE TABLE release_bytes(id INTEGER PRIMARY KEY, kind TEXT NOT NULL, object TEXT NOT NULL,"
    " version INTEGER NOT NULL, origin TEXT NOT NULL, statement TEXT NOT NULL,"
    " path TEXT NOT NULL, tlp INTEGER NOT NULL, originator TEXT NOT NULL,"
    " recipient TEXT NOT NULL, at INTEGER NOT NULL, revoked INTEGER NOT NULL,"
    " body TEXT NOT NULL) STRICT;"
    "CREATE TABLE release_log(class INTEGER NOT NULL, number INTEGER NOT NULL,"
    " bytes INTEGER NOT NULL, decision TEXT NOT NULL, previous BLOB NOT NULL,"
    " PRIMARY KEY(class, number)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE withheld(object TEXT NOT NULL, org TEXT NOT NULL, reason TEXT NOT NULL,"
    " PRIMARY KEY(object, org)) STRICT, WITHOUT ROWID;";

/* What came in over links, by the organisation that sent it and by the log that first said it. */
const char store_sql_peer[] =
    "CREATE TABLE peer(org TEXT PRIMARY KEY, class TEXT NOT NULL, number INTEGER NOT NULL,"
    " chain BLOB NOT NULL, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE seen(origin TEXT NOT NULL, object TEXT NOT NULL, version INTEGER NOT NULL,"
    " revoked INTEGER NOT NULL, PRIMARY KEY(origin, object)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE cosigned(origin TEXT NOT NULL, size INTEGER NOT NULL, witness TEXT NOT NULL,"
    " at INTEGER NOT NULL, note TEXT NOT NULL, PRIMARY KEY(origin, size, witness))"
    " STRICT, WITHOUT ROWID;";

bool store_create(struct db *db, struct err *e)
{
    const char *const all[] = {store_sql_directory, store_sql_intel,   store_sql_sighting,
                               store_sql_finding,   store_sql_warning, store_sql_release,
                               store_sql_peer};
    for (size_t i = 0; i < COUNT(all); i++)
        if (!db_exec(db, all[i], e))
            return err_wrap(e, "tables of the read model");
    return true;
}
