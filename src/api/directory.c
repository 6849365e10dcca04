/* directory.c - /v1/orgs, /v1/users, /v1/keys, /v1/policy: who may speak with this node. */
#include "node/directory.h"

#include "api/api_private.h"

static bool get_orgs(struct http_call *c, struct err *e);
static bool get_org(struct http_call *c, struct err *e);
static bool post_org(struct http_call *c, struct err *e);
static bool get_users(struct http_call *c, struct err *e);
static bool post_user(struct http_call *c, struct err *e);
static bool get_keys(struct http_call *c, struct err *e);
static bool post_key(struct http_call *c, struct err *e);
static bool delete_key(struct http_call *c, struct err *e);
static bool get_policy(struct http_call *c, struct err *e);
static bool put_policy(struct http_call *c, struct err *e);

const struct http_route api_directory_routes[] = {
    {HTTP_GET, "/v1/orgs", MAY_ADMINISTER, get_orgs, "Organisations of the directory"},
    {HTTP_GET, "/v1/orgs/{id}", MAY_ADMINISTER, get_org, "One organisation"},
    {HTTP_POST, "/v1/orgs", MAY_ADMINISTER, post_org,
     "Register an organisation, or change one whose id is given", .request = "org"},
    {HTTP_GET, "/v1/users", MAY_ADMINISTER, get_users, "People"},
    {HTTP_POST, "/v1/users", MAY_ADMINISTER, post_user, "Register a person", .request = "user"},
    {HTTP_GET, "/v1/keys", MAY_ADMINISTER, get_keys, "API keys, without their secrets"},
    {HTTP_POST, "/v1/keys", MAY_ADMINISTER, post_key,
     "Make an API key; the answer is the only place where its secret stands", .request = "key",
     .response = "key-made"},
    {HTTP_DELETE, "/v1/keys/{id}", MAY_ADMINISTER, delete_key, "Revoke an API key"},
    {HTTP_GET, "/v1/policy", MAY_ADMINISTER, get_policy, "The policy in force"},
    {HTTP_PUT, "/v1/policy", MAY_ADMINISTER, put_policy,
     "Set the policy: YAML or JSON; If-Match guards against another's change"},
};
const size_t api_directory_count = COUNT(api_directory_routes);

static bool get_orgs(struct http_call *c, struct err *e)
{
    struct release way;
    return api_own_only(c, e) && api_way(c, GATE_ANSWER, &way, e) &&
           node_orgs_clear(c->context, c->memory, &way, S(""), &c->reply, e);
}

static bool get_org(struct http_call *c, struct err *e)
{
    struct release way;
    return api_own_only(c, e) && api_way(c, GATE_ANSWER, &way, e) &&
           node_orgs_clear(c->context, c->memory, &way, http_arg(c, "id"), &c->reply, e);
}

static void render_org(const struct node_command *command, struct jsonw *w)
{
    jw_member_cstr(w, "id", ((const struct node_org_add *)command)->id);
}

static bool start_org(struct http_call *c, struct node_command *command, struct err *e)
{
    return node_org_add(c->context, (struct node_org_add *)command, e);
}

static bool post_org(struct http_call *c, struct err *e)
{
    const struct json *v = NULL;
    struct node_org_add *r = arena_new(c->memory, struct node_org_add);
    if (!api_own_only(c, e) || !api_json(c, &v, e))
        return false;
    const struct json *list = json_get(v, S("constituency"));
    struct node_range *ranges =
        arena_array(c->memory, struct node_range, (list ? list->count : 0) + 1);
    if (!r || !ranges)
        return err_set(e, ERR_LIMIT, "no room");
    for (json_each(range, list))
        ranges[r->range_count++] =
            (struct node_range){json_text(range, S("kind")), json_text(range, S("value"))};
    r->ranges = ranges;
    r->org_id = json_text(v, S("id"));
    r->name = json_text(v, S("name"));
    r->sector = json_text(v, S("sector"));
    r->country = json_text(v, S("country"));
    r->role = json_text(v, S("role"));
    r->key = json_text(v, S("key"));
    return api_write(c, &(struct api_write){.command = &r->command,
                                            .start = start_org,
                                            .render = render_org,
                                            .status = 201});
}

static bool get_users(struct http_call *c, struct err *e)
{
    struct release way;
    return api_own_only(c, e) && api_way(c, GATE_ANSWER, &way, e) &&
           node_users_clear(c->context, c->memory, &way, &c->reply, e);
}

static void render_user(const struct node_command *command, struct jsonw *w)
{
    jw_member_cstr(w, "id", ((const struct node_user_add *)command)->id);
}

static bool start_user(struct http_call *c, struct node_command *command, struct err *e)
{
    return node_user_add(c->context, (struct node_user_add *)command, e);
}

static bool post_user(struct http_call *c, struct err *e)
{
    const struct json *v = NULL;
    struct node_user_add *r = arena_new(c->memory, struct node_user_add);
    if (!api_own_only(c, e) || !api_json(c, &v, e))
        return false;
    r->org_id = json_text(v, S("org"));
    r->name = json_text(v, S("name"));
    if (!r->org_id.len)
        r->org_id = c->who->org;
    return api_write(c, &(struct api_write){.command = &r->command,
                                            .start = start_user,
                                            .render = render_user,
                                            .status = 201});
}

static bool get_keys(struct http_call *c, struct err *e)
{
    struct release way;
    return api_own_only(c, e) && api_way(c, GATE_ANSWER, &way, e) &&
           node_keys_clear(c->context, c->memory, &way, &c->reply, e);
}

static void render_key(const struct node_command *command, struct jsonw *w)
{
    const struct node_key_add *r = (const struct node_key_add *)command;
    jw_member_cstr(w, "id", r->id);
    jw_member_cstr(w, "key", r->secret);
    jw_member_time(w, "expires", r->expires);
}

static bool start_key(struct http_call *c, struct node_command *command, struct err *e)
{
    return node_key_add(c->context, (struct node_key_add *)command, e);
}

static bool post_key(struct http_call *c, struct err *e)
{
    const struct json *v = NULL;
    struct node *n = c->context;
    struct node_key_add *r = arena_new(c->memory, struct node_key_add);
    if (!api_own_only(c, e) || !api_json(c, &v, e))
        return false;
    int64_t days = 90;
    if (json_get(v, S("days")) && (!json_int(v, S("days"), &days) || days < 1 || days > 3650))
        return err_set(e, ERR_INVALID, "days is a whole number from 1 to 3650");
    r->org_id = json_text(v, S("org"));
    if (!r->org_id.len)
        r->org_id = c->who->org;
    r->person = json_text(v, S("person"));
    r->name = json_text(v, S("name"));
    r->expires = node_clock(n)->now(node_clock(n)) + days * 86400 * TIME_SECOND;
    return permission_parse(json_text(v, S("scopes")), &r->scopes, e) &&
           api_write(c, &(struct api_write){.command = &r->command,
                                            .start = start_key,
                                            .render = render_key,
                                            .status = 201});
}

static void render_revoked(const struct node_command *command, struct jsonw *w)
{
    jw_member_str(w, "id", ((const struct node_key_revoke *)command)->id);
    jw_member_bool(w, "revoked", true);
}

static bool start_revoke(struct http_call *c, struct node_command *command, struct err *e)
{
    return node_key_revoke(c->context, (struct node_key_revoke *)command, e);
}

static bool delete_key(struct http_call *c, struct err *e)
{
    struct node_key_revoke *r = arena_new(c->memory, struct node_key_revoke);
    if (!api_own_only(c, e))
        return false;
    r->id = http_arg(c, "id");
    return api_write(c, &(struct api_write){.command = &r->command,
                                            .start = start_revoke,
                                            .render = render_revoked});
}

static bool get_policy(struct http_call *c, struct err *e)
{
    struct release way;
    return api_own_only(c, e) && api_way(c, GATE_ANSWER, &way, e) &&
           node_policy_clear(c->context, c->memory, &way, &c->reply, &c->etag, e);
}

static void render_policy(const struct node_command *command, struct jsonw *w)
{
    jw_member_int(w, "version", ((const struct node_policy_set *)command)->version);
}

static bool start_policy(struct http_call *c, struct node_command *command, struct err *e)
{
    return node_policy_set(c->context, (struct node_policy_set *)command, e);
}

static bool put_policy(struct http_call *c, struct err *e)
{
    struct node_policy_set *r = arena_new(c->memory, struct node_policy_set);
    if (!r)
        return err_set(e, ERR_LIMIT, "no room");
    r->text = c->body;
    return api_own_only(c, e) && api_if_match(c, &r->if_version, e) &&
           api_write(c, &(struct api_write){.command = &r->command,
                                            .start = start_policy,
                                            .render = render_policy});
}
