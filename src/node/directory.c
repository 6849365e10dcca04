/* directory.c - commands that change the directory; what is read of it is in directory_read.c. */
#include "node/directory.h"

#include "core/encode.h"
#include "core/uuid.h"
#include "node/config.h"
#include "node/node_private.h"

enum { NAME_MAX_BYTES = 200, RANGES_MAX = 4096, PAYLOAD_MAX = 1 << 20 };

static bool is_text(struct str s, size_t longest)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] < ' ' || s.ptr[i] == 127)
            return false;
    return s.len <= longest;
}

static bool is_word(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!((s.ptr[i] >= 'a' && s.ptr[i] <= 'z') || (s.ptr[i] >= 'A' && s.ptr[i] <= 'Z') ||
              (s.ptr[i] >= '0' && s.ptr[i] <= '9') || s.ptr[i] == '-' || s.ptr[i] == '_'))
            return false;
    return s.len > 0 && s.len <= 64;
}

static bool check_ranges(const struct node_org_add *r, struct err *e)
{
    if (r->range_count > RANGES_MAX)
        return err_set(e, ERR_LIMIT, "a constituency of at most %d ranges", RANGES_MAX);
    for (size_t i = 0; i < r->range_count; i++) {
        struct addr prefix;
        const struct node_range *range = &r->ranges[i];
        struct selector name = {SELECTOR_DOMAIN_BELOW, range->value};
        if (str_eq(range->kind, S("prefix")) ? !prefix_parse(range->value, &prefix, e)
                                             : !selector_check(&name, e))
            return err_wrap(e, "constituency");
        if (!str_eq(range->kind, S("prefix")) && !str_eq(range->kind, S("domain")))
            return err_set(e, ERR_INVALID, "a constituency is made of prefixes and domains");
    }
    return true;
}

static bool check_org(const struct node_org_add *r, struct err *e)
{
    struct key_public key;
    struct uuid id;
    if (!r->name.len || !is_text(r->name, NAME_MAX_BYTES))
        return err_set(e, ERR_INVALID, "an organisation has a name of at most %d bytes",
                       NAME_MAX_BYTES);
    if (!is_word(r->sector) || !is_word(r->country))
        return err_set(e, ERR_INVALID, "sector and country are single words: energy, JP");
    if (!node_role_known(r->role))
        return err_set(e, ERR_INVALID,
                       "role is operator, hub, centre, regulator, police, defence, commission or "
                       "partner");
    if (r->org_id.len && !uuid_parse(r->org_id, &id))
        return err_set(e, ERR_INVALID, "an organisation's id is a UUID");
    if (r->key.len && !key_public_parse(r->key, &key, e))
        return err_wrap(e, "key of the organisation's node");
    return check_ranges(r, e);
}

static void write_org(struct jsonw *w, const struct node_org_add *r)
{
    jw_object(w);
    jw_member_str(w, "id", (struct str){r->id, strlen(r->id)});
    jw_member_str(w, "name", r->name);
    jw_member_str(w, "sector", r->sector);
    jw_member_str(w, "country", r->country);
    jw_member_str(w, "role", r->role);
    jw_member_str(w, "key", r->key.ptr ? r->key : S(""));
    jw_member_bool(w, "own", r->own);
    jw_key(w, "constituency"), jw_array(w);
    for (size_t i = 0; i < r->range_count; i++) {
        jw_object(w);
        jw_member_str(w, "kind", r->ranges[i].kind);
        jw_member_str(w, "value", r->ranges[i].value);
        jw_end(w);
    }
    jw_end(w), jw_end(w);
}

static bool decide_org(struct node_command *c, struct journal_tx *tx, struct err *e)
{
    struct node_org_add *r = (struct node_org_add *)c;
    AUTO(buf_drop) struct buf payload = BUF(PAYLOAD_MAX);
    struct jsonw w = JSONW(&payload);
    struct org_row known = {};
    struct err no = {};
    char drawn[UUID_TEXT_LEN + 1];
    struct uuid random = uuid_v4();
    struct str id = r->org_id.len ? r->org_id : uuid_format(&random, drawn);

    snprintf(r->id, sizeof r->id, STR_FMT, STR_ARG(id));
    bool update = store_org_find(tx_model(tx), tx_arena(tx), id, &known, &no);
    if (!update && no.code != ERR_NOT_FOUND)
        return *e = no, false;
    r->own = r->own || known.own;
    write_org(&w, r);
    if (!node_append(c, tx,
                     &(struct entry_text){.kind = update ? KIND_ORG_UPDATED : KIND_ORG_REGISTERED,
                                          .subject = id,
                                          .payload = buf_str(&payload)},
                     NULL, e))
        return false;
    if (r->own)
        return blocks_reload(c->node, tx_model(tx), e); /* own space may have changed */
    return release_backlog(c, tx, id, e) && intel_backlog(c, tx, id, e);
}

bool node_org_add(struct node *n, struct node_org_add *r, struct err *e)
{
    r->command.decide = decide_org;
    return check_org(r, e) && node_run(n, &r->command, e);
}

static bool need_org(struct journal_tx *tx, struct str id, struct err *e)
{
    struct org_row org;
    return store_org_find(tx_model(tx), tx_arena(tx), id, &org, e);
}

static bool decide_user(struct node_command *c, struct journal_tx *tx, struct err *e)
{
    struct node_user_add *r = (struct node_user_add *)c;
    AUTO(buf_drop) struct buf payload = BUF(PAYLOAD_MAX);
    struct jsonw w = JSONW(&payload);
    char text[UUID_TEXT_LEN + 1];
    struct uuid id = uuid_v4();

    if (!need_org(tx, r->org_id, e))
        return false;
    snprintf(r->id, sizeof r->id, STR_FMT, STR_ARG(uuid_format(&id, text)));
    jw_object(&w);
    jw_member_cstr(&w, "id", r->id);
    jw_member_str(&w, "org", r->org_id);
    jw_member_str(&w, "name", r->name);
    jw_end(&w);
    return node_append(c, tx,
                       &(struct entry_text){.kind = KIND_USER_REGISTERED,
                                            .subject = {r->id, strlen(r->id)},
                                            .payload = buf_str(&payload)},
                       NULL, e);
}

bool node_user_add(struct node *n, struct node_user_add *r, struct err *e)
{
    if (!r->name.len || !is_text(r->name, NAME_MAX_BYTES))
        return err_set(e, ERR_INVALID, "a person has a name of at most %d bytes", NAME_MAX_BYTES);
    r->command.decide = decide_user;
    return node_run(n, &r->command, e);
}

static void draw_secret(struct node_key_add *r, uint8_t ret_hash[SHA256_SIZE])
{
    uint8_t raw[32];
    AUTO(buf_drop) struct buf text = BUF(NODE_SECRET_SIZE);
    random_bytes(raw, sizeof raw);
    buf_put(&text, S("hinomi_"));
    base64url_put(&text, raw, sizeof raw);
    snprintf(r->secret, sizeof r->secret, STR_FMT, STR_ARG(buf_str(&text)));
    sha256_of((struct str){r->secret, strlen(r->secret)}, ret_hash);
    explicit_bzero(raw, sizeof raw);
}

static bool decide_key(struct node_command *c, struct journal_tx *tx, struct err *e)
{
    struct node_key_add *r = (struct node_key_add *)c;
    AUTO(buf_drop) struct buf payload = BUF(PAYLOAD_MAX);
    struct jsonw w = JSONW(&payload);
    uint8_t hash[SHA256_SIZE];
    char text[UUID_TEXT_LEN + 1], hex[2 * SHA256_SIZE];
    struct uuid id = uuid_v4();

    if (!need_org(tx, r->org_id, e))
        return false;
    if (r->expires <= tx_now(tx))
        return err_set(e, ERR_INVALID, "a key ends in the future");
    draw_secret(r, hash);
    hex_write(hex, hash, sizeof hash);
    snprintf(r->id, sizeof r->id, STR_FMT, STR_ARG(uuid_format(&id, text)));
    jw_object(&w);
    jw_member_cstr(&w, "id", r->id);
    jw_member_str(&w, "org", r->org_id);
    jw_member_str(&w, "person", r->person.ptr ? r->person : S(""));
    jw_member_str(&w, "name", r->name.ptr ? r->name : S(""));
    jw_member_str(&w, "hash", (struct str){hex, sizeof hex});
    jw_member_int(&w, "scopes", r->scopes);
    jw_member_int(&w, "expires", r->expires);
    jw_end(&w);
    return node_append(c, tx,
                       &(struct entry_text){.kind = KIND_KEY_REGISTERED,
                                            .subject = {r->id, strlen(r->id)},
                                            .payload = buf_str(&payload)},
                       NULL, e);
}

bool node_key_add(struct node *n, struct node_key_add *r, struct err *e)
{
    if (!is_text(r->name, NAME_MAX_BYTES))
        return err_set(e, ERR_INVALID, "a key's name has at most %d bytes", NAME_MAX_BYTES);
    if (!r->scopes)
        return err_set(e, ERR_INVALID, "a key without a scope opens nothing");
    r->command.decide = decide_key;
    return node_run(n, &r->command, e);
}

static bool decide_revoke(struct node_command *c, struct journal_tx *tx, struct err *e)
{
    struct node_key_revoke *r = (struct node_key_revoke *)c;
    AUTO(buf_drop) struct buf payload = BUF(PAYLOAD_MAX);
    struct jsonw w = JSONW(&payload);
    struct key_row *keys = NULL;
    size_t count = 0, at = 0;

    if (!store_key_list(tx_model(tx), tx_arena(tx), &keys, &count, e))
        return false;
    while (at < count && !str_eq(keys[at].id, r->id))
        at++;
    if (at == count)
        return err_set(e, ERR_NOT_FOUND, "no key '" STR_FMT "'", STR_ARG(r->id));
    if (keys[at].revoked)
        return true;
    jw_object(&w);
    jw_member_str(&w, "id", r->id);
    jw_end(&w);
    return node_append(c, tx,
                       &(struct entry_text){.kind = KIND_KEY_REVOKED,
                                            .subject = r->id,
                                            .payload = buf_str(&payload)},
                       NULL, e);
}

bool node_key_revoke(struct node *n, struct node_key_revoke *r, struct err *e)
{
    r->command.decide = decide_revoke;
    return node_run(n, &r->command, e);
}

static bool decide_policy(struct node_command *c, struct journal_tx *tx, struct err *e)
{
    struct node_policy_set *r = (struct node_policy_set *)c;
    struct policy policy;
    struct str json = STR_NONE, before = STR_NONE;
    struct entry entry;
    int64_t version = 0;

    if (!store_policy(tx_model(tx), tx_arena(tx), &before, &version, e))
        return false;
    if (r->if_version && r->if_version != version)
        return err_set(e, ERR_CONFLICT, "the policy has changed since it was read");
    if (!policy_parse(tx_arena(tx), r->text, &policy, &json, e) ||
        !node_append(c, tx, &(struct entry_text){.kind = KIND_POLICY_SET, .payload = json}, &entry,
                     e))
        return false;
    r->version = entry.seq;
    return blocks_reload(c->node, tx_model(tx), e);
}

bool node_policy_set(struct node *n, struct node_policy_set *r, struct err *e)
{
    r->command.decide = decide_policy;
    return node_run(n, &r->command, e);
}
