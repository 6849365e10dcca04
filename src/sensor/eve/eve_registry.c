/* eve_registry.c - which protocol has a line of its own, one row each. */
#include "eve_private.h"

static const struct eve_row *const rows[APP_COUNT] = {
    [APP_UNKNOWN] = NULL,
    [APP_MODBUS] = &eve_row_modbus,
    [APP_DNP3] = &eve_row_dnp3,
    [APP_IEC104] = &eve_row_iec104,
    [APP_S7COMM] = &eve_row_s7comm,
    [APP_ENIP] = &eve_row_enip,
    [APP_BACNET] = &eve_row_bacnet,
    [APP_OPCUA] = &eve_row_opcua,
};

const struct eve_row *eve_row_of(enum app app)
{
    return (unsigned)app < APP_COUNT ? rows[app] : NULL;
}
