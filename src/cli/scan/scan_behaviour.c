/* scan_behaviour.c - the behaviour detectors in a scan: what they found, kept for people and for EVE. */
#include "cli/scan/scan_private.h"
#include "core/table.h"

#include <sys/ioctl.h>
#include <unistd.h>

enum { SHOWN_MOST = 10000, DETECT_MEMORY = 48 << 20 };

static void on_detection(void *context, const struct detection *f)
{
    struct scan *s = context;
    if (s->eve)
        eve_detection(s->eve, f);
    s->behaviour.count++;
    if (s->behaviour.count > SHOWN_MOST || s->eve)
        return;
    struct scan_detection n = {.row = f->row, .last_us = f->last_us, .score = f->score};
    memcpy(n.host, f->host, sizeof n.host);
    AUTO(buf_drop) struct buf line = BUF(4096);
    detect_sentence(f, s->ja, &line);
    n.sentence = arena_str(s->memory, buf_str(&line));
    vec_push(&s->behaviour.list, n);
}

bool scan_behaviour_open(struct scan *s, struct err *e)
{
    struct detect_settings settings;
    const struct mandate_terms *t = mandate_terms(s->mandate.mandate);
    if (s->args.no_detect || t->rehearses != RECORD_CHANNEL_own)
        return true;
    detect_settings_init(&settings);
    settings.memory = DETECT_MEMORY;
    settings.own_listed = s->own_count > 0;
    settings.on_detection = on_detection;
    settings.context = s;
    if (s->args.detect && !detect_settings_load(&settings, s->args.detect, e))
        return err_wrap(e, "--detect");
    random_bytes(&settings.seed, sizeof settings.seed);
    return detect_new(&settings, &s->behaviour.detect, e);
}

void scan_behaviour_close(struct scan *s)
{
    detect_drop(&s->behaviour.detect);
    vec_drop(&s->behaviour.list);
}

static void add_row(struct table *t, const struct scan *s, const struct scan_detection *n)
{
    char text[ADDR_TEXT_SIZE], time[TIME_TEXT_SIZE];
    struct addr host = packet_addr(n->host);
    time_format(n->last_us, time);
    table_cell_fmt(t, "%s", s->ja ? n->row->title_ja : n->row->title_en);
    table_cell(t, addr_format(&host, text));
    table_cell_fmt(t, "%s", n->row->technique);
    table_cell_fmt(t, "%.0f%%", n->score * 100);
    table_cell_fmt(t, "%.19sZ", time);
    table_cell(t, n->sentence);
}

void scan_tell_behaviour(const struct scan *s, FILE *out)
{
    static const char *const en[] = {"BEHAVIOUR", "HOST", "ATT&CK", ">SCORE", "TIME", "WHY", NULL};
    static const char *const ja[] = {"振る舞い", "ホスト", "ATT&CK", ">確度", "時刻", "理由", NULL};
    if (!s->behaviour.list.len)
        return;
    struct table *t = table_new(s->memory, s->ja ? ja : en);
    for (size_t i = 0; i < s->behaviour.list.len; i++)
        add_row(t, s, &s->behaviour.list.ptr[i]);
    struct winsize window = {0};
    bool terminal = isatty(fileno(out)) && ioctl(fileno(out), TIOCGWINSZ, &window) == 0;
    AUTO(buf_drop) struct buf text = BUF(64U << 20);
    table_print(t, &text, terminal, terminal ? window.ws_col : 0);
    fwrite(text.ptr, 1, text.len, out);
    if (s->behaviour.count > s->behaviour.list.len)
        fprintf(out,
                s->ja ? "ほか %llu 件は表に入りません\n" : "%llu more did not fit into the table\n",
                (unsigned long long)(s->behaviour.count - s->behaviour.list.len));
    fputc('\n', out);
}
