/* reader.c - the table of formats, and which one a feed is in. */
#include "core/ascii.h"
#include "intel/formats/reader_private.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* In the order they are asked: the more a format demands of its text, the earlier it stands. */
static const struct {
    enum intel_format format;
    const char *name;
    const struct json_format *json;
    const struct line_format *lines;
} formats[] = {
    {INTEL_STIX, "stix", &format_stix, NULL},    {INTEL_MISP, "misp", &format_misp, NULL},
    {INTEL_ZEEK, "zeek", NULL, &format_zeek},    {INTEL_ADBLOCK, "adblock", NULL, &format_adblock},
    {INTEL_HOSTS, "hosts", NULL, &format_hosts}, {INTEL_CSV, "csv", NULL, &format_csv},
    {INTEL_PLAIN, "plain", NULL, &format_plain},
};
_Static_assert(COUNT(formats) == INTEL_FORMAT_COUNT - 1, "every format but AUTO has its row");

const char *intel_format_name(enum intel_format f)
{
    for (size_t i = 0; i < COUNT(formats); i++)
        if (formats[i].format == f)
            return formats[i].name;
    return "auto";
}

bool intel_format_parse(struct str name, enum intel_format *ret_format)
{
    for (size_t i = 0; i < COUNT(formats); i++) {
        if (str_eq(name, (struct str){formats[i].name, strlen(formats[i].name)})) {
            *ret_format = formats[i].format;
            return true;
        }
    }
    return false;
}

/* Refuses what is no text in UTF-8, and says what to do about it. */
static bool check_encoding(struct str head, struct err *e)
{
    if (str_starts(head, S("\xff\xfe")) || str_starts(head, S("\xfe\xff")))
        return err_set(e, ERR_INVALID, "UTF-16 text: save it as UTF-8");
    if (str_starts(head, S("\x1f\x8b")) || str_starts(head, S("PK\3\4")) ||
        str_starts(head, S("\x28\xb5\x2f\xfd")) || str_starts(head, S("BZh")) ||
        str_starts(head, S("\xfd"
                           "7zXZ")))
        return err_set(e, ERR_INVALID, "compressed file: unpack it first");
    if (head.len && memchr(head.ptr, '\0', head.len))
        return err_set(e, ERR_INVALID, "binary file, or UTF-16 without its mark");
    return true;
}

/* '[' alone also opens "[Adblock Plus]" and "[2001:db8::1]:443": the next character decides. */
static bool is_json(struct str head)
{
    size_t i = 0;
    while (i < head.len && ascii_is_space(head.ptr[i]))
        i++;
    if (i == head.len || (head.ptr[i] != '{' && head.ptr[i] != '['))
        return false;
    if (head.ptr[i++] == '{')
        return true;
    while (i < head.len && ascii_is_space(head.ptr[i]))
        i++;
    if (i == head.len)
        return true;
    char c = head.ptr[i];
    return c == '{' || c == '[' || c == ']' || c == '"';
}

static bool no_feed(struct feed *f, const struct json *root)
{
    if (json_get(root, S("list")) && json_get(root, S("type")))
        return err_set(f->e, ERR_INVALID, "a MISP warning list: it says what not to block");
    return err_set(f->e, ERR_INVALID, "JSON that is neither STIX nor a MISP event");
}

static bool read_json(struct feed *f, struct lines *l)
{
    size_t memory = f->options->memory ? f->options->memory : INTEL_MEMORY_DEFAULT;
    AUTO(buf_drop) struct buf text = BUF(memory);
    if (!lines_rest(l, &text, f->e))
        return false;
    AUTO(arena_drop) struct arena tree = ARENA(memory - text.len);
    const struct json *root = json_parse_tolerant(&tree, buf_str(&text), f->e);
    if (!root)
        return false;
    for (size_t i = 0; i < COUNT(formats); i++) {
        bool wanted = !f->options->format || f->options->format == formats[i].format;
        if (formats[i].json && wanted && formats[i].json->looks_like(root)) {
            f->report->format = formats[i].format;
            return formats[i].json->read(f, root, &tree);
        }
    }
    return no_feed(f, root);
}

static bool read_lines(struct feed *f, struct lines *l, struct str head)
{
    for (size_t i = 0; i < COUNT(formats); i++) {
        if (!formats[i].lines)
            continue;
        if (f->options->format ? f->options->format == formats[i].format
                               : formats[i].lines->looks_like(head)) {
            f->report->format = formats[i].format;
            return formats[i].lines->read(f, l);
        }
    }
    return err_set(f->e, ERR_INVALID, "not a document of the format %s",
                   intel_format_name(f->options->format));
}

static bool read_feed(struct lines *l, const struct intel_options *o, const struct intel_sink *sink,
                      struct intel_report *r, struct err *e)
{
    struct feed f = {.options = o, .sink = sink, .report = r, .e = e};
    *r = (struct intel_report){0};
    struct str head = lines_head(l, e);
    if (l->failed || !check_encoding(head, e))
        return false;
    if (str_starts(head, S("\xef\xbb\xbf"))) {
        lines_skip(l, 3);
        head = str_skip(head, 3);
    }
    bool json = o->format == INTEL_STIX || o->format == INTEL_MISP ||
                (o->format == INTEL_AUTO && is_json(head));
    return json ? read_json(&f, l) : read_lines(&f, l, head);
}

bool intel_read(struct str bytes, const struct intel_options *o, const struct intel_sink *sink,
                struct intel_report *ret_report, struct err *e)
{
    struct lines l;
    lines_of(&l, bytes);
    return read_feed(&l, o, sink, ret_report, e);
}

bool intel_read_fd(int fd, const struct intel_options *o, const struct intel_sink *sink,
                   struct intel_report *ret_report, struct err *e)
{
    AUTO(lines_drop) struct lines l;
    lines_of_fd(&l, fd);
    return read_feed(&l, o, sink, ret_report, e);
}

bool intel_read_file(const char *path, const struct intel_options *o, const struct intel_sink *sink,
                     struct intel_report *ret_report, struct err *e)
{
    *ret_report = (struct intel_report){0};
    bool standard = strcmp(path, "-") == 0;
    int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_set(e, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "%m");
    bool good = intel_read_fd(fd, o, sink, ret_report, e);
    if (!standard)
        close(fd);
    return good;
}
