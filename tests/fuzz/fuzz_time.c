/* fuzz_time.c - what was read as a time, written and read again, is the same moment. */
#include "core/time.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int64_t us, again;
    struct err e = {0};
    char text[TIME_TEXT_SIZE];
    if (!time_parse((struct str){(const char *)data, size}, &us, &e)) {
        if (e.code == ERR_OK || !e.text[0])
            __builtin_trap(); /* a refusal that does not say why */
        return 0;
    }
    if (!time_parse(time_format(us, text), &again, &e) || again != us)
        __builtin_trap();
    return 0;
}
