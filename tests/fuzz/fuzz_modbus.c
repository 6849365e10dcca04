/* fuzz_modbus.c - any bytes as Modbus/TCP. */
#include "control.h"

static void check(const union dissect_facts *f)
{
    const struct modbus_facts *m = &f->modbus;
    if (m->length > MODBUS_LENGTH_MAX || !modbus_function_name(m->function) ||
        !modbus_category_name(m) || !modbus_access_name(m->function))
        __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return control_fuzz(&dissector_modbus, data, size, check);
}
