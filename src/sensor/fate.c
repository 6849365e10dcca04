/* fate.c - see fate.h. */
#include "sensor/fate.h"

static void residency_add(struct fate_counts *sum, int64_t least, int64_t most)
{
    if (most > sum->residency_max_us)
        sum->residency_max_us = most;
    if (least && (!sum->residency_min_us || least < sum->residency_min_us))
        sum->residency_min_us = least;
}

void fate_add(struct fate_counts *sum, const struct fate_counts *n)
{
    sum->in += n->in;
    sum->bytes_in += n->bytes_in;
    sum->unread += n->unread;
    sum->unknown += n->unknown;
    sum->over_cap += n->over_cap;
    sum->matched += n->matched;
    sum->discarded += n->discarded;
    sum->pending += n->pending;
    residency_add(sum, n->residency_min_us, n->residency_max_us);
}

/* At once is a microsecond: 0 stands for none yet. */
void fate_decided(struct fate_counts *n, int64_t residency_us)
{
    int64_t us = residency_us < 1 ? 1 : residency_us;
    residency_add(n, us, us);
}
