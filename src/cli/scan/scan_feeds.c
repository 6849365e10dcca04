/* scan_feeds.c - feeds of any known format into one selector image, with an account of every item. */
#include "cli/scan/scan_private.h"
#include "core/time.h"
#include "intel/reader.h"

#include <libgen.h>

enum { CONFIDENCE_UNSAID = 50 };

struct feeding {
    struct scan *scan;
    struct index_builder *builder;
    struct str file; /* stands for the source where the feed names none */
};

static uint32_t seconds_of(int64_t us)
{
    int64_t s = us / TIME_SECOND;
    return us == INDICATOR_TIME_UNSET || s > UINT32_MAX ? 0 : s < 1 ? 1 : (uint32_t)s;
}

static bool take(void *context, const struct indicator *i, struct err *e)
{
    struct feeding *f = context;
    struct scan_feeds *sum = &f->scan->feeds;
    sum->indicators++;
    if (i->revoked) {
        sum->revoked++;
        return true;
    }
    struct index_entry entry = {
        .selector = i->selector,
        .action = INDEX_ALERT,
        .confidence = (uint8_t)(i->confidence == INDICATOR_CONFIDENCE_UNSET ? CONFIDENCE_UNSAID
                                                                            : i->confidence),
        .expires = seconds_of(i->valid_until),
        .source = i->source.len ? i->source : f->file,
        .threat = i->threat.len ? i->threat : i->description,
    };
    struct err why = {0};
    if (index_builder_add(f->builder, &entry, &why)) {
        sum->entries++;
        return true;
    }
    if (why.code == ERR_LIMIT) {
        *e = why;
        return false;
    }
    sum->not_canonical++;
    return true;
}

static bool load_one(struct scan *s, struct index_builder *builder, const struct scan_path *file)
{
    const char *path = file->path;
    char *copy = arena_cstr(s->memory, (struct str){path, strlen(path)});
    const char *name = copy ? basename(copy) : path;
    struct feeding f = {s, builder, {name, strlen(name)}};
    struct intel_report report = {0};
    struct err e = {0};
    bool ok = intel_read_file(path, &(struct intel_options){0},
                              &(struct intel_sink){.each = take, .ctx = &f}, &report, &e);
    if (!ok && !file->named && e.code == ERR_INVALID) {
        s->feeds.other_files++;
        return true;
    }
    s->feeds.files++;
    s->feeds.items_kept += report.kept;
    s->feeds.items_refused += report.refused;
    if (!ok) {
        s->feeds.refused_files++;
        fprintf(stderr, s->ja ? "%s: 使えません: %s\n" : "%s: not used: %s\n", path, e.text);
    }
    return ok;
}

bool scan_load_feeds(struct scan *s)
{
    struct scan_path_list files = {0};
    bool ok = scan_paths(s->memory, &s->args.intel, &files);
    struct index_build how = {.built = clock_real()->now(clock_real())};
    AUTO(index_builder_drop) struct index_builder *builder = index_builder_new(&how);
    for (size_t i = 0; i < files.count; i++)
        ok = load_one(s, builder, &files.items[i]) && ok;
    struct err e = {0};
    bool own = mandate_terms(s->mandate.mandate)->rehearses == RECORD_CHANNEL_own;
    if (!own && !mandate_index_add(s->mandate.mandate, builder, &e)) {
        fprintf(stderr, "%s\n", e.text);
        return false;
    }
    if (!index_builder_finish(&builder, &s->image, &e)) {
        fprintf(stderr, "%s\n", e.text);
        return false;
    }
    return ok;
}
