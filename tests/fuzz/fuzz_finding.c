/* fuzz_finding.c - a bundle from anywhere: it is refused, or the row it becomes is within bounds. */
#include "fuzz.h"
#include "node/finding_private.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(arena_drop) struct arena a = ARENA(16 << 20);
    struct err e = {0};
    struct finding_row row;
    const struct json *v = json_parse(&a, (struct str){(const char *)data, size}, &e);
    if (!v || !finding_read(&a, v, &row, &e))
        return 0;
    if (row.id.len != 36 || row.sensor.len != 36 || !row.host.len || !row.detector.len ||
        row.detector.len > 64 || row.name.len > 255 || row.score < 0 || row.score > 1000 ||
        row.last < row.first || row.count < 1 || row.sentence_en.len > 1024 ||
        row.sentence_ja.len > 1024 || !row.features.len)
        __builtin_trap();
    return 0;
}
