/* init.c - a new node: folder, keys, certificate, journal, its organisation, its first administrator. */
#include "core/io.h"
#include "core/uuid.h"
#include "http/tls_self.h"
#include "journal/keyproc.h"
#include "node/config.h"
#include "node/directory.h"
#include "node/node_private.h"

#include <sys/stat.h>

enum { ADMIN_KEY_DAYS = 3650, ALL_SCOPES = 0xff };

static bool make_folders(struct arena *a, const char *dir, struct err *e)
{
    static const struct {
        const char *name;
        mode_t mode;
    } folders[] = {
        {"", 0755}, {"/keys", 0700}, {"/keys/links", 0700}, {"/out", 0755}, {"/run", 0755}};
    struct stat st;
    if (stat(arena_fmt(a, "%s/node.json", dir).ptr, &st) == 0)
        return err_set(e, ERR_CONFLICT, "%s holds a node already", dir);
    for (size_t i = 0; i < COUNT(folders); i++)
        if (!dir_make(arena_fmt(a, "%s%s", dir, folders[i].name).ptr, folders[i].mode, e))
            return false;
    return true;
}

static bool write_tls(struct arena *a, const struct node_init *init, struct node_made *made,
                      struct err *e)
{
    struct tls_self tls;
    if (!tls_self_make(a, init->clock, init->names, init->name_count, &tls, e))
        return false;
    made->pin = arena_fmt(a, "%s", tls.pin);
    made->fingerprint = arena_fmt(a, "%s", tls.fingerprint);
    return file_replace(arena_fmt(a, "%s/keys/tls.key", init->dir).ptr, tls.key_pem, 0600, e) &&
           file_replace(arena_fmt(a, "%s/keys/tls.crt", init->dir).ptr, tls.cert_pem, 0644, e);
}

static bool write_secret(struct arena *a, const char *dir, struct err *e)
{
    char secret[32];
    random_bytes(secret, sizeof secret);
    return file_replace(arena_fmt(a, "%s/keys/stream.key", dir).ptr,
                        (struct str){secret, sizeof secret}, 0600, e);
}

static struct node_self self_of(const struct node_init *init, struct arena *a,
                                const struct key_public *key)
{
    char text[UUID_TEXT_LEN + 1];
    struct uuid drawn = uuid_v4();
    struct node_self self = {
        .org = init->org.len ? init->org : arena_str(a, uuid_format(&drawn, text)),
        .realm = init->realm.len ? init->realm : S("live"),
        .role = init->role,
        .name = init->name,
        .sector = init->sector,
        .country = init->country,
        .listen = init->listen.len ? init->listen : S("127.0.0.1:8443"),
        .key = *key,
    };
    self.origin = arena_fmt(a, "hinomi/" STR_FMT, STR_ARG(self.org));
    return self;
}

/* The first entries: who this is, and who may administer it. */
static bool register_self(struct node *n, const struct node_init *init, struct node_key_add *admin,
                          struct err *e)
{
    char key[KEY_TEXT_SIZE];
    struct node_org_add org = {
        .org_id = n->self.org,
        .name = n->self.name,
        .sector = n->self.sector,
        .country = n->self.country,
        .role = n->self.role,
        .key = key_public_format(&n->self.key, key),
        .own = true,
    };
    *admin = (struct node_key_add){
        .org_id = n->self.org,
        .name = S("admin"),
        .scopes = ALL_SCOPES,
        .expires = init->clock->now(init->clock) + INT64_C(86400) * ADMIN_KEY_DAYS * TIME_SECOND,
    };
    return node_org_add(n, &org, e) && node_key_add(n, admin, e);
}

bool node_init(const struct node_init *init, struct arena *a, struct node_made *ret, struct err *e)
{
    struct node_made made = {};
    struct key_public key;
    struct node *n = NULL;
    struct node_key_add admin;
    char text[KEY_TEXT_SIZE];

    if (!node_role_known(init->role))
        return err_set(e, ERR_INVALID, "no role '" STR_FMT "'", STR_ARG(init->role));
    if (!make_folders(a, init->dir, e) ||
        !keyproc_create(arena_fmt(a, "%s/keys", init->dir).ptr, &key, e) ||
        !write_tls(a, init, &made, e) || !write_secret(a, init->dir, e))
        return err_wrap(e, "making the node");
    struct node_self self = self_of(init, a, &key);
    if (!config_save(init->dir, &self, e) ||
        !node_open(&(struct node_options){.dir = init->dir, .clock = init->clock, .offline = true},
                   &n, e))
        return err_wrap(e, "making the node");
    bool ok = register_self(n, init, &admin, e);
    node_close(&n);
    made.org = self.org;
    made.origin = self.origin;
    made.public_key = arena_fmt(a, STR_FMT, STR_ARG(key_public_format(&key, text)));
    made.admin_key_path = arena_fmt(a, "%s/keys/admin.key", init->dir);
    if (!ok)
        return err_wrap(e, "making the node");
    made.admin_key = arena_fmt(a, "%s", admin.secret);
    ok = file_replace(made.admin_key_path.ptr, arena_fmt(a, STR_FMT "\n", STR_ARG(made.admin_key)),
                      0600, e);
    if (ok)
        *ret = made;
    return ok;
}
