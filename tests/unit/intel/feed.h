/* feed.h - what the tests of readers share: a sink that remembers, and a report as one line. */
#pragma once

#include "core/buf.h"
#include "core/time.h"
#include "core/vec.h"
#include "intel/reader.h"
#include "tests/unit/core/text.h"

struct caught {
    struct arena *memory;
    VEC(struct indicator) all;
    size_t stop_after; /* 0: never */
};

static inline bool catch_one(void *ctx, const struct indicator *i, struct err *e)
{
    struct caught *c = ctx;
    struct indicator copy = *i;
    copy.selector.value = arena_str(c->memory, i->selector.value);
    copy.source = arena_str(c->memory, i->source);
    copy.id = arena_str(c->memory, i->id);
    copy.threat = arena_str(c->memory, i->threat);
    copy.technique = arena_str(c->memory, i->technique);
    copy.description = arena_str(c->memory, i->description);
    for (size_t n = 0; n < i->label_count; n++)
        copy.labels[n] = arena_str(c->memory, i->labels[n]);
    vec_push(&c->all, copy);
    if (c->stop_after && c->all.len == c->stop_after)
        return err_set(e, ERR_UNAVAILABLE, "full");
    return true;
}

/* "kind value" of everything caught, joined by '|'. */
static inline struct str caught_text(const struct caught *c)
{
    struct str text = S("");
    for (size_t i = 0; i < c->all.len; i++)
        text = arena_fmt(c->memory, STR_FMT "%s%s " STR_FMT, STR_ARG(text), i ? "|" : "",
                         selector_kind_name(c->all.ptr[i].selector.kind),
                         STR_ARG(c->all.ptr[i].selector.value));
    return text;
}

/* "format read/usable/kept/refused", then every reason and its count. */
static inline struct str report_text(struct arena *a, const struct intel_report *r)
{
    struct str text = arena_fmt(a, "%s %llu/%llu/%llu/%llu", intel_format_name(r->format),
                                (unsigned long long)r->read, (unsigned long long)r->usable,
                                (unsigned long long)r->kept, (unsigned long long)r->refused);
    for (int w = 0; w < WHY_COUNT; w++)
        if (r->by_reason[w])
            text = arena_fmt(a, STR_FMT " %s=%llu", STR_ARG(text), why_name((enum why)w),
                             (unsigned long long)r->by_reason[w]);
    return text;
}
