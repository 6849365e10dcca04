/* link_add.c - a link is registered: the peer's organisation, its key, and where to find it. */
#include "core/io.h"
#include "core/log.h"
#include "node/config.h"
#include "node/directory.h"
#include "node/link.h"
#include "node/node_private.h"

#include <ctype.h>

enum { PAYLOAD_MAX = 16 * 1024 };

static bool write_token(struct node *n, struct arena *a, const struct node_link_add *r,
                        struct str *ret_path, struct err *e)
{
    struct str dir = arena_fmt(a, "%s/keys/links", n->dir);
    struct str path = arena_fmt(a, STR_FMT "/%s", STR_ARG(dir), r->id);
    if (!dir_make(dir.ptr, 0700, e) || !file_replace(path.ptr, r->token, 0600, e))
        return err_wrap(e, "key of the link");
    *ret_path = path;
    return true;
}

static bool decide_link(struct node_command *c, struct journal_tx *tx, struct err *e)
{
    struct node_link_add *r = (struct node_link_add *)c;
    AUTO(buf_drop) struct buf payload = BUF(PAYLOAD_MAX);
    struct jsonw w = JSONW(&payload);
    struct str path = STR_NONE;

    if (!write_token(c->node, tx_arena(tx), r, &path, e))
        return false;
    jw_object(&w);
    jw_member_cstr(&w, "id", r->id);
    jw_member_str(&w, "direction", r->direction);
    jw_member_str(&w, "url", r->url);
    jw_member_str(&w, "pin", r->pin);
    jw_member_str(&w, "key", r->key);
    jw_member_str(&w, "org", r->org);
    jw_member_str(&w, "token", path);
    jw_end(&w);
    return node_append(c, tx,
                       &(struct entry_text){.kind = KIND_LINK_REGISTERED,
                                            .subject = {r->id, strlen(r->id)},
                                            .payload = buf_str(&payload)},
                       NULL, e);
}

static bool check(struct node_link_add *r, struct err *e)
{
    struct key_public key;
    struct uuid id;
    if (!str_starts(r->url, S("https://")) && !str_starts(r->url, S("http://127.0.0.1")))
        return err_set(e, ERR_INVALID, "the peer's URL begins with https://");
    if (!str_eq(r->direction, S("up")) && !str_eq(r->direction, S("witness")))
        return err_set(e, ERR_INVALID, "direction is up or witness");
    if (!key_public_parse(r->key, &key, e))
        return err_wrap(e, "key of the peer's node");
    if (!uuid_parse(r->org, &id))
        return err_set(e, ERR_INVALID, "the peer's organisation is named by its UUID");
    if (!r->token.len || r->token.len > 1024)
        return err_set(e, ERR_INVALID, "a link needs the bearer key that the peer gave");
    return true;
}

bool node_link_add(struct node *n, struct node_link_add *r, struct err *e)
{
    char text[UUID_TEXT_LEN + 1];
    struct uuid id = uuid_v4();
    struct node_org_add org = {
        .command = {.actor = r->command.actor, .org = r->command.org},
        .org_id = r->org,
        .name = r->name.len ? r->name : S("peer"),
        .sector = r->sector.len ? r->sector : S("government"),
        .country = r->country.len ? r->country : n->self.country,
        .role = r->role.len ? r->role : S("centre"),
        .key = r->key,
    };
    if (!check(r, e) || !node_org_add(n, &org, e))
        return false;
    snprintf(r->id, sizeof r->id, STR_FMT, STR_ARG(uuid_format(&id, text)));
    r->command.decide = decide_link;
    return node_run(n, &r->command, e) && uplinks_refresh(n, e);
}

bool node_links_clear(struct node *n, struct arena *a, const struct release *to,
                      const struct cleared **ret, struct err *e)
{
    AUTO(buf_drop) struct buf out = BUF(1 << 20);
    struct jsonw w = JSONW(&out);
    struct link_row *rows = NULL;
    size_t count = 0;
    struct db *db = node_read(n, e);
    bool ok = db && store_link_list(db, a, &rows, &count, e);
    node_read_end(n, db);
    if (!ok)
        return false;
    jw_object(&w), jw_key(&w, "links"), jw_array(&w);
    for (size_t i = 0; i < count; i++) {
        jw_object(&w);
        jw_member_str(&w, "id", rows[i].id);
        jw_member_str(&w, "direction", rows[i].direction);
        jw_member_str(&w, "url", rows[i].url);
        jw_member_str(&w, "pin", rows[i].pin);
        jw_member_str(&w, "key", rows[i].key);
        jw_member_str(&w, "org", rows[i].org);
        jw_end(&w);
    }
    jw_end(&w), jw_end(&w);
    return gate_own(a, to, n->self.org, buf_str(&out), ret, e);
}
