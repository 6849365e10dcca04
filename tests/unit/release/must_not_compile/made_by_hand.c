/* expect: has initializer but incomplete type */
#include "core/cleared.h"

void leak(void);
void leak(void)
{
    struct cleared forged = {0};
    (void)forged;
}
