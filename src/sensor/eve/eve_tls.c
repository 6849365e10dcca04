/* eve_tls.c - tls lines: both hellos and what the certificate says. */
#include "core/time.h"
#include "eve_private.h"

static void put_ja(struct eve *e, struct str name, const char *hash, struct str text)
{
    if (!hash[0])
        return;
    put(e, name);
    PUT(e, "{\"hash\":\"");
    put_cstr(e, hash);
    PUT(e, "\"");
    if (text.len)
        PUT(e, ",\"string\":"), put_text(e, text);
    PUT(e, "}");
}

static void put_serial(struct eve *e, const struct x509_facts *c)
{
    PUT(e, ",\"serial\":\"");
    for (size_t i = 0; i < c->serial_len; i++) {
        put(e, i ? S(":") : S(""));
        uint8_t byte = c->serial[i];
        char pair[2] = {"0123456789ABCDEF"[byte >> 4], "0123456789ABCDEF"[byte & 0xf]};
        put(e, (struct str){pair, sizeof pair});
    }
    PUT(e, "\"");
}

/* To the second and without a zone, as Suricata has it. */
static void put_day(struct eve *e, struct str name, int64_t us)
{
    char text[TIME_TEXT_SIZE];
    if (us == X509_NO_TIME)
        return;
    time_format(us, text);
    put(e, name);
    put(e, (struct str){text, strlen("2026-11-24T05:31:43")});
    PUT(e, "\"");
}

static void put_certificate(struct eve *e, const struct x509_facts *c)
{
    if (c->subject_len)
        PUT(e, ",\"subject\":"), put_text(e, x509_subject(c));
    if (c->issuer_len)
        PUT(e, ",\"issuerdn\":"), put_text(e, x509_issuer(c));
    if (c->serial_len)
        put_serial(e, c);
    put_day(e, S(",\"notbefore\":\""), c->not_before);
    put_day(e, S(",\"notafter\":\""), c->not_after);
    for (size_t i = 0; i < c->n_sans; i++) {
        put(e, i ? S(",") : S(",\"subjectaltname\":["));
        put_text(e, x509_san(c, i));
    }
    if (c->n_sans)
        PUT(e, "]");
}

void eve_tls(struct eve *e, const struct sensor_event *ev)
{
    const struct sensor_tls *t = ev->tls;
    line_begin(e, ev, S("tls"));
    PUT(e, ",\"tls\":{\"version\":");
    put_text(e, text_of(tls_version_name(t->version)));
    if (t->sni_len)
        PUT(e, ",\"sni\":"), put_text(e, (struct str){t->sni, t->sni_len});
    if (t->certificate.read)
        put_certificate(e, &t->certificate);
    if (t->have & TLS_HAS_CERTIFICATE) {
        PUT(e, ",\"fingerprint\":\"");
        put_hex(e, t->cert_sha1, sizeof t->cert_sha1, ':');
        PUT(e, "\",\"fingerprint_sha256\":\"");
        put_hex(e, t->cert_sha256, sizeof t->cert_sha256, 0);
        PUT(e, "\"");
    }
    if (t->hidden)
        PUT(e, ",\"certificate_encrypted\":true");
    if (t->ech)
        PUT(e, ",\"ech\":true");
    put_ja(e, S(",\"ja3\":"), t->ja3, (struct str){t->ja3_text, t->ja3_text_len});
    put_ja(e, S(",\"ja3s\":"), t->ja3s, (struct str){t->ja3s_text, t->ja3s_text_len});
    if (t->ja4[0])
        PUT(e, ",\"ja4\":\""), put_cstr(e, t->ja4), PUT(e, "\"");
    if (t->alpn_len)
        PUT(e, ",\"server_alpns\":["), put_text(e, (struct str){t->alpn, t->alpn_len}), PUT(e, "]");
    PUT(e, "}");
    line_end(e);
}
