/* exchange_answer.c - the four ways to answer, and the refusal of bytes cleared for somebody else. */
#include "http/exchange_private.h"

#include "core/log.h"

void answer_problem(struct http_exchange *x, const struct problem *p)
{
    struct problem copy = *p;
    copy.instance = arena_fmt(&x->memory, "urn:hinomi:request:%s", x->id);
    AUTO(buf_drop) struct buf out = BUF(4096);
    problem_write(&copy, &out);
    x->answer = (struct exchange_answer){
        .status = p->status,
        .content_type = "application/problem+json",
        .bytes = arena_str(&x->memory, buf_str(&out)),
        .allow = x->match.allow,
        .retry_after_s = p->status == 503 ? 1 : 0,
    };
    x->hub = NULL;
}

void answer_status(struct http_exchange *x, int status)
{
    struct problem p = problem_status(status);
    answer_problem(x, &p);
}

static bool etag_matches(struct str wanted, struct str etag)
{
    if (!etag.len || !wanted.len)
        return false;
    while (wanted.len) {
        struct str one = str_cut(wanted, ',', &wanted);
        while (one.len && one.ptr[0] == ' ')
            one = str_skip(one, 1);
        while (one.len && one.ptr[one.len - 1] == ' ')
            one.len--;
        if (str_starts(one, S("W/")))
            one = str_skip(one, 2);
        if (str_eq(one, etag) || str_eq(one, S("*")))
            return true;
    }
    return false;
}

static bool is_read(const struct http_exchange *x)
{
    return str_eq(x->method, S("GET")) || str_eq(x->method, S("HEAD"));
}

/* RFC 9110 13.1.2: a reader that has this version already is told so, without the bytes. */
static void answer_unless_known(struct http_exchange *x)
{
    struct exchange_answer *a = &x->answer;
    if (a->status == 200 && is_read(x) && etag_matches(x->headers[HTTP_IF_NONE_MATCH], a->etag)) {
        a->status = 304;
        a->bytes = STR_NONE;
    }
}

void answer_call(struct http_exchange *x)
{
    const struct http_call *c = &x->call;
    if (x->hub && !cleared_covers(x->stream_class, x->who.reader)) {
        log_error("request %s: %s would follow the stream of other readers", x->id,
                  x->match.route->path);
        answer_status(x, 500);
        return;
    }
    if (x->hub) {
        x->answer = (struct exchange_answer){.status = 200, .content_type = "text/event-stream"};
        return;
    }
    struct str bytes = cleared_bytes(c->reply, x->who.reader);
    if (c->reply && !bytes.ptr) {
        log_error("request %s: %s answered with bytes that were cleared for another reader", x->id,
                  x->match.route->path);
        answer_status(x, 500);
        return;
    }
    x->answer = (struct exchange_answer){
        .status = c->status  ? c->status
                  : c->reply ? 200
                             : 204,
        .content_type = c->content_type ? c->content_type : "application/json",
        .bytes = bytes,
        .etag = c->etag,
        .location = c->location,
    };
    answer_unless_known(x);
}

static void answer_asset(struct http_exchange *x, const struct http_asset *asset)
{
    x->match.allow = 1u << HTTP_GET;
    if (!is_read(x)) {
        answer_status(x, 405);
        return;
    }
    x->answer = (struct exchange_answer){
        .status = 200,
        .content_type = asset->content_type,
        .bytes = asset->bytes,
        .etag = asset->etag,
        .fixed = true,
    };
    answer_unless_known(x);
}

static void answer_health(struct http_exchange *x)
{
    const struct http_options *o = x->host->options;
    bool well = !o->healthy || o->healthy(o->hook);
    struct http_asset health = {
        .path = "/healthz",
        .content_type = "application/json",
        .bytes = well ? S("{\"status\":\"ok\"}\n") : S("{\"status\":\"failing\"}\n"),
    };
    answer_asset(x, &health);
    if (x->answer.status == 200 && !well)
        x->answer.status = 503;
    x->answer.fixed = false;
}

bool answer_fixed(struct http_exchange *x)
{
    const struct http_options *o = x->host->options;
    if (str_eq(x->uri.path, S("/healthz"))) {
        answer_health(x);
        return true;
    }
    for (size_t i = 0; i < o->asset_count; i++) {
        const struct http_asset *asset = &o->assets[i];
        if (str_eq(x->uri.path, (struct str){asset->path, strlen(asset->path)})) {
            answer_asset(x, asset);
            return true;
        }
    }
    return false;
}
