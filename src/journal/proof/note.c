/* note.c - signed notes and their keys. See note.h. */
#include "journal/note.h"

#include "core/encode.h"

static const struct str dash =
    S_("\xe2\x80\x94 "); /* an em dash and a space lead a signature line */

/* Well-formed UTF-8 without control characters; newline is for the caller to allow. */
static bool is_text(struct str s, bool newlines)
{
    for (size_t i = 0; i < s.len;) {
        uint8_t c = (uint8_t)s.ptr[i];
        size_t n = c < 0x80                ? 1
                   : c >= 0xc2 && c < 0xe0 ? 2
                   : c >= 0xe0 && c < 0xf0 ? 3
                   : c >= 0xf0 && c < 0xf5 ? 4
                                           : 0;
        if (n == 0 || n > s.len - i || c == 0x7f || (c < 0x20 && !(newlines && c == '\n')))
            return false;
        for (size_t k = 1; k < n; k++)
            if (((uint8_t)s.ptr[i + k] & 0xc0) != 0x80)
                return false;
        uint8_t second = n > 1 ? (uint8_t)s.ptr[i + 1] : 0;
        if ((c == 0xe0 && second < 0xa0) || (c == 0xed && second > 0x9f) ||
            (c == 0xf0 && second < 0x90) || (c == 0xf4 && second > 0x8f) ||
            (c == 0xc2 && second < 0xa0)) /* overlong, surrogate, past the end, C1 control */
            return false;
        i += n;
    }
    return true;
}

static bool has(struct str s, struct str needle)
{
    return s.ptr && s.len && memmem(s.ptr, s.len, needle.ptr, needle.len) != NULL;
}

bool note_name_ok(struct str name)
{
    return name.len > 0 && name.len <= NOTE_NAME_MAX && is_text(name, false) &&
           !has(name, S(" ")) && !has(name, S("+")) && !has(name, S("\xc2\xa0")) &&
           !has(name, S("\xe3\x80\x80"));
}

struct note_key note_key(struct str name, uint8_t algorithm, const struct key_public *key)
{
    struct note_key k = {.name = name, .algorithm = algorithm, .key = *key};
    uint8_t digest[SHA256_SIZE];
    const char middle[2] = {'\n', (char)algorithm};
    struct sha256 h;
    sha256_start(&h);
    sha256_add(&h, name);
    sha256_add(&h, (struct str){middle, sizeof middle});
    sha256_add(&h, (struct str){(const char *)key->bytes, sizeof key->bytes});
    sha256_end(&h, digest);
    memcpy(k.id, digest, sizeof k.id);
    return k;
}

void note_key_write(const struct note_key *k, struct buf *out)
{
    uint8_t bytes[1 + KEY_PUBLIC_SIZE] = {k->algorithm};
    memcpy(bytes + 1, k->key.bytes, KEY_PUBLIC_SIZE);
    buf_put(out, k->name);
    buf_byte(out, '+');
    hex_put(out, k->id, sizeof k->id);
    buf_byte(out, '+');
    base64_put(out, bytes, sizeof bytes);
}

bool note_key_parse(struct str text, struct note_key *ret_key, struct err *e)
{
    struct str rest, name = str_cut(text, '+', &rest), id = str_cut(rest, '+', &rest);
    AUTO(buf_drop) struct buf bytes = BUF(64);
    uint8_t said[4] = {0};
    if (!note_name_ok(name) || !hex_read(id, said, sizeof said) || !base64_read(rest, &bytes) ||
        bytes.len != 1 + KEY_PUBLIC_SIZE)
        return err_set(e, ERR_INVALID, "a note key is name+8 hex digits+base64 of 33 bytes");
    uint8_t algorithm = (uint8_t)bytes.ptr[0];
    if (algorithm != NOTE_ED25519 && algorithm != NOTE_COSIGNATURE)
        return err_set(e, ERR_INVALID, "note key of unknown algorithm %u", algorithm);
    struct key_public key;
    memcpy(key.bytes, bytes.ptr + 1, sizeof key.bytes);
    struct note_key k = note_key(name, algorithm, &key);
    if (memcmp(k.id, said, sizeof said) != 0)
        return err_set(e, ERR_INVALID, "note key: the id is not the key's");
    *ret_key = k;
    return true;
}

struct signature {
    struct str name;
    uint8_t bytes[4 + 8 + KEY_SIGNATURE_SIZE]; /* id, time of a cosignature, signature */
    size_t len;                                /* of any other algorithm: only the id is kept */
};

/* One line without its newline. */
static bool read_signature(struct str line, struct signature *ret)
{
    if (!str_starts(line, dash))
        return false;
    struct str encoded;
    ret->name = str_cut(str_skip(line, dash.len), ' ', &encoded);
    AUTO(buf_drop) struct buf bytes = BUF(1 << 14);
    if (!note_name_ok(ret->name) || !base64_read(encoded, &bytes) || bytes.len < 5)
        return false;
    ret->len = bytes.len;
    memcpy(ret->bytes, bytes.ptr, bytes.len < sizeof ret->bytes ? bytes.len : sizeof ret->bytes);
    return true;
}

/* Takes a signature line off *rest. */
static bool next_signature(struct str *rest, struct signature *ret)
{
    if (rest->len == 0)
        return false;
    struct str line = str_cut(*rest, '\n', rest);
    return read_signature(line, ret);
}

bool note_parse(struct str bytes, struct note *ret_note, struct err *e)
{
    if (bytes.len > NOTE_SIZE_MAX)
        return err_set(e, ERR_LIMIT, "note of %zu bytes", bytes.len);
    if (bytes.len < 2 || bytes.ptr[bytes.len - 1] != '\n' || !is_text(bytes, true))
        return err_set(e, ERR_INVALID, "a note is lines of UTF-8 without control characters");
    size_t at = bytes.len - 1;
    while (at > 0 && !(bytes.ptr[at] == '\n' && bytes.ptr[at - 1] == '\n'))
        at--;
    if (at == 0) /* the text holds at least its newline, then comes the empty line */
        return err_set(e, ERR_INVALID, "a note without an empty line before its signatures");
    struct note n = {.text = {bytes.ptr, at}, .signatures = str_skip(bytes, at + 1)};
    struct str rest = n.signatures;
    size_t count = 0;
    for (struct signature s; rest.len;)
        if (++count > NOTE_SIGNATURES_MAX || !next_signature(&rest, &s))
            return err_set(e, ERR_INVALID, "note: line %zu of the signatures is none", count);
    if (count == 0)
        return err_set(e, ERR_INVALID, "a note without a signature");
    *ret_note = n;
    return true;
}

void note_cosignature_message(struct str text, uint64_t seconds, struct buf *out)
{
    buf_fmt(out, "cosignature/v1\ntime %llu\n", (unsigned long long)seconds);
    buf_put(out, text);
}

static uint64_t read_be64(const uint8_t *p)
{
    uint64_t v = 0;
    for (int i = 0; i < 8; i++)
        v = v << 8 | p[i];
    return v;
}

static bool verifies(const struct note *n, const struct signature *s, const struct note_key *k)
{
    if (k->algorithm == NOTE_ED25519)
        return s->len == 4 + KEY_SIGNATURE_SIZE && key_verify_raw(&k->key, n->text, s->bytes + 4);
    if (s->len != 4 + 8 + KEY_SIGNATURE_SIZE)
        return false;
    AUTO(buf_drop) struct buf message = BUF(NOTE_SIZE_MAX + 64);
    note_cosignature_message(n->text, read_be64(s->bytes + 4), &message);
    return key_verify_raw(&k->key, buf_str(&message), s->bytes + 12);
}

static bool is_by(const struct signature *s, const struct note_key *k)
{
    return str_eq(s->name, k->name) && memcmp(s->bytes, k->id, sizeof k->id) == 0;
}

bool note_open(struct str bytes, const struct note_key *keys, size_t count, struct note *ret_note,
               uint64_t *ret_signers, struct err *e)
{
    struct note n = {0};
    if (!note_parse(bytes, &n, e))
        return false;
    uint64_t signers = 0;
    struct str rest = n.signatures;
    for (struct signature s; next_signature(&rest, &s);)
        for (size_t i = 0; i < count && i < 64; i++) {
            if (!is_by(&s, &keys[i]) ||
                signers >> i & 1) /* a second one by the same key says nothing */
                continue;
            if (!verifies(&n, &s, &keys[i]))
                return err_set(e, ERR_DENIED, "note: bad signature of " STR_FMT,
                               STR_ARG(keys[i].name));
            signers |= UINT64_C(1) << i;
        }
    if (!signers)
        return err_set(e, ERR_DENIED, "note: no signature by a key that is known here");
    *ret_note = n;
    if (ret_signers)
        *ret_signers = signers;
    return true;
}

bool note_cosigned_at(const struct note *n, const struct note_key *key, uint64_t *ret_seconds,
                      struct err *e)
{
    struct str rest = n->signatures;
    for (struct signature s; next_signature(&rest, &s);)
        if (key->algorithm == NOTE_COSIGNATURE && is_by(&s, key)) {
            if (!verifies(n, &s, key))
                return err_set(e, ERR_DENIED, "note: bad cosignature of " STR_FMT,
                               STR_ARG(key->name));
            *ret_seconds = read_be64(s.bytes + 4);
            return true;
        }
    return err_set(e, ERR_NOT_FOUND, STR_FMT " did not cosign", STR_ARG(key->name));
}

void note_signature_line(const struct note_key *key, uint64_t seconds,
                         const uint8_t signature[KEY_SIGNATURE_SIZE], struct buf *out)
{
    uint8_t bytes[4 + 8 + KEY_SIGNATURE_SIZE];
    size_t len = sizeof key->id;
    memcpy(bytes, key->id, len);
    if (key->algorithm == NOTE_COSIGNATURE)
        for (int i = 7; i >= 0; i--)
            bytes[len++] = (uint8_t)(seconds >> 8 * i);
    memcpy(bytes + len, signature, KEY_SIGNATURE_SIZE);
    buf_put(out, dash);
    buf_put(out, key->name);
    buf_byte(out, ' ');
    base64_put(out, bytes, len + KEY_SIGNATURE_SIZE);
    buf_byte(out, '\n');
}

void note_sign(struct str text, const struct note_key *name, const struct key_secret *key,
               uint64_t seconds, struct buf *out)
{
    uint8_t signature[KEY_SIGNATURE_SIZE];
    AUTO(buf_drop) struct buf message = BUF(NOTE_SIZE_MAX + 64);
    if (name->algorithm == NOTE_COSIGNATURE)
        note_cosignature_message(text, seconds, &message);
    else
        buf_put(&message, text);
    key_sign_raw(key, buf_str(&message), signature);
    note_signature_line(name, seconds, signature, out);
}
