/* demo_private.h - the town of `hinomi demo`: seven organisations, each a node process of its own.
 *
 * demo_town.c sets it up as an operator would: init, node, directory, keys, links, policies, all through the
 * commands and the API. demo_story.c plays the acts and shows what the nodes themselves say.
 * Everything lives in one arena and dies with the demo.
 */
#pragma once

#include "cli/demo/process.h"
#include "core/buf.h"
#include "core/json.h"
#include "http/client.h"

enum citizen_name { CENTRE, POWER, RAIL, BANK, TELECOM, PARTNER, COMMISSION, CITIZENS };

struct citizen {
    const char *folder, *sector, *country, *role; /* as in the directory */
    const char *en, *ja;
    bool member; /* hears the centre's warnings */
    bool blocks; /* its policy blocks class c2 */
    const char *dir, *url;
    struct str org, public_key, pin;
    const char *admin_key;
    struct http_client *client;
};

struct town {
    struct arena *memory;
    struct crew crew;
    const char *dir;
    bool ja, colour;
    struct citizen citizens[CITIZENS];
    int64_t started; /* monotonic */
};

/* One language's text, to standard output, at once. */
void tell(const struct town *t, const char *en, const char *ja);
void tell_fmt(const char *format, ...) PRINTF_LIKE(1, 2);
const char *word(const struct town *t, const char *en, const char *ja)
    __attribute__((format_arg(2), format_arg(3)));
const char *citizen_called(const struct town *t, const struct citizen *c);

[[nodiscard]] bool town_build(struct town *t, struct err *e);
void town_free(struct town *t);

/* A question to a citizen's node with its administrator's key; a parsed answer (NULL body: JSON null).
 * Fails when the status is not 2xx. */
[[nodiscard]] bool town_ask(struct town *t, struct citizen *c, const struct http_question *q,
                            const struct json **ret, struct err *e);
[[nodiscard]] bool town_get(struct town *t, struct citizen *c, const char *path,
                            const struct json **ret, struct err *e);
[[nodiscard]] bool town_post(struct town *t, struct citizen *c, const char *path, struct str body,
                             const struct json **ret, struct err *e);

/* A new key of `c`'s node. */
struct town_key {
    struct str org; /* whose; empty: the node's own organisation */
    const char *name, *scopes;
};
[[nodiscard]] bool town_key(struct town *t, struct citizen *c, const struct town_key *key,
                            const char **ret, struct err *e);

const char *town_path(struct town *t, const char *format, ...) PRINTF_LIKE(2, 3);

[[nodiscard]] bool town_story(struct town *t, struct err *e);

/* Set by SIGINT and SIGTERM: long waits end with ERR_UNAVAILABLE. */
bool demo_interrupted(void);
