/* fuzz_iec104.c - any bytes as IEC 60870-5-104. */
#include "control.h"

static void check(const union dissect_facts *f)
{
    const struct iec104_facts *i = &f->iec104;
    if (i->format > IEC104_U || i->cause > 63 || i->objects > 127 || i->object_address >> 24)
        __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return control_fuzz(&dissector_iec104, data, size, check);
}
