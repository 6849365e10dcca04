/* client_setup.c - see client_private.h.
 *
 * With a pin the chain and the name are not checked: the key itself is known, which says more. Without one
 * both are. Nothing else about a connection is negotiable: TLS 1.2 or later, no redirects, no proxy.
 */
#include "http/client/client_private.h"

#include "core/buf.h"

static char *copy_text(const char *text, size_t len)
{
    char *copy = text ? strndup(text, len) : NULL;
    if (text && !copy)
        abort();
    return copy;
}

static char *copy_cstr(const char *text)
{
    return copy_text(text, text ? strlen(text) : 0);
}

bool client_peer_copy(const struct http_peer *p, struct client_peer *ret, struct err *e)
{
    struct str url = {p->url ? p->url : "", p->url ? strlen(p->url) : 0};
    if (!str_starts(url, S("https://")) && !str_starts(url, S("http://")))
        return err_set(e, ERR_INVALID, "'" STR_FMT "' is no http or https URL", STR_ARG(url));
    if (p->pin && !str_starts(url, S("https://")))
        return err_set(e, ERR_INVALID, "a pin needs an https URL");
    if (p->pin && strncmp(p->pin, "sha256//", 8) != 0)
        return err_set(e, ERR_INVALID, "a pin is written sha256//<base64>");
    while (url.len && url.ptr[url.len - 1] == '/')
        url.len--;
    *ret = (struct client_peer){
        .url = copy_text(url.ptr, url.len),
        .bearer = copy_cstr(p->bearer),
        .pin = copy_cstr(p->pin),
        .ca_file = copy_cstr(p->ca_file),
        .cert_file = copy_cstr(p->cert_file),
        .key_file = copy_cstr(p->key_file),
        .connect_ms = p->connect_ms ? p->connect_ms : 5000,
        .reply_ms = p->reply_ms ? p->reply_ms : 30000,
        .reply_limit = p->reply_limit ? p->reply_limit : (size_t)16 << 20,
    };
    return true;
}

static void wipe(char *secret)
{
    if (secret)
        explicit_bzero(secret, strlen(secret));
    free(secret);
}

void client_peer_drop(struct client_peer *p)
{
    free(p->url);
    free(p->pin);
    free(p->ca_file);
    free(p->cert_file);
    free(p->key_file);
    wipe(p->bearer);
    *p = (struct client_peer){0};
}

/* Files: this flavour of libcurl takes no certificate from memory, and does not say so. */
static CURLcode set_certificate(CURL *curl, const struct client_peer *p)
{
    CURLcode code = curl_easy_setopt(curl, CURLOPT_SSLCERT, p->cert_file);
    return code ? code : curl_easy_setopt(curl, CURLOPT_SSLKEY, p->key_file);
}

static CURLcode set_trust(CURL *curl, const struct client_peer *p)
{
    CURLcode code = curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (p->pin || p->ca_file) { /* else 450 files are read at each connection */
        curl_easy_setopt(curl, CURLOPT_CAINFO, NULL);
        curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
    }
    if (!code && p->pin) {
        code = curl_easy_setopt(curl, CURLOPT_PINNEDPUBLICKEY, p->pin);
        curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
        curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
    } else if (!code) {
        curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
        curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
        if (p->ca_file)
            code = curl_easy_setopt(curl, CURLOPT_CAINFO, p->ca_file);
    }
    return code;
}

bool client_setup(CURL *curl, const struct client_peer *p, struct err *e)
{
    CURLcode code = set_trust(curl, p);
    if (!code && p->cert_file && p->key_file)
        code = set_certificate(curl, p);
    if (code)
        return err_set(e, ERR_IO, "libcurl: %s", curl_easy_strerror(code));
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "hinomi/" HINOMI_VERSION);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)p->connect_ms);
    curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
    return true;
}

bool client_set_url(CURL *curl, const struct client_peer *p, const char *path, struct err *e)
{
    char url[CLIENT_URL_MAX];
    int n = snprintf(url, sizeof url, "%s%s", p->url, path);
    if (path[0] != '/' || n < 0 || (size_t)n >= sizeof url)
        return err_set(e, ERR_INVALID, "a path starts with '/' and is shorter than %d bytes",
                       CLIENT_URL_MAX);
    CURLcode code = curl_easy_setopt(curl, CURLOPT_URL, url);
    return !code || err_set(e, ERR_INVALID, "libcurl: %s", curl_easy_strerror(code));
}

bool client_header(struct curl_slist **list, const char *name, struct str value)
{
    enum { LINE_MAX_BYTES = 16384 };
    if (!value.len)
        return true;
    for (size_t i = 0; i < value.len; i++)
        if ((unsigned char)value.ptr[i] < ' ')
            return false;
    AUTO(buf_drop) struct buf line = BUF(LINE_MAX_BYTES);
    buf_fmt(&line, "%s: ", name);
    buf_put(&line, value);
    buf_byte(&line, '\0');
    if (line.over)
        return false;
    struct curl_slist *longer = curl_slist_append(*list, line.ptr);
    if (!longer)
        abort();
    *list = longer;
    explicit_bzero(line.ptr, line.len); /* it may be a key */
    return true;
}

bool client_failure(CURLcode code, const char *detail, struct err *e)
{
    const char *why = detail && detail[0] ? detail : curl_easy_strerror(code);
    switch (code) {
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR: return err_set(e, ERR_DENIED, "not the peer we trust: %s", why);
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE: return err_set(e, ERR_NOT_FOUND, "%s", why);
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL: return err_set(e, ERR_INVALID, "%s", why);
    default: return err_set(e, ERR_UNAVAILABLE, "%s", why);
    }
}
