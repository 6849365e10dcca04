/* fuzz_imap.c - any bytes as IMAP's lines. */
#include "office.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return office_fuzz(&dissector_imap, data, size);
}
