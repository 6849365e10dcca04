/* publish.c - see publish.h. */
#include "exchange/publish.h"

#include "core/io.h"

bool publish_file(const char *path, const struct cleared *bytes, struct str equipment,
                  struct err *e)
{
    struct str content = cleared_bytes(bytes, equipment);
    if (!content.len)
        return err_set(e, ERR_DENIED, "%s: not cleared for '" STR_FMT "'", path,
                       STR_ARG(equipment));
    return file_swap(path, content, 0644, e);
}
