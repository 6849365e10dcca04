/* live_event.c - what the node says has changed, read strictly and applied whole or not at all. */
#include "core/json.h"
#include "core/time.h"
#include "core/vec.h"
#include "sensor/live.h"

enum { EVENT_MEMORY = 64 << 20 };

typedef VEC(struct index_change) change_list;

static uint32_t end_of(const struct json *v)
{
    int64_t us = 0;
    struct err no = {0};
    if (!time_parse(json_text(v, S("valid_until")), &us, &no))
        return 0;
    int64_t s = us / TIME_SECOND;
    return s < 1 ? 1 : s > UINT32_MAX ? 0 : (uint32_t)s;
}

static bool read_change(const struct json *v, bool withdraw, struct index_change *ret,
                        struct err *e)
{
    struct index_change c = {.withdraw = withdraw, .entry = {.action = INDEX_ALERT}};
    if (!selector_kind_parse(json_text(v, S("kind")), &c.entry.selector.kind))
        return err_set(e, ERR_INVALID, "a selector of a kind this sensor does not know");
    c.entry.selector.value = json_text(v, S("value"));
    struct str action = json_text(v, S("action"));
    if (action.len && !index_action_parse(action, &c.entry.action))
        return err_set(e, ERR_INVALID, "an action this sensor does not know");
    int64_t confidence = 50;
    json_int(v, S("confidence"), &confidence);
    c.entry.confidence = (uint8_t)(confidence < 0 ? 0 : confidence > 100 ? 100 : confidence);
    c.entry.expires = end_of(v);
    c.entry.source = json_text(v, S("source"));
    c.entry.threat = json_text(v, S("threat"));
    *ret = c;
    return true;
}

static bool read_changes(const struct json *event, struct str member, bool withdraw,
                         change_list *out, struct err *e)
{
    for (json_each(v, json_get(event, member))) {
        struct index_change c;
        if (out->len == INDEX_CHANGES_MAX)
            return err_set(e, ERR_CONFLICT, "more changes than an overlay holds");
        if (!read_change(v, withdraw, &c, e))
            return false;
        vec_push(out, c);
    }
    return true;
}

bool live_apply(struct index_set *set, struct str data, uint64_t *ret_changes, struct err *e)
{
    AUTO(arena_drop) struct arena memory = ARENA(EVENT_MEMORY);
    const struct json *event = json_parse(&memory, data, e);
    int64_t generation = 0;
    *ret_changes = 0;
    if (!event)
        return false;
    if (!json_int(event, S("generation"), &generation) || generation < 1)
        return err_set(e, ERR_INVALID, "a change without a generation");
    uint64_t held = index_set_state(set).generation;
    if ((uint64_t)generation <= held)
        return true; /* the image had it */
    if ((uint64_t)generation > held + 1 || json_bool(event, S("image"), false))
        return err_set(e, ERR_CONFLICT, "generation %lld follows %llu", (long long)generation,
                       (unsigned long long)held);
    change_list changes = {0};
    bool ok = read_changes(event, S("withdraw"), true, &changes, e) &&
              read_changes(event, S("add"), false, &changes, e) &&
              index_set_apply(set, changes.ptr, changes.len, (uint64_t)generation, e);
    if (ok)
        *ret_changes = changes.len;
    vec_drop(&changes);
    return ok;
}
