/* pattern.c - recursive descent over the tokens of a STIX pattern, one function a rule of STIX 2.1
 * section 9's grammar; nesting is bounded. What the tree means is pattern_use.c's business. */
#include "intel/stix/pattern_private.h"

struct parser {
    struct lexer lexer;
    struct token now;
    const char *start;
    struct arena *memory;
    struct err *e;
    int depth;
    bool full; /* the arena's limit was reached: no verdict */
};

static struct node *bad(struct parser *p, const char *what)
{
    if (!p->full && p->e->code == ERR_OK)
        err_set(p->e, ERR_INVALID, "%s at byte %td", what, p->now.at - p->start);
    return NULL;
}

static struct node *no_room(struct parser *p)
{
    p->full = true;
    err_set(p->e, ERR_LIMIT, "pattern needs more than %zu bytes", p->memory->limit);
    return NULL;
}

static void step(struct parser *p)
{
    p->now = lex_next(&p->lexer);
}

static bool take(struct parser *p, enum token_kind kind)
{
    if (p->now.kind != kind)
        return false;
    step(p);
    return true;
}

static struct node *node_new(struct parser *p, enum node_kind kind, struct node *child)
{
    struct node *n = arena_new(p->memory, struct node);
    if (!n)
        return no_room(p);
    n->kind = kind;
    n->child = child;
    return n;
}

/* What a quoted text stands for: \' and \\ undone (the lexer let no other escape through). */
static bool unescape(struct parser *p, struct str text, struct str *ret)
{
    if (!text.len || !memchr(text.ptr, '\\', text.len)) {
        *ret = text;
        return true;
    }
    char *out = arena_alloc(p->memory, text.len, 1);
    size_t n = 0;
    if (!out)
        return no_room(p), false;
    for (size_t i = 0; i < text.len; i++) {
        i += text.ptr[i] == '\\';
        out[n++] = text.ptr[i];
    }
    *ret = (struct str){out, n};
    return true;
}

static bool path_key(struct parser *p, struct node *test)
{
    struct str key = p->now.text;
    if (p->now.kind == TOKEN_STRING) {
        if (!unescape(p, key, &key))
            return false;
    } else if (p->now.kind != TOKEN_NAME) {
        return bad(p, "a property name is wanted"), false;
    }
    if (test->step_count < PATTERN_STEPS_MAX)
        test->steps[test->step_count] = key;
    test->step_count++;
    step(p);
    return true;
}

static bool path(struct parser *p, struct node *test)
{
    if (p->now.kind != TOKEN_NAME && p->now.kind != TOKEN_NAME_HYPHEN)
        return bad(p, "an object type is wanted"), false;
    test->object = p->now.text;
    step(p);
    if (!take(p, TOKEN_COLON))
        return bad(p, "no ':' after the object type"), false;
    if (!path_key(p, test))
        return false;
    for (;;) {
        if (take(p, TOKEN_DOT)) {
            if (!path_key(p, test))
                return false;
        } else if (take(p, TOKEN_LBRACK)) {
            if (!take(p, TOKEN_INT_POS) && !take(p, TOKEN_INT_NEG) && !take(p, TOKEN_ASTERISK))
                return bad(p, "a list index is wanted"), false;
            if (!take(p, TOKEN_RBRACK))
                return bad(p, "no ']' after a list index"), false;
        } else {
            return true;
        }
    }
}

static struct value *literal(struct parser *p, bool may_be_bool)
{
    enum token_kind kind = p->now.kind;
    bool good =
        (kind >= TOKEN_STRING && kind <= TOKEN_FLOAT_NEG) || (may_be_bool && kind == TOKEN_BOOL);
    if (!good)
        return bad(p, "a value is wanted"), NULL;
    struct value *v = arena_new(p->memory, struct value);
    if (!v)
        return no_room(p), NULL;
    v->kind = kind;
    v->text = p->now.text;
    if (kind == TOKEN_STRING && !unescape(p, p->now.text, &v->text))
        return NULL;
    step(p);
    return v;
}

static bool set(struct parser *p, struct node *test)
{
    struct value **tail = &test->values;
    if (!take(p, TOKEN_LPAREN))
        return bad(p, "no '(' after IN"), false;
    if (take(p, TOKEN_RPAREN))
        return true;
    do {
        struct value *v = literal(p, true);
        if (!v)
            return false;
        *tail = v;
        tail = &v->next;
    } while (take(p, TOKEN_COMMA));
    return take(p, TOKEN_RPAREN) || (bad(p, "no ')' after a set"), false);
}

static bool operand(struct parser *p, struct node *test)
{
    switch (test->op) {
    case TOKEN_EQ:
    case TOKEN_NEQ: return (test->values = literal(p, true)) != NULL;
    case TOKEN_LT:
    case TOKEN_LE:
    case TOKEN_GT:
    case TOKEN_GE: return (test->values = literal(p, false)) != NULL;
    case TOKEN_IN: return set(p, test);
    case TOKEN_LIKE:
    case TOKEN_MATCHES:
    case TOKEN_ISSUBSET:
    case TOKEN_ISSUPERSET:
        if (p->now.kind != TOKEN_STRING)
            return bad(p, "a string is wanted"), false;
        return (test->values = literal(p, false)) != NULL;
    default: return bad(p, "a comparison is wanted"), false;
    }
}

/* A hash of another length than its algorithm makes is an error in the pattern itself. */
static bool hash_is_whole(struct parser *p, const struct node *test)
{
    if (test->op != TOKEN_EQ || test->step_count < 2 || test->step_count > PATTERN_STEPS_MAX ||
        !str_eq(test->steps[test->step_count - 2], S("hashes")) ||
        test->values->kind != TOKEN_STRING ||
        !pattern_hash_is_bad(test->steps[test->step_count - 1], test->values->text))
        return true;
    return bad(p, "a hash of the wrong length before"), false;
}

static struct node *comparison(struct parser *p);

static struct node *property_test(struct parser *p)
{
    if (p->now.kind == TOKEN_LPAREN) {
        step(p);
        struct node *inside = comparison(p);
        if (inside && !take(p, TOKEN_RPAREN))
            return bad(p, "no ')'");
        return inside;
    }
    struct node *test = node_new(p, NODE_TEST, NULL);
    if (!test)
        return NULL;
    bool negated = take(p, TOKEN_NOT);
    if (take(p, TOKEN_EXISTS)) {
        test->op = TOKEN_EXISTS;
        test->negated = negated;
        return path(p, test) ? test : NULL;
    }
    if (negated)
        return bad(p, "EXISTS is wanted after NOT");
    if (!path(p, test))
        return NULL;
    test->negated = take(p, TOKEN_NOT);
    test->op = p->now.kind;
    step(p);
    return operand(p, test) && hash_is_whole(p, test) ? test : NULL;
}

/* rule (word rule)*: one node for the whole chain, or the single rule itself. */
static struct node *chain(struct parser *p, enum token_kind word, enum node_kind kind,
                          struct node *(*rule)(struct parser *))
{
    struct node *first = rule(p);
    if (!first || p->now.kind != word)
        return first;
    struct node *all = node_new(p, kind, first);
    for (struct node *last = first; all && take(p, word); last = last->next)
        if (!(last->next = rule(p)))
            return NULL;
    return all;
}

static struct node *comparison_and(struct parser *p)
{
    return chain(p, TOKEN_AND, NODE_AND, property_test);
}

static struct node *comparison(struct parser *p)
{
    if (++p->depth > PATTERN_DEPTH_MAX)
        return bad(p, "nested too deeply");
    struct node *n = chain(p, TOKEN_OR, NODE_OR, comparison_and);
    p->depth--;
    return n;
}

static bool timestamp(struct parser *p, enum token_kind word)
{
    return take(p, word) && take(p, TOKEN_TIMESTAMP);
}

/* One qualifier, if one stands here. *seen has a bit for each kind: none may come twice. */
static bool qualifier(struct parser *p, unsigned *seen, bool *ret_found)
{
    unsigned bit = 0;
    bool good = true;
    if (p->now.kind == TOKEN_START) {
        bit = 1;
        good = timestamp(p, TOKEN_START) && timestamp(p, TOKEN_STOP);
    } else if (take(p, TOKEN_WITHIN)) {
        bit = 2;
        good = (take(p, TOKEN_INT_POS) || take(p, TOKEN_FLOAT_POS)) && take(p, TOKEN_SECONDS);
    } else if (take(p, TOKEN_REPEATS)) {
        bit = 4;
        good = take(p, TOKEN_INT_POS) && take(p, TOKEN_TIMES);
    }
    *ret_found = bit != 0;
    if (!good)
        return bad(p, "malformed qualifier"), false;
    if (*seen & bit)
        return bad(p, "the same qualifier twice before"), false;
    *seen |= bit;
    return true;
}

static struct node *observations(struct parser *p);

static struct node *observation(struct parser *p)
{
    struct node *n;
    if (take(p, TOKEN_LBRACK)) {
        n = comparison(p);
        if (n && !take(p, TOKEN_RBRACK))
            return bad(p, "no ']'");
    } else if (take(p, TOKEN_LPAREN)) {
        n = observations(p);
        if (n && !take(p, TOKEN_RPAREN))
            return bad(p, "no ')'");
    } else {
        return bad(p, "'[' is wanted");
    }
    unsigned seen = 0;
    for (bool found = true; n && found;)
        if (!qualifier(p, &seen, &found))
            return NULL;
    return n && seen ? node_new(p, NODE_QUALIFIED, n) : n;
}

static struct node *observations_and(struct parser *p)
{
    return chain(p, TOKEN_AND, NODE_AND, observation);
}

static struct node *observations_or(struct parser *p)
{
    return chain(p, TOKEN_OR, NODE_OR, observations_and);
}

static struct node *observations(struct parser *p)
{
    if (++p->depth > PATTERN_DEPTH_MAX)
        return bad(p, "nested too deeply");
    struct node *n = chain(p, TOKEN_FOLLOWEDBY, NODE_SEQUENCE, observations_or);
    p->depth--;
    return n;
}

bool pattern_read(struct arena *a, struct str text, struct pattern *ret_pattern, struct err *e)
{
    const char *start = text.len ? text.ptr : "";
    struct parser p = {.lexer = {start, start + text.len}, .start = start, .memory = a, .e = e};
    *e = (struct err){0};
    *ret_pattern = (struct pattern){.verdict = PATTERN_MALFORMED, .why = WHY_PATTERN_MALFORMED};
    if (text.len > PATTERN_MAX) {
        err_set(e, ERR_INVALID, "longer than %d bytes", PATTERN_MAX);
        return true;
    }
    step(&p);
    struct node *root = observations(&p);
    if (root && p.now.kind != TOKEN_END)
        root = bad(&p, "more text after the pattern");
    if (!root)
        return !p.full;
    return pattern_use(a, root, ret_pattern, e);
}
