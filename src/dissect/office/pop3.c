/* pop3.c - POP3, RFC 1939, up to the first look into the mailbox, and its row in the registry.
 *
 * Only the list of capabilities (RFC 2449 5) is an answer of several lines that is read; where another one
 * begins, the reading ends.
 */
#include "dialogue_private.h"

static const struct verb verb_list[] = {
    {"USER", 0},
    {"PASS", VERB_LOGIN},
    {"APOP", VERB_LOGIN},
    {"AUTH", VERB_LOGIN | VERB_MECHANISM},
    {"STLS", VERB_TLS},
    {"CAPA", 0},
    {"NOOP", 0},
    {"QUIT", 0},
    {"UTF8", 0},
    {"LANG", 0},
    {"STAT", VERB_CONTENT},
    {"LIST", VERB_CONTENT},
    {"RETR", VERB_CONTENT},
    {"DELE", VERB_CONTENT},
    {"RSET", VERB_CONTENT},
    {"TOP", VERB_CONTENT},
    {"UIDL", VERB_CONTENT},
};

static const struct verbs verbs = {verb_list, COUNT(verb_list)};

static const struct verb capability_list[] = {
    {"TOP", 0},
    {"USER", 0},
    {"SASL", VERB_LOGIN},
    {"RESP-CODES", 0},
    {"LOGIN-DELAY", 0},
    {"PIPELINING", 0},
    {"EXPIRE", 0},
    {"UIDL", 0},
    {"IMPLEMENTATION", 0},
    {"AUTH-RESP-CODE", 0},
    {"STLS", VERB_TLS},
    {"LANG", 0},
    {"UTF8", 0},
    {"CAPA", 0},
};

static const struct verbs capabilities = {capability_list, COUNT(capability_list)};

/* Lines of capabilities up to the dot, if that is what follows. *ret_used grows past them. */
static enum dissect_result capabilities_read(struct str bytes, struct dialogue_facts *d,
                                             size_t *ret_used)
{
    struct str rest = str_skip(bytes, *ret_used), line, ignored;
    while (line_take(&rest, &line)) {
        const struct verb *capability = verb_find(capabilities, str_cut(line, ' ', &ignored));
        if (str_eq(line, S("."))) {
            *ret_used = bytes.len - rest.len;
            return DISSECT_DONE;
        }
        if (!capability && !text_begins(line, S("X")))
            return DISSECT_DONE; /* none at all, or not only: the reading ends at it */
        d->offers_tls |= capability && capability->does & VERB_TLS;
        d->offers_auth |= capability && capability->does & VERB_LOGIN;
    }
    return bytes.len < DIALOGUE_MOST ? DISSECT_NEED_MORE : DISSECT_DONE;
}

static void outcome_note(struct str text, struct dialogue_facts *d)
{
    static const struct str done[] = {
        S_("logged in"),   S_("logged on"),       S_("maildrop has"),          S_("mailbox open"),
        S_("mailbox has"), S_("maildrop locked"), S_("authentication success")};
    static const struct str failed[] = {S_("AUTH"),       S_("login"), S_("log in"), S_("password"),
                                        S_("credential"), S_("logon"), S_("denied")};
    d->login_done = d->good && has_any(text, done, COUNT(done));
    d->login_failed = d->bad && has_any(text, failed, COUNT(failed));
}

static enum dissect_result reply_read(struct str bytes, struct str line, struct dialogue_facts *d,
                                      size_t *ret_used)
{
    static const struct str greetings[] = {S_("POP"), S_("ready"), S_("server")};
    d->response = true;
    d->good = line.ptr[0] == '+';
    d->bad = !d->good;
    outcome_note(line, d);
    if (d->good && !d->login_done && has_any(line, greetings, COUNT(greetings))) {
        d->greeting = true;
        software_find(line, d);
    }
    bool lists = d->good && *ret_used != DISSECT_USED_ALL && text_has(line, S("capab"));
    return lists || (d->good && *ret_used < bytes.len) ? capabilities_read(bytes, d, ret_used)
                                                       : DISSECT_DONE;
}

static enum line_is client_line(struct str line, struct dialogue_facts *d, size_t *ret_used)
{
    return dialogue_command(verbs, line, d, ret_used);
}

static enum dissect_result pop3_parse(enum dissect_transport transport, struct str bytes,
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
    if (text_begins(line, S("+OK")) || text_begins(line, S("-ERR"))) {
        r = reply_read(bytes, line, d, &used);
    } else if (str_starts(line, S("+ ")) || str_eq(line, S("+"))) {
        d->response = true; /* RFC 5034 4: go on with AUTH */
    } else {
        return dialogue_lines(bytes, client_line, d, ret_used);
    }
    if (r == DISSECT_DONE)
        *ret_used = used;
    return r;
}

static enum dissect_probe pop3_probe(enum dissect_transport transport, struct str bytes)
{
    struct str rest = bytes, line, argument;
    (void)transport;
    if (!line_take(&rest, &line))
        line = bytes;
    if (text_begins(line, S("+OK")))
        return text_has(line, S("POP3")) ? PROBE_YES : PROBE_MAYBE;
    if (line.len < 4 && line.len == bytes.len)
        return PROBE_MAYBE;
    return text_begins(line, S("-ERR")) || verb_find(verbs, str_cut(line, ' ', &argument))
               ? PROBE_MAYBE
               : PROBE_NO;
}

const struct dissector dissector_pop3 = {
    .name = "pop3",
    .app = APP_POP3,
    .transports = DISSECT_TCP,
    .ports = {110},
    .repeats = true,
    .most = DIALOGUE_MOST,
    .probe = pop3_probe,
    .parse = pop3_parse,
    .pairs = true,
    .response = dialogue_response,
    .login = dialogue_login,
};
