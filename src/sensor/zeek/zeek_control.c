/* zeek_control.c - modbus.log (one line a message) and dnp3.log (one line a message with a function). */
#include "zeek_private.h"

struct named {
    uint8_t code;
    const char *name;
};

static const char *name_of(const struct named *names, size_t count, uint8_t code)
{
    for (size_t i = 0; i < count; i++)
        if (names[i].code == code)
            return names[i].name;
    return NULL;
}

/* Zeek's names (base/protocols/modbus/consts.zeek). */
static const struct named functions[] = {
    {1, "READ_COILS"},
    {2, "READ_DISCRETE_INPUTS"},
    {3, "READ_HOLDING_REGISTERS"},
    {4, "READ_INPUT_REGISTERS"},
    {5, "WRITE_SINGLE_COIL"},
    {6, "WRITE_SINGLE_REGISTER"},
    {7, "READ_EXCEPTION_STATUS"},
    {8, "DIAGNOSTICS"},
    {11, "GET_COMM_EVENT_COUNTER"},
    {12, "GET_COMM_EVENT_LOG"},
    {15, "WRITE_MULTIPLE_COILS"},
    {16, "WRITE_MULTIPLE_REGISTERS"},
    {17, "REPORT_SLAVE_ID"},
    {20, "READ_FILE_RECORD"},
    {21, "WRITE_FILE_RECORD"},
    {22, "MASK_WRITE_REGISTER"},
    {23, "READ_WRITE_MULTIPLE_REGISTERS"},
    {24, "READ_FIFO_QUEUE"},
    {43, "ENCAP_INTERFACE_TRANSPORT"},
    {90, "PROGRAM_UNITY"},
};
static const struct named exceptions[] = {
    {1, "ILLEGAL_FUNCTION"},
    {2, "ILLEGAL_DATA_ADDRESS"},
    {3, "ILLEGAL_DATA_VALUE"},
    {4, "SLAVE_DEVICE_FAILURE"},
    {5, "ACKNOWLEDGE"},
    {6, "SLAVE_DEVICE_BUSY"},
    {8, "MEMORY_PARITY_ERROR"},
    {10, "GATEWAY_PATH_UNAVAILABLE"},
    {11, "GATEWAY_TARGET_DEVICE_FAILED_TO_RESPOND"},
};

static void modbus_line(struct zeek *z, const struct sensor_event *ev, const struct modbus_facts *m,
                        bool response)
{
    struct eve *e = z->line;
    bool failed = m->function & MODBUS_EXCEPTION;
    uint8_t code = m->function & (uint8_t)~MODBUS_EXCEPTION;
    const char *name = name_of(functions, COUNT(functions), code);
    char text[64], other[24];
    snprintf(other, sizeof other, "unknown-%u", code);
    snprintf(text, sizeof text, "%s%s", name ? name : other, failed ? "_EXCEPTION" : "");
    zeek_begin(z, APP_MODBUS, ev, ev->time_us);
    put_number(e, S(",\"tid\":"), m->transaction);
    put_number(e, S(",\"unit\":"), m->unit);
    zeek_text(e, S(",\"func\":"), text_of(text));
    zeek_text(e, S(",\"pdu_type\":"), response ? S("RESP") : S("REQ"));
    if (failed) {
        const char *why = name_of(exceptions, COUNT(exceptions), m->exception);
        snprintf(other, sizeof other, "unknown-%u", m->exception);
        zeek_text(e, S(",\"exception\":"), text_of(why ? why : other));
    }
    zeek_end(z);
}

void zeek_modbus(struct zeek *z, const struct sensor_event *ev)
{
    if (ev->request)
        modbus_line(z, ev, &ev->request->modbus, false);
    if (ev->response)
        modbus_line(z, ev, &ev->response->modbus, true);
}

static void put_function(struct eve *e, struct str key, uint8_t function)
{
    const char *name = dnp3_function_name(function);
    char other[24];
    snprintf(other, sizeof other, "unknown-%u", function);
    zeek_text(e, key, text_of(name ? name : other));
}

void zeek_dnp3(struct zeek *z, const struct sensor_event *ev)
{
    const struct dnp3_facts *asked = ev->request ? &ev->request->dnp3 : NULL;
    const struct dnp3_facts *told = ev->response ? &ev->response->dnp3 : NULL;
    struct eve *e = z->line;
    if (!(asked && asked->fragment) && !(told && told->fragment))
        return; /* the link's own: Zeek has no line for it */
    zeek_begin(z, APP_DNP3, ev, ev->time_us);
    if (asked && asked->fragment)
        put_function(e, S(",\"fc_request\":"), asked->function);
    if (told && told->fragment) {
        put_function(e, S(",\"fc_reply\":"), told->function);
        put_number(e, S(",\"iin\":"), told->indications);
    }
    zeek_end(z);
}
