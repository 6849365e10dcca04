/* fuzz_trust.c - a trust file is refused with a reason, or read. */
#include "core/keys.h"
#include "fuzz.h"
#include "law/trust.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(arena_drop) struct arena memory = ARENA(64 << 20);
    const struct trust *trust = NULL;
    struct err e = {0};
    if (!trust_read(&memory, (struct str){(const char *)data, size}, &trust, &e)) {
        if (e.code == ERR_OK || !e.text[0])
            __builtin_trap();
        return 0;
    }
    for (size_t i = 0; i < trust->keys.count; i++) {
        const struct trust_key *k = &trust->keys.ptr[i];
        if (!trust_holder(trust, &k->key, k->role, k->from))
            __builtin_trap(); /* whoever holds an office holds it from its first instant */
    }
    return 0;
}
