/* project_private.h - what the projections share: a payload parsed in an arena of its own. */
#pragma once

#include "node/node_private.h"

enum { PROJECT_ARENA_MAX = 512 << 20 }; /* the largest payload, parsed */

/* The payload as JSON. NULL and true when it was erased: nothing is to be derived from it. */
static inline bool project_json(struct arena *a, struct str payload, const struct json **ret,
                                struct err *e)
{
    *ret = NULL;
    if (!payload.ptr)
        return true;
    *ret = json_parse(a, payload, e);
    return *ret ? true : err_wrap(e, "payload");
}

/* The member, or the empty text: tables hold no NULL. */
static inline struct str project_text(const struct json *v, struct str name)
{
    struct str s = json_text(v, name);
    return s.ptr ? s : S("");
}

static inline int64_t project_int(const struct json *v, struct str name)
{
    int64_t n = 0;
    return json_int(v, name, &n) ? n : 0;
}

static inline enum tlp project_tlp(const struct json *v)
{
    enum tlp t = TLP_UNMARKED;
    return tlp_parse(json_text(v, S("tlp")), &t) ? t : TLP_UNMARKED;
}
