/* links.c - /v1/link: what other nodes push to us; /v1/links: which nodes we follow. */
#include "node/link.h"

#include "api/api_private.h"

static bool get_state(struct http_call *c, struct err *e);
static bool post_items(struct http_call *c, struct err *e);
static bool get_links(struct http_call *c, struct err *e);
static bool post_link(struct http_call *c, struct err *e);

const struct http_route api_link_routes[] = {
    {HTTP_GET, "/v1/link/state", MAY_LINK, get_state, "How far this node has taken your items"},
    {HTTP_POST, "/v1/link/items", MAY_LINK, post_items,
     "Items, one a line, signed by your node, in the order of their numbers", HTTP_LARGE,
     .response = "items-taken"},
    {HTTP_GET, "/v1/links", MAY_ADMINISTER, get_links, "The nodes this one follows or witnesses"},
    {HTTP_POST, "/v1/links", MAY_ADMINISTER, post_link, "Follow or witness another node",
     .request = "link"},
};
const size_t api_link_count = COUNT(api_link_routes);

static bool get_state(struct http_call *c, struct err *e)
{
    struct release way;
    return api_way(c, GATE_ANSWER, &way, e) &&
           node_peer_clear(c->context, c->memory, &way, &c->reply, e);
}

static void render_items(const struct node_command *command, struct jsonw *w)
{
    const struct node_items *r = (const struct node_items *)command;
    jw_member_int(w, "number", r->number);
    jw_member_int(w, "taken", (int64_t)r->taken);
    jw_member_int(w, "repeated", (int64_t)r->repeated);
    jw_member_bool(w, "gap", r->gap);
}

static bool start_items(struct http_call *c, struct node_command *command, struct err *e)
{
    return node_take_items(c->context, c->memory, (struct node_items *)command, e);
}

static bool post_items(struct http_call *c, struct err *e)
{
    struct node_items *r = arena_new(c->memory, struct node_items);
    if (!r)
        return err_set(e, ERR_LIMIT, "no room");
    r->peer = c->who->org;
    r->text = c->body;
    return api_write(c, &(struct api_write){.command = &r->command,
                                            .start = start_items,
                                            .render = render_items});
}

static bool get_links(struct http_call *c, struct err *e)
{
    struct release way;
    return api_own_only(c, e) && api_way(c, GATE_ANSWER, &way, e) &&
           node_links_clear(c->context, c->memory, &way, &c->reply, e);
}

static void render_link(const struct node_command *command, struct jsonw *w)
{
    jw_member_cstr(w, "id", ((const struct node_link_add *)command)->id);
}

static bool post_link(struct http_call *c, struct err *e)
{
    struct node_link_add r = {.command = {.actor = c->who->actor, .org = c->who->org}};
    const struct json *v = NULL;
    if (!api_own_only(c, e) || !api_json(c, &v, e))
        return false;
    const struct {
        struct str name;
        struct str *to;
    } members[] = {
        {S_("url"), &r.url},     {S_("pin"), &r.pin},       {S_("key"), &r.key},
        {S_("token"), &r.token}, {S_("org"), &r.org},       {S_("direction"), &r.direction},
        {S_("name"), &r.name},   {S_("sector"), &r.sector}, {S_("country"), &r.country},
        {S_("role"), &r.role},
    };
    for (size_t i = 0; i < COUNT(members); i++)
        *members[i].to = json_text(v, members[i].name);
    return node_link_add(c->context, &r, e) && api_answer(c,
                                                          &(struct api_write){.command = &r.command,
                                                                              .render = render_link,
                                                                              .status = 201},
                                                          e);
}
