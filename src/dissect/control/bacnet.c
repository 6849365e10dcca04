/* bacnet.c - virtual link, network layer, and the fixed part of an APDU; BACnet/IP's row. */
#include "control_private.h"

enum {
    BVLL = 0x81,
    BVLC_LAST = 12,
    NPDU_VERSION = 1,
    NETWORK_MESSAGE = 0x80,
    NPDU_RESERVED = 0x50,
    HAS_DESTINATION = 0x20,
    HAS_SOURCE = 0x08,
    SEGMENTED = 0x08,
    READ_PROPERTY = 12,
    WRITE_PROPERTY = 15,
    MAC_MOST = 18,
};

static const struct control_code bvlcs[] = {
    {0, INTENT_NONE, "BVLC-Result"},
    {1, INTENT_WRITE, "Write-Broadcast-Distribution-Table"},
    {2, INTENT_READ, "Read-Broadcast-Distribution-Table"},
    {3, INTENT_READ, "Read-Broadcast-Distribution-Table-Ack"},
    {4, INTENT_NONE, "Forwarded-NPDU"},
    {5, INTENT_NONE, "Register-Foreign-Device"},
    {6, INTENT_READ, "Read-Foreign-Device-Table"},
    {7, INTENT_READ, "Read-Foreign-Device-Table-Ack"},
    {8, INTENT_WRITE, "Delete-Foreign-Device-Table-Entry"},
    {9, INTENT_NONE, "Distribute-Broadcast-To-Network"},
    {10, INTENT_NONE, "Original-Unicast-NPDU"},
    {11, INTENT_NONE, "Original-Broadcast-NPDU"},
    {12, INTENT_NONE, "Secure-BVLL"},
};

static const struct control_code confirmed[] = {
    {0, INTENT_WRITE, "acknowledgeAlarm"},
    {1, INTENT_NONE, "confirmedCOVNotification"},
    {2, INTENT_NONE, "confirmedEventNotification"},
    {3, INTENT_READ, "getAlarmSummary"},
    {4, INTENT_READ, "getEnrollmentSummary"},
    {5, INTENT_READ, "subscribeCOV"},
    {6, INTENT_READ, "atomicReadFile"},
    {7, INTENT_PROGRAM, "atomicWriteFile"},
    {8, INTENT_WRITE, "addListElement"},
    {9, INTENT_WRITE, "removeListElement"},
    {10, INTENT_PROGRAM, "createObject"},
    {11, INTENT_PROGRAM, "deleteObject"},
    {READ_PROPERTY, INTENT_READ, "readProperty"},
    {13, INTENT_READ, "readPropertyConditional"},
    {14, INTENT_READ, "readPropertyMultiple"},
    {WRITE_PROPERTY, INTENT_WRITE, "writeProperty"},
    {16, INTENT_WRITE, "writePropertyMultiple"},
    {17, INTENT_CONTROL, "deviceCommunicationControl"},
    {18, INTENT_NONE, "confirmedPrivateTransfer"},
    {19, INTENT_NONE, "confirmedTextMessage"},
    {20, INTENT_CONTROL, "reinitializeDevice"},
    {21, INTENT_CONTROL, "vtOpen"},
    {22, INTENT_NONE, "vtClose"},
    {23, INTENT_CONTROL, "vtData"},
    {24, INTENT_NONE, "authenticate"},
    {25, INTENT_NONE, "requestKey"},
    {26, INTENT_READ, "readRange"},
    {27, INTENT_CONTROL, "lifeSafetyOperation"},
    {28, INTENT_READ, "subscribeCOVProperty"},
    {29, INTENT_READ, "getEventInformation"},
    {30, INTENT_READ, "subscribeCOVPropertyMultiple"},
    {31, INTENT_NONE, "confirmedCOVNotificationMultiple"},
};

static const struct control_code unconfirmed[] = {
    {0, INTENT_NONE, "iAm"},
    {1, INTENT_NONE, "iHave"},
    {2, INTENT_NONE, "unconfirmedCOVNotification"},
    {3, INTENT_NONE, "unconfirmedEventNotification"},
    {4, INTENT_NONE, "unconfirmedPrivateTransfer"},
    {5, INTENT_NONE, "unconfirmedTextMessage"},
    {6, INTENT_WRITE, "timeSynchronization"},
    {7, INTENT_READ, "whoHas"},
    {8, INTENT_READ, "whoIs"},
    {9, INTENT_WRITE, "utcTimeSynchronization"},
    {10, INTENT_WRITE, "writeGroup"},
    {11, INTENT_NONE, "unconfirmedCOVNotificationMultiple"},
    {12, INTENT_NONE, "whoAmI"},
    {13, INTENT_WRITE, "youAre"},
};
enum { I_AM = 0, I_HAVE = 1 };

const char *bacnet_bvlc_name(uint8_t function)
{
    return control_code_name(bvlcs, COUNT(bvlcs), function);
}

const char *bacnet_apdu_name(uint8_t type)
{
    static const char *const names[BACNET_APDUS] = {
        "Confirmed-Request",
        "Unconfirmed-Request",
        "Simple-ACK",
        "Complex-ACK",
        "Segment-ACK",
        "Error",
        "Reject",
        "Abort",
    };
    return type < BACNET_APDUS ? names[type] : NULL;
}

static const struct control_code *service_of(const struct bacnet_facts *b)
{
    if (!b->apdu || !b->has_service)
        return NULL;
    return b->type == BACNET_UNCONFIRMED
               ? control_code_find(unconfirmed, COUNT(unconfirmed), b->service)
               : control_code_find(confirmed, COUNT(confirmed), b->service);
}

const char *bacnet_service_name(const struct bacnet_facts *b)
{
    const struct control_code *c = service_of(b);
    return c ? c->name : NULL;
}

/* Context tag 0 an object, context tag 1 a property (clause 20.2): how both services begin. */
static void object_read(struct bacnet_facts *b, struct rd *r)
{
    if (rd_u8(r) != 0x0c)
        return;
    uint32_t object = rd_be32(r);
    uint8_t tag = rd_u8(r);
    uint32_t property = tag == 0x19 ? rd_u8(r) : tag == 0x1a ? rd_be16(r) : UINT32_MAX;
    if (r->bad || property == UINT32_MAX)
        return;
    b->has_object = true;
    b->object_type = (uint16_t)(object >> 22);
    b->object_instance = object & 0x3fffff;
    b->property = property;
}

static void service_read(struct bacnet_facts *b, struct rd *r, bool with_object)
{
    b->service = rd_u8(r);
    b->has_service = !r->bad;
    if (with_object && !b->segmented &&
        (b->service == READ_PROPERTY || b->service == WRITE_PROPERTY))
        object_read(b, r);
}

/* Clause 20.1. */
static bool apdu_read(struct bacnet_facts *b, struct rd *r)
{
    uint8_t first = rd_u8(r);
    if (r->bad)
        return false;
    b->apdu = true;
    b->type = first >> 4;
    b->segmented =
        (first & SEGMENTED) && (b->type == BACNET_CONFIRMED || b->type == BACNET_COMPLEX_ACK);
    if (b->type == BACNET_UNCONFIRMED) {
        service_read(b, r, false);
        return b->has_service && first == BACNET_UNCONFIRMED << 4;
    }
    if (b->type == BACNET_CONFIRMED)
        (void)rd_u8(r); /* sizes accepted */
    b->invoke = rd_u8(r);
    if (b->segmented)
        rd_pass(r, 2);
    switch (b->type) {
    case BACNET_CONFIRMED:
    case BACNET_COMPLEX_ACK: service_read(b, r, true); return b->has_service;
    case BACNET_SIMPLE_ACK:
    case BACNET_ERROR: service_read(b, r, false); return b->has_service;
    case BACNET_SEGMENT_ACK: rd_pass(r, 2); return !r->bad;
    case BACNET_REJECT:
    case BACNET_ABORT: b->reason = rd_u8(r); return !r->bad;
    default: return false;
    }
}

static uint16_t address_read(struct rd *r, bool *good)
{
    uint16_t network = rd_be16(r);
    uint8_t len = rd_u8(r);
    rd_pass(r, len);
    *good &= len <= MAC_MOST && !r->bad;
    return network;
}

/* Clause 6.2. */
static bool npdu_read(struct bacnet_facts *b, struct rd *r)
{
    uint8_t version = rd_u8(r), control = rd_u8(r);
    bool good = !r->bad && version == NPDU_VERSION && !(control & NPDU_RESERVED);
    b->npdu = true;
    b->has_destination = control & HAS_DESTINATION;
    b->has_source = control & HAS_SOURCE;
    if (good && b->has_destination)
        b->destination_network = address_read(r, &good);
    if (good && b->has_source)
        b->source_network = address_read(r, &good);
    if (good && b->has_destination)
        (void)rd_u8(r); /* hops left */
    if (!good || r->bad)
        return false;
    b->network_message = control & NETWORK_MESSAGE;
    if (!b->network_message)
        return apdu_read(b, r);
    b->network_type = rd_u8(r);
    return !r->bad;
}

static bool carries_npdu(uint8_t function)
{
    return function == BACNET_FORWARDED || function == 9 || function == BACNET_UNICAST ||
           function == BACNET_BROADCAST;
}

static enum dissect_result bacnet_parse(enum dissect_transport transport, struct str bytes,
                                        union dissect_facts *ret_facts, size_t *ret_used)
{
    struct bacnet_facts *b = &ret_facts->bacnet;
    struct rd r = rd_over(bytes);
    (void)transport;
    *b = (struct bacnet_facts){0};
    uint8_t type = rd_u8(&r);
    b->bvlc = rd_u8(&r);
    uint16_t len = rd_be16(&r);
    if (r.bad || type != BVLL || b->bvlc > BVLC_LAST || len != bytes.len)
        return DISSECT_NOT;
    if (b->bvlc == BACNET_FORWARDED)
        rd_pass(&r, 6); /* who sent it first */
    if (carries_npdu(b->bvlc) && !npdu_read(b, &r))
        return DISSECT_NOT;
    *ret_used = bytes.len;
    return DISSECT_DONE;
}

/* Without an NPDU there are but four bytes to go by. */
static enum dissect_probe bacnet_probe(enum dissect_transport transport, struct str bytes)
{
    union dissect_facts facts;
    size_t used = 0;
    if (bacnet_parse(transport, bytes, &facts, &used) != DISSECT_DONE)
        return PROBE_NO;
    return bacnet_service_name(&facts.bacnet) ? PROBE_YES : PROBE_MAYBE;
}

static bool bacnet_response(const union dissect_facts *f)
{
    const struct bacnet_facts *b = &f->bacnet;
    if (!b->apdu)
        return b->bvlc == 0 || b->bvlc == 3 || b->bvlc == 7;
    if (b->type == BACNET_UNCONFIRMED)
        return b->service == I_AM || b->service == I_HAVE;
    return b->type != BACNET_CONFIRMED;
}

static enum dissect_intent bacnet_intent(const union dissect_facts *f)
{
    const struct bacnet_facts *b = &f->bacnet;
    const struct control_code *c = service_of(b);
    if (c)
        return (enum dissect_intent)c->intent;
    return b->npdu ? INTENT_NONE : control_code_intent(bvlcs, COUNT(bvlcs), b->bvlc);
}

const struct dissector dissector_bacnet = {
    .name = "bacnet",
    .app = APP_BACNET,
    .transports = DISSECT_UDP,
    .ports = {47808},
    .repeats = true,
    .most = 1497, /* the longest NPDU on Ethernet, annex J 2 */
    .probe = bacnet_probe,
    .parse = bacnet_parse,
    .response = bacnet_response,
    .intent = bacnet_intent,
};
