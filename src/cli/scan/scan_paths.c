/* scan_paths.c - files named, or all files under a folder, sorted so that two runs read alike. */
#include "cli/scan/scan_private.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

struct found {
    struct arena *memory;
    VEC(struct scan_path) files;
    unsigned depth;
};
enum { FOLDERS_DEEP = 16 };

static bool add_path(struct found *f, const char *path);

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name); /* not alphasort: that follows the locale */
}

static int not_hidden(const struct dirent *d)
{
    return d->d_name[0] != '.';
}

static bool add_folder(struct found *f, const char *path)
{
    struct dirent **names = NULL;
    int count = f->depth < FOLDERS_DEEP ? scandir(path, &names, not_hidden, by_bytes) : -1;
    if (count < 0) {
        fprintf(stderr, "%s: %s\n", path, f->depth < FOLDERS_DEEP ? strerror(errno) : "too deep");
        return false;
    }
    bool ok = true;
    f->depth++;
    for (int i = 0; i < count; i++) {
        struct str child = arena_fmt(f->memory, "%s/%s", path, names[i]->d_name);
        const char *text = arena_cstr(f->memory, child);
        ok = text && add_path(f, text) && ok;
        free(names[i]);
    }
    f->depth--;
    free(names);
    return ok;
}

static bool add_path(struct found *f, const char *path)
{
    struct stat st;
    if (!strcmp(path, "-")) {
        vec_push(&f->files, ((struct scan_path){path, f->depth == 0}));
        return true;
    }
    if (stat(path, &st) != 0) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        return false;
    }
    if (S_ISDIR(st.st_mode))
        return add_folder(f, path);
    vec_push(&f->files, ((struct scan_path){path, f->depth == 0}));
    return true;
}

bool scan_paths(struct arena *a, const struct opt_list *given, struct scan_path_list *ret_files)
{
    struct found f = {.memory = a};
    bool ok = true;
    for (size_t i = 0; i < given->count; i++)
        ok = add_path(&f, given->items[i]) && ok;
    ret_files->items = arena_array(a, struct scan_path, f.files.len ? f.files.len : 1);
    ret_files->count = ret_files->items ? f.files.len : 0;
    if (ret_files->count)
        memcpy(ret_files->items, f.files.ptr, f.files.len * sizeof *f.files.ptr);
    vec_drop(&f.files);
    return ok;
}
