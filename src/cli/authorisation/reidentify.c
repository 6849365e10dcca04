/* reidentify.c - hinomi authorisation reidentify: which of these values has that pseudonym?
 *
 * Needs both halves of the epoch's key, a purpose that the law tables know, a case, and a signature. The act
 * is recorded (law/reidentification.h), and durable, before any answer is printed: in a file, in a node's
 * journal, or both. */
#include "authorisation_private.h"
#include "cli/peer.h"
#include "core/encode.h"
#include "core/io.h"
#include "core/time.h"
#include "http/client.h"
#include "law/pseudonym.h"
#include "law/reidentification.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

enum { MEMORY_MAX = 512 << 20, CANDIDATES_MAX = 256 << 20, KEYS_MOST = 8 };
enum { HASH_LEN = REIDENTIFICATION_HASH };

struct reid_args {
    struct opt_list halves, keys;
    const char *candidates, *pseudonym, *kind, *purpose, *case_id, *record, *law;
    struct peer node;
};

#define AT(member) offsetof(struct reid_args, member)
static const struct opt options[] = {
    {"half", 0, OPT_LIST, AT(halves), "FILE", "the two halves, one of each custodian",
     "両保管者の片割れ（2 ファイル）", .required = true},
    {"pseudonym", 'p', OPT_TEXT, AT(pseudonym), "P", "the pseudonym, as records hold it",
     "記録にある仮名", .required = true},
    {"kind", 0, OPT_TEXT, AT(kind), "FIELD",
     "mail_addr, phone_no, account_id or device_subscriber_id",
     "mail_addr・phone_no・account_id・device_subscriber_id のいずれか", .required = true},
    {"candidates", 'c', OPT_TEXT, AT(candidates), "FILE", "values to try, one a line",
     "候補の値（1 行に 1 件）", .required = true},
    {"purpose", 0, OPT_TEXT, AT(purpose), "CODE", "what for, as the law tables name it",
     "目的（法令表の語）", .required = true},
    {"case", 0, OPT_TEXT, AT(case_id), "ID", "of which case or measure", "事案または措置の ID",
     .required = true},
    {"key", 'k', OPT_LIST, AT(keys), "FILE", "who signs the record of it; both custodians may",
     "記録に署名する鍵。両保管者の鍵も可", .required = true},
    {"record", 'r', OPT_TEXT, AT(record), "FILE", "file in which the act is recorded (appended)",
     "行為を記録するファイル（追記）"},
    {"node", 0, OPT_TEXT, AT(node.url), "URL", "node in whose journal the act is an entry",
     "行為をジャーナルに残すノード"},
    {"node-key", 0, OPT_TEXT, AT(node.key), "FILE", "file with the key for that node",
     "そのノード用の鍵のファイル"},
    {"pin", 0, OPT_TEXT, AT(node.pin), "sha256//…", "hash of the node's public key",
     "ノードの公開鍵のハッシュ"},
    {"ca", 0, OPT_TEXT, AT(node.ca), "FILE", "authorities that vouch for the node",
     "ノードを保証する認証局"},
    {"law", 0, OPT_TEXT, AT(law), "DIR", "law tables (default: built in)",
     "法令表（既定: 組込み）"},
    {0}};

static const struct opt_command command = {
    .name = "authorisation reidentify",
    .usage =
        "--half A B --pseudonym P --kind FIELD --candidates FILE --purpose CODE --case ID --key "
        "FILE --record FILE | --node URL --node-key FILE",
    .en = "confirm which value a pseudonym stands for",
    .ja = "仮名がどの値を指すかを確認",
    .more_en =
        "One half alone cannot. The act is signed and recorded before the answer is printed, "
        "whatever the answer is: in a file, as an entry of a node's journal, or both.\n"
        "Exit code: 0 confirmed, the value is printed; 1 none of the candidates; 2 not done.\n"
        "Example: hinomi authorisation reidentify --half nco.half commission.half --pseudonym "
        "p1:2027-4:… --kind mail_addr --candidates list.txt --purpose DAMAGE_PREVENTION --case "
        "C-17 --key officer.key --node https://127.0.0.1:8443 --node-key api.key --pin sha256//…",
    .more_ja =
        "片割れ一つでは確認できません。答えにかかわらず、表示の前に行為を署名付きで記録します"
        "（ファイル、ノードのジャーナル、または両方）。\n"
        "終了コード: 0 確認（値を表示）。1 候補に該当なし。2 実行できない。\n"
        "例: hinomi authorisation reidentify --half nco.half commission.half --pseudonym "
        "p1:2027-4:… --kind mail_addr --candidates list.txt --purpose DAMAGE_PREVENTION --case "
        "C-17 --key officer.key --node https://127.0.0.1:8443 --node-key api.key --pin sha256//…",
    .options = options,
};

struct reid {
    const struct reid_args *args;
    const struct law *law;
    struct pseudonym_key *key;
    struct str found; /* STR_NONE: no candidate has it */
    size_t tried;
};

static bool sound(struct reid *r, struct err *e)
{
    const struct reid_args *args = r->args;
    const struct law_purpose *p = law_purpose(r->law, auth_str(args->purpose));
    struct str epoch, text = auth_str(args->case_id);
    if (!args->record && !args->node.url)
        return err_set(e, ERR_INVALID, "where is it recorded? --record FILE, or --node URL");
    if (args->node.url && !args->node.key)
        return err_set(e, ERR_INVALID, "--node needs --node-key FILE");
    if (args->halves.count != 2)
        return err_set(e, ERR_DENIED, "both halves are needed, one of each custodian");
    if (!p || p->needs_consent)
        return err_set(e, ERR_DENIED, "no purpose \"%.40s\" for this", args->purpose);
    if (!text.len)
        return err_set(e, ERR_INVALID, "--case is empty");
    bool known = false;
    for (size_t i = 0; i < r->law->fields.nonid.count; i++)
        known |= str_eq(r->law->fields.nonid.ptr[i], auth_str(args->kind));
    if (!known)
        return err_set(e, ERR_INVALID, "--kind: no field \"%.40s\" becomes a pseudonym",
                       args->kind);
    if (!pseudonym_is(auth_str(args->pseudonym), &epoch))
        return err_set(e, ERR_INVALID, "--pseudonym: not the form of one");
    if (!pseudonym_join(r->law, (const char *const[]){args->halves.items[0], args->halves.items[1]},
                        NULL, &r->key, e))
        return err_wrap(e, "--half");
    return str_eq(epoch, pseudonym_epoch(r->key)) ||
           err_set(e, ERR_INVALID, "the pseudonym is of another epoch than the halves");
}

static bool look(struct reid *r, struct arena *a, struct err *e)
{
    struct str text, line, wanted = auth_str(r->args->pseudonym);
    char made[PSEUDONYM_SIZE];
    if (!file_read(a, r->args->candidates, CANDIDATES_MAX, &text, e))
        return err_wrap(e, "--candidates");
    while (text.len) {
        line = str_cut(text, '\n', &text);
        size_t len = pseudonym_make(r->key, r->args->kind, line, made);
        r->tried += len != 0;
        if (len && str_eq((struct str){made, len}, wanted))
            r->found = line;
    }
    return true;
}

/* --- the record of it --- */

static bool write_line(const struct reid *r, const char *prev, struct buf *line, struct err *e)
{
    struct key_secret keys[KEYS_MOST] = {0};
    const struct opt_list *files = &r->args->keys;
    struct clock *clock = clock_real();
    struct reidentification act = {
        .time = clock->now(clock),
        .candidates = (int64_t)r->tried,
        .confirmed = r->found.len != 0,
        .pseudonym = auth_str(r->args->pseudonym),
        .kind = auth_str(r->args->kind),
        .purpose = auth_str(r->args->purpose),
        .case_id = auth_str(r->args->case_id),
        .prev = auth_str(prev),
    };
    bool ok = files->count <= KEYS_MOST || err_set(e, ERR_LIMIT, "--key: %d at most", KEYS_MOST);
    for (size_t i = 0; ok && i < files->count; i++)
        ok = key_load(files->items[i], &keys[i], e) || err_wrap(e, "--key");
    ok = ok && reidentification_sign(&act, keys, files->count, line, e);
    for (size_t i = 0; i < KEYS_MOST; i++)
        key_wipe(&keys[i]);
    return ok;
}

/* SHA-256 of the last line, without its newline; 64 zeros of an empty file. */
static bool last_hash(const char *path, struct arena *a, char out[HASH_LEN + 1], struct err *e)
{
    struct str text;
    uint8_t digest[SHA256_SIZE] = {0};
    if (!file_read(a, path, CANDIDATES_MAX, &text, e))
        return false;
    if (text.len && text.ptr[text.len - 1] != '\n')
        return err_set(e, ERR_CONFLICT, "its last line is not whole");
    if (text.len) {
        text.len--;
        const char *at = memrchr(text.ptr, '\n', text.len);
        sha256_of(at ? str_skip(text, (size_t)(at - text.ptr) + 1) : text, digest);
    }
    hex_write(out, digest, sizeof digest);
    out[HASH_LEN] = '\0';
    return true;
}

/* On the disk, behind what stands there, in one write: half a line would end the chain. */
static bool record_in_file(const struct reid *r, struct arena *a, struct buf *line, struct err *e)
{
    const char *path = r->args->record;
    char prev[HASH_LEN + 1];
    int fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0 || flock(fd, LOCK_EX) != 0) {
        (void)err_set(e, ERR_IO, "--record %s: %s", path, strerror(errno));
        if (fd >= 0)
            close(fd);
        return false;
    }
    bool kept = last_hash(path, a, prev, e) && write_line(r, prev, line, e) &&
                (buf_byte(line, '\n') || err_set(e, ERR_LIMIT, "too long a record")) &&
                fd_write_all(fd, buf_str(line), e);
    if (kept && fsync(fd) != 0)
        kept = err_set(e, ERR_IO, "fsync: %s", strerror(errno));
    close(fd);
    if (kept)
        line->len--; /* the newline is the file's */
    return kept || err_wrap(e, "--record %s", path);
}

/* In a node's journal: its answer comes when the entry is durable. */
static bool record_at_node(const struct reid *r, struct arena *a, struct str line, struct err *e)
{
    struct http_client *c = NULL;
    struct http_reply reply;
    bool kept = peer_connect(&r->args->node, a, &c, e) &&
                http_ask(c,
                         &(struct http_question){.method = HTTP_POST,
                                                 .path = "/v1/reidentifications",
                                                 .body = line},
                         a, &reply, e) &&
                http_reply_ok(&reply, e);
    http_client_free(c);
    return kept || err_wrap(e, "the journal of %s", r->args->node.url);
}

static bool record(const struct reid *r, struct arena *a, struct err *e)
{
    AUTO(buf_drop) struct buf line = BUF(REIDENTIFICATION_MAX);
    static const char first[] = "0000000000000000000000000000000000000000000000000000000000000000";
    if (!(r->args->record ? record_in_file(r, a, &line, e) : write_line(r, first, &line, e)))
        return false;
    return !r->args->node.url || record_at_node(r, a, buf_str(&line), e);
}

int authorisation_reidentify(int argc, char **argv)
{
    AUTO(arena_drop) struct arena a = ARENA(MEMORY_MAX);
    struct reid_args args = {0};
    struct reid r = {.args = &args};
    struct err e = {0};
    int code;
    if (!auth_parse(&command, argc, argv, &args, &a, &code))
        return code;
    bool done = law_open(&a, args.law, &r.law, &e) && sound(&r, &e) && look(&r, &a, &e) &&
                record(&r, &a, &e);
    pseudonym_key_drop(&r.key);
    if (!done)
        return auth_fail("reidentify", &e);
    if (!r.found.len) {
        fputs(opt_japanese() ? "候補に該当なし。\n" : "None of the candidates.\n", stderr);
        return AUTH_REFUSED;
    }
    printf(STR_FMT "\n", STR_ARG(r.found));
    return AUTH_GOOD;
}
