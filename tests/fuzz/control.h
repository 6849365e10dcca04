/* control.h - any bytes given to one control-room row: refused, or facts within their bounds, and the bytes
 * used are some, and no more than a message may have. */
#pragma once

#include "dissect/control/control.h"
#include "fuzz.h"

static inline void control_facts_check(const struct dissector *d, const union dissect_facts *f)
{
    if (d->intent && (unsigned)d->intent(f) >= INTENTS)
        __builtin_trap();
    if (d->response)
        (void)d->response(f);
    if (d->login)
        (void)d->login(f);
    (void)control_function(d->app, f);
    (void)control_function_name(d->app, f);
}

static inline int control_fuzz(const struct dissector *d, const uint8_t *data, size_t size,
                               void (*check)(const union dissect_facts *f))
{
    for (unsigned t = DISSECT_UDP; t <= DISSECT_TCP; t++) {
        enum dissect_transport transport = (enum dissect_transport)t;
        struct str bytes = {(const char *)data, size};
        if (!(d->transports & t))
            continue;
        (void)d->probe(transport, bytes);
        for (unsigned messages = 0; bytes.len && messages < 4096; messages++) {
            union dissect_facts facts;
            size_t used = 0;
            enum dissect_result r = d->parse(transport, bytes, &facts, &used);
            if (r == DISSECT_NEED_MORE && (t == DISSECT_UDP || bytes.len >= d->most))
                __builtin_trap();
            if (r != DISSECT_DONE)
                break;
            if (!used)
                __builtin_trap();
            control_facts_check(d, &facts);
            check(&facts);
            bytes = str_skip(bytes, used);
        }
    }
    return 0;
}
