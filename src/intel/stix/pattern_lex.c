/* pattern_lex.c - characters of a STIX pattern to tokens, by the lexical rules of STIX 2.1 section 9.
 * As in the published grammar the longest match wins: t'…' that is no timestamp is the name "t" and a
 * string, which the parser then refuses. */
#include "core/ascii.h"
#include "intel/stix/pattern_private.h"
static bool is_letter(char c)
{
    return ascii_is_letter(c) || c == '_';
}

static size_t left(const struct lexer *l)
{
    return (size_t)(l->end - l->at);
}

static char peek(const struct lexer *l, size_t n)
{
    if (n < left(l))
        return l->at[n];
    return '\0';
}

/* Length of white space in front: ASCII, U+0085, and the Unicode spaces the grammar lists. */
static size_t space_length(const struct lexer *l)
{
    static const struct str wide[] = {
        S_("\xc2\x85"),     S_("\xc2\xa0"),     S_("\xe1\x9a\x80"), S_("\xe2\x80\x80"),
        S_("\xe2\x80\x81"), S_("\xe2\x80\x82"), S_("\xe2\x80\x83"), S_("\xe2\x80\x84"),
        S_("\xe2\x80\x85"), S_("\xe2\x80\x86"), S_("\xe2\x80\x87"), S_("\xe2\x80\x88"),
        S_("\xe2\x80\x89"), S_("\xe2\x80\x8a"), S_("\xe2\x80\xa8"), S_("\xe2\x80\xa9"),
        S_("\xe2\x80\xaf"), S_("\xe2\x81\x9f"), S_("\xe3\x80\x80"),
    };
    char c = peek(l, 0);
    if (c == ' ' || (c >= '\t' && c <= '\r'))
        return 1;
    if (c & 0x80)
        for (size_t i = 0; i < COUNT(wide); i++)
            if (str_starts((struct str){l->at, left(l)}, wide[i]))
                return wide[i].len;
    return 0;
}

/* Length of a comment in front; 0 when there is none or it does not end. */
static size_t comment_length(const struct lexer *l)
{
    if (peek(l, 0) != '/')
        return 0;
    size_t n = 2;
    if (peek(l, 1) == '/') {
        while (n < left(l) && l->at[n] != '\n' && l->at[n] != '\r')
            n++;
        return n;
    }
    if (peek(l, 1) != '*')
        return 0;
    const char *end = left(l) >= 4 ? memmem(l->at + 2, left(l) - 2, "*/", 2) : NULL;
    return end ? (size_t)(end + 2 - l->at) : 0;
}

/* Length of 'text' with its quotes, 0 when it is none. Only \' and \\ are escapes. */
static size_t string_length(const struct lexer *l, size_t from)
{
    if (peek(l, from) != '\'')
        return 0;
    for (size_t n = from + 1; n < left(l); n++) {
        if (l->at[n] == '\'')
            return n + 1 - from;
        if (l->at[n] == '\\') {
            char next = peek(l, ++n);
            if (next != '\'' && next != '\\')
                return 0;
        }
    }
    return 0;
}

static bool is_base64(struct str s)
{
    size_t padding = 0;
    if (s.len == 0 || s.len % 4)
        return false;
    while (padding < 2 && s.ptr[s.len - 1 - padding] == '=')
        padding++;
    for (size_t i = 0; i < s.len - padding; i++) {
        char c = s.ptr[i];
        if (!ascii_is_digit(c) && !(is_letter(c) && c != '_') && c != '+' && c != '/')
            return false;
    }
    return true;
}

static bool is_hex_pairs(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (ascii_hex_value(s.ptr[i]) < 0)
            return false;
    return s.len % 2 == 0;
}

static int two_digits(const char *p)
{
    return ascii_is_digit(p[0]) && ascii_is_digit(p[1]) ? (p[0] - '0') * 10 + p[1] - '0' : -1;
}

/* YYYY-MM-DDTHH:MM:SS[.s…]Z by the grammar's ranges, which know no month lengths. */
static bool is_timestamp(struct str s)
{
    static const char shape[] = "dddd-dd-ddTdd:dd:dd";
    if (s.len < sizeof shape || s.ptr[s.len - 1] != 'Z')
        return false;
    for (size_t i = 0; i < sizeof shape - 1; i++)
        if (shape[i] == 'd' ? !ascii_is_digit(s.ptr[i]) : s.ptr[i] != shape[i])
            return false;
    int month = two_digits(s.ptr + 5), day = two_digits(s.ptr + 8), hour = two_digits(s.ptr + 11),
        minute = two_digits(s.ptr + 14), second = two_digits(s.ptr + 17);
    if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60)
        return false;
    struct str fraction = str_skip(s, sizeof shape - 1);
    if (fraction.len == 1)
        return true;
    for (size_t i = 1; i < fraction.len - 1; i++)
        if (!ascii_is_digit(fraction.ptr[i]))
            return false;
    return fraction.ptr[0] == '.' && fraction.len > 2;
}

static struct token take(struct lexer *l, enum token_kind kind, size_t n)
{
    struct token t = {kind, {l->at, n}, l->at};
    l->at += n;
    return t;
}

/* h'…', b'…', t'…': the prefix makes one token only when the content fits. */
static bool prefixed(struct lexer *l, struct token *ret)
{
    size_t n = string_length(l, 1);
    if (n == 0)
        return false;
    struct str inside = {l->at + 2, n - 2};
    enum token_kind kind = TOKEN_END;
    if (l->at[0] == 'h' && is_hex_pairs(inside))
        kind = TOKEN_HEX;
    else if (l->at[0] == 'b' && is_base64(inside))
        kind = TOKEN_BINARY;
    else if (l->at[0] == 't' && is_timestamp(inside))
        kind = TOKEN_TIMESTAMP;
    if (kind == TOKEN_END)
        return false;
    *ret = take(l, kind, n + 1);
    ret->text = inside;
    return true;
}

static struct token word(struct lexer *l)
{
    static const struct {
        struct str text;
        enum token_kind kind;
    } words[] = {
#define X(word) {S_(#word), TOKEN_##word},
        PATTERN_WORDS(X)
#undef X
            {S_("true"), TOKEN_BOOL},
        {S_("false"), TOKEN_BOOL},
    };
    bool hyphen = false;
    size_t n = 0;
    while (is_letter(peek(l, n)) || ascii_is_digit(peek(l, n)) || peek(l, n) == '-')
        hyphen = peek(l, n++) == '-' || hyphen;
    struct str text = {l->at, n};
    for (size_t i = 0; i < COUNT(words); i++)
        if (str_eq(text, words[i].text))
            return take(l, words[i].kind, n);
    return take(l, hyphen ? TOKEN_NAME_HYPHEN : TOKEN_NAME, n);
}

/* Signed integers and decimals; false when no number begins here. A float may lack its whole part. */
static bool number(struct lexer *l, struct token *ret)
{
    bool negative = peek(l, 0) == '-';
    size_t n = negative || peek(l, 0) == '+', digits = n, fraction;
    while (ascii_is_digit(peek(l, digits)))
        digits++;
    if (peek(l, digits) == '.' && ascii_is_digit(peek(l, digits + 1))) {
        fraction = digits + 1;
        while (ascii_is_digit(peek(l, fraction)))
            fraction++;
        *ret = take(l, negative ? TOKEN_FLOAT_NEG : TOKEN_FLOAT_POS, fraction);
        return true;
    }
    if (digits == n)
        return false;
    if (peek(l, n) == '0')
        digits = n + 1; /* no leading zeros: what follows is another token */
    *ret = take(l, negative ? TOKEN_INT_NEG : TOKEN_INT_POS, digits);
    return true;
}

static struct token sign(struct lexer *l)
{
    static const struct {
        struct str text;
        enum token_kind kind;
    } signs[] = {
        {S_("=="), TOKEN_EQ},      {S_("="), TOKEN_EQ},     {S_("!="), TOKEN_NEQ},
        {S_("<>"), TOKEN_NEQ},     {S_("<="), TOKEN_LE},    {S_("<"), TOKEN_LT},
        {S_(">="), TOKEN_GE},      {S_(">"), TOKEN_GT},     {S_("["), TOKEN_LBRACK},
        {S_("]"), TOKEN_RBRACK},   {S_("("), TOKEN_LPAREN}, {S_(")"), TOKEN_RPAREN},
        {S_(","), TOKEN_COMMA},    {S_(":"), TOKEN_COLON},  {S_("."), TOKEN_DOT},
        {S_("*"), TOKEN_ASTERISK},
    };
    for (size_t i = 0; i < COUNT(signs); i++)
        if (str_starts((struct str){l->at, left(l)}, signs[i].text))
            return take(l, signs[i].kind, signs[i].text.len);
    return take(l, TOKEN_BAD, 1);
}

struct token lex_next(struct lexer *l)
{
    struct token t;
    for (size_t n; (n = space_length(l)) != 0 || (n = comment_length(l)) != 0;)
        l->at += n;
    if (l->at == l->end)
        return (struct token){TOKEN_END, STR_NONE, l->at};
    if (prefixed(l, &t) || number(l, &t))
        return t;
    if (is_letter(peek(l, 0)))
        return word(l);
    size_t n = string_length(l, 0);
    if (n == 0)
        return sign(l);
    t = take(l, TOKEN_STRING, n);
    t.text = (struct str){t.at + 1, n - 2};
    return t;
}
