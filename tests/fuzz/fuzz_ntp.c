/* fuzz_ntp.c - any bytes as NTP's datagrams. */
#include "office.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return office_fuzz(&dissector_ntp, data, size);
}
