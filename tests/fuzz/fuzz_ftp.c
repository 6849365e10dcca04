/* fuzz_ftp.c - any bytes as FTP's commands and replies. */
#include "office.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return office_fuzz(&dissector_ftp, data, size);
}
