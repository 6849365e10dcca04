/* eve_detection.c - alert lines of the behaviour detectors: what was done, how sure, and every measured
 * feature beside its threshold. gid 2 tells them from selectors (gid 1). */
#include "eve_private.h"

static bool is_zero(const uint8_t address[16])
{
    static const uint8_t none[16] = {0};
    return memcmp(address, none, sizeof none) == 0;
}

/* One number a detector for ever: of its name alone. */
static uint32_t signature_of(const struct detector *row)
{
    uint32_t h = 2166136261U; /* FNV-1a */
    for (const char *c = row->name; *c; c++)
        h = (h ^ (uint8_t)*c) * 16777619U;
    return (h & 0x1fffffff) | 0x20000000;
}

static void put_thousandths(struct eve *e, double value)
{
    char text[64];
    int len = snprintf(text, sizeof text, "%.3f", value);
    put(e, (struct str){text, len > 0 && (size_t)len < sizeof text ? (size_t)len : 0});
}

static void put_features(struct eve *e, const struct detection *f)
{
    PUT(e, ",\"features\":{");
    for (size_t i = 0; i < f->feature_count; i++) {
        put(e, i ? S(",") : S(""));
        put_text(e, text_of(f->features[i].name));
        PUT(e, ":{\"value\":");
        put_thousandths(e, f->features[i].value);
        PUT(e, ",\"threshold\":");
        put_thousandths(e, f->features[i].threshold);
        PUT(e, "}");
    }
    PUT(e, "}");
}

static void put_who(struct eve *e, const struct detection *f)
{
    PUT(e, ",\"src_ip\":");
    put_address(e, f->host);
    if (!is_zero(f->peer))
        PUT(e, ",\"dest_ip\":"), put_address(e, f->peer);
    if (f->peer_port)
        put_number(e, S(",\"dest_port\":"), f->peer_port);
}

void eve_detection(struct eve *e, const struct detection *f)
{
    struct str sentence;
    AUTO(buf_drop) struct buf text = BUF(4096);
    detect_sentence(f, false, &text);
    sentence = buf_str(&text);
    line_room(e);
    PUT(e, "{\"timestamp\":");
    put_time(e, f->last_us);
    put_number(e, S(",\"flow_id\":"), eve_flow_id(e, f->flow));
    PUT(e, ",\"event_type\":\"alert\"");
    put_who(e, f);
    PUT(e, ",\"alert\":{\"action\":\"allowed\",\"gid\":2,\"signature_id\":");
    put_uint(e, signature_of(f->row));
    PUT(e, ",\"rev\":1,\"signature\":\"HINOMI behaviour ");
    put_cstr(e, f->row->name);
    PUT(e, "\",\"category\":");
    put_text(e, text_of(f->row->title_en));
    put_number(e, S(",\"severity\":"), f->score >= 0.8 ? 1 : f->score >= 0.4 ? 2 : 3);
    PUT(e, ",\"metadata\":{\"mitre_technique_id\":[");
    put_text(e, text_of(f->row->technique));
    PUT(e, "],\"mitre_technique_name\":[");
    put_text(e, text_of(f->row->technique_name));
    PUT(e, "]}},\"detection\":{\"detector\":");
    put_text(e, text_of(f->row->name));
    PUT(e, ",\"score\":");
    put_thousandths(e, f->score);
    if (f->name.len)
        PUT(e, ",\"name\":"), put_text(e, f->name);
    put_number(e, S(",\"count\":"), f->count);
    PUT(e, ",\"first\":");
    put_time(e, f->first_us);
    put_features(e, f);
    PUT(e, ",\"sentence\":");
    put_text(e, sentence);
    PUT(e, "}");
    line_end(e);
}
