/* ftp.c - FTP's control connection, RFC 959: its verbs, its replies, and its row in the registry.
 *
 * A mark (1yz) is joined with the reply that ends its command, so that a listing is one message: 150, 226.
 */
#include "dialogue_private.h"

static const struct verb verb_list[] = {
    {"USER", 0}, {"PASS", VERB_LOGIN}, {"AUTH", VERB_TLS | VERB_MECHANISM},
    {"ACCT", 0}, {"CWD", 0},           {"CDUP", 0},
    {"SMNT", 0}, {"QUIT", 0},          {"REIN", 0},
    {"PORT", 0}, {"PASV", 0},          {"EPRT", 0},
    {"EPSV", 0}, {"LPRT", 0},          {"LPSV", 0},
    {"TYPE", 0}, {"STRU", 0},          {"MODE", 0},
    {"RETR", 0}, {"STOR", 0},          {"STOU", 0},
    {"APPE", 0}, {"ALLO", 0},          {"REST", 0},
    {"RNFR", 0}, {"RNTO", 0},          {"ABOR", 0},
    {"DELE", 0}, {"RMD", 0},           {"MKD", 0},
    {"PWD", 0},  {"LIST", 0},          {"NLST", 0},
    {"SITE", 0}, {"SYST", 0},          {"STAT", 0},
    {"HELP", 0}, {"NOOP", 0},          {"FEAT", 0},
    {"OPTS", 0}, {"MDTM", 0},          {"SIZE", 0},
    {"MLST", 0}, {"MLSD", 0},          {"XPWD", 0},
    {"XCWD", 0}, {"XMKD", 0},          {"XRMD", 0},
    {"XCUP", 0}, {"PBSZ", 0},          {"PROT", 0},
    {"CCC", 0},  {"LANG", 0},          {"HOST", 0},
    {"CLNT", 0}, {"MFMT", 0},          {"XCRC", 0},
    {"XMD5", 0}, {"EPRT", 0},          {"ADAT", 0},
    {"MIC", 0},  {"ENC", 0},           {"CONF", 0},
};

static const struct verbs verbs = {verb_list, COUNT(verb_list)};

static void reply_note(const struct reply *reply, struct dialogue_facts *d)
{
    if (d->n_codes < DIALOGUE_CODES)
        d->codes[d->n_codes++] = (uint16_t)reply->code;
    else
        d->codes[DIALOGUE_CODES - 1] = (uint16_t)reply->code;
    switch (reply->code) {
    case 220:
        d->greeting = true;
        software_find(reply->lines, d);
        break;
    case 211:
        d->offers_tls |=
            text_has(reply->lines, S("AUTH TLS")) || text_has(reply->lines, S("AUTH SSL"));
        break;
    case 230: d->login_done = true; break;
    case 234: d->starts_tls = true; break;
    case 430: d->login_failed = true; break;
    case 530:
        d->login_failed = !text_has(reply->lines, S("please"));
        break; /* "Please login with USER" */
    default: break;
    }
}

static enum dissect_result replies_read(struct str bytes, struct dialogue_facts *d,
                                        size_t *ret_used)
{
    size_t past = 0;
    d->response = true;
    for (;;) {
        struct reply reply;
        enum dissect_result r = dialogue_reply(str_skip(bytes, past), &reply);
        if (r == DISSECT_NOT && past) { /* something else after a mark: the mark is all there is */
            *ret_used = past;
            return DISSECT_DONE;
        }
        if (r == DISSECT_NEED_MORE && bytes.len >= DIALOGUE_MOST) {
            *ret_used = past ? past : DISSECT_USED_ALL;
            return DISSECT_DONE;
        }
        if (r != DISSECT_DONE)
            return r;
        reply_note(&reply, d);
        if (reply.used == DISSECT_USED_ALL) {
            *ret_used = DISSECT_USED_ALL;
            return DISSECT_DONE;
        }
        past += reply.used;
        if (reply.code >= 200) {
            *ret_used = past;
            return DISSECT_DONE;
        }
    }
}

static enum dissect_result ftp_parse(enum dissect_transport transport, struct str bytes,
                                     union dissect_facts *ret_facts, size_t *ret_used)
{
    struct dialogue_facts *d = &ret_facts->dialogue;
    struct str line;
    size_t used = 0;
    (void)transport;
    memset(d, 0, sizeof *d);
    enum dissect_result r = dialogue_line(bytes, &line, &used);
    if (r != DISSECT_DONE)
        return r;
    if (is_reply_code(line))
        return replies_read(bytes, d, ret_used);
    if (dialogue_command(verbs, line, d, &used) == LINE_NOT)
        return DISSECT_NOT;
    *ret_used = used;
    return DISSECT_DONE;
}

/* SMTP's greeting looks the same but for its words; a USER may be POP3's or IRC's. */
static enum dissect_probe ftp_probe(enum dissect_transport transport, struct str bytes)
{
    struct str rest = bytes, line, argument;
    (void)transport;
    if (!line_take(&rest, &line))
        line = bytes;
    if (line.len < 4 && bytes.len < 4)
        return PROBE_MAYBE;
    if (is_reply_code(line)) {
        if (text_has(line, S("SMTP")))
            return PROBE_NO;
        return str_starts(line, S("220")) && text_has(line, S("FTP")) ? PROBE_YES : PROBE_MAYBE;
    }
    return verb_find(verbs, str_cut(line, ' ', &argument)) ? PROBE_MAYBE : PROBE_NO;
}

const struct dissector dissector_ftp = {
    .name = "ftp",
    .app = APP_FTP,
    .transports = DISSECT_TCP,
    .ports = {21, 2121},
    .repeats = true,
    .most = DIALOGUE_MOST,
    .probe = ftp_probe,
    .parse = ftp_parse,
    .pairs = true,
    .response = dialogue_response,
    .login = dialogue_login,
};
