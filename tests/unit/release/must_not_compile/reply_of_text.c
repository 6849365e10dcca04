/* expect: incompatible types when assigning to type 'const struct cleared \*' from type 'struct str' */
#include "http/route.h"

bool leak(struct http_call *c, struct err *e);
bool leak(struct http_call *c, struct err *e)
{
    (void)e;
    c->reply = S("everything");
    return true;
}
