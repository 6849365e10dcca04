/* opt.c - the argument parser. See opt.h; opt_help.c prints the same table. */
#include "core/opt.h"

#include <assert.h>
#include <errno.h>

enum { NAME_MAX_LEN = 64 };

struct parse {
    const struct opt_command *command;
    int argc, at;
    char **argv;
    char *args; /* the caller's struct */
    struct arena *memory;
    struct err *e;
    uint64_t given; /* one bit a row */
};

static const struct opt *find_long(const struct opt_command *c, struct str name)
{
    for (const struct opt *o = c->options; o && o->name; o++)
        if (str_eq(name, (struct str){o->name, strlen(o->name)}))
            return o;
    return NULL;
}

static const struct opt *find_letter(const struct opt_command *c, char letter)
{
    for (const struct opt *o = c->options; o && o->name; o++)
        if (o->letter && o->letter == letter)
            return o;
    return NULL;
}

static size_t least_of(size_t a, size_t b, size_t c)
{
    size_t d = a < b ? a : b;
    return d < c ? d : c;
}

/* How many letters to add, drop or change (Levenshtein), one row of the table at a time. */
static size_t distance(struct str a, struct str b)
{
    size_t row[NAME_MAX_LEN + 1];
    if (a.len > NAME_MAX_LEN || b.len > NAME_MAX_LEN)
        return SIZE_MAX;
    for (size_t j = 0; j <= b.len; j++)
        row[j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            size_t above = row[j];
            row[j] = least_of(row[j - 1] + 1, above + 1, diagonal + (a.ptr[i - 1] != b.ptr[j - 1]));
            diagonal = above;
        }
    }
    return row[b.len];
}

static const char *nearest_name(const struct opt_command *c, struct str name)
{
    const char *best = NULL;
    size_t least = name.len / 3 + 2; /* further than this is another word */
    for (const struct opt *o = c->options; o && o->name; o++) {
        size_t d = distance(name, (struct str){o->name, strlen(o->name)});
        if (d < least) {
            least = d;
            best = o->name;
        }
    }
    return best;
}

static bool unknown(struct parse *p, struct str name)
{
    const char *near = nearest_name(p->command, name);
    int shown = (int)(name.len < 80 ? name.len : 80);
    if (near)
        return err_set(p->e, ERR_INVALID, "no option --%.*s; did you mean --%s?", shown, name.ptr,
                       near);
    return err_set(p->e, ERR_INVALID, "no option --%.*s; --help lists them", shown, name.ptr);
}

static bool push(struct parse *p, struct opt_list *list, const char *item)
{
    if (list->count >= OPT_LIST_MAX)
        return err_set(p->e, ERR_LIMIT, "more than %d values", OPT_LIST_MAX);
    /* No list can grow past the arguments there are, so it gets its room once. */
    if (!list->items)
        list->items = arena_array(p->memory, const char *, (size_t)p->argc);
    if (!list->items)
        return err_set(p->e, ERR_LIMIT, "too many arguments");
    list->items[list->count++] = item;
    return true;
}

static bool is_option(const char *text)
{
    return text[0] == '-' && text[1] != '\0';
}

static bool put_int(struct parse *p, const struct opt *o, const char *text)
{
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (end == text || *end || errno || text[0] == ' ' || text[0] == '+')
        return err_set(p->e, ERR_INVALID, "--%s wants a whole number, not '%s'", o->name, text);
    if (o->most > o->least && (value < o->least || value > o->most))
        return err_set(p->e, ERR_INVALID, "--%s is from %lld to %lld, not %lld", o->name,
                       (long long)o->least, (long long)o->most, value);
    int64_t kept = value;
    memcpy(p->args + o->at, &kept, sizeof kept);
    return true;
}

static bool put_list(struct parse *p, const struct opt *o, const char *text)
{
    struct opt_list *list = (struct opt_list *)(void *)(p->args + o->at);
    if (!push(p, list, text))
        return err_wrap(p->e, "--%s", o->name);
    return true;
}

static bool put_value(struct parse *p, const struct opt *o, const char *text)
{
    switch (o->kind) {
    case OPT_INT: return put_int(p, o, text);
    case OPT_LIST: return put_list(p, o, text);
    case OPT_TEXT: memcpy(p->args + o->at, &text, sizeof text); return true;
    case OPT_FLAG: break;
    }
    return err_set(p->e, ERR_INVALID, "--%s takes no value", o->name);
}

/* A number may begin with '-'; anything else that does is the next option. */
static bool is_value(const struct opt *o, const char *text)
{
    return !is_option(text) || (o->kind == OPT_INT && text[1] >= '0' && text[1] <= '9');
}

/* `attached` is what followed "=", or NULL: then the value is the next argument. */
static bool take(struct parse *p, const struct opt *o, const char *attached)
{
    assert(o - p->command->options < 64);
    p->given |= UINT64_C(1) << (o - p->command->options);
    if (o->kind == OPT_FLAG) {
        bool on = true;
        if (attached)
            return err_set(p->e, ERR_INVALID, "--%s takes no value", o->name);
        memcpy(p->args + o->at, &on, sizeof on);
        return true;
    }
    if (attached)
        return put_value(p, o, attached);
    if (p->at >= p->argc || !is_value(o, p->argv[p->at]))
        return err_set(p->e, ERR_INVALID, "--%s wants a value: %s", o->name, o->value);
    do {
        if (!put_value(p, o, p->argv[p->at++]))
            return false;
    } while (o->kind == OPT_LIST && p->at < p->argc && !is_option(p->argv[p->at]));
    return true;
}

static bool take_long(struct parse *p, const char *text)
{
    const char *equals = strchr(text, '=');
    struct str name = {text, equals ? (size_t)(equals - text) : strlen(text)};
    const struct opt *o = find_long(p->command, name);
    return o ? take(p, o, equals ? equals + 1 : NULL) : unknown(p, name);
}

/* "-j", "-d DIR", "-dDIR", and flags together: "-jv". */
static bool take_letters(struct parse *p, const char *text)
{
    for (; *text; text++) {
        const struct opt *o = find_letter(p->command, *text);
        if (!o)
            return err_set(p->e, ERR_INVALID, "no option -%c; --help lists them", *text);
        if (o->kind != OPT_FLAG)
            return take(p, o, text[1] ? text + 1 : NULL);
        if (!take(p, o, NULL))
            return false;
    }
    return true;
}

static bool take_operand(struct parse *p, const char *text)
{
    if (!p->command->rest)
        return err_set(p->e, ERR_INVALID, "'%s' is one argument too many", text);
    return push(p, p->command->rest, text);
}

static bool all_required_given(struct parse *p)
{
    for (const struct opt *o = p->command->options; o && o->name; o++)
        if (o->required && !(p->given >> (o - p->command->options) & 1))
            return err_set(p->e, ERR_INVALID, "--%s %s is required", o->name,
                           o->value ? o->value : "");
    return true;
}

static bool parse_all(struct parse *p)
{
    bool options_end = false;
    while (p->at < p->argc) {
        const char *text = p->argv[p->at++];
        bool good;
        if (options_end || !is_option(text))
            good = take_operand(p, text);
        else if (strcmp(text, "--") == 0)
            good = options_end = true;
        else if (text[1] == '-')
            good = take_long(p, text + 2);
        else
            good = take_letters(p, text + 1);
        if (!good)
            return false;
    }
    return all_required_given(p);
}

/* Asking for help wins over every mistake beside it. */
static bool help_wanted(const struct opt_command *c, int argc, char **argv)
{
    AUTO(buf_drop) struct buf out = BUF(1 << 20);
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++) {
        bool letter = strcmp(argv[i], "-h") == 0 && !find_letter(c, 'h');
        if (letter || strcmp(argv[i], "--help") == 0)
            opt_help(c, opt_japanese(), &out);
        else if (strcmp(argv[i], "--man") == 0)
            opt_man(c, opt_japanese(), &out);
        if (out.len) {
            fwrite(out.ptr, 1, out.len, stdout);
            return true;
        }
    }
    return false;
}

enum opt_result opt_parse(const struct opt_command *c, int argc, char **argv, void *ret_args,
                          struct arena *a, struct err *e)
{
    if (help_wanted(c, argc, argv))
        return OPT_HELPED;
    struct parse p = {
        .command = c, .argc = argc, .argv = argv, .args = ret_args, .memory = a, .e = e};
    return parse_all(&p) ? OPT_RUN : OPT_BAD;
}

bool opt_japanese(void)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < COUNT(names); i++) {
        const char *value = getenv(names[i]);
        if (value && *value) /* the first one set decides (POSIX 8.2) */
            return strncmp(value, "ja", 2) == 0;
    }
    return false;
}
