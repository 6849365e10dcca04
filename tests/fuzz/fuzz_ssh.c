/* fuzz_ssh.c - any bytes as version lines and KEXINITs. */
#include "office.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return office_fuzz(&dissector_ssh, data, size);
}
