/* fuzz_entry.c - any bytes at all: an entry is refused with a reason, or is the one spelling of
 * what it says. */
#include "fuzz.h"
#include "journal/entry.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(arena_drop) struct arena a = ARENA(1 << 18);
    AUTO(buf_drop) struct buf again = BUF(ENTRY_HEADER_MAX);
    struct str text = {(const char *)data, size};
    struct err e = {0};
    struct entry n;
    struct statement s;
    if (entry_parse(&a, text, &n, &e)) {
        entry_write(&n, &again);
        if (!str_eq(buf_str(&again), text))
            __builtin_trap();
        return 0;
    }
    if (e.code == ERR_OK || !e.text[0])
        __builtin_trap(); /* a refusal that does not say why */
    if (statement_parse(&a, text, &s, &e)) {
        statement_write(&s, &again);
        if (!str_eq(buf_str(&again), text))
            __builtin_trap();
    }
    return 0;
}
