/* fuzz_enip.c - any bytes as EtherNet/IP, as a stream, as a datagram and as cyclic data. */
#include "control.h"

static void check(const union dissect_facts *f)
{
    const struct enip_facts *e = &f->enip;
    if (e->n_services > ENIP_SERVICES || e->identity.name_len > ENIP_NAME_MAX)
        __builtin_trap();
    for (size_t i = 0; i < e->identity.name_len; i++)
        if (e->identity.name[i] < 0x20 || e->identity.name[i] > 0x7e)
            __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    (void)control_fuzz(&dissector_enip_io, data, size, check);
    return control_fuzz(&dissector_enip, data, size, check);
}
