/* server.c - the resources joined into one server: who calls, what they may, the reference. */
#include "api/api_private.h"
#include "core/io.h"
#include "core/log.h"
#include "http/openapi.h"

struct api {
    struct http_server *server;
    struct arena memory; /* certificate, tables, the document */
    char url[300];
};

enum { API_MEMORY = 8 << 20, DOCUMENT_MAX = 1 << 20, TABLES = 11 };

static void fill_tables(struct http_route_table tables[TABLES])
{
    const struct http_route_table all[TABLES] = {
        {api_directory_routes, api_directory_count},
        {api_intel_routes, api_intel_count},
        {api_selector_routes, api_selector_count},
        {api_sighting_routes, api_sighting_count},
        {api_finding_routes, api_finding_count},
        {api_warning_routes, api_warning_count},
        {api_link_routes, api_link_count},
        {api_log_routes, api_log_count},
        {api_reidentification_routes, api_reidentification_count},
        {api_stream_routes, api_stream_count},
        {api_situation_routes, api_situation_count},
    };
    memcpy(tables, all, sizeof all);
}

static bool authenticate(void *hook, struct arena *memory, const struct http_credentials *shown,
                         struct http_identity *ret, struct err *e)
{
    struct node_account *account = arena_new(memory, struct node_account);
    struct err why = {};
    if (!shown->bearer.len || !account)
        return false;
    if (!node_authenticate(hook, memory, shown->bearer, account, &why)) {
        if (why.code != ERR_DENIED)
            *e = why; /* the store, not the caller */
        return false;
    }
    *ret = (struct http_identity){
        .actor = account->person.len ? account->person : account->key_id,
        .org = account->org,
        .reader = account->reader.text,
        .account = account,
    };
    return true;
}

static bool permit(void *hook, const struct http_identity *who, const struct http_route *route)
{
    const struct node_account *account = who->account;
    (void)hook;
    return account && (account->scopes & route->permission) != 0;
}

static bool healthy(void *hook)
{
    return node_healthy(hook);
}

static void accessed(void *hook, const struct http_access *a)
{
    (void)hook;
    log_debug("%s " STR_FMT " %d %lluus", a->method, STR_ARG(a->path), a->status,
              (unsigned long long)a->took_us);
}

static const struct http_schema schemas[] = {
    {"sightings",
     "{\"type\":\"object\",\"required\":[\"sightings\"],\"properties\":{\"sightings\":{\"type\":"
     "\"array\",\"maxItems\":1000,\"items\":{\"type\":\"object\",\"required\":[\"id\",\"time\","
     "\"selector\"],\"properties\":{\"id\":{\"type\":\"string\",\"format\":\"uuid\"},\"time\":{"
     "\"type\":\"string\",\"format\":\"date-time\"},\"selector\":{\"$ref\":"
     "\"#/components/schemas/selector\"},\"where\":{\"type\":\"string\"},\"count\":{\"type\":"
     "\"integer\",\"minimum\":1},\"community_id\":{\"type\":\"string\"},\"flow\":{\"type\":"
     "\"object\"}}}}}}"},
    {"findings",
     "{\"type\":\"object\",\"required\":[\"findings\"],\"properties\":{\"findings\":{\"type\":"
     "\"array\",\"maxItems\":200,\"items\":{\"type\":\"object\",\"required\":[\"type\",\"id\","
     "\"objects\"],\"properties\":{\"type\":{\"const\":\"bundle\"},\"id\":{\"type\":\"string\"},"
     "\"objects\":{\"type\":\"array\",\"maxItems\":32,\"items\":{\"type\":\"object\"}}}}}}}"},
    {"findings-page",
     "{\"type\":\"object\",\"properties\":{\"findings\":{\"type\":\"array\",\"items\":{\"type\":"
     "\"object\",\"properties\":{\"id\":{\"type\":\"string\",\"format\":\"uuid\"},\"org\":{"
     "\"type\":\"string\"},\"sensor\":{\"type\":\"string\",\"format\":\"uuid\"},\"detector\":{"
     "\"type\":\"string\"},\"technique\":{\"type\":\"string\"},\"host\":{\"type\":\"string\"},"
     "\"peer\":{\"type\":\"string\"},\"name\":{\"type\":\"string\"},\"score\":{\"type\":"
     "\"number\"},\"first\":{\"type\":\"string\",\"format\":\"date-time\"},\"last\":{\"type\":"
     "\"string\",\"format\":\"date-time\"},\"count\":{\"type\":\"integer\"},\"features\":{"
     "\"type\":\"array\"},\"sentence_en\":{\"type\":\"string\"},\"sentence_ja\":{\"type\":"
     "\"string\"},\"received\":{\"type\":\"string\",\"format\":\"date-time\"}}}},\"next\":{"
     "\"type\":\"string\"}}}"},
    {"reidentification",
     "{\"type\":\"object\",\"required\":[\"schema\",\"time\",\"pseudonym\",\"kind\",\"purpose\","
     "\"case\",\"candidates\",\"confirmed\",\"prev\",\"signatures\"],\"properties\":{\"schema\":{"
     "\"const\":\"hinomi-reidentification-1\"},\"time\":{\"type\":\"string\",\"format\":"
     "\"date-time\"},\"pseudonym\":{\"type\":\"string\"},\"kind\":{\"type\":\"string\"},"
     "\"purpose\":{\"type\":\"string\"},\"case\":{\"type\":\"string\"},\"candidates\":{\"type\":"
     "\"integer\"},\"confirmed\":{\"type\":\"boolean\"},\"prev\":{\"type\":\"string\"},"
     "\"signatures\":{\"type\":\"array\",\"maxItems\":8}},\"additionalProperties\":false}"},
    {"reidentification-taken",
     "{\"type\":\"object\",\"properties\":{\"seq\":{\"type\":\"integer\"}}}"},
    {"sightings-taken",
     "{\"type\":\"object\",\"properties\":{\"accepted\":{\"type\":\"integer\"},\"repeated\":{"
     "\"type\":\"integer\"},\"outside\":{\"type\":\"integer\"}}}"},
    {"selector",
     "{\"type\":\"object\",\"required\":[\"kind\",\"value\"],\"properties\":{\"kind\":{\"type\":"
     "\"string\"},\"value\":{\"type\":\"string\"}}}"},
    {"warning",
     "{\"type\":\"object\",\"required\":[\"selector\"],\"properties\":{\"selector\":{\"oneOf\":[{"
     "\"type\":\"string\"},{\"$ref\":\"#/components/schemas/selector\"}]},\"class\":{\"enum\":["
     "\"c2\",\"phishing\",\"malware\",\"scan\",\"other\"]},\"threat\":{\"type\":\"string\"},"
     "\"why\":{\"type\":\"string\"},\"confidence\":{\"type\":\"integer\"},\"tlp\":{\"type\":"
     "\"string\"},\"valid_for\":{\"type\":\"integer\"}}}"},
    {"import",
     "{\"type\":\"object\",\"properties\":{\"id\":{\"type\":\"string\"},\"seq\":{\"type\":"
     "\"integer\"},\"items\":{\"type\":\"integer\"},\"usable\":{\"type\":\"integer\"},\"kept\":{"
     "\"type\":\"integer\"},\"refused\":{\"type\":\"integer\"},\"fresh\":{\"type\":\"integer\"}}}"},
    {"items-taken",
     "{\"type\":\"object\",\"properties\":{\"number\":{\"type\":\"integer\"},\"taken\":{\"type\":"
     "\"integer\"},\"repeated\":{\"type\":\"integer\"},\"gap\":{\"type\":\"boolean\"}}}"},
    {"link", "{\"type\":\"object\",\"required\":[\"url\",\"key\",\"org\",\"token\",\"direction\"],"
             "\"properties\":{\"url\":{\"type\":\"string\"},\"pin\":{\"type\":\"string\"},\"key\":{"
             "\"type\":\"string\"},\"org\":{\"type\":\"string\"},\"token\":{\"type\":\"string\"},"
             "\"direction\":{\"enum\":[\"up\",\"witness\"]}}}"},
    {"org",
     "{\"type\":\"object\",\"required\":[\"name\",\"sector\",\"country\",\"role\"],\"properties\":"
     "{\"id\":{\"type\":\"string\"},\"name\":{\"type\":\"string\"},\"sector\":{\"type\":"
     "\"string\"},\"country\":{\"type\":\"string\"},\"role\":{\"type\":\"string\"},\"key\":{"
     "\"type\":\"string\"},\"constituency\":{\"type\":\"array\"}}}"},
    {"user",
     "{\"type\":\"object\",\"required\":[\"name\"],\"properties\":{\"org\":{\"type\":\"string\"},"
     "\"name\":{\"type\":\"string\"}}}"},
    {"key",
     "{\"type\":\"object\",\"required\":[\"scopes\"],\"properties\":{\"org\":{\"type\":"
     "\"string\"},\"person\":{\"type\":\"string\"},\"name\":{\"type\":\"string\"},\"scopes\":{"
     "\"type\":\"string\"},\"days\":{\"type\":\"integer\"}}}"},
    {"key-made",
     "{\"type\":\"object\",\"properties\":{\"id\":{\"type\":\"string\"},\"key\":{\"type\":"
     "\"string\"},\"expires\":{\"type\":\"string\",\"format\":\"date-time\"}}}"},
};

bool api_document(struct buf *out, struct err *e)
{
    struct http_route_table tables[TABLES];
    fill_tables(tables);
    return openapi_write(
        &(struct openapi){
            .title = "Hinomi node",
            .version = HINOMI_VERSION,
            .description = "One organisation's node: intelligence in, sightings in, warnings out.",
            .routes = tables,
            .route_tables = TABLES,
            .schemas = schemas,
            .schema_count = COUNT(schemas),
        },
        out, e);
}

static bool read_certificate(struct node *n, struct api *api, struct str *cert, struct str *key,
                             struct err *e)
{
    const char *dir = node_dir(n);
    return file_read(&api->memory, arena_fmt(&api->memory, "%s/keys/tls.crt", dir).ptr, 1 << 16,
                     cert, e) &&
           file_read(&api->memory, arena_fmt(&api->memory, "%s/keys/tls.key", dir).ptr, 1 << 16,
                     key, e);
}

static bool start(struct node *n, const struct api_options *o, struct api *api, struct err *e)
{
    struct str cert = STR_NONE, key = STR_NONE;
    struct http_route_table *tables = arena_array(&api->memory, struct http_route_table, TABLES);
    struct http_asset *document = arena_new(&api->memory, struct http_asset);
    AUTO(buf_drop) struct buf text = BUF(DOCUMENT_MAX);

    if (!read_certificate(n, api, &cert, &key, e) || !api_document(&text, e))
        return false;
    fill_tables(tables);
    *document = (struct http_asset){.path = "/openapi.json",
                                    .content_type = "application/json",
                                    .bytes = arena_str(&api->memory, buf_str(&text))};
    struct http_options options = {
        .address = o->address,
        .port = o->port,
        .cert_pem = cert,
        .key_pem = key,
        .routes = tables,
        .route_tables = TABLES,
        .assets = document,
        .asset_count = 1,
        .hook = n,
        .authenticate = authenticate,
        .permit = permit,
        .accessed = accessed,
        .healthy = healthy,
        .context = n,
        .large_body_limit = 17 << 20,
    };
    if (!http_server_start(&options, &api->server, e))
        return false;
    const char *host = o->host ? o->host : o->address;
    bool six = strchr(host, ':') != NULL;
    snprintf(api->url, sizeof api->url, "https://%s%s%s:%u", six ? "[" : "", host, six ? "]" : "",
             http_server_port(api->server));
    return true;
}

bool api_start(struct node *n, const struct api_options *o, struct api **ret, struct err *e)
{
    struct api *api = calloc(1, sizeof *api);
    if (!api)
        abort();
    api->memory = ARENA(API_MEMORY);
    if (!start(n, o, api, e)) {
        api_stop(&api);
        return err_wrap(e, "listening");
    }
    *ret = api;
    return true;
}

const char *api_url(const struct api *a)
{
    return a->url;
}

void api_stop(struct api **at)
{
    struct api *a = *at;
    if (!a)
        return;
    http_server_stop(a->server);
    arena_drop(&a->memory);
    free(a);
    *at = NULL;
}
