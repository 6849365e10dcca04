/* fuzz_ldap.c - any bytes as LDAP's messages. */
#include "office.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return office_fuzz(&dissector_ldap, data, size);
}
