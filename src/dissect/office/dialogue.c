/* dialogue.c - lines off a stream, the word a command begins with, replies of several lines. */
#include "dialogue_private.h"

enum { TLS_HANDSHAKE = 0x16, TLS_SURE = 12, UNKNOWN_WORD_MAX = 16 };

const struct verb *verb_find(struct verbs verbs, struct str word)
{
    for (size_t i = 0; i < verbs.count; i++)
        if (text_same(word, (struct str){verbs.list[i].word, strlen(verbs.list[i].word)}))
            return verbs.list + i;
    return NULL;
}

bool has_any(struct str text, const struct str *parts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text_has(text, parts[i]))
            return true;
    return false;
}

static bool is_text(struct str line)
{
    for (size_t i = 0; i < line.len; i++)
        if ((uint8_t)line.ptr[i] < 0x20 && line.ptr[i] != '\t')
            return false;
    return true;
}

/* TELNET's "interrupt" and "synch" stand before FTP's ABOR (RFC 959 4.1.3). */
static struct str past_telnet(struct str bytes)
{
    while (bytes.len && (uint8_t)bytes.ptr[0] >= 0xf0)
        bytes = str_skip(bytes, 1);
    return bytes;
}

enum dissect_result dialogue_line(struct str bytes, struct str *ret_line, size_t *ret_used)
{
    if (bytes.len && bytes.ptr[0] == TLS_HANDSHAKE)
        return bytes.len < TLS_SURE ? DISSECT_NEED_MORE : DISSECT_NOT;
    struct str rest = past_telnet(bytes), line = STR_NONE;
    if (line_take(&rest, &line)) {
        *ret_used = (size_t)(line.ptr - bytes.ptr) + line.len;
        *ret_used += bytes.ptr[*ret_used] == '\r' ? 2 : 1;
    } else if (bytes.len < DIALOGUE_MOST) {
        return is_text(rest) || (rest.len && rest.ptr[rest.len - 1] == '\r') ? DISSECT_NEED_MORE
                                                                             : DISSECT_NOT;
    } else {
        line = rest;
        *ret_used = DISSECT_USED_ALL;
    }
    *ret_line = line;
    return is_text(line) ? DISSECT_DONE : DISSECT_NOT;
}

static struct str first_word(struct str line, struct str *ret_rest)
{
    struct str word = str_cut(line, ' ', ret_rest);
    while (ret_rest->len && ret_rest->ptr[0] == ' ')
        *ret_rest = str_skip(*ret_rest, 1);
    return word;
}

static void helo_keep(struct str name, struct dialogue_facts *d)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name_lower((uint8_t)name.ptr[i]);
        if (!((c >= 'a' && c <= 'z') || is_digit(c) || is_one_of(c, S(".-_:[]"))))
            return; /* an address, or nonsense */
    }
    (void)name_write(name, d->helo, DIALOGUE_HELO_MAX, &d->helo_len);
}

static void chunk_pass(struct str number, size_t *ret_used)
{
    size_t n = 0;
    for (size_t i = 0; i < number.len; i++)
        if (!is_digit(number.ptr[i]) || __builtin_mul_overflow(n, 10, &n) ||
            __builtin_add_overflow(n, (size_t)(number.ptr[i] - '0'), &n)) {
            *ret_used = DISSECT_USED_ALL;
            return;
        }
    if (__builtin_add_overflow(*ret_used, n, ret_used))
        *ret_used = DISSECT_USED_ALL;
}

/* base64, or the star that gives up (RFC 4954 4). */
static bool is_answer(struct str line)
{
    for (size_t i = 0; i < line.len; i++) {
        char c = name_lower((uint8_t)line.ptr[i]);
        if (!((c >= 'a' && c <= 'z') || is_digit(c) || is_one_of(c, S("+/="))))
            return str_eq(line, S("*"));
    }
    return line.len % 4 == 0;
}

static bool is_word(struct str word)
{
    for (size_t i = 0; i < word.len; i++) {
        char c = name_lower((uint8_t)word.ptr[i]);
        if (c < 'a' || c > 'z')
            return false;
    }
    return word.len > 0 && word.len <= UNKNOWN_WORD_MAX;
}

enum line_is dialogue_command(struct verbs verbs, struct str line, struct dialogue_facts *d,
                              size_t *ret_used)
{
    struct str rest, second, word = first_word(line, &rest);
    const struct verb *verb = verb_find(verbs, word);
    if (!verb)
        return is_answer(line) ? LINE_PART : is_word(word) ? LINE_MESSAGE : LINE_NOT;
    struct str argument = first_word(rest, &second);
    d->word_len = (uint8_t)text_keep(d->word, DIALOGUE_WORD_MAX,
                                     (struct str){verb->word, strlen(verb->word)});
    d->starts_tls = verb->does & VERB_TLS;
    d->login_tried = verb->does & VERB_LOGIN;
    if (verb->does & VERB_MECHANISM)
        d->mechanism_len =
            (uint8_t)text_keep(d->mechanism, DIALOGUE_MECHANISM_MAX, sasl_name(argument));
    if (verb->does & VERB_HELO)
        helo_keep(argument, d);
    if (verb->does & VERB_CHUNK)
        chunk_pass(argument, ret_used);
    if (verb->does & VERB_CONTENT) {
        d->content = true;
        *ret_used = DISSECT_USED_ALL;
    }
    return LINE_MESSAGE;
}

/* What was part of something stands alone where something else begins. */
static enum dissect_result parts_end(size_t past, size_t *ret_used)
{
    if (!past)
        return DISSECT_NOT;
    *ret_used = past;
    return DISSECT_DONE;
}

enum dissect_result dialogue_lines(struct str bytes,
                                   enum line_is (*read)(struct str line, struct dialogue_facts *d,
                                                        size_t *ret_used),
                                   struct dialogue_facts *d, size_t *ret_used)
{
    size_t past = 0;
    for (;;) {
        struct str line;
        size_t used = 0;
        switch (dialogue_line(str_skip(bytes, past), &line, &used)) {
        case DISSECT_NEED_MORE:
            return bytes.len < DIALOGUE_MOST ? DISSECT_NEED_MORE : parts_end(past, ret_used);
        case DISSECT_NOT: return parts_end(past, ret_used);
        case DISSECT_DONE: break;
        }
        enum line_is is = read(line, d, &used);
        if (is == LINE_NOT)
            return parts_end(past, ret_used);
        if (used == DISSECT_USED_ALL || __builtin_add_overflow(past, used, &past))
            past = DISSECT_USED_ALL;
        if (is == LINE_MESSAGE || past > bytes.len) {
            *ret_used = past;
            return DISSECT_DONE;
        }
    }
}

/* All lines up to the one with a space behind the same code. */
enum dissect_result dialogue_reply(struct str bytes, struct reply *ret_reply)
{
    struct str rest = bytes, line;
    size_t used = 0, past = 0;
    enum dissect_result r = dialogue_line(rest, &line, &used);
    if (r != DISSECT_DONE)
        return r;
    if (!is_reply_code(line))
        return DISSECT_NOT;
    struct str code = {line.ptr, 3};
    *ret_reply =
        (struct reply){.code = (unsigned)(code.ptr[0] - '0') * 100 +
                               (unsigned)(code.ptr[1] - '0') * 10 + (unsigned)(code.ptr[2] - '0')};
    while (used != DISSECT_USED_ALL) {
        past += used;
        if (str_starts(line, code) && (line.len == 3 || line.ptr[3] != '-')) {
            ret_reply->lines = (struct str){bytes.ptr, past};
            ret_reply->used = past;
            return DISSECT_DONE;
        }
        rest = str_skip(bytes, past);
        if (!rest.len)
            break;
        r = dialogue_line(rest, &line, &used);
        if (r == DISSECT_NOT)
            return DISSECT_NOT;
        if (r == DISSECT_NEED_MORE)
            break;
    }
    if (bytes.len < DIALOGUE_MOST)
        return DISSECT_NEED_MORE;
    ret_reply->lines = bytes; /* endless: what it says so far */
    ret_reply->used = DISSECT_USED_ALL;
    return DISSECT_DONE;
}

void software_find(struct str text, struct dialogue_facts *d)
{
    static const struct str known[] = {
        S_("Postfix"),   S_("Exim"),        S_("Sendmail"),  S_("OpenSMTPD"), S_("qmail"),
        S_("Haraka"),    S_("Exchange"),    S_("Microsoft"), S_("Dovecot"),   S_("Courier"),
        S_("Cyrus"),     S_("hMailServer"), S_("MDaemon"),   S_("Zimbra"),    S_("MailEnable"),
        S_("Kerio"),     S_("Qpopper"),     S_("Gimap"),     S_("gsmtp"),     S_("Lotus Domino"),
        S_("vsFTPd"),    S_("ProFTPD"),     S_("Pure-FTPd"), S_("FileZilla"), S_("Serv-U"),
        S_("pyftpdlib"), S_("wu-2"),        S_("bftpd"),     S_("CrushFTP"),  S_("WS_FTP"),
    };
    for (size_t at = 0; at < text.len; at++)
        for (size_t i = 0; i < COUNT(known); i++) {
            struct str here = str_skip(text, at);
            if (!text_begins(here, known[i]))
                continue;
            size_t n = known[i].len, version = n;
            if (version + 1 < here.len && is_one_of(here.ptr[version], S(" /-")) &&
                is_digit(here.ptr[version + 1]))
                for (n = version + 1; n < here.len && n < DIALOGUE_SOFTWARE_MAX &&
                                      (is_digit(here.ptr[n]) || here.ptr[n] == '.');)
                    n++;
            d->software_len =
                (uint8_t)text_keep(d->software, DIALOGUE_SOFTWARE_MAX, (struct str){here.ptr, n});
            return;
        }
}

bool dialogue_response(const union dissect_facts *f)
{
    return f->dialogue.response;
}

enum dissect_login dialogue_login(const union dissect_facts *f)
{
    const struct dialogue_facts *d = &f->dialogue;
    return d->login_done     ? LOGIN_DONE
           : d->login_failed ? LOGIN_FAILED
           : d->login_tried  ? LOGIN_TRIED
                             : LOGIN_NONE;
}
