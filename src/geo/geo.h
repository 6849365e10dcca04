/* geo.h - the country of an address, by one or two MaxMind DB tables (libmaxminddb).
 *
 * Why two: the statutory channels act on the direction of a flow, and a flow of unknown direction must
 * be discarded (docs/design.md). Two tables of different makers must agree, else the country is
 * unknown. A seal names the hash and the build date of each table.
 *
 * Country: ISO 3166-1 alpha-2, upper case ("XK" is taken too); anything else a table says is unknown.
 * Read as "country"."iso_code" (MaxMind) or "country_code" (ip-location-db).
 * Addresses: 16 bytes, IPv4 as ::ffff:a.b.c.d.
 *
 * Hostile files: a table is copied into sealed memory, so that what was hashed is what is read and
 * nobody can cut it short under us; every node and every data record is checked once at opening,
 * and a table with one bad record is refused. A lookup then decodes nothing.
 *
 * Opening wants /proc (the sealed copy is handed to libmaxminddb by name); looking up wants nothing.
 *
 * Threads: a struct geo never changes; any number may look up at once.
 *
 *     AUTO(geo_drop) struct geo *geo = NULL;
 *     if (!geo_open((const char *[]){"a.mmdb", "b.mmdb"}, 2, &geo, e))
 *         return err_wrap(e, "country table");
 *     struct country c = geo_country(geo, address);
 */
#pragma once

#include "core/digest.h"
#include "core/err.h"
#include "core/str.h"

enum { GEO_TABLES_MAX = 2, GEO_FILE_MAX = 256 << 20, GEO_TYPE_MAX = 64 };

struct geo;

struct country {
    char code[3];  /* "JP", NUL-terminated; "" when unknown */
    bool disputed; /* the tables name two countries (or one names none): unknown for that reason */
};

struct geo_table {               /* for seals */
    uint8_t sha256[SHA256_SIZE]; /* of the file */
    int64_t built;               /* microseconds since 1970 */
    char type[GEO_TYPE_MAX];     /* as the file calls itself; printable, cut to fit */
    uint32_t nodes;
};

/* ERR_INVALID: not a sound country table (the reason says where); ERR_NOT_FOUND, ERR_IO, ERR_LIMIT. */
[[nodiscard]] bool geo_open(const char *const *paths, size_t count, struct geo **ret_geo,
                            struct err *e);
void geo_close(struct geo *g);
void geo_drop(struct geo **g); /* for AUTO(geo_drop) */

struct country geo_country(const struct geo *g, const uint8_t address[16]);

size_t geo_table_count(const struct geo *g);
const struct geo_table *geo_table(const struct geo *g, size_t i);

/* Is this one of the 249 codes of ISO 3166-1, or XK? */
bool country_code_valid(struct str code);
