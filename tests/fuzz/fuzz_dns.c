/* fuzz_dns.c - any bytes as a datagram and as a stream: refused, or facts that keep their own bounds. */
#include "dissect/dissector.h"
#include "fuzz.h"

static void check_name(const struct dns_message *m, struct dns_name name)
{
    if ((size_t)name.at + name.len > m->text_len)
        __builtin_trap();
    for (size_t i = 0; i < name.len; i++) {
        uint8_t c = (uint8_t)m->text[name.at + i];
        if (c <= 0x20 || c >= 0x7f || (c >= 'A' && c <= 'Z'))
            __builtin_trap(); /* a name that could move a cursor, or not match its indicator */
    }
}

static void check_message(const struct dns_message *m)
{
    if (m->n_questions > DNS_QUESTIONS_MAX || m->n_answers > DNS_ANSWERS_MAX ||
        m->text_len > DNS_TEXT_MAX)
        __builtin_trap();
    for (size_t i = 0; i < m->n_questions; i++)
        check_name(m, m->questions[i].name);
    for (size_t i = 0; i < m->n_answers; i++) {
        check_name(m, m->answers[i].name);
        check_name(m, m->answers[i].target);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str bytes = {(const char *)data, size};
    union dissect_facts facts;
    size_t used = 0;
    (void)dissector_dns.probe(DISSECT_UDP, bytes);
    if (dissector_dns.parse(DISSECT_UDP, bytes, &facts, &used) == DISSECT_DONE)
        check_message(&facts.dns);
    while (bytes.len && dissector_dns.parse(DISSECT_TCP, bytes, &facts, &used) == DISSECT_DONE) {
        check_message(&facts.dns);
        bytes = str_skip(bytes, used);
    }
    return 0;
}
