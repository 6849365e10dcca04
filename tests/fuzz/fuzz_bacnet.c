/* fuzz_bacnet.c - any bytes as BACnet/IP. */
#include "control.h"

static void check(const union dissect_facts *f)
{
    const struct bacnet_facts *b = &f->bacnet;
    if (!bacnet_bvlc_name(b->bvlc) || (b->apdu && !bacnet_apdu_name(b->type)) ||
        b->object_instance >> 22)
        __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return control_fuzz(&dissector_bacnet, data, size, check);
}
