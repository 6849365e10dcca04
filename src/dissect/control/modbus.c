/* modbus.c - the header, then the few numbers of a function that are no process data; and Modbus's row.
 *
 * Modbus has no magic number: a zero where the protocol's number stands and a length that fits are its
 * only proof. So its row is never surer than MAYBE, and the port has to agree.
 */
#include "control_private.h"

enum {
    RD_COILS = 1,
    RD_DISCRETE,
    RD_HOLDING,
    RD_INPUT,
    WR_COIL,
    WR_REGISTER,
    WR_COILS = 15,
    WR_REGISTERS,
    RD_FILE = 20,
    WR_FILE,
    MASK_REGISTER,
    RD_WR_REGISTERS,
};
enum { BITS_MAX = 2000, WORDS_MAX = 125, ADU_MAX = 6 + MODBUS_LENGTH_MAX };

static const struct control_code functions[] = {
    {RD_COILS, INTENT_READ, "RdCoils"},
    {RD_DISCRETE, INTENT_READ, "RdDiscreteInputs"},
    {RD_HOLDING, INTENT_READ, "RdHoldRegs"},
    {RD_INPUT, INTENT_READ, "RdInputRegs"},
    {WR_COIL, INTENT_WRITE, "WrSingleCoil"},
    {WR_REGISTER, INTENT_WRITE, "WrSingleReg"},
    {7, INTENT_READ, "RdExcStatus"},
    {MODBUS_DIAGNOSTIC, INTENT_READ, "Diagnostic"}, /* see modbus_intent */
    {9, INTENT_PROGRAM, "Program484"},
    {10, INTENT_READ, "Poll484"},
    {11, INTENT_READ, "GetCommEventCtr"},
    {12, INTENT_READ, "GetCommEventLog"},
    {13, INTENT_PROGRAM, "ProgramController"},
    {14, INTENT_READ, "PollController"},
    {WR_COILS, INTENT_WRITE, "WrMultCoils"},
    {WR_REGISTERS, INTENT_WRITE, "WrMultRegs"},
    {17, INTENT_READ, "ReportServerID"},
    {18, INTENT_PROGRAM, "Program884"},
    {19, INTENT_CONTROL, "ResetCommLink"},
    {RD_FILE, INTENT_READ, "RdFileRec"},
    {WR_FILE, INTENT_WRITE, "WrFileRec"},
    {MASK_REGISTER, INTENT_WRITE, "MaskWrReg"},
    {RD_WR_REGISTERS, INTENT_WRITE, "RdWrMultRegs"},
    {24, INTENT_READ, "RdFIFOQueue"},
    {MODBUS_MEI, INTENT_READ, "MEI"},
};

static const struct control_code diagnostics[] = {
    {0, INTENT_READ, "RetQueryData"},
    {1, INTENT_CONTROL, "RestartCommOpt"},
    {2, INTENT_READ, "RetDiagReg"},
    {3, INTENT_WRITE, "ChangeInputDelimiter"},
    {4, INTENT_CONTROL, "ForceListenOnlyMode"},
    {10, INTENT_WRITE, "ClearCtrDiagReg"},
    {11, INTENT_READ, "RetBusMsgCount"},
    {12, INTENT_READ, "RetBusCommErrCount"},
    {13, INTENT_READ, "RetBusExcErrCount"},
    {14, INTENT_READ, "RetServerMsgCount"},
    {15, INTENT_READ, "RetServerNoRespCount"},
    {16, INTENT_READ, "RetServerNAKCount"},
    {17, INTENT_READ, "RetServerBusyCount"},
    {18, INTENT_READ, "RetBusCharOverrunCount"},
    {19, INTENT_READ, "RetOverrunErrCount"},
    {20, INTENT_WRITE, "ClearOverrunCounterFlag"},
    {21, INTENT_READ, "GetClearPlusStats"},
};

static const struct control_code exceptions[] = {
    {1, 0, "IllegalFunction"},
    {2, 0, "IllegalDataAddr"},
    {3, 0, "IllegalDataValue"},
    {4, 0, "ServerDeviceFail"},
    {5, 0, "Ack"},
    {6, 0, "ServerDeviceBusy"},
    {7, 0, "NegAck"},
    {8, 0, "MemParityErr"},
    {10, 0, "GatewayPathUnavailable"},
    {11, 0, "GatewayTargetFailToResp"},
};

static const char *or_other(const char *name, const char *other)
{
    return name ? name : other;
}

const char *modbus_function_name(uint8_t function)
{
    return or_other(control_code_name(functions, COUNT(functions),
                                      function & ~(unsigned)MODBUS_EXCEPTION),
                    "Unknown");
}

const char *modbus_exception_name(uint8_t code)
{
    return or_other(control_code_name(exceptions, COUNT(exceptions), code), "Unknown");
}

const char *modbus_diagnostic_name(uint16_t sub)
{
    return or_other(control_code_name(diagnostics, COUNT(diagnostics), sub), "Reserved");
}

const char *modbus_mei_name(uint16_t type)
{
    return type == 13 ? "CANOpenGenRefReqResp" : type == 14 ? "RdDevId" : "Unknown";
}

const char *modbus_access_name(uint8_t function)
{
    switch (function & ~(unsigned)MODBUS_EXCEPTION) {
    case RD_COILS: return "READ | COILS";
    case RD_DISCRETE: return "READ | DISCRETES";
    case RD_HOLDING: return "READ | HOLDING";
    case RD_INPUT: return "READ | INPUT";
    case WR_COIL: return "WRITE | COILS | SINGLE";
    case WR_REGISTER: return "WRITE | HOLDING | SINGLE";
    case WR_COILS: return "WRITE | COILS | MULTIPLE";
    case WR_REGISTERS: return "WRITE | HOLDING | MULTIPLE";
    case MASK_REGISTER: return "WRITE | HOLDING";
    case RD_WR_REGISTERS: return "READ | WRITE | HOLDING | MULTIPLE";
    default: return "NONE";
    }
}

/* MODBUS Application Protocol V1.1b3, 5.1, figure 9. */
static const char *category_by_range(unsigned function)
{
    static const struct {
        uint8_t below;
        const char *name;
    } ranges[] = {
        {1, "NONE"},           {9, "PUBLIC_UNASSIGNED"},
        {15, "RESERVED"},      {41, "PUBLIC_UNASSIGNED"},
        {43, "RESERVED"},      {65, "PUBLIC_UNASSIGNED"},
        {73, "USER_DEFINED"},  {90, "PUBLIC_UNASSIGNED"},
        {92, "RESERVED"},      {100, "PUBLIC_UNASSIGNED"},
        {111, "USER_DEFINED"}, {125, "PUBLIC_UNASSIGNED"},
        {128, "RESERVED"},
    };
    for (size_t i = 0; i < COUNT(ranges); i++)
        if (function < ranges[i].below)
            return ranges[i].name;
    return "NONE";
}

const char *modbus_category_name(const struct modbus_facts *m)
{
    bool failed = m->function & MODBUS_EXCEPTION;
    unsigned function = m->function & ~(unsigned)MODBUS_EXCEPTION;
    bool reserved = false;
    if (function == MODBUS_DIAGNOSTIC)
        reserved = !control_code_find(diagnostics, COUNT(diagnostics), m->sub);
    else if (function == MODBUS_MEI)
        reserved = m->sub != 13 && m->sub != 14;
    else if (!control_code_find(functions, COUNT(functions), function))
        return category_by_range(m->function);
    else
        return "PUBLIC_ASSIGNED";
    return failed ? "NONE" : reserved ? "RESERVED" : "PUBLIC_ASSIGNED";
}

/* ---- the data of a function ---- */

static struct modbus_span span_read(struct rd *r)
{
    uint16_t address = rd_be16(r), quantity = rd_be16(r);
    return (struct modbus_span){!r->bad, r->bad ? 0 : address, r->bad ? 0 : quantity};
}

static void check_quantity(struct modbus_facts *m, const struct modbus_span *s, unsigned most)
{
    if (s->told && (s->quantity == 0 || s->quantity > most))
        m->faults |= MODBUS_FAULT_DATA_VALUE;
}

/* Functions 1 to 4: address and quantity, or a count of bytes and so many bytes. */
static void read_shape(struct modbus_facts *m, struct rd data, bool bits)
{
    size_t len = rd_left(&data);
    struct rd count = data;
    unsigned bytes = rd_u8(&count);
    m->can_ask = len == 4;
    m->can_answer = len >= 2 && bytes == len - 1 && (bits || bytes % 2 == 0);
    if (m->can_ask) {
        m->read = span_read(&data);
        if (!m->can_answer)
            check_quantity(m, &m->read, bits ? BITS_MAX : WORDS_MAX);
    }
}

/* Functions 15 and 16: address, quantity, count of bytes, bytes; answered by the first two. */
static void write_shape(struct modbus_facts *m, struct rd data)
{
    size_t len = rd_left(&data);
    m->write = span_read(&data);
    m->can_answer = len == 4;
    if (len > 5) {
        unsigned bytes = rd_u8(&data);
        m->can_ask = bytes == len - 5;
        check_quantity(m, &m->write, m->function == WR_COILS ? BITS_MAX : WORDS_MAX);
    }
}

static void read_write_shape(struct modbus_facts *m, struct rd data)
{
    size_t len = rd_left(&data);
    struct rd count = data;
    m->can_answer = len >= 1 && rd_u8(&count) == len - 1;
    if (len < 9)
        return;
    struct rd ask = data;
    struct modbus_span read = span_read(&ask), write = span_read(&ask);
    if (rd_u8(&ask) != len - 9)
        return;
    m->can_ask = true;
    m->read = read;
    m->write = write;
}

static void single_shape(struct modbus_facts *m, struct rd data)
{
    size_t len = rd_left(&data);
    m->can_ask = m->can_answer = len == (m->function == MASK_REGISTER ? 6 : 4);
    uint16_t address = rd_be16(&data), value = rd_be16(&data);
    if (data.bad)
        return;
    m->write = (struct modbus_span){.told = true, .address = address, .quantity = 1};
    if (m->function == WR_COIL && value != 0 && value != 0xff00)
        m->faults |= MODBUS_FAULT_DATA_VALUE;
}

static void other_shape(struct modbus_facts *m, struct rd data)
{
    size_t len = rd_left(&data);
    m->can_ask = m->can_answer = true;
    if (m->function == MODBUS_DIAGNOSTIC) {
        m->sub = rd_be16(&data);
        m->can_ask = m->can_answer = !data.bad;
    } else if (m->function == MODBUS_MEI) {
        m->sub = rd_u8(&data);
        m->can_ask = m->can_answer = !data.bad;
    } else if (m->function == MODBUS_UMAS) {
        (void)rd_u8(&data); /* the session's key */
        m->sub = rd_u8(&data);
    } else if (m->function == RD_FILE || m->function == WR_FILE) {
        m->can_ask = m->can_answer = len && rd_u8(&data) == len - 1;
    } else if (m->function == 7 || m->function == 11 || m->function == 12 || m->function == 17) {
        m->can_ask = len == 0; /* they ask for nothing in particular */
        m->can_answer = len > 0;
    } else if (m->function == 24) {
        m->can_ask = len == 2;
        m->can_answer = len >= 4;
    }
}

static void data_read(struct modbus_facts *m, struct rd data)
{
    unsigned function = m->function;
    if (function & MODBUS_EXCEPTION) {
        m->exception = rd_u8(&data);
        m->can_answer = !data.bad && rd_left(&data) == 0;
        if (!control_code_find(exceptions, COUNT(exceptions), m->exception))
            m->faults |= MODBUS_FAULT_EXC_CODE;
        return;
    }
    switch (function) {
    case RD_COILS:
    case RD_DISCRETE: read_shape(m, data, true); break;
    case RD_HOLDING:
    case RD_INPUT: read_shape(m, data, false); break;
    case WR_COIL:
    case WR_REGISTER:
    case MASK_REGISTER: single_shape(m, data); break;
    case WR_COILS:
    case WR_REGISTERS: write_shape(m, data); break;
    case RD_WR_REGISTERS: read_write_shape(m, data); break;
    default: other_shape(m, data); break;
    }
    if (!control_code_find(functions, COUNT(functions), function))
        m->faults |= MODBUS_FAULT_FUNC_CODE;
    if (!m->can_ask && !m->can_answer)
        m->faults |= MODBUS_FAULT_DATA_LENGTH;
}

/* False when this cannot be a header, as far as its bytes are there. */
static bool header_read(struct rd *r, struct modbus_facts *m)
{
    m->transaction = rd_be16(r);
    uint16_t protocol = rd_be16(r);
    if (!r->bad && protocol != 0)
        return false;
    m->length = rd_be16(r);
    if (!r->bad && (m->length < 2 || m->length > MODBUS_LENGTH_MAX))
        return false;
    m->unit = rd_u8(r);
    m->function = rd_u8(r);
    return r->bad || (m->function & ~(unsigned)MODBUS_EXCEPTION) != 0;
}

static enum dissect_result modbus_parse(enum dissect_transport transport, struct str bytes,
                                        union dissect_facts *ret_facts, size_t *ret_used)
{
    struct modbus_facts *m = &ret_facts->modbus;
    struct rd r = rd_over(bytes);
    (void)transport;
    *m = (struct modbus_facts){0};
    if (!header_read(&r, m))
        return DISSECT_NOT;
    if (r.bad || rd_left(&r) < m->length - 2u)
        return DISSECT_NEED_MORE;
    data_read(m, rd_of(r.at, m->length - 2u));
    *ret_used = 6u + m->length;
    return DISSECT_DONE;
}

static enum dissect_probe modbus_probe(enum dissect_transport transport, struct str bytes)
{
    union dissect_facts facts;
    size_t used = 0;
    switch (modbus_parse(transport, bytes, &facts, &used)) {
    case DISSECT_NEED_MORE: return PROBE_MAYBE;
    case DISSECT_NOT: return PROBE_NO;
    case DISSECT_DONE: break;
    }
    /* What follows a first message without being one speaks against it. */
    if (used < bytes.len) {
        struct rd next = rd_over(str_skip(bytes, used));
        struct modbus_facts unused = {0};
        if (!header_read(&next, &unused))
            return PROBE_NO;
    }
    return PROBE_MAYBE;
}

static enum dissect_intent modbus_intent(const union dissect_facts *f)
{
    const struct modbus_facts *m = &f->modbus;
    unsigned function = m->function & ~(unsigned)MODBUS_EXCEPTION;
    if (function == MODBUS_DIAGNOSTIC && !(m->function & MODBUS_EXCEPTION))
        return control_code_intent(diagnostics, COUNT(diagnostics), m->sub);
    if (function == MODBUS_UMAS)
        return umas_intent(m->sub);
    return control_code_intent(functions, COUNT(functions), function);
}

static bool belongs(const union dissect_facts *request, const union dissect_facts *response)
{
    return request->modbus.transaction == response->modbus.transaction &&
           request->modbus.unit == response->modbus.unit;
}

const struct dissector dissector_modbus = {
    .name = "modbus",
    .app = APP_MODBUS,
    .transports = DISSECT_TCP,
    .ports = {502},
    .repeats = true,
    .most = ADU_MAX,
    .probe = modbus_probe,
    .parse = modbus_parse,
    .pairs = true,
    .belongs =
        belongs, /* which side speaks is the flow's to say: a write's echo looks like the write */
    .intent = modbus_intent,
};
