/* iec104.c - APDU by APDU: start byte, length, four control bytes, and the head of an ASDU; IEC 104's row. */
#include "control_private.h"

enum { APCI = 2 + IEC104_CONTROL_SIZE, ASDU_MIN = 9, SELECT = 0x80 };

/* IEC 60870-5-101 7.2.1, IEC 60870-5-104 6: types and what they want. */
static const struct control_code types[] = {
    {1, INTENT_NONE, "M_SP_NA_1"},      {2, INTENT_NONE, "M_SP_TA_1"},
    {3, INTENT_NONE, "M_DP_NA_1"},      {4, INTENT_NONE, "M_DP_TA_1"},
    {5, INTENT_NONE, "M_ST_NA_1"},      {6, INTENT_NONE, "M_ST_TA_1"},
    {7, INTENT_NONE, "M_BO_NA_1"},      {8, INTENT_NONE, "M_BO_TA_1"},
    {9, INTENT_NONE, "M_ME_NA_1"},      {10, INTENT_NONE, "M_ME_TA_1"},
    {11, INTENT_NONE, "M_ME_NB_1"},     {12, INTENT_NONE, "M_ME_TB_1"},
    {13, INTENT_NONE, "M_ME_NC_1"},     {14, INTENT_NONE, "M_ME_TC_1"},
    {15, INTENT_NONE, "M_IT_NA_1"},     {16, INTENT_NONE, "M_IT_TA_1"},
    {17, INTENT_NONE, "M_EP_TA_1"},     {18, INTENT_NONE, "M_EP_TB_1"},
    {19, INTENT_NONE, "M_EP_TC_1"},     {20, INTENT_NONE, "M_PS_NA_1"},
    {21, INTENT_NONE, "M_ME_ND_1"},     {30, INTENT_NONE, "M_SP_TB_1"},
    {31, INTENT_NONE, "M_DP_TB_1"},     {32, INTENT_NONE, "M_ST_TB_1"},
    {33, INTENT_NONE, "M_BO_TB_1"},     {34, INTENT_NONE, "M_ME_TD_1"},
    {35, INTENT_NONE, "M_ME_TE_1"},     {36, INTENT_NONE, "M_ME_TF_1"},
    {37, INTENT_NONE, "M_IT_TB_1"},     {38, INTENT_NONE, "M_EP_TD_1"},
    {39, INTENT_NONE, "M_EP_TE_1"},     {40, INTENT_NONE, "M_EP_TF_1"},
    {45, INTENT_CONTROL, "C_SC_NA_1"},  {46, INTENT_CONTROL, "C_DC_NA_1"},
    {47, INTENT_CONTROL, "C_RC_NA_1"},  {48, INTENT_WRITE, "C_SE_NA_1"},
    {49, INTENT_WRITE, "C_SE_NB_1"},    {50, INTENT_WRITE, "C_SE_NC_1"},
    {51, INTENT_WRITE, "C_BO_NA_1"},    {58, INTENT_CONTROL, "C_SC_TA_1"},
    {59, INTENT_CONTROL, "C_DC_TA_1"},  {60, INTENT_CONTROL, "C_RC_TA_1"},
    {61, INTENT_WRITE, "C_SE_TA_1"},    {62, INTENT_WRITE, "C_SE_TB_1"},
    {63, INTENT_WRITE, "C_SE_TC_1"},    {64, INTENT_WRITE, "C_BO_TA_1"},
    {70, INTENT_NONE, "M_EI_NA_1"},     {100, INTENT_READ, "C_IC_NA_1"},
    {101, INTENT_READ, "C_CI_NA_1"},    {102, INTENT_READ, "C_RD_NA_1"},
    {103, INTENT_WRITE, "C_CS_NA_1"},   {104, INTENT_NONE, "C_TS_NA_1"},
    {105, INTENT_CONTROL, "C_RP_NA_1"}, {106, INTENT_NONE, "C_CD_NA_1"},
    {107, INTENT_NONE, "C_TS_TA_1"},    {110, INTENT_WRITE, "P_ME_NA_1"},
    {111, INTENT_WRITE, "P_ME_NB_1"},   {112, INTENT_WRITE, "P_ME_NC_1"},
    {113, INTENT_CONTROL, "P_AC_NA_1"}, {120, INTENT_NONE, "F_FR_NA_1"},
    {121, INTENT_NONE, "F_SR_NA_1"},    {122, INTENT_READ, "F_SC_NA_1"},
    {123, INTENT_NONE, "F_LS_NA_1"},    {124, INTENT_NONE, "F_AF_NA_1"},
    {125, INTENT_NONE, "F_SG_NA_1"},    {126, INTENT_NONE, "F_DR_TA_1"},
    {127, INTENT_READ, "F_SC_NB_1"},
};
enum {
    FIRST_COMMAND = 45,
    END_OF_INITIALISATION = 70,
    COMMAND_SINGLE = 45,
    COMMAND_STEP = 47,
    TIMED_SINGLE = 58,
    TIMED_STEP = 60
};

/* IEC 60870-5-101 7.2.3. */
static const struct control_code causes[] = {
    {1, 0, "percyc"},   {2, 0, "back"},      {3, 0, "spont"},     {4, 0, "init"},
    {5, 0, "req"},      {6, 0, "act"},       {7, 0, "actcon"},    {8, 0, "deact"},
    {9, 0, "deactcon"}, {10, 0, "actterm"},  {11, 0, "retrem"},   {12, 0, "retloc"},
    {13, 0, "file"},    {14, 0, "auth"},     {15, 0, "seskey"},   {16, 0, "usrkey"},
    {20, 0, "inrogen"}, {21, 0, "inro1"},    {22, 0, "inro2"},    {23, 0, "inro3"},
    {24, 0, "inro4"},   {25, 0, "inro5"},    {26, 0, "inro6"},    {27, 0, "inro7"},
    {28, 0, "inro8"},   {29, 0, "inro9"},    {30, 0, "inro10"},   {31, 0, "inro11"},
    {32, 0, "inro12"},  {33, 0, "inro13"},   {34, 0, "inro14"},   {35, 0, "inro15"},
    {36, 0, "inro16"},  {37, 0, "reqcogen"}, {38, 0, "reqco1"},   {39, 0, "reqco2"},
    {40, 0, "reqco3"},  {41, 0, "reqco4"},   {44, 0, "uktypeid"}, {45, 0, "ukcot"},
    {46, 0, "ukcasdu"}, {47, 0, "ukioa"},
};
enum { ACT = 6, ACTCON = 7, DEACT = 8, DEACTCON = 9, ACTTERM = 10, UNKNOWN_FIRST = 44 };

const char *iec104_type_name(uint8_t type)
{
    return control_code_name(types, COUNT(types), type);
}

const char *iec104_cause_name(uint8_t cause)
{
    return control_code_name(causes, COUNT(causes), cause);
}

const char *iec104_u_name(uint8_t u)
{
    switch (u) {
    case IEC104_STARTDT_ACT: return "STARTDT act";
    case IEC104_STARTDT_CON: return "STARTDT con";
    case IEC104_STOPDT_ACT: return "STOPDT act";
    case IEC104_STOPDT_CON: return "STOPDT con";
    case IEC104_TESTFR_ACT: return "TESTFR act";
    case IEC104_TESTFR_CON: return "TESTFR con";
    default: return NULL;
    }
}

/* False when there is no such control field (5.1): an I frame without an ASDU, another one with it, bits
 * that have to be zero. */
static bool control_read(struct iec104_facts *f, struct rd *r, size_t asdu)
{
    uint16_t first = rd_le16(r), second = rd_le16(r);
    if (second & 1)
        return false;
    f->receive = second >> 1;
    if (!(first & 1)) {
        f->format = IEC104_I;
        f->send = first >> 1;
        return asdu >= ASDU_MIN - 3;
    }
    if (!(first & 2)) {
        f->format = IEC104_S;
        return first == 1 && asdu == 0;
    }
    f->format = IEC104_U;
    f->u = (uint8_t)(first & 0xfc);
    return iec104_u_name(f->u) && first >> 8 == 0 && second == 0 && asdu == 0;
}

static bool asdu_read(struct iec104_facts *f, struct rd *r)
{
    f->type = rd_u8(r);
    uint8_t structure = rd_u8(r), cause = rd_u8(r);
    f->sequence = structure & 0x80;
    f->objects = structure & 0x7f;
    f->cause = cause & 0x3f;
    f->negative = cause & 0x40;
    f->test = cause & 0x80;
    f->originator = rd_u8(r);
    f->common_address = rd_le16(r);
    if (r->bad || f->type == 0 || f->cause == 0)
        return false;
    if (rd_left(r) < 3)
        return f->objects == 0;
    f->object_address = rd_le16(r);
    f->object_address |= (uint32_t)rd_u8(r) << 16;
    bool switches = (f->type >= COMMAND_SINGLE && f->type <= COMMAND_STEP) ||
                    (f->type >= TIMED_SINGLE && f->type <= TIMED_STEP);
    if (switches && rd_left(r))
        f->select = rd_u8(r) & SELECT;
    return true;
}

static enum dissect_result iec104_parse(enum dissect_transport transport, struct str bytes,
                                        union dissect_facts *ret_facts, size_t *ret_used)
{
    struct iec104_facts *f = &ret_facts->iec104;
    struct rd r = rd_over(bytes);
    (void)transport;
    *f = (struct iec104_facts){0};
    uint8_t start = rd_u8(&r);
    if (!r.bad && start != IEC104_START)
        return DISSECT_NOT;
    uint8_t len = rd_u8(&r);
    if (!r.bad && (len < IEC104_CONTROL_SIZE || len > IEC104_APDU_MAX))
        return DISSECT_NOT;
    if (r.bad || rd_left(&r) < len)
        return DISSECT_NEED_MORE;
    struct rd apdu = rd_of(r.at, len);
    if (!control_read(f, &apdu, len - (size_t)IEC104_CONTROL_SIZE) ||
        (f->format == IEC104_I && !asdu_read(f, &apdu)))
        return DISSECT_NOT;
    *ret_used = 2u + len;
    return DISSECT_DONE;
}

/* A U frame alone is six given bytes: proof. So is a first I frame of a known type that ends with the
 * bytes, where the port agrees. */
static enum dissect_probe iec104_probe(enum dissect_transport transport, struct str bytes)
{
    union dissect_facts facts;
    size_t used = 0;
    switch (iec104_parse(transport, bytes, &facts, &used)) {
    case DISSECT_NEED_MORE: return PROBE_MAYBE;
    case DISSECT_NOT: return PROBE_NO;
    case DISSECT_DONE: break;
    }
    const struct iec104_facts *f = &facts.iec104;
    if (used < bytes.len && (uint8_t)bytes.ptr[used] != IEC104_START)
        return PROBE_NO;
    if (f->format == IEC104_U)
        return PROBE_YES;
    return f->format == IEC104_S || iec104_type_name(f->type) ? PROBE_MAYBE : PROBE_NO;
}

static bool iec104_response(const union dissect_facts *facts)
{
    const struct iec104_facts *f = &facts->iec104;
    switch (f->format) {
    case IEC104_U:
        return f->u == IEC104_STARTDT_CON || f->u == IEC104_STOPDT_CON || f->u == IEC104_TESTFR_CON;
    case IEC104_I:
        return f->type < FIRST_COMMAND || f->type == END_OF_INITIALISATION || f->cause == ACTCON ||
               f->cause == DEACTCON || f->cause == ACTTERM || f->cause >= UNKNOWN_FIRST;
    default: return false;
    }
}

static enum dissect_intent iec104_intent(const union dissect_facts *facts)
{
    const struct iec104_facts *f = &facts->iec104;
    return f->format == IEC104_I ? control_code_intent(types, COUNT(types), f->type) : INTENT_NONE;
}

const struct dissector dissector_iec104 = {
    .name = "iec104",
    .app = APP_IEC104,
    .transports = DISSECT_TCP,
    .ports = {2404},
    .repeats = true,
    .most = 2 + IEC104_APDU_MAX,
    .probe = iec104_probe,
    .parse = iec104_parse,
    .response = iec104_response,
    .intent = iec104_intent,
};
