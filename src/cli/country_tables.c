/* country_tables.c - see country_tables.h. */
#include "cli/country_tables.h"

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

static const char *const names[GEO_TABLES_MAX] = {"geo-whois-asn-country.mmdb",
                                                  "iptoasn-country.mmdb"};

static bool folder_has(struct arena *a, struct str folder, const char *ret_paths[GEO_TABLES_MAX])
{
    for (size_t i = 0; i < GEO_TABLES_MAX; i++) {
        struct str path = arena_fmt(a, STR_FMT "/%s", STR_ARG(folder), names[i]);
        if (!path.ptr || access(path.ptr, R_OK) != 0)
            return false;
        ret_paths[i] = path.ptr;
    }
    return true;
}

/* The folder of the program and "/geo". */
static struct str beside_program(struct arena *a)
{
    char path[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path);
    while (n > 0 && path[n - 1] != '/')
        n--;
    return n > 0 ? arena_fmt(a, "%.*sgeo", (int)n, path) : STR_NONE;
}

size_t country_tables_find(struct arena *a, const struct opt_list *given,
                           const char *ret_paths[GEO_TABLES_MAX])
{
    const char *named = getenv("HINOMI_GEO");
    size_t count = given->count < GEO_TABLES_MAX ? given->count : GEO_TABLES_MAX;
    for (size_t i = 0; i < count; i++)
        ret_paths[i] = given->items[i];
    if (count)
        return count;
    const struct str folders[] = {{named, named ? strlen(named) : 0},
                                  S(COUNTRY_TABLES_INSTALLED),
                                  beside_program(a)};
    for (size_t i = 0; i < COUNT(folders); i++)
        if (folders[i].len && folder_has(a, folders[i], ret_paths))
            return GEO_TABLES_MAX;
    return 0;
}
