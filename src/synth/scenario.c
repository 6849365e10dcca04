/* scenario.c - the registry of scenarios, and what surrounds each run. To add one: a file, a row. */
#include "synth/scenario.h"

#include "core/jsonw.h"
#include "core/time.h"
#include "net/decode.h"
#include "net/packet.h"
#include "net/pcap_write.h"
#include "synth/making_private.h"

#include <stdlib.h>

enum { SCRATCH_MOST = 1 << 16 };

static const struct {
    struct synth_scenario is;
    void (*make)(struct synth_making *m);
    bool takes_settings;
} rows[] = {
    {{"office", "clients of an office look names up and visit sites",
      "事務所の通信（名前解決とサイト閲覧）"},
     scenario_office},
    {{"control_room", "operators' stations poll PLCs by Modbus/TCP",
      "制御室の通信（操作端末とPLC）"},
     scenario_control_room},
    {{"intruder", "an office with one implant in it", "侵入者が一つ潜む事務所の通信"},
     scenario_intruder},
    {{"mix", "the benchmark: many small flows, with planted hits",
      "測定用の混合通信（的中する指標を含む）"},
     scenario_mix},
    {{"day", "a day of an office, with behaviours laid over it (--set behaviour=...)",
      "事務所の一日（--set behaviour=… で攻撃行動を重ねる）"},
     scenario_day,
     true},
    {{"week", "five such days with their nights", "同じく五日間（夜間を含む）"},
     scenario_week,
     true},
    {{"tiny", "worst case: packets of 64 bytes in many flows",
      "最悪例: 64バイトの小パケットと多数のフロー"},
     scenario_tiny},
    {{"newflows", "worst case: every packet a new flow", "最悪例: パケットごとに新しいフロー"},
     scenario_newflows},
    {{"dns", "worst case: nothing but DNS", "最悪例: DNSのみ"}, scenario_dns},
    {{"hits", "worst case: every flow hits an indicator", "最悪例: 全フローが指標に的中"},
     scenario_hits},
};

const struct synth_scenario *synth_scenario_at(size_t i)
{
    return i < COUNT(rows) ? &rows[i].is : NULL;
}

const char *synth_label_text(enum synth_label_kind kind)
{
    static const char *const texts[SYNTH_LABEL_KIND_COUNT] = {
#define X(name, text) [SYNTH_##name] = (text),
        SYNTH_LABEL_MAP(X)
#undef X
    };
    return texts[kind];
}

void synth_result_drop(struct synth_result *r)
{
    vec_free(r->labels);
    vec_free(r->deeds);
    *r = (struct synth_result){0};
}

static int label_by_time(const void *a, const void *b)
{
    const struct synth_label *x = a, *y = b;
    if (x->time_us != y->time_us)
        return x->time_us < y->time_us ? -1 : 1;
    return x->kind != y->kind ? (x->kind < y->kind ? -1 : 1) : strcmp(x->value, y->value);
}

bool synth_run(const struct synth_order *order, const struct synth_sink *sink,
               struct synth_result *ret_result, struct err *e)
{
    size_t row = 0;
    while (row < COUNT(rows) && strcmp(rows[row].is.name, order->scenario) != 0)
        row++;
    if (row == COUNT(rows))
        return err_set(e, ERR_NOT_FOUND, "no scenario is called '%s'", order->scenario);
    if (!(order->scale > 0 && order->scale <= 100))
        return err_set(e, ERR_INVALID, "scale %g: above 0 and up to 100 is possible", order->scale);
    if (order->setting_count && !rows[row].takes_settings)
        return err_set(e, ERR_INVALID, "%s takes no settings", order->scenario);

    AUTO(synth_line_drop) struct synth_line *line = synth_line_new(sink);
    struct synth_making m = {.order = *order,
                             .line = line,
                             .random = synth_random_of(order->seed),
                             .scratch = BUF(SCRATCH_MOST)};
    rows[row].make(&m);
    buf_drop(&m.scratch);
    bool good = m.error.code == ERR_OK;
    if (!good)
        *e = m.error;
    if (!good || !synth_line_end(line, &m.counts.frames, &m.counts.bytes, e)) {
        vec_drop(&m.labels);
        vec_drop(&m.deeds);
        return false;
    }
    if (m.labels.len)
        qsort(m.labels.ptr, m.labels.len, sizeof *m.labels.ptr, label_by_time);
    *ret_result = m.counts;
    ret_result->labels = m.labels.ptr;
    ret_result->label_count = m.labels.len;
    ret_result->deeds = m.deeds.ptr;
    ret_result->deed_count = m.deeds.len;
    return true;
}

static bool to_writer(void *context, const struct frame *f, struct err *e)
{
    return pcap_writer_add(context, f, e);
}

bool synth_write(const struct synth_order *order, const char *path, struct synth_result *ret_result,
                 struct err *e)
{
    AUTO(pcap_writer_drop) struct pcap_writer *writer = NULL;
    if (!pcap_writer_open(path, LINK_ETHERNET, &writer, e))
        return err_wrap(e, "%s", path);
    AUTO(synth_result_drop) struct synth_result made = {0};
    if (!synth_run(order, &(struct synth_sink){to_writer, writer}, &made, e))
        return false;
    if (!pcap_writer_close(writer, e))
        return err_wrap(e, "%s", path);
    *ret_result = made;
    made = (struct synth_result){0};
    return true;
}

static void deed_put(const struct synth_deed *d, struct buf *out)
{
    static const uint8_t nobody[16];
    char time[TIME_TEXT_SIZE], address[ADDR_TEXT_SIZE];
    const struct addr host = packet_addr(d->host), peer = packet_addr(d->peer);
    struct jsonw w = JSONW(out);
    jw_object(&w);
    jw_key(&w, "behaviour"), jw_str(&w, (struct str){d->behaviour, strlen(d->behaviour)});
    jw_key(&w, "host"), jw_str(&w, addr_format(&host, address));
    if (memcmp(d->peer, nobody, sizeof nobody) != 0)
        jw_key(&w, "peer"), jw_str(&w, addr_format(&peer, address));
    jw_key(&w, "from"), jw_str(&w, time_format(d->from_us, time));
    jw_key(&w, "to"), jw_str(&w, time_format(d->to_us, time));
    jw_key(&w, "settings"), jw_object(&w);
    for (struct str rest = {d->settings, strlen(d->settings)}; rest.len;) {
        struct str value, key = str_cut(str_cut(rest, ' ', &rest), '=', &value);
        char text[64];
        snprintf(text, sizeof text, STR_FMT, STR_ARG(key));
        jw_key(&w, text), jw_str(&w, value);
    }
    jw_end(&w);
    jw_end(&w);
    buf_byte(out, '\n');
}

void synth_labels_put(const struct synth_result *r, struct buf *out)
{
    for (size_t i = 0; i < r->label_count; i++) {
        const struct synth_label *l = &r->labels[i];
        char time[TIME_TEXT_SIZE], address[ADDR_TEXT_SIZE];
        const struct addr client = packet_addr(l->client), server = packet_addr(l->server);
        struct jsonw w = JSONW(out);
        jw_object(&w);
        jw_key(&w, "kind"),
            jw_str(&w, (struct str){synth_label_text(l->kind), strlen(synth_label_text(l->kind))});
        jw_key(&w, "value"), jw_str(&w, (struct str){l->value, strlen(l->value)});
        jw_key(&w, "time"), jw_str(&w, time_format(l->time_us, time));
        jw_key(&w, "client"), jw_str(&w, addr_format(&client, address));
        jw_key(&w, "client_port"), jw_int(&w, l->client_port);
        jw_key(&w, "server"), jw_str(&w, addr_format(&server, address));
        jw_key(&w, "server_port"), jw_int(&w, l->server_port);
        jw_key(&w, "proto"), jw_str(&w, l->proto == IP_TCP ? S("tcp") : S("udp"));
        jw_end(&w);
        buf_byte(out, '\n');
    }
    for (size_t i = 0; i < r->deed_count; i++)
        deed_put(&r->deeds[i], out);
}
