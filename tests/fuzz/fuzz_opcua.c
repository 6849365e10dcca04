/* fuzz_opcua.c - any bytes as OPC UA. */
#include "control.h"

static void check(const union dissect_facts *f)
{
    const struct opcua_facts *o = &f->opcua;
    if (o->type >= OPCUA_TYPES || o->policy_len > OPCUA_POLICY_MAX ||
        (o->service && !opcua_service_name(o->service)))
        __builtin_trap();
    for (size_t i = 0; i < o->policy_len; i++)
        if (o->policy[i] <= 0x20 || o->policy[i] > 0x7e)
            __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return control_fuzz(&dissector_opcua, data, size, check);
}
