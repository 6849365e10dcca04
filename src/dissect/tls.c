/* tls.c - records and handshake messages of a first flight, and TLS's row in the registry.
 *
 * A flight is records; their payloads, joined, are handshake messages. `flight_next` yields the next
 * message: in place when one record holds it, else joined in the caller's scratch.
 */
#include "core/rd.h"
#include "dissect/dissector.h"
#include "dissect/fingerprint.h"

enum record_type { RECORD_CHANGE_CIPHER = 20, RECORD_ALERT = 21, RECORD_HANDSHAKE = 22 };
enum message_type { CLIENT_HELLO = 1, SERVER_HELLO = 2, CERTIFICATE = 11 };

enum {
    RECORD_HEADER = 5,
    RECORD_MOST = 16384 + 2048, /* RFC 5246 6.2.3: what a ciphertext may be */
    MESSAGE_HEADER = 4,
    TLS_1_3 = 0x0304,
};

enum step {
    STEP_MESSAGE,
    STEP_SHORT, /* the bytes end before the message does; `body` holds what is there */
    STEP_ALERT,
    STEP_OTHER, /* encrypted from here on, or no TLS */
};

struct flight {
    struct rd bytes;  /* after the record being read */
    struct rd record; /* what is left of the record being read */
    uint8_t *scratch; /* TLS_FLIGHT_MAX bytes */
    uint8_t alert;
};

struct message {
    uint8_t type;
    struct str body;
    size_t len; /* as stated: more than body.len when the bytes end early */
};

/* Opens the next record; STEP_MESSAGE when it carries handshake bytes. */
static enum step record_open(struct flight *f)
{
    if (rd_left(&f->bytes) < RECORD_HEADER)
        return STEP_SHORT;
    uint8_t type = rd_u8(&f->bytes);
    uint8_t major = rd_u8(&f->bytes);
    (void)rd_u8(&f->bytes);
    size_t len = rd_be16(&f->bytes);
    if (major != 3 || len > RECORD_MOST)
        return STEP_OTHER;
    size_t here = rd_left(&f->bytes);
    struct str payload = rd_str(&f->bytes, here < len ? here : len);
    f->record = rd_of(payload.ptr, payload.len);
    if (type == RECORD_ALERT && len == 2) {
        (void)rd_u8(&f->record);
        f->alert = rd_u8(&f->record);
        return f->record.bad ? STEP_SHORT : STEP_ALERT;
    }
    return type == RECORD_HANDSHAKE ? STEP_MESSAGE : STEP_OTHER;
}

/* `n` bytes of the message stream into scratch from `*at`, over as many records as it takes. */
static enum step flight_join(struct flight *f, size_t n, size_t *at)
{
    while (n) {
        if (rd_left(&f->record) == 0) {
            enum step opened = record_open(f);
            if (opened != STEP_MESSAGE)
                return opened;
            continue;
        }
        size_t part = rd_left(&f->record) < n ? rd_left(&f->record) : n;
        memcpy(f->scratch + *at, rd_take(&f->record, part), part);
        *at += part;
        n -= part;
    }
    return STEP_MESSAGE;
}

static size_t message_len(const uint8_t header[MESSAGE_HEADER])
{
    return (size_t)header[1] << 16 | (size_t)header[2] << 8 | header[3];
}

static enum step flight_next(struct flight *f, struct message *ret_message)
{
    while (rd_left(&f->record) == 0) {
        enum step opened = record_open(f);
        if (opened != STEP_MESSAGE)
            return opened;
        if (rd_left(&f->record) == 0 && rd_left(&f->bytes) == 0)
            return STEP_SHORT;
    }
    if (rd_left(&f->record) >= MESSAGE_HEADER) {
        size_t len = message_len(f->record.at);
        if (len <= rd_left(&f->record) - MESSAGE_HEADER) {
            uint8_t type = rd_u8(&f->record);
            (void)rd_take(&f->record, MESSAGE_HEADER - 1);
            *ret_message = (struct message){type, rd_str(&f->record, len), len};
            return STEP_MESSAGE;
        }
    }

    size_t at = 0;
    enum step got = flight_join(f, MESSAGE_HEADER, &at);
    *ret_message = (struct message){.type = at ? f->scratch[0] : 0};
    if (got != STEP_MESSAGE)
        return got;
    size_t len = message_len(f->scratch);
    size_t most = TLS_FLIGHT_MAX - MESSAGE_HEADER;
    got = flight_join(f, len < most ? len : most, &at);
    ret_message->body = (struct str){(char *)f->scratch + MESSAGE_HEADER, at - MESSAGE_HEADER};
    ret_message->len = len;
    return got == STEP_MESSAGE && len > most ? STEP_SHORT : got;
}

bool tls_read_certificate(struct str body, struct tls_facts *t)
{
    struct rd r = rd_of(body.ptr, body.len);
    (void)rd_take(&r, 3);
    size_t len = (size_t)rd_u8(&r) << 16;
    len |= rd_be16(&r);
    struct str der = rd_str(&r, len);
    if (r.bad || der.len == 0)
        return false;
    sha1_of(der, t->cert_sha1);
    sha256_of(der, t->cert_sha256);
    (void)x509_read(der, &t->certificate);
    t->have |= TLS_HAS_CERTIFICATE;
    return true;
}

static enum dissect_result client_step(const struct message *m, struct tls_facts *t)
{
    if (!tls_read_client_hello(m->body, false, &t->client))
        return DISSECT_NOT;
    ja3_of(&t->client, t->client.ja3);
    ja4_of(&t->client, 't', t->client.ja4);
    t->have |= TLS_HAS_CLIENT;
    return DISSECT_DONE;
}

/* After a ServerHello: Certificate comes next unless the session is resumed or encrypted. */
static enum dissect_result server_step(const struct message *hello, struct flight *f,
                                       struct tls_facts *t)
{
    if (!tls_read_server_hello(hello->body, &t->server))
        return DISSECT_NOT;
    ja3s_of(&t->server, t->server.ja3s);
    t->have |= TLS_HAS_SERVER;
    if (t->server.version >= TLS_1_3) {
        t->certificate_hidden = true;
        return DISSECT_DONE;
    }
    for (;;) {
        struct message m = {0};
        enum step got = flight_next(f, &m);
        if (m.type == CERTIFICATE && tls_read_certificate(m.body, t))
            return DISSECT_DONE;
        if (got == STEP_SHORT)
            return DISSECT_NEED_MORE;
        if (got != STEP_MESSAGE || m.type == CERTIFICATE || m.type <= SERVER_HELLO)
            return DISSECT_DONE;
    }
}

/* RFC 5246 appendix E.2: two length bytes with the top bit set, type 1, version, three lengths. */
static bool ssl2_hello_read(struct rd r, struct tls_client_hello *h)
{
    size_t len = rd_be16(&r) & 0x7fff;
    uint8_t type = rd_u8(&r);
    uint16_t version = rd_be16(&r);
    size_t ciphers = rd_be16(&r), session = rd_be16(&r), challenge = rd_be16(&r);
    if (r.bad || type != CLIENT_HELLO || (version != 2 && version >> 8 != 3) || ciphers % 3 ||
        ciphers == 0 || session > 32 || challenge < 16 || challenge > 32 ||
        len != 9 + ciphers + session + challenge)
        return false;
    memset(h, 0, sizeof *h);
    h->ssl2 = true;
    h->version = version;
    for (size_t i = 0; i < ciphers / 3 && !r.bad; i++) {
        bool tls_suite = rd_u8(&r) == 0;
        uint16_t suite = rd_be16(&r);
        if (!r.bad && tls_suite && h->n_ciphers < TLS_CIPHERS_MAX)
            h->ciphers[h->n_ciphers++] = suite;
    }
    return true;
}

static enum dissect_result tls_parse_flight(struct str bytes, struct tls_facts *t)
{
    uint8_t scratch[TLS_FLIGHT_MAX];
    struct flight f = {.bytes = rd_of(bytes.ptr, bytes.len),
                       .record = rd_of(NULL, 0),
                       .scratch = scratch};
    t->have = 0;
    t->certificate_hidden = false;
    t->alert = 0;

    if (bytes.len && (bytes.ptr[0] & 0x80)) {
        if (bytes.len < 11)
            return DISSECT_NEED_MORE;
        if (!ssl2_hello_read(f.bytes, &t->client))
            return DISSECT_NOT;
        t->have = TLS_HAS_CLIENT;
        return DISSECT_DONE;
    }
    struct message m = {0};
    switch (flight_next(&f, &m)) {
    case STEP_SHORT: return DISSECT_NEED_MORE;
    case STEP_OTHER: return DISSECT_NOT;
    case STEP_ALERT:
        t->alert = f.alert;
        t->have = TLS_HAS_ALERT;
        return DISSECT_DONE;
    case STEP_MESSAGE: break;
    }
    if (m.type == CLIENT_HELLO)
        return client_step(&m, t);
    return m.type == SERVER_HELLO ? server_step(&m, &f, t) : DISSECT_NOT;
}

static enum dissect_result tls_step(enum dissect_transport transport, struct str bytes,
                                    union dissect_facts *ret_facts, size_t *ret_used)
{
    (void)transport;
    struct str flight = {bytes.ptr, bytes.len < TLS_FLIGHT_MAX ? bytes.len : TLS_FLIGHT_MAX};
    enum dissect_result got = tls_parse_flight(flight, &ret_facts->tls);
    if (got == DISSECT_NEED_MORE && bytes.len >= TLS_FLIGHT_MAX)
        got = ret_facts->tls.have ? DISSECT_DONE : DISSECT_NOT;
    if (got == DISSECT_DONE)
        *ret_used = DISSECT_USED_ALL;
    return got;
}

static enum dissect_probe tls_probe(enum dissect_transport transport, struct str bytes)
{
    (void)transport;
    struct rd r = rd_of(bytes.ptr, bytes.len);
    uint8_t type = rd_u8(&r);
    if (type & 0x80) {
        struct tls_client_hello scratch;
        if (bytes.len < 11)
            return (uint8_t)(bytes.len > 2 ? bytes.ptr[2] : CLIENT_HELLO) == CLIENT_HELLO
                       ? PROBE_MAYBE
                       : PROBE_NO;
        return ssl2_hello_read(rd_of(bytes.ptr, bytes.len), &scratch) ? PROBE_YES : PROBE_NO;
    }
    if (type != RECORD_HANDSHAKE && type != RECORD_ALERT)
        return PROBE_NO;
    if (bytes.len < RECORD_HEADER + 1)
        return bytes.len < 2 || bytes.ptr[1] == 3 ? PROBE_MAYBE : PROBE_NO;
    uint8_t major = rd_u8(&r), minor = rd_u8(&r);
    size_t len = rd_be16(&r);
    uint8_t first = rd_u8(&r);
    if (major != 3 || minor > 4 || len == 0 || len > RECORD_MOST)
        return PROBE_NO;
    if (type == RECORD_ALERT)
        return len == 2 && (first == 1 || first == 2) ? PROBE_YES : PROBE_NO;
    return first == CLIENT_HELLO || first == SERVER_HELLO ? PROBE_YES : PROBE_NO;
}

const struct dissector dissector_tls = {
    .name = "tls",
    .app = APP_TLS,
    .transports = DISSECT_TCP,
    .ports = {443, 8443, 853, 993, 995, 465},
    .repeats = false,
    .most = TLS_FLIGHT_MAX,
    .probe = tls_probe,
    .parse = tls_step,
};
