/* enip.c - the encapsulation header and its items; EtherNet/IP's rows, for orders and for cyclic data. */
#include "enip_private.h"

enum {
    STREAM_MOST = 2048,
    LOOK = 1024, /* bytes of a message that are looked at */
    ITEM_NULL = 0x0000,
    ITEM_IDENTITY = 0x000c,
    ITEM_CONNECTED_ADDRESS = 0x00a1,
    ITEM_CONNECTED_DATA = 0x00b1,
    ITEM_UNCONNECTED_DATA = 0x00b2,
    ITEM_SERVICES = 0x0100,
    ITEM_SEQUENCED = 0x8002,
    ITEMS_MOST = 8,
};

static const struct control_code commands[] = {
    {ENIP_NOP, 0, "nop"},
    {ENIP_LIST_SERVICES, 0, "list_services"},
    {ENIP_LIST_IDENTITY, 0, "list_identity"},
    {ENIP_LIST_INTERFACES, 0, "list_interfaces"},
    {ENIP_REGISTER_SESSION, 0, "register_session"},
    {ENIP_UNREGISTER_SESSION, 0, "unregister_session"},
    {ENIP_SEND_RR_DATA, 0, "send_rr_data"},
    {ENIP_SEND_UNIT_DATA, 0, "send_unit_data"},
    {0x72, 0, "indicate_status"},
    {0x73, 0, "cancel"},
};

static const struct control_code statuses[] = {
    {0, 0, "success"},
    {1, 0, "invalid_cmd"},
    {2, 0, "no_resources"},
    {3, 0, "invalid_data"},
    {0x64, 0, "invalid_session"},
    {0x65, 0, "invalid_length"},
    {0x69, 0, "unsupported_prot_rev"},
    {0x6a, 0, "encap_header_error"},
};

const char *enip_command_name(uint16_t command)
{
    return control_code_name(commands, COUNT(commands), command);
}

const char *enip_status_name(uint32_t status)
{
    return status <= UINT16_MAX ? control_code_name(statuses, COUNT(statuses), (uint16_t)status)
                                : NULL;
}

/* Volume 2, 2-4.2: what a device says it is. */
static void identity_read(struct enip_identity *i, struct rd r)
{
    enum { SOCKET_ADDRESS = 16 };
    i->protocol_version = rd_le16(&r);
    rd_pass(&r, SOCKET_ADDRESS);
    i->vendor = rd_le16(&r);
    i->device_type = rd_le16(&r);
    i->product = rd_le16(&r);
    i->major = rd_u8(&r);
    i->minor = rd_u8(&r);
    i->status = rd_le16(&r);
    i->serial = rd_le32(&r);
    struct str name = rd_str(&r, rd_u8(&r));
    i->state = rd_u8(&r);
    i->told = !r.bad;
    i->name_len = (uint8_t)(name.len < ENIP_NAME_MAX ? name.len : ENIP_NAME_MAX);
    for (size_t n = 0; n < i->name_len; n++) {
        bool printable = name.ptr[n] >= 0x20 && name.ptr[n] < 0x7f;
        i->name[n] = '?';
        if (printable)
            i->name[n] = name.ptr[n];
    }
}

static void item_read(struct enip_facts *e, unsigned type, struct rd data)
{
    switch (type) {
    case ITEM_IDENTITY: identity_read(&e->identity, data); break;
    case ITEM_CONNECTED_ADDRESS: e->connection = rd_le32(&data); break;
    case ITEM_CONNECTED_DATA:
        (void)rd_le16(&data); /* sequence */
        cip_read(e, data);
        break;
    case ITEM_UNCONNECTED_DATA: cip_read(e, data); break;
    default: break;
    }
}

/* Common packet format (volume 2, 2-6.1). True when its items end where the message does; a message
 * longer than we look at is taken at its word. */
static bool items_read(struct enip_facts *e, struct rd *r, size_t unseen)
{
    unsigned count = rd_le16(r);
    if (r->bad || count > ITEMS_MOST)
        return false;
    for (unsigned i = 0; i < count; i++) {
        uint16_t type = rd_le16(r), len = rd_le16(r);
        if (r->bad || len > rd_left(r) + unseen)
            return false;
        struct str data = rd_rest(r, len);
        item_read(e, type, rd_over(data));
        rd_pass(r, data.len);
        unseen -= len - data.len;
    }
    return !rd_left(r) && !unseen;
}

static bool body_read(struct enip_facts *e, struct rd *r, size_t unseen)
{
    switch (e->command) {
    case ENIP_NOP: return true;
    case ENIP_LIST_SERVICES:
    case ENIP_LIST_IDENTITY:
    case ENIP_LIST_INTERFACES:
        e->answers = e->length > 0;
        return !e->length || items_read(e, r, unseen);
    case ENIP_REGISTER_SESSION:
        e->answers = e->session != 0;
        e->registers = e->length == 4;
        e->register_version = rd_le16(r);
        e->register_options = rd_le16(r);
        return e->registers || (e->length == 0 && e->status);
    case ENIP_UNREGISTER_SESSION: return e->length == 0;
    case ENIP_SEND_RR_DATA:
    case ENIP_SEND_UNIT_DATA:
        if (e->length == 0 && e->status) {
            e->answers = true;
            return true;
        }
        if (rd_le32(r) != 0) /* interface handle: CIP */
            return false;
        (void)rd_le16(r);
        if (!items_read(e, r, unseen))
            return false;
        e->answers = e->cip && (e->service & CIP_RESPONSE);
        return true;
    default: return true;
    }
}

static bool header_read(struct enip_facts *e, struct rd *r)
{
    e->command = rd_le16(r);
    e->length = rd_le16(r);
    e->session = rd_le32(r);
    e->status = rd_le32(r);
    rd_pass(r, 8); /* whatever the sender wants back */
    uint32_t options = rd_le32(r);
    return r->bad || (enip_command_name(e->command) && enip_status_name(e->status) && options == 0);
}

static enum dissect_result enip_parse(enum dissect_transport transport, struct str bytes,
                                      union dissect_facts *ret_facts, size_t *ret_used)
{
    struct enip_facts *e = &ret_facts->enip;
    struct rd r = rd_over(bytes);
    memset(e, 0, sizeof *e);
    if (bytes.len >= 2) {
        struct rd peek = r;
        if (!enip_command_name(rd_le16(&peek)))
            return DISSECT_NOT;
    }
    if (!header_read(e, &r))
        return DISSECT_NOT;
    size_t here = rd_left(&r), look = e->length < LOOK ? e->length : LOOK;
    if (r.bad || here < look)
        return transport == DISSECT_UDP ? DISSECT_NOT : DISSECT_NEED_MORE;
    struct rd body = rd_of(r.at, look);
    if (!body_read(e, &body, e->length - look))
        return DISSECT_NOT;
    *ret_used = (size_t)ENIP_HEADER_SIZE + e->length;
    return DISSECT_DONE;
}

/* Zeros stand in most of the header, so a header alone proves little: what it announces has to be there. */
static enum dissect_probe enip_probe(enum dissect_transport transport, struct str bytes)
{
    union dissect_facts facts;
    size_t used = 0;
    switch (enip_parse(transport, bytes, &facts, &used)) {
    case DISSECT_NEED_MORE: return PROBE_MAYBE;
    case DISSECT_NOT: return PROBE_NO;
    case DISSECT_DONE: break;
    }
    const struct enip_facts *e = &facts.enip;
    bool registers = e->registers && e->register_version == 1 && e->register_options == 0;
    if (registers || e->cip || e->identity.told)
        return PROBE_YES;
    return PROBE_MAYBE;
}

static bool enip_response(const union dissect_facts *f)
{
    return f->enip.answers;
}

static enum dissect_intent enip_intent(const union dissect_facts *f)
{
    return cip_intent(&f->enip);
}

/* Two items: a sequenced address, and connected data that end with the datagram (volume 2, 3-2.2). */
static enum dissect_result io_parse(enum dissect_transport transport, struct str bytes,
                                    union dissect_facts *ret_facts, size_t *ret_used)
{
    struct enip_facts *e = &ret_facts->enip;
    struct rd r = rd_over(bytes);
    (void)transport;
    memset(e, 0, sizeof *e);
    uint16_t items = rd_le16(&r), address = rd_le16(&r), address_len = rd_le16(&r);
    e->connection = rd_le32(&r);
    (void)rd_le32(&r);
    uint16_t data = rd_le16(&r), len = rd_le16(&r);
    if (r.bad || items != 2 || address != ITEM_SEQUENCED || address_len != 8 ||
        data != ITEM_CONNECTED_DATA || len != rd_left(&r))
        return DISSECT_NOT;
    e->io = true;
    *ret_used = bytes.len;
    return DISSECT_DONE;
}

static enum dissect_probe io_probe(enum dissect_transport transport, struct str bytes)
{
    union dissect_facts facts;
    size_t used = 0;
    return io_parse(transport, bytes, &facts, &used) == DISSECT_DONE ? PROBE_YES : PROBE_NO;
}

const struct dissector dissector_enip = {
    .name = "enip",
    .app = APP_ENIP,
    .transports = DISSECT_TCP | DISSECT_UDP,
    .ports = {44818},
    .repeats = true,
    .most = STREAM_MOST,
    .probe = enip_probe,
    .parse = enip_parse,
    .pairs = true,
    .response = enip_response,
    .intent = enip_intent,
};

const struct dissector dissector_enip_io = {
    .name = "enip",
    .app = APP_ENIP,
    .transports = DISSECT_UDP,
    .ports = {2222},
    .most = STREAM_MOST,
    .probe = io_probe,
    .parse = io_parse,
};
