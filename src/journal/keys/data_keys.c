/* data_keys.c - keys.db. See keys_private.h for the format and its reasons. */
#include "journal/keys/keys_private.h"

#include "core/digest.h"
#include "core/rd.h"
#include "core/vec.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    RECORD = 128,
    AT_DAY = 4,
    AT_ID = 8,
    AT_SUBJECT = 16,
    AT_NONCE = 48,
    AT_WRAPPED = 72,
    WRAPPED = DATA_KEY_SIZE + crypto_aead_xchacha20poly1305_ietf_ABYTES,
    LIVE = 1,
    DESTROYED = 2,
};
_Static_assert(AT_WRAPPED + WRAPPED <= RECORD, "a record holds its parts");

static const char head_text[] = "hinomi keys 1\n";

struct known { /* what a record is about; the key itself stays in the file */
    uint8_t subject[SHA256_SIZE];
    int32_t day;
    uint8_t state;
};

struct data_keys {
    int fd;
    uint8_t wrap[DATA_KEY_SIZE];
    VEC(struct known) records; /* record i has id i + 1 */
    uint64_t *slots;           /* ids by (subject, day), open addressing; 0: empty */
    size_t mask;
};

/* The subject's digest is already evenly spread. */
static size_t slot_of(const struct data_keys *k, const struct known *r)
{
    uint64_t h;
    memcpy(&h, r->subject, sizeof h);
    return (size_t)((h + (uint64_t)(uint32_t)r->day * UINT64_C(0x9e3779b97f4a7c15)) & k->mask);
}

static void index_one(struct data_keys *k, uint64_t id)
{
    size_t at = slot_of(k, &k->records.ptr[id - 1]);
    while (k->slots[at])
        at = (at + 1) & k->mask;
    k->slots[at] = id;
}

static void grow_index(struct data_keys *k)
{
    size_t size = k->mask ? 2 * (k->mask + 1) : 256;
    free(k->slots);
    k->slots = calloc(size, sizeof *k->slots);
    if (!k->slots)
        abort();
    k->mask = size - 1;
    for (uint64_t id = 1; id <= k->records.len; id++)
        index_one(k, id);
}

/* The live record of (subject, day); 0 when there is none. */
static uint64_t look_up(const struct data_keys *k, const struct known *want)
{
    for (size_t at = slot_of(k, want); k->slots[at]; at = (at + 1) & k->mask) {
        const struct known *r = &k->records.ptr[k->slots[at] - 1];
        if (r->state == LIVE && r->day == want->day &&
            memcmp(r->subject, want->subject, sizeof r->subject) == 0)
            return k->slots[at];
    }
    return 0;
}

static void add_known(struct data_keys *k, const struct known *r)
{
    vec_push(&k->records, *r);
    if (2 * k->records.len > k->mask)
        grow_index(k);
    else
        index_one(k, k->records.len);
}

static off_t place(uint64_t id)
{
    return (off_t)(id * RECORD); /* the head has the place of id 0 */
}

static bool read_at(int fd, uint64_t id, uint8_t record[RECORD])
{
    return pread(fd, record, RECORD, place(id)) == RECORD;
}

static bool write_at(int fd, uint64_t id, const uint8_t record[RECORD], struct err *e)
{
    return pwrite(fd, record, RECORD, place(id)) == RECORD ||
           err_set(e, ERR_IO, "keys.db: %s", strerror(errno));
}

static void put_le(uint8_t *out, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        out[i] = (uint8_t)(value >> 8 * i);
}

static uint64_t get_le(const uint8_t *in, int bytes)
{
    uint64_t value = 0;
    for (int i = bytes - 1; i >= 0; i--)
        value = value << 8 | in[i];
    return value;
}

/* Stops at the first record that is not whole. */
static void load(struct data_keys *k)
{
    uint8_t record[RECORD];
    for (uint64_t id = 1; read_at(k->fd, id, record); id++) {
        struct known r = {.state = record[0], .day = (int32_t)(uint32_t)get_le(record + AT_DAY, 4)};
        memcpy(r.subject, record + AT_SUBJECT, sizeof r.subject);
        if ((r.state != LIVE && r.state != DESTROYED) || get_le(record + AT_ID, 8) != id)
            break;
        add_known(k, &r);
    }
}

static bool begin_file(int fd, struct err *e)
{
    uint8_t head[RECORD] = {0};
    struct stat st;
    if (fstat(fd, &st) != 0)
        return err_set(e, ERR_IO, "keys.db: %s", strerror(errno));
    if (st.st_size >= RECORD)
        return (read_at(fd, 0, head) && memcmp(head, head_text, sizeof head_text - 1) == 0) ||
               err_set(e, ERR_INVALID, "keys.db is not a file of keys");
    memcpy(head, head_text, sizeof head_text - 1);
    return write_at(fd, 0, head, e) &&
           (fdatasync(fd) == 0 || err_set(e, ERR_IO, "keys.db: %s", strerror(errno)));
}

bool data_keys_open(const char *path, const uint8_t wrap[DATA_KEY_SIZE],
                    struct data_keys **ret_keys, struct err *e)
{
    int fd = path ? open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)
                  : memfd_create("keys", MFD_CLOEXEC);
    if (fd < 0)
        return err_set(e, ERR_IO, "%s: %s", path ? path : "memory for keys", strerror(errno));
    if (!begin_file(fd, e)) {
        close(fd);
        return false;
    }
    struct data_keys *k = calloc(1, sizeof *k);
    if (!k)
        abort();
    k->fd = fd;
    memcpy(k->wrap, wrap, sizeof k->wrap);
    grow_index(k);
    load(k);
    *ret_keys = k;
    return true;
}

void data_keys_close(struct data_keys *k)
{
    if (!k)
        return;
    close(k->fd);
    vec_drop(&k->records);
    free(k->slots);
    sodium_memzero(k, sizeof *k);
    free(k);
}

int data_keys_fd(const struct data_keys *k)
{
    return k->fd;
}

static struct known known_of(struct str subject, int32_t day)
{
    struct known r = {.day = day, .state = LIVE};
    sha256_of(subject, r.subject);
    return r;
}

static bool draw(struct data_keys *k, const struct known *r, struct data_key *ret_key,
                 struct err *e)
{
    uint8_t record[RECORD] = {LIVE};
    struct data_key key = {.id = k->records.len + 1};
    random_bytes(key.bytes, sizeof key.bytes);
    put_le(record + AT_DAY, (uint32_t)r->day, 4);
    put_le(record + AT_ID, key.id, 8);
    memcpy(record + AT_SUBJECT, r->subject, sizeof r->subject);
    random_bytes(record + AT_NONCE, AT_WRAPPED - AT_NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(record + AT_WRAPPED, NULL, key.bytes,
                                               sizeof key.bytes, record + AT_DAY, AT_NONCE - AT_DAY,
                                               NULL, record + AT_NONCE, k->wrap);
    if (!write_at(k->fd, key.id, record, e))
        return false;
    add_known(k, r);
    *ret_key = key;
    return true;
}

bool data_keys_for(struct data_keys *k, struct str subject, int32_t day, struct data_key *ret_key,
                   struct err *e)
{
    struct known want = known_of(subject, day);
    uint64_t id = look_up(k, &want);
    return id ? data_keys_find(k, id, ret_key, e) : draw(k, &want, ret_key, e);
}

bool data_keys_find(struct data_keys *k, uint64_t id, struct data_key *ret_key, struct err *e)
{
    uint8_t record[RECORD];
    if (id == 0 || id > k->records.len || k->records.ptr[id - 1].state != LIVE)
        return err_set(e, ERR_NOT_FOUND, "data key %llu was destroyed", (unsigned long long)id);
    if (!read_at(k->fd, id, record))
        return err_set(e, ERR_IO, "keys.db: %s", strerror(errno));
    ret_key->id = id;
    return crypto_aead_xchacha20poly1305_ietf_decrypt(ret_key->bytes, NULL, NULL,
                                                      record + AT_WRAPPED, WRAPPED, record + AT_DAY,
                                                      AT_NONCE - AT_DAY, record + AT_NONCE,
                                                      k->wrap) == 0 ||
           err_set(e, ERR_IO, "keys.db: key %llu does not open with this payload key",
                   (unsigned long long)id);
}

static bool destroy(struct data_keys *k, uint64_t id, struct err *e)
{
    uint8_t record[RECORD];
    if (!read_at(k->fd, id, record))
        return err_set(e, ERR_IO, "keys.db: %s", strerror(errno));
    record[0] = DESTROYED;
    memset(record + AT_NONCE, 0, RECORD - AT_NONCE);
    if (!write_at(k->fd, id, record, e))
        return false;
    k->records.ptr[id - 1].state = DESTROYED;
    return true;
}

/* All records are looked through: erasing is rare, and a subject's days are not. */
bool data_keys_erase(struct data_keys *k, struct str subject, int32_t from, int32_t to,
                     struct err *e)
{
    struct known want = known_of(subject, from);
    for (uint64_t id = 1; id <= k->records.len; id++) {
        const struct known *r = &k->records.ptr[id - 1];
        if (r->state == LIVE && r->day >= from && r->day <= to &&
            memcmp(r->subject, want.subject, sizeof r->subject) == 0 && !destroy(k, id, e))
            return false;
    }
    return data_keys_sync(k, e);
}

bool data_keys_sync(struct data_keys *k, struct err *e)
{
    return fdatasync(k->fd) == 0 || err_set(e, ERR_IO, "keys.db: %s", strerror(errno));
}
