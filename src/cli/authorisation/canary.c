/* canary.c - hinomi authorisation canary: writes what an inspector sends through a sensor, and what must come
 * out of it. See docs/formats/records.md. */
#include "canary_private.h"

#include "cli/country_tables.h"
#include "core/io.h"
#include "core/jcs.h"
#include "core/jsonw.h"
#include "core/keys.h"
#include "net/decode.h"
#include "net/pcap_write.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { DONE, DIFFERENT, FAILED }; /* exit codes */
enum { MEMORY = 1 << 30, AUTHORISATION_MOST = 16 << 20, RECORDS_MOST = 256 << 20, SHOWN = 20 };

struct canary_args {
    const char *out, *home, *sensor, *compare;
    int64_t seed;
    struct opt_list tables, domestic, foreign, files;
};

static const struct opt options[] = {
    {"out", 'o', OPT_TEXT, offsetof(struct canary_args, out), "DIR", "where the files go",
     "出力フォルダ", .required = true},
    {"seed", 's', OPT_INT, offsetof(struct canary_args, seed), "N",
     "another seed gives other traffic (default 1)", "乱数の種。変えると別の通信になる（既定 1）",
     .least = 0, .most = INT64_MAX},
    {"country-table", 'c', OPT_LIST, offsetof(struct canary_args, tables), "FILE…",
     "country tables (MMDB), as the sensor has them (default: those installed)",
     "センサーと同じ国別表（MMDB。既定: 導入済みのもの）"},
    {"domestic", 0, OPT_LIST, offsetof(struct canary_args, domestic), "CIDR…",
     "networks at home, as the sensor has them", "センサーと同じ国内プレフィックス"},
    {"foreign", 0, OPT_LIST, offsetof(struct canary_args, foreign), "CIDR…",
     "networks abroad, as the sensor has them", "センサーと同じ国外プレフィックス"},
    {"home", 0, OPT_TEXT, offsetof(struct canary_args, home), "CC", "the home country (default JP)",
     "自国の国コード（既定 JP）"},
    {"sensor", 0, OPT_TEXT, offsetof(struct canary_args, sensor), "KEY",
     "the sensor that will read it (default: the first that is named)",
     "対象センサーの公開鍵（既定: 許可書の先頭のセンサー）"},
    {"compare", 0, OPT_TEXT, offsetof(struct canary_args, compare), "RECORDS",
     "write nothing: hold a sensor's records.jsonl against what was expected in DIR",
     "何も書かず、センサーの records.jsonl を DIR の期待値と比べる"},
    {0}};

static const struct opt_command command = {
    .name = "authorisation canary",
    .usage = "AUTHORISATION -o DIR [--country-table FILE…] [--compare RECORDS]",
    .en = "traffic whose records are known beforehand, to inspect a sensor with",
    .ja = "記録結果があらかじめ分かっている通信を作り、センサーを検査",
    .more_en =
        "Writes canary.pcap (hits, near misses and forbidden content in all four directions), "
        "expected-records.jsonl and markers.txt.\n"
        "Exit code: 0 done or equal, 1 different, 2 failed.\n"
        "Example: hinomi authorisation canary auth.json -o canary --domestic 192.0.2.0/24 "
        "--foreign 198.51.100.0/24",
    .more_ja = "canary.pcap（四方向すべての一致・惜しい不一致・保存禁止内容）、"
               "expected-records.jsonl、markers.txt を書き出します。\n"
               "終了コード: 0 完了または一致、1 相違あり、2 失敗。\n"
               "例: hinomi authorisation canary auth.json -o canary --domestic 192.0.2.0/24 "
               "--foreign 198.51.100.0/24",
    .options = options,
};

static bool path_in(char out[PATH_MAX], const char *dir, const char *name, struct err *e)
{
    int n = snprintf(out, PATH_MAX, "%s/%s", dir, name);
    return (n > 0 && n < PATH_MAX) || err_set(e, ERR_LIMIT, "path longer than %d bytes", PATH_MAX);
}

static bool read_prefixes(struct arena *a, const struct opt_list *list, struct canary_prefixes *ret,
                          struct err *e)
{
    ret->list = arena_array(a, struct addr, list->count + 1);
    for (size_t i = 0; i < list->count; i++)
        if (!prefix_parse((struct str){list->items[i], strlen(list->items[i])},
                          &ret->list[ret->count++], e))
            return err_wrap(e, "%s", list->items[i]);
    return true;
}

static int by_bytes(const void *x, const void *y)
{
    const struct str *a = x, *b = y;
    int order = memcmp(a->ptr, b->ptr, a->len < b->len ? a->len : b->len);
    return order ? order : (a->len > b->len) - (a->len < b->len);
}

static bool write_lines(const char *dir, const char *name, const struct str *lines, size_t count,
                        struct err *e)
{
    AUTO(buf_drop) struct buf out = BUF(RECORDS_MOST);
    char path[PATH_MAX];
    for (size_t i = 0; i < count; i++)
        buf_put(&out, lines[i]), buf_byte(&out, '\n');
    if (out.over)
        return err_set(e, ERR_LIMIT, "%s would be larger than %d bytes", name, RECORDS_MOST);
    return path_in(path, dir, name, e) && file_replace(path, buf_str(&out), 0644, e);
}

static bool to_pcap(void *context, const struct frame *f, struct err *e)
{
    return pcap_writer_add(context, f, e);
}

static bool play_to_file(struct canary *c, const char *dir, uint64_t *ret_frames, struct err *e)
{
    AUTO(pcap_writer_drop) struct pcap_writer *w = NULL;
    AUTO(synth_line_drop) struct synth_line *line = NULL;
    char path[PATH_MAX];
    uint64_t bytes;
    if (!path_in(path, dir, "canary.pcap", e) || !pcap_writer_open(path, LINK_ETHERNET, &w, e))
        return false;
    line = synth_line_new(&(struct synth_sink){to_pcap, w});
    c->line = line;
    return canary_play(c, e) && synth_line_end(line, ret_frames, &bytes, e) &&
           pcap_writer_close(w, e);
}

static bool make(struct canary *c, const char *dir, struct err *e)
{
    uint64_t frames = 0;
    if (!dir_make(dir, 0755, e) || !play_to_file(c, dir, &frames, e))
        return false;
    if (c->due.len)
        qsort(c->due.ptr, c->due.len, sizeof *c->due.ptr, by_bytes);
    if (!write_lines(dir, "expected-records.jsonl", c->due.ptr, c->due.len, e) ||
        !write_lines(dir, "markers.txt", c->markers, COUNT(c->markers), e))
        return false;
    printf(opt_japanese() ? "%s: フレーム %llu、会話 %llu、期待される記録 %zu、セレクター %zu/%zu\n"
                          : "%s: %llu frames, %llu conversations, %zu records due, %zu of %zu "
                            "selectors played\n",
           dir, (unsigned long long)frames, (unsigned long long)c->talks, c->due.len,
           c->selector_count < CANARY_SELECTORS_MOST ? c->selector_count : CANARY_SELECTORS_MOST,
           c->selector_count);
    return true;
}

/* --- comparing --- */

struct lines {
    VEC(struct str) list;
};

static bool without_number(struct arena *a, struct str line, struct str *ret, struct err *e)
{
    AUTO(buf_drop) struct buf plain = BUF(1 << 20);
    AUTO(buf_drop) struct buf canonical = BUF(1 << 20);
    const struct json *record = json_parse(a, line, e);
    struct jsonw w = JSONW(&plain);
    if (!record)
        return false;
    jw_object(&w);
    for (json_each(m, record))
        if (!str_eq(m->key, S("n")))
            jw_key_str(&w, m->key), jw_value(&w, m);
    jw_end(&w);
    if (!jcs_canonicalise(buf_str(&plain), &canonical, e))
        return false;
    *ret = arena_str(a, buf_str(&canonical));
    return true;
}

static bool read_lines(struct arena *a, const char *path, struct lines *ret, struct err *e)
{
    struct str text, line;
    if (!file_read(a, path, RECORDS_MOST, &text, e))
        return false;
    while (text.len) {
        line = str_cut(text, '\n', &text);
        if (!without_number(a, line, &line, e))
            return err_wrap(e, "%s", path);
        vec_push(&ret->list, line);
    }
    if (ret->list.len)
        qsort(ret->list.ptr, ret->list.len, sizeof *ret->list.ptr, by_bytes);
    return true;
}

static size_t differences(const struct lines *expected, const struct lines *got)
{
    size_t i = 0, k = 0, n = 0;
    while (i < expected->list.len || k < got->list.len) {
        int order = i == expected->list.len ? 1
                    : k == got->list.len    ? -1
                                            : by_bytes(&expected->list.ptr[i], &got->list.ptr[k]);
        struct str line = order <= 0 ? expected->list.ptr[i] : got->list.ptr[k];
        if (order && n++ < SHOWN)
            printf("%c " STR_FMT "\n", order < 0 ? '-' : '+', STR_ARG(line));
        i += order <= 0;
        k += order >= 0;
    }
    return n;
}

static bool compare(struct arena *a, const struct canary_args *args, int *ret_code, struct err *e)
{
    struct lines expected = {0}, got = {0};
    char path[PATH_MAX];
    bool read = path_in(path, args->out, "expected-records.jsonl", e) &&
                read_lines(a, path, &expected, e) && read_lines(a, args->compare, &got, e);
    if (read) {
        size_t n = differences(&expected, &got);
        printf(opt_japanese() ? "期待 %zu、実際 %zu、相違 %zu\n"
                              : "%zu expected, %zu found, %zu differ\n",
               expected.list.len, got.list.len, n);
        *ret_code = n ? DIFFERENT : DONE;
    }
    vec_drop(&expected.list);
    vec_drop(&got.list);
    return read;
}

static bool run(const struct canary_args *args, struct arena *a, int *ret_code, struct err *e)
{
    AUTO(geo_drop) struct geo *geo = NULL;
    struct canary c = {.memory = a, .seed = (uint64_t)args->seed};
    struct str authorisation;
    if (args->compare)
        return compare(a, args, ret_code, e);
    const char *tables[GEO_TABLES_MAX];
    size_t count = country_tables_find(a, &args->tables, tables);
    if (count && !geo_open(tables, count, &geo, e))
        return err_wrap(e, "country table");
    c.geo = geo;
    snprintf(c.home, sizeof c.home, "%s", args->home ? args->home : "JP");
    if (args->sensor)
        c.sensor = (struct str){args->sensor, strlen(args->sensor)};
    bool made = read_prefixes(a, &args->domestic, &c.domestic, e) &&
                read_prefixes(a, &args->foreign, &c.foreign, e) &&
                file_read(a, args->files.items[0], AUTHORISATION_MOST, &authorisation, e) &&
                canary_read(&c, authorisation, e) && make(&c, args->out, e);
    vec_drop(&c.due);
    *ret_code = DONE;
    return made;
}

int authorisation_canary(int argc, char **argv)
{
    AUTO(arena_drop) struct arena a = ARENA(MEMORY);
    struct canary_args args = {.seed = 1};
    struct err e = {0};
    int code = FAILED;
    struct opt_command c = command;
    c.rest = &args.files;
    enum opt_result parsed = opt_parse(&c, argc - 1, argv + 1, &args, &a, &e);
    if (parsed == OPT_HELPED)
        return DONE;
    if (parsed == OPT_RUN && args.files.count != 1)
        err_set(&e, ERR_INVALID, "one authorisation is needed, %zu were given", args.files.count);
    else if (parsed == OPT_RUN && run(&args, &a, &code, &e))
        return code;
    fprintf(stderr, "hinomi authorisation canary: %s\n", e.text);
    return FAILED;
}
