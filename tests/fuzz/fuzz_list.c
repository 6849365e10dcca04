/* fuzz_list.c - any bytes as a list of unknown format, and as one value: what is taken is canonical, and
 * taking its text again changes nothing. */
#include "fuzz.h"
#include "intel/normalise.h"
#include "intel/reader.h"
#include "intel/warninglist.h"

static bool check(void *ctx, const struct indicator *i, struct err *e)
{
    struct str why;
    if (!selector_check(&i->selector, e))
        __builtin_trap();
    (void)warninglist_check(ctx, &i->selector, &why);
    return true;
}

static void check_value(struct str text)
{
    struct normal first, second;
    enum why why;
    struct err e;
    if (!normalise(CLAIM_ANY, text, &first, &why))
        return;
    enum claim claim = first.selector.kind == SELECTOR_URL            ? CLAIM_URL
                       : first.selector.kind == SELECTOR_DOMAIN_BELOW ? CLAIM_BELOW
                                                                      : CLAIM_ANY;
    if (!selector_check(&first.selector, &e) ||
        !normalise(claim, first.selector.value, &second, &why) ||
        !selector_eq(&first.selector, &second.selector))
        __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum intel_format formats[] = {INTEL_AUTO, INTEL_PLAIN, INTEL_HOSTS,
                                                INTEL_ADBLOCK};
    AUTO(arena_drop) struct arena memory = ARENA(1 << 20);
    struct str text = {(const char *)data, size};
    struct warninglist *w = warninglist_new(&memory);
    struct err e = {0};
    check_value(text);
    if (!w || !warninglist_add(w, text, S("fuzz"), &e))
        w = warninglist_new(&memory);
    if (!w)
        return 0;
    warninglist_ready(w);
    for (size_t i = 0; i < COUNT(formats); i++) {
        struct intel_report r;
        bool good =
            intel_read(text, &(struct intel_options){.format = formats[i], .memory = 1 << 20},
                       &(struct intel_sink){.each = check, .ctx = w}, &r, &e);
        if ((!good && !e.text[0]) || r.read != r.usable + r.kept + r.refused)
            __builtin_trap();
    }
    return 0;
}
