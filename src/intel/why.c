/* why.c - the table of why.h, as functions. */
#include "intel/why.h"

static const struct {
    const char *name, *en, *ja;
    enum why_outcome outcome;
} reasons[] = {
#define X(name, outcome, en, ja) [WHY_##name] = {#name, en, ja, WHY_##outcome},
    WHY_MAP(X)
#undef X
};
_Static_assert(COUNT(reasons) == WHY_COUNT && WHY_COUNT <= 8 * sizeof(unsigned),
               "every reason has its row, and a set of them fits in an unsigned");

const char *why_name(enum why w)
{
    return (size_t)w < COUNT(reasons) ? reasons[w].name : "UNKNOWN";
}

const char *why_text(enum why w, bool japanese)
{
    if ((size_t)w >= COUNT(reasons))
        return "";
    return japanese ? reasons[w].ja : reasons[w].en;
}

enum why_outcome why_outcome(enum why w)
{
    return (size_t)w < COUNT(reasons) ? reasons[w].outcome : WHY_REFUSE;
}
