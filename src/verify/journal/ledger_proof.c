/* ledger_proof.c - a proof on its own, as `hinomi log prove` prints it, checked by the verifier's tree. See ledger.h.
 *
 *     {"checkpoint":NOTE?,"entry":17,"header":"{…}","index":16,"kind":"inclusion","proof":[…],"root":…,"size":40}
 *     {"checkpoint":NOTE?,"from":17,"from_root":…,"kind":"consistency","proof":[…],"root":…,"size":40}
 */
#include "ledger_private.h"

#include "core/encode.h"
#include "core/io.h"

enum { PROOF_MOST = 1 << 20, PROOF_HASHES = 128 };

static bool read_hash(const struct json *v, struct tree_hash *ret)
{
    AUTO(buf_drop) struct buf bytes = BUF((size_t)SHA256_SIZE + 3);
    if (!v || v->kind != JSON_STRING || !base64_read(v->text, &bytes) || bytes.len != SHA256_SIZE)
        return false;
    memcpy(ret->bytes, bytes.ptr, SHA256_SIZE);
    return true;
}

struct claim {
    bool growth;
    uint64_t size, index, from;
    struct tree_hash root, from_root, hashes[PROOF_HASHES];
    size_t count;
    struct str header, checkpoint;
};

static bool read_claim(const struct json *in, struct claim *c)
{
    *c = (struct claim){.growth = str_eq(json_text(in, S("kind")), S("consistency")),
                        .header = json_text(in, S("header")),
                        .checkpoint = json_text(in, S("checkpoint"))};
    bool good = form_count(in, S("size"), &c->size) && read_hash(json_get(in, S("root")), &c->root);
    if (c->growth)
        good = good && form_count(in, S("from"), &c->from) &&
               read_hash(json_get(in, S("from_root")), &c->from_root);
    else
        good = good && str_eq(json_text(in, S("kind")), S("inclusion")) && c->header.len &&
               form_count(in, S("index"), &c->index);
    for (json_each(h, json_get(in, S("proof"))))
        good = good && c->count < PROOF_HASHES && read_hash(h, &c->hashes[c->count++]);
    return good;
}

static bool holds(const struct claim *c)
{
    const struct tree_proof proof = {c->hashes, c->count};
    struct tree_hash old, new;
    if (c->growth)
        return tree_consistency(c->from, c->size, &c->from_root, &proof, &old, &new) &&
               tree_same(&old, &c->from_root) && tree_same(&new, &c->root);
    struct tree_hash leaf = tree_hash_leaf(c->header);
    return tree_inclusion(c->index, c->size, &leaf, &proof, &new) && tree_same(&new, &c->root);
}

/* A checkpoint by the log's key must say just the root that the proof leads to (or leads from). */
static void judge_mark(struct ledger *l, const struct claim *c, const struct mark *m,
                       const char *file)
{
    const struct tree_hash *said = m->size == c->size                ? &c->root
                                   : c->growth && m->size == c->from ? &c->from_root
                                                                     : NULL;
    if (ledger_log_signed(l, m, file) != MARK_SIGNED)
        return;
    if (!said || !tree_same(said, &m->root))
        finding_add(l->found, FINDING_O1_17, file, 0, "%llu", (unsigned long long)m->size);
}

bool ledger_proof(const char *path, const struct ledger_options *o, struct findings *found,
                  struct err *e)
{
    AUTO(arena_drop) struct arena memory = ARENA((size_t)64 << 20);
    struct ledger l = {.options = o, .found = found, .memory = &memory};
    struct claim c;
    struct mark m;
    struct str text;
    if (!ledger_keys(&l, e) || !ledger_kept_read(&l, e) ||
        !file_read(&memory, path, PROOF_MOST, &text, e))
        return false;
    const struct json *in = json_parse(&memory, text, e);
    if (!in || !read_claim(in, &c))
        return err_set(e, ERR_INVALID, "%s: not a proof", path);
    if (!c.checkpoint.len && !l.kept_count)
        return err_set(e, ERR_INVALID, "%s: no checkpoint says its root (--checkpoint)", path);
    if (!holds(&c))
        finding_add(found, FINDING_O1_17, path, 0, "%s", "");
    if (c.checkpoint.len) {
        if (!mark_read(c.checkpoint, &m, e))
            return err_wrap(e, "%s", path);
        judge_mark(&l, &c, &m, path);
    }
    for (size_t i = 0; i < l.kept_count; i++)
        judge_mark(&l, &c, &l.kept[i].mark, l.kept[i].path);
    return true;
}
