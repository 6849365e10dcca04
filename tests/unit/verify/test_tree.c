/* test_tree.c - the verifier's own tree: RFC 9162's shape, proofs of each leaf and each growth, and no others. */
#include "verify/tree.h"

#include "core/encode.h"
#include "tests/check.h"

#include <stdio.h>

enum { LEAVES = 70, MOST = 16 };

static struct str leaf_text(uint64_t i, char out[32])
{
    return (struct str){out, (size_t)snprintf(out, 32, "entry %llu", (unsigned long long)i)};
}

/* MTH of leaves start..end as the RFC's text has it, by recursion. */
static struct tree_hash span(uint64_t start, uint64_t end)
{
    char text[32], joined[1 + 2 * SHA256_SIZE] = {1};
    struct tree_hash left, right, out;
    uint64_t n = end - start, k = 1;
    if (n == 1)
        return tree_hash_leaf(leaf_text(start, text));
    while (2 * k < n)
        k *= 2;
    left = span(start, start + k);
    right = span(start + k, end);
    memcpy(joined + 1, left.bytes, SHA256_SIZE);
    memcpy(joined + 1 + SHA256_SIZE, right.bytes, SHA256_SIZE);
    sha256_of((struct str){joined, sizeof joined}, out.bytes);
    return out;
}

static size_t prove_leaf(uint64_t index, uint64_t start, uint64_t end, struct tree_hash *out)
{
    uint64_t n = end - start, k = 1;
    if (n == 1)
        return 0;
    while (2 * k < n)
        k *= 2;
    bool right = index >= start + k;
    size_t count =
        right ? prove_leaf(index, start + k, end, out) : prove_leaf(index, start, start + k, out);
    out[count] = right ? span(start, start + k) : span(start + k, end);
    return count + 1;
}

static size_t prove_growth(uint64_t from, uint64_t start, uint64_t end, bool whole,
                           struct tree_hash *out)
{
    uint64_t n = end - start, k = 1;
    if (from == n) {
        if (!whole)
            out[0] = span(start, end);
        return !whole;
    }
    while (2 * k < n)
        k *= 2;
    size_t count = from <= k ? prove_growth(from, start, start + k, whole, out)
                             : prove_growth(from - k, start + k, end, false, out);
    out[count] = from <= k ? span(start + k, end) : span(start, start + k);
    return count + 1;
}

static void the_tree_is_the_one_of_the_rfc(void **state)
{
    (void)state;
    struct tree t = {0};
    struct tree_hash root, want;
    char text[32], hex[2 * SHA256_SIZE + 1] = "";
    tree_root(&t, &root);
    hex_write(hex, root.bytes, sizeof root.bytes);
    assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    for (uint64_t i = 0; i < LEAVES; i++) {
        tree_leaf(&t, leaf_text(i, text));
        tree_root(&t, &root);
        want = span(0, i + 1);
        CHECK_INT(tree_same(&root, &want), 1, text);
    }
}

static void each_leaf_is_proved_and_no_other(void **state)
{
    (void)state;
    for (uint64_t size = 1; size < LEAVES; size += 3)
        for (uint64_t i = 0; i < size; i++) {
            struct tree_hash proof[MOST], root = span(0, size), got;
            char text[32];
            struct tree_hash leaf = tree_hash_leaf(leaf_text(i, text)),
                             other = tree_hash_leaf(leaf_text(i + 1, text));
            size_t count = prove_leaf(i, 0, size, proof);
            assert_true(tree_inclusion(i, size, &leaf, &(struct tree_proof){proof, count}, &got));
            assert_true(tree_same(&got, &root));
            assert_true(tree_inclusion(i, size, &other, &(struct tree_proof){proof, count}, &got));
            assert_false(tree_same(&got, &root));
            assert_false(
                tree_inclusion(i, size, &leaf, &(struct tree_proof){proof, count + 1}, &got));
            assert_false(count && tree_inclusion(i, size, &leaf,
                                                 &(struct tree_proof){proof, count - 1}, &got));
            assert_false(
                tree_inclusion(size, size, &leaf, &(struct tree_proof){proof, count}, &got));
        }
}

static void each_growth_is_proved_and_no_other(void **state)
{
    (void)state;
    for (uint64_t to = 1; to < LEAVES; to += 2)
        for (uint64_t from = 1; from <= to; from++) {
            struct tree_hash proof[MOST], old = span(0, from), new = span(0, to), a, b;
            size_t count = prove_growth(from, 0, to, true, proof);
            assert_true(
                tree_consistency(from, to, &old, &(struct tree_proof){proof, count}, &a, &b));
            assert_true(tree_same(&a, &old) && tree_same(&b, &new));
            assert_false(
                tree_consistency(from, to, &old, &(struct tree_proof){proof, count + 1}, &a, &b));
            assert_false(count && tree_consistency(from, to, &old,
                                                   &(struct tree_proof){proof, count - 1}, &a, &b));
            old.bytes[0] ^= 1;
            bool led = tree_consistency(from, to, &old, &(struct tree_proof){proof, count}, &a, &b);
            assert_true(led && (!tree_same(&a, &old) || !tree_same(&b, &new)));
        }
    struct tree_hash none = {{0}}, a, b;
    assert_false(tree_consistency(0, 5, &none, &(struct tree_proof){NULL, 0}, &a, &b));
    assert_false(tree_consistency(6, 5, &none, &(struct tree_proof){NULL, 0}, &a, &b));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_tree_is_the_one_of_the_rfc),
        cmocka_unit_test(each_leaf_is_proved_and_no_other),
        cmocka_unit_test(each_growth_is_proved_and_no_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
