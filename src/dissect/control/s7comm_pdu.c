/* s7comm_pdu.c - what the PDUs of S7comm and S7comm-plus say, and the tables of their functions. */
#include "s7comm_private.h"

enum { SETUP = S7_SETUP, HEADER = 10, ITEM_SIZE = 12, ANY = 0x10, ITEM_SPEC = 0x12 };

static const struct control_code functions[] = {
    {0x00, INTENT_NONE, "CPU services"},
    {S7_READ_VAR, INTENT_READ, "Read Var"},
    {S7_WRITE_VAR, INTENT_WRITE, "Write Var"},
    {0x1a, INTENT_PROGRAM, "Request download"},
    {0x1b, INTENT_PROGRAM, "Download block"},
    {0x1c, INTENT_PROGRAM, "Download ended"},
    {0x1d, INTENT_READ, "Start upload"},
    {0x1e, INTENT_READ, "Upload"},
    {0x1f, INTENT_READ, "End upload"},
    {S7_PLC_CONTROL, INTENT_CONTROL, "PLC Control"}, /* see s7_intent */
    {S7_PLC_STOP, INTENT_CONTROL, "PLC Stop"},
    {SETUP, INTENT_NONE, "Setup communication"},
};

static const struct control_code plus_functions[] = {
    {0x04bb, INTENT_READ, "Explore"},
    {0x04ca, INTENT_NONE, "CreateObject"}, /* a session, a subscription, or a block */
    {0x04d4, INTENT_NONE, "DeleteObject"},
    {0x04f2, INTENT_WRITE, "SetVariable"}, /* see s7_intent */
    {0x04fc, INTENT_READ, "GetLink"},
    {0x0524, INTENT_WRITE, "SetVarSubStreamed"},
    {0x0542, INTENT_WRITE, "SetMultiVariables"},
    {0x054c, INTENT_READ, "GetMultiVariables"},
    {0x0556, INTENT_PROGRAM, "BeginSequence"},
    {0x0560, INTENT_PROGRAM, "EndSequence"},
    {0x056b, INTENT_CONTROL, "Invoke"},
    {0x0586, INTENT_READ, "GetVarSubStreamed"},
};
enum { SET_VARIABLE = 0x04f2, CPU_EXECUTION_UNIT = 52 };

/* group << 8 | sub-function */
static const struct control_code subs[] = {
    {0x0101, INTENT_READ, "Request diag data (Type 1)"},
    {0x0102, INTENT_READ, "VarTab"},
    {0x010c, INTENT_PROGRAM, "Erase"},
    {0x010e, INTENT_READ, "Read diag data"},
    {0x010f, INTENT_READ, "Remove diag data"},
    {0x0110, INTENT_WRITE, "Forces"},
    {0x0113, INTENT_READ, "Request diag data (Type 2)"},
    {0x0201, INTENT_READ, "Cyclic data (memory)"},
    {0x0204, INTENT_NONE, "Cyclic data unsubscribe"},
    {0x0205, INTENT_READ, "Cyclic data (memory, change driven)"},
    {0x0301, INTENT_READ, "List blocks"},
    {0x0302, INTENT_READ, "List blocks of type"},
    {0x0303, INTENT_READ, "Get block info"},
    {0x0401, INTENT_READ, "Read SZL"},
    {0x0402, INTENT_NONE, "Message service"},
    {0x0403, INTENT_NONE, "Diagnostic message"},
    {0x0405, INTENT_NONE, "ALARM_8 indication"},
    {0x0406, INTENT_NONE, "NOTIFY indication"},
    {0x0407, INTENT_NONE, "ALARM_8 lock"},
    {0x0408, INTENT_NONE, "ALARM_8 unlock"},
    {0x040b, INTENT_NONE, "ALARM ack"},
    {0x040c, INTENT_NONE, "ALARM ack indication"},
    {0x0413, INTENT_READ, "ALARM query"},
    {0x0501, INTENT_NONE, "PLC password"},
    {0x0502, INTENT_NONE, "PLC password reset"},
    {0x0701, INTENT_READ, "Read clock"},
    {0x0702, INTENT_WRITE, "Set clock"},
    {0x0703, INTENT_READ, "Read clock (following)"},
    {0x0704, INTENT_WRITE, "Set clock (following)"},
};

static const struct control_code groups[] = {
    {0x0, 0, "Mode-transition"}, {0x1, 0, "Programmer commands"}, {0x2, 0, "Cyclic data"},
    {0x3, 0, "Block functions"}, {0x4, 0, "CPU functions"},       {0x5, 0, "Security"},
    {0x6, 0, "PBC BSEND/BRECV"}, {0x7, 0, "Time functions"},      {0xf, 0, "NC programming"},
};

/* Two hexadecimal digits of a file identifier. */
static const struct control_code block_types[] = {
    {'8', 0, "OB"},  {'A', 0, "DB"}, {'B', 0, "SDB"}, {'C', 0, "FC"},
    {'D', 0, "SFC"}, {'E', 0, "FB"}, {'F', 0, "SFB"},
};

static const struct {
    struct str text;
    uint8_t intent;
    const char *meaning;
} services[S7_SERVICES] = {
#define X(name, wire, wants, tells) [S7_SERVICE_##name] = {S_(wire), INTENT_##wants, tells},
    S7_SERVICE_MAP(X)
#undef X
};

const char *s7comm_function_name(const struct s7comm_facts *s)
{
    if (!s->has_function)
        return NULL;
    return s->plus ? control_code_name(plus_functions, COUNT(plus_functions), s->function)
                   : control_code_name(functions, COUNT(functions), s->function);
}

const char *s7comm_group_name(uint8_t group)
{
    return control_code_name(groups, COUNT(groups), group);
}

const char *s7comm_sub_name(uint8_t group, uint8_t sub)
{
    return control_code_name(subs, COUNT(subs), (unsigned)group << 8 | sub);
}

const char *s7comm_service_name(uint8_t service)
{
    return service < S7_SERVICES ? services[service].meaning : "";
}

const char *s7comm_block_type_name(const char type[3])
{
    return type[0] == '0' ? control_code_name(block_types, COUNT(block_types), (uint8_t)type[1])
                          : NULL;
}

bool s7comm_response(const struct s7comm_facts *s)
{
    if (s->plus)
        return s->rosctr != S7_PLUS_REQUEST;
    return s->rosctr == S7_USERDATA ? s->direction != 4 : s->rosctr != S7_JOB;
}

enum dissect_intent s7_intent(const struct s7comm_facts *s)
{
    if (!s->has_function && s->rosctr != S7_USERDATA)
        return INTENT_NONE;
    if (s->plus)
        return s->function == SET_VARIABLE && s->object == CPU_EXECUTION_UNIT
                   ? INTENT_CONTROL /* its operating state: run, stop */
                   : control_code_intent(plus_functions, COUNT(plus_functions), s->function);
    if (s->rosctr == S7_USERDATA)
        return control_code_intent(subs, COUNT(subs), (unsigned)s->group << 8 | s->sub);
    if (s->function == S7_PLC_CONTROL && s->service)
        return (enum dissect_intent)services[s->service].intent;
    return control_code_intent(functions, COUNT(functions), s->function);
}

/* ---- parameters ---- */

/* Items of Read Var and Write Var: how many, and where the first one lies. */
static void items_read(struct s7comm_facts *s, struct rd *r)
{
    s->items = rd_u8(r);
    if (s->rosctr != S7_JOB)
        return;
    uint8_t spec = rd_u8(r);
    uint8_t len = rd_u8(r), syntax = rd_u8(r);
    (void)rd_u8(r); /* type of the elements */
    uint16_t count = rd_be16(r), block = rd_be16(r);
    uint8_t area = rd_u8(r);
    uint32_t address = (uint32_t)rd_u8(r) << 16;
    address |= rd_be16(r);
    s->has_address = !r->bad && spec == ITEM_SPEC && len == ITEM_SIZE - 2 && syntax == ANY;
    if (!s->has_address)
        return;
    s->count = count;
    s->block = block;
    s->area = area;
    s->address = address;
}

/* "_0A00001P": a place, a type of two digits, a number of five, a file system. */
static void block_read(struct s7comm_facts *s, struct rd *r)
{
    enum { FILE_ID = 9, PLACE = 1, TYPE = 2, NUMBER = 5 };
    struct str id = rd_str(r, FILE_ID);
    uint32_t number = 0;
    if (r->bad)
        return;
    for (size_t i = PLACE; i < PLACE + TYPE; i++)
        if (!((id.ptr[i] >= '0' && id.ptr[i] <= '9') || (id.ptr[i] >= 'A' && id.ptr[i] <= 'F')))
            return;
    for (size_t i = PLACE + TYPE; i < PLACE + TYPE + NUMBER; i++) {
        if (id.ptr[i] < '0' || id.ptr[i] > '9')
            return;
        number = number * 10 + (uint32_t)(id.ptr[i] - '0');
    }
    s->has_block = true;
    s->block_number = number;
    s->block_type[0] = id.ptr[PLACE];
    s->block_type[1] = id.ptr[PLACE + 1];
}

/* Requests of download, block and upload: a block's file identifier stands behind its length. */
static void transfer_read(struct s7comm_facts *s, struct rd *r)
{
    enum { BEFORE_LENGTH = 7 };
    rd_pass(r, BEFORE_LENGTH);
    if (rd_u8(r) >= 9)
        block_read(s, r);
}

static void service_read(struct s7comm_facts *s, struct rd *r)
{
    rd_pass(r, 7);
    uint16_t arguments = rd_be16(r);
    rd_pass(r, arguments);
    struct str name = rd_str(r, rd_u8(r));
    if (r->bad || !name.len)
        return;
    s->service = S7_SERVICE_OTHER;
    for (unsigned i = S7_SERVICE_NONE + 1; i < S7_SERVICE_OTHER; i++)
        if (str_eq(name, services[i].text))
            s->service = (uint8_t)i;
}

static void job_read(struct s7comm_facts *s, struct rd *r)
{
    s->function = rd_u8(r);
    s->has_function = !r->bad;
    switch (s->function) {
    case S7_READ_VAR:
    case S7_WRITE_VAR: items_read(s, r); break;
    case 0x1a:
    case 0x1b:
    case 0x1d:
        if (s->rosctr == S7_JOB)
            transfer_read(s, r);
        break;
    case S7_PLC_CONTROL:
        if (s->rosctr == S7_JOB)
            service_read(s, r);
        break;
    default: break;
    }
}

/* 00 01 12, length, method, direction and group, sub-function, sequence; of a response also a reference
 * and an error. */
static void userdata_read(struct s7comm_facts *s, struct rd *r)
{
    rd_pass(r, 3);
    uint8_t len = rd_u8(r);
    (void)rd_u8(r);
    uint8_t kind = rd_u8(r), sub = rd_u8(r);
    (void)rd_u8(r);
    if (r->bad)
        return;
    s->direction = kind >> 4;
    s->group = kind & 15;
    s->sub = sub;
    if (len >= 8) {
        (void)rd_be16(r);
        s->error = rd_be16(r);
    }
}

bool s7_read(struct s7comm_facts *s, struct str pdu, size_t whole)
{
    struct rd r = rd_over(pdu);
    (void)rd_u8(&r);
    s->rosctr = rd_u8(&r);
    (void)rd_be16(&r);
    s->reference = rd_be16(&r);
    uint16_t parameters = rd_be16(&r), data = rd_be16(&r);
    bool acknowledges = s->rosctr == S7_ACK || s->rosctr == S7_ACK_DATA;
    if (acknowledges) {
        s->error_class = rd_u8(&r);
        s->error_code = rd_u8(&r);
    }
    size_t header = HEADER + (acknowledges ? 2u : 0u);
    if (r.bad || whole < header + parameters + data ||
        (!acknowledges && s->rosctr != S7_JOB && s->rosctr != S7_USERDATA))
        return false;
    struct rd parameter = rd_over(rd_rest(&r, parameters));
    if (s->rosctr == S7_USERDATA)
        userdata_read(s, &parameter);
    else if (parameters)
        job_read(s, &parameter);
    return true;
}

/* Version 3 puts a digest before the function; of an encrypted PDU (in TLS) nothing is here to see. */
bool s7_plus_read(struct s7comm_facts *s, struct str pdu, size_t whole)
{
    enum { SYSTEM_EVENT = 0xfe, KEEP_ALIVE = 0xff, DIGEST = 0x20, LAST_VERSION = 3 };
    struct rd r = rd_over(pdu);
    (void)rd_u8(&r);
    s->plus = true;
    s->version = rd_u8(&r);
    uint16_t len = rd_be16(&r);
    if (r.bad || s->version == 0 || len + 4u > whole)
        return false;
    if (s->version == SYSTEM_EVENT || s->version == KEEP_ALIVE) {
        s->rosctr = S7_PLUS_NOTIFICATION;
        return true;
    }
    if (s->version > LAST_VERSION)
        return false;
    struct rd peek = r;
    if (s->version == LAST_VERSION && rd_u8(&peek) == DIGEST) {
        rd_pass(&peek, DIGEST);
        r = peek;
    }
    s->rosctr = rd_u8(&r);
    if (r.bad || (s->rosctr != S7_PLUS_REQUEST && s->rosctr != S7_PLUS_RESPONSE &&
                  s->rosctr != S7_PLUS_NOTIFICATION))
        return false;
    if (s->rosctr == S7_PLUS_NOTIFICATION)
        return true;
    rd_pass(&r, 2);
    s->function = rd_be16(&r);
    rd_pass(&r, 2);
    s->reference = rd_be16(&r);
    s->has_function = !r.bad;
    if (s->rosctr == S7_PLUS_REQUEST) {
        s->session = rd_be32(&r);
        (void)rd_u8(&r);
        s->object = rd_be32(&r);
    }
    return s->has_function;
}
