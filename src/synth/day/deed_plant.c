/* deed_plant.c - a machine that never spoke to a controller gives it orders: Modbus/TCP or S7comm. */
#include "synth/day/day_private.h"
#include "synth/put_private.h"

enum { MODBUS, S7, PORT_MODBUS = 502, PORT_S7 = 102 };

static void both(struct synth_talk *t, struct str ask, struct str answer)
{
    synth_say(t, SYNTH_CLIENT, ask, 0);
    synth_say(t, SYNTH_SERVER, answer, 0);
}

static void modbus_order(struct synth_talk *t, bool program, uint16_t n)
{
    AUTO(buf_drop) struct buf ask = BUF(512);
    if (!program) {
        synth_modbus_write(&ask, n, (uint16_t)(100 + n), (uint16_t)(n & 1));
        both(t, buf_str(&ask), buf_str(&ask));
        return;
    }
    put16(&ask, n); /* UMAS in function 90: a download begins */
    buf_put(&ask, S("\0\0\0\x08\1\x5a\1\x30\0\1\0\0"));
    both(t, buf_str(&ask), buf_str(&ask));
}

/* TPKT (RFC 1006), COTP data (RFC 905 as ISO 8073), then the S7 header and its parameters. */
static void s7_put(struct buf *out, unsigned kind, uint16_t n, struct str parameters,
                   struct str data)
{
    put16(out, 0x0300);
    size_t start = open_len(out, 2);
    buf_put(out, S("\2\xf0\x80\x32"));
    put8(out, kind);
    put16(out, 0);
    put16(out, n);
    put16(out, (unsigned)parameters.len);
    put16(out, (unsigned)data.len);
    if (kind == 3)
        put16(out, 0); /* no error */
    buf_put(out, parameters);
    buf_put(out, data);
    uint8_t *len = (uint8_t *)out->ptr + start - 2;
    size_t whole = out->len - start + 4;
    len[0] = (uint8_t)(whole >> 8);
    len[1] = (uint8_t)whole;
}

static void s7_both(struct synth_talk *t, uint16_t n, struct str ask, struct str data,
                    struct str answer)
{
    AUTO(buf_drop) struct buf job = BUF(512), done = BUF(512);
    s7_put(&job, 1, n, ask, data);
    s7_put(&done, 3, n, answer, STR_NONE);
    both(t, buf_str(&job), buf_str(&done));
}

static void s7_hello(struct synth_talk *t)
{
    both(t, S("\3\0\0\x16\x11\xe0\0\0\0\1\0\xc1\2\1\0\xc2\2\1\2\xc0\1\x0a"),
         S("\3\0\0\x16\x11\xd0\0\1\0\6\0\xc1\2\1\0\xc2\2\1\2\xc0\1\x0a"));
    s7_both(t, 0, S("\xf0\0\0\1\0\1\1\xe0"), STR_NONE, S("\xf0\0\0\1\0\1\0\xf0"));
}

static void s7_order(struct synth_talk *t, bool program, uint16_t n)
{
    if (program)
        s7_both(t, n,
                S("\x1a\0\1\0\0\0\0\0\x09_0800001P\x0d"
                  "1000236000078"),
                STR_NONE, S("\x1a"));
    else
        s7_both(t, n, S("\5\1\x12\x0a\x10\2\0\1\0\1\x84\0\0\0"), S("\0\4\0\x08\1"), S("\5\1"));
}

static int64_t give_orders(struct day *d, struct actor *a)
{
    bool program = a->number[0] > 0;
    struct synth_talk t =
        make_talk(d->m, a->host, a->peer, a->choice == S7 ? PORT_S7 : PORT_MODBUS, a->at_us);
    synth_tcp_open(&t);
    if (a->choice == S7)
        s7_hello(&t);
    for (uint64_t i = 1; i <= a->left; i++) {
        uint16_t n = (uint16_t)i;
        if (a->choice == S7)
            s7_order(&t, program, n);
        else
            modbus_order(&t, program, n);
        t.time_us += SECOND_US;
    }
    synth_tcp_close(&t);
    deed_until(d, a, t.time_us);
    return NEVER;
}

static void plant_start(struct day *d, const struct deed_row *row)
{
    struct actor *a = deed_begin(d, row, give_orders);
    struct str proto = deed_text(d, row, "proto"), order = deed_text(d, row, "order");
    a->choice = str_eq(proto, S("s7comm")) ? S7 : MODBUS;
    a->number[0] = str_eq(order, S("program"));
    a->left = (uint64_t)deed_number(d, row, "count") + (deed_number(d, row, "count") < 1);
    a->peer = day_plc(1);
    if (a->choice != S7 && !str_eq(proto, S("modbus")))
        deed_fail(d, row, "proto");
    if (!str_eq(order, S("program")) && !str_eq(order, S("write")))
        deed_fail(d, row, "order");
    deed_meets(d, a, a->host, a->peer);
}

const struct deed_row deed_plant = {{"plant",
                                     "gives a controller orders from a machine that never did",
                                     "制御装置へ初めての機器から命令を送る",
                                     {{"start", "260", "minutes into the day"},
                                      {"proto", "modbus", "modbus or s7comm"},
                                      {"order", "write", "write or program"},
                                      {"count", "3", "how many orders"}}},
                                    plant_start};
