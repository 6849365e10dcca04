/* cip.c - CIP requests and responses: service, path, status, and the messages inside a message. */
#include "enip_private.h"

enum {
    PCCC = 0x4b,
    FORWARD_OPEN = 0x54,
    LARGE_FORWARD_OPEN = 0x5b,
    FORWARD_CLOSE = 0x4e,
    CLASS_ANY = 0,
    CLASS_SYMBOL = 0x6b,
    SEGMENTS_MOST = 8,
};

/* Services of all objects (volume 1, appendix A), and those of Logix controllers' tags. */
static const struct control_code services[] = {
    {0x01, INTENT_READ, "Get Attributes All"},
    {0x02, INTENT_WRITE, "Set Attributes All"},
    {0x03, INTENT_READ, "Get Attribute List"},
    {0x04, INTENT_WRITE, "Set Attribute List"},
    {0x05, INTENT_CONTROL, "Reset"},
    {0x06, INTENT_CONTROL, "Start"},
    {0x07, INTENT_CONTROL, "Stop"},
    {0x08, INTENT_PROGRAM, "Create"},
    {0x09, INTENT_PROGRAM, "Delete"},
    {CIP_MULTIPLE, INTENT_NONE, "Multiple Service Packet"},
    {0x0d, INTENT_WRITE, "Apply Attributes"},
    {0x0e, INTENT_READ, "Get Attribute Single"},
    {0x10, INTENT_WRITE, "Set Attribute Single"},
    {0x11, INTENT_READ, "Find Next Object Instance"},
    {0x14, INTENT_NONE, "Error Response"},
    {0x15, INTENT_PROGRAM, "Restore"},
    {0x16, INTENT_PROGRAM, "Save"},
    {0x17, INTENT_NONE, "NOP"},
    {0x18, INTENT_READ, "Get Member"},
    {0x19, INTENT_WRITE, "Set Member"},
    {0x1a, INTENT_WRITE, "Insert Member"},
    {0x1b, INTENT_WRITE, "Remove Member"},
    {0x1c, INTENT_NONE, "Group Sync"},
    {0x4c, INTENT_READ, "Read Tag"},
    {0x4d, INTENT_WRITE, "Write Tag"},
    {0x4e, INTENT_WRITE, "Read Modify Write Tag"},
    {0x52, INTENT_READ, "Read Tag Fragmented"},
    {0x53, INTENT_WRITE, "Write Tag Fragmented"},
    {0x55, INTENT_READ, "Get Instance Attribute List"},
};

static const struct control_code manager_services[] = {
    {FORWARD_CLOSE, INTENT_NONE, "Forward Close"},
    {CIP_UNCONNECTED_SEND, INTENT_NONE, "Unconnected Send"},
    {FORWARD_OPEN, INTENT_NONE, "Forward Open"},
    {0x56, INTENT_READ, "Get Connection Data"},
    {0x57, INTENT_READ, "Search Connection Data"},
    {0x5a, INTENT_READ, "Get Connection Owner"},
    {LARGE_FORWARD_OPEN, INTENT_NONE, "Large Forward Open"},
};

static const struct control_code file_services[] = {
    {0x4b, INTENT_READ, "Initiate Upload"},       {0x4c, INTENT_PROGRAM, "Initiate Download"},
    {0x4d, INTENT_READ, "Initiate Partial Read"}, {0x4e, INTENT_PROGRAM, "Initiate Partial Write"},
    {0x4f, INTENT_READ, "Upload Transfer"},       {0x50, INTENT_PROGRAM, "Download Transfer"},
    {0x51, INTENT_PROGRAM, "Clear File"},
};

static const struct control_code pccc_services[] = {{PCCC, INTENT_NONE, "Execute PCCC"}};

/* PCCC (Rockwell 1770-6.5.16, chapter 7): command << 8 | function. */
static const struct control_code pccc[] = {
    {0x0f00, INTENT_WRITE, "word range write"},
    {0x0f01, INTENT_READ, "word range read"},
    {0x0f07, INTENT_CONTROL, "disable forces"},
    {0x0f08, INTENT_PROGRAM, "download"},
    {0x0f17, INTENT_READ, "read bytes physical"},
    {0x0f18, INTENT_WRITE, "write bytes physical"},
    {0x0f26, INTENT_WRITE, "read-modify-write"},
    {0x0f3a, INTENT_CONTROL, "set CPU mode"},
    {0x0f50, INTENT_PROGRAM, "download all request"},
    {0x0f52, INTENT_PROGRAM, "download completed"},
    {0x0f53, INTENT_READ, "upload all request"},
    {0x0f55, INTENT_READ, "upload completed"},
    {0x0f57, INTENT_PROGRAM, "initialize memory"},
    {0x0f67, INTENT_WRITE, "typed write"},
    {0x0f68, INTENT_READ, "typed read"},
    {0x0f79, INTENT_WRITE, "read-modify-write N"},
    {0x0f80, INTENT_CONTROL, "change mode"},
    {0x0f8f, INTENT_PROGRAM, "apply port configuration"},
    {0x0fa1, INTENT_READ, "protected typed logical read, two fields"},
    {0x0fa2, INTENT_READ, "protected typed logical read, three fields"},
    {0x0fa9, INTENT_WRITE, "protected typed logical write, two fields"},
    {0x0faa, INTENT_WRITE, "protected typed logical write, three fields"},
    {0x0fab, INTENT_WRITE, "protected typed logical write with mask"},
    {0x0faf, INTENT_PROGRAM, "protected typed file write"},
    {0x0fa7, INTENT_READ, "protected typed file read"},
};

static const struct control_code classes[] = {
    {0x01, 0, "Identity"},
    {0x02, 0, "Message Router"},
    {0x03, 0, "DeviceNet"},
    {0x04, 0, "Assembly"},
    {0x05, 0, "Connection"},
    {0x06, 0, "Connection Manager"},
    {0x07, 0, "Register"},
    {0x08, 0, "Discrete Input Point"},
    {0x09, 0, "Discrete Output Point"},
    {0x0a, 0, "Analog Input Point"},
    {0x0b, 0, "Analog Output Point"},
    {0x0f, 0, "Parameter"},
    {0x10, 0, "Parameter Group"},
    {0x12, 0, "Group"},
    {0x23, 0, "Position Sensor"},
    {0x28, 0, "Motor Data"},
    {0x29, 0, "Control Supervisor"},
    {0x2a, 0, "AC/DC Drive"},
    {CIP_CLASS_FILE, 0, "File"},
    {0x39, 0, "Safety Supervisor"},
    {0x42, 0, "Motion Device Axis"},
    {0x43, 0, "Time Sync"},
    {0x44, 0, "Modbus"},
    {0x47, 0, "Device Level Ring (DLR)"},
    {0x48, 0, "QoS"},
    {0x5d, 0, "CIP Security"},
    {0x5e, 0, "EtherNet/IP Security"},
    {CIP_CLASS_PCCC, 0, "PCCC Class"},
    {0xf0, 0, "ControlNet"},
    {0xf4, 0, "Port"},
    {0xf5, 0, "TCP/IP Interface"},
    {0xf6, 0, "Ethernet Link"},
};

static const struct control_code statuses[] = {
    {0x00, 0, "Success"},
    {0x01, 0, "Connection failure"},
    {0x02, 0, "Resource unavailable"},
    {0x03, 0, "Invalid parameter value"},
    {0x04, 0, "Path segment error"},
    {0x05, 0, "Path destination unknown"},
    {0x06, 0, "Partial transfer"},
    {0x07, 0, "Connection lost"},
    {0x08, 0, "Service not supported"},
    {0x09, 0, "Invalid attribute value"},
    {0x0a, 0, "Attribute list error"},
    {0x0b, 0, "Already in requested mode/state"},
    {0x0c, 0, "Object state conflict"},
    {0x0d, 0, "Object already exists"},
    {0x0e, 0, "Attribute not settable"},
    {0x0f, 0, "Privilege violation"},
    {0x10, 0, "Device state conflict"},
    {0x11, 0, "Reply data too large"},
    {0x13, 0, "Not enough data"},
    {0x14, 0, "Attribute not supported"},
    {0x15, 0, "Too much data"},
    {0x16, 0, "Object does not exist"},
    {0x1e, 0, "Embedded service error"},
    {0x1f, 0, "Vendor specific error"},
    {0x20, 0, "Invalid parameter"},
    {0x26, 0, "Path size invalid"},
    {0xff, 0, "General error"},
};

const char *cip_class_name(uint32_t class_id)
{
    return class_id <= UINT16_MAX ? control_code_name(classes, COUNT(classes), class_id) : NULL;
}

const char *cip_status_name(uint8_t status)
{
    return control_code_name(statuses, COUNT(statuses), status);
}

static const struct control_code *service_find(unsigned service, uint32_t class_id)
{
    const struct control_code *found = NULL;
    service &= ~(unsigned)CIP_RESPONSE;
    if (class_id == CIP_CLASS_CONNECTION_MANAGER)
        found = control_code_find(manager_services, COUNT(manager_services), service);
    else if (class_id == CIP_CLASS_FILE)
        found = control_code_find(file_services, COUNT(file_services), service);
    else if (class_id == CIP_CLASS_PCCC)
        found = control_code_find(pccc_services, COUNT(pccc_services), service);
    return found ? found : control_code_find(services, COUNT(services), service);
}

const char *cip_service_name(uint8_t service, uint32_t class_id)
{
    const struct control_code *c = service_find(service, class_id);
    return c ? c->name : NULL;
}

static enum dissect_intent service_intent(unsigned service, uint32_t class_id)
{
    const struct control_code *c = service_find(service, class_id);
    return c ? (enum dissect_intent)c->intent : INTENT_NONE;
}

/* The gravest of all that a message carries. A response names no class: its service alone is not enough
 * to say more than the request already said. */
enum dissect_intent cip_intent(const struct enip_facts *e)
{
    if (!e->cip || (e->service & CIP_RESPONSE))
        return INTENT_NONE;
    if (e->pccc)
        return control_code_intent(pccc, COUNT(pccc),
                                   (unsigned)e->pccc_command << 8 | e->pccc_function);
    enum dissect_intent most = e->embedded
                                   ? service_intent(e->inner_service, e->inner_path.class_id)
                                   : service_intent(e->service, e->path.class_id);
    for (size_t i = 0; i < e->n_services; i++) {
        enum dissect_intent one = service_intent(e->services[i], e->service_classes[i]);
        if (one > most)
            most = one;
    }
    return most;
}

/* ---- paths ---- */

static uint32_t logical_value(struct rd *r, unsigned format)
{
    if (format == 0)
        return rd_u8(r);
    (void)rd_u8(r); /* padding */
    return format == 1 ? rd_le16(r) : rd_le32(r);
}

/* Logical segments as they come (volume 1, C-1.4); a symbol's name and a port are stepped over. */
static bool segment_read(struct cip_path *p, struct rd *r)
{
    enum { LOGICAL = 1, SYMBOL = 0x91, PORT_EXTENDED = 0x10 };
    uint8_t first = rd_u8(r);
    if (first == SYMBOL) {
        uint8_t len = rd_u8(r);
        rd_pass(r, len + len % 2u);
        p->symbolic = true;
        return !r->bad;
    }
    if (first >> 5 == 0) {
        uint8_t len = first & PORT_EXTENDED ? rd_u8(r) : 1;
        rd_pass(r, first & PORT_EXTENDED ? len + len % 2u : len);
        return !r->bad;
    }
    unsigned format = first & 3;
    if (first >> 5 != LOGICAL || format == 3)
        return false;
    uint32_t value = logical_value(r, format);
    if (r->bad)
        return false;
    switch (first >> 2 & 7) {
    case 0: p->has_class = true, p->class_id = value; break;
    case 1: p->has_instance = true, p->instance = value; break;
    case 4: p->has_attribute = true, p->attribute = value; break;
    default: break; /* member, connection point, special */
    }
    return true;
}

/* False when the path is longer than the message. */
static bool path_read(struct cip_path *p, struct rd *r)
{
    uint8_t words = rd_u8(r);
    struct rd path = rd_over(rd_str(r, (size_t)2 * words));
    for (unsigned i = 0; i < SEGMENTS_MOST && rd_left(&path); i++)
        if (!segment_read(p, &path))
            break;
    return !r->bad;
}

/* ---- messages inside a message ---- */

/* Volume 1, 3-5.5.4: priority, ticks, length, the message. */
static void unconnected_read(struct enip_facts *e, struct rd *r)
{
    rd_pass(r, 2);
    struct rd inner = rd_over(rd_str(r, rd_le16(r)));
    uint8_t service = rd_u8(&inner);
    struct cip_path path = {0};
    if (r->bad || inner.bad || !path_read(&path, &inner))
        return;
    e->embedded = true;
    e->inner_service = service;
    e->inner_path = path;
}

/* Volume 1, A-4.10: a count, so many offsets from the count on, the messages. */
static void multiple_read(struct enip_facts *e, struct rd r)
{
    struct rd start = r;
    unsigned count = rd_le16(&r);
    for (unsigned i = 0; i < count && e->n_services < ENIP_SERVICES; i++) {
        struct rd one = start;
        rd_pass(&one, rd_le16(&r));
        uint8_t service = rd_u8(&one);
        if (r.bad || one.bad)
            return;
        struct cip_path path = {0};
        if (!(service & CIP_RESPONSE) && !path_read(&path, &one))
            return;
        e->services[e->n_services] = service;
        e->service_classes[e->n_services++] =
            (uint16_t)(path.class_id <= UINT16_MAX ? path.class_id : 0);
    }
}

/* Requestor's identity behind its length, command, status, transaction, function. */
static void pccc_read(struct enip_facts *e, struct rd *r)
{
    uint8_t identity = rd_u8(r);
    rd_pass(r, identity ? identity - 1u : 0);
    e->pccc_command = rd_u8(r);
    rd_pass(r, 3);
    e->pccc_function = rd_u8(r);
    e->pccc = !r->bad;
}

void cip_read(struct enip_facts *e, struct rd r)
{
    e->service = rd_u8(&r);
    if (r.bad || e->service == 0 || e->service == CIP_RESPONSE)
        return;
    if (e->service & CIP_RESPONSE) {
        (void)rd_u8(&r);
        e->cip_status = rd_u8(&r);
        uint8_t words = rd_u8(&r);
        struct rd extended = rd_over(rd_str(&r, (size_t)2 * words));
        if (words)
            e->cip_extended = rd_le16(&extended);
        e->cip = !r.bad;
        if (e->cip && (e->service & ~CIP_RESPONSE) == CIP_MULTIPLE)
            multiple_read(e, r);
        return;
    }
    e->cip = path_read(&e->path, &r);
    if (!e->cip)
        return;
    if (e->service == CIP_MULTIPLE)
        multiple_read(e, r);
    else if (e->service == CIP_UNCONNECTED_SEND && e->path.class_id == CIP_CLASS_CONNECTION_MANAGER)
        unconnected_read(e, &r);
    else if (e->service == PCCC && e->path.class_id == CIP_CLASS_PCCC)
        pccc_read(e, &r);
}
