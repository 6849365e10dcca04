/* fuzz_misp.c - any bytes as a MISP document: read or refused with a reason, every item accounted for,
 * every selector canonical. */
#include "fuzz.h"
#include "intel/reader.h"

static bool check(void *ctx, const struct indicator *i, struct err *e)
{
    (void)ctx;
    if (!selector_check(&i->selector, e) || i->label_count > INDICATOR_LABELS_MAX ||
        i->confidence > 100)
        __builtin_trap();
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct intel_report r;
    struct err e = {0};
    bool good = intel_read((struct str){(const char *)data, size},
                           &(struct intel_options){.format = INTEL_MISP, .memory = 16 << 20},
                           &(struct intel_sink){.each = check}, &r, &e);
    if ((!good && !e.text[0]) || r.read != r.usable + r.kept + r.refused)
        __builtin_trap();
    return 0;
}
