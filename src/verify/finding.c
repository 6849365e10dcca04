/* finding.c - findings gathered, and printed as a table or as JSON. See finding.h. */
#include "verify/finding.h"

#include "core/arena.h"
#include "core/err.h"
#include "core/jsonw.h"
#include "core/table.h"

#include <stdarg.h>
#include <stdio.h>

static const struct {
    const char *name, *en, *ja;
} texts[] = {
#define X(name, en, ja) [FINDING_##name] = {#name, (en), (ja)},
    FINDING_MAP(X)
#undef X
};

void finding_add(struct findings *f, enum finding_code code, const char *file, int64_t line,
                 const char *detail, ...)
{
    if (f->counts[code]++ >= FINDING_KEPT)
        return;
    struct finding one = {.code = code, .line = line};
    va_list args;
    va_start(args, detail);
    vsnprintf(one.detail, sizeof one.detail, detail, args);
    va_end(args);
    const char *name = strrchr(file, '/');
    snprintf(one.file, sizeof one.file, "%s", name ? name + 1 : file);
    err_clean(one.detail);
    err_clean(one.file);
    vec_push(&f->kept, one);
}

void findings_drop(struct findings *f)
{
    vec_drop(&f->kept);
}

bool finding_is_note(enum finding_code code)
{
    return texts[code].name[0] == 'N';
}

uint64_t findings_faults(const struct findings *f)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < FINDING_CODES; i++)
        if (!finding_is_note((enum finding_code)i))
            sum += f->counts[i];
    return sum;
}

void finding_id(enum finding_code code, char out[FINDING_ID_SIZE])
{
    snprintf(out, FINDING_ID_SIZE, "%s", texts[code].name);
    char *line = strchr(out, '_');
    if (line)
        *line = '-';
}

const char *finding_text(enum finding_code code, bool japanese)
{
    return japanese ? texts[code].ja : texts[code].en;
}

bool finding_named(struct str id, enum finding_code *ret)
{
    char text[FINDING_ID_SIZE];
    for (size_t i = 0; i < FINDING_CODES; i++) {
        finding_id((enum finding_code)i, text);
        if (str_eq(id, (struct str){text, strlen(text)})) {
            *ret = (enum finding_code)i;
            return true;
        }
    }
    return false;
}

/* Faults first, then notes; each in the order found. */
static void rows(const struct findings *f, bool notes, bool japanese, struct table *t)
{
    for (size_t i = 0; i < f->kept.len; i++) {
        const struct finding *one = &f->kept.ptr[i];
        char id[FINDING_ID_SIZE];
        if (finding_is_note(one->code) != notes)
            continue;
        finding_id(one->code, id);
        table_cell_fmt(t, "%s", id);
        table_cell_fmt(t, "%s", one->file);
        if (one->line)
            table_cell_fmt(t, "%lld", (long long)one->line);
        else
            table_cell_fmt(t, "-");
        table_cell_fmt(t, "%s%s%s", finding_text(one->code, japanese), one->detail[0] ? ": " : "",
                       one->detail);
    }
}

void findings_table(const struct findings *f, bool japanese, struct buf *out)
{
    static const char *const heads_en[] = {"code", "file", ">line", "what", NULL},
                             *const heads_ja[] = {"符号", "ファイル", ">行", "内容", NULL};
    AUTO(arena_drop) struct arena memory = ARENA(32 << 20);
    struct table *t = table_new(&memory, japanese ? heads_ja : heads_en);
    rows(f, false, japanese, t);
    rows(f, true, japanese, t);
    if (f->kept.len)
        table_print(t, out, false, 0);
    for (size_t i = 0; i < FINDING_CODES; i++) {
        char id[FINDING_ID_SIZE];
        if (f->counts[i] <= FINDING_KEPT)
            continue;
        finding_id((enum finding_code)i, id);
        buf_fmt(out, japanese ? "%s: ほか %llu 件\n" : "%s: and %llu more\n", id,
                (unsigned long long)(f->counts[i] - FINDING_KEPT));
    }
}

static void put_finding(struct jsonw *w, const struct finding *one)
{
    char id[FINDING_ID_SIZE];
    finding_id(one->code, id);
    jw_object(w);
    jw_member_cstr(w, "code", id);
    jw_member_cstr(w, "file", one->file);
    if (one->line)
        jw_member_int(w, "line", one->line);
    jw_member_bool(w, "note", finding_is_note(one->code));
    jw_member_cstr(w, "reason", finding_text(one->code, false));
    jw_member_cstr(w, "reason_ja", finding_text(one->code, true));
    jw_member_cstr(w, "detail", one->detail);
    jw_end(w);
}

void findings_json(const struct findings *f, struct buf *out)
{
    struct jsonw w = JSONW(out);
    char id[FINDING_ID_SIZE];
    jw_object(&w);
    jw_member_bool(&w, "sound", findings_faults(f) == 0);
    jw_key(&w, "faults");
    jw_uint(&w, findings_faults(f));
    jw_key(&w, "counts");
    jw_object(&w);
    for (size_t i = 0; i < FINDING_CODES; i++)
        if (f->counts[i]) {
            finding_id((enum finding_code)i, id);
            jw_key(&w, id);
            jw_uint(&w, f->counts[i]);
        }
    jw_end(&w);
    jw_key(&w, "findings");
    jw_array(&w);
    for (size_t i = 0; i < f->kept.len; i++)
        put_finding(&w, &f->kept.ptr[i]);
    jw_end(&w);
    jw_end(&w);
    buf_byte(out, '\n');
}
