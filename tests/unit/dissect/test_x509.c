/* test_x509.c - what is read of a certificate, for which names it is, and what is refused. */
#include "dissect/dissector.h"
#include "tests/check.h"
#include "tests/unit/dissect/der.h"

static const struct certificate_spec usual = {
    .issuer = {{OID_C, 0x13, S_("JP")},
               {OID_O, 0x0c, S_("Example, Inc.")},
               {OID_CN, 0x0c, S_("Example CA")}},
    .subject = {{OID_CN, 0x0c, S_("WWW.example.jp")}},
    .serial = S_("\x00\x9a\x01"),
    .not_before = S_("260101000000Z"),
    .not_after = S_("491231235959Z"),
    .time_tag = 0x17,
    .names = {S_("www.example.jp"), S_("*.Example.NET")},
};

static void read_of(const struct certificate_spec *s, struct x509_facts *c)
{
    AUTO(buf_drop) struct buf der = BUF(32768);
    put_certificate(&der, s);
    assert_true(x509_read(buf_str(&der), c));
}

static void a_certificate_says_whose_it_is_and_how_long(void **state)
{
    struct x509_facts c;
    (void)state;
    read_of(&usual, &c);
    assert_true(str_eq(x509_issuer(&c), S("C=JP, O=Example, Inc., CN=Example CA")));
    assert_true(str_eq(x509_subject(&c), S("CN=WWW.example.jp")));
    assert_true(str_eq(x509_cn(&c), S("www.example.jp")));
    assert_true(str_eq(x509_issuer_cn(&c), S("example\\032ca")));
    CHECK_INT(c.not_before, INT64_C(1767225600000000), "from");
    CHECK_INT(c.not_after, INT64_C(2524607999000000), "until");
    CHECK_INT(c.serial_len, 3, "serial");
    assert_memory_equal(c.serial, "\x00\x9a\x01", 3);
    CHECK_INT(c.version, 3, "version");
    CHECK_INT(c.n_sans, 2, "names");
    assert_true(str_eq(x509_san(&c, 1), S("*.example.net")));
    assert_null(x509_san(&c, 2).ptr);
    assert_true(c.names_others);
    assert_false(c.self_signed || c.authority || c.sans_cut || c.issuer_cut);
    CHECK_INT(c.n_issuer_parts, 3, "issuer's parts");
}

static void a_name_covers_itself_and_a_wildcard_one_label(void **state)
{
    static const struct {
        struct str sni;
        bool covers;
    } cases[] = {
        {S_("www.example.jp"), true},
        {S_("example.jp"), false},
        {S_("a.example.net"), true},
        {S_("a.b.example.net"), false},
        {S_("example.net"), false},
        {S_(".example.net"), false},
        {S_("xexample.net"), false},
        {S_("www.example.jp.evil.test"), false},
        {S_(""), false},
    };
    struct x509_facts c;
    struct certificate_spec no_names = usual;
    (void)state;
    read_of(&usual, &c);
    for (size_t i = 0; i < COUNT(cases); i++)
        CHECK_INT(x509_covers(&c, cases[i].sni), cases[i].covers, cases[i].sni.ptr);
    memset(no_names.names, 0, sizeof no_names.names);
    read_of(&no_names, &c);
    assert_true(x509_covers(&c, S("www.example.jp")));
    assert_false(x509_covers(&c, S("a.example.net")));
}

static void odd_texts_are_made_plain_and_mail_addresses_are_left_out(void **state)
{
    static const struct {
        const char *label;
        struct name_part part;
        struct str want;
    } cases[] = {
        {"utf-8",
         {OID_O, 0x0c, S_("\xe4\xbe\x8b \xf0\x9f\x8d\xa3")},
         S_("O=\xe4\xbe\x8b \xf0\x9f\x8d\xa3")},
        {"broken utf-8", {OID_O, 0x0c, S_("a\xe4\xbe\xff")}, S_("O=a???")},
        {"surrogates and overlong", {OID_O, 0x0c, S_("\xed\xa0\x80\xc0\x80")}, S_("O=?????")},
        {"control bytes", {OID_O, 0x13, S_("a\nb\x1b\0c\x7f")}, S_("O=a?b??c?")},
        {"c1 controls", {OID_O, 0x0c, S_("\xc2\x85")}, S_("O=??")},
        {"bmp",
         {OID_O, 0x1e, S_("\x4f\x8b\0A\xd8\0")},
         S_("O=\xe4\xbe\x8b"
            "A?")},
        {"high bytes of t61", {OID_O, 0x14, S_("\xe9t\xe9")}, S_("O=?t?")},
        {"mail", {OID_MAIL, 0x16, S_("someone@example.jp")}, S_("Email=")},
        {"mail as common name", {OID_CN, 0x0c, S_("someone@example.jp")}, S_("CN=")},
        {"unknown attribute", {S_("\x2a\x83\x08\x7f"), 0x0c, S_("x")}, S_("1.2.392.127=x")},
        {"root 2", {S_("\x88\x37\x03"), 0x0c, S_("x")}, S_("2.999.3=x")},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct certificate_spec s = usual;
        struct x509_facts c;
        s.subject[0] = cases[i].part;
        read_of(&s, &c);
        if (!str_eq(x509_subject(&c), cases[i].want))
            fail_msg("%s: got " STR_FMT, cases[i].label, STR_ARG(x509_subject(&c)));
    }
}

static void equal_names_are_self_signed(void **state)
{
    struct certificate_spec s = usual;
    struct x509_facts c;
    (void)state;
    memcpy(s.subject, s.issuer, sizeof s.subject);
    s.authority = true;
    read_of(&s, &c);
    assert_true(c.self_signed && c.authority);
    s.old = true;
    read_of(&s, &c);
    CHECK_INT(c.version, 1, "version");
    CHECK_INT(c.n_sans, 0, "no extensions");
}

static void times_are_read_or_said_to_be_none(void **state)
{
    static const struct {
        const char *label;
        unsigned tag;
        struct str text;
        int64_t us;
    } cases[] = {
        {"last century", 0x17, S_("500101000000Z"), INT64_C(-631152000000000)},
        {"four digits", 0x18, S_("20500101000000Z"), INT64_C(2524608000000000)},
        {"end of days", 0x18, S_("99991231235959Z"), INT64_C(253402300799000000)},
        {"no seconds", 0x17, S_("2601010000Z"), X509_NO_TIME},
        {"an offset", 0x17, S_("260101000000+0900"), X509_NO_TIME},
        {"a 13th month", 0x17, S_("261301000000Z"), X509_NO_TIME},
        {"letters", 0x17, S_("26010100000xZ"), X509_NO_TIME},
        {"another type", 0x13, S_("260101000000Z"), X509_NO_TIME},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct certificate_spec s = usual;
        struct x509_facts c;
        s.time_tag = cases[i].tag;
        s.not_after = cases[i].text;
        read_of(&s, &c);
        CHECK_INT(c.not_after, cases[i].us, cases[i].label);
    }
}

static void what_is_too_long_is_cut_and_says_so(void **state)
{
    char long_name[600];
    struct certificate_spec s = usual;
    struct x509_facts c;
    (void)state;
    memset(long_name, 'a', sizeof long_name);
    for (size_t i = 0; i < NAMES; i++)
        s.names[i] = (struct str){long_name, 20};
    s.subject[0].value = (struct str){long_name, sizeof long_name};
    s.serial = (struct str){long_name, 30};
    read_of(&s, &c);
    CHECK_INT(c.n_sans, X509_SANS_MAX, "names");
    assert_true(c.sans_cut && c.subject_cut && c.cn_cut && c.serial_cut && !c.issuer_cut);
    assert_true(x509_covers(&c, S("not.among.those.kept")));
    s.names[0] = (struct str){long_name, sizeof long_name};
    s.names[1] = (struct str){long_name, sizeof long_name};
    read_of(&s, &c);
    assert_true(c.sans_len <= X509_SAN_BYTES);
}

static void der_that_is_not_strict_is_refused(void **state)
{
    AUTO(buf_drop) struct buf der = BUF(32768);
    struct x509_facts c;
    (void)state;
    put_certificate(&der, &usual);
    for (size_t n = 0; n < der.len; n++)
        if (x509_read((struct str){der.ptr, n}, &c) || c.read)
            fail_msg("the first %zu bytes are no certificate", n);
    put8(&der, 0);
    assert_false(x509_read(buf_str(&der), &c));
    static const struct str cases[] = {
        S_("\x30\x80\x30\x00\x00\x00"),
        S_("\x30\x81\x03\x30\x01\x00"),
        S_("\x30\x82\x00\x03\x30\x01\x00"),
        S_("\x30\x84\x00\x00\x00\x03\x30\x01\x00"),
        S_("\x3f\x1f\x00"),
        S_("\x31\x00"),
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_false(x509_read(cases[i], &c));
    assert_true(x509_covers(&c, S("anything"))); /* not read: no mismatch */
}

static void the_certificate_of_a_tls_server_is_read(void **state)
{
    AUTO(buf_drop) struct buf der = BUF(32768), messages = BUF(32768), bytes = BUF(32768);
    union dissect_facts facts;
    size_t used;
    (void)state;
    put_certificate(&der, &usual);
    put_server_hello(&messages, 0x0303, 0xc02f, STR_NONE);
    put_certificate_message(&messages, buf_str(&der));
    put_records(&bytes, buf_str(&messages), 300);
    CHECK_INT(dissector_tls.parse(DISSECT_TCP, buf_str(&bytes), &facts, &used), DISSECT_DONE,
              "server's flight");
    assert_true(facts.tls.have & TLS_HAS_CERTIFICATE);
    assert_true(facts.tls.certificate.read);
    assert_true(str_eq(x509_cn(&facts.tls.certificate), S("www.example.jp")));
}

/* ---- Tor ---- */

static void tor_is_told_by_names_that_nobody_could_say(void **state)
{
    static const struct {
        struct str sni, alpn, issuer, subject;
        bool tor;
    } cases[] = {
        {S_("www.q4cyamnc6mtokjurvdclt.com"), S_(""), S_(""), S_(""), false}, /* 21 characters */
        {S_("www.gfu7hbxpfp.com"), S_(""), S_(""), S_(""), true},
        {S_("www.6fyhvrb2wqdk5jph.com"), S_(""), S_(""), S_(""), true},
        {S_("www.6fyhvrb2wqdk5jph.com"), S_("h2"), S_(""), S_(""), false},
        {S_("www.6fyhvrb2wqdk5jph.net"), S_(""), S_(""), S_(""), false},
        {S_("www.facebook.com"), S_(""), S_(""), S_(""), false},
        {S_("www.googletagmanager.com"), S_(""), S_(""), S_(""), false},
        {S_("www.example8.com"), S_(""), S_(""), S_(""), false},
        {S_("www.gfu7hbxpfp.com"), S_(""), S_("www.6fyhvrb2wqdk5jph.com"),
         S_("www.3zotb5pg4vydm.net"), true},
        {S_("www.gfu7hbxpfp.com"), S_(""), S_("Example CA"), S_("www.gfu7hbxpfp.com"), false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(buf_drop) struct buf hello = BUF(8192);
        struct hello_spec spec = {.version = 0x0303,
                                  .ciphers = LIST(0xc02b),
                                  .sni = cases[i].sni,
                                  .alpn = cases[i].alpn};
        struct certificate_spec s = usual;
        struct tls_client_hello h;
        struct x509_facts c;
        put_client_hello(&hello, &spec);
        assert_true(tls_read_client_hello(str_skip(buf_str(&hello), 4), false, &h));
        memset(s.names, 0, sizeof s.names);
        memset(s.issuer, 0, sizeof s.issuer);
        s.issuer[0] = (struct name_part){OID_CN, 0x0c, cases[i].issuer};
        s.subject[0].value = cases[i].subject;
        read_of(&s, &c);
        CHECK_INT(tls_tor_shape(&h, cases[i].issuer.len ? &c : NULL), cases[i].tor,
                  cases[i].sni.ptr);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_certificate_says_whose_it_is_and_how_long),
        cmocka_unit_test(a_name_covers_itself_and_a_wildcard_one_label),
        cmocka_unit_test(odd_texts_are_made_plain_and_mail_addresses_are_left_out),
        cmocka_unit_test(equal_names_are_self_signed),
        cmocka_unit_test(times_are_read_or_said_to_be_none),
        cmocka_unit_test(what_is_too_long_is_cut_and_says_so),
        cmocka_unit_test(der_that_is_not_strict_is_refused),
        cmocka_unit_test(the_certificate_of_a_tls_server_is_read),
        cmocka_unit_test(tor_is_told_by_names_that_nobody_could_say),
    };
    return cmocka_run_group_tests_name("x509", tests, NULL, NULL);
}
