/* fuzz_smtp.c - any bytes as SMTP's commands and replies. */
#include "office.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return office_fuzz(&dissector_smtp, data, size);
}
