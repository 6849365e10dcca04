/* config.c - node.json is written once, by init (and by recover, which changes the origin). */
#include "node/config.h"

#include "core/buf.h"
#include "core/io.h"
#include "core/jsonw.h"
#include "core/uuid.h"

static const struct {
    struct str name;
    enum reader_role role;
} roles[] = {
    {S_("operator"), READER_MEMBER},
    {S_("member"), READER_MEMBER},
    {S_("hub"), READER_HUB},
    {S_("centre"), READER_CENTRE},
    {S_("regulator"), READER_REGULATOR},
    {S_("police"), READER_POLICE},
    {S_("defence"), READER_DEFENCE},
    {S_("commission"), READER_COMMISSION},
    {S_("partner"), READER_PARTNER},
};

enum reader_role node_role_of(struct str role)
{
    for (size_t i = 0; i < COUNT(roles); i++)
        if (str_eq(role, roles[i].name))
            return roles[i].role;
    return READER_PUBLIC;
}

bool node_role_known(struct str role)
{
    return node_role_of(role) != READER_PUBLIC;
}

bool config_load(struct arena *a, const char *dir, struct node_self *ret, struct err *e)
{
    struct str path = arena_fmt(a, "%s/node.json", dir), text = STR_NONE;
    struct node_self self = {};
    if (!file_read(a, path.ptr, 1 << 16, &text, e))
        return err_wrap(e, "%s holds no node (`hinomi admin init` makes one)", dir);
    const struct json *v = json_parse(a, text, e);
    if (!v)
        return err_wrap(e, "%s", path.ptr);
    const struct {
        struct str name;
        struct str *to;
    } members[] = {
        {S_("org"), &self.org},         {S_("origin"), &self.origin}, {S_("realm"), &self.realm},
        {S_("role"), &self.role},       {S_("name"), &self.name},     {S_("sector"), &self.sector},
        {S_("country"), &self.country}, {S_("listen"), &self.listen},
    };
    for (size_t i = 0; i < COUNT(members); i++) {
        *members[i].to = json_text(v, members[i].name);
        if (!members[i].to->ptr)
            return err_set(e, ERR_INVALID, "%s: no '" STR_FMT "'", path.ptr,
                           STR_ARG(members[i].name));
    }
    struct uuid org;
    if (!uuid_parse(self.org, &org) || !node_role_known(self.role))
        return err_set(e, ERR_INVALID, "%s: 'org' is no UUID, or 'role' is unknown", path.ptr);
    if (!key_public_parse(json_text(v, S("key")), &self.key, e))
        return err_wrap(e, "%s", path.ptr);
    *ret = self;
    return true;
}

bool config_save(const char *dir, const struct node_self *self, struct err *e)
{
    AUTO(buf_drop) struct buf out = BUF(1 << 16);
    struct jsonw w = JSONW(&out);
    char key[KEY_TEXT_SIZE], path[4096];

    jw_object(&w);
    jw_member_str(&w, "org", self->org);
    jw_member_str(&w, "origin", self->origin);
    jw_member_str(&w, "realm", self->realm);
    jw_member_str(&w, "role", self->role);
    jw_member_str(&w, "name", self->name);
    jw_member_str(&w, "sector", self->sector);
    jw_member_str(&w, "country", self->country);
    jw_member_str(&w, "listen", self->listen);
    jw_member_str(&w, "key", key_public_format(&self->key, key));
    jw_end(&w);
    buf_byte(&out, '\n');
    snprintf(path, sizeof path, "%s/node.json", dir);
    return file_replace(path, buf_str(&out), 0644, e);
}
