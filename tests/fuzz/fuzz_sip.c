/* fuzz_sip.c - any bytes as SIP's messages. */
#include "office.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return office_fuzz(&dissector_sip, data, size);
}
