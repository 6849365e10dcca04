/* dialogue.h - the protocols of lines, command and reply: FTP, SMTP, IMAP, POP3.
 *
 * One message is one command, or one reply with all of its lines. Of a command its word is kept when the
 * protocol knows it, never what follows; of a reply its code, never its text. So no address, user, password,
 * file, folder or word of mail has a place here. What is kept beside: the name a mail server gives for itself
 * (HELO), the software word of a greeting, whether TLS is offered and begun, how a login ended.
 *
 * Where content begins (DATA, a message fetched) the reading of that direction ends: nothing there is for us.
 * TLS, once agreed, begins in the same stream. `starts_tls` says so, and a TLS record where a line is due
 * is not this protocol's: the caller guesses anew.
 *
 * Source: RFC 959 4, RFC 4217 (FTP); RFC 5321 4, RFC 3207, RFC 4954 (SMTP); RFC 9051 6 and 7 (IMAP);
 * RFC 1939, RFC 2449, RFC 2595 (POP3).
 */
#pragma once

#include "core/str.h"

enum {
    DIALOGUE_MOST = 4096, /* bytes of one direction that are kept for one message */
    DIALOGUE_WORD_MAX = 15,
    DIALOGUE_MECHANISM_MAX = 20,
    DIALOGUE_HELO_MAX = 255,
    DIALOGUE_SOFTWARE_MAX = 47,
    DIALOGUE_CODES = 4,
};

struct dialogue_facts {
    bool response;
    bool greeting;    /* a reply that opens the connection */
    bool good;        /* IMAP and POP3: OK */
    bool bad;         /* IMAP: NO or BAD; POP3: -ERR */
    bool offers_tls;  /* a reply lists STARTTLS */
    bool offers_auth; /* ... or a way to log in */
    bool starts_tls;
    bool login_tried, login_failed, login_done;
    bool content;                   /* what follows is content: no more is read of this direction */
    uint8_t n_codes;                /* FTP: marks before the last one, "150" then "226" */
    uint16_t codes[DIALOGUE_CODES]; /* FTP, SMTP; the last is the outcome */
    uint8_t word_len, mechanism_len, software_len;
    char word[DIALOGUE_WORD_MAX];           /* "STARTTLS"; empty: none that is known */
    char mechanism[DIALOGUE_MECHANISM_MAX]; /* of AUTH: "PLAIN"; empty: none that is known */
    char software[DIALOGUE_SOFTWARE_MAX];
    uint16_t helo_len;
    char helo[DIALOGUE_HELO_MAX]; /* lower case; a name or an address literal */
};

static inline struct str dialogue_word(const struct dialogue_facts *d)
{
    return (struct str){d->word, d->word_len};
}
static inline struct str dialogue_mechanism(const struct dialogue_facts *d)
{
    return (struct str){d->mechanism, d->mechanism_len};
}
static inline struct str dialogue_software(const struct dialogue_facts *d)
{
    return (struct str){d->software, d->software_len};
}
static inline struct str dialogue_helo(const struct dialogue_facts *d)
{
    return (struct str){d->helo, d->helo_len};
}
/* The reply's outcome; 0: none. */
static inline unsigned dialogue_code(const struct dialogue_facts *d)
{
    return d->n_codes ? d->codes[d->n_codes - 1] : 0;
}
