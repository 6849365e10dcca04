/* control.c - the function of a message, of whichever control-room protocol. */
#include "dissect/control/control.h"

bool control_is(enum app app)
{
    return app == APP_MODBUS || app == APP_DNP3 || app == APP_IEC104 || app == APP_S7COMM ||
           app == APP_ENIP || app == APP_BACNET || app == APP_OPCUA;
}

static uint16_t s7_number(const struct s7comm_facts *s)
{
    if (!s->plus && s->rosctr == S7_USERDATA)
        return (uint16_t)(s->group << 8 | s->sub);
    return s->has_function ? s->function : 0;
}

static uint8_t cip_number(const struct enip_facts *e)
{
    uint8_t service = e->embedded ? e->inner_service : e->service;
    return service & (uint8_t)~CIP_RESPONSE;
}

uint16_t control_function(enum app app, const union dissect_facts *f)
{
    switch (app) {
    case APP_MODBUS: return f->modbus.function & (uint8_t)~MODBUS_EXCEPTION;
    case APP_DNP3: return f->dnp3.fragment ? f->dnp3.function : 0;
    case APP_IEC104: return f->iec104.type;
    case APP_S7COMM: return s7_number(&f->s7comm);
    case APP_ENIP: return f->enip.cip ? cip_number(&f->enip) : 0;
    case APP_BACNET:
        return !f->bacnet.has_service                 ? 0
               : f->bacnet.type == BACNET_UNCONFIRMED ? (uint16_t)(256 + f->bacnet.service)
                                                      : f->bacnet.service;
    case APP_OPCUA: return f->opcua.service;
    default: return 0;
    }
}

const char *control_function_name(enum app app, const union dissect_facts *f)
{
    switch (app) {
    case APP_MODBUS: {
        const char *umas =
            f->modbus.function == MODBUS_UMAS ? umas_function_name(f->modbus.sub) : NULL;
        return umas ? umas : modbus_function_name(f->modbus.function);
    }
    case APP_DNP3: return f->dnp3.fragment ? dnp3_function_name(f->dnp3.function) : NULL;
    case APP_IEC104: return iec104_type_name(f->iec104.type);
    case APP_S7COMM:
        return !f->s7comm.plus && f->s7comm.rosctr == S7_USERDATA
                   ? s7comm_sub_name(f->s7comm.group, f->s7comm.sub)
                   : s7comm_function_name(&f->s7comm);
    case APP_ENIP:
        return !f->enip.cip ? enip_command_name(f->enip.command)
                            : cip_service_name(cip_number(&f->enip),
                                               f->enip.embedded ? f->enip.inner_path.class_id
                                                                : f->enip.path.class_id);
    case APP_BACNET: return bacnet_service_name(&f->bacnet);
    case APP_OPCUA: return opcua_service_name(f->opcua.service);
    default: return NULL;
    }
}
