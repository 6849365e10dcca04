/* expect: nothing; the same calls, rightly made, so that the refusals beside it prove something. */
#include "http/route.h"
#include "http/stream.h"

bool pass(struct http_call *c, const struct cleared *reply, struct stream_hub *hub, struct err *e);
bool pass(struct http_call *c, const struct cleared *reply, struct stream_hub *hub, struct err *e)
{
    c->reply = reply;
    return stream_publish(hub, S("class"), 1, "event", reply, e);
}
