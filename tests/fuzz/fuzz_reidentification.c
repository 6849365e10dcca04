/* fuzz_reidentification.c - a record from anywhere: refused, or within bounds and signed. */
#include "fuzz.h"
#include "law/reidentification.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(arena_drop) struct arena a = ARENA(16 << 20);
    struct err e = {0};
    struct reidentification r;
    if (reidentification_read(&a, (struct str){(const char *)data, size}, &r, &e) &&
        (!r.pseudonym.len || r.pseudonym.len > 256 || r.candidates < 0 || r.prev.len != 64))
        __builtin_trap();
    return 0;
}
