/* gate_list.c - see gate_list.h for what a page may tell. */
#include "release/gate_list.h"

#include "release/cleared_private.h"

struct gate_list {
    struct arena *memory;
    struct release to;
    struct gate_list_shape shape;
    struct gate_list_counts counts;
    enum reader_scope scope; /* the narrowest that any item rested on */
    char *bytes;
    size_t len, cap;
    bool over;
};

/* Grows inside the arena by doubling: what is left behind is freed with the request. */
static bool put(struct gate_list *l, struct str s)
{
    if (l->over || s.len > l->shape.limit - l->len)
        return false;
    if (l->len + s.len > l->cap) {
        size_t cap = (l->len + s.len) * 2;
        char *bigger = arena_alloc(l->memory, cap > 4096 ? cap : 4096, 1);
        if (!bigger)
            return false;
        if (l->len)
            memcpy(bigger, l->bytes, l->len);
        l->bytes = bigger;
        l->cap = cap > 4096 ? cap : 4096;
    }
    if (s.len)
        memcpy(l->bytes + l->len, s.ptr, s.len);
    l->len += s.len;
    return true;
}

struct gate_list *gate_list_new(struct arena *a, const struct release *to,
                                const struct gate_list_shape *shape)
{
    struct gate_list *l = arena_new(a, struct gate_list);
    if (!l)
        return NULL;
    *l = (struct gate_list){.memory = a, .to = *to, .shape = *shape};
    l->over = !put(l, shape->head);
    return l;
}

bool gate_list_add(struct gate_list *l, const struct gate_item *item, struct gate_decision *ret)
{
    if (!l || l->over)
        return false;
    struct gate_decision d = gate_decide(&l->to, item->label);
    struct str bytes = d.verdict == GATE_REDACT ? item->redacted : item->whole;
    if (d.verdict == GATE_REDACT && !bytes.len)
        d = (struct gate_decision){GATE_WITHHOLD, GATE_BECAUSE_NO_REDACTED_FORM, d.scope};
    if (ret)
        *ret = d;
    if (d.verdict == GATE_WITHHOLD) {
        l->counts.withheld++;
        l->counts.withheld_for[d.reason]++;
        return true;
    }

    size_t before = l->len;
    if ((l->counts.shown && !put(l, l->shape.between)) || !put(l, bytes)) {
        l->len = before;
        return false;
    }
    l->counts.shown++;
    l->counts.redacted += d.verdict == GATE_REDACT;
    if (d.scope > l->scope)
        l->scope = d.scope;
    return true;
}

struct gate_list_counts gate_list_counts(const struct gate_list *l)
{
    return l ? l->counts : (struct gate_list_counts){0};
}

bool gate_list_end(struct gate_list *l, struct str tail, const struct cleared **ret, struct err *e)
{
    const struct cleared *c = NULL;
    if (l && !l->over) {
        l->shape.limit += tail.len; /* a full page still closes its brackets */
        if (!l->bytes)
            l->bytes = arena_alloc(l->memory, 1, 1);
        if (put(l, tail) && l->bytes)
            c = cleared_make(l->memory, &l->to, l->scope, (struct str){l->bytes, l->len});
    }
    if (!c)
        return err_set(e, ERR_LIMIT, "the page is larger than this request may hold");
    l->over = true;
    *ret = c;
    return true;
}
