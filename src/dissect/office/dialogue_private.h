/* dialogue_private.h - lines, commands and replies, read the same way by FTP, SMTP, IMAP and POP3. */
#pragma once

#include "office_private.h"

enum verb_does {
    VERB_TLS = 1,       /* TLS begins when it is granted */
    VERB_LOGIN = 2,     /* it carries a password, or begins to */
    VERB_MECHANISM = 4, /* its first argument is how to log in */
    VERB_CONTENT = 8,   /* content follows: nothing more is read */
    VERB_HELO = 16,     /* its argument is the client's own name */
    VERB_CHUNK = 32,    /* its first argument is a length of content */
};

struct verb {
    const char *word;
    unsigned does; /* enum verb_does bits */
};

struct verbs {
    const struct verb *list;
    size_t count;
};

/* NULL: not one of them. Case does not matter. */
const struct verb *verb_find(struct verbs verbs, struct str word);

/* What every parse asks first: is there a line to read? DONE: there is, in *ret_line, and *ret_used is past it.
 * NOT: TLS, or no text. A line that does not end within DIALOGUE_MOST is given as far as it goes, with
 * *ret_used DISSECT_USED_ALL. */
enum dissect_result dialogue_line(struct str bytes, struct str *ret_line, size_t *ret_used);

enum line_is {
    LINE_MESSAGE,
    LINE_PART, /* of the message that the next lines make: an answer to AUTH, a list before its end */
    LINE_NOT, /* not of this protocol, or content */
};

/* What a command says; *ret_used grows by what follows it. */
enum line_is dialogue_command(struct verbs verbs, struct str line, struct dialogue_facts *d,
                              size_t *ret_used);

/* Lines to `read` until one of them makes a message. */
enum dissect_result dialogue_lines(struct str bytes,
                                   enum line_is (*read)(struct str line, struct dialogue_facts *d,
                                                        size_t *ret_used),
                                   struct dialogue_facts *d, size_t *ret_used);

struct reply {
    unsigned code;
    struct str lines; /* all of them, codes and ends included */
    size_t used;
};

/* A reply with a code of three digits (RFC 5321 4.2, RFC 959 4.2). NOT: it does not begin like one. */
enum dissect_result dialogue_reply(struct str bytes, struct reply *ret_reply);

static inline bool is_reply_code(struct str s)
{
    return s.len >= 3 && s.ptr[0] >= '1' && s.ptr[0] <= '6' && is_digit(s.ptr[1]) &&
           is_digit(s.ptr[2]) && (s.len == 3 || s.ptr[3] == ' ' || s.ptr[3] == '-');
}

/* A well-known server's name in a greeting, with the version behind it. */
void software_find(struct str text, struct dialogue_facts *d);

bool has_any(struct str text, const struct str *parts, size_t count);

bool dialogue_response(const union dissect_facts *f);
enum dissect_login dialogue_login(const union dissect_facts *f);
