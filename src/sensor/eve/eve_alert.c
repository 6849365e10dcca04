/* eve_alert.c - alert lines: a selector was met. */
#include "eve_private.h"

unsigned eve_severity(const struct index_hit *hit)
{
    if (hit->action == INDEX_OBSERVE)
        return 3;
    return hit->action == INDEX_BLOCK || hit->confidence >= 80 ? 1 : hit->confidence >= 40 ? 2 : 3;
}

uint32_t eve_signature_id(const struct selector *s)
{
    uint32_t h = 2166136261U; /* FNV-1a: a number for files, the same for ever */
    const char *kind = selector_kind_name(s->kind);
    for (; *kind; kind++)
        h = (h ^ (uint8_t)*kind) * 16777619U;
    for (size_t i = 0; i < s->value.len; i++)
        h = (h ^ (uint8_t)s->value.ptr[i]) * 16777619U;
    return (h & 0x3fffffff) | 0x40000000;
}

static void put_list(struct eve *e, struct str name, struct str value)
{
    PUT(e, ",");
    put_text(e, name);
    PUT(e, ":[");
    put_text(e, value);
    PUT(e, "]");
}

void eve_alert(struct eve *e, const struct sensor_event *ev)
{
    const struct sensor_match *m = ev->match;
    char text[ADDR_TEXT_SIZE + 64];
    struct selector selector = index_hit_selector(&m->hit, text);
    line_begin(e, ev, S("alert"));
    PUT(e, ",\"alert\":{\"action\":\"allowed\",\"gid\":1,\"signature_id\":");
    put_uint(e, eve_signature_id(&selector));
    PUT(e, ",\"rev\":1,\"signature\":");
    char line[128 + INDEX_LABEL_MAX];
    int len = snprintf(line, sizeof line, "HINOMI known-bad %s in %s%s" STR_FMT,
                       selector_kind_name(selector.kind), sensor_where_text(m->where),
                       m->hit.threat.len ? ": " : "", STR_ARG(m->hit.threat));
    put_text(e, (struct str){line, (size_t)len});
    PUT(e, ",\"category\":\"Known indicator of compromise\",\"severity\":");
    put_uint(e, eve_severity(&m->hit));
    PUT(e, ",\"metadata\":{\"selector_kind\":[\"");
    put_cstr(e, selector_kind_name(selector.kind));
    PUT(e, "\"]");
    put_list(e, S("selector"), selector.value);
    put_list(e, S("where"), text_of(sensor_where_text(m->where)));
    put_list(e, S("seen"), m->seen);
    put_list(e, S("source"), m->hit.source);
    put_list(e, S("threat"), m->hit.threat);
    PUT(e, ",\"confidence\":[\"");
    put_uint(e, m->hit.confidence);
    PUT(e, "\"]");
    put_list(e, S("policy"), text_of(index_action_name(m->hit.action)));
    PUT(e, "}}");
    if (ev->app)
        PUT(e, ",\"app_proto\":"), put_text(e, text_of(app_name(ev->app)));
    PUT(e, ",\"direction\":");
    put(e, ev->from == FLOW_CLIENT ? S("\"to_server\"") : S("\"to_client\""));
    line_end(e);
}
