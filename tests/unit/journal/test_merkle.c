/* test_merkle.c - trees and proofs: against the published vectors, and against a tree built the
 * slow way. */
#include "journal/merkle.h"

#include "core/arena.h"
#include "core/encode.h"
#include "core/io.h"
#include "core/json.h"
#include "tests/check.h"

#include <dirent.h>
#include <limits.h>
#include <sys/stat.h>

enum { LEAVES = 67 };

struct store {
    struct merkle_hash nodes[2 * LEAVES];
    uint64_t count;
};

static bool keep(void *ctx, uint64_t position, const struct merkle_hash *hash, struct err *e)
{
    (void)e;
    struct store *s = ctx;
    assert_int_equal(position, s->count); /* only ever the next one */
    s->nodes[s->count++] = *hash;
    return true;
}

static bool give(void *ctx, uint64_t position, struct merkle_hash *ret_hash, struct err *e)
{
    struct store *s = ctx;
    if (position >= s->count)
        return err_set(e, ERR_NOT_FOUND, "position %llu", (unsigned long long)position);
    *ret_hash = s->nodes[position];
    return true;
}

static struct merkle_hash leaf_of(uint64_t i)
{
    char text[24];
    int n = snprintf(text, sizeof text, "leaf %llu", (unsigned long long)i);
    return merkle_leaf((struct str){text, (size_t)n});
}

/* RFC 9162 2.1.1, word for word. */
static struct merkle_hash slow_root(uint64_t from, uint64_t to)
{
    if (to == from)
        return merkle_empty();
    if (to - from == 1)
        return leaf_of(from);
    uint64_t k = 1;
    while (k * 2 < to - from)
        k *= 2;
    struct merkle_hash left = slow_root(from, from + k), right = slow_root(from + k, to);
    return merkle_node(&left, &right);
}

static struct store *grow(struct merkle_tree *tree)
{
    static struct store s;
    s.count = 0;
    struct err e = {0};
    for (uint64_t i = 0; i < LEAVES; i++) {
        struct merkle_hash leaf = leaf_of(i);
        assert_true(merkle_append(tree, &leaf, keep, &s, &e));
    }
    return &s;
}

static void a_growing_tree_has_the_root_of_the_definition(void **state)
{
    (void)state;
    struct store s = {.count = 0};
    struct merkle_tree tree = {0};
    struct err e = {0};
    for (uint64_t n = 0; n <= LEAVES; n++) {
        struct merkle_hash root, want = slow_root(0, n);
        merkle_root(&tree, &root);
        assert_true(merkle_eq(&root, &want));
        struct merkle_tree again;
        assert_true(merkle_open(n, give, &s, &again, &e));
        merkle_root(&again, &root);
        assert_true(merkle_eq(&root, &want));
        assert_int_equal(merkle_stored(n), s.count);
        if (n < LEAVES) {
            struct merkle_hash leaf = leaf_of(n);
            assert_true(merkle_append(&tree, &leaf, keep, &s, &e));
        }
    }
}

/* No other proof of the same claim passes: each hash bent, one too few, one too many. */
static void bend_inclusion(uint64_t index, uint64_t size, struct merkle_proof *p,
                           const struct merkle_hash *leaf, const struct merkle_hash *root)
{
    for (size_t i = 0; i < p->count; i++) {
        p->hashes[i].bytes[7] ^= 1;
        assert_false(merkle_verify_inclusion(index, size, leaf, p, root));
        p->hashes[i].bytes[7] ^= 1;
    }
    p->hashes[p->count] = *leaf;
    p->count++;
    assert_false(merkle_verify_inclusion(index, size, leaf, p, root));
    p->count--;
    if (p->count) {
        p->count--;
        assert_false(merkle_verify_inclusion(index, size, leaf, p, root));
        p->count++;
    }
    assert_false(merkle_verify_inclusion(size, size, leaf, p, root));
}

static void every_leaf_is_proved_in_every_tree(void **state)
{
    (void)state;
    struct merkle_tree tree = {0};
    struct store *s = grow(&tree);
    struct err e = {0};
    for (uint64_t size = 1; size <= LEAVES; size++) {
        struct merkle_hash root = slow_root(0, size);
        for (uint64_t i = 0; i < size; i++) {
            struct merkle_proof p;
            struct merkle_hash leaf = leaf_of(i);
            assert_true(merkle_prove_inclusion(i, size, give, s, &p, &e));
            assert_true(merkle_verify_inclusion(i, size, &leaf, &p, &root));
            bend_inclusion(i, size, &p, &leaf, &root);
        }
    }
    struct merkle_proof p;
    assert_false(merkle_prove_inclusion(5, 5, give, s, &p, &e));
    CHECK_INT(e.code, ERR_INVALID, "a leaf past the end");
}

static void every_growth_is_proved(void **state)
{
    (void)state;
    struct merkle_tree tree = {0};
    struct store *s = grow(&tree);
    struct err e = {0};
    for (uint64_t to = 1; to <= LEAVES; to++)
        for (uint64_t from = 1; from <= to; from++) {
            struct merkle_hash old = slow_root(0, from), new = slow_root(0, to);
            struct merkle_proof p;
            assert_true(merkle_prove_consistency(from, to, give, s, &p, &e));
            assert_true(merkle_verify_consistency(from, to, &p, &old, &new));
            assert_true(from < to || p.count == 0);
            for (size_t i = 0; i < p.count; i++) {
                p.hashes[i].bytes[31] ^= 0x80;
                assert_false(merkle_verify_consistency(from, to, &p, &old, &new));
                p.hashes[i].bytes[31] ^= 0x80;
            }
            p.hashes[p.count++] = old;
            assert_false(merkle_verify_consistency(from, to, &p, &old, &new));
        }
    struct merkle_proof p = {0};
    struct merkle_hash empty = merkle_empty();
    assert_false(merkle_verify_consistency(0, 0, &p, &empty, &empty));
    assert_false(merkle_prove_consistency(0, 5, give, s, &p, &e));
    assert_false(merkle_prove_consistency(6, 5, give, s, &p, &e));
}

/* What a vector says, when it can be said in our types at all. */
struct vector {
    bool readable, want_error;
    int64_t numbers[3];
    struct merkle_hash a, b;
    struct merkle_proof proof;
};

static bool read_hash(struct str text, struct merkle_hash *ret)
{
    AUTO(buf_drop) struct buf bytes = BUF(1024);
    if (!base64_read(text, &bytes) || bytes.len != sizeof ret->bytes)
        return false;
    memcpy(ret->bytes, bytes.ptr, sizeof ret->bytes);
    return true;
}

static void read_vector(const struct json *in, const char *const names[5], struct vector *v)
{
    *v = (struct vector){.readable = true, .want_error = json_bool(in, S("wantErr"), true)};
    for (size_t i = 0; i < 3; i++) {
        struct str name = {names[i], names[i] ? strlen(names[i]) : 0};
        v->readable = (!names[i] || (json_int(in, name, &v->numbers[i]) && v->numbers[i] >= 0)) &&
                      v->readable;
    }
    v->readable = read_hash(json_text(in, (struct str){names[3], strlen(names[3])}), &v->a) &&
                  read_hash(json_text(in, (struct str){names[4], strlen(names[4])}), &v->b) &&
                  v->readable;
    for (json_each(p, json_get(in, S("proof")))) {
        bool fits = v->proof.count < MERKLE_PROOF_MAX &&
                    read_hash(p->text, &v->proof.hashes[v->proof.count]);
        v->readable = v->readable && fits;
        v->proof.count += fits;
    }
}

static bool inclusion(const struct vector *v)
{
    return merkle_verify_inclusion((uint64_t)v->numbers[0], (uint64_t)v->numbers[1], &v->a,
                                   &v->proof, &v->b);
}

static bool consistency(const struct vector *v)
{
    return merkle_verify_consistency((uint64_t)v->numbers[0], (uint64_t)v->numbers[1], &v->proof,
                                     &v->a, &v->b);
}

static bool span_inclusion(const struct vector *v)
{
    const struct merkle_span span = {(uint64_t)v->numbers[1], (uint64_t)v->numbers[2]};
    return merkle_verify_span_inclusion((uint64_t)v->numbers[0], span, &v->a, &v->proof, &v->b);
}

static bool span_consistency(const struct vector *v)
{
    const struct merkle_span span = {(uint64_t)v->numbers[0], (uint64_t)v->numbers[1]};
    return merkle_verify_span_consistency(span, (uint64_t)v->numbers[2], &v->proof, &v->a, &v->b);
}

static const struct family {
    const char *folder;
    const char *names[5];
    bool (*verify)(const struct vector *v);
} families[] = {
    {"inclusion", {"leafIdx", "treeSize", NULL, "leafHash", "root"}, inclusion},
    {"consistency", {"size1", "size2", NULL, "root1", "root2"}, consistency},
    {"subtreeinclusion", {"leafIdx", "start", "end", "leafHash", "root"}, span_inclusion},
    {"subtreeconsistency", {"start", "end", "size", "root1", "root2"}, span_consistency},
};

static void check_file(const struct family *f, const char *path, int *ret_files)
{
    AUTO(arena_drop) struct arena a = ARENA(1 << 20);
    struct err e = {0};
    struct str text;
    struct vector v;
    assert_true(file_read(&a, path, 1 << 20, &text, &e));
    const struct json *in = json_parse(&a, text, &e);
    assert_non_null(in);
    read_vector(in, f->names, &v);
    CHECK_INT(v.readable && f->verify(&v), !v.want_error, path);
    ++*ret_files;
}

static void check_folder(const struct family *f, const char *path, int depth, int *ret_files)
{
    DIR *dir = opendir(path);
    assert_non_null(dir);
    char inner[PATH_MAX];
    for (struct dirent *d; (d = readdir(dir)) != NULL;) {
        struct stat st;
        if (d->d_name[0] == '.')
            continue;
        assert_true(snprintf(inner, sizeof inner, "%s/%s", path, d->d_name) < (int)sizeof inner);
        assert_int_equal(stat(inner, &st), 0);
        if (S_ISREG(st.st_mode))
            check_file(f, inner, ret_files);
        else if (depth < 3)
            check_folder(f, inner, depth + 1, ret_files);
    }
    closedir(dir);
}

static void the_published_vectors_all_agree(void **state)
{
    (void)state;
    int files = 0;
    for (size_t i = 0; i < COUNT(families); i++) {
        char path[PATH_MAX];
        snprintf(path, sizeof path, "%s/merkle/rfc6962_vectors/%s", getenv("HINOMI_SHARED_DATA"),
                 families[i].folder);
        check_folder(&families[i], path, 0, &files);
    }
    assert_true(files >= 300);
}

int main(void)
{
    const char *data = getenv("HINOMI_SHARED_DATA");
    struct stat st;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_growing_tree_has_the_root_of_the_definition),
        cmocka_unit_test(every_leaf_is_proved_in_every_tree),
        cmocka_unit_test(every_growth_is_proved),
        cmocka_unit_test(the_published_vectors_all_agree),
    };
    if (!data || stat(data, &st) != 0) {
        fprintf(stderr, "no shared data: the published vectors are not checked\n");
        return 77;
    }
    return cmocka_run_group_tests_name("merkle", tests, NULL, NULL);
}
