/* directory.h - who may speak with this node: organisations, people, API keys, the policy. */
#pragma once

#include "node/node.h"

struct node_range {
    struct str kind, value; /* "prefix" or "domain" */
};

struct node_org_add {
    struct node_command command;
    struct str org_id; /* empty: drawn */
    struct str name, sector, country, role, key;
    const struct node_range *ranges;
    size_t range_count;
    bool own;
    char id[40]; /* result */
};
/* An id that is known is updated, whole. Existing warnings are offered to it. */
[[nodiscard]] bool node_org_add(struct node *n, struct node_org_add *add, struct err *e);

struct node_user_add {
    struct node_command command;
    struct str org_id, name;
    char id[40];
};
[[nodiscard]] bool node_user_add(struct node *n, struct node_user_add *add, struct err *e);

enum { NODE_SECRET_SIZE = 64 };

struct node_key_add {
    struct node_command command;
    struct str org_id, person, name;
    int64_t scopes, expires; /* expires: microseconds */
    char id[40];
    char secret[NODE_SECRET_SIZE]; /* the bearer key: told once, kept nowhere */
};
[[nodiscard]] bool node_key_add(struct node *n, struct node_key_add *add, struct err *e);

struct node_key_revoke {
    struct node_command command;
    struct str id;
};
[[nodiscard]] bool node_key_revoke(struct node *n, struct node_key_revoke *r, struct err *e);

struct node_policy_set {
    struct node_command command;
    struct str text;    /* YAML or JSON */
    int64_t if_version; /* the version the caller saw; 0: any */
    int64_t version;    /* result */
};
[[nodiscard]] bool node_policy_set(struct node *n, struct node_policy_set *s, struct err *e);

/* Who holds this bearer key. Texts in `a`. ERR_DENIED: unknown, expired or revoked. */
struct node_account {
    struct str key_id, person, org, name;
    int64_t scopes;
    bool own;             /* of the organisation whose node this is */
    struct reader reader; /* sealed */
};
[[nodiscard]] bool node_authenticate(struct node *n, struct arena *a, struct str bearer,
                                     struct node_account *ret, struct err *e);

/* Lists: for this node's own people. */
[[nodiscard]] bool node_orgs_clear(struct node *n, struct arena *a, const struct release *to,
                                   struct str id, const struct cleared **ret, struct err *e);
[[nodiscard]] bool node_users_clear(struct node *n, struct arena *a, const struct release *to,
                                    const struct cleared **ret, struct err *e);
[[nodiscard]] bool node_keys_clear(struct node *n, struct arena *a, const struct release *to,
                                   const struct cleared **ret, struct err *e);
[[nodiscard]] bool node_policy_clear(struct node *n, struct arena *a, const struct release *to,
                                     const struct cleared **ret, struct str *ret_etag,
                                     struct err *e);
