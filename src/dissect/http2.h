/* http2.h - HTTP/2 in the clear, begun with prior knowledge (RFC 9113 3.3): its preface and first SETTINGS.
 *
 * Kept: who spoke, and the values of the first SETTINGS frame, which tell client programs apart. The
 * requests are compressed with a state that spans the connection; they are not read.
 */
#pragma once

#include "core/str.h"

enum { HTTP2_SETTINGS_MAX = 16, HTTP2_MOST = 512 };

struct http2_facts {
    bool preface;      /* the client's "PRI * HTTP/2.0"; false: a server's first frame */
    bool settings_cut; /* more than are kept */
    uint8_t n_settings;
    struct http2_setting {
        uint16_t id;
        uint32_t value;
    } settings[HTTP2_SETTINGS_MAX];
};

/* "SETTINGSMAXCONCURRENTSTREAMS", as EVE writes it; NULL when unknown. */
const char *http2_setting_name(uint16_t id);
