/* control_room.c - stations that ask PLCs how the plant is, twice a second, and now and then turn something. */
#include "synth/making_private.h"

enum { STATIONS = 2, POLLS = 120, PLCS = 4, SPAN_S = 60, WRITE_EVERY = 37, PORT_MODBUS = 502 };
enum {
    STATION_FIRST = 0x0a500a0b,
    PLC_FIRST = 0x0a501401,
    REGISTERS = 10
}; /* 10.80.10.11, 10.80.20.1 */

static void poll(struct synth_making *m, struct synth_talk *t, uint16_t transaction)
{
    AUTO(buf_drop) struct buf ask = BUF(512), answer = BUF(512);
    if (transaction % WRITE_EVERY == WRITE_EVERY - 1) {
        synth_modbus_write(&ask, transaction, 40, (uint16_t)synth_random_below(&m->random, 2));
        buf_put(&answer, buf_str(&ask)); /* a write is answered by its echo */
    } else {
        synth_modbus_read(&ask, transaction, 0, REGISTERS);
        synth_modbus_values(&answer, transaction, REGISTERS, &m->random);
    }
    synth_say(t, SYNTH_CLIENT, buf_str(&ask), 0);
    synth_say(t, SYNTH_SERVER, buf_str(&answer), 0);
}

void scenario_control_room(struct synth_making *m)
{
    double scaled = PLCS * m->order.scale;
    uint64_t plcs = scaled < 1 ? 1 : (uint64_t)scaled;
    const int64_t second = 1000000, start = m->order.start_us;
    for (uint64_t i = 0; i < STATIONS * plcs; i++) {
        uint32_t station = STATION_FIRST + (uint32_t)(i % STATIONS);
        uint32_t plc = PLC_FIRST + (uint32_t)(i / STATIONS);
        struct synth_talk t =
            synth_talk_of(m->line, &m->random, synth_end_v4(station, make_port(m)),
                          synth_end_v4(plc, PORT_MODBUS),
                          start + (int64_t)synth_random_below(&m->random, 50000));
        m->counts.flows++;
        synth_tcp_open(&t);
        for (unsigned n = 0; n < POLLS; n++) {
            int64_t due = start + (int64_t)n * (SPAN_S * second / POLLS);
            t.time_us = t.time_us > due ? t.time_us : due;
            poll(m, &t, (uint16_t)n);
        }
        synth_tcp_close(&t);
    }
    for (int64_t s = 0; s < SPAN_S; s += 16)
        for (uint32_t i = 0; i < STATIONS; i++)
            make_ntp(m, host_v4(STATION_FIRST + i), start + s * second + (int64_t)i * 1000);
}
