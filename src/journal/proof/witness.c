/* witness.c - remember, compare, sign: in that order on the disk. See witness.h. */
#include "journal/witness.h"

#include "core/encode.h"
#include "core/io.h"
#include "core/json.h"
#include "core/jsonw.h"

#include <sys/stat.h>

struct memory { /* what is remembered of one origin */
    bool known;
    struct note_key key;
    uint64_t size;
    struct merkle_hash root;
};

/* One file an origin, named by its digest: an origin is a stranger's text. */
static const char *memory_path(const struct witness *w, struct str origin, struct arena *a)
{
    uint8_t digest[SHA256_SIZE];
    char name[2 * SHA256_SIZE];
    sha256_of(origin, digest);
    hex_write(name, digest, sizeof digest);
    return arena_fmt(a, "%s/%.*s.json", w->state, (int)sizeof name, name).ptr;
}

static bool recall(const struct witness *w, struct str origin, struct arena *a,
                   struct memory *ret_memory, struct err *e)
{
    struct memory m = {0};
    struct str text;
    struct err why = {0};
    const char *path = memory_path(w, origin, a);
    if (!path)
        return err_set(e, ERR_LIMIT, "path too long");
    if (!file_read(a, path, 1 << 16, &text, &why)) {
        *ret_memory = m;
        return why.code == ERR_NOT_FOUND || (*e = why, false);
    }
    const struct json *in = json_parse(a, text, e);
    int64_t size = -1;
    if (!in || !note_key_parse(json_text(in, S("key")), &m.key, e) ||
        !json_int(in, S("size"), &size) || size < 0 ||
        !hex_read(json_text(in, S("root")), m.root.bytes, sizeof m.root.bytes) ||
        !str_eq(json_text(in, S("origin")), origin))
        return err_set(e, ERR_IO, "%s: the witness's memory is damaged", path);
    m.known = true;
    m.size = (uint64_t)size;
    *ret_memory = m;
    return true;
}

static bool remember(const struct witness *w, struct str origin, struct arena *a,
                     const struct memory *m, struct err *e)
{
    AUTO(buf_drop) struct buf out = BUF(1 << 16);
    AUTO(buf_drop) struct buf text = BUF(1024);
    struct jsonw json = JSONW(&out);
    char root[2 * SHA256_SIZE];
    const char *path = memory_path(w, origin, a);
    hex_write(root, m->root.bytes, SHA256_SIZE);
    note_key_write(&m->key, &text);
    jw_object(&json);
    jw_member_str(&json, "key", buf_str(&text));
    jw_member_str(&json, "origin", origin);
    jw_member_str(&json, "root", (struct str){root, sizeof root});
    jw_member_int(&json, "size", (int64_t)m->size);
    jw_end(&json);
    buf_byte(&out, '\n');
    return path && dir_make(w->state, 0700, e) && file_replace(path, buf_str(&out), 0600, e);
}

bool witness_size(const struct witness *w, struct str origin, uint64_t *ret_size, struct err *e)
{
    AUTO(arena_drop) struct arena a = ARENA(1 << 18);
    struct memory m = {0};
    if (!recall(w, origin, &a, &m, e))
        return false;
    *ret_size = m.size;
    return true;
}

/* May the log go from what is remembered to `c`? */
static bool may_follow(const struct memory *m, const struct checkpoint *c,
                       const struct merkle_proof *proof, struct err *e)
{
    static const struct merkle_proof none;
    if (c->size < m->size)
        return err_set(e, ERR_CONFLICT,
                       "the log became shorter: %llu entries, and %llu were cosigned before",
                       (unsigned long long)c->size, (unsigned long long)m->size);
    if (c->size == m->size)
        return merkle_eq(&c->root, &m->root) ||
               err_set(e, ERR_CONFLICT, "the log shows another root at the same size %llu: a fork",
                       (unsigned long long)m->size);
    if (m->size == 0)
        return !proof || proof->count == 0 ||
               err_set(e, ERR_INVALID, "a proof from an empty tree must be empty");
    return merkle_verify_consistency(m->size, c->size, proof ? proof : &none, &m->root, &c->root) ||
           err_set(e, ERR_INVALID, "the proof does not lead from %llu entries to %llu",
                   (unsigned long long)m->size, (unsigned long long)c->size);
}

bool witness_cosign(const struct witness *w, const struct witness_request *r, struct arena *a,
                    struct str *ret_line, struct err *e)
{
    struct note note;
    struct checkpoint c = {0};
    struct memory m = {0};
    if (!note_parse(r->note, &note, e) || !checkpoint_parse(note.text, &c, e) ||
        !recall(w, c.origin, a, &m, e))
        return false;
    if (!m.known) {
        if (!r->log_key)
            return err_set(e, ERR_NOT_FOUND, "the log " STR_FMT " is not known here",
                           STR_ARG(c.origin));
        m = (struct memory){.key = *r->log_key, .root = merkle_empty()};
    }
    if (!str_eq(m.key.name, c.origin) || m.key.algorithm != NOTE_ED25519)
        return err_set(e, ERR_DENIED, "that key is not of the log " STR_FMT, STR_ARG(c.origin));
    if (!note_open(r->note, &m.key, 1, &note, NULL, e) || !may_follow(&m, &c, r->proof, e))
        return false;
    m.size = c.size;
    m.root = c.root;
    if (!remember(w, c.origin, a, &m, e)) /* before anybody can see the signature */
        return false;

    AUTO(buf_drop) struct buf line = BUF(1024);
    struct key_public public = key_public_of(w->key);
    struct note_key name = note_key(w->name, NOTE_COSIGNATURE, &public);
    note_sign(note.text, &name, w->key, (uint64_t)(w->clock->now(w->clock) / TIME_SECOND), &line);
    *ret_line = arena_str(a, buf_str(&line));
    return ret_line->ptr || err_set(e, ERR_LIMIT, "no room for the cosignature");
}
