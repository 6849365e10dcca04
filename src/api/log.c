/* log.c - /v1/log: the journal as outsiders check it. */
#include "api/api_private.h"
#include "node/oversight.h"

static bool get_checkpoint(struct http_call *c, struct err *e);
static bool get_proof(struct http_call *c, struct err *e);
static bool get_entries(struct http_call *c, struct err *e);
static bool post_cosignature(struct http_call *c, struct err *e);
static bool post_witness(struct http_call *c, struct err *e);

static const struct http_param checkpoint_query[] = {
    {"cosigned", "the newest one that a witness has cosigned", false}, {0}};
static const struct http_param proof_query[] = {{"from", "growth: the smaller size, in leaves",
                                                 false},
                                                {"to", "growth: the larger size", false},
                                                {"entry", "inclusion: the entry's number", false},
                                                {"size", "inclusion: in the tree of so many leaves",
                                                 false},
                                                {0}};
static const struct http_param entries_query[] = {{"from", "first entry's number", false},
                                                  {"limit", "at most so many, up to 1000", false},
                                                  {0}};

enum { ANY_READER = MAY_LINK | MAY_READ | MAY_OVERSEE | MAY_ADMINISTER | MAY_SENSE };

const struct http_route api_log_routes[] = {
    {HTTP_GET, "/v1/log/checkpoint", ANY_READER, get_checkpoint,
     "The newest checkpoint, a signed note with what witnesses have cosigned",
     .query = checkpoint_query},
    {HTTP_GET, "/v1/log/proof", ANY_READER, get_proof,
     "A Merkle proof: that the log only grew, or that an entry is in it", .query = proof_query},
    {HTTP_GET, "/v1/log/entries", MAY_OVERSEE, get_entries, "Entries, for the oversight role",
     .query = entries_query},
    {HTTP_POST, "/v1/log/cosignatures", MAY_OVERSEE, post_cosignature,
     "A checkpoint that a witness has cosigned"},
    {HTTP_POST, "/v1/log/witness", MAY_ADMINISTER, post_witness,
     "Witness the logs of all witness links now"},
};
const size_t api_log_count = COUNT(api_log_routes);

static bool get_checkpoint(struct http_call *c, struct err *e)
{
    struct release way;
    c->content_type = "text/plain; charset=utf-8";
    return api_way(c, GATE_ANSWER, &way, e) &&
           (http_has_query(c, "cosigned")
                ? node_cosigned_clear(c->context, c->memory, &way, &c->reply, e)
                : node_checkpoint_clear(c->context, c->memory, &way, &c->reply, e));
}

static bool get_proof(struct http_call *c, struct err *e)
{
    struct release way;
    struct node_proof proof = {};
    const int64_t bounds[2] = {0, INT64_MAX};
    return http_query_int(c, "from", bounds, 0, &proof.from, e) &&
           http_query_int(c, "to", bounds, 0, &proof.to, e) &&
           http_query_int(c, "entry", bounds, 0, &proof.entry, e) &&
           http_query_int(c, "size", bounds, 0, &proof.size, e) &&
           api_way(c, GATE_ANSWER, &way, e) &&
           node_proof_clear(c->context, c->memory, &way, &proof, &c->reply, e);
}

static bool get_entries(struct http_call *c, struct err *e)
{
    struct release way;
    struct node_entries asked = {};
    const int64_t any[2] = {1, INT64_MAX}, page[2] = {1, 1000};
    if (api_account(c)->reader.role != READER_COMMISSION)
        return err_set(e, ERR_DENIED, "entries are for the oversight role alone");
    if (!http_query_int(c, "from", any, 1, &asked.from, e) ||
        !http_query_int(c, "limit", page, 100, &asked.most, e) ||
        !api_way(c, GATE_OVERSIGHT, &way, e))
        return false;
    api_note(c, "journal entries");
    return node_entries_clear(c->context, c->memory, &way, &asked, &c->reply, e);
}

static void render_cosigned(const struct node_command *command, struct jsonw *w)
{
    (void)command;
    jw_member_bool(w, "cosigned", true);
}

static bool start_cosigned(struct http_call *c, struct node_command *command, struct err *e)
{
    return node_cosign(c->context, c->memory, (struct node_cosign *)command, e);
}

static bool post_cosignature(struct http_call *c, struct err *e)
{
    struct node_cosign *r = arena_new(c->memory, struct node_cosign);
    if (!r)
        return err_set(e, ERR_LIMIT, "no room");
    if (api_account(c)->reader.role != READER_COMMISSION)
        return err_set(e, ERR_DENIED, "only the oversight role witnesses");
    r->note = c->body;
    r->witness = c->who->org;
    return api_write(c, &(struct api_write){.command = &r->command,
                                            .start = start_cosigned,
                                            .render = render_cosigned});
}

static bool post_witness(struct http_call *c, struct err *e)
{
    struct node_command none = {};
    return api_own_only(c, e) && node_witness_all(c->context, e) &&
           api_answer(c, &(struct api_write){.command = &none, .render = render_cosigned}, e);
}
