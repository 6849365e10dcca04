/* fuzz_http.c - any bytes as a stream of heads: each step moves on, and what is kept is printable. */
#include "dissect/dissector.h"
#include "fuzz.h"

static void check_text(struct str s, size_t most, uint8_t least)
{
    if (s.len > most)
        __builtin_trap();
    for (size_t i = 0; i < s.len; i++)
        if ((uint8_t)s.ptr[i] < least || s.ptr[i] > 0x7e)
            __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str bytes = {(const char *)data, size};
    union dissect_facts facts;
    size_t used = 0;
    (void)dissector_http.probe(DISSECT_TCP, bytes);
    while (bytes.len && dissector_http.parse(DISSECT_TCP, bytes, &facts, &used) == DISSECT_DONE) {
        const struct http_facts *h = &facts.http;
        check_text(http_method(h), HTTP_METHOD_MAX, '-');
        check_text(http_host(h), HTTP_HOST_MAX, 0x21);
        check_text(http_path(h), HTTP_PATH_MAX, 0x21);
        check_text(http_agent(h), HTTP_AGENT_MAX, 0x20);
        if (used == 0)
            __builtin_trap();
        bytes = str_skip(bytes, used);
    }
    return 0;
}
