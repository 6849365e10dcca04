/* expect: invalid application of 'sizeof' to incomplete type */
#include "core/cleared.h"

struct cleared *leak(void);
struct cleared *leak(void)
{
    return malloc(sizeof(struct cleared));
}
