/* imap.c - IMAP, RFC 9051, up to the first look into a mailbox, and its row in the registry.
 *
 * Greeting, capabilities, TLS and login are read. With the first command that touches a mailbox, or the first
 * answer that tells of one, mail begins and the reading ends.
 */
#include "dialogue_private.h"

enum { TAG_MAX = 16 };

static const struct verb verb_list[] = {
    {"CAPABILITY", 0},
    {"NOOP", 0},
    {"LOGOUT", 0},
    {"ID", 0},
    {"ENABLE", 0},
    {"STARTTLS", VERB_TLS},
    {"AUTHENTICATE", VERB_LOGIN | VERB_MECHANISM},
    {"LOGIN", VERB_LOGIN},
    {"SELECT", VERB_CONTENT},
    {"EXAMINE", VERB_CONTENT},
    {"CREATE", VERB_CONTENT},
    {"DELETE", VERB_CONTENT},
    {"RENAME", VERB_CONTENT},
    {"SUBSCRIBE", VERB_CONTENT},
    {"UNSUBSCRIBE", VERB_CONTENT},
    {"LIST", VERB_CONTENT},
    {"LSUB", VERB_CONTENT},
    {"XLIST", VERB_CONTENT},
    {"NAMESPACE", VERB_CONTENT},
    {"STATUS", VERB_CONTENT},
    {"APPEND", VERB_CONTENT},
    {"IDLE", VERB_CONTENT},
    {"CHECK", VERB_CONTENT},
    {"CLOSE", VERB_CONTENT},
    {"EXPUNGE", VERB_CONTENT},
    {"SEARCH", VERB_CONTENT},
    {"FETCH", VERB_CONTENT},
    {"STORE", VERB_CONTENT},
    {"COPY", VERB_CONTENT},
    {"MOVE", VERB_CONTENT},
    {"UID", VERB_CONTENT},
    {"COMPRESS", VERB_CONTENT},
    {"GETQUOTAROOT", VERB_CONTENT},
    {"GETQUOTA", VERB_CONTENT},
};

static const struct verbs verbs = {verb_list, COUNT(verb_list)};

static bool is_tag(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = name_lower((uint8_t)s.ptr[i]);
        if (!((c >= 'a' && c <= 'z') || is_digit(c) || c == '.' || c == '_' || c == '-'))
            return false;
    }
    return s.len > 0 && s.len <= TAG_MAX;
}

/* OK, NO, BAD; with a star before it also BYE and PREAUTH. False: it is none. */
static bool status_read(struct str word, struct dialogue_facts *d)
{
    d->good = text_same(word, S("OK")) || text_same(word, S("PREAUTH"));
    d->bad = text_same(word, S("NO")) || text_same(word, S("BAD"));
    return d->good || d->bad || text_same(word, S("BYE"));
}

static void capabilities_note(struct str text, struct dialogue_facts *d)
{
    d->offers_tls |= text_has(text, S("STARTTLS"));
    d->offers_auth |= text_has(text, S("AUTH="));
}

/* A tag of which nothing is known: what the text says is how to tell a login's end from another command's. */
static void outcome_note(struct str text, struct dialogue_facts *d)
{
    static const struct str done[] = {S_("LOGIN complete"),
                                      S_("logged in"),
                                      S_("LOGIN OK"),
                                      S_("authenticated"),
                                      S_("AUTHENTICATE complete"),
                                      S_("authentication success")};
    static const struct str failed[] = {
        S_("AUTHENTICATIONFAILED"), S_("authentication fail"), S_("LOGIN"),
        S_("AUTHENTICATE"),         S_("credential"),          S_("password")};
    d->login_done = d->good && has_any(text, done, COUNT(done));
    d->login_failed = d->bad && has_any(text, failed, COUNT(failed));
}

static enum line_is untagged_read(struct str text, struct dialogue_facts *d)
{
    struct str rest, word = str_cut(text, ' ', &rest);
    d->response = true;
    if (status_read(word, d)) {
        d->greeting = d->good;
        if (d->greeting)
            software_find(rest, d);
        capabilities_note(rest, d);
        return LINE_MESSAGE;
    }
    if (text_same(word, S("CAPABILITY")))
        capabilities_note(rest, d);
    else if (!text_same(word, S("ID")) && !text_same(word, S("ENABLED")))
        return LINE_NOT; /* mail */
    return LINE_PART;
}

/* {n} or {n+} at the end of a line: n bytes follow that belong to it (RFC 9051 4.3). */
static void literal_pass(struct str line, size_t *ret_used)
{
    size_t n = 0, scale = 1, at = line.len;
    if (*ret_used == DISSECT_USED_ALL || at < 3 || line.ptr[--at] != '}')
        return;
    if (line.ptr[at - 1] == '+')
        at--;
    for (; at && is_digit(line.ptr[at - 1]) && scale <= 100000000; at--, scale *= 10)
        n += scale * (size_t)(line.ptr[at - 1] - '0');
    if (at && line.ptr[at - 1] == '{')
        *ret_used += n;
}

static enum line_is line_read(struct str line, struct dialogue_facts *d, size_t *ret_used)
{
    struct str rest, ignored, first = str_cut(line, ' ', &rest);
    literal_pass(line, ret_used);
    if (str_eq(first, S("*")) && rest.len)
        return untagged_read(rest, d);
    if (str_eq(first, S("+"))) {
        d->response = true;
        return LINE_PART;
    }
    if (is_tag(first) && rest.len) {
        if (!status_read(str_cut(rest, ' ', &ignored), d))
            return dialogue_command(verbs, rest, d, ret_used);
        d->response = true;
        outcome_note(ignored, d);
        capabilities_note(ignored, d);
        return LINE_MESSAGE;
    }
    /* The rest of a line after a literal, or an answer to AUTHENTICATE. */
    return line.len == 0 || line.ptr[0] == ' ' ? LINE_PART
                                               : dialogue_command(verbs, line, d, ret_used);
}

static enum dissect_result imap_parse(enum dissect_transport transport, struct str bytes,
                                      union dissect_facts *ret_facts, size_t *ret_used)
{
    (void)transport;
    memset(&ret_facts->dialogue, 0, sizeof ret_facts->dialogue);
    return dialogue_lines(bytes, line_read, &ret_facts->dialogue, ret_used);
}

static enum dissect_probe imap_probe(enum dissect_transport transport, struct str bytes)
{
    struct str rest = bytes, line, after, ignored;
    (void)transport;
    if (!line_take(&rest, &line))
        line = bytes;
    struct str first = str_cut(line, ' ', &after);
    if (str_eq(first, S("*")) || (line.len < 5 && line.len == bytes.len)) {
        bool greets = text_begins(after, S("OK ")) || text_begins(after, S("PREAUTH "));
        return greets && text_has(after, S("IMAP")) ? PROBE_YES
               : greets || line.len < 6             ? PROBE_MAYBE
                                                    : PROBE_NO;
    }
    return is_tag(first) && verb_find(verbs, str_cut(after, ' ', &ignored)) ? PROBE_MAYBE
                                                                            : PROBE_NO;
}

const struct dissector dissector_imap = {
    .name = "imap",
    .app = APP_IMAP,
    .transports = DISSECT_TCP,
    .ports = {143},
    .repeats = true,
    .most = DIALOGUE_MOST,
    .probe = imap_probe,
    .parse = imap_parse,
    .pairs = true,
    .response = dialogue_response,
    .login = dialogue_login,
};
