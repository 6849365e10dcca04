/* http1.c - one pass over the lines of a head, and HTTP/1's row in the registry.
 *
 * Facts are filled line by line, so that a head whose end never comes still shows whom it was for.
 */
#include "dissect/dissector.h"
#include "dissect/name_private.h"

#include <strings.h>

enum line { LINE_GOOD, LINE_SHORT, LINE_BAD };

static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

static struct str trimmed(struct str s)
{
    while (s.len && is_space(s.ptr[0]))
        s = str_skip(s, 1);
    while (s.len && is_space(s.ptr[s.len - 1]))
        s.len--;
    return s;
}

static bool same_word(struct str a, const char *word)
{
    return a.len == strlen(word) && strncasecmp(a.ptr, word, a.len) == 0;
}

/* The next line without its end. A NUL or a CR inside it makes it bad (RFC 9112 2.2). */
static enum line line_next(struct str *rest, struct str *ret_line)
{
    const char *end = rest->len ? memchr(rest->ptr, '\n', rest->len) : NULL;
    if (!end)
        return LINE_SHORT;
    struct str line = {rest->ptr, (size_t)(end - rest->ptr)};
    *rest = (struct str){end + 1, rest->len - line.len - 1};
    if (line.len && line.ptr[line.len - 1] == '\r')
        line.len--;
    if (line.len && (memchr(line.ptr, 0, line.len) || memchr(line.ptr, '\r', line.len)))
        return LINE_BAD;
    *ret_line = line;
    return LINE_GOOD;
}

/* "host", "host:port", "[v6]:port". A second, other host is noted and the first one kept. */
static void host_note(struct str authority, struct http_facts *h)
{
    char name[HTTP_HOST_MAX];
    uint16_t len = 0;
    struct str host = authority, port = STR_NONE;
    if (host.len && host.ptr[0] == '[') {
        host = str_cut(str_skip(host, 1), ']', &port);
        port = str_starts(port, S(":")) ? str_skip(port, 1) : STR_NONE;
    } else {
        host = str_cut(host, ':', &port);
    }
    (void)name_write(host, name, sizeof name, &len);
    if (h->host_len) {
        h->host_differs |= len != h->host_len || memcmp(name, h->host, len) != 0;
        return;
    }
    memcpy(h->host, name, len);
    h->host_len = len;

    unsigned number = 0;
    for (size_t i = 0; i < port.len && number <= UINT16_MAX; i++)
        number = port.ptr[i] >= '0' && port.ptr[i] <= '9'
                     ? number * 10 + (unsigned)(port.ptr[i] - '0')
                     : UINT16_MAX + 1u;
    h->port = number <= UINT16_MAX ? (uint16_t)number : 0;
}

static void path_note(struct str path, struct http_facts *h)
{
    static const char digits[] = "0123456789ABCDEF";
    size_t n = 0, i = 0;
    if (path.len == 0)
        h->path[n++] = '/';
    for (; i < path.len && n + 3 <= HTTP_PATH_MAX; i++) {
        uint8_t c = (uint8_t)path.ptr[i];
        if (c > 0x20 && c < 0x7f) {
            h->path[n++] = (char)c;
            continue;
        }
        h->path[n++] = '%';
        h->path[n++] = digits[c >> 4];
        h->path[n++] = digits[c & 15];
    }
    h->path_cut = i < path.len;
    h->path_len = (uint16_t)n;
}

/* RFC 9112 3.2: origin, absolute, authority (CONNECT) and asterisk form. */
static void target_note(struct str target, struct http_facts *h)
{
    if (same_word(http_method(h), "CONNECT")) {
        h->connect = true;
        host_note(target, h);
        return;
    }
    const char *scheme_end = target.ptr[0] == '/' ? NULL : memmem(target.ptr, target.len, "://", 3);
    if (!scheme_end) {
        path_note(target, h);
        return;
    }
    struct str rest = str_skip(target, (size_t)(scheme_end - target.ptr) + 3);
    size_t n = 0;
    while (n < rest.len && rest.ptr[n] != '/' && rest.ptr[n] != '?')
        n++;
    struct str authority = {rest.ptr, n};
    const char *user_end = n ? memrchr(rest.ptr, '@', n) : NULL;
    if (user_end)
        authority = str_skip(authority, (size_t)(user_end - rest.ptr) + 1);
    host_note(authority, h);
    path_note(str_skip(rest, n), h);
}

static bool is_method(struct str s)
{
    if (s.len == 0 || s.len > HTTP_METHOD_MAX)
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (!((s.ptr[i] >= 'A' && s.ptr[i] <= 'Z') || s.ptr[i] == '-' || s.ptr[i] == '_'))
            return false;
    return true;
}

static bool version_read(struct str s, struct http_facts *h)
{
    if (s.len != 8 || !str_starts(s, S("HTTP/1.")) || s.ptr[7] < '0' || s.ptr[7] > '9')
        return false;
    h->minor = (uint8_t)(s.ptr[7] - '0');
    return true;
}

static bool request_line_read(struct str line, struct http_facts *h)
{
    struct str rest, method = str_cut(line, ' ', &rest);
    if (!is_method(method) || rest.len < 10 || rest.ptr[rest.len - 9] != ' ' ||
        !version_read(str_skip(rest, rest.len - 8), h))
        return false;
    memcpy(h->method, method.ptr, method.len);
    h->method_len = (uint16_t)method.len;
    target_note((struct str){rest.ptr, rest.len - 9}, h);
    return true;
}

static bool status_line_read(struct str line, struct http_facts *h)
{
    struct str rest, version = str_cut(line, ' ', &rest);
    if (!version_read(version, h) || rest.len < 3 || (rest.len > 3 && rest.ptr[3] != ' '))
        return false;
    unsigned status = 0;
    for (size_t i = 0; i < 3; i++) {
        if (rest.ptr[i] < '0' || rest.ptr[i] > '9')
            return false;
        status = status * 10 + (unsigned)(rest.ptr[i] - '0');
    }
    h->kind = HTTP_RESPONSE;
    h->status = (uint16_t)status;
    return status >= 100;
}

static void agent_note(struct str value, struct http_facts *h)
{
    size_t n = value.len < HTTP_AGENT_MAX ? value.len : HTTP_AGENT_MAX;
    for (size_t i = 0; i < n; i++) {
        bool printable = value.ptr[i] >= 0x20 && value.ptr[i] < 0x7f;
        h->agent[i] = '?';
        if (printable)
            h->agent[i] = value.ptr[i];
    }
    h->agent_len = (uint16_t)n;
    h->agent_cut = n < value.len;
}

static void length_note(struct str value, bool first, struct http_facts *h)
{
    uint64_t n = 0;
    bool good = value.len > 0;
    for (size_t i = 0; good && i < value.len; i++)
        good = value.ptr[i] >= '0' && value.ptr[i] <= '9' && !__builtin_mul_overflow(n, 10, &n) &&
               !__builtin_add_overflow(n, (uint64_t)(value.ptr[i] - '0'), &n);
    if (!good || (!first && n != h->body_len))
        h->length_unclear = true;
    h->body_len = n;
}

/* False for a line that is no field: folded (it starts with a space), without colon or with a gap
 * before it. */
static bool field_read(struct str line, bool *has_length, struct http_facts *h)
{
    struct str value, name = str_cut(line, ':', &value);
    if (name.len == 0 || name.len == line.len || is_space(line.ptr[0]) ||
        is_space(name.ptr[name.len - 1]))
        return false;
    value = trimmed(value);
    if (same_word(name, "host") && h->kind == HTTP_REQUEST) {
        if (value.len)
            host_note(value, h);
    } else if (same_word(name, "user-agent") && h->agent_len == 0) {
        agent_note(value, h);
    } else if (same_word(name, "content-length")) {
        length_note(value, !*has_length, h);
        *has_length = true;
    } else if (same_word(name, "authorization")) {
        struct str rest;
        h->basic |= same_word(str_cut(value, ' ', &rest), "basic");
    } else if (same_word(name, "transfer-encoding")) {
        h->length_unclear = true;
    }
    return true;
}

/* Where the next message starts, seen from the end of this head. */
static size_t next_message(const struct http_facts *h, size_t head_len, bool has_length)
{
    size_t next = 0;
    bool response = h->kind == HTTP_RESPONSE;
    if (h->connect ||
        (response && h->status != 101 && (h->status < 200 || h->status == 204 || h->status == 304)))
        return head_len;
    if (h->length_unclear || h->status == 101 || (response && !has_length) ||
        __builtin_add_overflow(head_len, h->body_len, &next))
        return DISSECT_USED_ALL;
    return next;
}

static enum dissect_result head_cut(struct str bytes, struct http_facts *h, size_t *ret_used)
{
    if (bytes.len < HTTP_HEAD_MAX)
        return DISSECT_NEED_MORE;
    if (!h->method_len && !h->status)
        return DISSECT_NOT;
    h->head_cut = true;
    h->host_missing = h->kind == HTTP_REQUEST && h->host_len == 0;
    *ret_used = DISSECT_USED_ALL;
    return DISSECT_DONE;
}

static enum dissect_result http_step(enum dissect_transport transport, struct str bytes,
                                     union dissect_facts *ret_facts, size_t *ret_used)
{
    struct http_facts *h = &ret_facts->http;
    struct str rest = {bytes.ptr, bytes.len < HTTP_HEAD_MAX ? bytes.len : HTTP_HEAD_MAX}, line;
    bool has_length = false;
    (void)transport;
    memset(h, 0, offsetof(struct http_facts, method));

    while (rest.len && (rest.ptr[0] == '\r' || rest.ptr[0] == '\n')) /* RFC 9112 2.2 */
        rest = str_skip(rest, 1);
    switch (line_next(&rest, &line)) {
    case LINE_SHORT: return head_cut(bytes, h, ret_used);
    case LINE_BAD: return DISSECT_NOT;
    case LINE_GOOD: break;
    }
    if (!status_line_read(line, h) && !request_line_read(line, h))
        return DISSECT_NOT;
    for (;;) {
        switch (line_next(&rest, &line)) {
        case LINE_SHORT: return head_cut(bytes, h, ret_used);
        case LINE_BAD: return DISSECT_NOT;
        case LINE_GOOD: break;
        }
        if (line.len == 0)
            break;
        if (!field_read(line, &has_length, h))
            return DISSECT_NOT;
    }
    h->host_missing = h->kind == HTTP_REQUEST && h->host_len == 0;
    *ret_used = next_message(h, (size_t)(rest.ptr - bytes.ptr), has_length);
    return DISSECT_DONE;
}

static enum dissect_probe http_probe(enum dissect_transport transport, struct str bytes)
{
    (void)transport;
    const struct str response = S("HTTP/1.");
    if (bytes.len < response.len && str_starts(response, bytes))
        return PROBE_MAYBE;
    if (str_starts(bytes, response))
        return PROBE_YES;
    struct str window = {bytes.ptr, bytes.len < HTTP_METHOD_MAX ? bytes.len : HTTP_METHOD_MAX};
    struct str rest, method = str_cut(window, ' ', &rest);
    if (!is_method(method) || (method.len == window.len && window.len == HTTP_METHOD_MAX))
        return PROBE_NO;
    struct str after, line;
    after = bytes;
    if (line_next(&after, &line) == LINE_GOOD) {
        struct http_facts unused = {0};
        return line.len > 8 && version_read(str_skip(line, line.len - 8), &unused) ? PROBE_YES
                                                                                   : PROBE_NO;
    }
    return PROBE_MAYBE;
}

/* Basic authentication is a password in clear; 401 says that it was wrong, or that one is wanted. */
static enum dissect_login http_login(const union dissect_facts *f)
{
    if (f->http.kind == HTTP_REQUEST)
        return f->http.basic ? LOGIN_TRIED : LOGIN_NONE;
    return f->http.status == 401 ? LOGIN_FAILED : LOGIN_NONE;
}

static bool http_is_response(const union dissect_facts *f)
{
    return f->http.kind == HTTP_RESPONSE;
}

const struct dissector dissector_http = {
    .name = "http",
    .app = APP_HTTP,
    .transports = DISSECT_TCP,
    .ports = {80, 8080, 3128, 8000, 8888, 81},
    .repeats = true,
    .most = HTTP_HEAD_MAX,
    .probe = http_probe,
    .parse = http_step,
    .response = http_is_response,
    .login = http_login,
};
