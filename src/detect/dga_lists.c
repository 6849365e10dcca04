/* dga_lists.c - the lists a model is fitted to: names that programs made, and names that people use. */
#include "detect/dga_learn.h"

#include "core/io.h"
#include "core/json.h"
#include "core/map.h"
#include "detect/dga.h"

#include <dirent.h>
#include <stdlib.h>

enum { FILE_MOST = 64 << 20, PATH_MOST = 512, POPULAR_MOST = 200000, FAMILY_MOST = 400000 };

static bool is_host_label(struct str l)
{
    for (size_t i = 0; i < l.len; i++) {
        char c = l.ptr[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-')
            return false;
    }
    return l.len > 0 && !str_starts(l, S("xn--"));
}

static struct str lower(struct arena *memory, struct str s)
{
    struct str copy = arena_str(memory, s);
    for (size_t i = 0; i < copy.len; i++)
        if (copy.ptr[i] >= 'A' && copy.ptr[i] <= 'Z')
            ((char *)(uintptr_t)copy.ptr)[i] = (char)(copy.ptr[i] + ('a' - 'A'));
    return copy;
}

/* The label of `name`, when it is new; else empty. */
static struct str label_new(struct arena *memory, struct map *seen, struct str name)
{
    struct str label = dga_label(lower(memory, name));
    if (!is_host_label(label) || map_get(seen, label) || !map_put(seen, label, seen))
        return STR_NONE;
    return label;
}

static uint64_t mix(struct str s)
{
    uint64_t h = 0x9e3779b97f4a7c15;
    for (size_t i = 0; i < s.len; i++)
        h = (h ^ (uint8_t)s.ptr[i]) * 0x100000001b3;
    return (h ^ h >> 29) * 0xbf58476d1ce4e5b9;
}

static int by_mix(const void *a, const void *b)
{
    uint64_t x = mix(*(const struct str *)a), y = mix(*(const struct str *)b);
    return x < y ? -1 : x > y;
}

static bool popular_read(struct arena *memory, const char *folder, struct dga_lists *l,
                         struct err *e)
{
    static const char *const lists[] = {"cloudflare-top100k", "cisco_top20k", "alexa",
                                        "university_domains", "bank-website"};
    struct map seen = MAP(memory);
    l->popular = arena_array(memory, struct str, POPULAR_MOST);
    for (size_t i = 0; i < COUNT(lists); i++) {
        char path[PATH_MOST];
        struct str text;
        snprintf(path, sizeof path, "%s/misp/warninglists/%s__list.json", folder, lists[i]);
        if (!file_read(memory, path, FILE_MOST, &text, e))
            return false;
        const struct json *root = json_parse(memory, text, e);
        if (!root)
            return err_wrap(e, "%s", path);
        for (json_each(name, json_get(root, S("list")))) {
            struct str n = name->text;
            struct str label =
                label_new(memory, &seen, n.len && *n.ptr == '.' ? str_skip(n, 1) : n);
            if (label.len && l->popular_count < POPULAR_MOST)
                l->popular[l->popular_count++] = label;
        }
    }
    qsort(l->popular, l->popular_count, sizeof *l->popular, by_mix);
    return true;
}

static struct dga_family *family_of(struct arena *memory, struct dga_lists *l, struct str name)
{
    static const char *const words[] = {"charbot", "fosniw", "ngioweb", "suppobox"};
    for (size_t i = 0; i < l->family_count; i++)
        if (str_eq(l->families[i].name, name))
            return &l->families[i];
    if (l->family_count == DGA_FAMILIES_MOST)
        return NULL;
    struct dga_family *f = &l->families[l->family_count++];
    f->name = arena_str(memory, name);
    f->labels = arena_array(memory, struct str, FAMILY_MOST);
    for (size_t i = 0; i < COUNT(words); i++)
        f->words |= str_eq(name, (struct str){words[i], strlen(words[i])});
    return f;
}

/* Lists differ: one name a line, or tables drawn with bars. What has a dot in it is a name. */
static void family_add(struct arena *memory, struct map *seen, struct dga_family *f,
                       struct str text)
{
    while (text.len) {
        size_t n = 0;
        while (n < text.len && text.ptr[n] > ' ' && text.ptr[n] != '|')
            n++;
        struct str token = {text.ptr, n};
        text = str_skip(text, n + 1);
        if (n == 0 || !memchr(token.ptr, '.', n) || f->count == FAMILY_MOST)
            continue;
        struct str label = label_new(memory, seen, token);
        if (label.len)
            f->labels[f->count++] = label;
    }
}

static int is_list(const struct dirent *d)
{
    const char *split = strstr(d->d_name, "__");
    return split && strncmp(split, "__words", 7) != 0 && strncmp(split, "__README", 8) != 0;
}

static bool family_read(struct arena *memory, const char *folder, const char *file,
                        struct dga_lists *l, struct map seen[], struct err *e)
{
    char path[PATH_MOST];
    struct str text;
    snprintf(path, sizeof path, "%s/dga/baderj/%s", folder, file);
    if (!file_read(memory, path, FILE_MOST, &text, e))
        return false;
    struct dga_family *f =
        family_of(memory, l, (struct str){file, (size_t)(strstr(file, "__") - file)});
    if (!f)
        return err_set(e, ERR_LIMIT, "more than %d families", DGA_FAMILIES_MOST);
    family_add(memory, &seen[f - l->families], f, text);
    return true;
}

bool dga_lists_read(struct arena *memory, const char *folder, struct dga_lists *ret_lists,
                    struct err *e)
{
    struct dga_lists l = {.popular_count = 0};
    struct map seen[DGA_FAMILIES_MOST];
    struct dirent **files = NULL;
    char path[PATH_MOST];
    for (size_t i = 0; i < COUNT(seen); i++)
        seen[i] = MAP(memory);
    if (!popular_read(memory, folder, &l, e))
        return false;
    snprintf(path, sizeof path, "%s/dga/baderj", folder);
    int n = scandir(path, &files, is_list, alphasort);
    if (n < 0)
        return err_set(e, ERR_NOT_FOUND, "%s: cannot be read", path);
    bool good = true;
    for (int i = 0; i < n; i++) {
        good = good && family_read(memory, folder, files[i]->d_name, &l, seen, e);
        free(files[i]);
    }
    free(files);
    if (good)
        *ret_lists = l;
    return good;
}
