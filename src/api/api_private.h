/* api_private.h - what the resources share. */
#pragma once

#include "api/api.h"
#include "core/jsonw.h"
#include "node/directory.h"
#include "node/permission.h"

struct api_routes {
    const struct http_route *rows;
    size_t count;
};
extern const struct http_route api_directory_routes[], api_intel_routes[], api_selector_routes[],
    api_sighting_routes[], api_finding_routes[], api_warning_routes[], api_link_routes[],
    api_log_routes[], api_reidentification_routes[], api_stream_routes[], api_situation_routes[];
extern const size_t api_directory_count, api_intel_count, api_selector_count, api_sighting_count,
    api_finding_count, api_warning_count, api_link_count, api_log_count, api_reidentification_count,
    api_stream_count, api_situation_count;

static inline const struct node_account *api_account(const struct http_call *c)
{
    return c->who->account;
}

/* The way out to the caller. */
[[nodiscard]] bool api_way(struct http_call *c, enum gate_purpose purpose, struct release *ret,
                           struct err *e);

static inline bool api_reply(struct http_call *c, const struct node_answer *answer)
{
    c->reply = answer->bytes;
    c->etag = answer->etag;
    return true;
}

/* ERR_DENIED for callers of other organisations. */
[[nodiscard]] bool api_own_only(struct http_call *c, struct err *e);
/* Notes the read in the access record: it concerned others. */
void api_note(struct http_call *c, const char *what);

/* Runs a command behind the parked call: `render` writes the members of the answer once it is durable.
 * `start` is the node's function for the command. Always true. */
struct api_write {
    struct node_command *command; /* in the call's memory; actor and organisation are filled in */
    bool (*start)(struct http_call *c, struct node_command *command, struct err *e);
    void (*render)(const struct node_command *command, struct jsonw *w);
    int status; /* 0: 200 */
};
bool api_write(struct http_call *c, const struct api_write *write);

/* What a command that was waited for came to. */
[[nodiscard]] bool api_answer(struct http_call *c, const struct api_write *write, struct err *e);

/* "\"17\"" of If-Match; 0 when absent. ERR_CONFLICT when it is not one of ours. */
[[nodiscard]] bool api_if_match(struct http_call *c, int64_t *ret_version, struct err *e);
[[nodiscard]] bool api_json(struct http_call *c, const struct json **ret, struct err *e);
