/* anomaly.c - what is wrong with a flow, told once each: segments that contradict each other, bytes that never
 * came, a side that speaks another protocol, messages that break their own rules.
 *
 * Types, events and layers are called as Suricata calls them, so that rules over its anomaly lines hold. A frame
 * that cannot be decoded belongs to no flow, and so to no network one may watch: it is counted (stats), not told. */
#include "pipeline_private.h"

enum odd { /* bits of session.odd; Modbus's faults lie above the others */
           ODD_OVERLAP = 1,
           ODD_GAP = 2,
           ODD_MISMATCH = 4,
           ODD_MALFORMED = 8,
           ODD_MODBUS = 16,
};

static void tell(struct look *l, unsigned odd, const struct sensor_anomaly *a)
{
    struct session *s = l->session;
    if (!l->p->settings.metadata || s->odd & odd)
        return;
    s->odd |= (uint8_t)odd;
    pipeline_emit(l, &(struct sensor_event){.kind = SENSOR_ANOMALY, .anomaly = a});
}

static void tell_stream(struct look *l, unsigned odd, const char *event)
{
    tell(l, odd, &(struct sensor_anomaly){.type = "stream", .event = event});
}

static void tell_message(struct look *l, unsigned odd, enum app app, const char *event)
{
    tell(l, odd,
         &(struct sensor_anomaly){
             .type = "applayer", .event = event, .layer = "proto_parser", .app = app});
}

void anomaly_stream(struct look *l, const struct stream *s)
{
    if (s->conflict)
        tell_stream(l, ODD_OVERLAP, "stream.reassembly_overlap_different_data");
    if (s->gap || s->lost)
        tell_stream(l, ODD_GAP, "stream.reassembly_seq_gap");
}

void anomaly_sides(struct look *l, const struct dissector *d)
{
    const struct session *s = l->session;
    const struct dissector *other = s->dissector[!l->from];
    if (!other || other->app == d->app || s->tunnel || l->flow->midstream)
        return;
    tell(l, ODD_MISMATCH,
         &(struct sensor_anomaly){.type = "applayer",
                                  .event = "APPLAYER_MISMATCH_PROTOCOL_BOTH_DIRECTIONS",
                                  .layer = "proto_detect",
                                  .app = other->app});
}

static void modbus(struct look *l, const struct modbus_facts *m)
{
    static const char *const events[] = {"invalid_value", "invalid_length",
                                         "invalid_exception_code", "invalid_function_code"};
    unsigned faults = m->faults;
    if (m->function == MODBUS_UMAS && umas_function_name(m->sub))
        faults &= ~(unsigned)MODBUS_FAULT_FUNC_CODE; /* not of the standard, but no riddle */
    for (unsigned i = 0; i < COUNT(events); i++)
        if (faults >> i & 1)
            tell_message(l, (unsigned)ODD_MODBUS << i, APP_MODBUS, events[i]);
}

void anomaly_message(struct look *l, const struct dissector *d, const union dissect_facts *facts)
{
    if (d->app == APP_MODBUS)
        modbus(l, &facts->modbus);
    else if (d->app == APP_DNS && facts->dns.malformed)
        tell_message(l, ODD_MALFORMED, d->app, "malformed_data");
}

void anomaly_out_of_step(struct look *l, const struct dissector *d)
{
    const struct stream *s = &l->session->stream[l->from];
    if (d->repeats && d->intent && d->app == l->session->app && !(l->session->odd & ODD_GAP) &&
        !s->midstream)
        tell_message(l, ODD_MALFORMED, d->app, "malformed_data");
}
