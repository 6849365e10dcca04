/* ssh.c - the version line, the KEXINIT behind it, and HASSH over its lists; SSH's row in the registry. */
#include "core/digest.h"
#include "core/encode.h"
#include "office_private.h"

enum {
    VERSION_LONGEST = 255,
    LINE_LONGEST = 1024,
    LINES_BEFORE = 32,
    PACKET_MAX = 35000,
    MSG_KEXINIT = 20
};

/* The name lists of a KEXINIT in their order, RFC 4253 7.1. */
enum list {
    KEX,
    HOST_KEY,
    CIPHER_TO_SERVER,
    CIPHER_TO_CLIENT,
    MAC_TO_SERVER,
    MAC_TO_CLIENT,
    ZIP_TO_SERVER,
    ZIP_TO_CLIENT,
    LISTS,
};

static bool is_version(struct str line)
{
    return str_starts(line, S("SSH-"));
}

/* The line that says the version, past whatever stands before it. */
static enum dissect_result version_line(struct str *rest, struct str *ret_line)
{
    for (unsigned lines = 0; lines <= LINES_BEFORE; lines++) {
        if (!line_take(rest, ret_line))
            return rest->len <= LINE_LONGEST ? DISSECT_NEED_MORE : DISSECT_NOT;
        if (is_version(*ret_line))
            return ret_line->len <= VERSION_LONGEST ? DISSECT_DONE : DISSECT_NOT;
        if (ret_line->len && memchr(ret_line->ptr, 0, ret_line->len))
            return DISSECT_NOT;
    }
    return DISSECT_NOT;
}

static bool version_read(struct str line, struct ssh_facts *s)
{
    struct str software, comment, version = str_cut(str_skip(line, 4), '-', &software);
    software = str_cut(software, ' ', &comment);
    if (version.len == 0 || version.len > SSH_VERSION_MAX)
        return false;
    for (size_t i = 0; i < version.len; i++)
        if (!is_digit(version.ptr[i]) && version.ptr[i] != '.')
            return false;
    s->version_len = (uint8_t)text_keep(s->version, SSH_VERSION_MAX, version);
    s->software_len = (uint8_t)text_keep(s->software, SSH_SOFTWARE_MAX, software);
    return true;
}

/* SSH 1 goes on in another way; 1.99 is a server that speaks both (RFC 4253 5.1). */
static bool has_no_kexinit(const struct ssh_facts *s)
{
    struct str v = ssh_version(s);
    return v.ptr[0] == '1' && !str_eq(v, S("1.99"));
}

static bool list_has(struct str list, struct str name)
{
    for (struct str rest = list; rest.len;)
        if (str_eq(str_cut(rest, ',', &rest), name))
            return true;
    return false;
}

/* "kex;encryption;mac;compression". No larger than the packet that its parts are from. */
static struct str hassh_text(const struct str lists[LISTS], bool server, char *out)
{
    const struct str parts[] = {lists[KEX], lists[CIPHER_TO_SERVER + server],
                                lists[MAC_TO_SERVER + server], lists[ZIP_TO_SERVER + server]};
    size_t n = 0;
    for (size_t i = 0; i < COUNT(parts); i++) {
        if (i)
            out[n++] = ';';
        n += text_keep(out + n, parts[i].len, parts[i]);
    }
    return (struct str){out, n};
}

static void hassh_put(struct str text, char ret_hex[HASSH_SIZE])
{
    uint8_t digest[MD5_SIZE];
    md5_of(text, digest);
    hex_write(ret_hex, digest, sizeof digest);
    ret_hex[HASSH_SIZE - 1] = 0;
}

static bool list_is_plain(struct str list)
{
    for (size_t i = 0; i < list.len; i++)
        if (list.ptr[i] <= 0x20 || list.ptr[i] >= 0x7f)
            return false;
    return true;
}

/* False when it is no KEXINIT. */
static bool kexinit_read(struct rd r, struct ssh_facts *s)
{
    struct str lists[LISTS];
    char text[SSH_FLIGHT_MAX];
    rd_pass(&r, 16); /* cookie */
    for (size_t i = 0; i < LISTS; i++) {
        lists[i] = rd_str(&r, rd_be32(&r));
        if (r.bad || !list_is_plain(lists[i]))
            return false;
    }
    struct str client = hassh_text(lists, false, text);
    hassh_put(client, s->hassh_client);
    if (client.len <= SSH_LISTS_MAX) {
        memcpy(s->lists, client.ptr, client.len);
        s->client_len = (uint16_t)client.len;
    }
    bool kept = s->client_len != 0;
    struct str server = hassh_text(lists, true, text);
    hassh_put(server, s->hassh_server);
    if (strcmp(s->hassh_client, s->hassh_server) == 0) {
        s->server_len = s->client_len;
    } else if (server.len <= SSH_LISTS_MAX - (size_t)s->client_len) {
        s->server_at = kept ? s->client_len : 0;
        memcpy(s->lists + s->server_at, server.ptr, server.len);
        s->server_len = (uint16_t)server.len;
    }
    s->strict = list_has(lists[KEX], S("kex-strict-c-v00@openssh.com")) ||
                list_has(lists[KEX], S("kex-strict-s-v00@openssh.com"));
    s->has_kexinit = true;
    return true;
}

/* RFC 4253 6: length, padding length, payload, padding. */
static enum dissect_result packet_read(struct str rest, struct ssh_facts *s, size_t *ret_len)
{
    struct rd r = rd_over(rest);
    uint32_t length = rd_be32(&r);
    if (!r.bad && (length < 12 || length > PACKET_MAX))
        return DISSECT_NOT;
    unsigned padding = rd_u8(&r), code = rd_u8(&r);
    if (r.bad)
        return DISSECT_NEED_MORE;
    if (code != MSG_KEXINIT || padding + 2 > length)
        return DISSECT_NOT;
    *ret_len = 4 + (size_t)length;
    if (rest.len < *ret_len)
        return DISSECT_NEED_MORE;
    return kexinit_read(rd_of(r.at, length - 2 - padding), s) ? DISSECT_DONE : DISSECT_NOT;
}

static enum dissect_result ssh_parse(enum dissect_transport transport, struct str bytes,
                                     union dissect_facts *ret_facts, size_t *ret_used)
{
    struct ssh_facts *s = &ret_facts->ssh;
    struct str seen = {bytes.ptr, bytes.len < SSH_FLIGHT_MAX ? bytes.len : SSH_FLIGHT_MAX};
    struct str rest = seen, line;
    size_t len = 0;
    (void)transport;
    memset(s, 0, offsetof(struct ssh_facts, lists));
    *ret_used = DISSECT_USED_ALL;
    enum dissect_result r = version_line(&rest, &line);
    if (r != DISSECT_DONE)
        return seen.len == SSH_FLIGHT_MAX ? DISSECT_NOT : r;
    if (!version_read(line, s))
        return DISSECT_NOT;
    if (has_no_kexinit(s))
        return DISSECT_DONE;
    r = packet_read(rest, s, &len);
    if (r == DISSECT_NEED_MORE && seen.len == SSH_FLIGHT_MAX)
        return DISSECT_DONE; /* the version at least */
    if (r == DISSECT_NOT)
        return DISSECT_DONE;
    return r;
}

static enum dissect_probe ssh_probe(enum dissect_transport transport, struct str bytes)
{
    struct str start = S("SSH-");
    (void)transport;
    if (bytes.len < 6)
        return str_starts(start, (struct str){bytes.ptr, bytes.len < 4 ? bytes.len : 4})
                   ? PROBE_MAYBE
                   : PROBE_NO;
    return str_starts(bytes, start) && is_digit(bytes.ptr[4]) && bytes.ptr[5] == '.' ? PROBE_YES
                                                                                     : PROBE_NO;
}

/* Whoever asks for banners alone goes away before the keys are spoken of. */
static bool ssh_sure(const union dissect_facts *f)
{
    return f->ssh.version_len > 0;
}

const struct dissector dissector_ssh = {
    .name = "ssh",
    .app = APP_SSH,
    .transports = DISSECT_TCP,
    .ports = {22, 2222},
    .most = SSH_FLIGHT_MAX,
    .probe = ssh_probe,
    .parse = ssh_parse,
    .pairs = true,
    .sure = ssh_sure,
};
