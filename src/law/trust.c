/* trust.c - the trust file. See trust.h. */
#include "law/trust.h"

#include "core/encode.h"
#include "core/io.h"
#include "shape_private.h"

static const struct shape_member key_members[] = {
    SHAPE_MEMBER(struct trust_key, key, SHAPE_KEY),
    SHAPE_MEMBER(struct trust_key, role, SHAPE_TEXT),
    SHAPE_MEMBER(struct trust_key, organisation, SHAPE_TEXT),
    SHAPE_MEMBER(struct trust_key, from, SHAPE_TIME_UTC),
    SHAPE_MEMBER(struct trust_key, to, SHAPE_TIME_UTC, .optional = true),
    SHAPE_MEMBER(struct trust_key, constituency, SHAPE_PREFIX, .list = true, .optional = true),
};
static const struct shape key_shape = SHAPE(struct trust_key, key_members);

static const struct shape_member partner_members[] = {
    SHAPE_MEMBER(struct trust_partner, id, SHAPE_TEXT),
    SHAPE_MEMBER(struct trust_partner, equivalent_protection, SHAPE_TEXT),
    SHAPE_MEMBER(struct trust_partner, onward_transfer, SHAPE_TEXT),
    SHAPE_MEMBER(struct trust_partner, products, SHAPE_TEXT, .list = true),
};
static const struct shape partner_shape = SHAPE(struct trust_partner, partner_members);

static const struct shape_member trust_members[] = {
    SHAPE_MEMBER(struct trust, schema, SHAPE_TEXT, .optional = true),
    SHAPE_MEMBER(struct trust, keys, SHAPE_OBJECT, .of = &key_shape, .list = true),
    SHAPE_MEMBER(struct trust, firmware, SHAPE_HASH, .list = true),
    SHAPE_MEMBER(struct trust, partners, SHAPE_OBJECT, .of = &partner_shape, .list = true,
                 .optional = true),
    SHAPE_MEMBER(struct trust, revoked, SHAPE_ID, .list = true, .optional = true),
    SHAPE_MEMBER(struct trust, law_tables, SHAPE_HASH, .list = true, .optional = true),
};
static const struct shape trust_shape = SHAPE(struct trust, trust_members);

static bool role_known(struct str role)
{
    static const struct {
        struct str name;
    } roles[] = {{S_("COMMISSION")}, {S_("PM")},    {S_("NCO")},     {S_("POLICE")}, {S_("MOD")},
                 {S_("OWNER")},      {S_("PARTY")}, {S_("CARRIER")}, {S_("SENSOR")}};
    for (size_t i = 0; i < COUNT(roles); i++)
        if (str_eq(role, roles[i].name))
            return true;
    return false;
}

bool trust_read(struct arena *a, struct str json, const struct trust **ret, struct err *e)
{
    struct shape_reader r = {.memory = a, .e = e};
    const struct json *tree = json_parse(a, json, e);
    struct trust *t = arena_new(a, struct trust);
    if (!tree)
        return false;
    if (!t)
        return err_set(e, ERR_LIMIT, "the trust file is too large");
    if (!shape_read(&r, &trust_shape, tree, t))
        return false;
    if (t->schema.len && !str_eq(t->schema, S("hinomi-trust-1")))
        return err_set(e, ERR_INVALID, "schema: not hinomi-trust-1");
    for (size_t i = 0; i < t->keys.count; i++) {
        const struct trust_key *k = &t->keys.ptr[i];
        if (!role_known(k->role))
            return err_set(e, ERR_INVALID, "keys[%zu].role: no role \"" STR_FMT "\"", i,
                           STR_ARG(k->role));
        if (k->to && k->to <= k->from)
            return err_set(e, ERR_INVALID, "keys[%zu].to: before it begins", i);
    }
    *ret = t;
    return true;
}

bool trust_load(struct arena *a, const char *path, const struct trust **ret, struct err *e)
{
    struct str text;
    return file_read(a, path, TRUST_FILE_MAX, &text, e) &&
           (trust_read(a, text, ret, e) || err_wrap(e, "%s", path));
}

const struct trust_key *trust_holder(const struct trust *t, const struct key_public *key,
                                     struct str role, int64_t at)
{
    for (size_t i = 0; i < t->keys.count; i++) {
        const struct trust_key *k = &t->keys.ptr[i];
        if (key_public_eq(&k->key, key) && (!role.len || str_eq(k->role, role)) && at >= k->from &&
            (!k->to || at < k->to))
            return k;
    }
    return NULL;
}

bool trust_held_other(const struct trust *t, const struct key_public *key, struct str role)
{
    for (size_t i = 0; i < t->keys.count; i++)
        if (key_public_eq(&t->keys.ptr[i].key, key) && !str_eq(t->keys.ptr[i].role, role))
            return true;
    return false;
}

bool trust_firmware(const struct trust *t, struct str sha256_hex)
{
    for (size_t i = 0; i < t->firmware.count; i++)
        if (str_eq(t->firmware.ptr[i], sha256_hex))
            return true;
    return false;
}

const struct trust_partner *trust_partner(const struct trust *t, struct str id)
{
    for (size_t i = 0; i < t->partners.count; i++)
        if (id.len && str_eq(t->partners.ptr[i].id, id))
            return &t->partners.ptr[i];
    return NULL;
}

bool trust_revoked(const struct trust *t, struct str auth_id)
{
    for (size_t i = 0; i < t->revoked.count; i++)
        if (str_eq(t->revoked.ptr[i], auth_id))
            return true;
    return false;
}

bool trust_law(const struct trust *t, const uint8_t hash[SHA256_SIZE])
{
    char hex[2 * SHA256_SIZE];
    hex_write(hex, hash, SHA256_SIZE);
    for (size_t i = 0; i < t->law_tables.count; i++)
        if (str_eq(t->law_tables.ptr[i], (struct str){hex, sizeof hex}))
            return true;
    return t->law_tables.count == 0;
}
