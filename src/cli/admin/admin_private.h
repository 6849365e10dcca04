/* admin_private.h - the verbs of `hinomi admin`, and how they reach a running node. */
#pragma once

#include "core/buf.h"
#include "core/json.h"
#include "core/jsonw.h"
#include "core/opt.h"
#include "http/client.h"

enum { ADMIN_OK, ADMIN_FAILED = 2 };
enum { ADMIN_ARENA = 64 << 20 };

int admin_init(int argc, char **argv);
int admin_org(int argc, char **argv);
int admin_user(int argc, char **argv);
int admin_key(int argc, char **argv);
int admin_link(int argc, char **argv);
int admin_policy(int argc, char **argv);
int admin_rebuild(int argc, char **argv);
int admin_backup(int argc, char **argv);
int admin_restore(int argc, char **argv);
int admin_recover(int argc, char **argv);

/* A node is named by its folder on this machine, or by URL, key and pin. */
struct admin_node {
    const char *data, *url, *key, *pin, *ca;
};

/* The options every verb that speaks to a node has; `type` holds a struct admin_node `node`. */
#define ADMIN_NODE_OPTIONS(type)                                                                    \
    {"data",                                                                                        \
     'd',                                                                                           \
     OPT_TEXT,                                                                                      \
     offsetof(type, node.data),                                                                     \
     "DIR",                                                                                         \
     "the folder of a node that runs on this machine: its URL, key and pin are taken from there",   \
     "この機械で動くノードのフォルダ（URL・鍵・ピンはそこから読む）"},                              \
        {"node", 'n', OPT_TEXT, offsetof(type, node.url), "URL", "the node's URL", "ノードの URL"}, \
        {"key",                                                                                     \
         'k',                                                                                       \
         OPT_TEXT,                                                                                  \
         offsetof(type, node.key),                                                                  \
         "FILE",                                                                                    \
         "file with an API key",                                                                    \
         "API 鍵のファイル"},                                                                       \
        {"pin",                                                                                     \
         0,                                                                                         \
         OPT_TEXT,                                                                                  \
         offsetof(type, node.pin),                                                                  \
         "sha256//…",                                                                               \
         "hash of the node's public key",                                                           \
         "ノードの公開鍵のハッシュ"},                                                               \
    {                                                                                               \
        "ca", 0, OPT_TEXT, offsetof(type, node.ca), "FILE", "authorities that vouch for the node",  \
            "ノードを保証する認証局"                                                     \
    }

struct admin { /* one run of a verb */
    struct arena memory;
    struct err e;
    struct http_client *client;
};
void admin_end(struct admin *a); /* for AUTO(admin_end) */

/* Parses; *ret_code is the exit code when there is nothing left to run. */
bool admin_parse(struct admin *a, const struct opt_command *c, int argc, char **argv, void *args,
                 int *ret_code);
bool admin_connect(struct admin *a, const struct admin_node *node);
/* Asks, and reads the JSON of the answer. */
bool admin_ask(struct admin *a, const struct http_question *q, const struct json **ret);
/* The error, on standard error. */
int admin_fail(struct admin *a, const char *verb);
bool admin_print(struct admin *a, struct str text);
bool admin_print_json(struct admin *a, const struct json *v);

/* One column of a table: its head, and the member of each row that fills it. */
struct admin_column {
    const char *head_en, *head_ja;
    struct str member;
};
bool admin_print_list(struct admin *a, const struct json *list, const struct admin_column *columns,
                      size_t count);

struct str admin_str(const char *text); /* empty for NULL */

/* A verb with verbs of its own: "add", "list"; the first one runs when none is given. */
struct admin_verb {
    const char *name;
    int (*run)(int argc, char **argv);
};
int admin_dispatch(const char *verb, const struct admin_verb *of, size_t count, int argc,
                   char **argv);
