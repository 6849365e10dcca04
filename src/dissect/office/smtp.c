/* smtp.c - SMTP, RFC 5321: its verbs, its replies, and its row in the registry.
 *
 * DATA ends the reading of the client's side: where a letter ends can only be known by reading it. A chunk of
 * BDAT (RFC 3030) is stepped over by its length.
 */
#include "dialogue_private.h"

static const struct verb verb_list[] = {
    {"HELO", VERB_HELO},
    {"EHLO", VERB_HELO},
    {"LHLO", VERB_HELO},
    {"STARTTLS", VERB_TLS},
    {"AUTH", VERB_LOGIN | VERB_MECHANISM},
    {"DATA", VERB_CONTENT},
    {"BDAT", VERB_CHUNK},
    {"MAIL", 0},
    {"RCPT", 0},
    {"RSET", 0},
    {"NOOP", 0},
    {"QUIT", 0},
    {"VRFY", 0},
    {"EXPN", 0},
    {"HELP", 0},
    {"TURN", 0},
    {"ETRN", 0},
    {"SEND", 0},
    {"SOML", 0},
    {"SAML", 0},
    {"XCLIENT", 0},
    {"XFORWARD", 0},
};

static const struct verbs verbs = {verb_list, COUNT(verb_list)};

static void reply_note(const struct reply *reply, struct dialogue_facts *d)
{
    struct str rest = reply->lines, line;
    d->response = true;
    d->codes[d->n_codes++] = (uint16_t)reply->code;
    switch (reply->code) {
    case 220:
        d->greeting = text_has(reply->lines, S("SMTP"));
        if (d->greeting)
            software_find(reply->lines, d);
        break;
    case 235: d->login_done = true; break;
    case 535: d->login_failed = true; break;
    case 250:
        while (line_take(&rest, &line)) {
            d->offers_tls |= text_same(str_skip(line, 4), S("STARTTLS"));
            d->offers_auth |= text_begins(str_skip(line, 4), S("AUTH"));
        }
        break;
    default: break;
    }
}

static enum line_is client_line(struct str line, struct dialogue_facts *d, size_t *ret_used)
{
    return is_reply_code(line) ? LINE_NOT : dialogue_command(verbs, line, d, ret_used);
}

static enum dissect_result smtp_parse(enum dissect_transport transport, struct str bytes,
                                      union dissect_facts *ret_facts, size_t *ret_used)
{
    struct dialogue_facts *d = &ret_facts->dialogue;
    struct reply reply;
    (void)transport;
    memset(d, 0, sizeof *d);
    if (bytes.len && !is_digit(bytes.ptr[0]))
        return dialogue_lines(bytes, client_line, d, ret_used);
    enum dissect_result r = dialogue_reply(bytes, &reply);
    if (r == DISSECT_DONE) {
        reply_note(&reply, d);
        *ret_used = reply.used;
    }
    return r;
}

static enum dissect_probe smtp_probe(enum dissect_transport transport, struct str bytes)
{
    struct str rest = bytes, line, argument;
    (void)transport;
    bool whole = line_take(&rest, &line);
    if (!whole)
        line = bytes;
    if (line.len < 4 && bytes.len < 4)
        return PROBE_MAYBE;
    if (is_reply_code(line)) {
        if (str_starts(line, S("220")) && text_has(line, S("SMTP")))
            return PROBE_YES;
        return text_has(line, S("FTP")) ? PROBE_NO : PROBE_MAYBE;
    }
    struct str word = str_cut(line, ' ', &argument);
    if (!verb_find(verbs, word))
        return PROBE_NO;
    bool hello = text_same(word, S("EHLO")) || text_same(word, S("HELO"));
    return hello && whole && argument.len ? PROBE_YES : PROBE_MAYBE;
}

const struct dissector dissector_smtp = {
    .name = "smtp",
    .app = APP_SMTP,
    .transports = DISSECT_TCP,
    .ports = {25, 587, 2525},
    .repeats = true,
    .most = DIALOGUE_MOST,
    .probe = smtp_probe,
    .parse = smtp_parse,
    .pairs = true,
    .response = dialogue_response,
    .login = dialogue_login,
};
