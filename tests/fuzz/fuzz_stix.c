/* fuzz_stix.c - any bytes as a STIX pattern, and as a pattern inside a bundle: a verdict, never a crash.
 * Selectors that come out are canonical, and the pattern we write for one reads back as it. */
#include "core/jsonw.h"
#include "fuzz.h"
#include "intel/pattern.h"
#include "intel/reader.h"

static void check_pattern(struct str text)
{
    AUTO(arena_drop) struct arena memory = ARENA(4 << 20);
    struct pattern p;
    struct err e = {0};
    if (!pattern_read(&memory, text, &p, &e))
        return;
    if ((p.verdict == PATTERN_MALFORMED) != (e.text[0] != '\0') ||
        (p.verdict == PATTERN_USABLE) != (p.count > 0))
        __builtin_trap();
    for (size_t i = 0; i < p.count && i < 16; i++) {
        AUTO(arena_drop) struct arena again = ARENA(1 << 20);
        AUTO(buf_drop) struct buf out = BUF(1 << 16);
        struct pattern back;
        pattern_write(&p.selectors[i], &out);
        if (!selector_check(&p.selectors[i], &e) ||
            !pattern_read(&again, buf_str(&out), &back, &e) || back.count != 1 ||
            !selector_eq(&back.selectors[0], &p.selectors[i]))
            __builtin_trap();
    }
}

static void check_document(struct str text)
{
    struct intel_report r;
    struct err e = {0};
    bool good = intel_read(text, &(struct intel_options){.format = INTEL_STIX, .memory = 16 << 20},
                           &(struct intel_sink){0}, &r, &e);
    if ((!good && !e.text[0]) || r.read != r.usable + r.kept + r.refused)
        __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(buf_drop) struct buf out = BUF(8 << 20);
    struct str text = {(const char *)data, size};
    struct jsonw w = JSONW(&out);
    check_pattern(text);
    check_document(text);

    jw_object(&w);
    jw_member_cstr(&w, "type", "indicator");
    jw_member_cstr(&w, "id", "indicator--00000000-0000-4000-8000-000000000001");
    jw_member_cstr(&w, "valid_from", "2024-01-01T00:00:00Z");
    jw_member_str(&w, "pattern", text);
    jw_end(&w);
    if (!out.over)
        check_document(buf_str(&out));
    return 0;
}
