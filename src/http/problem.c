/* problem.c - see problem.h for what a problem may say. */
#include "http/problem.h"

#include "core/jsonw.h"

static const struct {
    int status;
    const char *type, *title;
} kinds[] = {
    {400, "invalid", "the input is not what the interface accepts"},
    {401, "not-authenticated", "no credentials, or none that are known"},
    {403, "denied", "the caller may not do this"},
    {404, "not-found", "no such object"},
    {405, "method", "this path does not take this method"},
    {408, "timeout", "the request did not arrive in time"},
    {409, "conflict", "the object changed, or already exists"},
    {412, "precondition", "the object is not the version that was named"},
    {413, "limit", "a size or count limit was reached"},
    {415, "media-type", "this content type is not accepted here"},
    {500, "internal", "something failed here; the log has it under this request's id"},
    {503, "unavailable", "too busy, or stopping: ask again later"},
};

struct problem problem_status(int status)
{
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (kinds[i].status == status)
            return (struct problem){status, kinds[i].type, kinds[i].title, STR_NONE, STR_NONE};
    return problem_status(500);
}

struct problem problem_of(const struct err *e)
{
    int status = e->code == ERR_OK ? 500 : err_http_status(e->code);
    struct problem p = problem_status(status);
    if (p.status < 500)
        p.detail = (struct str){e->text, strlen(e->text)};
    return p;
}

void problem_write(const struct problem *p, struct buf *out)
{
    struct jsonw w = JSONW(out);
    jw_object(&w);
    jw_key(&w, "type");
    char type[80];
    int n = snprintf(type, sizeof type, "urn:hinomi:problem:%s", p->type);
    jw_str(&w, (struct str){type, (size_t)n});
    jw_member_cstr(&w, "title", p->title);
    jw_member_int(&w, "status", p->status);
    if (p->detail.len)
        jw_member_str(&w, "detail", p->detail);
    if (p->instance.len)
        jw_member_str(&w, "instance", p->instance);
    jw_end(&w);
}
