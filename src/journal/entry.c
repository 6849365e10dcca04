/* entry.c - statements and entries as canonical bytes; their signatures. See entry.h.
 *
 * The writer is direct: names are known and stand in their sorted order, and no value may hold a
 * character that JSON escapes (statement_check), so RFC 8785 asks for nothing more than this.
 */
#include "journal/entry.h"

#include "core/encode.h"

static bool is_id(struct str s)
{
    if (s.len == 0 || s.len > ENTRY_ID_MAX)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && !(c && strchr("-_.:", c)))
            return false;
    }
    return true;
}

/* Printable ASCII that JSON writes as it is; no space, since names stand in lines of notes. */
static bool is_plain(struct str s, size_t most)
{
    if (s.len == 0 || s.len > most)
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] <= ' ' || s.ptr[i] > '~' || s.ptr[i] == '"' || s.ptr[i] == '\\')
            return false;
    return true;
}

static bool is_realm(struct str s)
{
    if (str_eq(s, S("live")))
        return true;
    struct uuid id;
    char canonical[UUID_TEXT_LEN + 1];
    struct str text = str_skip(s, 10);
    return str_starts(s, S("exercise--")) && uuid_parse(text, &id) &&
           str_eq(uuid_format(&id, canonical), text);
}

bool statement_check(const struct statement *s, struct err *e)
{
    const char *bad = !is_id(s->actor)                      ? "actor"
                      : !is_id(s->subject)                  ? "subject"
                      : s->id.bytes[6] >> 4 != 7            ? "id (not a version 7 UUID)"
                      : !is_plain(s->key, 200)              ? "key"
                      : !is_plain(s->log, 200)              ? "log"
                      : memchr(s->log.ptr, '+', s->log.len) ? "log"
                      : !is_id(s->kind_name)                ? "kind"
                      : !is_realm(s->realm)                 ? "realm"
                                                            : NULL;
    if (bad)
        return err_set(e, ERR_INVALID, "statement: %s has the wrong form", bad);
    if (s->kind && kind_info(s->kind)->realm == KIND_REALM_LIVE && !str_eq(s->realm, S("live")))
        return err_set(e, ERR_INVALID, STR_FMT " stands in the live realm only",
                       STR_ARG(s->kind_name));
    return true;
}

static void put_text(struct buf *out, struct str name, struct str value)
{
    buf_put(out, name);
    buf_put(out, value);
    buf_byte(out, '"');
}

static void put_digest(struct buf *out, struct str name, const uint8_t digest[SHA256_SIZE])
{
    buf_put(out, name);
    buf_put(out, S("sha256:"));
    hex_put(out, digest, SHA256_SIZE);
    buf_byte(out, '"');
}

void statement_write(const struct statement *s, struct buf *out)
{
    char time[TIME_TEXT_SIZE], id[UUID_TEXT_LEN + 1];
    put_text(out, S("{\"actor\":\""), s->actor);
    if (s->has_basis)
        put_digest(out, S(",\"basis\":\""), s->basis);
    put_text(out, S(",\"claimed\":\""), time_format(s->claimed, time));
    put_text(out, S(",\"id\":\""), uuid_format(&s->id, id));
    put_text(out, S(",\"key\":\""), s->key);
    put_text(out, S(",\"kind\":\""), s->kind_name);
    put_text(out, S(",\"log\":\""), s->log);
    put_digest(out, S(",\"payload\":\""), s->payload);
    put_text(out, S(",\"realm\":\""), s->realm);
    put_text(out, S(",\"subject\":\""), s->subject);
    buf_put(out, S(",\"v\":1}"));
}

void entry_write(const struct entry *n, struct buf *out)
{
    char time[TIME_TEXT_SIZE];
    put_text(out, S("{\"logged\":\""), time_format(n->logged, time));
    buf_fmt(out, ",\"seq\":%lld", (long long)n->seq);
    if (n->sig.class != SIG_NONE) {
        put_text(out, S(",\"sig\":{\"class\":\""), sig_class_name(n->sig.class));
        buf_put(out, S(",\"value\":\""));
        base64_put(out, n->sig.value, sizeof n->sig.value);
        buf_put(out, S("\"}"));
    }
    buf_put(out, S(",\"statement\":"));
    statement_write(&n->statement, out);
    buf_byte(out, '}');
}

void payload_commit(struct str salt, struct str bytes, uint8_t ret_digest[SHA256_SIZE])
{
    struct sha256 h;
    sha256_start(&h);
    sha256_add(&h, salt);
    sha256_add(&h, bytes);
    sha256_end(&h, ret_digest);
}

void statement_sign(const struct statement *s, const struct key_secret *key, enum sig_class class,
                    struct entry_sig *ret_sig)
{
    AUTO(buf_drop) struct buf text = BUF(ENTRY_HEADER_MAX);
    statement_write(s, &text);
    ret_sig->class = class;
    key_sign(key, ENTRY_CONTEXT, buf_str(&text), ret_sig->value);
}

bool statement_verify(const struct statement *s, const struct entry_sig *sig, struct err *e)
{
    struct key_public key;
    AUTO(buf_drop) struct buf text = BUF(ENTRY_HEADER_MAX);
    statement_write(s, &text);
    if (!key_public_parse(s->key, &key, e))
        return false;
    return key_verify(&key, ENTRY_CONTEXT, buf_str(&text), sig->value) ||
           err_set(e, ERR_DENIED, "the signature is not by the key the statement names");
}
