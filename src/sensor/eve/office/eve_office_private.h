/* eve_office_private.h - the members of a JSON object, one call each; the comma between them minds itself.
 *
 *     struct members m = members_begin(e, S("ntp"));     // ,"ntp":{
 *     member_number(&m, S("version"), 4);
 *     members_end(&m);
 */
#pragma once

#include "sensor/eve/eve_private.h"

struct members {
    struct eve *e;
    bool any;
};

static inline void member_key(struct members *m, struct str name)
{
    put(m->e, m->any ? S(",\"") : S("\""));
    put(m->e, name);
    PUT(m->e, "\":");
    m->any = true;
}

static inline struct members members_begin(struct eve *e, struct str name)
{
    PUT(e, ",\"");
    put(e, name);
    PUT(e, "\":{");
    return (struct members){.e = e};
}

static inline struct members members_inside(struct members *m, struct str name)
{
    member_key(m, name);
    PUT(m->e, "{");
    return (struct members){.e = m->e};
}

static inline void members_end(struct members *m)
{
    PUT(m->e, "}");
}

static inline void member_number(struct members *m, struct str name, uint64_t value)
{
    member_key(m, name);
    put_uint(m->e, value);
}

static inline void member_bool(struct members *m, struct str name, bool value)
{
    member_key(m, name);
    put_bool(m->e, value);
}

/* Nothing where there is no text. */
static inline void member_text(struct members *m, struct str name, struct str text)
{
    if (!text.len)
        return;
    member_key(m, name);
    put_text(m->e, text);
}

/* A name of our own tables; a number nobody named is written "unknown-7". */
static inline void member_name(struct members *m, struct str key, const char *name, uint64_t number)
{
    member_key(m, key);
    PUT(m->e, "\"");
    if (name)
        put_cstr(m->e, name);
    else
        PUT(m->e, "unknown-"), put_uint(m->e, number);
    PUT(m->e, "\"");
}

static inline void put_ipv4(struct eve *e, const uint8_t address[4])
{
    PUT(e, "\"");
    for (size_t i = 0; i < 4; i++) {
        put(e, i ? S(".") : S(""));
        put_uint(e, address[i]);
    }
    PUT(e, "\"");
}

static inline void member_ipv4(struct members *m, struct str name, const uint8_t address[4])
{
    member_key(m, name);
    put_ipv4(m->e, address);
}
