/* zeek_web.c - ssl.log, http.log, quic.log and ssh.log. */
#include "core/encode.h"
#include "zeek_private.h"

static void put_tls_version(struct eve *e, struct str key, uint16_t version)
{
    static const struct {
        uint16_t version;
        const char *name;
    } names[] = {{0x0002, "SSLv2"},   {0x0300, "SSLv3"},   {0x0301, "TLSv10"},
                 {0x0302, "TLSv11"},  {0x0303, "TLSv12"},  {0x0304, "TLSv13"},
                 {0xfeff, "DTLSv10"}, {0xfefd, "DTLSv12"}, {0xfefc, "DTLSv13"}};
    char other[24];
    if (!version)
        return;
    snprintf(other, sizeof other, "unknown-%u", version);
    const char *name = other;
    for (size_t i = 0; i < COUNT(names); i++)
        if (names[i].version == version)
            name = names[i].name;
    zeek_text(e, key, text_of(name));
}

static void put_certificate(struct eve *e, const struct sensor_tls *t)
{
    if (!(t->have & TLS_HAS_CERTIFICATE))
        return;
    PUT(e, ",\"cert_chain_fps\":[\"");
    put_hex(e, t->cert_sha256, sizeof t->cert_sha256, 0);
    PUT(e, "\"]");
    if (!t->certificate.read)
        return;
    zeek_text(e, S(",\"subject\":"), x509_subject(&t->certificate));
    zeek_text(e, S(",\"issuer\":"), x509_issuer(&t->certificate));
}

void zeek_ssl(struct zeek *z, const struct sensor_event *ev)
{
    const struct sensor_tls *t = ev->tls;
    struct eve *e = z->line;
    enum { BOTH = TLS_HAS_CLIENT | TLS_HAS_SERVER };
    zeek_begin(z, APP_TLS, ev, ev->time_us);
    put_tls_version(e, S(",\"version\":"), t->version);
    zeek_text(e, S(",\"server_name\":"), (struct str){t->sni, t->sni_len});
    zeek_text(e, S(",\"next_protocol\":"), (struct str){t->alpn, t->alpn_len});
    PUT(e, ",\"established\":");
    put_bool(e, (t->have & BOTH) == BOTH && !(t->have & TLS_HAS_ALERT));
    put_certificate(e, t);
    zeek_text(e, S(",\"ja3\":"), text_of(t->ja3));
    zeek_text(e, S(",\"ja3s\":"), text_of(t->ja3s));
    zeek_text(e, S(",\"ja4\":"), text_of(t->ja4));
    zeek_end(z);
}

void zeek_http(struct zeek *z, const struct sensor_event *ev)
{
    const struct sensor_http *h = ev->http;
    struct eve *e = z->line;
    zeek_begin(z, APP_HTTP, ev, ev->time_us);
    put_number(e, S(",\"trans_depth\":"), (uint64_t)h->number + 1);
    if (h->asked)
        zeek_text(e, S(",\"method\":"), (struct str){h->method, h->method_len});
    zeek_text(e, S(",\"host\":"), (struct str){h->host, h->host_len});
    zeek_text(e, S(",\"uri\":"), (struct str){h->path, h->path_len});
    put_number(e, S(",\"version\":\"1."), h->minor);
    PUT(e, "\"");
    zeek_text(e, S(",\"user_agent\":"), (struct str){h->agent, h->agent_len});
    put_number(e, S(",\"response_body_len\":"), h->length);
    if (h->status)
        put_number(e, S(",\"status_code\":"), h->status);
    zeek_end(z);
}

void zeek_quic(struct zeek *z, const struct sensor_event *ev)
{
    const struct quic_facts *q = ev->request ? &ev->request->quic : &ev->response->quic;
    struct eve *e = z->line;
    const char *name = quic_version_name(q->version);
    char other[24];
    snprintf(other, sizeof other, "unknown-%x", q->version);
    zeek_begin(z, APP_QUIC, ev, ev->time_us);
    zeek_text(e, S(",\"version\":"), text_of(name ? name : other));
    if (q->have & QUIC_HAS_CLIENT) {
        zeek_text(e, S(",\"server_name\":"), tls_sni(&q->client));
        zeek_text(e, S(",\"client_protocol\":"), tls_alpn_offered(&q->client, 0));
        zeek_text(e, S(",\"ja3\":"), text_of(q->client.ja3));
        zeek_text(e, S(",\"ja4\":"), text_of(q->client.ja4));
    }
    zeek_end(z);
}

static void put_banner(struct eve *e, struct str key, const struct ssh_facts *f)
{
    char text[SSH_VERSION_MAX + SSH_SOFTWARE_MAX + 8];
    int len = snprintf(text, sizeof text, "SSH-" STR_FMT "-" STR_FMT, STR_ARG(ssh_version(f)),
                       STR_ARG(ssh_software(f)));
    if (f->version_len)
        zeek_text(e, key, (struct str){text, (size_t)len});
}

void zeek_ssh(struct zeek *z, const struct sensor_event *ev)
{
    const struct ssh_facts *client = ev->request ? &ev->request->ssh : NULL;
    const struct ssh_facts *server = ev->response ? &ev->response->ssh : NULL;
    const struct ssh_facts *any = server ? server : client;
    struct eve *e = z->line;
    if (!any)
        return;
    zeek_begin(z, APP_SSH, ev, ev->time_us);
    if (any->version_len)
        put_number(e, S(",\"version\":"), any->version[0] == '1' && any->version[2] != '9' ? 1 : 2);
    if (client)
        put_banner(e, S(",\"client\":"), client);
    if (server)
        put_banner(e, S(",\"server\":"), server);
    if (client)
        zeek_text(e, S(",\"hassh\":"), text_of(client->hassh_client));
    if (server)
        zeek_text(e, S(",\"hasshServer\":"), text_of(server->hassh_server));
    zeek_end(z);
}
