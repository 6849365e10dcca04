/* rdp.c - X.224 in TPKT, the negotiation in it, MCS's first two messages, and RDP's row in the registry. */
#include "office_private.h"

enum { TPKT_HEADER = 4, TPKT_LEAST = 7, RDP_MOST = 4096 };
enum { X224_REQUEST = 0xe0, X224_CONFIRM = 0xd0, X224_DATA = 0xf0 };
enum { NEG_REQUEST = 1, NEG_RESPONSE = 2, NEG_FAILURE = 3, NEG_SIZE = 8 };
enum { CORE_DATA = 0xc001 };

/* MS-RDPBCGR 2.2.1.2.2 */
static const struct office_code failures[] = {
    {1, "SSL_REQUIRED_BY_SERVER"},    {2, "SSL_NOT_ALLOWED_BY_SERVER"},
    {3, "SSL_CERT_NOT_ON_SERVER"},    {4, "INCONSISTENT_FLAGS"},
    {5, "HYBRID_REQUIRED_BY_SERVER"}, {6, "SSL_WITH_USER_AUTH_REQUIRED_BY_SERVER"},
};

static const struct office_code protocols[] = {
    {RDP_SSL, "ssl"}, {RDP_HYBRID, "hybrid"}, {RDP_RDSTLS, "rdstls"}, {RDP_HYBRID_EX, "hybrid_ex"},
    {RDP_AAD, "aad"},
};

/* 2.2.1.3.2 */
static const struct office_code versions[] = {
    {0x00080001, "v4"},     {0x00080004, "v5"},     {0x00080005, "v10.0"},  {0x00080006, "v10.1"},
    {0x00080007, "v10.2"},  {0x00080008, "v10.3"},  {0x00080009, "v10.4"},  {0x0008000a, "v10.5"},
    {0x0008000b, "v10.6"},  {0x0008000c, "v10.7"},  {0x0008000d, "v10.8"},  {0x0008000e, "v10.9"},
    {0x0008000f, "v10.10"}, {0x00080010, "v10.11"}, {0x00080011, "v10.12"},
};

const char *rdp_protocol_name(uint32_t bit)
{
    return office_code_name(protocols, COUNT(protocols), bit);
}

const char *rdp_failure_name(uint32_t code)
{
    return office_code_name(failures, COUNT(failures), code);
}

const char *rdp_version_name(uint32_t version)
{
    return office_code_name(versions, COUNT(versions), version);
}

/* The eight bytes of a negotiation, which end an X.224 header. */
static void negotiation_read(struct rd r, struct rdp_facts *f)
{
    if (rd_left(&r) < NEG_SIZE)
        return;
    uint8_t type = rd_u8(&r), flags = rd_u8(&r);
    uint16_t length = rd_le16(&r);
    uint32_t value = rd_le32(&r);
    bool request = f->kind == RDP_REQUEST;
    if (length != NEG_SIZE ||
        (request ? type != NEG_REQUEST : type != NEG_RESPONSE && type != NEG_FAILURE))
        return;
    f->negotiates = true;
    f->flags = flags;
    f->failed = type == NEG_FAILURE;
    if (request)
        f->requested = value;
    else if (f->failed)
        f->failure = value;
    else
        f->selected = value;
}

/* "Cookie: mstshash=NAME" or a farm's token, up to CR LF; only its beginning is looked at. */
static void cookie_pass(struct rd *r, struct rdp_facts *f)
{
    struct str rest = rd_all(r);
    const char *end = rest.len ? memmem(rest.ptr, rest.len, "\r\n", 2) : NULL;
    if (!end)
        return;
    f->cookie = text_begins(rest, S("Cookie: mstshash="));
    f->token = !f->cookie;
    rd_pass(r, (size_t)(end - rest.ptr) + 2);
}

/* MS-RDPBCGR 2.2.1.3.2, which T.124 wraps; found by its type and length, as its readers do. */
static void core_find(struct str data, struct rdp_facts *f)
{
    for (size_t i = 0; i + 4 < data.len; i++) {
        struct rd r = rd_over(str_skip(data, i));
        uint16_t type = rd_le16(&r), length = rd_le16(&r);
        if (type != CORE_DATA || length < 128 || length > 512)
            continue;
        uint32_t version = rd_le32(&r);
        if (version >> 16 != 8)
            continue;
        f->version = version;
        f->width = rd_le16(&r);
        f->height = rd_le16(&r);
        rd_pass(&r, 4);
        f->keyboard = rd_le32(&r);
        f->build = rd_le32(&r);
        f->has_core = !r.bad;
        return;
    }
}

/* T.125's connect initial (application 101) and response (102), BER with two-byte tags. */
static bool connect_read(struct rd r, struct rdp_facts *f)
{
    rd_pass(&r, 1); /* the end-of-message bit of X.224 */
    uint8_t first = rd_u8(&r), second = rd_u8(&r);
    if (r.bad || first != 0x7f || (second != 0x65 && second != 0x66))
        return false;
    if (second == 0x65) {
        f->kind = RDP_CONNECT;
        core_find(rd_all(&r), f);
        return true;
    }
    f->kind = RDP_CONNECT_RESPONSE;
    size_t len = rd_u8(&r);
    if (len & 0x80)
        rd_pass(&r, len & 0x7f);
    struct rd value;
    if (ber_take(&r, BER_ENUMERATED, &value)) {
        f->has_result = true;
        f->result = (uint8_t)ber_number(value);
    }
    return true;
}

static bool tpdu_read(struct rd r, struct rdp_facts *f)
{
    uint8_t length = rd_u8(&r), code = rd_u8(&r);
    struct rd fixed = rd_of(r.at, rd_left(&r));
    if (code == X224_DATA)
        return length == 2 && connect_read(fixed, f);
    rd_pass(&fixed, 5); /* both references, and the class */
    if (fixed.bad || length < 6 || (size_t)length + 1 != rd_left(&r) + 2)
        return false;
    if (code == X224_REQUEST) {
        f->kind = RDP_REQUEST;
        cookie_pass(&fixed, f);
    } else if (code == X224_CONFIRM) {
        f->kind = RDP_CONFIRM;
    } else {
        return false;
    }
    negotiation_read(fixed, f);
    return true;
}

static enum dissect_result rdp_parse(enum dissect_transport transport, struct str bytes,
                                     union dissect_facts *ret_facts, size_t *ret_used)
{
    struct rdp_facts *f = &ret_facts->rdp;
    struct rd r = rd_over(bytes);
    (void)transport;
    *f = (struct rdp_facts){0};
    uint8_t version = rd_u8(&r), reserved = rd_u8(&r);
    if (version != 3 || (!r.bad && reserved != 0))
        return DISSECT_NOT;
    uint16_t length = rd_be16(&r);
    if (r.bad)
        return DISSECT_NEED_MORE;
    if (length < TPKT_LEAST || length > RDP_MOST)
        return DISSECT_NOT;
    if (bytes.len < length)
        return DISSECT_NEED_MORE;
    if (!tpdu_read(rd_of(r.at, (size_t)length - TPKT_HEADER), f))
        return DISSECT_NOT;
    *ret_used = length;
    return DISSECT_DONE;
}

/* Other protocols live on TPKT and X.224 too (S7, H.323): a cookie or a negotiation makes it RDP. */
static enum dissect_probe rdp_probe(enum dissect_transport transport, struct str bytes)
{
    union dissect_facts facts;
    size_t used = 0;
    switch (rdp_parse(transport, bytes, &facts, &used)) {
    case DISSECT_NEED_MORE: return PROBE_MAYBE;
    case DISSECT_NOT: return PROBE_NO;
    case DISSECT_DONE: break;
    }
    const struct rdp_facts *f = &facts.rdp;
    return f->cookie || f->negotiates || f->kind == RDP_CONNECT ? PROBE_YES : PROBE_MAYBE;
}

static bool rdp_response(const union dissect_facts *f)
{
    return f->rdp.kind == RDP_CONFIRM || f->rdp.kind == RDP_CONNECT_RESPONSE;
}

/* The login itself is encrypted. A request that names a user is the beginning of one. */
static enum dissect_login rdp_login(const union dissect_facts *f)
{
    return f->rdp.kind == RDP_REQUEST && f->rdp.cookie ? LOGIN_TRIED : LOGIN_NONE;
}

const struct dissector dissector_rdp = {
    .name = "rdp",
    .app = APP_RDP,
    .transports = DISSECT_TCP,
    .ports = {3389},
    .repeats = true,
    .most = RDP_MOST,
    .probe = rdp_probe,
    .parse = rdp_parse,
    .response = rdp_response,
    .login = rdp_login,
};
