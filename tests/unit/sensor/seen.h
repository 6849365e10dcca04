/* seen.h - the EVE lines of one capture, as the program writes them, in memory: for tests that compare
 * what we saw with what others saw. */
#pragma once

#include "core/io.h"
#include "core/json.h"
#include "sensor/eve.h"
#include "tests/check.h"

#include <sys/stat.h>
#include <unistd.h>

struct seen {
    struct arena memory;
    const struct json **lines;
    size_t count;
    struct str text;
    struct pipeline_counts counts;
    struct capture_stats stats;
    bool whole; /* read to its end; else `why` */
    struct err why;
};

static void seen_event(void *context, const struct sensor_event *ev)
{
    eve_event(context, ev);
}

static void seen_lines(struct seen *s)
{
    for (size_t i = 0; i < s->text.len; i++)
        s->count += s->text.ptr[i] == '\n';
    struct str rest = s->text;
    s->lines = arena_array(&s->memory, const struct json *, s->count + 1);
    for (size_t i = 0; i < s->count; i++) {
        struct err e = {0};
        s->lines[i] = json_parse(&s->memory, str_cut(rest, '\n', &rest), &e);
        if (!s->lines[i])
            fail_msg("EVE line %zu is not JSON: %s", i, e.text);
    }
}

/* Runs a capture through a pipeline. `view` may be empty. */
static struct seen *see(const char *path, const struct index_view *view)
{
    struct seen *s = calloc(1, sizeof *s);
    assert_non_null(s);
    s->memory = ARENA((size_t)1 << 30);
    FILE *file = tmpfile();
    assert_non_null(file);
    AUTO(eve_drop) struct eve *eve = eve_new(fileno(file));
    AUTO(capture_drop) struct capture *c = NULL;
    AUTO(pipeline_drop) struct pipeline *p = NULL;
    struct pipeline_settings settings = PIPELINE_SETTINGS;
    settings.view = *view;
    settings.flows = 4096;
    settings.stream_bytes = 16 << 20;
    settings.metadata = true;
    settings.context = eve;
    settings.on_event = seen_event;
    s->whole = capture_open_file(path, &c, &s->why) && pipeline_new(&settings, &p, &s->why) &&
               pipeline_run(p, c, &s->why);
    if (p)
        s->counts = pipeline_counts(p);
    if (c)
        s->stats = capture_stats(c);
    struct err e = {0};
    if (!eve_flush(eve, &e))
        fail_msg("%s", e.text);
    off_t size = lseek(fileno(file), 0, SEEK_END);
    char *text = arena_alloc(&s->memory, 1, (size_t)size + 1);
    assert_non_null(text);
    assert_true(pread(fileno(file), text, (size_t)size, 0) == size);
    fclose(file);
    s->text = (struct str){text, (size_t)size};
    seen_lines(s);
    return s;
}

static void seen_drop(struct seen **s)
{
    arena_drop(&(*s)->memory);
    free(*s);
    *s = NULL;
}

/* Where the captures of others lie; ends the test as skipped when they do not. */
static inline const char *shared_data(void)
{
    const char *top = getenv("HINOMI_SHARED_DATA");
    struct stat st;
    if (top && stat(top, &st) == 0)
        return top;
    printf("skipped: HINOMI_SHARED_DATA does not name a folder of captures\n");
    exit(77);
}

/* One step of a path: "ja3", or "values[0]". */
static inline const struct json *member_step(const struct json *v, struct str step)
{
    struct str index;
    struct str name = str_cut(step, '[', &index);
    v = json_get(v, name);
    if (!index.len)
        return v;
    size_t n = (size_t)strtoul(index.ptr, NULL, 10);
    const struct json *item = v && v->kind == JSON_ARRAY ? v->child : NULL;
    while (item && n--)
        item = item->next;
    return item;
}

/* A member by its path: "tls.ja3.hash", "quic.extensions[1].name". */
static inline const struct json *member(const struct json *v, const char *path)
{
    struct str rest = {path, strlen(path)};
    while (v && rest.len)
        v = member_step(v, str_cut(rest, '.', &rest));
    return v;
}

/* Text, a number, or a truth value as it is written; nothing of what has members. */
static inline struct str text_of_value(const struct json *v)
{
    if (!v)
        return STR_NONE;
    if (v->kind == JSON_TRUE)
        return S("true");
    if (v->kind == JSON_FALSE)
        return S("false");
    return v->kind == JSON_STRING || v->kind == JSON_NUMBER ? v->text : STR_NONE;
}

static inline struct str text_at(const struct json *v, const char *path)
{
    return text_of_value(member(v, path));
}
