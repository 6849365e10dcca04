/* fuzz_verify_mark.c - any bytes as a checkpoint or a key: refused, or a mark whose parts are slices of what was given; and
 * nobody's signature under it. */
#include "fuzz.h"
#include "verify/mark.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = {size ? (const char *)data : "", size};
    struct mark m;
    struct mark_key read;
    struct err e = {0};
    const struct mark_key keys[] = {{S_("log.example"), MARK_LOG, {{1}}},
                                    {S_("witness"), MARK_WITNESS, {{1}}},
                                    {S_(""), MARK_LOG, {{1}}}};
    if (mark_read(text, &m, &e)) {
        if (m.text.len + 1 + m.signatures.len != size || m.origin.len >= m.text.len)
            __builtin_trap();
        for (size_t i = 0; i < COUNT(keys); i++)
            if (mark_signed(&m, &keys[i]) == MARK_SIGNED)
                __builtin_trap(); /* nobody can sign for these */
    } else if (!e.text[0]) {
        __builtin_trap();
    }
    if (mark_key_read(text, &read, &e) && read.algorithm != MARK_LOG &&
        read.algorithm != MARK_WITNESS)
        __builtin_trap();
    return 0;
}
