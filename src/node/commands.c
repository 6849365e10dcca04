/* commands.c - what every command does: run on the writer, append an entry in the node's realm, note
 * which request it answered. */
#include "core/encode.h"
#include "core/uuid.h"
#include "node/config.h"
#include "node/node_private.h"

static bool decide(void *ctx, struct journal_tx *tx, struct err *e)
{
    struct node_command *c = ctx;
    return c->decide(c, tx, e);
}

static void done(void *ctx, bool ok, const struct err *e)
{
    struct node_command *c = ctx;
    c->done(c, ok, e);
}

bool node_run(struct node *n, struct node_command *c, struct err *e)
{
    c->node = n;
    if (!c->done)
        return writer_do(n->writer, decide, c, e);
    return writer_submit(n->writer,
                         &(struct writer_command){.decide = decide, .done = done, .ctx = c}, e);
}

bool node_append(struct node_command *c, struct journal_tx *tx, const struct entry_text *text,
                 struct entry *ret_entry, struct err *e)
{
    const struct node_self *self = &c->node->self;
    const struct kind_info *kind = kind_info(text->kind);
    struct journal_draft draft = {
        .kind = text->kind,
        .actor = c->actor.len ? c->actor : self->org,
        .subject = text->subject.len ? text->subject : self->org,
        .realm = kind->realm == KIND_REALM_LIVE ? S("live") : self->realm,
        .payload = text->payload,
        .erasable = text->erasable,
    };
    return journal_tx_append(tx, &draft, ret_entry, e);
}

struct str uuid_new(struct arena *a, struct clock *clock)
{
    char text[UUID_TEXT_LEN + 1];
    struct uuid u = uuid_v7(clock);
    return arena_str(a, uuid_format(&u, text));
}

bool policy_in_force(struct db *db, struct arena *a, struct policy *ret, struct err *e)
{
    struct str json = STR_NONE;
    int64_t seq = 0;
    if (!store_policy(db, a, &json, &seq, e))
        return false;
    if (!json.len) {
        policy_default(ret);
        return true;
    }
    const struct json *document = json_parse(a, json, e);
    return document && policy_read(a, document, ret, e);
}

struct str request_digest(struct arena *a, struct str org, struct str key)
{
    uint8_t digest[SHA256_SIZE];
    char hex[2 * SHA256_SIZE];
    struct sha256 h;

    if (!key.len)
        return S("");
    sha256_start(&h);
    sha256_add(&h, org);
    sha256_add(&h, S("\n"));
    sha256_add(&h, key);
    sha256_end(&h, digest);
    hex_write(hex, digest, sizeof digest);
    return arena_str(a, (struct str){hex, sizeof hex});
}

void put_selector(struct jsonw *w, const char *name, const struct selector *s)
{
    if (name)
        jw_key(w, name);
    jw_object(w);
    jw_member_cstr(w, "kind", selector_kind_name(s->kind));
    jw_member_str(w, "value", s->value);
    jw_end(w);
}

bool read_selector(const struct json *v, struct selector *ret, struct err *e)
{
    struct selector s = {.value = json_text(v, S("value"))};
    if (!selector_kind_parse(json_text(v, S("kind")), &s.kind))
        return err_set(e, ERR_INVALID, "a selector has a kind: ipv4, domain, url, ja4, …");
    if (!selector_check(&s, e))
        return err_wrap(e, "selector");
    *ret = s;
    return true;
}

bool node_gate_policy(struct node *n, struct db *db, struct arena *a, struct gate_policy *ret,
                      struct err *e)
{
    struct policy p;
    if (!policy_in_force(db, a, &p, e))
        return false;
    *ret = (struct gate_policy){
        .country = n->self.country,
        .green_partners = {p.release.partners, p.release.partner_count},
    };
    return true;
}

bool node_reader_of(struct node *n, struct db *db, struct arena *a, struct str org,
                    struct reader *ret, struct err *e)
{
    struct org_row row;
    if (!store_org_find(db, a, org, &row, e))
        return false;
    struct reader r = {
        .org = row.id,
        .sector = row.sector,
        .country = row.country,
        .realm = n->self.realm,
        .role = node_role_of(row.role),
        .clearance = TLP_RED,
        .level = 3,
    };
    if (!reader_seal(a, &r, e))
        return false;
    *ret = r;
    return true;
}
