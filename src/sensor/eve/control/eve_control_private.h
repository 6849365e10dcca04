/* eve_control_private.h - what all control-room lines end with, and pieces that several of them use.
 *
 * "intent" is what the request wants of the controller; where only the response was seen, what it answers.
 */
#pragma once

#include "sensor/eve/eve_private.h"

static inline void put_intent(struct eve *e, const struct dissector *d,
                              const union dissect_facts *request,
                              const union dissect_facts *response)
{
    PUT(e, "\"intent\":\"");
    put_cstr(e, dissect_intent_text(d->intent(request ? request : response)));
    PUT(e, "\"");
}

/* "key":"name", or "key":"unknown-7" where there is none. */
static inline void put_named(struct eve *e, struct str key, const char *name, uint64_t number)
{
    put(e, key);
    PUT(e, "\"");
    if (name)
        put_cstr(e, name);
    else
        PUT(e, "unknown-"), put_uint(e, number);
    PUT(e, "\"");
}

static inline void put_flag(struct eve *e, struct str key, bool value)
{
    put(e, key);
    put_bool(e, value);
}
