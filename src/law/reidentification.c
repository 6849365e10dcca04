/* reidentification.c - see reidentification.h. */
#include "law/reidentification.h"

#include "core/encode.h"
#include "core/jcs.h"
#include "core/jsonw.h"
#include "core/time.h"
#include "law/pseudonym.h"

enum { SIGNATURE_TEXT_MAX = 2 * KEY_SIGNATURE_SIZE, SIGNERS_MAX = 8, TEXT_MAX = 256 };

#define CONTEXT S("hinomi reidentification v1\n")

static void put_members(struct jsonw *w, const struct reidentification *r)
{
    jw_member_cstr(w, "schema", "hinomi-reidentification-1");
    jw_member_time(w, "time", r->time);
    jw_member_str(w, "pseudonym", r->pseudonym);
    jw_member_str(w, "kind", r->kind);
    jw_member_str(w, "purpose", r->purpose);
    jw_member_str(w, "case", r->case_id);
    jw_member_int(w, "candidates", r->candidates);
    jw_member_bool(w, "confirmed", r->confirmed);
    jw_member_str(w, "prev", r->prev);
}

/* What is signed. */
static bool signed_text(const struct reidentification *r, struct buf *out, struct err *e)
{
    AUTO(buf_drop) struct buf plain = BUF(REIDENTIFICATION_MAX);
    struct jsonw w = JSONW(&plain);
    jw_object(&w);
    put_members(&w, r);
    jw_end(&w);
    buf_put(out, CONTEXT);
    return jcs_canonicalise(buf_str(&plain), out, e);
}

static void put_signature(struct jsonw *w, const struct key_secret *key, struct str text)
{
    AUTO(buf_drop) struct buf coded = BUF(SIGNATURE_TEXT_MAX);
    uint8_t sig[KEY_SIGNATURE_SIZE];
    char name[KEY_TEXT_SIZE];
    struct key_public public = key_public_of(key);
    key_sign_raw(key, text, sig);
    base64_put(&coded, sig, sizeof sig);
    jw_object(w);
    jw_member_str(w, "key", key_public_format(&public, name));
    jw_member_str(w, "sig", buf_str(&coded));
    jw_end(w);
}

bool reidentification_sign(const struct reidentification *r, const struct key_secret *keys,
                           size_t count, struct buf *out, struct err *e)
{
    AUTO(buf_drop) struct buf text = BUF(REIDENTIFICATION_MAX);
    AUTO(buf_drop) struct buf plain = BUF(REIDENTIFICATION_MAX);
    struct jsonw w = JSONW(&plain);
    if (!count || count > SIGNERS_MAX)
        return err_set(e, ERR_INVALID, "it takes 1 to %d signatures", SIGNERS_MAX);
    if (r->case_id.len > TEXT_MAX) /* the only text that somebody makes up */
        return err_set(e, ERR_LIMIT, "a case's name is of 1 to %d bytes", TEXT_MAX);
    if (!signed_text(r, &text, e))
        return false;
    jw_object(&w);
    put_members(&w, r);
    jw_key(&w, "signatures"), jw_array(&w);
    for (size_t i = 0; i < count; i++)
        put_signature(&w, &keys[i], buf_str(&text));
    jw_end(&w), jw_end(&w);
    return jcs_canonicalise(buf_str(&plain), out, e);
}

/* ---- reading ---- */

static bool read_text(const struct json *v, struct str name, struct str *ret, struct err *e)
{
    *ret = json_text(v, name);
    return (ret->len && ret->len <= TEXT_MAX) ||
           err_set(e, ERR_INVALID, "\"" STR_FMT "\" is a text of 1 to %d bytes", STR_ARG(name),
                   TEXT_MAX);
}

static bool is_hash(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!((s.ptr[i] >= '0' && s.ptr[i] <= '9') || (s.ptr[i] >= 'a' && s.ptr[i] <= 'f')))
            return false;
    return s.len == REIDENTIFICATION_HASH;
}

static bool read_members(const struct json *v, struct reidentification *r, struct err *e)
{
    const struct json *confirmed = json_get(v, S("confirmed"));
    if (!str_eq(json_text(v, S("schema")), S("hinomi-reidentification-1")))
        return err_set(e, ERR_INVALID, "\"schema\" is not hinomi-reidentification-1");
    if (!read_text(v, S("pseudonym"), &r->pseudonym, e) || !read_text(v, S("kind"), &r->kind, e) ||
        !read_text(v, S("purpose"), &r->purpose, e) || !read_text(v, S("case"), &r->case_id, e) ||
        !read_text(v, S("prev"), &r->prev, e) || !time_parse(json_text(v, S("time")), &r->time, e))
        return false;
    if (!pseudonym_is(r->pseudonym, NULL))
        return err_set(e, ERR_INVALID, "\"pseudonym\" has not the form of one");
    if (!is_hash(r->prev))
        return err_set(e, ERR_INVALID, "\"prev\" is not 64 hex digits");
    if (!json_int(v, S("candidates"), &r->candidates) || r->candidates < 0)
        return err_set(e, ERR_INVALID, "\"candidates\" is a count");
    if (!confirmed || (confirmed->kind != JSON_TRUE && confirmed->kind != JSON_FALSE))
        return err_set(e, ERR_INVALID, "\"confirmed\" is true or false");
    r->confirmed = confirmed->kind == JSON_TRUE;
    char text[TIME_TEXT_SIZE];
    return str_eq(time_format(r->time, text), json_text(v, S("time"))) ||
           err_set(e, ERR_INVALID, "\"time\" is not written as we write it");
}

static bool check_signature(const struct json *one, struct str text, struct key_public *ret_key,
                            struct err *e)
{
    AUTO(buf_drop) struct buf sig = BUF(SIGNATURE_TEXT_MAX);
    if (!key_public_parse(json_text(one, S("key")), ret_key, e))
        return false;
    return (one->count == 2 && base64_read(json_text(one, S("sig")), &sig) &&
            sig.len == KEY_SIGNATURE_SIZE &&
            key_verify_raw(ret_key, text, (const uint8_t *)sig.ptr)) ||
           err_set(e, ERR_DENIED, "the signature is not of that key over this record");
}

static bool check_signatures(const struct json *list, const struct reidentification *r,
                             struct err *e)
{
    AUTO(buf_drop) struct buf text = BUF(REIDENTIFICATION_MAX);
    struct key_public keys[SIGNERS_MAX];
    size_t n = 0;
    if (!list || list->kind != JSON_ARRAY || !list->count || list->count > SIGNERS_MAX)
        return err_set(e, ERR_INVALID, "\"signatures\" is a list of 1 to %d", SIGNERS_MAX);
    if (!signed_text(r, &text, e))
        return false;
    for (json_each(one, list)) {
        if (!check_signature(one, buf_str(&text), &keys[n], e))
            return err_wrap(e, "signature %zu", n + 1);
        for (size_t i = 0; i < n; i++)
            if (key_public_eq(&keys[i], &keys[n]))
                return err_set(e, ERR_DENIED, "signature %zu is of a key that signed already",
                               n + 1);
        n++;
    }
    return true;
}

/* Nothing stands in a record but its own members: a value could hide there. */
static bool is_canonical(const struct json *v, struct str line, struct err *e)
{
    enum { MEMBERS = 10 };
    AUTO(buf_drop) struct buf canonical = BUF(REIDENTIFICATION_MAX);
    if (!jcs_write(v, &canonical, e))
        return false;
    return (v->count == MEMBERS && str_eq(buf_str(&canonical), line)) ||
           err_set(e, ERR_INVALID, "it is not the canonical record, and nothing else");
}

bool reidentification_read(struct arena *a, struct str line, struct reidentification *ret,
                           struct err *e)
{
    const struct json *v = json_parse(a, line, e);
    return v && read_members(v, ret, e) && check_signatures(json_get(v, S("signatures")), ret, e) &&
           is_canonical(v, line, e);
}
