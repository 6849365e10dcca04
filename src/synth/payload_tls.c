/* payload_tls.c - TLS flights as several stacks write them.
 *
 * A stack is a row: its lists in its order. GREASE (RFC 8701) stands as 0x0a0a in a row and is drawn anew
 * for each hello. To add a stack: one row here, one name in payload.h.
 */
#include "synth/payload.h"
#include "synth/put_private.h"

#include <assert.h>

#define VALID_FROM INT64_C(1704067200000000) /* 2024-01-01, 2034-01-01 */
#define VALID_TO INT64_C(2019686400000000)
enum { GREASE = 0x0a0a, LIST_MOST = 24, HELLO_MOST = 8192 };

enum extension {
    SERVER_NAME = 0,
    STATUS_REQUEST = 5,
    GROUPS = 10,
    FORMATS = 11,
    SIGALGS = 13,
    ALPN = 16,
    SCT = 18,
    ENCRYPT_THEN_MAC = 22,
    EXTENDED_MASTER = 23,
    COMPRESS_CERT = 27,
    RECORD_LIMIT = 28,
    TICKET = 35,
    VERSIONS = 43,
    PSK_MODES = 45,
    POST_HANDSHAKE_AUTH = 49,
    KEY_SHARE = 51,
    QUIC_PARAMETERS = 57,
    APPLICATION_SETTINGS = 17613,
    ECH = 0xfe0d,
    RENEGOTIATION = 0xff01,
};

enum { X25519 = 29, X25519MLKEM768 = 4588, X25519_SIZE = 32, MLKEM_SHARE_SIZE = 1216 };

struct stack {
    const char *agent;
    uint16_t ciphers[LIST_MOST], extensions[LIST_MOST], groups[LIST_MOST], sigalgs[LIST_MOST];
    uint16_t versions[4]; /* empty: TLS 1.2 is the newest */
    const char *alpn[3];
    bool shuffles, post_quantum;
};

#define CHROME_LISTS                                                                               \
    .ciphers = {GREASE, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030,                    \
                0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035},                   \
    .extensions = {GREASE,                                                                         \
                   NAME_HERE,                                                                      \
                   EXTENDED_MASTER,                                                                \
                   RENEGOTIATION,                                                                  \
                   GROUPS,                                                                         \
                   FORMATS,                                                                        \
                   TICKET,                                                                         \
                   ALPN,                                                                           \
                   STATUS_REQUEST,                                                                 \
                   SIGALGS,                                                                        \
                   SCT,                                                                            \
                   KEY_SHARE,                                                                      \
                   PSK_MODES,                                                                      \
                   VERSIONS,                                                                       \
                   COMPRESS_CERT,                                                                  \
                   APPLICATION_SETTINGS,                                                           \
                   ECH},                                                                           \
    .sigalgs = {0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601},                   \
    .versions = {GREASE, 0x0304, 0x0303}, .alpn = {"h2", "http/1.1"}, .shuffles = true

/* Lists end at a zero, so server_name (0) is written one too high here and set right when read. */
enum { NAME_HERE = SERVER_NAME + 1 };

static const struct stack stacks[SYNTH_STACK_COUNT] = {
    [SYNTH_CHROME] = {.agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 "
                               "(KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36",
                      CHROME_LISTS,
                      .groups = {GREASE, X25519, 23, 24}},
    [SYNTH_CHROME_PQ] = {.agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 "
                                  "(KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36",
                         CHROME_LISTS,
                         .groups = {GREASE, X25519MLKEM768, X25519, 23, 24},
                         .post_quantum = true},
    [SYNTH_FIREFOX] = {.agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 "
                                "Firefox/140.0",
                       .ciphers = {0x1301, 0x1303, 0x1302, 0xc02b, 0xc02f, 0xcca9, 0xcca8, 0xc02c,
                                   0xc030, 0xc00a, 0xc009, 0xc013, 0xc014, 0x009c, 0x009d, 0x002f,
                                   0x0035},
                       .extensions = {NAME_HERE, EXTENDED_MASTER, RENEGOTIATION, GROUPS, FORMATS,
                                      TICKET, ALPN, STATUS_REQUEST, KEY_SHARE, VERSIONS, SIGALGS,
                                      PSK_MODES, RECORD_LIMIT, COMPRESS_CERT, ECH},
                       .groups = {X25519, 23, 24, 25, 256, 257},
                       .sigalgs = {0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501,
                                   0x0601, 0x0203, 0x0201},
                       .versions = {0x0304, 0x0303},
                       .alpn = {"h2", "http/1.1"}},
    [SYNTH_CURL] = {.agent = "curl/8.14.1",
                    .ciphers = {0x1302, 0x1303, 0x1301, 0xc02c, 0xc030, 0x009f, 0xcca9, 0xcca8,
                                0xccaa, 0xc02b, 0xc02f, 0x009e, 0xc024, 0xc028, 0x006b, 0xc023,
                                0xc027, 0x0067, 0x009d, 0x009c, 0x003d, 0x003c},
                    .extensions = {NAME_HERE, FORMATS, GROUPS, ALPN, ENCRYPT_THEN_MAC,
                                   EXTENDED_MASTER, POST_HANDSHAKE_AUTH, SIGALGS, VERSIONS,
                                   PSK_MODES, KEY_SHARE},
                    .groups = {X25519, 23, 30, 24, 25},
                    .sigalgs = {0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806,
                                0x0401, 0x0501, 0x0601},
                    .versions = {0x0304, 0x0303},
                    .alpn = {"h2", "http/1.1"}},
    [SYNTH_PYTHON] = {.agent = "python-requests/2.32.3",
                      .ciphers = {0x1302, 0x1303, 0x1301, 0xc02c, 0xc030, 0xc02b, 0xc02f, 0xcca9,
                                  0xcca8, 0x009f, 0x009e, 0xccaa, 0xc024, 0xc028, 0xc023, 0xc027},
                      .extensions = {NAME_HERE, FORMATS, GROUPS, TICKET, ALPN, ENCRYPT_THEN_MAC,
                                     EXTENDED_MASTER, SIGALGS, VERSIONS, PSK_MODES, KEY_SHARE},
                      .groups = {X25519, 23, 30, 25, 24},
                      .sigalgs = {0x0403, 0x0503, 0x0603, 0x0807, 0x0804, 0x0805, 0x0806, 0x0401,
                                  0x0501, 0x0601, 0x0303, 0x0301},
                      .versions = {0x0304, 0x0303},
                      .alpn = {"http/1.1"}},
    [SYNTH_AGENT] = {.agent = "node-monitor/3.2",
                     .ciphers = {0xc02f, 0xc030, 0xc02b, 0xc02c, 0xc013, 0xc014, 0x009c, 0x009d,
                                 0x002f, 0x0035, 0x00ff},
                     .extensions = {NAME_HERE, STATUS_REQUEST, GROUPS, FORMATS, SIGALGS, TICKET,
                                    SCT},
                     .groups = {X25519, 23, 24},
                     .sigalgs = {0x0804, 0x0403, 0x0401, 0x0501, 0x0601, 0x0503, 0x0201}},
    [SYNTH_IMPLANT] = {.agent = "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1)",
                       .ciphers = {0xc030, 0xc02f, 0x009d, 0x003c},
                       .extensions = {NAME_HERE, GROUPS, FORMATS, SIGALGS, ALPN},
                       .groups = {24, 23},
                       .sigalgs = {0x0501, 0x0401, 0x0201},
                       .alpn = {"http/1.1"}},
    [SYNTH_QUIC] = {.agent = "",
                    .ciphers = {0x1301, 0x1302, 0x1303},
                    .extensions = {NAME_HERE, GROUPS, ALPN, SIGALGS, KEY_SHARE, PSK_MODES, VERSIONS,
                                   COMPRESS_CERT, QUIC_PARAMETERS},
                    .groups = {X25519, 23, 24},
                    .sigalgs = {0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601},
                    .versions = {0x0304},
                    .alpn = {"h3"},
                    .shuffles = true},
};

const char *synth_stack_agent(enum synth_stack stack)
{
    return stacks[stack].agent;
}

bool synth_stack_tls13(enum synth_stack stack)
{
    return stacks[stack].versions[0] != 0;
}

static uint16_t grease(struct synth_random *r)
{
    return (uint16_t)(0x0a0a + 0x1010 * synth_random_below(r, 16));
}

static void list_put(struct buf *out, const uint16_t *list, struct synth_random *r)
{
    for (size_t i = 0; i < LIST_MOST && list[i]; i++)
        put16(out, list[i] == GREASE ? grease(r) : list[i]);
}

static void list16_put(struct buf *out, const uint16_t *list, struct synth_random *r)
{
    size_t start = open_len(out, 2);
    list_put(out, list, r);
    close_len(out, start, 2);
}

static void server_name_put(struct buf *out, struct str name)
{
    size_t list = open_len(out, 2);
    put8(out, 0);
    size_t host = open_len(out, 2);
    buf_put(out, name);
    close_len(out, host, 2);
    close_len(out, list, 2);
}

static void protocols_put(struct buf *out, const struct stack *s, size_t most)
{
    size_t list = open_len(out, 2);
    for (size_t i = 0; i < most && s->alpn[i]; i++) {
        size_t len = strlen(s->alpn[i]);
        put8(out, (unsigned)len);
        buf_bytes(out, s->alpn[i], len);
    }
    close_len(out, list, 2);
}

static void share_put(struct buf *out, uint16_t group, size_t size, struct synth_random *r)
{
    put16(out, group);
    put16(out, (unsigned)size);
    synth_noise(out, size, r);
}

static void shares_put(struct buf *out, const struct stack *s, struct synth_random *r)
{
    size_t list = open_len(out, 2);
    if (s->groups[0] == GREASE)
        share_put(out, grease(r), 1, r);
    if (s->post_quantum)
        share_put(out, X25519MLKEM768, MLKEM_SHARE_SIZE, r);
    share_put(out, X25519, X25519_SIZE, r);
    close_len(out, list, 2);
}

static void versions_put(struct buf *out, const struct stack *s, struct synth_random *r)
{
    size_t list = open_len(out, 1);
    for (size_t i = 0; i < COUNT(s->versions) && s->versions[i]; i++)
        put16(out, s->versions[i] == GREASE ? grease(r) : s->versions[i]);
    close_len(out, list, 1);
}

static void extension_data_put(struct buf *out, uint16_t type, const struct stack *s,
                               struct str name, struct synth_random *r)
{
    switch (type) {
    case SERVER_NAME: server_name_put(out, name); break;
    case STATUS_REQUEST: buf_put(out, S("\1\0\0\0\0")); break;
    case GROUPS: list16_put(out, s->groups, r); break;
    case FORMATS: buf_put(out, S("\1\0")); break;
    case SIGALGS: list16_put(out, s->sigalgs, r); break;
    case ALPN: protocols_put(out, s, COUNT(s->alpn)); break;
    case COMPRESS_CERT: buf_put(out, S("\2\0\2")); break;
    case RECORD_LIMIT: buf_put(out, S("\x40\1")); break;
    case VERSIONS: versions_put(out, s, r); break;
    case PSK_MODES: buf_put(out, S("\1\1")); break;
    case KEY_SHARE: shares_put(out, s, r); break;
    case APPLICATION_SETTINGS: protocols_put(out, s, 1); break;
    case ECH: synth_noise(out, 186, r); break; /* what a browser sends where there is no ECH */
    case QUIC_PARAMETERS:                      /* idle timeout, most data (RFC 9000 18.2) */
        buf_put(out, S("\1\4\x80\0\x75\x30\4\4\x80\xf0\0\0"));
        break;
    case RENEGOTIATION: buf_put(out, S("\0")); break;
    default: break; /* those that are only there */
    }
}

/* The row's extensions in the order this hello has them. GREASE stays first. */
static size_t extensions_order(const struct stack *s, struct synth_random *r,
                               uint16_t order[LIST_MOST])
{
    size_t n = 0;
    while (n < LIST_MOST && s->extensions[n]) {
        order[n] = s->extensions[n];
        n++;
    }
    for (size_t i = n - 1; s->shuffles && i > 1; i--) {
        size_t with = 1 + (size_t)synth_random_below(r, i);
        uint16_t t = order[i];
        order[i] = order[with];
        order[with] = t;
    }
    return n;
}

static void extensions_put(struct buf *out, const struct stack *s, struct str name,
                           struct synth_random *r)
{
    uint16_t order[LIST_MOST] = {0};
    size_t n = extensions_order(s, r, order), list = open_len(out, 2);
    for (size_t i = 0; i < n; i++) {
        uint16_t type = order[i] == NAME_HERE ? SERVER_NAME : order[i];
        if (type == SERVER_NAME && name.len == 0)
            continue;
        put16(out, type == GREASE ? grease(r) : type);
        size_t data = open_len(out, 2);
        extension_data_put(out, type, s, name, r);
        close_len(out, data, 2);
    }
    close_len(out, list, 2);
}

void synth_client_hello(struct buf *out, enum synth_stack stack, struct str name,
                        struct synth_random *r)
{
    const struct stack *s = &stacks[stack];
    size_t start = out->len;
    put8(out, 22);
    put16(out, 0x0301);
    size_t record = open_len(out, 2);
    put8(out, 1);
    size_t message = open_len(out, 3);
    put16(out, 0x0303);
    synth_noise(out, 32, r);
    put8(out, 32);
    synth_noise(out, 32, r);
    list16_put(out, s->ciphers, r);
    put16(out, 0x0100); /* one compression method: none */
    extensions_put(out, s, name, r);
    close_len(out, message, 3);
    close_len(out, record, 2);
    assert(out->len - start < HELLO_MOST);
}

static void record_put(struct buf *out, unsigned type, size_t len, struct synth_random *r)
{
    put8(out, type);
    put16(out, 0x0303);
    put16(out, (unsigned)len);
    synth_noise(out, len, r);
}

static void server_hello_put(struct buf *out, bool tls13, struct synth_random *r)
{
    put8(out, 2);
    size_t message = open_len(out, 3);
    put16(out, 0x0303);
    synth_noise(out, 32, r);
    put8(out, 32);
    synth_noise(out, 32, r);
    put16(out, tls13 ? 0x1301 : 0xc02f);
    put8(out, 0);
    size_t list = open_len(out, 2);
    if (tls13) {
        put16(out, KEY_SHARE);
        put16(out, 4 + X25519_SIZE);
        share_put(out, X25519, X25519_SIZE, r);
        put16(out, VERSIONS);
        put16(out, 2);
        put16(out, 0x0304);
    } else {
        buf_put(out, S("\xff\1\0\1\0\0\x0b\0\2\1\0"));
    }
    close_len(out, list, 2);
    close_len(out, message, 3);
}

void synth_server_hello(struct buf *out, struct synth_random *r)
{
    server_hello_put(out, true, r);
}

static void certificate_put(struct buf *out, const struct synth_certificate *c)
{
    put8(out, 11);
    size_t message = open_len(out, 3), chain = open_len(out, 3), der = open_len(out, 3);
    synth_certificate_put(out, c);
    close_len(out, der, 3);
    close_len(out, chain, 3);
    close_len(out, message, 3);
}

void synth_server_flight_of(struct buf *out, const struct synth_certificate *c,
                            struct synth_random *r)
{
    put8(out, 22);
    put16(out, 0x0303);
    size_t record = open_len(out, 2);
    server_hello_put(out, false, r);
    certificate_put(out, c);
    put32(out, 0x0e000000); /* ServerHelloDone */
    close_len(out, record, 2);
}

void synth_server_flight(struct buf *out, bool tls13, struct str name, struct synth_random *r)
{
    if (!tls13) {
        const struct synth_certificate good = {.subject = name,
                                               .issuer = S("Example Trust CA R3"),
                                               .names = {name},
                                               .from_us = VALID_FROM,
                                               .to_us = VALID_TO};
        synth_server_flight_of(out, &good, r);
        return;
    }
    put8(out, 22);
    put16(out, 0x0303);
    size_t record = open_len(out, 2);
    server_hello_put(out, true, r);
    close_len(out, record, 2);
    buf_put(out, S("\x14\3\3\0\1\1"));
    record_put(out, 23, (size_t)synth_random_between(r, 900, 2400), r);
}

void synth_client_finish(struct buf *out, struct synth_random *r)
{
    buf_put(out, S("\x14\3\3\0\1\1"));
    record_put(out, 23, 53, r);
}

void synth_application_data(struct buf *out, size_t len, struct synth_random *r)
{
    record_put(out, 23, len, r);
}
