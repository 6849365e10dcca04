/* expect: incompatible type for argument 4 of 'stream_old' */
#include "http/stream.h"

bool leak(struct stream_sink *sink);
bool leak(struct stream_sink *sink)
{
    return stream_old(sink, 1, "event", S("everything"));
}
