/* eve_dialogue.c - ftp, smtp, imap and pop3 lines: a command's word and its reply's code. */
#include "eve_office_private.h"

static const struct dialogue_facts *side(const union dissect_facts *f)
{
    return f ? &f->dialogue : NULL;
}

static void put_codes(struct members *m, struct str name, const struct dialogue_facts *d)
{
    if (!d->n_codes)
        return;
    member_key(m, name);
    PUT(m->e, "[");
    for (size_t i = 0; i < d->n_codes; i++) {
        put(m->e, i ? S(",\"") : S("\""));
        put_uint(m->e, d->codes[i]);
        PUT(m->e, "\"");
    }
    PUT(m->e, "]");
}

static void put_login(struct members *m, const struct dialogue_facts *answer)
{
    if (answer && (answer->login_done || answer->login_failed))
        member_bool(m, S("login_success"), answer->login_done);
}

static void put_tls(struct members *m, const struct dialogue_facts *ask,
                    const struct dialogue_facts *answer)
{
    if (answer && answer->offers_tls)
        member_bool(m, S("tls_offered"), true);
    if ((ask && ask->starts_tls) || (answer && answer->starts_tls))
        member_bool(m, S("tls_started"), true);
}

static void ftp_body(struct eve *e, const union dissect_facts *request,
                     const union dissect_facts *response)
{
    const struct dialogue_facts *ask = side(request), *answer = side(response);
    struct members m = members_begin(e, S("ftp"));
    if (ask) {
        member_text(&m, S("command"), dialogue_word(ask));
        member_text(&m, S("mechanism"), dialogue_mechanism(ask));
    }
    if (answer) {
        put_codes(&m, S("completion_code"), answer);
        member_text(&m, S("software"), dialogue_software(answer));
    }
    member_text(&m, S("reply_received"), answer ? S("yes") : S("no"));
    put_login(&m, answer);
    put_tls(&m, ask, answer);
    members_end(&m);
}

static void smtp_body(struct eve *e, const union dissect_facts *request,
                      const union dissect_facts *response)
{
    const struct dialogue_facts *ask = side(request), *answer = side(response);
    struct members m = members_begin(e, S("smtp"));
    if (ask) {
        member_text(&m, S("helo"), dialogue_helo(ask));
        member_text(&m, S("command"), dialogue_word(ask));
        member_text(&m, S("mechanism"), dialogue_mechanism(ask));
    }
    if (answer) {
        put_codes(&m, S("reply_code"), answer);
        member_text(&m, S("software"), dialogue_software(answer));
        if (answer->offers_auth)
            member_bool(&m, S("auth_offered"), true);
    }
    put_login(&m, answer);
    put_tls(&m, ask, answer);
    members_end(&m);
}

/* IMAP and POP3 have no codes. */
static void mailbox_body(struct eve *e, struct str name, const union dissect_facts *request,
                         const union dissect_facts *response)
{
    const struct dialogue_facts *ask = side(request), *answer = side(response);
    struct members m = members_begin(e, name);
    if (ask) {
        member_text(&m, S("command"), dialogue_word(ask));
        member_text(&m, S("mechanism"), dialogue_mechanism(ask));
    }
    if (answer) {
        if (answer->good || answer->bad)
            member_text(&m, S("reply"), answer->good ? S("ok") : S("error"));
        if (answer->greeting)
            member_bool(&m, S("greeting"), true);
        member_text(&m, S("software"), dialogue_software(answer));
    }
    put_login(&m, answer);
    put_tls(&m, ask, answer);
    members_end(&m);
}

static void imap_body(struct eve *e, const union dissect_facts *request,
                      const union dissect_facts *response)
{
    mailbox_body(e, S("imap"), request, response);
}

static void pop3_body(struct eve *e, const union dissect_facts *request,
                      const union dissect_facts *response)
{
    mailbox_body(e, S("pop3"), request, response);
}

const struct eve_row eve_row_ftp = {.app = APP_FTP, .type = "ftp", .body = ftp_body};
const struct eve_row eve_row_smtp = {.app = APP_SMTP, .type = "smtp", .body = smtp_body};
const struct eve_row eve_row_imap = {.app = APP_IMAP, .type = "imap", .body = imap_body};
const struct eve_row eve_row_pop3 = {.app = APP_POP3, .type = "pop3", .body = pop3_body};
