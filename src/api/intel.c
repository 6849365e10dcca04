/* intel.c - /v1/intel and /v1/indicators: feeds in, look-ups out, claims taken back. */
#include "node/intel.h"

#include "api/api_private.h"
#include "intel/normalise.h"

static bool post_intel(struct http_call *c, struct err *e);
static bool get_imports(struct http_call *c, struct err *e);
static bool get_indicators(struct http_call *c, struct err *e);
static bool delete_indicator(struct http_call *c, struct err *e);

static const struct http_param import_query[] = {{"source", "name of the source", true},
                                                 {"grade",
                                                  "its Admiralty grade, B2; F6 when absent", false},
                                                 {"tlp", "TLP of items that bear none: TLP:GREEN",
                                                  false},
                                                 {0}};
static const struct http_param indicator_query[] = {
    {"value", "address, network, name, URL, fingerprint or hash: exact look-up", false},
    {"cursor", "where the last page ended", false},
    {"limit", "at most so many, up to 1000", false},
    {0}};
static const struct http_param withdraw_query[] = {{"value", "the selector's value", true},
                                                   {"source",
                                                    "whose claim; everybody's when absent", false},
                                                   {0}};

const struct http_route api_intel_routes[] = {
    {HTTP_POST, "/v1/intel", MAY_WRITE_INTEL, post_intel,
     "Import a feed: STIX, MISP, CSV, hosts file, list; the bytes as they are", HTTP_LARGE,
     .response = "import", .query = import_query},
    {HTTP_GET, "/v1/intel", MAY_READ_INTEL, get_imports, "What was imported, newest first"},
    {HTTP_GET, "/v1/indicators", MAY_READ_INTEL, get_indicators,
     "One indicator with every claim and the arithmetic of its score, or all, page by page",
     .query = indicator_query},
    {HTTP_DELETE, "/v1/indicators", MAY_WRITE_INTEL, delete_indicator, "Take claims back",
     .query = withdraw_query},
};
const size_t api_intel_count = COUNT(api_intel_routes);

static void render_import(const struct node_command *command, struct jsonw *w)
{
    const struct node_import *r = (const struct node_import *)command;
    jw_member_cstr(w, "id", r->id);
    jw_member_int(w, "seq", r->seq);
    jw_member_cstr(w, "format", intel_format_name(r->format));
    jw_member_int(w, "items", r->count.items);
    jw_member_int(w, "usable", r->count.usable);
    jw_member_int(w, "kept", r->count.kept);
    jw_member_int(w, "refused", r->count.refused);
    jw_member_int(w, "fresh", r->count.fresh);
    jw_member_bool(w, "repeated", r->repeated);
}

static bool start_import(struct http_call *c, struct node_command *command, struct err *e)
{
    return node_import(c->context, (struct node_import *)command, e);
}

static bool post_intel(struct http_call *c, struct err *e)
{
    struct node_import *r = arena_new(c->memory, struct node_import);
    struct str grade = http_query(c, "grade"), tlp = http_query(c, "tlp");
    if (!r)
        return err_set(e, ERR_LIMIT, "no room");
    r->source = http_query(c, "source");
    r->grade = GRADE_UNKNOWN;
    r->bytes = c->body;
    r->idempotency_key = http_header(c, HTTP_IDEMPOTENCY_KEY);
    if (!api_own_only(c, e))
        return false;
    if (grade.len && !grade_parse(grade, &r->grade))
        return err_set(e, ERR_INVALID, "grade is a letter A to F and a figure 1 to 6: B2");
    if (tlp.len && !tlp_parse_loose(tlp, &r->tlp))
        return err_set(e, ERR_INVALID, "tlp is CLEAR, GREEN, AMBER, AMBER+STRICT or RED");
    return api_write(c, &(struct api_write){.command = &r->command,
                                            .start = start_import,
                                            .render = render_import,
                                            .status = 201});
}

static bool get_imports(struct http_call *c, struct err *e)
{
    struct release way;
    return api_own_only(c, e) && api_way(c, GATE_ANSWER, &way, e) &&
           node_imports_clear(c->context, c->memory, &way, &c->reply, e);
}

static bool get_indicators(struct http_call *c, struct err *e)
{
    struct release way;
    struct node_answer answer = {};
    struct node_page page = {.cursor = http_query(c, "cursor")};
    const int64_t bounds[2] = {1, 1000};
    struct str value = http_query(c, "value");
    if (!api_way(c, GATE_ANSWER, &way, e))
        return false;
    api_note(c, value.len ? "indicator" : "indicators");
    if (value.len)
        return node_indicator_clear(c->context, c->memory, &way, value, &answer, e) &&
               api_reply(c, &answer);
    return http_query_int(c, "limit", bounds, 100, &page.most, e) &&
           node_indicators_clear(c->context, c->memory, &way, &page, &c->reply, e);
}

static void render_withdrawal(const struct node_command *command, struct jsonw *w)
{
    jw_member_int(w, "dropped", ((const struct node_withdraw_intel *)command)->dropped);
}

static bool start_withdrawal(struct http_call *c, struct node_command *command, struct err *e)
{
    return node_withdraw_intel(c->context, (struct node_withdraw_intel *)command, e);
}

static bool delete_indicator(struct http_call *c, struct err *e)
{
    struct node_withdraw_intel *r = arena_new(c->memory, struct node_withdraw_intel);
    struct normal *normal = arena_new(c->memory, struct normal);
    enum why why;
    if (!r || !normal)
        return err_set(e, ERR_LIMIT, "no room");
    if (!api_own_only(c, e))
        return false;
    if (!normalise(CLAIM_ANY, http_query(c, "value"), normal, &why))
        return err_set(e, ERR_INVALID, "value: %s", why_text(why, false));
    r->selector = normal->selector;
    r->source = http_query(c, "source");
    return api_write(c, &(struct api_write){.command = &r->command,
                                            .start = start_withdrawal,
                                            .render = render_withdrawal});
}
