/* eve_anomaly.c - anomaly lines: what was wrong with a flow. */
#include "eve_private.h"

void eve_anomaly(struct eve *e, const struct sensor_event *ev)
{
    const struct sensor_anomaly *a = ev->anomaly;
    line_begin(e, ev, S("anomaly"));
    PUT(e, ",\"anomaly\":{");
    if (a->app != APP_UNKNOWN)
        PUT(e, "\"app_proto\":\""), put_cstr(e, app_name(a->app)), PUT(e, "\",");
    PUT(e, "\"type\":\"");
    put_cstr(e, a->type);
    PUT(e, "\",\"event\":\"");
    put_cstr(e, a->event);
    PUT(e, "\"");
    if (a->layer)
        PUT(e, ",\"layer\":\""), put_cstr(e, a->layer), PUT(e, "\"");
    PUT(e, "}");
    line_end(e);
}
