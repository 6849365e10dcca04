/* fuzz_law.c - law tables are refused with a reason, or have a row for every channel. */
#include "fuzz.h"
#include "law/law.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(arena_drop) struct arena memory = ARENA(64 << 20);
    const struct law *law = NULL;
    struct err e = {0};
    if (!law_read(&memory, (struct str){(const char *)data, size}, &law, &e)) {
        if (e.code == ERR_OK || !e.text[0])
            __builtin_trap();
        return 0;
    }
    for (enum channel c = CHANNEL_NONE + 1; c < CHANNEL_EXERCISE; c++)
        if (!law_channel(law, c))
            __builtin_trap();
    return 0;
}
