/* warnings.c - /v1/warnings: what everybody is warned of, who heard, and taking it back. */
#include "node/warning.h"

#include "api/api_private.h"
#include "intel/normalise.h"

static bool get_warnings(struct http_call *c, struct err *e);
static bool get_warning(struct http_call *c, struct err *e);
static bool post_warning(struct http_call *c, struct err *e);
static bool post_withdraw(struct http_call *c, struct err *e);

static const struct http_param page_query[] = {{"cursor", "where the last page ended", false},
                                               {"limit", "at most so many, up to 1000", false},
                                               {0}};

const struct http_route api_warning_routes[] = {
    {HTTP_GET, "/v1/warnings", MAY_READ, get_warnings, "Warnings, newest first",
     .query = page_query},
    {HTTP_GET, "/v1/warnings/{id}", MAY_READ, get_warning,
     "One warning, with receipts and whom it was withheld from"},
    {HTTP_POST, "/v1/warnings", MAY_DECIDE, post_warning, "Warn, as an analyst",
     .request = "warning"},
    {HTTP_POST, "/v1/warnings/{id}/withdraw", MAY_DECIDE, post_withdraw,
     "Take a warning back, everywhere"},
};
const size_t api_warning_count = COUNT(api_warning_routes);

static bool get_warnings(struct http_call *c, struct err *e)
{
    struct release way;
    struct node_page page = {.cursor = http_query(c, "cursor")};
    const int64_t bounds[2] = {1, 1000};
    if (!http_query_int(c, "limit", bounds, 100, &page.most, e) ||
        !api_way(c, GATE_ANSWER, &way, e))
        return false;
    api_note(c, "warnings");
    return node_warnings_clear(c->context, c->memory, &way, &page, &c->reply, e);
}

static bool get_warning(struct http_call *c, struct err *e)
{
    struct release way;
    struct node_answer answer = {};
    if (!api_way(c, GATE_ANSWER, &way, e))
        return false;
    api_note(c, "warning");
    return node_warning_clear(c->context, c->memory, &way, http_arg(c, "id"), &answer, e) &&
           api_reply(c, &answer);
}

static void render_warning(const struct node_command *command, struct jsonw *w)
{
    const struct node_warn *r = (const struct node_warn *)command;
    jw_member_cstr(w, "id", r->id);
    jw_member_bool(w, "repeated", r->repeated);
}

static bool start_warning(struct http_call *c, struct node_command *command, struct err *e)
{
    return node_warn(c->context, (struct node_warn *)command, e);
}

/* The value as people write it, or {"kind","value"} as programs do. */
static bool read_selector(struct http_call *c, const struct json *v, struct selector *ret,
                          struct err *e)
{
    const struct json *s = json_get(v, S("selector"));
    struct normal *normal = arena_new(c->memory, struct normal);
    enum why why;
    if (s && s->kind == JSON_OBJECT) {
        ret->value = json_text(s, S("value"));
        return selector_kind_parse(json_text(s, S("kind")), &ret->kind)
                   ? selector_check(ret, e)
                   : err_set(e, ERR_INVALID, "selector.kind is ipv4, domain, url, ja4, …");
    }
    struct str text = s ? s->text : STR_NONE;
    if (!normal || !normalise(CLAIM_ANY, text, normal, &why))
        return err_set(e, ERR_INVALID, "selector: %s", normal ? why_text(why, false) : "no room");
    *ret = normal->selector;
    return true;
}

static bool read_warning(struct http_call *c, struct node_warn *r, struct err *e)
{
    const struct json *v = NULL;
    if (!api_json(c, &v, e) || !read_selector(c, v, &r->selector, e))
        return false;
    struct str class = json_text(v, S("class")), tlp = json_text(v, S("tlp"));
    r->class = THREAT_OTHER;
    if (class.len && !threat_class_parse(class, &r->class))
        return err_set(e, ERR_INVALID, "class is c2, phishing, malware, scan or other");
    if (tlp.len && !tlp_parse_loose(tlp, &r->tlp))
        return err_set(e, ERR_INVALID, "tlp is CLEAR, GREEN, AMBER, AMBER+STRICT or RED");
    r->threat = json_text(v, S("threat"));
    r->why = json_text(v, S("why"));
    r->confidence = 70;
    if (json_get(v, S("confidence")) && !json_int(v, S("confidence"), &r->confidence))
        return err_set(e, ERR_INVALID, "confidence is a whole number from 0 to 100");
    if (json_get(v, S("valid_for")) && !json_int(v, S("valid_for"), &r->valid_for))
        return err_set(e, ERR_INVALID, "valid_for is a whole number of seconds");
    if (r->threat.len > 256 || r->why.len > 2000)
        return err_set(e, ERR_LIMIT, "threat or why is too long");
    return true;
}

static bool post_warning(struct http_call *c, struct err *e)
{
    struct node_warn *r = arena_new(c->memory, struct node_warn);
    if (!r)
        return err_set(e, ERR_LIMIT, "no room");
    r->idempotency_key = http_header(c, HTTP_IDEMPOTENCY_KEY);
    return api_own_only(c, e) && read_warning(c, r, e) &&
           api_write(c, &(struct api_write){.command = &r->command,
                                            .start = start_warning,
                                            .render = render_warning,
                                            .status = 201});
}

static void render_withdrawal(const struct node_command *command, struct jsonw *w)
{
    jw_member_str(w, "id", ((const struct node_withdraw *)command)->id);
    jw_member_bool(w, "withdrawn", true);
}

static bool start_withdrawal(struct http_call *c, struct node_command *command, struct err *e)
{
    return node_withdraw(c->context, (struct node_withdraw *)command, e);
}

static bool post_withdraw(struct http_call *c, struct err *e)
{
    struct node_withdraw *r = arena_new(c->memory, struct node_withdraw);
    const struct json *v = NULL;
    if (!r)
        return err_set(e, ERR_LIMIT, "no room");
    if (c->body.len && !api_json(c, &v, e))
        return false;
    r->id = http_arg(c, "id");
    r->reason = json_text(v, S("reason"));
    if (r->reason.len > 2000)
        return err_set(e, ERR_LIMIT, "the reason is too long");
    return api_own_only(c, e) && api_if_match(c, &r->if_version, e) &&
           api_write(c, &(struct api_write){.command = &r->command,
                                            .start = start_withdrawal,
                                            .render = render_withdrawal});
}
