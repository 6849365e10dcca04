/* cleared.c - the shape behind core/cleared.h, and who may look inside. */
#include "release/cleared_private.h"

#include <assert.h>

struct cleared {
    struct str reader; /* a whole reader text, or its front part: a class or an organisation */
    enum gate_purpose purpose;
    struct str bytes;
    char decision[UUID_TEXT_LEN + 1];
};

const struct cleared *cleared_make(struct arena *a, const struct release *to,
                                   enum reader_scope scope, struct str bytes)
{
    assert(to->reader->text.len && bytes.ptr);
    struct cleared *c = arena_new(a, struct cleared);
    struct str reader = arena_str(a, reader_text(to->reader, scope));
    if (!c || !reader.ptr)
        return NULL;
    struct uuid id = uuid_v4();
    c->reader = reader;
    c->purpose = to->purpose;
    c->bytes = bytes;
    uuid_format(&id, c->decision);
    return c;
}

/* A reader is of a class when its text goes on where the class's ends, at the end of a field. */
bool cleared_covers(struct str cleared_for, struct str reader)
{
    return cleared_for.len && str_starts(reader, cleared_for) &&
           (reader.len == cleared_for.len || reader.ptr[cleared_for.len] == ';');
}

struct str cleared_bytes(const struct cleared *c, struct str reader)
{
    return c && cleared_covers(c->reader, reader) ? c->bytes : STR_NONE;
}

struct str cleared_decision(const struct cleared *c)
{
    return (struct str){c->decision, UUID_TEXT_LEN};
}

struct str cleared_reader(const struct cleared *c)
{
    return c->reader;
}
