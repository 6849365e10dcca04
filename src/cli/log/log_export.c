/* log_export.c - hinomi log export: a journal as plain files, so that it can be checked without SQLite and without us.
 *
 *   entries.jsonl    the canonical header of each entry, as it is hashed; one a line, in order
 *   checkpoint.txt   the newest signed checkpoint
 *   cosigned.txt     the newest checkpoint that a witness has cosigned; absent where none has
 *   sizes.json       {"base":…,"checkpoint_size":…,"entries":…,"origin":…}
 *
 * Payloads are not among them: what leaves a node passes the release gate, and the headers commit to them.
 * All of one moment: the journal is read in one snapshot, each file is renamed into place when it is whole.
 * The older logs of a chain are exported from their own files.
 */
#include "cli/log/log_private.h"
#include "core/io.h"
#include "core/jsonw.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE = 256 << 10 };

struct export_args {
    const char *data;
    struct opt_list dirs;
};

static const struct opt options[] = {{"data", 'd', OPT_TEXT, offsetof(struct export_args, data),
                                      "DIR", "a node's folder, a copy of it, or a journal.db",
                                      "ノードのフォルダ、その複製、または journal.db",
                                      .required = true},
                                     {0}};

struct export
{
    const char *dir;
    struct buf out;      /* lines that wait to be written */
    struct buf cosigned; /* the newest cosigned note */
    int fd;
    int64_t entries;
};

static bool path_of(const struct export *x, const char *name, char out[PATH_MAX], struct err *e)
{
    int n = snprintf(out, PATH_MAX, "%s/%s", x->dir, name);
    return (n > 0 && n < PATH_MAX) || err_set(e, ERR_LIMIT, "path longer than %d bytes", PATH_MAX);
}

static bool pour(struct export *x, size_t from, struct err *e)
{
    if (x->out.len < from)
        return true;
    bool ok = fd_write_all(x->fd, buf_str(&x->out), e);
    buf_clear(&x->out);
    return ok;
}

static void keep_cosigned(struct export *x, struct str payload)
{
    AUTO(arena_drop) struct arena a = ARENA(1 << 20);
    struct err ignored = {0};
    const struct json *v = json_parse(&a, payload, &ignored);
    struct str note = json_text(v, S("note"));
    if (!note.len)
        return;
    buf_clear(&x->cosigned);
    buf_put(&x->cosigned, note);
}

static bool export_one(void *ctx, const struct journal_record *r, struct err *e)
{
    struct export *x = ctx;
    buf_put(&x->out, r->header);
    buf_byte(&x->out, '\n');
    x->entries++;
    if (r->entry.statement.kind == KIND_CHECKPOINT_COSIGNED && r->payload.ptr)
        keep_cosigned(x, r->payload);
    return pour(x, PIECE, e);
}

static bool export_entries(struct export *x, struct journal *j, struct err *e)
{
    char path[PATH_MAX], temporary[PATH_MAX];
    int64_t head;
    if (!journal_head(j, &head, e) || !path_of(x, "entries.jsonl", path, e) ||
        !path_of(x, ".entries.XXXXXX", temporary, e))
        return false;
    x->fd = mkostemp(temporary, O_CLOEXEC);
    if (x->fd < 0)
        return err_set(e, ERR_IO, "%s: %s", temporary, strerror(errno));
    bool ok = journal_walk(j, journal_base(j) + 1, head, export_one, x, e) && pour(x, 0, e);
    if (ok && (fchmod(x->fd, 0644) != 0 || fsync(x->fd) != 0))
        ok = err_set(e, ERR_IO, "%s: %s", temporary, strerror(errno));
    if (close(x->fd) != 0 && ok)
        ok = err_set(e, ERR_IO, "%s: %s", temporary, strerror(errno));
    if (ok && rename(temporary, path) != 0)
        ok = err_set(e, ERR_IO, "%s: %s", path, strerror(errno));
    if (!ok)
        unlink(temporary);
    return ok;
}

static bool export_file(struct export *x, const char *name, struct str bytes, struct err *e)
{
    char path[PATH_MAX];
    return path_of(x, name, path, e) && file_replace(path, bytes, 0644, e);
}

static bool export_notes(struct export *x, struct journal *j, struct err *e)
{
    AUTO(arena_drop) struct arena a = ARENA(1 << 20);
    AUTO(buf_drop) struct buf sizes = BUF(4096);
    struct jsonw w = JSONW(&sizes);
    struct str bytes;
    struct note note;
    struct checkpoint c;
    if (!journal_checkpoint(j, &a, UINT64_MAX, &bytes, e) || !note_parse(bytes, &note, e) ||
        !checkpoint_parse(note.text, &c, e))
        return false;
    jw_object(&w);
    jw_member_int(&w, "base", journal_base(j));
    jw_member_int(&w, "checkpoint_size", (int64_t)c.size);
    jw_member_int(&w, "entries", x->entries);
    jw_member_str(&w, "origin", journal_origin(j));
    jw_end(&w);
    buf_byte(&sizes, '\n');
    return export_file(x, "checkpoint.txt", bytes, e) &&
           (!x->cosigned.len || export_file(x, "cosigned.txt", buf_str(&x->cosigned), e)) &&
           export_file(x, "sizes.json", buf_str(&sizes), e);
}

static bool export(const struct export_args *args, struct err *e)
{
    AUTO(journal_drop) struct journal *j = NULL;
    struct export x = {.out = BUF(PIECE + ENTRY_HEADER_MAX + 1), .cosigned = BUF(NOTE_SIZE_MAX)};
    if (args->dirs.count != 1)
        return err_set(e, ERR_INVALID, "one folder to write to, please");
    x.dir = args->dirs.items[0];
    bool ok = log_open(args->data, &j, e) && dir_make(x.dir, 0755, e) && export_entries(&x, j, e) &&
              export_notes(&x, j, e);
    if (ok)
        printf(opt_japanese() ? "%s: エントリー %lld 件\n" : "%s: %lld entries\n", x.dir,
               (long long)x.entries);
    buf_drop(&x.out);
    buf_drop(&x.cosigned);
    return ok;
}

int log_export(int argc, char **argv)
{
    AUTO(arena_drop) struct arena a = ARENA(LOG_ARENA);
    struct export_args args = {0};
    struct err e = {0};
    bool done;
    const struct opt_command command = {
        .name = "log export",
        .usage = "DIR --data DIR",
        .en = "write a journal as plain files, for a verifier that trusts nothing here",
        .ja = "ジャーナルを検証用の平文ファイルに書き出す",
        .more_en = "Headers, checkpoints and sizes; no payload. hinomi-verify reads them.\n"
                   "Example: hinomi log export out --data /var/lib/hinomi; hinomi-verify journal "
                   "out --key ed25519:…",
        .more_ja =
            "ヘッダー、チェックポイント、大きさのみ（ペイロードは含まない）。hinomi-verify が"
            "読みます。\n"
            "例: hinomi log export out --data /var/lib/hinomi; hinomi-verify journal out "
            "--key ed25519:…",
        .options = options,
        .rest = &args.dirs,
    };
    int code =
        log_parsed("export", opt_parse(&command, argc - 1, argv + 1, &args, &a, &e), &e, &done);
    if (done)
        return code;
    return export(&args, &e) ? LOG_OK : log_fail("export", &e);
}
