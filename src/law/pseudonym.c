/* pseudonym.c - halves of a key, joined in locked memory, and what they make. See pseudonym.h. */
#include "law/pseudonym.h"

#include "core/ascii.h"
#include "core/encode.h"
#include "core/io.h"
#include "core/jsonw.h"
#include "core/keys.h"
#include "core/locked.h"
#include "shape_private.h"

#include <errno.h>
#include <fcntl.h>
#include <nettle/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HALF_SIZE = 32, HALF_TEXT_MAX = 2 * HALF_SIZE, TAG_SIZE = 16, HALF_FILE_MAX = 4096 };
#define PREFIX "p1:"
#define HALF_SCHEMA "hinomi-pseudonym-half-1"
#define DAY (INT64_C(86400) * TIME_SECOND)

struct half { /* as a file says it; the half itself apart */
    struct str schema;
    struct pseudonym_terms terms;
};

struct pseudonym_key {
    struct locked room; /* the joined key */
    char epoch[PSEUDONYM_EPOCH_MAX + 1];
    int64_t from, to;
    struct clock *clock;
};

static const struct shape_member half_members[] = {
    SHAPE_MEMBER(struct half, schema, SHAPE_TEXT),
    SHAPE_AT("epoch", struct half, terms.epoch, SHAPE_TEXT),
    SHAPE_AT("custodian", struct half, terms.custodian, SHAPE_TEXT),
    SHAPE_AT("from", struct half, terms.from, SHAPE_TIME_UTC),
    SHAPE_AT("to", struct half, terms.to, SHAPE_TIME_UTC),
    {.name = S_("half"), .kind = SHAPE_OTHER},
};
static const struct shape half_shape = SHAPE(struct half, half_members);

static bool epoch_sound(struct str epoch)
{
    for (size_t i = 0; i < epoch.len; i++)
        if (!ascii_is_alnum(epoch.ptr[i]) && epoch.ptr[i] != '-' && epoch.ptr[i] != '.')
            return false;
    return epoch.len && epoch.len <= PSEUDONYM_EPOCH_MAX;
}

static bool custodian_known(struct str custodian)
{
    return str_eq(custodian, S("NCO")) || str_eq(custodian, S("COMMISSION"));
}

static bool terms_sound(const struct law *law, const struct pseudonym_terms *h, struct err *e)
{
    int64_t most = law->parameters.pseudonym_epoch_days;
    if (!epoch_sound(h->epoch))
        return err_set(e, ERR_INVALID, "an epoch is named by up to %d letters, digits, '-' and '.'",
                       PSEUDONYM_EPOCH_MAX);
    if (!custodian_known(h->custodian))
        return err_set(e, ERR_INVALID, "a custodian is NCO or COMMISSION");
    if (h->to <= h->from || (h->to - h->from - 1) / DAY >= most)
        return err_set(e, ERR_INVALID, "an epoch lasts up to %lld days", (long long)most);
    return true;
}

/* --- a half as a file --- */

bool pseudonym_half_new(const struct law *law, const char *path,
                        const struct pseudonym_terms *terms, struct err *e)
{
    AUTO(buf_drop) struct buf text = BUF(HALF_FILE_MAX);
    AUTO(buf_drop) struct buf coded = BUF(HALF_TEXT_MAX);
    uint8_t bytes[HALF_SIZE];
    if (!terms_sound(law, terms, e))
        return false;
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return err_set(e, errno == EEXIST ? ERR_CONFLICT : ERR_IO, "%s: %s", path, strerror(errno));
    random_bytes(bytes, sizeof bytes);
    base64_put(&coded, bytes, sizeof bytes);
    struct jsonw w = JSONW(&text);
    jw_object(&w);
    jw_member_cstr(&w, "schema", HALF_SCHEMA);
    jw_member_str(&w, "epoch", terms->epoch);
    jw_member_str(&w, "custodian", terms->custodian);
    jw_member_time(&w, "from", terms->from);
    jw_member_time(&w, "to", terms->to);
    jw_member_str(&w, "half", buf_str(&coded));
    jw_end(&w);
    buf_byte(&text, '\n');
    bool saved = fd_write_all(fd, buf_str(&text), e);
    if (saved && fsync(fd) != 0)
        saved = err_set(e, ERR_IO, "fsync: %s", strerror(errno));
    close(fd);
    locked_wipe(bytes, sizeof bytes);
    locked_wipe(coded.ptr, coded.len);
    locked_wipe(text.ptr, text.len);
    if (!saved)
        unlink(path);
    return saved || err_wrap(e, "%s", path);
}

/* The file's text into `room`. A half that others may read is refused. */
static bool read_private(const char *path, char room[HALF_FILE_MAX], struct str *ret, struct err *e)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_set(e, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "%s", strerror(errno));
    bool mine = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
    bool shut = mine && !(st.st_mode & (S_IRWXG | S_IRWXO));
    ssize_t n = shut ? read(fd, room, HALF_FILE_MAX) : -1;
    close(fd);
    if (!mine)
        return err_set(e, ERR_INVALID, "not a file");
    if (!shut)
        return err_set(e, ERR_DENIED, "open to others (mode %o, want 600)",
                       (unsigned)st.st_mode & 07777);
    if (n < 0 || n == HALF_FILE_MAX)
        return err_set(e, ERR_INVALID, "not a half of a key");
    *ret = (struct str){room, (size_t)n};
    return true;
}

/* Adds the half to the key. The base64 text is a slice of `room`, never a copy in the arena, so that wiping
 * `room` leaves no half behind. */
static bool read_half(const struct law *law, const char *path, struct arena *a, struct half *ret,
                      uint8_t key[HALF_SIZE], struct err *e)
{
    char room[HALF_FILE_MAX];
    struct str text = STR_NONE;
    struct shape_reader r = {.memory = a, .e = e};
    AUTO(buf_drop) struct buf bytes = BUF(HALF_TEXT_MAX);
    if (!read_private(path, room, &text, e))
        return err_wrap(e, "%s", path);
    const struct json *tree = json_parse(a, text, e);
    bool good = tree && shape_read(&r, &half_shape, tree, ret) && terms_sound(law, &ret->terms, e);
    struct str coded = json_text(tree, S("half"));
    if (good && (!str_eq(ret->schema, S(HALF_SCHEMA)) || !base64_read(coded, &bytes) ||
                 bytes.len != HALF_SIZE))
        good = err_set(e, ERR_INVALID, "not a half of a key");
    for (size_t i = 0; good && i < HALF_SIZE; i++)
        key[i] ^= (uint8_t)bytes.ptr[i];
    locked_wipe(room, sizeof room);
    if (bytes.ptr)
        locked_wipe(bytes.ptr, bytes.cap);
    return good || err_wrap(e, "%s", path);
}

bool pseudonym_join(const struct law *law, const char *const paths[2], struct clock *clock,
                    struct pseudonym_key **ret, struct err *e)
{
    AUTO(arena_drop) struct arena memory = ARENA(1 << 20);
    AUTO(pseudonym_key_drop) struct pseudonym_key *k = calloc(1, sizeof *k);
    struct half first = {0}, second = {0};
    if (!k)
        abort();
    if (!locked_new(HALF_SIZE, &k->room, e) ||
        !read_half(law, paths[0], &memory, &first, k->room.bytes, e) ||
        !read_half(law, paths[1], &memory, &second, k->room.bytes, e))
        return false;
    const struct pseudonym_terms *a = &first.terms, *b = &second.terms;
    if (str_eq(a->custodian, b->custodian))
        return err_set(e, ERR_DENIED,
                       "both halves are " STR_FMT "'s: the other custodian's is needed",
                       STR_ARG(a->custodian));
    if (!str_eq(a->epoch, b->epoch) || a->from != b->from || a->to != b->to)
        return err_set(e, ERR_INVALID, "the halves are of two epochs");
    snprintf(k->epoch, sizeof k->epoch, STR_FMT, STR_ARG(a->epoch));
    k->from = a->from;
    k->to = a->to;
    k->clock = clock;
    *ret = TAKE(k);
    return true;
}

void pseudonym_key_drop(struct pseudonym_key **k)
{
    if (!*k)
        return;
    locked_drop(&(*k)->room);
    free(*k);
    *k = NULL;
}

bool pseudonym_key_locked(const struct pseudonym_key *k)
{
    return k->room.held;
}

struct str pseudonym_epoch(const struct pseudonym_key *k)
{
    return (struct str){k->epoch, strlen(k->epoch)};
}

/* --- pseudonyms --- */

enum { VALUE_MAX = 512 };

static bool dropped(struct str kind, char c)
{
    if (!str_eq(kind, S("phone_no")) && !str_eq(kind, S("device_subscriber_id")))
        return false;
    return c == ' ' || c == '.' || c == '-' || c == '(' || c == ')' || c == '\t';
}

/* The value as all who mean the same write it; false when nothing is left, or it is too long. */
static bool normalise_value(struct str kind, struct str clear, uint8_t out[VALUE_MAX],
                            size_t *ret_len)
{
    bool lower = str_eq(kind, S("mail_addr"));
    size_t n = 0;
    while (clear.len && ascii_is_space(clear.ptr[0]))
        clear = str_skip(clear, 1);
    while (clear.len && ascii_is_space(clear.ptr[clear.len - 1]))
        clear.len--;
    if (clear.len > VALUE_MAX)
        return false;
    for (size_t i = 0; i < clear.len; i++)
        if (!dropped(kind, clear.ptr[i]))
            out[n++] = (uint8_t)(lower ? ascii_lower(clear.ptr[i]) : clear.ptr[i]);
    *ret_len = n;
    return n != 0;
}

size_t pseudonym_make(const void *key, const char *kind, struct str clear, char out[PSEUDONYM_SIZE])
{
    const struct pseudonym_key *k = key;
    struct hmac_sha256_ctx mac;
    uint8_t value[VALUE_MAX], tag[TAG_SIZE];
    size_t len, at = 0;
    int64_t now = k->clock ? k->clock->now(k->clock) : k->from;
    if (now < k->from || now >= k->to ||
        !normalise_value((struct str){kind, strlen(kind)}, clear, value, &len))
        return 0;
    hmac_sha256_set_key(&mac, HALF_SIZE, k->room.bytes);
    hmac_sha256_update(&mac, strlen(kind) + 1, (const uint8_t *)kind);
    hmac_sha256_update(&mac, len, value);
    hmac_sha256_digest(&mac, sizeof tag, tag);
    locked_wipe(&mac, sizeof mac);
    locked_wipe(value, sizeof value);
    struct str parts[] = {S(PREFIX), pseudonym_epoch(k), S(":")};
    for (size_t i = 0; i < COUNT(parts); i++) {
        memcpy(out + at, parts[i].ptr, parts[i].len);
        at += parts[i].len;
    }
    hex_write(out + at, tag, sizeof tag);
    at += 2 * sizeof tag;
    out[at] = '\0';
    return at;
}

bool pseudonym_is(struct str text, struct str *ret_epoch)
{
    struct str digits, epoch;
    uint8_t tag[TAG_SIZE];
    if (!str_starts(text, S(PREFIX)) || text.len >= PSEUDONYM_SIZE)
        return false;
    epoch = str_cut(str_skip(text, sizeof PREFIX - 1), ':', &digits);
    if (!epoch_sound(epoch) || digits.len != 2 * sizeof tag || !hex_read(digits, tag, sizeof tag))
        return false;
    for (size_t i = 0; i < digits.len; i++)
        if (ascii_lower(digits.ptr[i]) != digits.ptr[i])
            return false;
    if (ret_epoch)
        *ret_epoch = epoch;
    return true;
}
