/* fuzz_jcs.c - a canonical form is its own canonical form. */
#include "core/jcs.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(buf_drop) struct buf once = BUF(16 << 20), twice = BUF(16 << 20);
    struct err e = {0};
    if (!jcs_canonicalise((struct str){(const char *)data, size}, &once, &e)) {
        if (e.code == ERR_OK || !e.text[0])
            __builtin_trap(); /* a refusal that does not say why */
        return 0;
    }
    if (!jcs_canonicalise(buf_str(&once), &twice, &e) || !str_eq(buf_str(&once), buf_str(&twice)))
        __builtin_trap();
    return 0;
}
