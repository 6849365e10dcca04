/* office.h - any bytes through one row of the registry, as a datagram and as a stream, and what comes out as EVE.
 *
 * The facts are poisoned beforehand: what a parser forgets to set shows as broken JSON, or as a text past its
 * bounds, which the sanitizer sees. A stream has to move on, and to ask for more only while `most` allows it.
 */
#pragma once

#include "core/json.h"
#include "dissect/dissector.h"
#include "fuzz.h"
#include "sensor/eve/eve_private.h"

static inline void office_line(const struct dissector *d, const union dissect_facts *f)
{
    static struct buf out = BUF(1 << 20); /* kept, for speed: allocating is most of the work here */
    static struct eve *eve;
    struct err e;
    AUTO(arena_drop) struct arena memory = ARENA(1 << 20);
    const struct eve_row *row = eve_row_of(d->app);
    if (!eve && (!(eve = eve_new_into(&out, 0)) || !buf_room(&out, EVE_LINE_MAX)))
        __builtin_trap();
    bool response = d->response && d->response(f);
    buf_clear(&out);
    PUT(eve, "[{\"a\":1");
    row->body(eve, response ? NULL : f, response ? f : NULL);
    PUT(eve, "},{\"a\":1");
    row->body(eve, f, f);
    PUT(eve, "}]");
    if (!json_parse(&memory, buf_str(&out), &e))
        __builtin_trap();
}

static inline void office_facts(const struct dissector *d, const union dissect_facts *f)
{
    if (d->login)
        (void)d->login(f);
    if (d->intent)
        (void)d->intent(f);
    office_line(d, f);
}

static inline void office_stream(const struct dissector *d, struct str bytes)
{
    for (unsigned n = 0; bytes.len && n < 64; n++) {
        union dissect_facts facts;
        size_t used = 0;
        memset(&facts, 0xa5, sizeof facts);
        enum dissect_result r = d->parse(DISSECT_TCP, bytes, &facts, &used);
        if (r == DISSECT_NEED_MORE && bytes.len >= d->most)
            __builtin_trap();
        if (r != DISSECT_DONE)
            return;
        office_facts(d, &facts);
        if (!used)
            __builtin_trap();
        bytes = str_skip(bytes, used);
    }
}

static inline int office_fuzz(const struct dissector *d, const uint8_t *data, size_t size)
{
    struct str bytes = {(const char *)data, size};
    if (!size)
        return 0;
    if (d->transports & DISSECT_TCP) {
        (void)d->probe(DISSECT_TCP, bytes);
        office_stream(d, bytes);
    }
    if (d->transports & DISSECT_UDP) {
        union dissect_facts facts;
        size_t used = 0;
        memset(&facts, 0xa5, sizeof facts);
        (void)d->probe(DISSECT_UDP, bytes);
        enum dissect_result r = d->parse(DISSECT_UDP, bytes, &facts, &used);
        if (r == DISSECT_NEED_MORE)
            __builtin_trap();
        if (r == DISSECT_DONE)
            office_facts(d, &facts);
    }
    return 0;
}
