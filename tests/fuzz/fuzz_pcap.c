/* fuzz_pcap.c - any bytes at all as a capture file: frames inside the input, or a reason, and an end. */
#include "fuzz.h"
#include "net/capture.h"

static void touch(const struct frame *f)
{
    volatile uint8_t sum = 0;
    for (uint32_t i = 0; i < f->caplen; i++)
        sum = (uint8_t)(sum + f->bytes[i]);
    (void)sum;
    if (f->caplen > f->wirelen || f->caplen > FRAME_MOST || f->time_ns > 999)
        __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(capture_drop) struct capture *c = NULL;
    struct err e = {0};
    if (!capture_open_bytes((struct str){(const char *)data, size}, &c, &e)) {
        if (e.code == ERR_OK || !e.text[0])
            __builtin_trap(); /* a refusal that does not say why */
        return 0;
    }
    struct frame frames[32];
    uint64_t count = 0;
    for (size_t n; count < 20000 && (n = capture_batch(c, frames, 32, &e)) > 0; count += n)
        for (size_t i = 0; i < n; i++)
            touch(&frames[i]);
    if (count < 20000 && !capture_done(c))
        __builtin_trap();
    return 0;
}
