/* fuzz_dhcp.c - any bytes as DHCP's datagrams. */
#include "office.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return office_fuzz(&dissector_dhcp, data, size);
}
