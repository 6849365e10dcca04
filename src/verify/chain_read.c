/* chain_read.c - one seal as a struct. See chain.h. */
#include "verify/chain_private.h"

static const struct {
    struct str name;
    size_t at;
} counts[] = {
#define X(name) {S_(#name), offsetof(struct seal, name)},
    CHAIN_COUNTS(X)
#undef X
};

static const struct {
    struct str name;
    enum seal_word word;
} words[] = {{S_("policy_load"), WORD_LOAD}, {S_("policy_unload"), WORD_UNLOAD},
             {S_("drained"), WORD_DRAINED},  {S_("clock_step"), WORD_STEP},
             {S_("restart"), WORD_RESTART},  {S_("hard_stop"), WORD_STOP},
             {S_("torn_tail"), WORD_TORN}};

static bool read_words(struct chain *c, const struct json *list, int64_t line, unsigned *ret)
{
    if (!list || list->kind != JSON_ARRAY)
        return false;
    for (json_each(v, list)) {
        size_t i = 0;
        while (i < COUNT(words) && !str_eq(words[i].name, v->text))
            i++;
        if (i == COUNT(words))
            finding_add(c->found, FINDING_O6_17, SEALS_FILE, line, STR_FMT, STR_ARG(v->text));
        else
            *ret |= words[i].word;
    }
    return true;
}

bool seal_read_line(struct chain *c, struct arena *memory, struct str line, int64_t number,
                    struct seal *ret)
{
    struct err e = {0};
    *ret = (struct seal){.tree = form_read(memory, line, &e)};
    if (!ret->tree) {
        finding_add(c->found, FINDING_O6_02, SEALS_FILE, number, "%s", e.text);
        return false;
    }
    const char *lacks = NULL;
    for (size_t i = 0; i < COUNT(counts) && !lacks; i++) {
        uint64_t v;
        if (form_count(ret->tree, counts[i].name, &v))
            memcpy((char *)ret + counts[i].at, &v, sizeof v);
        else
            lacks = counts[i].name.ptr;
    }
    ret->records_hash = json_text(ret->tree, S("records_hash"));
    ret->sensor = json_text(ret->tree, S("sensor"));
    ret->prev = json_text(ret->tree, S("prev"));
    ret->sig = json_text(ret->tree, S("sig"));
    ret->matched = json_get(ret->tree, S("matched"));
    if (!lacks)
        lacks = !str_eq(json_text(ret->tree, S("schema")), S("hinomi-seal-1"))  ? "schema"
                : !form_time(ret->tree, S("minute"), &ret->minute)              ? "minute"
                : !json_int(ret->tree, S("records_first"), &ret->records_first) ? "records_first"
                : !json_int(ret->tree, S("records_last"), &ret->records_last)   ? "records_last"
                : !form_is_hex(ret->records_hash, FORM_HEX)                     ? "records_hash"
                : !form_is_hex(ret->prev, FORM_HEX)                             ? "prev"
                : !ret->matched || ret->matched->kind != JSON_OBJECT            ? "matched"
                : !read_words(c, json_get(ret->tree, S("events")), number, &ret->words) ? "events"
                                                                                        : NULL;
    if (lacks)
        finding_add(c->found, FINDING_O6_02, SEALS_FILE, number, "%s", lacks);
    return !lacks;
}
