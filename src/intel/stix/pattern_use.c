/* pattern_use.c - which selectors stand for a parsed pattern: those of which each one alone makes it
 * true. What needs more than one fact at once is left out, and why is said. */
#include "core/ascii.h"
#include "core/map.h"
#include "core/vec.h"
#include "intel/normalise.h"
#include "intel/stix/pattern_private.h"

struct use {
    struct arena *memory;
    VEC(struct selector) found;
    struct map known;
    unsigned warnings;
    bool left_out, full;
    enum why why; /* of the first thing left out */
};

static void leave_out(struct use *u, enum why why)
{
    if (!u->left_out)
        u->why = why;
    u->left_out = true;
}

/* One entry a value: "that name" is part of "that name and below", a repeated value is one. */
static bool add(struct use *u, const struct normal *n)
{
    struct selector s = n->selector;
    char key[SELECTOR_VALUE_MAX + 2];
    bool name = s.kind == SELECTOR_DOMAIN || s.kind == SELECTOR_DOMAIN_BELOW;
    key[0] = (char)('A' + (name ? SELECTOR_DOMAIN : s.kind));
    memcpy(key + 1, s.value.ptr, s.value.len);

    void **slot = map_slot_of(&u->known, (struct str){key, s.value.len + 1});
    if (!slot)
        return false;
    if (*slot) { /* the index, plus one, of what is there */
        struct selector *old = &u->found.ptr[(uintptr_t)*slot - 1];
        if (s.kind == SELECTOR_DOMAIN_BELOW)
            old->kind = s.kind;
        return true;
    }
    s.value = arena_str(u->memory, s.value);
    if (!s.value.ptr)
        return false;
    vec_push(&u->found, s);
    *slot = (void *)(uintptr_t)u->found.len; /* NOLINT: an index, not an address */
    return true;
}

static const struct {
    struct str key;
    size_t digits;
    enum claim file, cert; /* CLAIM_ANY: no selector of this kind */
} hash_keys[] = {
    {S_("MD5"), 32, CLAIM_FILE_MD5, CLAIM_ANY},
    {S_("SHA-1"), 40, CLAIM_FILE_SHA1, CLAIM_CERT_SHA1},
    {S_("SHA1"), 40, CLAIM_FILE_SHA1, CLAIM_CERT_SHA1},
    {S_("SHA-256"), 64, CLAIM_FILE_SHA256, CLAIM_CERT_SHA256},
    {S_("SHA256"), 64, CLAIM_FILE_SHA256, CLAIM_CERT_SHA256},
    {S_("SHA-224"), 56, CLAIM_ANY, CLAIM_ANY},
    {S_("SHA-384"), 96, CLAIM_ANY, CLAIM_ANY},
    {S_("SHA-512"), 128, CLAIM_ANY, CLAIM_ANY},
};

bool pattern_hash_is_bad(struct str key, struct str value)
{
    for (size_t i = 0; i < COUNT(hash_keys); i++) {
        if (!str_eq(key, hash_keys[i].key))
            continue;
        if (value.len != hash_keys[i].digits)
            return true;
        for (size_t c = 0; c < value.len; c++)
            if (ascii_hex_value(value.ptr[c]) < 0)
                return true;
    }
    return false;
}

/* Paths whose value is a selector by itself. */
static const struct {
    struct str object, first, second;
    enum claim claim;
} paths[] = {
    {S_("ipv4-addr"), S_("value"), S_(""), CLAIM_ADDRESS},
    {S_("ipv6-addr"), S_("value"), S_(""), CLAIM_ADDRESS},
    {S_("domain-name"), S_("value"), S_(""), CLAIM_DOMAIN},
    {S_("hostname"), S_("value"), S_(""), CLAIM_DOMAIN},
    {S_("url"), S_("value"), S_(""), CLAIM_URL},
    {S_("network-traffic"), S_("src_ref"), S_("value"), CLAIM_HOST},
    {S_("network-traffic"), S_("dst_ref"), S_("value"), CLAIM_HOST},
};

/* STIX has no object for client fingerprints: producers put them in extensions of many names. */
static enum claim fingerprint_claim(struct str key)
{
    static const struct {
        struct str key;
        enum claim claim;
    } keys[] = {
        {S_("ja3"), CLAIM_JA3},     {S_("ja3_hash"), CLAIM_JA3},
        {S_("ja3_md5"), CLAIM_JA3}, {S_("ja3-fingerprint-md5"), CLAIM_JA3},
        {S_("ja4"), CLAIM_JA4},     {S_("ja4-fingerprint"), CLAIM_JA4},
        {S_("x_ja3"), CLAIM_JA3},   {S_("x_ja4"), CLAIM_JA4},
    };
    for (size_t i = 0; i < COUNT(keys); i++)
        if (str_eq(key, keys[i].key))
            return keys[i].claim;
    return CLAIM_ANY;
}

static enum claim hash_claim(const struct node *test)
{
    bool cert = str_eq(test->object, S("x509-certificate"));
    bool file = str_eq(test->object, S("file")) || str_eq(test->object, S("artifact"));
    if (test->step_count != 2 || !str_eq(test->steps[0], S("hashes")) || (!cert && !file))
        return CLAIM_ANY;
    for (size_t i = 0; i < COUNT(hash_keys); i++)
        if (str_eq(test->steps[1], hash_keys[i].key))
            return cert ? hash_keys[i].cert : hash_keys[i].file;
    return CLAIM_ANY;
}

/* CLAIM_ANY when the path leads to nothing a selector can hold. */
static enum claim claim_of(const struct node *test)
{
    if (test->step_count == 0 || test->step_count > PATTERN_STEPS_MAX)
        return CLAIM_ANY;
    for (size_t i = 0; i < COUNT(paths); i++)
        if (str_eq(test->object, paths[i].object) && str_eq(test->steps[0], paths[i].first) &&
            test->step_count == (paths[i].second.len ? 2 : 1) &&
            (test->step_count == 1 || str_eq(test->steps[1], paths[i].second)))
            return paths[i].claim;
    enum claim hash = hash_claim(test);
    return hash != CLAIM_ANY ? hash : fingerprint_claim(test->steps[test->step_count - 1]);
}

static bool add_value(struct use *u, enum claim claim, struct str text)
{
    struct normal n;
    enum why why;
    if (u->found.len >= PATTERN_SELECTORS_MAX) {
        leave_out(u, WHY_TOO_LONG);
        return true;
    }
    if (!normalise(claim, text, &n, &why)) {
        leave_out(u, WHY_PATTERN_NOT_USABLE);
        return true;
    }
    u->warnings |= n.warnings;
    return add(u, &n);
}

/* '%.name' is a name and what is below; without a wildcard LIKE is '='. '_' stands for any character. */
static bool add_like(struct use *u, enum claim claim, struct str text)
{
    bool name = claim == CLAIM_DOMAIN || claim == CLAIM_HOST;
    bool below = name && str_starts(text, S("%."));
    struct str rest = str_skip(text, below ? 2 : 0);
    bool wild = rest.len && (memchr(rest.ptr, '%', rest.len) || memchr(rest.ptr, '_', rest.len));
    if (wild || rest.len == 0) {
        leave_out(u, WHY_PATTERN_OPERATOR);
        return true;
    }
    return add_value(u, below ? CLAIM_BELOW : claim, rest);
}

static bool use_test(struct use *u, const struct node *test)
{
    enum claim claim = claim_of(test);
    if (claim == CLAIM_ANY) {
        leave_out(u, WHY_PATTERN_OBSERVABLE);
        return true;
    }
    bool address = claim == CLAIM_ADDRESS || claim == CLAIM_HOST;
    bool usable = test->op == TOKEN_EQ || test->op == TOKEN_IN || test->op == TOKEN_LIKE ||
                  (test->op == TOKEN_ISSUBSET && address);
    if (test->negated || !usable || !test->values) {
        leave_out(u, WHY_PATTERN_OPERATOR);
        return true;
    }
    for (const struct value *v = test->values; v; v = v->next) {
        if (v->kind != TOKEN_STRING)
            leave_out(u, WHY_PATTERN_OPERATOR);
        else if (!(test->op == TOKEN_LIKE ? add_like(u, claim, v->text)
                                          : add_value(u, claim, v->text)))
            return false;
    }
    return true;
}

/* network-traffic:dst_ref.type = '…' says nothing that dst_ref.value = '…' beside it does not. */
static bool is_implied(const struct node *test, const struct node *by)
{
    return test->kind == NODE_TEST && by->kind == NODE_TEST && test->op == TOKEN_EQ &&
           !test->negated && str_eq(test->object, S("network-traffic")) &&
           str_eq(by->object, test->object) && test->step_count == 2 && by->step_count == 2 &&
           str_eq(test->steps[0], by->steps[0]) && str_eq(test->steps[1], S("type")) &&
           str_eq(by->steps[1], S("value"));
}

/* The one child that the others of an AND follow from; NULL when it takes several. */
static const struct node *sole_fact(const struct node *all)
{
    for (const struct node *one = all->child; one; one = one->next) {
        bool sole = true;
        for (const struct node *other = all->child; other && sole; other = other->next)
            sole = other == one || is_implied(other, one);
        if (sole)
            return one;
        if (one != all->child && one->next) /* two facts already: no need to try a long chain */
            break;
    }
    return NULL;
}

static bool use_node(struct use *u, const struct node *n)
{
    switch (n->kind) {
    case NODE_TEST: return use_test(u, n);
    case NODE_OR:
        for (const struct node *child = n->child; child; child = child->next)
            if (!use_node(u, child))
                return false;
        return true;
    case NODE_AND: {
        const struct node *one = sole_fact(n);
        if (one)
            return use_node(u, one);
        leave_out(u, WHY_PATTERN_AND);
        return true;
    }
    case NODE_SEQUENCE:
    case NODE_QUALIFIED: leave_out(u, WHY_PATTERN_SEQUENCE); return true;
    }
    return true;
}

bool pattern_use(struct arena *a, const struct node *root, struct pattern *ret, struct err *e)
{
    struct use u = {.memory = a, .known = MAP(a)};
    bool room = use_node(&u, root);
    struct selector *kept = room ? arena_array(a, struct selector, u.found.len) : NULL;
    if (kept) {
        if (u.found.len)
            memcpy(kept, u.found.ptr, u.found.len * sizeof *kept);
        *ret = (struct pattern){.verdict = u.found.len ? PATTERN_USABLE : PATTERN_KEPT,
                                .why = u.why,
                                .partly = u.found.len && u.left_out,
                                .warnings = u.warnings,
                                .selectors = kept,
                                .count = u.found.len};
    }
    vec_drop(&u.found);
    return kept || err_set(e, ERR_LIMIT, "pattern needs more than %zu bytes", a->limit);
}
