/* fuzz_s7comm.c - any bytes as S7comm and S7comm-plus in their envelopes. */
#include "control.h"

static void check(const union dissect_facts *f)
{
    const struct s7comm_facts *s = &f->s7comm;
    if (s->service >= S7_SERVICES || s->block_type[2] || s->block_number > 99999)
        __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return control_fuzz(&dissector_s7comm, data, size, check);
}
