/* fuzz_krb5.c - any bytes as messages to a key centre. */
#include "office.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return office_fuzz(&dissector_krb5, data, size);
}
