/* smb.c - frames of the session service, the headers of both SMBs in them, and SMB's row in the registry.
 *
 * Only the front of a frame is looked at: SMB_FRONT bytes hold every header, every negotiation's list and the
 * beginning of a login's token. A frame of a megabyte is stepped over without being kept.
 */
#include "smb_private.h"

enum {
    NBSS_MESSAGE = 0x00,
    NBSS_REQUEST = 0x81,
    NBSS_KEEPALIVE = 0x85,
    NBSS_HEADER = 4,
    NBSS_CONTROL_MAX = 256, /* bytes of a frame that is not SMB's: names are 72 */
    SMB_FRONT = 4096,
    SMB_MOST = 8192,
    SMB1_HEADER = 32,
    SMB2_HEADER = 64,
};

enum { SMB1_REPLY = 0x80, SMB1_NT_STATUS = 0x4000, SMB1_SIGNED = 0x0004 };
enum { SMB2_RESPONSE = 1, SMB2_ASYNC = 2, SMB2_SIGNED = 8 };

static bool is_smb(struct str s)
{
    uint8_t first = s.len ? (uint8_t)s.ptr[0] : 0;
    return s.len >= 4 && memcmp(s.ptr + 1, "SMB", 3) == 0 && first >= 0xfc;
}

/* ---- the token of a login ---- */

static const char *find(struct str s, struct str part)
{
    return s.len ? memmem(s.ptr, s.len, part.ptr, part.len) : NULL;
}

static void token_read(struct str token, struct smb_facts *f)
{
    /* Kerberos's object identifier and TOK_ID 01 00: an AP-REQ follows (RFC 4121 4.1). */
    const struct str kerberos = S("\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x01\x00");
    const char *ntlm = find(token, S("NTLMSSP"));
    if (ntlm) {
        struct str rest = str_skip(token, (size_t)(ntlm - token.ptr) + 8);
        struct rd r = rd_over(rest);
        f->ntlm_auth = rd_le32(&r) == 3 && !r.bad;
        f->mechanism |= f->ntlm_auth;
        if (f->ntlm_auth) {
            /* MS-NLMP 2.2.1.3: LM response, NT response, domain, user: a length, a room, a place each. */
            rd_pass(&r, 8 + 8 + 8);
            uint16_t user = rd_le16(&r);
            f->nameless = !r.bad && user == 0;
        }
        return;
    }
    f->mechanism |= find(token, kerberos) != NULL;
}

/* ---- SMB 1, MS-CIFS 2.2.3.1 ---- */

static void dialects1_read(struct rd r, struct smb_facts *f)
{
    while (rd_left(&r) && rd_u8(&r) == 2) {
        struct str rest = rd_all(&r), name = str_cut(rest, 0, &rest);
        rd_pass(&r, name.len + 1);
        if (r.bad)
            return;
        if (text_same(name, S("SMB 2.???")) || text_same(name, S("SMB 2.002")))
            f->offers_smb2 = true;
        if (f->n_names < SMB1_DIALECTS)
            f->names[f->n_names] = smb1_dialect_number(name);
        if (f->n_names < UINT8_MAX)
            f->n_names++;
    }
}

static void body1_read(struct rd r, struct smb_facts *f)
{
    uint8_t words = rd_u8(&r);
    struct str parameters = rd_str(&r, 2 * (size_t)words);
    uint16_t bytes = rd_le16(&r);
    if (r.bad)
        return;
    size_t left = rd_left(&r);
    struct rd data = rd_of(r.at, bytes < left ? bytes : left), p = rd_over(parameters);
    if (f->command == SMB1_NEGOTIATE && !f->response) {
        dialects1_read(data, f);
    } else if (f->command == SMB1_NEGOTIATE && words) {
        uint16_t index = rd_le16(&p);
        f->has_dialect = index != 0xffff;
        f->dialect_index = (uint8_t)(index < UINT8_MAX ? index : UINT8_MAX);
        f->dialect = 0xffff;
        f->signing = words >= 17 ? rd_u8(&p) >> 2 & 3 : 0;
    } else if (f->command == SMB1_SESSION_SETUP && f->response) {
        rd_pass(&p, 4);
        f->guest = (rd_le16(&p) & 1) && !p.bad;
    } else if (f->command == SMB1_SESSION_SETUP && words == 12) {
        token_read(rd_all(&data), f);
    } else if (f->command == SMB1_SESSION_SETUP && words == 13) {
        rd_pass(&p, 14); /* to the lengths of both passwords */
        uint16_t plain = rd_le16(&p), wide = rd_le16(&p);
        f->mechanism = true;
        f->nameless = plain <= 1 && wide == 0;
    }
}

static bool smb1_read(struct rd r, struct smb_facts *f)
{
    rd_pass(&r, 4);
    f->command = rd_u8(&r);
    f->status = rd_le32(&r);
    f->response = rd_u8(&r) & SMB1_REPLY;
    uint16_t flags2 = rd_le16(&r);
    f->is_signed = flags2 & SMB1_SIGNED;
    f->dos_status = !(flags2 & SMB1_NT_STATUS);
    rd_pass(&r, 12);
    f->tree_id = rd_le16(&r);
    rd_pass(&r, 2);
    f->session_id = rd_le16(&r);
    f->message_id = rd_le16(&r);
    if (r.bad)
        return false;
    body1_read(r, f);
    return true;
}

/* ---- SMB 2, MS-SMB2 2.2.1 ---- */

static void negotiate2_read(struct rd r, struct smb_facts *f)
{
    uint16_t size = rd_le16(&r);
    if (f->response) { /* 2.2.4 */
        f->signing = (uint8_t)(rd_le16(&r) & 3);
        uint16_t dialect = rd_le16(&r);
        f->has_dialect = !r.bad && size == 65;
        f->dialect = r.bad ? 0 : dialect;
        return;
    }
    uint16_t count = rd_le16(&r); /* 2.2.3 */
    f->signing = (uint8_t)(rd_le16(&r) & 3);
    rd_pass(&r, 2 + 4 + 16 + 8);
    if (size != 36)
        return;
    for (unsigned i = 0; i < count && i < SMB_DIALECTS; i++) {
        uint16_t dialect = rd_le16(&r);
        if (r.bad)
            return;
        f->dialects[f->n_dialects++] = dialect;
    }
}

static void setup2_read(struct rd r, struct smb_facts *f)
{
    uint16_t size = rd_le16(&r);
    if (f->response && size == 9) { /* 2.2.6 */
        uint16_t flags = rd_le16(&r);
        f->guest = flags & 1;
        f->nameless = flags & 2;
    } else if (!f->response && size == 25) { /* 2.2.5 */
        rd_pass(&r, 22);
        token_read(rd_all(&r), f);
    }
}

/* One header; *ret_next is where the chain goes on, 0: nowhere. */
static bool smb2_head(struct rd *r, struct smb_facts *f, uint32_t *ret_next)
{
    rd_pass(r, 4);
    uint16_t size = rd_le16(r);
    rd_pass(r, 2);
    f->status = rd_le32(r);
    f->command = rd_le16(r);
    rd_pass(r, 2);
    uint32_t flags = rd_le32(r);
    *ret_next = rd_le32(r);
    f->message_id = rd_le64(r);
    f->response = flags & SMB2_RESPONSE;
    f->is_signed = flags & SMB2_SIGNED;
    rd_pass(r, 4);
    uint32_t tree = rd_le32(r);
    f->tree_id = flags & SMB2_ASYNC ? 0 : tree;
    f->session_id = rd_le64(r);
    rd_pass(r, 16);
    if (!f->response)
        f->status = 0; /* there a channel's sequence number stands (2.2.1.2) */
    return !r->bad && size == SMB2_HEADER;
}

static void chain_read(struct str pdu, uint32_t next, struct smb_facts *f)
{
    while (next >= SMB2_HEADER && next < pdu.len && f->n_chained < SMB_CHAIN) {
        struct smb_facts other;
        pdu = str_skip(pdu, next);
        struct rd r = rd_over(pdu);
        if (!is_smb(pdu) || !smb2_head(&r, &other, &next))
            return;
        f->chained[f->n_chained++] = (struct smb_chained){other.command, other.status};
    }
}

static bool smb2_read(struct str pdu, struct smb_facts *f)
{
    uint32_t next = 0;
    struct rd r = rd_over(pdu);
    if (!smb2_head(&r, f, &next))
        return false;
    if (f->command == SMB2_NEGOTIATE)
        negotiate2_read(r, f);
    else if (f->command == SMB2_SESSION_SETUP)
        setup2_read(r, f);
    chain_read(pdu, next, f);
    return true;
}

static bool pdu_read(struct str pdu, struct smb_facts *f)
{
    struct rd r = rd_over(pdu);
    switch ((uint8_t)pdu.ptr[0]) {
    case 0xff: f->kind = SMB_ONE; return smb1_read(r, f);
    case 0xfe: f->kind = SMB_TWO; return smb2_read(pdu, f);
    case 0xfd: /* MS-SMB2 2.2.41 */
        f->kind = SMB_ENCRYPTED;
        rd_pass(&r, 44);
        f->session_id = rd_le64(&r);
        return !r.bad;
    default: f->kind = SMB_COMPRESSED; return true;
    }
}

/* ---- frames ---- */

/* Its length; the session service of port 139 has 17 bits, that of port 445 has 24. */
static bool frame_head(struct str bytes, uint8_t *ret_type, size_t *ret_len)
{
    struct rd r = rd_over(bytes);
    *ret_type = rd_u8(&r);
    *ret_len = (size_t)rd_u8(&r) << 16;
    *ret_len |= rd_be16(&r);
    return !r.bad;
}

/* How many bytes NetBIOS's own frames take up at the start. False: what stands there is no frame. */
static bool control_pass(struct str bytes, size_t *ret_passed)
{
    uint8_t type = 0;
    size_t len = 0, passed = 0;
    while (frame_head(str_skip(bytes, passed), &type, &len) && type != NBSS_MESSAGE) {
        if (type < NBSS_REQUEST || type > NBSS_KEEPALIVE || len > NBSS_CONTROL_MAX)
            return false;
        if (bytes.len - passed < NBSS_HEADER + len)
            break;
        passed += NBSS_HEADER + len;
    }
    *ret_passed = passed;
    return true;
}

static enum dissect_result smb_parse(enum dissect_transport transport, struct str bytes,
                                     union dissect_facts *ret_facts, size_t *ret_used)
{
    struct smb_facts *f = &ret_facts->smb;
    uint8_t type = 0;
    size_t len = 0, passed = 0;
    (void)transport;
    memset(f, 0, sizeof *f);
    if (!control_pass(bytes, &passed))
        return DISSECT_NOT;
    struct str frame = str_skip(bytes, passed);
    if (!frame_head(frame, &type, &len) || type != NBSS_MESSAGE)
        return bytes.len < SMB_MOST ? DISSECT_NEED_MORE : DISSECT_NOT;
    struct str pdu = str_skip(frame, NBSS_HEADER);
    pdu.len = pdu.len < len ? pdu.len : len;
    size_t wanted = len < SMB_FRONT ? len : SMB_FRONT;
    if (pdu.len < wanted && bytes.len < SMB_MOST)
        return pdu.len < 4 || is_smb(pdu) ? DISSECT_NEED_MORE : DISSECT_NOT;
    if (!is_smb(pdu) || !pdu_read(pdu, f))
        return DISSECT_NOT;
    *ret_used = passed + NBSS_HEADER + len;
    return DISSECT_DONE;
}

static enum dissect_probe smb_probe(enum dissect_transport transport, struct str bytes)
{
    uint8_t type = 0;
    size_t len = 0, passed = 0;
    (void)transport;
    if (!frame_head(bytes, &type, &len) || !control_pass(bytes, &passed))
        return bytes.len < NBSS_HEADER ? PROBE_MAYBE : PROBE_NO;
    struct str pdu = str_skip(bytes, passed + NBSS_HEADER);
    if (pdu.len >= 4)
        return is_smb(pdu) ? PROBE_YES : PROBE_NO;
    return PROBE_MAYBE;
}

static bool smb_response(const union dissect_facts *f)
{
    return f->smb.response;
}

static bool is_setup(const struct smb_facts *f)
{
    return (f->kind == SMB_ONE && f->command == SMB1_SESSION_SETUP) ||
           (f->kind == SMB_TWO && f->command == SMB2_SESSION_SETUP);
}

/* What says that an account was not let in, whatever the account. */
static bool is_refusal(const struct smb_facts *f)
{
    if (f->kind == SMB_ONE && f->dos_status)
        return f->status != 0;
    switch (f->status) {
    case 0xc0000022:
    case 0xc0000064:
    case 0xc000006a:
    case 0xc000006d:
    case 0xc000006e:
    case 0xc000006f:
    case 0xc0000070:
    case 0xc0000071:
    case 0xc0000072:
    case 0xc000015b:
    case 0xc0000193:
    case 0xc0000224:
    case 0xc0000234: return true;
    default: return false;
    }
}

static enum dissect_login smb_login(const union dissect_facts *facts)
{
    const struct smb_facts *f = &facts->smb;
    if (!is_setup(f))
        return LOGIN_NONE;
    if (!f->response)
        return f->mechanism && !f->nameless ? LOGIN_TRIED : LOGIN_NONE;
    if (is_refusal(f))
        return LOGIN_FAILED;
    return f->status == 0 && !f->guest && !f->nameless ? LOGIN_DONE : LOGIN_NONE;
}

const struct dissector dissector_smb = {
    .name = "smb",
    .app = APP_SMB,
    .transports = DISSECT_TCP,
    .ports = {445, 139},
    .repeats = true,
    .most = SMB_MOST,
    .probe = smb_probe,
    .parse = smb_parse,
    .pairs = true,
    .response = smb_response,
    .login = smb_login,
};
