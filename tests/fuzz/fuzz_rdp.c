/* fuzz_rdp.c - any bytes as the beginning of a remote desktop. */
#include "office.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return office_fuzz(&dissector_rdp, data, size);
}
