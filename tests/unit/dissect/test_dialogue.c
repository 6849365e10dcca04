/* test_dialogue.c - FTP, SMTP, IMAP and POP3: commands, replies, logins, the turn to TLS, and lines nobody may trust. */
#include "tests/unit/dissect/office.h"

static const struct {
    const char *label;
    const struct dissector *row;
    struct str bytes;
    const char *text;
} conversations[] = {
    {"an FTP client", &dissector_ftp,
     S_("user joe\r\nPASS secret\r\nSYST\r\nRETR private.doc\r\nXYZZY now\r\n"),
     "{\"command\":\"USER\",\"reply_received\":\"no\"}\n"
     "tried {\"command\":\"PASS\",\"reply_received\":\"no\"}\n"
     "{\"command\":\"SYST\",\"reply_received\":\"no\"}\n"
     "{\"command\":\"RETR\",\"reply_received\":\"no\"}\n"
     "{\"reply_received\":\"no\"}\n"},
    {"an FTP server", &dissector_ftp,
     S_("220-Welcome\r\n220 to (vsFTPd 3.0.3)\r\n530 Please login with USER and PASS.\r\n"
        "530 Login incorrect.\r\n230 Login successful.\r\n150 Opening\r\n226 Sent\r\n"),
     "{\"completion_code\":[\"220\"],\"software\":\"vsFTPd "
     "3.0.3\",\"reply_received\":\"yes\"}\n"
     "{\"completion_code\":[\"530\"],\"reply_received\":\"yes\"}\n"
     "failed "
     "{\"completion_code\":[\"530\"],\"reply_received\":\"yes\",\"login_success\":false}\n"
     "done {\"completion_code\":[\"230\"],\"reply_received\":\"yes\",\"login_success\":true}\n"
     "{\"completion_code\":[\"150\",\"226\"],\"reply_received\":\"yes\"}\n"},
    {"TELNET's interrupt before ABOR", &dissector_ftp,
     S_("\xff\xf4\xff\xf2"
        "ABOR\r\n"),
     "{\"command\":\"ABOR\",\"reply_received\":\"no\"}\n"},
    {"FTP over TLS is asked for and granted", &dissector_ftp, S_("AUTH TLS\r\n234 go\r\n"),
     "{\"command\":\"AUTH\",\"mechanism\":\"TLS\",\"reply_received\":\"no\",\"tls_started\":"
     "true}\n"
     "{\"completion_code\":[\"234\"],\"reply_received\":\"yes\",\"tls_started\":true}\n"},
    {"the answers to AUTH are no commands", &dissector_smtp,
     S_("EHLO [192.0.2.1]\nAUTH LOGIN\nam9l\nc2VjcmV0\nMAIL FROM:<joe@example.test>\n"),
     "{\"helo\":\"[192.0.2.1]\",\"command\":\"EHLO\"}\n"
     "tried {\"command\":\"AUTH\",\"mechanism\":\"LOGIN\"}\n"
     "{\"command\":\"MAIL\"}\n"},
    {"an AUTH in one line, given up", &dissector_smtp, S_("auth plain AGpvZQ==\r\n*\r\nQUIT\r\n"),
     "tried {\"command\":\"AUTH\",\"mechanism\":\"PLAIN\"}\n{\"command\":\"QUIT\"}\n"},
    {"a HELO that is an address", &dissector_smtp, S_("HELO joe@example.test\r\n"),
     "{\"command\":\"HELO\"}\n"},
    {"chunks are stepped over", &dissector_smtp,
     S_("BDAT 10\r\nQUIT\r\nabcdBDAT 2 LAST\r\nxyRSET\r\n"),
     "{\"command\":\"BDAT\"}\n{\"command\":\"BDAT\"}\n{\"command\":\"RSET\"}\n"},
    {"mail is not read", &dissector_smtp, S_("DATA\r\nSubject: private\r\nEHLO fake\r\n.\r\n"),
     "{\"command\":\"DATA\"}\n"},
    {"a mail server", &dissector_smtp,
     S_("220 mx.example.test ESMTP Exim 4.96 Ubuntu\r\n250-mx\r\n250-STARTTLS\r\n250 AUTH "
        "LOGIN\r\n"
        "334 VXNlcm5hbWU6\r\n535 no\r\n235 yes\r\n550 5.1.1 <joe@example.test> unknown\r\n"),
     "{\"reply_code\":[\"220\"],\"software\":\"Exim 4.96\"}\n"
     "{\"reply_code\":[\"250\"],\"auth_offered\":true,\"tls_offered\":true}\n"
     "{\"reply_code\":[\"334\"]}\n"
     "failed {\"reply_code\":[\"535\"],\"login_success\":false}\n"
     "done {\"reply_code\":[\"235\"],\"login_success\":true}\n"
     "{\"reply_code\":[\"550\"]}\n"},
    {"an IMAP client with literals", &dissector_imap,
     S_("a1 LOGIN {3+}\r\njoe {6}\r\nsecret\r\na2 select Private\r\na3 FETCH 1 BODY[]\r\n"),
     "tried {\"command\":\"LOGIN\"}\n{\"command\":\"SELECT\"}\n"},
    {"an IMAP server", &dissector_imap,
     S_("* OK Dovecot ready.\r\n* CAPABILITY IMAP4rev1 STARTTLS\r\na0 OK done\r\n+ \r\n"
        "a1 NO [AUTHENTICATIONFAILED] Authentication failed.\r\na2 OK Logged in\r\n"),
     "{\"reply\":\"ok\",\"greeting\":true,\"software\":\"Dovecot\"}\n"
     "{\"reply\":\"ok\",\"tls_offered\":true}\n"
     "failed {\"reply\":\"error\",\"login_success\":false}\n"
     "done {\"reply\":\"ok\",\"login_success\":true}\n"},
    {"a POP3 client", &dissector_pop3, S_("CAPA\r\nAPOP joe c4c9\r\nRETR 1\r\nDELE 1\r\n"),
     "{\"command\":\"CAPA\"}\ntried {\"command\":\"APOP\"}\n{\"command\":\"RETR\"}\n"},
    {"a POP3 server", &dissector_pop3,
     S_("+OK Qpopper 4.0 ready\r\n+OK\r\nUSER\r\nSASL PLAIN\r\nSTLS\r\n.\r\n+OK send PASS\r\n"
        "-ERR [AUTH] Password supplied is incorrect\r\n+OK maildrop has 2 messages\r\n"),
     "{\"reply\":\"ok\",\"greeting\":true,\"software\":\"Qpopper 4.0\"}\n"
     "{\"reply\":\"ok\",\"tls_offered\":true}\n"
     "{\"reply\":\"ok\"}\n"
     "failed {\"reply\":\"error\",\"login_success\":false}\n"
     "done {\"reply\":\"ok\",\"login_success\":true}\n"},
};

static void conversations_say_words_and_codes(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(conversations); i++) {
        static struct office_talk t;
        office_stream(&t, conversations[i].row, conversations[i].bytes, false);
        CHECK_TEXT(t.text, conversations[i].text, conversations[i].label);
        CHECK_INT(t.last, DISSECT_DONE, conversations[i].label);
    }
}

/* What is no line of the protocol ends the reading; the caller then guesses anew. */
static void other_bytes_are_not_taken(void **state)
{
    static const struct {
        const char *label;
        const struct dissector *row;
        struct str bytes;
    } cases[] = {
        {"a TLS hello after STARTTLS", &dissector_smtp,
         S_("\x16\x03\x01\x00\x6b\x01\x00\x00\x67\x03\x03\x00")},
        {"a TLS hello after AUTH TLS", &dissector_ftp,
         S_("\x16\x03\x01\x00\x6b\x01\x00\x00\x67\x03\x03\x00")},
        {"a TLS hello after STLS", &dissector_pop3,
         S_("\x16\x03\x03\x00\x6b\x01\x00\x00\x67\x03\x03\x00")},
        {"a TLS hello in IMAP", &dissector_imap,
         S_("\x16\x03\x03\x00\x6b\x01\x00\x00\x67\x03\x03\x00")},
        {"a NUL in a command", &dissector_ftp, S_("USER\0x\r\n")},
        {"a bare CR", &dissector_smtp, S_("EHLO a\rb\r\n")},
        {"binary", &dissector_ftp, S_("\x01\x02\x03\r\n")},
        {"HTTP's answer", &dissector_imap, S_("HTTP/1.1 200 OK\r\n")},
        {"mail in IMAP", &dissector_imap, S_("* 12 FETCH (BODY[] {3}\r\nabc)\r\n")},
        {"a list of letters in POP3", &dissector_pop3, S_("1 120\r\n2 340\r\n.\r\n")},
        {"an address alone", &dissector_smtp, S_("joe@example.test hello\r\n")},
        {"a code of two digits", &dissector_smtp, S_("25 ok\r\n")},
        {"a reply whose next line is another's", &dissector_smtp, S_("250-a\r\n\x01\r\n")},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        union dissect_facts facts;
        size_t used = 0;
        CHECK_INT(cases[i].row->parse(DISSECT_TCP, cases[i].bytes, &facts, &used), DISSECT_NOT,
                  cases[i].label);
    }
}

static void a_tls_hello_is_waited_for_until_it_is_sure(void **state)
{
    static const struct dissector *const rows[] = {&dissector_ftp, &dissector_smtp, &dissector_imap,
                                                   &dissector_pop3};
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        union dissect_facts facts;
        size_t used = 0;
        CHECK_INT(rows[i]->parse(DISSECT_TCP, S("\x16\x03"), &facts, &used), DISSECT_NEED_MORE,
                  rows[i]->name);
    }
}

/* Without an end they would fill the memory: at DIALOGUE_MOST bytes each of them is over. */
static void nothing_is_waited_for_for_ever(void **state)
{
    static const struct {
        const char *label;
        const struct dissector *row;
        struct str start, again;
        enum dissect_result at_last;
    } cases[] = {
        {"a line", &dissector_ftp, S_("USER "), S_("x"), DISSECT_DONE},
        {"a line of an unknown", &dissector_ftp, S_("\xe3"), S_("x"), DISSECT_NOT},
        {"a reply's lines", &dissector_smtp, S_(""), S_("250-again\r\n"), DISSECT_DONE},
        {"marks", &dissector_ftp, S_(""), S_("150 soon\r\n"), DISSECT_DONE},
        {"answers to AUTH", &dissector_smtp, S_(""), S_("AAAA\r\n"), DISSECT_DONE},
        {"capabilities", &dissector_pop3, S_("+OK capabilities\r\n"), S_("USER\r\n"), DISSECT_DONE},
        {"IMAP's lists", &dissector_imap, S_(""), S_("* CAPABILITY a\r\n"), DISSECT_DONE},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        static char room[2 * DIALOGUE_MOST];
        size_t n = cases[i].start.len;
        union dissect_facts facts;
        size_t used = 0;
        memcpy(room, cases[i].start.ptr, n);
        while (n < DIALOGUE_MOST) {
            memcpy(room + n, cases[i].again.ptr, cases[i].again.len);
            n += cases[i].again.len;
        }
        CHECK_INT(cases[i].row->parse(DISSECT_TCP, (struct str){room, n}, &facts, &used),
                  cases[i].at_last, cases[i].label);
        CHECK_INT(cases[i].at_last == DISSECT_DONE && used == 0, false, cases[i].label);
    }
}

static void lengths_that_lie_end_the_reading(void **state)
{
    static const struct {
        const char *label;
        const struct dissector *row;
        struct str bytes;
        size_t used;
    } cases[] = {
        {"a chunk past all numbers", &dissector_smtp, S_("BDAT 99999999999999999999\r\n"),
         SIZE_MAX},
        {"a chunk near the top", &dissector_smtp, S_("BDAT 18446744073709551610\r\n"), SIZE_MAX},
        {"a chunk without a number", &dissector_smtp, S_("BDAT x\r\n"), SIZE_MAX},
        {"a chunk", &dissector_smtp, S_("BDAT 1000000 LAST\r\n"), 19 + 1000000},
        {"a literal", &dissector_imap, S_("a LOGIN {1000}\r\n"), 16 + 1000},
        {"a literal of many digits", &dissector_imap, S_("a LOGIN {99999999999999999999}\r\n"), 32},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        union dissect_facts facts;
        size_t used = 0;
        CHECK_INT(cases[i].row->parse(DISSECT_TCP, cases[i].bytes, &facts, &used), DISSECT_DONE,
                  cases[i].label);
        CHECK_INT(used, cases[i].used, cases[i].label);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conversations_say_words_and_codes),
        cmocka_unit_test(other_bytes_are_not_taken),
        cmocka_unit_test(a_tls_hello_is_waited_for_until_it_is_sure),
        cmocka_unit_test(nothing_is_waited_for_for_ever),
        cmocka_unit_test(lengths_that_lie_end_the_reading),
    };
    return cmocka_run_group_tests_name("dialogue", tests, NULL, NULL);
}
