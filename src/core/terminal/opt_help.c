/* opt_help.c - a command's table as --help text and as a section of the man page. See opt.h. */
#include "core/opt.h"
#include "core/table.h"

enum { SCREEN = 80, TEXT_COLUMN = 26 };

/* The two that every command has. */
static const struct opt always[] = {
    {.name = "help",
     .letter = 'h',
     .en = "show this help and end",
     .ja = "この説明を表示して終了する"},
    {.name = "man",
     .en = "print this command's section of the manual page (roff) and end",
     .ja = "マニュアルページの該当する節(roff 形式)を出力して終了する"},
    {0}};

static struct str cstr(const char *text)
{
    return (struct str){text ? text : "", text ? strlen(text) : 0};
}

static const char *pick(bool japanese, const char *en, const char *ja)
{
    return japanese && ja && *ja ? ja : en ? en : "";
}

static bool letter_is_taken(const struct opt_command *c, char letter)
{
    for (const struct opt *o = c->options; o && o->name; o++)
        if (o->letter == letter)
            return true;
    return false;
}

/* What `o` of `always` is called in short, unless a row of the command has that letter. */
static char short_name(const struct opt_command *c, const struct opt *o)
{
    if (letter_is_taken(c, o->letter))
        return '\0';
    return o->letter;
}

static void put_spaces(struct buf *out, size_t n)
{
    while (n-- > 0)
        buf_byte(out, ' ');
}

/* One word, or one wide character: a line may break before it. `columns` is its width. */
static size_t piece(struct str text, size_t *ret_columns)
{
    size_t n = 0, columns = 0;
    while (n < text.len && text.ptr[n] != ' ') {
        size_t one, step = text_step(str_skip(text, n), &one);
        if (one > 1 && n)
            break;
        n += step;
        columns += one;
        if (one > 1)
            break;
    }
    *ret_columns = columns;
    return n;
}

/* Text from column `indent`, where the line already is, broken before SCREEN; ends the line. */
static void put_wrapped(struct buf *out, struct str text, size_t indent)
{
    size_t at = indent;
    while (text.len) {
        bool space = text.ptr[0] == ' ';
        if (space)
            text = str_skip(text, 1);
        size_t columns, n = piece(text, &columns);
        if (at + space + columns > SCREEN && at > indent) {
            buf_byte(out, '\n');
            put_spaces(out, indent);
            at = indent;
        } else if (space) {
            buf_byte(out, ' ');
            at++;
        }
        buf_put(out, (struct str){text.ptr, n});
        at += columns;
        text = str_skip(text, n);
    }
    buf_byte(out, '\n');
}

/* A line that begins with a small letter goes on with the sentence before it. */
static bool goes_on(struct str text)
{
    return text.len && text.ptr[0] >= 'a' && text.ptr[0] <= 'z';
}

/* Paragraphs are wrapped; a line that begins with a space is an example and stays as it is. */
static void put_paragraphs(struct buf *out, struct str text)
{
    AUTO(buf_drop) struct buf paragraph = BUF(16 << 10);
    while (text.len) {
        struct str line = str_cut(text, '\n', &text);
        if (!line.len || line.ptr[0] == ' ') {
            buf_put(out, line), buf_byte(out, '\n');
            continue;
        }
        buf_clear(&paragraph);
        buf_put(&paragraph, line);
        while (goes_on(text)) {
            buf_byte(&paragraph, ' ');
            buf_put(&paragraph, str_cut(text, '\n', &text));
        }
        put_wrapped(out, buf_str(&paragraph), 0);
    }
}

static void put_option(struct buf *out, const struct opt *o, char letter, bool japanese)
{
    AUTO(buf_drop) struct buf left = BUF(512);
    if (letter)
        buf_fmt(&left, "  -%c, --%s", letter, o->name);
    else
        buf_fmt(&left, "      --%s", o->name);
    if (o->value)
        buf_fmt(&left, " %s%s", o->value, o->kind == OPT_LIST ? "…" : "");
    buf_put(out, buf_str(&left));

    size_t width = text_width(buf_str(&left));
    if (width + 2 > TEXT_COLUMN) {
        buf_byte(out, '\n');
        width = 0;
    }
    put_spaces(out, TEXT_COLUMN - width);
    AUTO(buf_drop) struct buf text = BUF(4096);
    buf_put(&text, cstr(pick(japanese, o->en, o->ja)));
    if (o->required)
        buf_put(&text, japanese ? S("(必須)") : S(" (required)"));
    put_wrapped(out, buf_str(&text), TEXT_COLUMN);
}

static const char *program_of(const struct opt_command *c)
{
    return c->program ? c->program : "hinomi";
}

void opt_help(const struct opt_command *c, bool japanese, struct buf *out)
{
    buf_fmt(out, "%s %s %s %s\n\n", japanese ? "使い方:" : "Usage:", program_of(c), c->name,
            c->usage ? c->usage : "");
    put_wrapped(out, cstr(pick(japanese, c->en, c->ja)), 0);
    buf_fmt(out, "\n%s\n", japanese ? "オプション:" : "Options:");
    for (const struct opt *o = c->options; o && o->name; o++)
        put_option(out, o, o->letter, japanese);
    for (const struct opt *o = always; o->name; o++)
        put_option(out, o, short_name(c, o), japanese);
    struct str more = cstr(pick(japanese, c->more_en, c->more_ja));
    if (more.len) {
        buf_byte(out, '\n');
        put_paragraphs(out, more);
    }
}

/* Roff: a backslash and a hyphen are written as such, and no line begins with a request. */
static void put_roff(struct buf *out, struct str text)
{
    bool line_start = true;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (line_start && (c == '.' || c == '\''))
            buf_put(out, S("\\&"));
        if (c == '\\')
            buf_put(out, S("\\e"));
        else if (c == '-')
            buf_put(out, S("\\-"));
        else
            buf_byte(out, c);
        line_start = c == '\n';
    }
}

static void put_roff_paragraphs(struct buf *out, struct str text)
{
    bool example = false;
    while (text.len) {
        struct str line = str_cut(text, '\n', &text);
        bool indented = line.len && line.ptr[0] == ' ';
        if (indented != example && line.len) {
            buf_put(out, indented ? S(".nf\n") : S(".fi\n"));
            example = indented;
        }
        if (line.len) {
            put_roff(out, line);
            buf_byte(out, '\n');
        } else {
            buf_put(out, S(".PP\n"));
        }
    }
    if (example)
        buf_put(out, S(".fi\n"));
}

static void put_roff_option(struct buf *out, const struct opt *o, char letter, bool japanese)
{
    buf_put(out, S(".TP\n"));
    if (letter)
        buf_fmt(out, "\\fB\\-%c\\fR, ", letter);
    buf_put(out, S("\\fB\\-\\-"));
    put_roff(out, cstr(o->name));
    buf_put(out, S("\\fR"));
    if (o->value) {
        buf_put(out, S(" \\fI"));
        put_roff(out, cstr(o->value));
        buf_put(out, o->kind == OPT_LIST ? S("\\fR…") : S("\\fR"));
    }
    buf_byte(out, '\n');
    put_roff(out, cstr(pick(japanese, o->en, o->ja)));
    if (o->required)
        buf_put(out, japanese ? S("(必須)") : S(" (required)"));
    buf_byte(out, '\n');
}

void opt_man(const struct opt_command *c, bool japanese, struct buf *out)
{
    buf_put(out, S(".SS "));
    put_roff(out, cstr(c->name));
    buf_put(out, S("\n\\fB"));
    put_roff(out, cstr(program_of(c)));
    buf_byte(out, ' ');
    put_roff(out, cstr(c->name));
    buf_put(out, S("\\fR "));
    put_roff(out, cstr(c->usage));
    buf_put(out, S("\n.PP\n"));
    put_roff(out, cstr(pick(japanese, c->en, c->ja)));
    buf_byte(out, '\n');
    for (const struct opt *o = c->options; o && o->name; o++)
        put_roff_option(out, o, o->letter, japanese);
    for (const struct opt *o = always; o->name; o++)
        put_roff_option(out, o, short_name(c, o), japanese);
    struct str more = cstr(pick(japanese, c->more_en, c->more_ja));
    if (more.len) {
        buf_put(out, S(".PP\n"));
        put_roff_paragraphs(out, more);
    }
}
