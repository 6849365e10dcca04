/* sentence.c - a finding as one line: the detector's own sentence with what was measured in its gaps.
 *
 * A gap is {name}: of the finding itself (host, peer, port, target, name, count, span, score), or of a
 * feature. A feature is written by its unit, the end of its name: _s and _hours as a time, _bytes as a
 * size, _share in per cent, anything else as a number.
 */
#include "detect/detector_private.h"

static struct str address_put(const uint8_t a[16], char out[ADDR_TEXT_SIZE])
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    struct addr whole = memcmp(a, mapped, sizeof mapped) == 0 ? addr_of_v4(a + 12) : addr_of_v6(a);
    return addr_format(&whole, out);
}

static bool ends(struct str name, struct str unit)
{
    return name.len >= unit.len && str_eq(str_skip(name, name.len - unit.len), unit);
}

static void number_put(struct buf *out, double x)
{
    bool whole = x >= 100 || x == (double)(int64_t)x;
    buf_fmt(out, "%.*f", whole ? 0 : x >= 10 ? 1 : 2, x);
}

static void span_put(struct buf *out, double seconds, bool japanese)
{
    static const struct {
        double least, unit;
        const char *en, *ja;
    } units[] = {{172800, 86400, " days", "日"},
                 {7200, 3600, " h", "時間"},
                 {120, 60, " min", "分"},
                 {0, 1, " s", "秒"}};
    size_t i = 0;
    while (i + 1 < COUNT(units) && seconds < units[i].least)
        i++;
    double x = seconds / units[i].unit;
    buf_fmt(out, "%.*f%s", x < 10 && x != (double)(int64_t)x ? 1 : 0, x,
            japanese ? units[i].ja : units[i].en);
}

static void bytes_put(struct buf *out, double bytes)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    size_t i = 0;
    while (i + 1 < COUNT(units) && bytes >= 1024) {
        bytes /= 1024;
        i++;
    }
    buf_fmt(out, "%.*f %s", i && bytes < 100 ? 1 : 0, bytes, units[i]);
}

static void feature_put(const struct detection_feature *f, bool japanese, struct buf *out)
{
    struct str name = {f->name, strlen(f->name)};
    if (ends(name, S("_s")))
        span_put(out, f->value, japanese);
    else if (ends(name, S("_hours")))
        span_put(out, f->value * 3600, japanese);
    else if (ends(name, S("_bytes")))
        bytes_put(out, f->value);
    else if (ends(name, S("_share")))
        buf_fmt(out, "%.0f %%", f->value * 100);
    else
        number_put(out, f->value);
}

static void name_put(struct str name,
                     struct buf *out) /* it came from the wire: nothing odd leaves */
{
    for (size_t i = 0; i < name.len; i++)
        buf_byte(out, (char)(name.ptr[i] > ' ' && name.ptr[i] < 0x7f ? name.ptr[i] : '?'));
}

static void port_put(const struct detection *f, struct buf *out)
{
    if (f->proto == IP_TCP || f->proto == IP_UDP)
        buf_fmt(out, "%s/%u", f->proto == IP_TCP ? "tcp" : "udp", f->peer_port);
    else
        buf_put(out, proto_is_icmp(f->proto) ? S("icmp") : S("ip"));
}

static void gap_put(const struct detection *f, struct str gap, bool japanese, struct buf *out)
{
    char text[ADDR_TEXT_SIZE];
    bool named = f->name.len > 0;
    if (str_eq(gap, S("host")))
        buf_put(out, address_put(f->host, text));
    else if (str_eq(gap, S("peer")) || (str_eq(gap, S("target")) && !named))
        buf_put(out, !address_is_zero(f->peer) ? address_put(f->peer, text)
                     : japanese                ? S("複数のホスト")
                                               : S("several hosts"));
    else if (str_eq(gap, S("target")) || str_eq(gap, S("name")))
        name_put(f->name, out);
    else if (str_eq(gap, S("port")))
        port_put(f, out);
    else if (str_eq(gap, S("count")))
        buf_fmt(out, "%llu", (unsigned long long)f->count);
    else if (str_eq(gap, S("span")))
        span_put(out, (double)(f->last_us - f->first_us) / (double)TIME_SECOND, japanese);
    for (size_t i = 0; i < f->feature_count; i++)
        if (str_eq(gap, (struct str){f->features[i].name, strlen(f->features[i].name)}))
            feature_put(&f->features[i], japanese, out);
}

void detect_sentence(const struct detection *f, bool japanese, struct buf *out)
{
    const char *sentence = japanese ? f->row->sentence_ja : f->row->sentence_en;
    struct str rest = {sentence, strlen(sentence)};
    while (rest.len) {
        struct str more, tail;
        buf_put(out, str_cut(rest, '{', &more));
        struct str gap = str_cut(more, '}', &tail);
        if (gap.len)
            gap_put(f, gap, japanese, out);
        rest = tail;
    }
}
