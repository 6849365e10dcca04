/* fuzz_sse.c - any bytes at all, cut anywhere: the same events come out as from the whole. */
#include "core/digest.h"
#include "fuzz.h"
#include "http/sse.h"

enum { LIMIT = 1 << 16 };

static void add(struct sha256 *h, struct str s)
{
    uint64_t len = s.len;
    sha256_add(h, (struct str){(const char *)&len, sizeof len});
    sha256_add(h, s);
}

/* What came out, as a hash. */
static bool read_all(struct str text, size_t step, uint8_t digest[SHA256_SIZE])
{
    AUTO(sse_drop) struct sse in = SSE(LIMIT);
    struct sha256 h;
    sha256_start(&h);
    for (struct str rest = text; rest.len; rest = str_skip(rest, step)) {
        if (!sse_feed(&in, (struct str){rest.ptr, rest.len < step ? rest.len : step}))
            return false;
        for (struct sse_event ev; sse_next(&in, &ev);) {
            add(&h, ev.event);
            add(&h, ev.data);
            add(&h, ev.id);
        }
    }
    sha256_end(&h, digest);
    return !in.over;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t whole[SHA256_SIZE], pieces[SHA256_SIZE];
    if (size < 2 || size > LIMIT / 2)
        return 0;
    struct str text = {(const char *)data + 1, size - 1};
    size_t step = (size_t)data[0] % 16 + 1;
    bool good = read_all(text, text.len, whole), also = read_all(text, step, pieces);
    if (good != also || (good && memcmp(whole, pieces, SHA256_SIZE) != 0))
        __builtin_trap();
    return 0;
}
