/* overlay.c - changes in the order they came, each with its texts in one block of its own. */
#include "index/overlay.h"

#include "core/vec.h"
#include "image_private.h"

struct change {
    struct index_key key;
    struct index_entry said; /* its selector is not used: the key is */
    void *block;             /* what key and said point into */
};

struct index_changes {
    VEC(struct change) list;
};

struct index_changes *index_changes_new(void)
{
    struct index_changes *c = calloc(1, sizeof *c);
    if (!c)
        abort();
    return c;
}

void index_changes_drop(struct index_changes **c)
{
    if (!*c)
        return;
    index_changes_forget(*c, (*c)->list.len);
    vec_drop(&(*c)->list);
    free(*c);
    *c = NULL;
}

size_t index_changes_count(const struct index_changes *c)
{
    return c->list.len;
}

static struct str kept(char **room, struct str s)
{
    struct str copy = {*room, s.len};
    memcpy(*room, s.ptr ? s.ptr : "", s.len);
    *room += s.len;
    return copy;
}

bool index_changes_add(struct index_changes *c, const struct index_change *change, struct err *e)
{
    if (c->list.len == INDEX_CHANGES_MAX)
        return err_set(e, ERR_LIMIT, "%d changes wait to be merged", INDEX_CHANGES_MAX);
    struct change add = {.said = change->entry};
    uint8_t bytes[64];
    if (!index_key_of(&change->entry.selector, &add.key, bytes, e))
        return false;
    if (change->withdraw)
        add.said = (struct index_entry){.action = (enum index_action)INDEX_WITHDRAWN};
    char *room = malloc(add.key.bytes.len + add.said.source.len + add.said.threat.len + 1);
    if (!room)
        abort();
    add.block = room;
    add.key.bytes = kept(&room, add.key.bytes);
    add.said.source = kept(&room, add.said.source);
    add.said.threat = kept(&room, add.said.threat);
    vec_push(&c->list, add);
    return true;
}

void index_changes_forget(struct index_changes *c, size_t n)
{
    if (n > c->list.len)
        n = c->list.len;
    for (size_t i = 0; i < n; i++)
        free(c->list.ptr[i].block);
    if (n)
        memmove(c->list.ptr, c->list.ptr + n, (c->list.len - n) * sizeof *c->list.ptr);
    c->list.len -= n;
}

void index_changes_unadd(struct index_changes *c, size_t n)
{
    for (; n && c->list.len; n--)
        free(c->list.ptr[--c->list.len].block);
}

bool index_changes_compile(const struct index_changes *c, uint64_t seed,
                           struct index_image **ret_image, struct err *e)
{
    if (!c->list.len) {
        *ret_image = NULL;
        return true;
    }
    AUTO(index_builder_drop)
    struct index_builder *b =
        index_builder_new(&(struct index_build){.seed = seed, .last_wins = true});
    for (size_t i = 0; i < c->list.len; i++)
        if (!index_builder_add_key(b, &c->list.ptr[i].key, &c->list.ptr[i].said, e))
            return err_wrap(e, "change %zu", i);
    return index_builder_finish(&b, ret_image, e);
}
