/* http2.c - the connection preface and the first SETTINGS frame (RFC 9113 3.4, 4.1, 6.5), and HTTP/2's row. */
#include "core/rd.h"
#include "dissect/dissector.h"

#define PREFACE S("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")

enum { FRAME_HEADER = 9, SETTING_SIZE = 6, TYPE_SETTINGS = 4, SETTING_KNOWN = 0x10 };

/* "SETTINGSMAXCONCURRENTSTREAMS" and so on, in the order of RFC 9113 6.5.2 and RFC 8441. */
const char *http2_setting_name(uint16_t id)
{
    static const char *const names[] = {
        [1] = "SETTINGSHEADERTABLESIZE",       [2] = "SETTINGSENABLEPUSH",
        [3] = "SETTINGSMAXCONCURRENTSTREAMS",  [4] = "SETTINGSINITIALWINDOWSIZE",
        [5] = "SETTINGSMAXFRAMESIZE",          [6] = "SETTINGSMAXHEADERLISTSIZE",
        [8] = "SETTINGSENABLECONNECTPROTOCOL",
    };
    return id < COUNT(names) ? names[id] : NULL;
}

/* The frame header of a first SETTINGS; its length, SIZE_MAX when it is none. */
static size_t settings_open(struct rd *r)
{
    size_t len = (size_t)rd_u8(r) << 16;
    len |= rd_be16(r);
    uint8_t type = rd_u8(r), flags = rd_u8(r);
    uint32_t stream = (uint32_t)rd_be16(r) << 16;
    stream |= rd_be16(r);
    bool good = type == TYPE_SETTINGS && flags == 0 && stream == 0 && len % SETTING_SIZE == 0 &&
                len <= HTTP2_MOST / 2;
    return good || r->bad ? len : SIZE_MAX;
}

static enum dissect_result http2_step(enum dissect_transport transport, struct str bytes,
                                      union dissect_facts *ret_facts, size_t *ret_used)
{
    struct http2_facts *h = &ret_facts->http2;
    (void)transport;
    *h = (struct http2_facts){.preface = str_starts(bytes, PREFACE)};
    if (!h->preface && str_starts(PREFACE, bytes))
        return DISSECT_NEED_MORE;
    struct str frames = h->preface ? str_skip(bytes, PREFACE.len) : bytes;
    struct rd r = rd_of(frames.ptr, frames.len);
    size_t len = settings_open(&r);
    if (!r.bad && len == SIZE_MAX) {
        *ret_used = DISSECT_USED_ALL;
        return h->preface ? DISSECT_DONE : DISSECT_NOT;
    }
    if (r.bad || rd_left(&r) < len)
        return DISSECT_NEED_MORE;
    for (; len; len -= SETTING_SIZE) {
        struct http2_setting s = {.id = rd_be16(&r)};
        s.value = (uint32_t)rd_be16(&r) << 16;
        s.value |= rd_be16(&r);
        h->settings_cut |= h->n_settings == HTTP2_SETTINGS_MAX;
        if (!h->settings_cut)
            h->settings[h->n_settings++] = s;
    }
    *ret_used = DISSECT_USED_ALL;
    return DISSECT_DONE;
}

/* A server's first frame has no magic: its settings must be ones that exist. */
static enum dissect_probe http2_probe(enum dissect_transport transport, struct str bytes)
{
    (void)transport;
    if (str_starts(bytes, PREFACE))
        return PROBE_YES;
    if (str_starts(PREFACE, bytes))
        return bytes.len > 6 ? PROBE_YES : PROBE_MAYBE;
    struct rd r = rd_of(bytes.ptr, bytes.len);
    size_t len = settings_open(&r);
    if (r.bad || len == SIZE_MAX || rd_left(&r) < len)
        return PROBE_NO;
    for (size_t left = len; left; left -= SETTING_SIZE) {
        uint16_t id = rd_be16(&r);
        (void)rd_str(&r, 4);
        if (id == 0 || id > SETTING_KNOWN)
            return PROBE_NO;
    }
    return len ? PROBE_YES : PROBE_MAYBE;
}

static bool http2_response(const union dissect_facts *f)
{
    return !f->http2.preface;
}

const struct dissector dissector_http2 = {
    .name = "http2",
    .app = APP_HTTP2,
    .transports = DISSECT_TCP,
    .ports = {80, 8080, 50051, 8000, 8888, 81},
    .most = HTTP2_MOST,
    .probe = http2_probe,
    .parse = http2_step,
    .pairs = true,
    .response = http2_response,
};
