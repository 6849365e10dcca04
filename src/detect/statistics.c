/* statistics.c - medians of a few numbers, for rhythms and sizes. */
#include "detect/detector_private.h"

void sort_few(double *x, size_t n) /* by insertion: they are some dozens, and mostly in order */
{
    for (size_t i = 1; i < n; i++) {
        double v = x[i];
        size_t at = i;
        for (; at && x[at - 1] > v; at--)
            x[at] = x[at - 1];
        x[at] = v;
    }
}

double quantile_of(const double *sorted, size_t n, double q)
{
    double at = q * (double)(n - 1);
    size_t low = (size_t)at;
    double part = at - (double)low;
    return low + 1 < n ? sorted[low] * (1 - part) + sorted[low + 1] * part : sorted[n - 1];
}

double spread_of(double *x, size_t n, double *ret_median)
{
    sort_few(x, n);
    double median = quantile_of(x, n, 0.5);
    for (size_t i = 0; i < n; i++)
        x[i] = x[i] < median ? median - x[i] : x[i] - median;
    sort_few(x, n);
    *ret_median = median;
    return median > 0 ? quantile_of(x, n, 0.5) / median : 0;
}
