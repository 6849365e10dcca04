/* reidentifications.c - /v1/reidentifications: who asked whom a pseudonym stands for goes into the journal first. */
#include "node/reidentification.h"

#include "api/api_private.h"

static bool post_reidentification(struct http_call *c, struct err *e);

const struct http_route api_reidentification_routes[] = {
    {HTTP_POST, "/v1/reidentifications", MAY_DECIDE, post_reidentification,
     "Journal the signed record of a re-identification; the answer comes when it is durable",
     .request = "reidentification", .response = "reidentification-taken"},
};
const size_t api_reidentification_count = COUNT(api_reidentification_routes);

static void render(const struct node_command *command, struct jsonw *w)
{
    jw_member_int(w, "seq", ((const struct node_reidentification *)command)->seq);
}

static bool start(struct http_call *c, struct node_command *command, struct err *e)
{
    return node_reidentification(c->context, c->memory, (struct node_reidentification *)command, e);
}

static bool post_reidentification(struct http_call *c, struct err *e)
{
    struct node_reidentification *r = arena_new(c->memory, struct node_reidentification);
    if (!r)
        return err_set(e, ERR_LIMIT, "no room");
    r->record = c->body;
    return api_own_only(c, e) && api_write(c, &(struct api_write){.command = &r->command,
                                                                  .start = start,
                                                                  .render = render,
                                                                  .status = 201});
}
