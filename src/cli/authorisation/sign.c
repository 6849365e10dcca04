/* sign.c - hinomi authorisation sign, key and half: signatures, and the keys behind them. */
#include "authorisation_private.h"
#include "core/io.h"
#include "core/time.h"
#include "law/pseudonym.h"
#include "law/signing.h"

enum { OUT_MAX = 2 * AUTHORISATION_MAX, SECONDS_A_DAY = 86400 };

/* --- sign --- */

struct sign_args {
    struct opt_list files, conditions;
    const char *key, *as, *organisation, *at, *out;
};

static const struct opt sign_options[] = {
    {"key", 'k', OPT_TEXT, offsetof(struct sign_args, key), "FILE", "the secret key that signs",
     "署名する秘密鍵", .required = true},
    {"as", 0, OPT_TEXT, offsetof(struct sign_args, as), "ROLE",
     "applicant, owner, party or commission", "applicant・owner・party・commission のいずれか",
     .required = true},
    {"organisation", 0, OPT_TEXT, offsetof(struct sign_args, organisation), "NAME",
     "of a member of the commission: as the trust file names it",
     "委員会の名称（信頼ファイルの記載どおり）"},
    {"condition", 'c', OPT_LIST, offsetof(struct sign_args, conditions), "TEXT",
     "a condition of the decision; the first member sets them", "決定の条件。最初の委員が定める"},
    {"at", 0, OPT_TEXT, offsetof(struct sign_args, at), "TIME",
     "when it was decided (default: now); the first member sets it",
     "決定の日時（既定: 現在）。最初の委員が定める"},
    {"out", 'o', OPT_TEXT, offsetof(struct sign_args, out), "FILE",
     "where the signed file goes (default: over the one read)",
     "署名済みファイルの出力先（既定: 上書き）"},
    {0}};

static struct opt_command sign_command(struct sign_args *args)
{
    return (struct opt_command){
        .name = "authorisation sign",
        .usage = "FILE --key KEYFILE --as ROLE [--condition TEXT…] [-o FILE]",
        .en = "sign an authorisation",
        .ja = "認可に署名する",
        .more_en =
            "The file may be an edited draft; what is written is its canonical form. Members of "
            "the commission sign one after the other, each the same time and conditions.\n"
            "Exit code: 0 signed; 2 not.\n"
            "Example: hinomi authorisation sign own.json --key owner.key --as owner",
        .more_ja = "編集した案にも署名でき、正規形で書き出します。委員は順に、同じ日時と条件に"
                   "署名します。\n終了コード: 0 署名した。2 できない。\n"
                   "例: hinomi authorisation sign own.json --key owner.key --as owner",
        .options = sign_options,
        .rest = &args->files,
    };
}

static bool sign(const struct sign_args *args, struct arena *a, struct err *e)
{
    AUTO(key_wipe) struct key_secret key = {0};
    AUTO(buf_drop) struct buf out = BUF(OUT_MAX);
    struct authorisation_act act = {.key = &key, .organisation = auth_str(args->organisation)};
    struct str bytes;
    struct clock *clock = clock_real();
    if (args->files.count != 1)
        return err_set(e, ERR_INVALID, "one file at a time");
    if (!sign_role_named(auth_str(args->as), &act.role))
        return err_set(e, ERR_INVALID, "--as applicant, owner, party or commission");
    struct str *conditions = arena_array(a, struct str, args->conditions.count + 1);
    for (size_t i = 0; i < args->conditions.count; i++)
        conditions[i] = auth_str(args->conditions.items[i]);
    act.conditions = conditions;
    act.condition_count = args->conditions.count;
    if (!auth_time(args->at, clock->now(clock), &act.decided_at, "--at", e) ||
        !key_load(args->key, &key, e) ||
        !file_read(a, args->files.items[0], AUTHORISATION_MAX, &bytes, e) ||
        !authorisation_sign(bytes, &act, &out, e))
        return false;
    return auth_write(args->out ? args->out : args->files.items[0], buf_str(&out), e);
}

int authorisation_sign_verb(int argc, char **argv)
{
    AUTO(arena_drop) struct arena a = ARENA(AUTHORISATION_MEMORY);
    struct sign_args args = {0};
    struct opt_command command = sign_command(&args);
    struct err e = {0};
    int code;
    if (!auth_parse(&command, argc, argv, &args, &a, &code))
        return code;
    return sign(&args, &a, &e) ? AUTH_GOOD : auth_fail("sign", &e);
}

/* --- key --- */

struct key_args {
    const char *out, *of;
};

static const struct opt key_options[] = {{"out", 'o', OPT_TEXT, offsetof(struct key_args, out),
                                          "FILE", "make a key here (never over a file)",
                                          "ここに鍵を作る（上書きしない）"},
                                         {"of", 0, OPT_TEXT, offsetof(struct key_args, of), "FILE",
                                          "an existing secret key", "既存の秘密鍵"},
                                         {0}};

static const struct opt_command key_command = {
    .name = "authorisation key",
    .usage = "-o FILE | --of FILE",
    .en = "make a signing key, or read one; print the public key",
    .ja = "署名鍵を作る、または読み、公開鍵を表示",
    .more_en = "Example: hinomi authorisation key -o owner.key",
    .more_ja = "例: hinomi authorisation key -o owner.key",
    .options = key_options,
};

int authorisation_key(int argc, char **argv)
{
    AUTO(arena_drop) struct arena a = ARENA(1 << 20);
    AUTO(key_wipe) struct key_secret key = {0};
    struct key_args args = {0};
    struct err e = {0};
    char text[KEY_TEXT_SIZE];
    int code;
    if (!auth_parse(&key_command, argc, argv, &args, &a, &code))
        return code;
    if (!args.out == !args.of) {
        (void)err_set(&e, ERR_INVALID, "either -o FILE or --of FILE");
        return auth_fail("key", &e);
    }
    if (args.out)
        key_generate(&key);
    if (!(args.out ? key_save(args.out, &key, &e) : key_load(args.of, &key, &e)))
        return auth_fail("key", &e);
    struct key_public public = key_public_of(&key);
    printf(STR_FMT "\n", STR_ARG(key_public_format(&public, text)));
    return AUTH_GOOD;
}

/* --- half --- */

struct half_args {
    const char *epoch, *custodian, *from, *out, *law;
    int64_t days;
};

static const struct opt half_options[] = {
    {"epoch", 0, OPT_TEXT, offsetof(struct half_args, epoch), "NAME",
     "both custodians give the same name", "双方の保管者が同じ名前を付ける", .required = true},
    {"custodian", 0, OPT_TEXT, offsetof(struct half_args, custodian), "WHO", "NCO or COMMISSION",
     "NCO または COMMISSION", .required = true},
    {"from", 0, OPT_TEXT, offsetof(struct half_args, from), "TIME", "first instant of the epoch",
     "期間の最初の時刻", .required = true},
    {"days", 'd', OPT_INT, offsetof(struct half_args, days), "N",
     "how long (default: the most the law tables allow)", "日数（既定: 法令表の上限）", .least = 1,
     .most = INT16_MAX},
    {"law", 0, OPT_TEXT, offsetof(struct half_args, law), "DIR", "law tables (default: built in)",
     "法令表（既定: 組込み）"},
    {"out", 'o', OPT_TEXT, offsetof(struct half_args, out), "FILE", "where the half goes",
     "片割れの出力先", .required = true},
    {0}};

static const struct opt_command half_command = {
    .name = "authorisation half",
    .usage = "--epoch NAME --custodian NCO|COMMISSION --from TIME [--days N] -o FILE",
    .en = "make one custodian's half of a pseudonym key",
    .ja = "仮名鍵の、保管者一者の片割れを作る",
    .more_en = "Each custodian makes its own half and keeps it. The sensor needs both; so does "
               "reidentify.\n"
               "Example: hinomi authorisation half --epoch 2027-4 --custodian NCO --from "
               "2027-11-01T00:00:00Z -o nco.half",
    .more_ja = "各保管者が自分の片割れを作り、保管します。センサーと reidentify "
               "には両方が必要です。\n"
               "例: hinomi authorisation half --epoch 2027-4 --custodian NCO --from "
               "2027-11-01T00:00:00Z -o nco.half",
    .options = half_options,
};

int authorisation_half(int argc, char **argv)
{
    AUTO(arena_drop) struct arena a = ARENA(LAW_MEMORY);
    struct half_args args = {0};
    const struct law *law;
    struct err e = {0};
    int64_t from;
    int code;
    if (!auth_parse(&half_command, argc, argv, &args, &a, &code))
        return code;
    if (!law_open(&a, args.law, &law, &e) || !auth_time(args.from, 0, &from, "--from", &e))
        return auth_fail("half", &e);
    int64_t days = args.days ? args.days : law->parameters.pseudonym_epoch_days;
    struct pseudonym_terms terms = {.epoch = auth_str(args.epoch),
                                    .custodian = auth_str(args.custodian),
                                    .from = from,
                                    .to = from + days * SECONDS_A_DAY * TIME_SECOND};
    if (!pseudonym_half_new(law, args.out, &terms, &e))
        return auth_fail("half", &e);
    return AUTH_GOOD;
}
