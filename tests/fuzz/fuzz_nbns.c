/* fuzz_nbns.c - any bytes as NetBIOS's questions. */
#include "office.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return office_fuzz(&dissector_nbns, data, size);
}
