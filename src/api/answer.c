/* answer.c - from a command or a look-up to a reply that the gate has cleared for the caller. */
#include "api/api_private.h"

enum { ANSWER_MAX = 64 * 1024 };

bool api_way(struct http_call *c, enum gate_purpose purpose, struct release *ret, struct err *e)
{
    struct node *n = c->context;
    struct gate_policy *policy = arena_new(c->memory, struct gate_policy);
    struct db *db = node_read(n, e);
    bool ok = db && policy && node_gate_policy(n, db, c->memory, policy, e);
    node_read_end(n, db);
    if (ok)
        *ret = (struct release){.policy = policy,
                                .reader = &api_account(c)->reader,
                                .purpose = purpose};
    return ok;
}

bool api_own_only(struct http_call *c, struct err *e)
{
    return api_account(c)->own
               ? true
               : err_set(e, ERR_DENIED, "this is for the organisation whose node this is");
}

void api_note(struct http_call *c, const char *what)
{
    node_note_read(c->context, c->who->actor, c->who->org, what);
}

struct pending {
    struct http_call *call;
    struct release way;
    struct api_write write;
};

static bool clear_answer(struct http_call *c, const struct release *way,
                         const struct api_write *write, struct err *e)
{
    AUTO(buf_drop) struct buf out = BUF(ANSWER_MAX);
    struct jsonw w = JSONW(&out);
    jw_object(&w);
    write->render(write->command, &w);
    jw_end(&w);
    if (out.over)
        return err_set(e, ERR_LIMIT, "the answer is too long");
    c->status = write->status;
    return gate_own(c->memory, way, way->reader->org, buf_str(&out), &c->reply, e);
}

static void durable(struct node_command *command, bool ok, const struct err *e)
{
    struct pending *p = command->ctx;
    struct err failed = {};
    if (!ok)
        failed = *e;
    else
        ok = clear_answer(p->call, &p->way, &p->write, &failed);
    http_finish(p->call, ok ? NULL : &failed);
}

bool api_write(struct http_call *c, const struct api_write *write)
{
    struct err e = {};
    struct pending *p = arena_new(c->memory, struct pending);
    http_park(c);
    if (!p || !api_way(c, GATE_ANSWER, &p->way, &e)) {
        http_finish(c, &e);
        return true;
    }
    p->call = c;
    p->write = *write;
    write->command->actor = c->who->actor;
    write->command->org = c->who->org;
    write->command->done = durable;
    write->command->ctx = p;
    if (!write->start(c, write->command, &e))
        http_finish(c, &e);
    return true;
}

bool api_answer(struct http_call *c, const struct api_write *write, struct err *e)
{
    struct release way;
    return api_way(c, GATE_ANSWER, &way, e) && clear_answer(c, &way, write, e);
}

bool api_if_match(struct http_call *c, int64_t *ret_version, struct err *e)
{
    struct str tag = http_header(c, HTTP_IF_MATCH);
    int64_t version = 0;
    *ret_version = 0;
    if (!tag.len || str_eq(tag, S("*")))
        return true;
    if (tag.len < 3 || tag.len > 20 || tag.ptr[0] != '"' || tag.ptr[tag.len - 1] != '"')
        return err_set(e, ERR_CONFLICT, "If-Match names no version of ours");
    for (size_t i = 1; i + 1 < tag.len; i++) {
        if (tag.ptr[i] < '0' || tag.ptr[i] > '9')
            return err_set(e, ERR_CONFLICT, "If-Match names no version of ours");
        version = version * 10 + (tag.ptr[i] - '0');
    }
    *ret_version = version ? version : -1;
    return true;
}

bool api_json(struct http_call *c, const struct json **ret, struct err *e)
{
    const struct json *v = json_parse(c->memory, c->body, e);
    if (!v)
        return err_wrap(e, "body");
    if (v->kind != JSON_OBJECT)
        return err_set(e, ERR_INVALID, "the body is a JSON object");
    *ret = v;
    return true;
}
