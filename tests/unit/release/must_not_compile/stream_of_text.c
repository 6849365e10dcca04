/* expect: incompatible type for argument 5 of 'stream_publish' */
#include "http/stream.h"

bool leak(struct stream_hub *hub, struct err *e);
bool leak(struct stream_hub *hub, struct err *e)
{
    return stream_publish(hub, S("class"), 1, "event", S("everything"), e);
}
