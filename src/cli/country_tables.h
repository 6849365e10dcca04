/* country_tables.h - where the two country tables are, when nobody says.
 *
 * The first of these that has both: the folder that HINOMI_GEO names, /usr/share/hinomi/geo, the folder geo beside
 * the program (tools/install-geo fills build/geo). Given ones win, whatever their number.
 *
 *     const char *paths[GEO_TABLES_MAX];
 *     size_t count = country_tables_find(&memory, &args.country, paths);
 *     if (count && !geo_open(paths, count, &geo, e))
 *         return false;
 */
#pragma once

#include "core/opt.h"
#include "geo/geo.h"

#define COUNTRY_TABLES_INSTALLED "/usr/share/hinomi/geo"

/* How many there are: 0 when none is found. More given than GEO_TABLES_MAX: the first ones. */
size_t country_tables_find(struct arena *a, const struct opt_list *given,
                           const char *ret_paths[GEO_TABLES_MAX]);
