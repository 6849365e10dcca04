/* own.c - an owner's authorisation, written and signed. See own.h. */
#include "law/own.h"

#include "core/encode.h"
#include "core/jcs.h"
#include "core/jsonw.h"
#include "core/time.h"
#include "core/uuid.h"
#include "law/signing.h"

enum { OWN_MAX = 4 << 20 };

/* The statements behind the hashes of an own network's authorisation: they are the same for all of them. */
#define OWN_FACTS "An organisation watches its own network for threats to it."
#define OWN_NEED "Threats to a network show in its traffic."
#define OWN_WHY "Host logs alone do not show hosts that do not log."

static void put_hash(struct jsonw *w, const char *key, struct str statement)
{
    uint8_t digest[SHA256_SIZE];
    char hex[2 * SHA256_SIZE];
    sha256_of(statement, digest);
    hex_write(hex, digest, sizeof digest);
    jw_member_str(w, key, (struct str){hex, sizeof hex});
}

static void put_texts(struct jsonw *w, const char *key, const struct str *items, size_t count)
{
    jw_key(w, key);
    jw_array(w);
    for (size_t i = 0; i < count; i++)
        jw_str(w, items[i]);
    jw_end(w);
}

static void put_key(struct jsonw *w, const char *name, const struct key_public *key)
{
    char text[KEY_TEXT_SIZE];
    jw_member_str(w, name, key_public_format(key, text));
}

static struct key_public owner_of(const struct own_wish *wish)
{
    return wish->key ? key_public_of(wish->key) : wish->owner;
}

static void put_head(struct jsonw *w, const struct law *law, const struct law_basis *basis,
                     const struct own_wish *wish)
{
    struct key_public owner = owner_of(wish);
    struct uuid drawn = uuid_v4();
    char hex[2 * sizeof drawn.bytes];
    hex_write(hex, drawn.bytes, sizeof drawn.bytes);
    jw_member_cstr(w, "schema", AUTHORISATION_SCHEMA);
    jw_member_str(w, "auth_id", wish->auth_id.len ? wish->auth_id : (struct str){hex, sizeof hex});
    jw_member_str(w, "channel", channel_text(CHANNEL_OWN));
    jw_member_str(w, "direction", law_channel(law, CHANNEL_OWN)->direction);
    jw_key(w, "basis"), jw_object(w);
    jw_member_str(w, "act", basis->act);
    jw_member_str(w, "article", basis->article);
    jw_member_str(w, "paragraph", basis->paragraph);
    jw_member_time(w, "effective_from", basis->effective_from);
    jw_end(w);
    jw_key(w, "applicant"), jw_object(w);
    jw_member_cstr(w, "role", wish->carrier ? "CARRIER" : "OWNER");
    jw_member_str(w, "organisation", wish->organisation);
    put_key(w, "key", &owner);
    jw_end(w);
    jw_member_str(w, "purpose", law->purposes.ptr[0].code);
}

static void put_statements(struct jsonw *w, const struct own_wish *wish)
{
    jw_key(w, "target_act"), jw_object(w);
    jw_member_cstr(w, "campaign_id", "any");
    jw_member_cstr(w, "act_kind", "any");
    put_texts(w, "protected_computers", (struct str[]){S("own network")}, 1);
    put_hash(w, "facts_hash", S(OWN_FACTS));
    jw_end(w);
    jw_key(w, "necessity"), jw_object(w);
    put_hash(w, "suspicion_facts_hash", S(OWN_NEED));
    put_texts(w, "other_methods_considered", (struct str[]){S("logs of hosts")}, 1);
    put_hash(w, "why_insufficient_hash", S(OWN_WHY));
    jw_end(w);
    jw_key(w, "facility"), jw_object(w);
    jw_member_str(w, "carrier_id", wish->organisation);
    jw_member_cstr(w, "equipment_id", "sensor");
    put_texts(w, "link_ids", (struct str[]){S("own")}, 1);
    jw_member_int(w, "max_share_of_link", 1);
    jw_member_int(w, "max_bps", 0);
    jw_end(w);
}

static void put_handling(struct jsonw *w, const struct law *law, bool local)
{
    const struct law_fields *f = &law->fields;
    jw_key(w, "record_fields"), jw_array(w);
    for (size_t i = 0; i < f->allow.count; i++)
        jw_str(w, f->allow.ptr[i]);
    for (size_t i = 0; i < f->own.count; i++)
        jw_str(w, f->own.ptr[i]);
    jw_end(w);
    jw_key(w, "nonid_profile"), jw_object(w);
    put_texts(w, "fields", NULL, 0);
    jw_member_cstr(w, "key_custody", "SPLIT");
    jw_end(w);
    jw_key(w, "retention"), jw_object(w);
    jw_member_cstr(w, "unselected", "IMMEDIATE");
    jw_member_int(w, "selected_max_days", law->parameters.retention_default_days);
    jw_member_int(w, "review_every_days", law->parameters.review_every_days);
    jw_end(w);
    jw_key(w, "recipients"), jw_array(w);
    if (!local) {
        jw_object(w);
        jw_member_cstr(w, "class", "OPERATOR");
        jw_member_cstr(w, "product", "RELEASABLE");
        jw_end(w);
    }
    jw_end(w);
}

static void put_prefixes(struct jsonw *w, const char *key, const struct own_wish *wish)
{
    char text[ADDR_TEXT_SIZE];
    jw_key(w, key), jw_array(w);
    for (size_t i = 0; i < wish->prefix_count; i++)
        jw_str(w, addr_format(&wish->prefixes[i], text));
    jw_end(w);
}

static void put_scope(struct jsonw *w, const struct own_wish *wish, bool local)
{
    static const struct key_public none;
    struct key_public sensor = wish->sensor;
    if (key_public_eq(&sensor, &none))
        sensor = owner_of(wish);
    jw_key(w, "own"), jw_object(w);
    put_prefixes(w, "prefixes", wish);
    put_prefixes(w, "constituency", wish);
    jw_member_bool(w, "carrier", wish->carrier);
    jw_member_bool(w, "local", local);
    jw_end(w);
    jw_key(w, "selectors"), jw_array(w), jw_object(w);
    jw_member_cstr(w, "id", "set");
    jw_member_cstr(w, "type", "SET");
    jw_member_str(w, "value", wish->selectors.len ? wish->selectors : S("feeds"));
    put_hash(w, "why_hash", S(OWN_FACTS));
    jw_member_cstr(w, "source_grade", "F6");
    jw_member_time(w, "valid_from", wish->start);
    jw_member_time(w, "valid_to", wish->end);
    jw_end(w), jw_end(w);
    jw_key(w, "period"), jw_object(w);
    jw_member_time(w, "start", wish->start);
    jw_member_time(w, "end", wish->end);
    jw_end(w);
    jw_key(w, "sensors"), jw_array(w), jw_object(w);
    put_key(w, "key", &sensor);
    jw_member_str(w, "firmware_hash", wish->firmware_hash);
    jw_end(w), jw_end(w);
}

static bool write_own(const struct law *law, const struct own_wish *wish, bool local,
                      struct buf *out, struct err *e)
{
    AUTO(buf_drop) struct buf plain = BUF(OWN_MAX);
    const struct law_basis *basis = NULL;
    struct jsonw w = JSONW(&plain);
    for (size_t i = 0; !basis && i < law->bases.count; i++)
        if (channel_named(law->bases.ptr[i].channel) == CHANNEL_OWN)
            basis = &law->bases.ptr[i];
    if (!basis)
        return err_set(e, ERR_NOT_FOUND, "the law tables have no basis for CH_OWN");
    jw_object(&w);
    put_head(&w, law, basis, wish);
    put_statements(&w, wish);
    put_handling(&w, law, local);
    put_scope(&w, wish, local);
    jw_end(&w);
    if (plain.over)
        return err_set(e, ERR_LIMIT, "too many prefixes");
    if (!wish->key)
        return buf_put(out, buf_str(&plain)) || err_set(e, ERR_LIMIT, "too many prefixes");
    struct authorisation_act act = {.role = SIGN_OWNER, .key = wish->key};
    return authorisation_sign(buf_str(&plain), &act, out, e);
}

bool authorisation_own(const struct law *law, const struct own_wish *wish, struct buf *out,
                       struct err *e)
{
    return write_own(law, wish, wish->prefix_count == 0, out, e);
}

bool authorisation_own_local(const struct law *law, const struct own_wish *wish, struct buf *out,
                             struct err *e)
{
    return write_own(law, wish, true, out, e);
}
