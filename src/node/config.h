/* config.h - node.json: who a node speaks for, and making a new node. */
#pragma once

#include "node/node.h"

[[nodiscard]] bool config_load(struct arena *a, const char *dir, struct node_self *ret,
                               struct err *e);
[[nodiscard]] bool config_save(const char *dir, const struct node_self *self, struct err *e);

/* The roles of an organisation as people write them, and as the gate reads them: "operator" is a
 * member. READER_PUBLIC for anything else. */
enum reader_role node_role_of(struct str role);
bool node_role_known(struct str role);

struct node_init {
    const char *dir;
    struct str name, sector, country, role, realm, listen;
    struct str org;           /* UUID, or empty: drawn */
    const char *const *names; /* more names and addresses in the certificate */
    size_t name_count;
    struct clock *clock;
};

struct node_made { /* texts in the arena */
    struct str org, origin, admin_key, admin_key_path, pin, fingerprint;
    struct str public_key;
};

/* Makes folder, keys, certificate, journal, the organisation's own entry and an administrator's key.
 * ERR_CONFLICT when the folder holds a node. Call before any thread is made. */
[[nodiscard]] bool node_init(const struct node_init *init, struct arena *a, struct node_made *ret,
                             struct err *e);
