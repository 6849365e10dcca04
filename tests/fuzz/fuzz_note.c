/* fuzz_note.c - any bytes at all: notes, checkpoints and note keys are refused with a reason, or
 * come back as they were. */
#include "fuzz.h"
#include "journal/note.h"

static void check_key(struct str text)
{
    AUTO(buf_drop) struct buf again = BUF(1024);
    struct note_key k;
    struct err e = {0};
    if (note_key_parse(text, &k, &e)) {
        note_key_write(&k, &again);
        struct note_key twice;
        if (!note_key_parse(buf_str(&again), &twice, &e) || memcmp(twice.id, k.id, 4) != 0)
            __builtin_trap();
    }
}

static void check_checkpoint(struct str text)
{
    AUTO(buf_drop) struct buf again = BUF(NOTE_SIZE_MAX + 64);
    struct checkpoint c;
    struct err e = {0};
    if (checkpoint_parse(text, &c, &e)) {
        checkpoint_write(&c, &again);
        if (!str_eq(buf_str(&again), text))
            __builtin_trap();
    } else if (!e.text[0]) {
        __builtin_trap();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = {size ? (const char *)data : "", size};
    struct note n;
    struct err e = {0};
    const struct key_public nobody = {{1}};
    const struct note_key keys[] = {note_key(S("log.example"), NOTE_ED25519, &nobody),
                                    note_key(S("w.example"), NOTE_COSIGNATURE, &nobody)};
    if (note_parse(text, &n, &e)) {
        if (n.text.len + 1 + n.signatures.len != size)
            __builtin_trap(); /* every byte belongs to the text, the empty line or the signatures */
        check_checkpoint(n.text);
    } else if (e.code == ERR_OK || !e.text[0]) {
        __builtin_trap();
    }
    if (note_open(text, keys, COUNT(keys), &n, NULL, &e))
        __builtin_trap(); /* nobody can sign for these */
    check_checkpoint(text);
    check_key(text);
    return 0;
}
