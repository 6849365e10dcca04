/* sip.c - the lines of a SIP message that say nothing of persons, and SIP's row in the registry. */
#include "office_private.h"

static const struct str methods[] = {
    S_("INVITE"),  S_("ACK"),   S_("BYE"),       S_("CANCEL"), S_("REGISTER"),
    S_("OPTIONS"), S_("PRACK"), S_("SUBSCRIBE"), S_("NOTIFY"), S_("PUBLISH"),
    S_("INFO"),    S_("REFER"), S_("MESSAGE"),   S_("UPDATE"),
};

static bool method_read(struct str word, char out[SIP_METHOD_MAX], uint8_t *ret_len)
{
    for (size_t i = 0; i < COUNT(methods); i++)
        if (str_eq(word, methods[i])) {
            *ret_len = (uint8_t)text_keep(out, SIP_METHOD_MAX, word);
            return true;
        }
    return false;
}

static void uri_note(struct str uri, struct sip_facts *s)
{
    struct str rest, scheme = str_cut(uri, ':', &rest);
    bool calls = text_same(scheme, S("sip")) || text_same(scheme, S("sips"));
    const char *at = rest.len ? memchr(rest.ptr, '@', rest.len) : NULL;
    s->uri_has_user = at != NULL || text_same(scheme, S("tel"));
    s->uri_has_host = calls && rest.len > (at ? (size_t)(at - rest.ptr) + 1 : 0);
}

static bool request_line_read(struct str line, struct sip_facts *s)
{
    struct str rest, version, word = str_cut(line, ' ', &rest), uri = str_cut(rest, ' ', &version);
    if (!str_eq(version, S("SIP/2.0")) || uri.len < 2 ||
        !method_read(word, s->method, &s->method_len))
        return false;
    uri_note(uri, s);
    return true;
}

static bool status_line_read(struct str line, struct sip_facts *s)
{
    struct str code = str_skip(line, 8);
    if (!str_starts(line, S("SIP/2.0 ")) || code.len < 3 || (code.len > 3 && code.ptr[3] != ' '))
        return false;
    for (size_t i = 0; i < 3; i++) {
        if (!is_digit(code.ptr[i]))
            return false;
        s->status = (uint16_t)(s->status * 10 + code.ptr[i] - '0');
    }
    s->response = true;
    return s->status >= 100 && s->status < 700;
}

static struct str trimmed(struct str s)
{
    while (s.len && (s.ptr[0] == ' ' || s.ptr[0] == '\t'))
        s = str_skip(s, 1);
    while (s.len && (s.ptr[s.len - 1] == ' ' || s.ptr[s.len - 1] == '\t'))
        s.len--;
    return s;
}

static void length_read(struct str value, struct sip_facts *s)
{
    uint32_t n = 0;
    for (size_t i = 0; i < value.len && is_digit(value.ptr[i]); i++)
        if (__builtin_mul_overflow(n, 10, &n) ||
            __builtin_add_overflow(n, (uint32_t)(value.ptr[i] - '0'), &n))
            return;
    s->length = n;
}

/* A product's name and version. A mail address in it is somebody's: then nothing is kept. */
static void agent_read(struct str value, struct sip_facts *s)
{
    if (value.len && !memchr(value.ptr, '@', value.len))
        s->agent_len = (uint8_t)text_keep(s->agent, SIP_AGENT_MAX, value);
}

static void field_read(struct str line, struct sip_facts *s, bool *has_length)
{
    struct str value, number, name = trimmed(str_cut(line, ':', &value));
    value = trimmed(value);
    if (text_same(name, S("User-Agent")) || text_same(name, S("Server"))) {
        agent_read(value, s);
    } else if (text_same(name, S("Content-Length")) || text_same(name, S("l"))) {
        length_read(value, s);
        *has_length = true;
    } else if (text_same(name, S("CSeq"))) {
        number = str_cut(value, ' ', &value);
        (void)number;
        (void)method_read(trimmed(value), s->cseq, &s->cseq_len);
    } else if (text_same(name, S("Authorization")) || text_same(name, S("Proxy-Authorization"))) {
        s->authorises = true;
    } else if (text_same(name, S("WWW-Authenticate")) || text_same(name, S("Proxy-Authenticate"))) {
        s->challenged = true;
    } else if (text_same(name, S("Content-Type")) || text_same(name, S("c"))) {
        s->sdp = text_begins(value, S("application/sdp"));
    }
}

static enum dissect_result cut(enum dissect_transport transport, struct str bytes, bool known,
                               size_t *ret_used)
{
    if (transport == DISSECT_TCP && bytes.len < SIP_MOST)
        return DISSECT_NEED_MORE;
    *ret_used = DISSECT_USED_ALL;
    return known ? DISSECT_DONE : DISSECT_NOT;
}

static enum dissect_result sip_parse(enum dissect_transport transport, struct str bytes,
                                     union dissect_facts *ret_facts, size_t *ret_used)
{
    struct sip_facts *s = &ret_facts->sip;
    struct str rest = bytes, line;
    bool has_length = false;
    memset(s, 0, sizeof *s);
    while (rest.len && (rest.ptr[0] == '\r' || rest.ptr[0] == '\n')) /* RFC 3261 7.5, keep-alives */
        rest = str_skip(rest, 1);
    if (!line_take(&rest, &line))
        return cut(transport, bytes, false, ret_used);
    if (!status_line_read(line, s) && !request_line_read(line, s))
        return DISSECT_NOT;
    for (;;) {
        if (!line_take(&rest, &line))
            return cut(transport, bytes, true, ret_used);
        if (line.len == 0)
            break;
        field_read(line, s, &has_length);
    }
    if (transport == DISSECT_UDP) {
        *ret_used = bytes.len;
        return DISSECT_DONE;
    }
    size_t head = (size_t)(rest.ptr - bytes.ptr);
    if (!has_length || __builtin_add_overflow(head, (size_t)s->length, ret_used))
        *ret_used = DISSECT_USED_ALL;
    return DISSECT_DONE;
}

static enum dissect_probe sip_probe(enum dissect_transport transport, struct str bytes)
{
    struct str rest = bytes, line;
    struct sip_facts s = {0};
    (void)transport;
    if (line_take(&rest, &line))
        return status_line_read(line, &s) || request_line_read(line, &s) ? PROBE_YES : PROBE_NO;
    if (str_starts(bytes, S("SIP/2.0 ")))
        return PROBE_YES;
    struct str word = str_cut(bytes, ' ', &rest);
    if (method_read(word, s.method, &s.method_len))
        return text_begins(rest, S("sip:")) || text_begins(rest, S("sips:")) ? PROBE_YES
                                                                             : PROBE_MAYBE;
    return bytes.len < DISSECT_PROBE_MIN ? PROBE_MAYBE : PROBE_NO;
}

static bool sip_response(const union dissect_facts *f)
{
    return f->sip.response;
}

/* RFC 3261 22: a request with credentials tries; a server that asks again has refused them, or was never given
 * any, which its own message does not tell. 403 is refusal. */
static enum dissect_login sip_login(const union dissect_facts *f)
{
    const struct sip_facts *s = &f->sip;
    if (!s->response)
        return s->authorises ? LOGIN_TRIED : LOGIN_NONE;
    if (!str_eq(sip_cseq(s), S("REGISTER")))
        return LOGIN_NONE;
    return s->status == 403 ? LOGIN_FAILED : s->status == 200 ? LOGIN_DONE : LOGIN_NONE;
}

const struct dissector dissector_sip = {
    .name = "sip",
    .app = APP_SIP,
    .transports = DISSECT_UDP | DISSECT_TCP,
    .ports = {5060},
    .repeats = true,
    .most = SIP_MOST,
    .probe = sip_probe,
    .parse = sip_parse,
    .response = sip_response,
    .login = sip_login,
};
