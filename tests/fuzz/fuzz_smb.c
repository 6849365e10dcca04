/* fuzz_smb.c - any bytes as frames of SMB. */
#include "office.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return office_fuzz(&dissector_smb, data, size);
}
