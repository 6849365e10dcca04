/* fuzz_snmp.c - any bytes as SNMP's datagrams. */
#include "office.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return office_fuzz(&dissector_snmp, data, size);
}
