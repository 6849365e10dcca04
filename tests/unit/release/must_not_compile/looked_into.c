/* expect: invalid use of undefined type */
#include "core/cleared.h"

struct str leak(const struct cleared *c);
struct str leak(const struct cleared *c)
{
    return c->bytes;
}
