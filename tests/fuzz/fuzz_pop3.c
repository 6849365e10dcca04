/* fuzz_pop3.c - any bytes as POP3's lines. */
#include "office.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return office_fuzz(&dissector_pop3, data, size);
}
