/* fuzz_csv.c - any bytes as CSV and as a Zeek intel file: every record accounted for. */
#include "fuzz.h"
#include "intel/reader.h"

static bool check(void *ctx, const struct indicator *i, struct err *e)
{
    (void)ctx;
    if (!selector_check(&i->selector, e) || i->confidence > 100)
        __builtin_trap();
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum intel_format formats[] = {INTEL_CSV, INTEL_ZEEK};
    for (size_t i = 0; i < COUNT(formats); i++) {
        struct intel_report r;
        struct err e = {0};
        bool good = intel_read((struct str){(const char *)data, size},
                               &(struct intel_options){.format = formats[i], .now = 1},
                               &(struct intel_sink){.each = check}, &r, &e);
        if ((!good && !e.text[0]) || r.usable + r.kept + r.refused != r.read)
            __builtin_trap();
    }
    return 0;
}
