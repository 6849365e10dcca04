/* log_witness.c - hinomi log witness: cosign a checkpoint for an oversight body, from the
 * command line. */
#include "cli/log/log_private.h"
#include "core/io.h"
#include "journal/witness.h"

#include <unistd.h>

struct witness_args {
    const char *key, *state, *name, *log, *proof;
    struct opt_list notes;
};

static const struct opt options[] = {
    {"key", 'k', OPT_TEXT, offsetof(struct witness_args, key), "FILE", "the witness's secret key",
     "証人の秘密鍵ファイル", .required = true},
    {"state", 's', OPT_TEXT, offsetof(struct witness_args, state), "DIR",
     "where it remembers what it cosigned", "連署した内容を記憶するフォルダ", .required = true},
    {"name", 'n', OPT_TEXT, offsetof(struct witness_args, name), "NAME",
     "the witness's name (default hinomi-witness)", "証人の名前（既定 hinomi-witness）"},
    {"log", 'l', OPT_TEXT, offsetof(struct witness_args, log), "KEY",
     "the log's public key, the first time: ed25519:… or name+id+key",
     "初回のみ、ログの公開鍵: ed25519:… または 名前+ID+鍵"},
    {"proof", 'p', OPT_TEXT, offsetof(struct witness_args, proof), "FILE",
     "a proof from the size cosigned before ('hinomi log prove --from SIZE')",
     "前回連署した大きさからの証明（hinomi log prove --from SIZE）"},
    {0}};

static bool cosign(const struct witness_args *args, struct arena *a, struct err *e)
{
    AUTO(key_wipe) struct key_secret secret = {0};
    AUTO(buf_drop) struct buf out = BUF((size_t)2 * NOTE_SIZE_MAX);
    const char *name = args->name ? args->name : "hinomi-witness";
    struct witness w = {.state = args->state,
                        .name = {name, strlen(name)},
                        .key = &secret,
                        .clock = clock_real()};
    struct witness_request request = {0};
    struct log_proof proof;
    struct note_key log_key;
    struct note note;
    struct checkpoint c;
    struct str line, text;
    if (!note_name_ok(w.name))
        return err_set(e, ERR_INVALID, "'%s' cannot be the name of a witness", name);
    if (!key_load(args->key, &secret, e) ||
        !file_read(a, args->notes.items[0], NOTE_SIZE_MAX, &request.note, e) ||
        !note_parse(request.note, &note, e) || !checkpoint_parse(note.text, &c, e))
        return false;
    if (args->log) {
        if (!log_key_read(args->log, c.origin, &log_key, e))
            return false;
        request.log_key = &log_key;
    }
    if (args->proof) {
        if (!file_read(a, args->proof, 1 << 20, &text, e) || !log_proof_read(a, text, &proof, e))
            return false;
        request.proof = &proof.proof;
    }
    if (!witness_cosign(&w, &request, a, &line, e))
        return false;
    buf_put(&out, request.note);
    buf_put(&out, line);
    return log_print(&out, e);
}

int log_witness(int argc, char **argv)
{
    AUTO(arena_drop) struct arena a = ARENA(LOG_ARENA);
    struct witness_args args = {0};
    struct err e = {0};
    bool done;
    const struct opt_command command = {
        .name = "log witness",
        .usage = "--key FILE --state DIR [--log KEY] [--proof FILE] CHECKPOINT",
        .en = "cosign a checkpoint after checking that the log only grew",
        .ja = "追記のみであることを確かめてチェックポイントに連署",
        .more_en =
            "Prints the checkpoint with the cosignature added (C2SP cosignature/v1). A log that "
            "became "
            "shorter, or shows two roots for one size, is refused. What is cosigned is on the "
            "disk before it is printed.",
        .more_ja =
            "連署を加えたチェックポイント（C2SP cosignature/v1）を表示します。短くなったログや、"
            "同じ大きさで根が異なるログは拒みます。表示の前に記憶をディスクへ書きます。",
        .options = options,
        .rest = &args.notes,
    };
    int code =
        log_parsed("witness", opt_parse(&command, argc - 1, argv + 1, &args, &a, &e), &e, &done);
    if (done)
        return code;
    if (args.notes.count != 1)
        err_set(&e, ERR_INVALID, "one CHECKPOINT file, please ('-' is standard input)");
    else if (cosign(&args, &a, &e))
        return LOG_OK;
    log_fail("witness", &e);
    return e.code == ERR_CONFLICT || e.code == ERR_DENIED || e.code == ERR_INVALID ? LOG_FOUND_FAULT
                                                                                   : LOG_FAILED;
}
