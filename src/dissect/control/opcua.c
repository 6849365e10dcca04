/* opcua.c - the message header and, where nothing is encrypted, the number of the service; OPC UA's row. */
#include "control_private.h"

enum {
    HEADER = 8,
    HELLO_SIZE = 32, /* with an empty URL */
    ACK_SIZE = 28,
    SIZE_MOST = 1 << 30,
    LOOK = 256, /* bytes of a chunk that are looked at; the policy's URI fits */
    POLICY_URI_MOST = 255,
};

/* OPC 10000-6 annex A, the numbers of the binary encodings. */
static const struct control_code services[] = {
    {397, INTENT_NONE, "ServiceFault"},
    {422, INTENT_READ, "FindServersRequest"},
    {425, INTENT_READ, "FindServersResponse"},
    {428, INTENT_READ, "GetEndpointsRequest"},
    {431, INTENT_READ, "GetEndpointsResponse"},
    {437, INTENT_NONE, "RegisterServerRequest"},
    {440, INTENT_NONE, "RegisterServerResponse"},
    {446, INTENT_NONE, "OpenSecureChannelRequest"},
    {449, INTENT_NONE, "OpenSecureChannelResponse"},
    {452, INTENT_NONE, "CloseSecureChannelRequest"},
    {455, INTENT_NONE, "CloseSecureChannelResponse"},
    {461, INTENT_NONE, "CreateSessionRequest"},
    {464, INTENT_NONE, "CreateSessionResponse"},
    {467, INTENT_NONE, "ActivateSessionRequest"},
    {470, INTENT_NONE, "ActivateSessionResponse"},
    {473, INTENT_NONE, "CloseSessionRequest"},
    {476, INTENT_NONE, "CloseSessionResponse"},
    {479, INTENT_NONE, "CancelRequest"},
    {482, INTENT_NONE, "CancelResponse"},
    {488, INTENT_PROGRAM, "AddNodesRequest"},
    {491, INTENT_PROGRAM, "AddNodesResponse"},
    {494, INTENT_PROGRAM, "AddReferencesRequest"},
    {497, INTENT_PROGRAM, "AddReferencesResponse"},
    {500, INTENT_PROGRAM, "DeleteNodesRequest"},
    {503, INTENT_PROGRAM, "DeleteNodesResponse"},
    {506, INTENT_PROGRAM, "DeleteReferencesRequest"},
    {509, INTENT_PROGRAM, "DeleteReferencesResponse"},
    {527, INTENT_READ, "BrowseRequest"},
    {530, INTENT_READ, "BrowseResponse"},
    {533, INTENT_READ, "BrowseNextRequest"},
    {536, INTENT_READ, "BrowseNextResponse"},
    {554, INTENT_READ, "TranslateBrowsePathsToNodeIdsRequest"},
    {557, INTENT_READ, "TranslateBrowsePathsToNodeIdsResponse"},
    {560, INTENT_READ, "RegisterNodesRequest"},
    {563, INTENT_READ, "RegisterNodesResponse"},
    {566, INTENT_NONE, "UnregisterNodesRequest"},
    {569, INTENT_NONE, "UnregisterNodesResponse"},
    {615, INTENT_READ, "QueryFirstRequest"},
    {618, INTENT_READ, "QueryFirstResponse"},
    {621, INTENT_READ, "QueryNextRequest"},
    {624, INTENT_READ, "QueryNextResponse"},
    {631, INTENT_READ, "ReadRequest"},
    {634, INTENT_READ, "ReadResponse"},
    {664, INTENT_READ, "HistoryReadRequest"},
    {667, INTENT_READ, "HistoryReadResponse"},
    {673, INTENT_WRITE, "WriteRequest"},
    {676, INTENT_WRITE, "WriteResponse"},
    {700, INTENT_WRITE, "HistoryUpdateRequest"},
    {703, INTENT_WRITE, "HistoryUpdateResponse"},
    {712, INTENT_CONTROL, "CallRequest"},
    {715, INTENT_CONTROL, "CallResponse"},
    {751, INTENT_READ, "CreateMonitoredItemsRequest"},
    {754, INTENT_READ, "CreateMonitoredItemsResponse"},
    {763, INTENT_READ, "ModifyMonitoredItemsRequest"},
    {766, INTENT_READ, "ModifyMonitoredItemsResponse"},
    {769, INTENT_READ, "SetMonitoringModeRequest"},
    {772, INTENT_READ, "SetMonitoringModeResponse"},
    {775, INTENT_READ, "SetTriggeringRequest"},
    {778, INTENT_READ, "SetTriggeringResponse"},
    {781, INTENT_READ, "DeleteMonitoredItemsRequest"},
    {784, INTENT_READ, "DeleteMonitoredItemsResponse"},
    {787, INTENT_READ, "CreateSubscriptionRequest"},
    {790, INTENT_READ, "CreateSubscriptionResponse"},
    {793, INTENT_READ, "ModifySubscriptionRequest"},
    {796, INTENT_READ, "ModifySubscriptionResponse"},
    {799, INTENT_READ, "SetPublishingModeRequest"},
    {802, INTENT_READ, "SetPublishingModeResponse"},
    {826, INTENT_READ, "PublishRequest"},
    {829, INTENT_READ, "PublishResponse"},
    {832, INTENT_READ, "RepublishRequest"},
    {835, INTENT_READ, "RepublishResponse"},
    {841, INTENT_READ, "TransferSubscriptionsRequest"},
    {844, INTENT_READ, "TransferSubscriptionsResponse"},
    {847, INTENT_READ, "DeleteSubscriptionsRequest"},
    {850, INTENT_READ, "DeleteSubscriptionsResponse"},
};
enum { SERVICE_FAULT = 397, ACTIVATE_REQUEST = 467, ACTIVATE_RESPONSE = 470 };

static const char *const type_texts[OPCUA_TYPES] = {
#define X(name, text) [OPCUA_##name] = (text),
    OPCUA_TYPE_MAP(X)
#undef X
};

const char *opcua_type_name(uint8_t type)
{
    return type < OPCUA_TYPES ? type_texts[type] : "";
}

const char *opcua_service_name(uint16_t service)
{
    return control_code_name(services, COUNT(services), service);
}

bool opcua_service_answers(uint16_t service)
{
    const char *name = opcua_service_name(service);
    return service == SERVICE_FAULT || (name && strstr(name, "Response"));
}

/* "http://opcfoundation.org/UA/SecurityPolicy#Basic256Sha256": its maker's own names begin otherwise. */
static bool policy_read(struct opcua_facts *o, struct rd *r)
{
    static const struct str prefix = S_("http://opcfoundation.org/UA/SecurityPolicy#");
    uint32_t len = rd_le32(r);
    if (r->bad || len > POLICY_URI_MOST)
        return false;
    struct str uri = rd_str(r, len);
    if (r->bad || !str_starts(uri, prefix))
        return false;
    uri = str_skip(uri, prefix.len);
    o->secure = !str_eq(uri, S("None"));
    o->policy_len = (uint8_t)(uri.len < OPCUA_POLICY_MAX ? uri.len : OPCUA_POLICY_MAX);
    for (size_t i = 0; i < o->policy_len; i++) {
        char c = uri.ptr[i];
        o->policy[i] = '?';
        if (c > 0x20 && c < 0x7f)
            o->policy[i] = c;
    }
    return true;
}

/* A NodeId in four bytes of namespace 0 is how every service's number is written (OPC 10000-6 5.2.2.9).
 * In an encrypted body, or in the middle of a message, other bytes stand there. */
static void service_read(struct opcua_facts *o, struct rd *r)
{
    uint8_t encoding = rd_u8(r), name_space = rd_u8(r);
    uint16_t number = rd_le16(r);
    if (r->bad || encoding != 1 || name_space != 0 || !opcua_service_name(number))
        return;
    o->service = number;
    if (!opcua_service_answers(number))
        return;
    rd_pass(r, 12); /* time stamp, request handle */
    o->result = rd_le32(r);
    o->has_result = !r->bad;
}

static bool body_read(struct opcua_facts *o, struct rd *r)
{
    switch (o->type) {
    case OPCUA_HELLO: o->version = rd_le32(r); return o->size >= HELLO_SIZE && !r->bad;
    case OPCUA_ACKNOWLEDGE: o->version = rd_le32(r); return o->size == ACK_SIZE && !r->bad;
    case OPCUA_ERROR: o->error = rd_le32(r); return o->size >= 16 && !r->bad;
    case OPCUA_REVERSE_HELLO: return o->size >= 16;
    default: break;
    }
    o->channel = rd_le32(r);
    if (o->type == OPCUA_OPEN) {
        if (!policy_read(o, r))
            return false;
        for (int i = 0; i < 2; i++) { /* the sender's certificate, the receiver's thumbprint */
            uint32_t len = rd_le32(r);
            if (!r->bad && len != UINT32_MAX)
                rd_pass(r, len);
        }
        if (r->bad) /* a certificate longer than we look: the rest is encrypted anyhow */
            return true;
    } else {
        (void)rd_le32(r); /* token */
    }
    o->sequence = rd_le32(r);
    o->request = rd_le32(r);
    if (r->bad)
        return false;
    if (o->chunk != 'A' && !(o->type == OPCUA_OPEN && o->secure))
        service_read(o, r);
    return true;
}

static bool type_read(struct opcua_facts *o, struct str bytes)
{
    size_t n = bytes.len < 3 ? bytes.len : 3;
    for (o->type = 0; o->type < OPCUA_TYPES; o->type++)
        if (memcmp(bytes.ptr, type_texts[o->type], n) == 0)
            return true;
    return false;
}

static enum dissect_result opcua_parse(enum dissect_transport transport, struct str bytes,
                                       union dissect_facts *ret_facts, size_t *ret_used)
{
    struct opcua_facts *o = &ret_facts->opcua;
    struct rd r = rd_over(bytes);
    (void)transport;
    memset(o, 0, sizeof *o);
    if (bytes.len && !type_read(o, bytes))
        return DISSECT_NOT;
    rd_pass(&r, 3);
    o->chunk = (char)rd_u8(&r);
    o->size = rd_le32(&r);
    if (r.bad)
        return DISSECT_NEED_MORE;
    bool chunks = o->type == OPCUA_MESSAGE && (o->chunk == 'C' || o->chunk == 'A');
    if ((o->chunk != 'F' && !chunks) || o->size < HEADER + 4 || o->size > SIZE_MOST)
        return DISSECT_NOT;
    size_t body = o->size - HEADER, here = rd_left(&r), look = body < LOOK ? body : LOOK;
    if (here < look)
        return DISSECT_NEED_MORE;
    struct rd chunk = rd_of(r.at, look);
    if (!body_read(o, &chunk))
        return DISSECT_NOT;
    *ret_used = o->size;
    return DISSECT_DONE;
}

/* A hello with the one version there is, its answer, or a policy's URI prove themselves. */
static enum dissect_probe opcua_probe(enum dissect_transport transport, struct str bytes)
{
    union dissect_facts facts;
    size_t used = 0;
    switch (opcua_parse(transport, bytes, &facts, &used)) {
    case DISSECT_NEED_MORE: return PROBE_MAYBE;
    case DISSECT_NOT: return PROBE_NO;
    case DISSECT_DONE: break;
    }
    const struct opcua_facts *o = &facts.opcua;
    switch (o->type) {
    case OPCUA_HELLO:
    case OPCUA_ACKNOWLEDGE: return o->version == 0 ? PROBE_YES : PROBE_MAYBE;
    case OPCUA_OPEN: return PROBE_YES;
    default: return o->service ? PROBE_YES : PROBE_MAYBE;
    }
}

static bool opcua_response(const union dissect_facts *f)
{
    const struct opcua_facts *o = &f->opcua;
    return o->type == OPCUA_ACKNOWLEDGE || o->type == OPCUA_ERROR ||
           opcua_service_answers(o->service);
}

static enum dissect_intent opcua_intent(const union dissect_facts *f)
{
    return control_code_intent(services, COUNT(services), f->opcua.service);
}

static enum dissect_login opcua_login(const union dissect_facts *f)
{
    const struct opcua_facts *o = &f->opcua;
    if (o->service == ACTIVATE_REQUEST)
        return LOGIN_TRIED;
    if (o->service != ACTIVATE_RESPONSE || !o->has_result)
        return LOGIN_NONE;
    return o->result ? LOGIN_FAILED : LOGIN_DONE;
}

const struct dissector dissector_opcua = {
    .name = "opcua",
    .app = APP_OPCUA,
    .transports = DISSECT_TCP,
    .ports = {4840},
    .repeats = true,
    .most = HEADER + LOOK,
    .probe = opcua_probe,
    .parse = opcua_parse,
    .response = opcua_response,
    .intent = opcua_intent,
    .login = opcua_login,
};
