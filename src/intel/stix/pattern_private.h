/* pattern_private.h - tokens and tree of the STIX pattern language, shared by its three files:
 * pattern_lex.c (characters to tokens), pattern.c (tokens to tree), pattern_use.c (tree to selectors). */
#pragma once

#include "intel/pattern.h"

#define PATTERN_WORDS(X)                                                                           \
    X(AND)                                                                                         \
    X(OR)                                                                                          \
    X(NOT)                                                                                         \
    X(FOLLOWEDBY)                                                                                  \
    X(LIKE)                                                                                        \
    X(MATCHES)                                                                                     \
    X(ISSUPERSET)                                                                                  \
    X(ISSUBSET)                                                                                    \
    X(EXISTS)                                                                                      \
    X(LAST)                                                                                        \
    X(IN)                                                                                          \
    X(START)                                                                                       \
    X(STOP)                                                                                        \
    X(SECONDS)                                                                                     \
    X(WITHIN)                                                                                      \
    X(REPEATS)                                                                                     \
    X(TIMES)

enum token_kind {
    TOKEN_END,
    TOKEN_BAD, /* a character that begins nothing */
    TOKEN_LBRACK,
    TOKEN_RBRACK,
    TOKEN_LPAREN,
    TOKEN_RPAREN,
    TOKEN_COMMA,
    TOKEN_COLON,
    TOKEN_DOT,
    TOKEN_ASTERISK,
    TOKEN_EQ,
    TOKEN_NEQ,
    TOKEN_LT,
    TOKEN_LE,
    TOKEN_GT,
    TOKEN_GE,
    TOKEN_STRING,
    TOKEN_HEX,
    TOKEN_BINARY,
    TOKEN_TIMESTAMP,
    TOKEN_INT_POS,
    TOKEN_INT_NEG,
    TOKEN_FLOAT_POS,
    TOKEN_FLOAT_NEG,
    TOKEN_BOOL,
    TOKEN_NAME,        /* identifier without a hyphen */
    TOKEN_NAME_HYPHEN, /* identifier with one */
#define X(word) TOKEN_##word,
    PATTERN_WORDS(X)
#undef X
};

struct token {
    enum token_kind kind;
    struct str text; /* between the quotes for strings, still escaped; else as written */
    const char *at;
};

struct lexer {
    const char *at, *end;
};

struct token lex_next(struct lexer *l);

/* The tree. AND, OR and FOLLOWEDBY take any number of children, so a chain is as flat as it reads. */
enum node_kind { NODE_TEST, NODE_AND, NODE_OR, NODE_SEQUENCE, NODE_QUALIFIED };

enum { PATTERN_STEPS_MAX = 8 };

struct value {
    enum token_kind kind;
    struct str text; /* unescaped */
    struct value *next;
};

struct node {
    enum node_kind kind;
    struct node *child, *next;
    /* NODE_TEST: object:steps[0].steps[1]… op values. List indexes are left out of the steps. */
    struct str object;
    struct str steps[PATTERN_STEPS_MAX];
    size_t step_count; /* may be above PATTERN_STEPS_MAX: then only the first ones are kept */
    enum token_kind op;
    bool negated;
    struct value *values;
};

/* Fills `ret` from the tree. False past the arena's limit. */
bool pattern_use(struct arena *a, const struct node *root, struct pattern *ret, struct err *e);
/* True when the key of a hash ("SHA-256") wants another number of hex digits than the value has. */
bool pattern_hash_is_bad(struct str key, struct str value);
