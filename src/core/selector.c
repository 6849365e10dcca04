/* selector.c - the kinds' names, and what canonical text is, said as code. See selector.h. */
#include "core/selector.h"

#include "core/ascii.h"

static const char *const kind_names[] = {
#define X(name, text, meaning) [SELECTOR_##name] = (text),
    SELECTOR_MAP(X)
#undef X
};
_Static_assert(COUNT(kind_names) == SELECTOR_KIND_COUNT, "every kind has its name");

const char *selector_kind_name(enum selector_kind kind)
{
    return (size_t)kind < COUNT(kind_names) ? kind_names[kind] : "unknown";
}

bool selector_kind_parse(struct str text, enum selector_kind *ret_kind)
{
    for (size_t i = 0; i < COUNT(kind_names); i++) {
        if (str_eq(text, (struct str){kind_names[i], strlen(kind_names[i])})) {
            *ret_kind = (enum selector_kind)i;
            return true;
        }
    }
    return false;
}

bool selector_addr(const struct selector *s, struct addr *ret_addr)
{
    struct err e;
    switch (s->kind) {
    case SELECTOR_IPV4:
    case SELECTOR_IPV6: return addr_parse(s->value, ret_addr, &e);
    case SELECTOR_PREFIX4:
    case SELECTOR_PREFIX6: return prefix_parse(s->value, ret_addr, &e);
    default: return false;
    }
}

struct selector selector_of_addr(const struct addr *a, char out[ADDR_TEXT_SIZE])
{
    static const enum selector_kind kinds[2][2] = {{SELECTOR_PREFIX4, SELECTOR_IPV4},
                                                   {SELECTOR_PREFIX6, SELECTOR_IPV6}};
    return (struct selector){kinds[a->v6][addr_is_whole(a)], addr_format(a, out)};
}

/* Lower case of what a name may hold, 0 for every other byte. '_' is no host name (RFC 952) but is
 * asked for all the same (_dmarc, _tcp), and evil names have it. */
static const char name_bytes[256] = {
    ['-'] = '-', ['_'] = '_', ['0'] = '0', ['1'] = '1', ['2'] = '2', ['3'] = '3', ['4'] = '4',
    ['5'] = '5', ['6'] = '6', ['7'] = '7', ['8'] = '8', ['9'] = '9', ['A'] = 'a', ['B'] = 'b',
    ['C'] = 'c', ['D'] = 'd', ['E'] = 'e', ['F'] = 'f', ['G'] = 'g', ['H'] = 'h', ['I'] = 'i',
    ['J'] = 'j', ['K'] = 'k', ['L'] = 'l', ['M'] = 'm', ['N'] = 'n', ['O'] = 'o', ['P'] = 'p',
    ['Q'] = 'q', ['R'] = 'r', ['S'] = 's', ['T'] = 't', ['U'] = 'u', ['V'] = 'v', ['W'] = 'w',
    ['X'] = 'x', ['Y'] = 'y', ['Z'] = 'z', ['a'] = 'a', ['b'] = 'b', ['c'] = 'c', ['d'] = 'd',
    ['e'] = 'e', ['f'] = 'f', ['g'] = 'g', ['h'] = 'h', ['i'] = 'i', ['j'] = 'j', ['k'] = 'k',
    ['l'] = 'l', ['m'] = 'm', ['n'] = 'n', ['o'] = 'o', ['p'] = 'p', ['q'] = 'q', ['r'] = 'r',
    ['s'] = 's', ['t'] = 't', ['u'] = 'u', ['v'] = 'v', ['w'] = 'w', ['x'] = 'x', ['y'] = 'y',
    ['z'] = 'z'};

bool domain_canonical(struct str name, char out[SELECTOR_DOMAIN_MAX + 1], struct str *ret_name)
{
    enum { LABEL_MAX = 63 }; /* RFC 1035 2.3.4 */
    size_t label = 0;
    bool numeric = true;
    if (name.len && name.ptr[name.len - 1] == '.')
        name.len--;
    if (name.len == 0 || name.len > SELECTOR_DOMAIN_MAX)
        return false;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        if (c == '.') {
            if (label == 0)
                return false;
            label = 0;
            numeric = true;
        } else {
            c = name_bytes[(unsigned char)c];
            if (c == 0 || ++label > LABEL_MAX)
                return false;
            numeric = numeric && c >= '0' && c <= '9';
        }
        out[i] = c;
    }
    if (label == 0 || numeric) /* "1.2.3.400" is a broken address, not a name */
        return false;
    out[name.len] = '\0';
    *ret_name = (struct str){out, name.len};
    return true;
}

bool domain_is_below(struct str name, struct str above)
{
    if (name.len == above.len)
        return str_eq(name, above);
    if (name.len < above.len + 1 || name.ptr[name.len - above.len - 1] != '.')
        return false;
    return str_eq(str_skip(name, name.len - above.len), above);
}

static bool is_hex(struct str text, size_t len)
{
    if (text.len != len)
        return false;
    for (size_t i = 0; i < len; i++) {
        char c = text.ptr[i];
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
            return false;
    }
    return true;
}

static bool is_any_of(char c, const char *set)
{
    return c && strchr(set, c);
}

/* t13d1516h2_8daaf6152771_b0da82dd1658: transport, version, SNI, two counts, ALPN's ends, hashes. */
static bool is_ja4(struct str text)
{
    const char *p = text.ptr;
    return text.len == 36 && is_any_of(p[0], "tqd") && is_any_of(p[1], "01sd") &&
           ascii_is_digit(p[2]) && is_any_of(p[3], "di") && ascii_is_digit(p[4]) &&
           ascii_is_digit(p[5]) && ascii_is_digit(p[6]) && ascii_is_digit(p[7]) &&
           ascii_is_alnum(p[8]) && ascii_is_alnum(p[9]) && p[10] == '_' &&
           is_hex((struct str){p + 11, 12}, 12) && p[23] == '_' &&
           is_hex((struct str){p + 24, 12}, 12);
}

static bool is_addr(const struct selector *s)
{
    struct addr a;
    char text[ADDR_TEXT_SIZE];
    if (!selector_addr(s, &a))
        return false;
    struct selector canonical = selector_of_addr(&a, text);
    return selector_eq(&canonical, s);
}

static bool is_domain(struct str text)
{
    char out[SELECTOR_DOMAIN_MAX + 1];
    struct str name;
    return domain_canonical(text, out, &name) && str_eq(name, text);
}

bool selector_check(const struct selector *s, struct err *e)
{
    bool good = false;
    switch (s->kind) {
    case SELECTOR_IPV4:
    case SELECTOR_IPV6:
    case SELECTOR_PREFIX4:
    case SELECTOR_PREFIX6: good = is_addr(s); break;
    case SELECTOR_DOMAIN:
    case SELECTOR_DOMAIN_BELOW: good = is_domain(s->value); break;
    case SELECTOR_URL: good = url_is_canonical(s->value); break;
    case SELECTOR_JA3:
    case SELECTOR_FILE_MD5: good = is_hex(s->value, 32); break;
    case SELECTOR_CERT_SHA1:
    case SELECTOR_FILE_SHA1: good = is_hex(s->value, 40); break;
    case SELECTOR_CERT_SHA256:
    case SELECTOR_FILE_SHA256: good = is_hex(s->value, 64); break;
    case SELECTOR_JA4: good = is_ja4(s->value); break;
    case SELECTOR_KIND_COUNT: break;
    }
    return good ||
           err_set(e, ERR_INVALID, "'%.*s' is not the canonical text of a selector of kind %s",
                   (int)(s->value.len < 80 ? s->value.len : 80), s->value.ptr,
                   selector_kind_name(s->kind));
}
