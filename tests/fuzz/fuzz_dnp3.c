/* fuzz_dnp3.c - any bytes as DNP3, as a stream and as a datagram. */
#include "control.h"

static void check(const union dissect_facts *f)
{
    const struct dnp3_facts *d = &f->dnp3;
    if (d->n_objects > DNP3_OBJECTS || !d->frames || (d->complete && !d->fragment))
        __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return control_fuzz(&dissector_dnp3, data, size, check);
}
