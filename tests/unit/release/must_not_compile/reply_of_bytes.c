/* expect: incompatible pointer type */
#include "http/route.h"

bool leak(struct http_call *c, struct err *e);
bool leak(struct http_call *c, struct err *e)
{
    static const char secret[] = "everything";
    (void)e;
    c->reply = secret;
    return true;
}
