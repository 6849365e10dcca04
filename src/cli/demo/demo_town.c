/* demo_town.c - seven nodes on loopback, made to know each other. See demo_private.h. */
#include "cli/demo/demo_private.h"
#include "core/io.h"
#include "core/jsonw.h"
#include "core/time.h"

#include <stdarg.h>
#include <unistd.h>

enum { START_MOST_US = 20 * 1000 * 1000, LOOK_EVERY_US = 20 * 1000 };

static const struct citizen cast[CITIZENS] = {
    [CENTRE] = {"centre", "government", "JP", "centre", "national centre", "国家センター"},
    [POWER] = {"power", "energy", "JP", "operator", "power company", "電力会社", true, true},
    [RAIL] = {"rail", "transport", "JP", "operator", "railway", "鉄道会社", true, true},
    [BANK] = {"bank", "finance", "JP", "operator", "bank", "銀行", true, true},
    [TELECOM] = {"telecom", "telecom", "JP", "operator", "telecom carrier", "通信会社", true, true},
    [PARTNER] = {"partner", "government", "AU", "partner", "partner country", "同志国", true,
                 false},
    [COMMISSION] = {"commission", "government", "JP", "commission", "oversight commission",
                    "監理委員会"},
};

void tell(const struct town *t, const char *en, const char *ja)
{
    fputs(t->ja ? ja : en, stdout);
    fflush(stdout);
}

void tell_fmt(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    fflush(stdout);
}

const char *word(const struct town *t, const char *en, const char *ja)
{
    return t->ja ? ja : en;
}

const char *citizen_called(const struct town *t, const struct citizen *c)
{
    return word(t, c->en, c->ja);
}

const char *town_path(struct town *t, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return arena_cstr(t->memory, (struct str){text, strlen(text)});
}

bool town_ask(struct town *t, struct citizen *c, const struct http_question *q,
              const struct json **ret, struct err *e)
{
    struct http_reply reply;
    if (!http_ask(c->client, q, t->memory, &reply, e) || !http_reply_ok(&reply, e))
        return err_wrap(e, "%s: %s", c->folder, q->path);
    struct str text = reply.body.len ? reply.body : S("null");
    return (*ret = json_parse(t->memory, text, e)) || err_wrap(e, "%s: %s", c->folder, q->path);
}

bool town_get(struct town *t, struct citizen *c, const char *path, const struct json **ret,
              struct err *e)
{
    return town_ask(t, c, &(struct http_question){.path = path}, ret, e);
}

bool town_post(struct town *t, struct citizen *c, const char *path, struct str body,
               const struct json **ret, struct err *e)
{
    return town_ask(t, c, &(struct http_question){.path = path, .method = HTTP_POST, .body = body},
                    ret, e);
}

/* {"name": "value", …} of the pairs, which end with NULL. */
static struct str object_of(struct town *t, const char *const *pairs)
{
    AUTO(buf_drop) struct buf out = BUF((size_t)64 << 10);
    struct jsonw w = JSONW(&out);
    jw_object(&w);
    for (; *pairs; pairs += 2)
        jw_member_cstr(&w, pairs[0], pairs[1]);
    jw_end(&w);
    return arena_str(t->memory, buf_str(&out));
}

static const char *text_of(struct town *t, struct str s)
{
    return arena_cstr(t->memory, s);
}

bool town_key(struct town *t, struct citizen *c, const struct town_key *key, const char **ret,
              struct err *e)
{
    const char *pairs[] = {
        "name", key->name, "scopes", key->scopes, key->org.len ? "org" : NULL, text_of(t, key->org),
        NULL};
    const struct json *made = NULL;
    if (!town_post(t, c, "/v1/keys", object_of(t, pairs), &made, e))
        return false;
    *ret = text_of(t, json_text(made, S("key")));
    return true;
}

static bool init(struct town *t, struct citizen *c, struct err *e)
{
    c->dir = town_path(t, "%s/%s", t->dir, c->folder);
    const char *argv[] = {"admin",    "init",        "--data",    c->dir,     "--name", c->en,
                          "--sector", c->sector,     "--country", c->country, "--role", c->role,
                          "--listen", "127.0.0.1:0", "--json",    NULL};
    struct str out;
    if (!run_self(t->memory, argv, 0, &out, e))
        return false;
    const struct json *made = json_parse(t->memory, out, e);
    if (!made)
        return err_wrap(e, "what `hinomi admin init` said");
    c->org = json_text(made, S("org"));
    c->public_key = json_text(made, S("public_key"));
    c->pin = json_text(made, S("pin"));
    c->admin_key = text_of(t, json_text(made, S("admin_key")));
    return true;
}

static bool wait_for_url(struct town *t, struct citizen *c, pid_t pid, struct err *e)
{
    const char *path = town_path(t, "%s/run/url", c->dir);
    for (int64_t end = time_monotonic() + START_MOST_US; time_monotonic() < end;) {
        struct str url;
        struct err none;
        int status = 0;
        if (file_read(t->memory, path, 1024, &url, &none) && url.len > 1) {
            c->url = text_of(t, (struct str){url.ptr, url.len - (url.ptr[url.len - 1] == '\n')});
            struct http_peer peer = {.url = c->url,
                                     .bearer = c->admin_key,
                                     .pin = text_of(t, c->pin)};
            return http_client_new(&peer, &c->client, e);
        }
        if (demo_interrupted())
            return err_set(e, ERR_UNAVAILABLE, "interrupted");
        if (!crew_alive(&t->crew, pid, &status))
            return err_set(e, ERR_UNAVAILABLE, "its node ended; see %s/%s.log", t->dir, c->folder);
        usleep(LOOK_EVERY_US);
    }
    return err_set(e, ERR_UNAVAILABLE, "its node did not start; see %s/%s.log", t->dir, c->folder);
}

static bool start(struct town *t, struct citizen *c, struct err *e)
{
    const char *argv[] = {"node", "--data", c->dir, NULL};
    pid_t pid;
    return (crew_start(&t->crew, argv, town_path(t, "%s/%s.log", t->dir, c->folder), &pid, e) &&
            wait_for_url(t, c, pid, e)) ||
           err_wrap(e, "%s", c->en);
}

/* The centre's directory learns the citizen; the citizen's node learns the way to the centre. */
static bool introduce(struct town *t, struct citizen *c, struct err *e)
{
    struct citizen *centre = &t->citizens[CENTRE];
    const char *who[] = {
        "id",      text_of(t, c->org), "name", c->en,   "sector", c->sector,
        "country", c->country,         "role", c->role, "key",    text_of(t, c->public_key),
        NULL};
    const struct json *done = NULL;
    const char *token = NULL;
    bool oversees = !c->member;
    if (!town_post(t, centre, "/v1/orgs", object_of(t, who), &done, e) ||
        !town_key(t, centre,
                  &(struct town_key){c->org, "link", oversees ? "link,oversight" : "link,read"},
                  &token, e))
        return false;
    const char *link[] = {"url",       centre->url,
                          "pin",       text_of(t, centre->pin),
                          "key",       text_of(t, centre->public_key),
                          "token",     token,
                          "org",       text_of(t, centre->org),
                          "direction", oversees ? "witness" : "up",
                          "name",      centre->en,
                          "sector",    centre->sector,
                          "country",   centre->country,
                          "role",      centre->role,
                          NULL};
    return town_post(t, c, "/v1/links", object_of(t, link), &done, e);
}

static bool set_policy(struct town *t, struct citizen *c, struct err *e)
{
    struct str text = c->blocks ? S("act: {c2: block}\nblock: {ttl: 3600, new_per_hour: 100}\n")
                      : c == &t->citizens[CENTRE]
                          ? S("warn: {automatic: true, grade: B2, confidence: 50, sightings: 1, "
                              "organisations: 1}\n"
                              "release: {partners: [AU]}\n")
                          : STR_NONE;
    const struct json *done = NULL;
    return !text.len || town_ask(t, c,
                                 &(struct http_question){.path = "/v1/policy",
                                                         .method = HTTP_PUT,
                                                         .content_type = "application/yaml",
                                                         .body = text},
                                 &done, e);
}

bool town_build(struct town *t, struct err *e)
{
    memcpy(t->citizens, cast, sizeof cast);
    for (size_t i = 0; i < CITIZENS; i++)
        if (!init(t, &t->citizens[i], e))
            return err_wrap(e, "%s", t->citizens[i].en);
    for (size_t i = 0; i < CITIZENS; i++)
        if (!start(t, &t->citizens[i], e))
            return false;
    for (size_t i = 0; i < CITIZENS; i++) {
        struct citizen *c = &t->citizens[i];
        if (!set_policy(t, c, e) || (i != CENTRE && !introduce(t, c, e)))
            return err_wrap(e, "%s", c->en);
        tell_fmt("  %-22s %s\n", citizen_called(t, c), c->url);
    }
    return true;
}

void town_free(struct town *t)
{
    for (size_t i = 0; i < CITIZENS; i++)
        http_client_free(t->citizens[i].client);
}
