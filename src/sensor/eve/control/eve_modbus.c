/* eve_modbus.c - modbus lines: a request and its response, in Suricata's words.
 *
 * Suricata's "data" of registers and coils is not there: those are the values of the process. */
#include "eve_control_private.h"

static void put_faults(struct eve *e, uint8_t faults)
{
    static const struct {
        uint8_t bit;
        const char *name;
    } names[] = {
#define X(name, bit) {bit, #name},
        MODBUS_FAULT_MAP(X)
#undef X
    };
    bool any = false;
    PUT(e, ",\"error_flags\":\"");
    for (size_t i = 0; i < COUNT(names); i++)
        if (faults & names[i].bit) {
            put(e, any ? S(" | ") : S(""));
            put_cstr(e, names[i].name);
            any = true;
        }
    put(e, any ? S("\"") : S("NONE\""));
}

static void put_coded(struct eve *e, struct str key, unsigned raw, const char *code)
{
    put(e, key);
    put_number(e, S("{\"raw\":"), raw);
    PUT(e, ",\"code\":\"");
    put_cstr(e, code);
    PUT(e, "\"}");
}

static void put_data(struct eve *e, const struct modbus_facts *m, bool response)
{
    enum { WRITE_COILS = 15, WRITE_REGISTERS = 16 };
    if (m->function & MODBUS_EXCEPTION) {
        put_coded(e, S(",\"exception\":"), m->exception, modbus_exception_name(m->exception));
        return;
    }
    if (m->function == MODBUS_DIAGNOSTIC)
        put_coded(e, S(",\"diagnostic\":"), m->sub, modbus_diagnostic_name(m->sub));
    if (m->function == MODBUS_MEI)
        put_coded(e, S(",\"mei\":"), m->sub, modbus_mei_name(m->sub));
    if (m->read.told && !response) {
        put_number(e, S(",\"read\":{\"address\":"), m->read.address);
        put_number(e, S(",\"quantity\":"), m->read.quantity);
        PUT(e, "}");
    }
    if (!m->write.told)
        return;
    bool many = m->function == WRITE_COILS || m->function == WRITE_REGISTERS || m->read.told;
    put_number(e, S(",\"write\":{\"address\":"), m->write.address);
    if (many) /* Suricata calls it "data" where it is repeated by the response */
        put_number(e, response ? S(",\"data\":") : S(",\"quantity\":"), m->write.quantity);
    PUT(e, "}");
}

static void put_message(struct eve *e, const struct modbus_facts *m, bool response)
{
    put_number(e, S("{\"transaction_id\":"), m->transaction);
    put_number(e, S(",\"protocol_id\":"), 0);
    put_number(e, S(",\"unit_id\":"), m->unit);
    put_number(e, S(",\"function_raw\":"), m->function);
    PUT(e, ",\"function_code\":\"");
    put_cstr(e, modbus_function_name(m->function));
    PUT(e, "\",\"access_type\":\"");
    put_cstr(e, modbus_access_name(m->function));
    PUT(e, "\",\"category\":\"");
    put_cstr(e, modbus_category_name(m));
    PUT(e, "\"");
    put_faults(e, m->faults);
    put_data(e, m, response);
    PUT(e, "},");
}

static void modbus_body(struct eve *e, const union dissect_facts *request,
                        const union dissect_facts *response)
{
    PUT(e, ",\"modbus\":{");
    if (request)
        PUT(e, "\"request\":"), put_message(e, &request->modbus, false);
    if (response)
        PUT(e, "\"response\":"), put_message(e, &response->modbus, true);
    put_intent(e, &dissector_modbus, request, response);
    PUT(e, "}");
}

const struct eve_row eve_row_modbus = {.app = APP_MODBUS, .type = "modbus", .body = modbus_body};
