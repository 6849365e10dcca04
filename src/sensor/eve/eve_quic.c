/* eve_quic.c - quic lines: the version, and the client's hello extension by extension.
 *
 * The version is the number in hex, as Suricata has it. ja4 is Suricata 8's field.
 */
#include "dissect/fingerprint.h"
#include "eve_private.h"

#include <stdio.h>

/* IANA "TLS ExtensionType Values", as far as Suricata names them. */
static const char *extension_name(uint16_t type)
{
    static const char *const names[] = {
        "server_name",
        "max_fragment_length",
        "client_certificate_url",
        "trusted_ca_keys",
        "truncated_hmac",
        "status_request",
        "user_mapping",
        "client_authz",
        "server_authz",
        "cert_type",
        "supported_groups",
        "ec_point_formats",
        "srp",
        "signature_algorithms",
        "use_srtp",
        "heartbeat",
        "alpn",
        "status_request_v2",
        "signed_certificate_timestamp",
        "client_certificate_type",
        "server_certificate_type",
        "padding",
        "encrypt_then_mac",
        "extended_master_secret",
        "token_binding",
        "cached_info",
        NULL,
        "compress_certificate",
        "record_size_limit",
        [35] = "session_ticket",
        [41] = "pre_shared_key",
        [42] = "early_data",
        [43] = "supported_versions",
        [44] = "cookie",
        [45] = "psk_key_exchange_modes",
        [47] = "certificate_authorities",
        [48] = "oid_filters",
        [49] = "post_handshake_auth",
        [50] = "signature_algorithms_cert",
        [51] = "key_share",
        [57] = "quic_transport_parameters",
    };
    return type < COUNT(names) ? names[type] : NULL;
}

/* A list begins with its first value and ends with list_end. */
static void list_next(struct eve *e, size_t i)
{
    put(e, i ? S(",") : S(",\"values\":["));
}

static void list_end(struct eve *e, size_t count)
{
    if (count)
        PUT(e, "]");
}

static void put_alpns(struct eve *e, const struct tls_client_hello *h)
{
    size_t n = 0;
    for (struct str name; (name = tls_alpn_offered(h, n)).ptr; n++) {
        list_next(e, n);
        put_text(e, name);
    }
    list_end(e, n);
}

static void put_versions(struct eve *e, const struct tls_client_hello *h)
{
    size_t n = 0;
    for (size_t i = 0; i < h->n_versions; i++) {
        if (tls_is_grease(h->versions[i]))
            continue;
        list_next(e, n++);
        if (h->versions[i] >= 0x0301 && h->versions[i] <= 0x0304) {
            PUT(e, "\"Tls1");
            put_uint(e, h->versions[i] - 0x0301u);
            PUT(e, "\"");
        } else {
            char text[16];
            int len = snprintf(text, sizeof text, "\"%#06x\"", h->versions[i]);
            put(e, (struct str){text, (size_t)len});
        }
    }
    list_end(e, n);
}

static void put_numbers(struct eve *e, const uint16_t *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        list_next(e, i);
        PUT(e, "\"");
        put_uint(e, values[i]);
        PUT(e, "\"");
    }
    list_end(e, count);
}

static void put_values(struct eve *e, uint16_t type, const struct tls_client_hello *h)
{
    enum { SERVER_NAME = 0, SIGNATURE_ALGORITHMS = 13, ALPN = 16, SUPPORTED_VERSIONS = 43 };
    switch (type) {
    case SERVER_NAME:
        if (h->sni_len)
            list_next(e, 0), put_text(e, tls_sni(h));
        list_end(e, h->sni_len);
        break;
    case SIGNATURE_ALGORITHMS: put_numbers(e, h->sigalgs, h->n_sigalgs); break;
    case ALPN: put_alpns(e, h); break;
    case SUPPORTED_VERSIONS: put_versions(e, h); break;
    default: break;
    }
}

static void put_extensions(struct eve *e, const struct tls_client_hello *h)
{
    size_t n = 0;
    for (size_t i = 0; i < h->n_extensions; i++) {
        uint16_t type = h->extensions[i];
        if (tls_is_grease(type))
            continue;
        put(e, n++ ? S(",{") : S(",\"extensions\":[{"));
        if (extension_name(type)) {
            PUT(e, "\"name\":\"");
            put_cstr(e, extension_name(type));
            PUT(e, "\",");
        }
        put_number(e, S("\"type\":"), type);
        put_values(e, type, h);
        PUT(e, "}");
    }
    list_end(e, n);
}

static void put_hello(struct eve *e, const struct tls_client_hello *h)
{
    char text[JA3_TEXT_MAX];
    if (h->sni_len)
        PUT(e, ",\"sni\":"), put_text(e, tls_sni(h));
    if (h->ja3[0]) {
        PUT(e, ",\"ja3\":{\"hash\":\"");
        put_cstr(e, h->ja3);
        PUT(e, "\",\"string\":");
        put_text(e, ja3_text(h, text));
        PUT(e, "}");
    }
    if (h->ja4[0])
        PUT(e, ",\"ja4\":\""), put_cstr(e, h->ja4), PUT(e, "\"");
    if (h->has_ech)
        PUT(e, ",\"ech\":true");
    put_extensions(e, h);
}

static void quic_body(struct eve *e, const union dissect_facts *request,
                      const union dissect_facts *response)
{
    const struct quic_facts *q = request ? &request->quic : &response->quic;
    char version[12];
    int len = snprintf(version, sizeof version, "\"%x\"", q->version);
    PUT(e, ",\"quic\":{\"version\":");
    put(e, (struct str){version, (size_t)len});
    if (q->have & QUIC_HAS_CLIENT)
        put_hello(e, &q->client);
    PUT(e, "}");
}

const struct eve_row eve_row_quic = {.app = APP_QUIC, .type = "quic", .body = quic_body};
