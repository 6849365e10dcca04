/* link_item.c - link items as canonical JSON, and back with every field bounded. */
#include "exchange/link_item.h"

#include "core/encode.h"
#include "core/jcs.h"
#include "core/jsonw.h"
#include "core/time.h"
#include "core/uuid.h"

static const struct str sign_context = S_("hinomi link item v1");
static const struct str origin_prefix = S_("hinomi/");

static const char *const kind_names[] = {
#define X(name, text, meaning) [LINK_##name] = (text),
    LINK_KIND_MAP(X)
#undef X
};

const char *link_kind_name(enum link_kind kind)
{
    return kind_names[kind];
}

bool link_kind_parse(struct str text, enum link_kind *ret)
{
    for (size_t i = 0; i < LINK_KIND_COUNT; i++)
        if (str_eq(text, (struct str){kind_names[i], strlen(kind_names[i])})) {
            *ret = (enum link_kind)i;
            return true;
        }
    return false;
}

/* Ids, classes and decisions are printable ASCII without spaces. */
static bool is_name(struct str s, size_t longest)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] <= ' ' || s.ptr[i] > '~')
            return false;
    return s.len > 0 && s.len <= longest;
}

static bool is_uuid(struct str s)
{
    struct uuid u;
    return uuid_parse(s, &u);
}

/* "hinomi/<organisation>", or that of a successor log, with "/<number>" behind it. */
static bool is_log_of(struct str origin, struct str organisation)
{
    struct str name = str_skip(origin, origin_prefix.len);
    return str_starts(origin, origin_prefix) && str_starts(name, organisation) &&
           (name.len == organisation.len || name.ptr[organisation.len] == '/');
}

static bool check_path(const struct link_item *item, struct err *e)
{
    if (item->path_count < 1 || item->path_count > LINK_HOPS_MAX)
        return err_set(e, ERR_INVALID, "an item passes one to %d nodes, not %zu", LINK_HOPS_MAX,
                       item->path_count);
    for (size_t i = 0; i < item->path_count; i++) {
        if (!is_uuid(item->path[i]))
            return err_set(e, ERR_INVALID, "hop %zu of the path is no organisation id", i + 1);
        for (size_t j = 0; j < i; j++)
            if (str_eq(item->path[i], item->path[j]))
                return err_set(e, ERR_INVALID, "the path passes one node twice");
    }
    if (!str_eq(item->path[item->path_count - 1], item->from))
        return err_set(e, ERR_INVALID, "the path does not end at the sender");
    if (!is_log_of(item->origin, item->path[0]))
        return err_set(e, ERR_INVALID, "the path does not begin at the origin");
    return true;
}

static bool check(const struct link_item *item, struct err *e)
{
    const struct {
        const char *name;
        bool ok;
    } rules[] = {
        {"origin", is_name(item->origin, LINK_NAME_MAX)},
        {"statement", is_uuid(item->statement)},
        {"object", is_name(item->object, LINK_NAME_MAX)},
        {"from", is_uuid(item->from)},
        {"to", is_uuid(item->to)},
        {"class", is_name(item->reader_class, LINK_CLASS_MAX)},
        {"decision", is_name(item->decision, LINK_NAME_MAX)},
        {"number", item->number >= 1},
        {"version", item->version >= 1},
        {"body", item->body.len > 0},
    };
    for (size_t i = 0; i < COUNT(rules); i++)
        if (!rules[i].ok)
            return err_set(e, ERR_INVALID, "link item: its '%s' is not one", rules[i].name);
    return check_path(item, e);
}

static void put_str(struct jsonw *w, const char *name, struct str text)
{
    jw_member_str(w, name, text);
}

/* Members are written in the order RFC 8785 sorts them, and the body is canonical already. */
static void put_item(struct buf *out, const struct link_item *item)
{
    struct jsonw w = JSONW(out);
    char previous[2 * SHA256_SIZE];

    hex_write(previous, item->previous, SHA256_SIZE);
    jw_object(&w);
    jw_key(&w, "body"), jw_raw(&w, item->body);
    put_str(&w, "class", item->reader_class);
    put_str(&w, "decision", item->decision);
    put_str(&w, "from", item->from);
    jw_member_cstr(&w, "kind", link_kind_name(item->kind));
    jw_member_int(&w, "number", item->number);
    put_str(&w, "object", item->object);
    put_str(&w, "origin", item->origin);
    jw_key(&w, "path"), jw_array(&w);
    for (size_t i = 0; i < item->path_count; i++)
        jw_str(&w, item->path[i]);
    jw_end(&w);
    put_str(&w, "previous", (struct str){previous, sizeof previous});
    jw_member_time(&w, "released", item->released);
    jw_member_bool(&w, "revoked", item->revoked);
    put_str(&w, "statement", item->statement);
    put_str(&w, "to", item->to);
    jw_member_int(&w, "v", 1);
    jw_member_int(&w, "version", item->version);
    jw_end(&w);
}

static struct str digest_text(const uint8_t digest[SHA256_SIZE])
{
    return (struct str){(const char *)digest, SHA256_SIZE};
}

bool link_item_write(const struct link_item *item, const struct link_signer *signer,
                     struct buf *out, struct err *e)
{
    AUTO(buf_drop) struct buf text = BUF(LINK_ITEM_MAX), body = BUF(LINK_ITEM_MAX);
    struct link_item canonical = *item;
    uint8_t signature[KEY_SIGNATURE_SIZE];

    if (!check(item, e))
        return false;
    if (!jcs_canonicalise(item->body, &body, e))
        return err_wrap(e, "body of a link item");
    canonical.body = buf_str(&body);
    put_item(&text, &canonical);
    if (text.over || text.len > LINK_ITEM_MAX - 256)
        return err_set(e, ERR_LIMIT, "a link item holds at most %d bytes", LINK_ITEM_MAX);
    uint8_t digest[SHA256_SIZE];
    sha256_of(buf_str(&text), digest);
    if (!signer->sign(signer->ctx, sign_context, digest_text(digest), signature, e))
        return err_wrap(e, "signing a link item");
    buf_put(out, S("{\"item\":"));
    buf_put(out, buf_str(&text));
    buf_put(out, S(",\"sig\":\""));
    base64_put(out, signature, sizeof signature);
    return buf_put(out, S("\"}"))
               ? true
               : err_set(e, ERR_LIMIT, "no room for a link item of %zu bytes", text.len);
}

static bool read_path(const struct json *list, struct link_item *ret, struct err *e)
{
    if (!list || list->kind != JSON_ARRAY || list->count > LINK_HOPS_MAX)
        return err_set(e, ERR_INVALID, "link item: more than %d hops, or no path", LINK_HOPS_MAX);
    for (json_each(hop, list))
        ret->path[ret->path_count++] = hop->kind == JSON_STRING ? hop->text : STR_NONE;
    return true;
}

static bool read_signature(struct str text, struct link_item *ret, struct err *e)
{
    AUTO(buf_drop) struct buf raw = BUF(128);
    if (!base64_read(text, &raw) || raw.len != KEY_SIGNATURE_SIZE)
        return err_set(e, ERR_INVALID, "link item: the signature is not 64 bytes of base64");
    memcpy(ret->signature, raw.ptr, KEY_SIGNATURE_SIZE);
    return true;
}

static bool read_canonical(struct arena *a, const struct json *v, struct str *ret, struct err *e)
{
    AUTO(buf_drop) struct buf text = BUF(LINK_ITEM_MAX);
    if (!v)
        return err_set(e, ERR_INVALID, "link item: a member is missing");
    if (!jcs_write(v, &text, e))
        return false;
    *ret = arena_str(a, buf_str(&text));
    return ret->ptr ? true : err_set(e, ERR_LIMIT, "no room for a link item");
}

static bool read_fields(const struct json *v, struct link_item *ret, struct err *e)
{
    int64_t v_number = 0;
    if (!json_int(v, S("v"), &v_number) || v_number != 1)
        return err_set(e, ERR_INVALID, "link item: version 1 is the only one known");
    if (!link_kind_parse(json_text(v, S("kind")), &ret->kind))
        return err_set(e, ERR_INVALID, "link item: unknown kind");
    if (!json_int(v, S("number"), &ret->number) || !json_int(v, S("version"), &ret->version))
        return err_set(e, ERR_INVALID, "link item: number and version are whole numbers");
    if (!time_parse(json_text(v, S("released")), &ret->released, e))
        return err_wrap(e, "link item");
    if (!hex_read(json_text(v, S("previous")), ret->previous, SHA256_SIZE))
        return err_set(e, ERR_INVALID, "link item: 'previous' is not a hash");
    ret->origin = json_text(v, S("origin"));
    ret->statement = json_text(v, S("statement"));
    ret->object = json_text(v, S("object"));
    ret->from = json_text(v, S("from"));
    ret->to = json_text(v, S("to"));
    ret->reader_class = json_text(v, S("class"));
    ret->decision = json_text(v, S("decision"));
    ret->revoked = json_bool(v, S("revoked"), false);
    return read_path(json_get(v, S("path")), ret, e);
}

bool link_item_read(struct arena *a, struct str line, struct link_item *ret, struct err *e)
{
    struct link_item item = {};
    if (line.len > LINK_ITEM_MAX)
        return err_set(e, ERR_LIMIT, "a link item holds at most %d bytes", LINK_ITEM_MAX);
    const struct json *outer = json_parse(a, line, e);
    if (!outer)
        return err_wrap(e, "link item");
    const struct json *v = json_get(outer, S("item"));
    if (!read_fields(v, &item, e) || !read_signature(json_text(outer, S("sig")), &item, e) ||
        !read_canonical(a, json_get(v, S("body")), &item.body, e) ||
        !read_canonical(a, v, &item.signed_text, e) || !check(&item, e))
        return false;
    *ret = item;
    return true;
}

bool link_item_signed_by(const struct link_item *item, const struct key_public *key)
{
    uint8_t digest[SHA256_SIZE];
    sha256_of(item->signed_text, digest);
    return key_verify(key, sign_context, digest_text(digest), item->signature);
}

static void chain_add(struct sha256 *h, struct str text)
{
    sha256_add(h, text);
    sha256_add(h, S("\n")); /* no field holds one: is_name refuses it */
}

void link_item_chain(const struct link_item *item, uint8_t ret_hash[SHA256_SIZE])
{
    struct sha256 h;
    char numbers[64];
    uint8_t body[SHA256_SIZE];
    int n = snprintf(numbers, sizeof numbers, "%lld %lld %d", (long long)item->number,
                     (long long)item->version, item->revoked);

    sha256_of(item->body, body);
    sha256_start(&h);
    chain_add(&h, S("hinomi link chain v1"));
    chain_add(&h, (struct str){numbers, (size_t)n});
    chain_add(&h, (struct str){kind_names[item->kind], strlen(kind_names[item->kind])});
    chain_add(&h, item->object);
    chain_add(&h, item->origin);
    chain_add(&h, item->statement);
    chain_add(&h, item->decision);
    sha256_add(&h, (struct str){(const char *)body, sizeof body});
    sha256_add(&h, (struct str){(const char *)item->previous, SHA256_SIZE});
    sha256_end(&h, ret_hash);
}

bool link_item_was_at(const struct link_item *item, struct str organisation)
{
    for (size_t i = 0; i < item->path_count; i++)
        if (str_eq(item->path[i], organisation))
            return true;
    return false;
}
