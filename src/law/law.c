/* law.c - the tables, read strictly. See law.h. */
#include "law/law.h"

#include "core/io.h"
#include "core/yaml.h"
#include "law/tables_private.h"
#include "shape_private.h"

static const struct shape_member basis_members[] = {
    SHAPE_MEMBER(struct law_basis, act, SHAPE_TEXT),
    SHAPE_MEMBER(struct law_basis, article, SHAPE_TEXT),
    SHAPE_MEMBER(struct law_basis, paragraph, SHAPE_TEXT),
    SHAPE_MEMBER(struct law_basis, channel, SHAPE_TEXT),
    SHAPE_MEMBER(struct law_basis, en, SHAPE_TEXT),
    SHAPE_MEMBER(struct law_basis, ja, SHAPE_TEXT),
    SHAPE_MEMBER(struct law_basis, effective_from, SHAPE_TIME),
    SHAPE_MEMBER(struct law_basis, effective_to, SHAPE_TIME, .optional = true),
    SHAPE_MEMBER(struct law_basis, renewal, SHAPE_BOOL),
};
static const struct shape basis_shape = SHAPE(struct law_basis, basis_members);

static const struct shape_member channel_members[] = {
    SHAPE_MEMBER(struct law_channel, code, SHAPE_TEXT),
    SHAPE_MEMBER(struct law_channel, en, SHAPE_TEXT),
    SHAPE_MEMBER(struct law_channel, ja, SHAPE_TEXT),
    SHAPE_MEMBER(struct law_channel, direction, SHAPE_TEXT),
    {.name = S_("approval"), .kind = SHAPE_TEXT, .at = offsetof(struct law_channel, approval_text)},
    SHAPE_MEMBER(struct law_channel, period_max_days, SHAPE_COUNT, .optional = true),
    SHAPE_MEMBER(struct law_channel, statutory, SHAPE_BOOL),
    SHAPE_MEMBER(struct law_channel, part_of_link, SHAPE_BOOL),
    SHAPE_MEMBER(struct law_channel, applicants, SHAPE_TEXT, .list = true, .some = true),
    SHAPE_MEMBER(struct law_channel, products, SHAPE_TEXT, .list = true, .some = true),
};
static const struct shape channel_shape = SHAPE(struct law_channel, channel_members);

static const struct shape_member parameter_members[] = {
    SHAPE_MEMBER(struct law_parameters, commission_quorum, SHAPE_COUNT),
    SHAPE_MEMBER(struct law_parameters, retention_default_days, SHAPE_COUNT),
    SHAPE_MEMBER(struct law_parameters, retention_cap_days, SHAPE_COUNT),
    SHAPE_MEMBER(struct law_parameters, review_every_days, SHAPE_COUNT),
    SHAPE_MEMBER(struct law_parameters, residency_default_s, SHAPE_COUNT),
    SHAPE_MEMBER(struct law_parameters, residency_max_s, SHAPE_COUNT),
    SHAPE_MEMBER(struct law_parameters, stop_within_s, SHAPE_COUNT),
    SHAPE_MEMBER(struct law_parameters, selector_prefix_v4, SHAPE_COUNT),
    SHAPE_MEMBER(struct law_parameters, selector_prefix_v6, SHAPE_COUNT),
    SHAPE_MEMBER(struct law_parameters, carrier_prefix_v4, SHAPE_COUNT),
    SHAPE_MEMBER(struct law_parameters, carrier_prefix_v6, SHAPE_COUNT),
    SHAPE_MEMBER(struct law_parameters, command_bytes_max, SHAPE_COUNT),
    SHAPE_MEMBER(struct law_parameters, pseudonym_epoch_days, SHAPE_COUNT),
};
static const struct shape parameter_shape = SHAPE(struct law_parameters, parameter_members);

static const struct shape_member field_members[] = {
    SHAPE_MEMBER(struct law_fields, allow, SHAPE_TEXT, .list = true, .some = true),
    SHAPE_MEMBER(struct law_fields, nonid, SHAPE_TEXT, .list = true),
    SHAPE_MEMBER(struct law_fields, own, SHAPE_TEXT, .list = true),
    SHAPE_MEMBER(struct law_fields, frame, SHAPE_TEXT, .list = true, .some = true),
    SHAPE_MEMBER(struct law_fields, deny, SHAPE_TEXT, .list = true, .some = true),
};
static const struct shape field_shape = SHAPE(struct law_fields, field_members);

static const struct shape_member selector_members[] = {
    SHAPE_MEMBER(struct law_selector_types, mechanical, SHAPE_TEXT, .list = true, .some = true),
    SHAPE_MEMBER(struct law_selector_types, identifier, SHAPE_TEXT, .list = true),
    SHAPE_MEMBER(struct law_selector_types, content, SHAPE_TEXT, .list = true),
    SHAPE_MEMBER(struct law_selector_types, identifier_condition, SHAPE_TEXT),
};
static const struct shape selector_shape = SHAPE(struct law_selector_types, selector_members);

static const struct shape_member product_members[] = {
    SHAPE_MEMBER(struct law_product, code, SHAPE_TEXT),
    SHAPE_MEMBER(struct law_product, en, SHAPE_TEXT),
    SHAPE_MEMBER(struct law_product, ja, SHAPE_TEXT),
    SHAPE_MEMBER(struct law_product, recipients, SHAPE_TEXT, .list = true),
};
static const struct shape product_shape = SHAPE(struct law_product, product_members);

static const struct shape_member recipient_members[] = {
    SHAPE_MEMBER(struct law_recipient, code, SHAPE_TEXT),
    SHAPE_MEMBER(struct law_recipient, en, SHAPE_TEXT),
    SHAPE_MEMBER(struct law_recipient, ja, SHAPE_TEXT),
    SHAPE_MEMBER(struct law_recipient, partner_profile, SHAPE_BOOL),
};
static const struct shape recipient_shape = SHAPE(struct law_recipient, recipient_members);

static const struct shape_member purpose_members[] = {
    SHAPE_MEMBER(struct law_purpose, code, SHAPE_TEXT),
    SHAPE_MEMBER(struct law_purpose, en, SHAPE_TEXT),
    SHAPE_MEMBER(struct law_purpose, ja, SHAPE_TEXT),
    SHAPE_MEMBER(struct law_purpose, needs_consent, SHAPE_BOOL),
};
static const struct shape purpose_shape = SHAPE(struct law_purpose, purpose_members);

#define ROWS(member, shape)                                                                        \
    SHAPE_MEMBER(struct law, member, SHAPE_OBJECT, .of = &(shape), .list = true, .some = true)
static const struct shape_member law_members[] = {
    SHAPE_MEMBER(struct law, schema, SHAPE_TEXT),
    SHAPE_MEMBER(struct law, country, SHAPE_TEXT),
    SHAPE_MEMBER(struct law, en, SHAPE_TEXT),
    SHAPE_MEMBER(struct law, ja, SHAPE_TEXT),
    SHAPE_MEMBER(struct law, sources, SHAPE_TEXT),
    ROWS(bases, basis_shape),
    ROWS(channels, channel_shape),
    ROWS(products, product_shape),
    ROWS(recipients, recipient_shape),
    ROWS(purposes, purpose_shape),
    SHAPE_MEMBER(struct law, parameters, SHAPE_OBJECT, .of = &parameter_shape),
    SHAPE_MEMBER(struct law, fields, SHAPE_OBJECT, .of = &field_shape),
    SHAPE_MEMBER(struct law, selectors, SHAPE_OBJECT, .of = &selector_shape),
    SHAPE_MEMBER(struct law, whole_link_condition, SHAPE_TEXT),
};
static const struct shape law_shape = SHAPE(struct law, law_members);

static const struct {
    struct str code;
} channel_codes[] = {[CHANNEL_NONE] = {S_("")},
#define X(name, text) [CHANNEL_##name] = {S_(text)},
                     CHANNEL_MAP(X)
#undef X
};

enum channel channel_named(struct str code)
{
    for (size_t i = CHANNEL_NONE + 1; i < CHANNEL_COUNT; i++)
        if (str_eq(channel_codes[i].code, code))
            return (enum channel)i;
    return CHANNEL_NONE;
}

struct str channel_text(enum channel c)
{
    return channel_codes[c].code;
}

static bool approval_named(struct str text, enum law_approval *ret)
{
    static const struct {
        struct str text;
        enum law_approval approval;
    } words[] = {{S_("owner"), APPROVAL_OWNER},
                 {S_("parties"), APPROVAL_PARTIES},
                 {S_("quorum"), APPROVAL_QUORUM}};
    for (size_t i = 0; i < COUNT(words); i++)
        if (str_eq(words[i].text, text)) {
            *ret = words[i].approval;
            return true;
        }
    return false;
}

/* Each channel of the program once, and an exercise has no rules of its own. */
static bool check_channels(struct law *law, struct err *e)
{
    for (size_t i = 0; i < law->channels.count; i++) {
        struct law_channel *c = &law->channels.ptr[i];
        enum channel named = channel_named(c->code);
        if (named == CHANNEL_NONE || named == CHANNEL_EXERCISE)
            return err_set(e, ERR_INVALID, "channels[%zu].code: no channel \"" STR_FMT "\"", i,
                           STR_ARG(c->code));
        if (!approval_named(c->approval_text, &c->approval))
            return err_set(e, ERR_INVALID, "channels[%zu].approval: owner, parties or quorum", i);
        if (law_channel(law, named) != c)
            return err_set(e, ERR_INVALID, "channels[%zu].code: it stands twice", i);
        for (size_t p = 0; p < c->products.count; p++)
            if (!law_product(law, c->products.ptr[p]))
                return err_set(e, ERR_INVALID, "channels[%zu].products[%zu]: no such product", i,
                               p);
    }
    for (enum channel c = CHANNEL_NONE + 1; c < CHANNEL_EXERCISE; c++)
        if (!law_channel(law, c))
            return err_set(e, ERR_INVALID, "channels: no row for " STR_FMT,
                           STR_ARG(channel_text(c)));
    return true;
}

static bool check_rows(const struct law *law, struct err *e)
{
    for (size_t i = 0; i < law->bases.count; i++) {
        const struct law_basis *b = &law->bases.ptr[i];
        enum channel c = channel_named(b->channel);
        if (!law_channel(law, c))
            return err_set(e, ERR_INVALID, "bases[%zu].channel: no such channel", i);
        if (law_basis(law, b->act, b->article, b->paragraph) != b)
            return err_set(e, ERR_INVALID, "bases[%zu]: it stands twice", i);
        if (b->effective_to && b->effective_to <= b->effective_from)
            return err_set(e, ERR_INVALID, "bases[%zu].effective_to: before it begins", i);
    }
    for (size_t i = 0; i < law->products.count; i++)
        for (size_t r = 0; r < law->products.ptr[i].recipients.count; r++)
            if (!law_recipient(law, law->products.ptr[i].recipients.ptr[r]))
                return err_set(e, ERR_INVALID, "products[%zu].recipients[%zu]: no such recipient",
                               i, r);
    return true;
}

static bool check_parameters(const struct law_parameters *p, struct err *e)
{
    if (!p->commission_quorum)
        return err_set(e, ERR_INVALID, "parameters.commission_quorum: at least one must sign");
    if (p->selector_prefix_v4 > 32 || p->carrier_prefix_v4 > 32 || p->selector_prefix_v6 > 128 ||
        p->carrier_prefix_v6 > 128 || !p->selector_prefix_v4 || !p->selector_prefix_v6)
        return err_set(e, ERR_INVALID, "parameters: a prefix length that no network has");
    if (!p->residency_default_s || p->residency_default_s > p->residency_max_s)
        return err_set(e, ERR_INVALID, "parameters.residency_default_s: more than the maximum");
    if (p->retention_default_days > p->retention_cap_days)
        return err_set(e, ERR_INVALID, "parameters.retention_default_days: more than the cap");
    return true;
}

/* NULL, and `e`, when they are not sound. */
static struct law *read_tables(struct arena *a, struct str yaml, struct err *e)
{
    struct shape_reader r = {.memory = a, .e = e, .nulls = true};
    const struct json *tree = yaml_parse(a, yaml, e);
    struct law *law = arena_new(a, struct law);
    if (!tree)
        return NULL;
    if (!law) {
        (void)err_set(e, ERR_LIMIT, "law tables too large");
        return NULL;
    }
    if (!shape_read(&r, &law_shape, tree, law))
        return NULL;
    if (!str_eq(law->schema, S("hinomi-law-monitoring-1"))) {
        (void)err_set(e, ERR_INVALID, "schema: not hinomi-law-monitoring-1");
        return NULL;
    }
    if (!check_channels(law, e) || !check_rows(law, e) || !check_parameters(&law->parameters, e))
        return NULL;
    sha256_of(yaml, law->hash);
    return law;
}

bool law_read(struct arena *a, struct str yaml, const struct law **ret, struct err *e)
{
    struct law *law = read_tables(a, yaml, e);
    if (law)
        *ret = law;
    return law != NULL;
}

bool law_open(struct arena *a, const char *dir, const struct law **ret, struct err *e)
{
    struct str text = {(const char *)law_jp_monitoring, law_jp_monitoring_size};
    const char *path = "built-in law tables";
    uint8_t built_in[SHA256_SIZE];
    if (dir) {
        path = arena_fmt(a, "%s/jp/monitoring.yaml", dir).ptr;
        if (!path)
            return err_set(e, ERR_LIMIT, "too long a path");
        if (!file_read(a, path, LAW_MEMORY / 4, &text, e))
            return false;
    }
    struct law *law = read_tables(a, text, e);
    if (!law)
        return err_wrap(e, "%s", path);
    sha256_of((struct str){(const char *)law_jp_monitoring, law_jp_monitoring_size}, built_in);
    law->built_in = memcmp(built_in, law->hash, sizeof built_in) == 0;
    *ret = law;
    return true;
}

const struct law_channel *law_channel(const struct law *law, enum channel c)
{
    for (size_t i = 0; i < law->channels.count; i++)
        if (c != CHANNEL_NONE && str_eq(law->channels.ptr[i].code, channel_text(c)))
            return &law->channels.ptr[i];
    return NULL;
}

const struct law_basis *law_basis(const struct law *law, struct str act, struct str article,
                                  struct str paragraph)
{
    for (size_t i = 0; i < law->bases.count; i++) {
        const struct law_basis *b = &law->bases.ptr[i];
        if (str_eq(b->act, act) && str_eq(b->article, article) && str_eq(b->paragraph, paragraph))
            return b;
    }
    return NULL;
}

/* The first row of a list whose code is the one asked for. */
#define FIND_CODE(list, wanted)                                                                    \
    for (size_t i = 0; i < (list).count; i++)                                                      \
        if (str_eq((list).ptr[i].code, (wanted)))                                                  \
            return &(list).ptr[i];                                                                 \
    return NULL

const struct law_product *law_product(const struct law *law, struct str code)
{
    FIND_CODE(law->products, code);
}

const struct law_recipient *law_recipient(const struct law *law, struct str code)
{
    FIND_CODE(law->recipients, code);
}

const struct law_purpose *law_purpose(const struct law *law, struct str code)
{
    FIND_CODE(law->purposes, code);
}
