/* entry_read.c - entries back from their bytes: read, then written again and compared. See
 * entry.h. */
#include "journal/entry.h"

#include "core/encode.h"
#include "core/json.h"

static bool read_digest(struct str text, uint8_t out[SHA256_SIZE])
{
    return str_starts(text, S("sha256:")) && hex_read(str_skip(text, 7), out, SHA256_SIZE);
}

static bool read_time(const struct json *in, struct str name, int64_t *ret_us, struct err *e)
{
    return time_parse(json_text(in, name), ret_us, e) || err_wrap(e, STR_FMT, STR_ARG(name));
}

static bool read_statement(const struct json *in, struct statement *s, struct err *e)
{
    int64_t version = 0;
    struct str basis = json_text(in, S("basis"));
    *s = (struct statement){
        .actor = json_text(in, S("actor")),
        .subject = json_text(in, S("subject")),
        .has_basis = basis.ptr != NULL,
        .key = json_text(in, S("key")),
        .kind_name = json_text(in, S("kind")),
        .log = json_text(in, S("log")),
        .realm = json_text(in, S("realm")),
    };
    s->kind = kind_of(s->kind_name);
    if (!json_int(in, S("v"), &version) || version != 1)
        return err_set(e, ERR_INVALID, "statement: not of version 1");
    if (!uuid_parse(json_text(in, S("id")), &s->id))
        return err_set(e, ERR_INVALID, "statement: id is not a UUID");
    if (!read_digest(json_text(in, S("payload")), s->payload) ||
        (s->has_basis && !read_digest(basis, s->basis)))
        return err_set(e, ERR_INVALID, "statement: a digest is not sha256 and 64 hex digits");
    return read_time(in, S("claimed"), &s->claimed, e) && statement_check(s, e);
}

static bool read_sig(const struct json *in, struct entry_sig *sig, struct err *e)
{
    *sig = (struct entry_sig){.class = SIG_NONE};
    if (!in)
        return true;
    AUTO(buf_drop) struct buf value = BUF(128);
    sig->class = sig_class_of(json_text(in, S("class")));
    if (sig->class == SIG_NONE || !base64_read(json_text(in, S("value")), &value) ||
        value.len != sizeof sig->value)
        return err_set(e, ERR_INVALID, "sig: not a class and 64 bytes");
    memcpy(sig->value, value.ptr, sizeof sig->value);
    return true;
}

/* One document, one string of bytes: whatever is spelled otherwise, or has more in it, is
 * refused. */
static bool is_canonical(struct str text, const struct buf *again, struct err *e)
{
    return str_eq(text, buf_str(again)) ||
           err_set(e, ERR_INVALID, "not the canonical form of what it says");
}

bool entry_parse(struct arena *a, struct str header, struct entry *ret_entry, struct err *e)
{
    if (header.len > ENTRY_HEADER_MAX)
        return err_set(e, ERR_LIMIT, "header of %zu bytes", header.len);
    const struct json *in = json_parse(a, header, e);
    if (!in)
        return false;
    struct entry n = {0};
    if (!read_time(in, S("logged"), &n.logged, e))
        return false;
    if (!json_int(in, S("seq"), &n.seq) || n.seq < 1 || n.seq >> 53)
        return err_set(e, ERR_INVALID, "seq is not a whole number from 1");
    if (!read_sig(json_get(in, S("sig")), &n.sig, e) ||
        !read_statement(json_get(in, S("statement")), &n.statement, e))
        return false;
    AUTO(buf_drop) struct buf again = BUF(ENTRY_HEADER_MAX);
    entry_write(&n, &again);
    if (!is_canonical(header, &again, e))
        return false;
    *ret_entry = n;
    return true;
}

bool statement_parse(struct arena *a, struct str text, struct statement *ret_statement,
                     struct err *e)
{
    if (text.len > ENTRY_HEADER_MAX)
        return err_set(e, ERR_LIMIT, "statement of %zu bytes", text.len);
    const struct json *in = json_parse(a, text, e);
    struct statement s;
    if (!in || !read_statement(in, &s, e))
        return false;
    AUTO(buf_drop) struct buf again = BUF(ENTRY_HEADER_MAX);
    statement_write(&s, &again);
    if (!is_canonical(text, &again, e))
        return false;
    *ret_statement = s;
    return true;
}
