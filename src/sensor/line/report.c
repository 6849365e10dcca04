/* report.c - one detection as one STIX 2.1 bundle. See report.h, and docs/formats/findings.md.
 *
 * Sections of STIX 2.1: 2.9 identifiers, 4.2 attack-pattern, 4.5 identity, 4.14 observed-data, 5.2
 * sighting, 6.4 domain-name, 6.6 and 6.7 addresses, 6.12 network-traffic, 7.3 extensions.
 */
#include "sensor/report.h"

#include "core/jsonw.h"
#include "net/packet.h"
#include "sensor/line/keeping_private.h"

#include <math.h>

enum { ID_SIZE = 80, NAME_ROOM = 1024, SENTENCE_MAX = 1024, COUNT_MAX = 999999999 };

/* Of observables, by section 2.9: everybody makes the same id of the same address. */
static const struct uuid observables = {{0x00, 0xab, 0xed, 0xb4, 0xaa, 0x42, 0x46, 0x6c, 0x9c, 0x01,
                                         0xfe, 0xd2, 0x33, 0x15, 0xa9, 0xb7}};
/* Of techniques: all sensors of this house make the same id of the same one. */
static const struct uuid techniques = {{0xbd, 0xae, 0x0e, 0x8e, 0xc7, 0x05, 0x45, 0x12, 0xb6, 0x74,
                                        0x39, 0x8f, 0xa9, 0x48, 0xfd, 0x93}};
static const char extension_id[] = "extension-definition--ad31efb0-fec8-46ed-93a6-5fbd0dfdd4c5";
static const char amber_strict[] = "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003";
/* When the words for identities and techniques were written: the same in each bundle, as they are. */
static const char written[] = "2026-11-24T00:00:00.000Z";

struct report {
    struct uuid sensor;
    struct buf record; /* the one being written */
    struct keeping *keeping;
};

struct ids {
    char identity[ID_SIZE], technique[ID_SIZE], host[ID_SIZE], peer[ID_SIZE], name[ID_SIZE],
        traffic[ID_SIZE], observed[ID_SIZE], sighting[ID_SIZE], bundle[ID_SIZE];
    /* empty: there is none. A UUID is one object's alone, so each of our own has its own name. */
};

static void id_of(const char *type, const struct uuid *space, struct str name, char out[ID_SIZE])
{
    char text[UUID_TEXT_LEN + 1];
    struct uuid u = uuid_v5(space, name);
    uuid_format(&u, text);
    snprintf(out, ID_SIZE, "%s--%s", type, text);
}

/* ---- who and what ---- */

/* A detection's host called its peer, was called by it, or gets answers it never asked for. */
enum way { CALLS, CALLED, ANSWERED };

static enum way way_of(const struct detection *d)
{
    static const struct {
        struct str detector;
        enum way way;
    } ways[] = {{S_("new_service"), CALLED}, {S_("flood"), CALLED}, {S_("reflection"), ANSWERED}};
    struct str name = {d->row->name, strlen(d->row->name)};
    for (size_t i = 0; i < COUNT(ways); i++)
        if (str_eq(ways[i].detector, name))
            return ways[i].way;
    return CALLS;
}

static bool has_peer(const struct detection *d)
{
    static const uint8_t none[16] = {0};
    return memcmp(d->peer, none, sizeof none) != 0 && memcmp(d->peer, d->host, sizeof d->host) != 0;
}

static bool has_port(const struct detection *d)
{
    return d->peer_port && (d->proto == IP_TCP || d->proto == IP_UDP);
}

/* What a detector names may be a tool or a service: only what reads as a host name is one. */
static bool is_domain(struct str name)
{
    bool dot = false, letter = false;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool alpha = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!alpha && !(c >= '0' && c <= '9') && c != '-' && c != '_' && c != '.')
            return false;
        dot = dot || (c == '.' && i > 0 && i + 1 < name.len);
        letter = c == '.' ? false : letter || alpha; /* of the last label */
    }
    return dot && letter && name.len < 254;
}

static void put_address(struct jsonw *w, const char *key, const uint8_t address[16])
{
    char text[ADDR_TEXT_SIZE];
    struct addr a = packet_addr(address);
    jw_member_str(w, key, addr_format(&a, text));
}

/* It came from the wire: whatever a terminal could act on is left out. */
static void put_name(struct jsonw *w, const char *key, struct str name)
{
    char clean[DETECT_NAME_MOST];
    size_t len = name.len < sizeof clean ? name.len : sizeof clean;
    for (size_t i = 0; i < len; i++) {
        char c = name.ptr[i];
        clean[i] = '?';
        if (c > ' ' && c < 0x7f)
            clean[i] = c;
    }
    jw_member_str(w, key, (struct str){clean, len});
}

/* ---- observables: the id is of their contributing members as RFC 8785 writes them ---- */

static void put_protocols(struct jsonw *w, const struct detection *d)
{
    const char *upper = d->proto == IP_TCP     ? "tcp"
                        : d->proto == IP_UDP   ? "udp"
                        : d->proto == IP_ICMP  ? "icmp"
                        : d->proto == IP_ICMP6 ? "icmp6"
                        : d->proto == IP_SCTP  ? "sctp"
                                               : NULL;
    jw_key(w, "protocols"), jw_array(w);
    jw_str(w, packet_addr(d->host).v6 ? S("ipv6") : S("ipv4"));
    if (upper)
        jw_str(w, (struct str){upper, strlen(upper)});
    jw_end(w);
}

static void put_traffic(struct jsonw *w, const struct detection *d, const struct ids *ids)
{
    enum way way = way_of(d);
    if (has_port(d) && way != ANSWERED)
        jw_member_int(w, "dst_port", d->peer_port);
    jw_member_cstr(w, "dst_ref", way == CALLS ? ids->peer : ids->host);
    if (d->last_us > d->first_us)
        jw_member_time(w, "end", d->last_us);
    put_protocols(w, d);
    if (has_port(d) && way == ANSWERED)
        jw_member_int(w, "src_port", d->peer_port);
    jw_member_cstr(w, "src_ref", way == CALLS ? ids->host : ids->peer);
    jw_member_time(w, "start", d->first_us);
}

static void address_id(const uint8_t address[16], char out[ID_SIZE])
{
    AUTO(buf_drop) struct buf name = BUF(NAME_ROOM);
    struct jsonw w = JSONW(&name);
    jw_object(&w);
    put_address(&w, "value", address);
    jw_end(&w);
    id_of(packet_addr(address).v6 ? "ipv6-addr" : "ipv4-addr", &observables, buf_str(&name), out);
}

static struct ids ids_of(const struct detection *d, const struct uuid *sensor)
{
    struct ids ids = {0};
    char text[UUID_TEXT_LEN + 1];
    AUTO(buf_drop) struct buf name = BUF(NAME_ROOM);
    struct jsonw w = JSONW(&name);
    uuid_format(sensor, text);
    snprintf(ids.identity, ID_SIZE, "identity--%s", text);
    id_of("attack-pattern", &techniques, (struct str){d->row->technique, strlen(d->row->technique)},
          ids.technique);
    address_id(d->host, ids.host);
    if (is_domain(d->name)) {
        jw_object(&w), put_name(&w, "value", d->name), jw_end(&w);
        id_of("domain-name", &observables, buf_str(&name), ids.name);
    }
    if (has_peer(d)) {
        address_id(d->peer, ids.peer);
        buf_clear(&name);
        w = JSONW(&name);
        jw_object(&w), put_traffic(&w, d, &ids), jw_end(&w);
        id_of("network-traffic", &observables, buf_str(&name), ids.traffic);
    }
    static const char *const types[] = {"sighting", "observed-data", "bundle"};
    char *const outs[] = {ids.sighting, ids.observed, ids.bundle};
    for (size_t i = 0; i < COUNT(types); i++) {
        buf_clear(&name);
        buf_fmt(&name, "%s %s %s %s %lld %llu", types[i], d->row->name, ids.host, ids.peer,
                (long long)d->first_us, (unsigned long long)d->flow);
        id_of(types[i], sensor, buf_str(&name), outs[i]);
    }
    return ids;
}

static void begin(struct jsonw *w, const char *type, const char *id)
{
    jw_object(w);
    jw_member_cstr(w, "type", type);
    jw_member_cstr(w, "spec_version", "2.1");
    jw_member_cstr(w, "id", id);
}

static void put_refs(struct jsonw *w, const char *key, const char *const *refs, size_t count)
{
    jw_key(w, key), jw_array(w);
    for (size_t i = 0; i < count; i++)
        if (refs[i][0])
            jw_str(w, (struct str){refs[i], strlen(refs[i])});
    jw_end(w);
}

static void put_observables(struct jsonw *w, const struct detection *d, const struct ids *ids)
{
    begin(w, packet_addr(d->host).v6 ? "ipv6-addr" : "ipv4-addr", ids->host);
    put_address(w, "value", d->host);
    jw_end(w);
    if (ids->peer[0]) {
        begin(w, packet_addr(d->peer).v6 ? "ipv6-addr" : "ipv4-addr", ids->peer);
        put_address(w, "value", d->peer);
        jw_end(w);
        begin(w, "network-traffic", ids->traffic);
        put_traffic(w, d, ids);
        jw_end(w);
    }
    if (ids->name[0]) {
        begin(w, "domain-name", ids->name);
        put_name(w, "value", d->name);
        jw_end(w);
    }
}

/* ---- the other objects ---- */

static void put_technique(struct jsonw *w, const struct detection *d, const struct ids *ids)
{
    begin(w, "attack-pattern", ids->technique);
    jw_member_cstr(w, "created", written);
    jw_member_cstr(w, "modified", written);
    jw_member_cstr(w, "name", d->row->technique_name);
    jw_key(w, "external_references"), jw_array(w), jw_object(w);
    jw_member_cstr(w, "source_name", "mitre-attack");
    jw_member_cstr(w, "external_id", d->row->technique);
    jw_end(w), jw_end(w), jw_end(w);
}

static void put_identity(struct jsonw *w, const struct ids *ids)
{
    begin(w, "identity", ids->identity);
    jw_member_cstr(w, "created", written);
    jw_member_cstr(w, "modified", written);
    jw_member_cstr(w, "name", "Hinomi sensor");
    jw_member_cstr(w, "identity_class", "system");
    jw_end(w);
}

/* By whom and when, to the millisecond (3.2): packet time, since no clock is asked. */
static void put_made(struct jsonw *w, const struct detection *d, const struct ids *ids)
{
    char text[TIME_TEXT_SIZE];
    enum { TO_MILLISECONDS = sizeof "2026-11-24T05:31:43.000" - 1 };
    time_format(d->last_us, text);
    text[TO_MILLISECONDS] = 'Z';
    jw_member_cstr(w, "created_by_ref", ids->identity);
    jw_member_str(w, "created", (struct str){text, TO_MILLISECONDS + 1});
    jw_member_str(w, "modified", (struct str){text, TO_MILLISECONDS + 1});
}

static int64_t count_of(const struct detection *d)
{
    return d->count < 1 ? 1 : d->count > COUNT_MAX ? COUNT_MAX : (int64_t)d->count;
}

static void put_observed(struct jsonw *w, const struct detection *d, const struct ids *ids)
{
    const char *const refs[] = {ids->host, ids->peer, ids->traffic, ids->name};
    const char *const marks[] = {amber_strict};
    begin(w, "observed-data", ids->observed);
    put_made(w, d, ids);
    jw_member_time(w, "first_observed", d->first_us);
    jw_member_time(w, "last_observed", d->last_us > d->first_us ? d->last_us : d->first_us);
    jw_member_int(w, "number_observed", count_of(d));
    put_refs(w, "object_refs", refs, COUNT(refs));
    put_refs(w, "object_marking_refs", marks, COUNT(marks));
    jw_end(w);
}

/* JSON has no infinity, and no reader needs one. */
static void put_thousandths(struct jsonw *w, const char *key, double value)
{
    const double most = 1e12; /* so far a double holds thousandths */
    jw_key(w, key);
    jw_double(w, round(fmax(fmin(value, most), -most) * 1000) / 1000);
}

static void put_sentence(struct jsonw *w, const struct detection *d, bool japanese)
{
    AUTO(buf_drop) struct buf text = BUF(SENTENCE_MAX);
    detect_sentence(d, japanese, &text);
    jw_member_str(w, japanese ? "sentence_ja" : "sentence_en", buf_str(&text));
}

static void put_extension(struct jsonw *w, const struct detection *d, const struct ids *ids)
{
    jw_key(w, "extensions"), jw_object(w);
    jw_key(w, extension_id), jw_object(w);
    jw_member_cstr(w, "extension_type", "property-extension");
    jw_key(w, "x_hinomi_detection"), jw_object(w);
    jw_member_cstr(w, "detector", d->row->name);
    put_thousandths(w, "score", d->score);
    jw_member_cstr(w, "host_ref", ids->host);
    if (ids->peer[0])
        jw_member_cstr(w, "peer_ref", ids->peer);
    jw_member_int(w, "protocol", d->proto);
    if (has_port(d))
        jw_member_int(w, "port", d->peer_port);
    if (d->name.len)
        put_name(w, "name", d->name);
    jw_key(w, "features"), jw_array(w);
    for (size_t i = 0; i < d->feature_count; i++) {
        jw_object(w);
        jw_member_cstr(w, "name", d->features[i].name);
        put_thousandths(w, "value", d->features[i].value);
        put_thousandths(w, "threshold", d->features[i].threshold);
        jw_end(w);
    }
    jw_end(w);
    put_sentence(w, d, false);
    put_sentence(w, d, true);
    jw_end(w), jw_end(w), jw_end(w);
}

static void put_sighting(struct jsonw *w, const struct detection *d, const struct ids *ids)
{
    const char *const observed[] = {ids->observed}, *const where[] = {ids->identity},
                      *const marks[] = {amber_strict};
    begin(w, "sighting", ids->sighting);
    put_made(w, d, ids);
    jw_member_time(w, "first_seen", d->first_us);
    jw_member_time(w, "last_seen", d->last_us > d->first_us ? d->last_us : d->first_us);
    jw_member_int(w, "count", count_of(d));
    jw_member_cstr(w, "sighting_of_ref", ids->technique);
    put_refs(w, "observed_data_refs", observed, COUNT(observed));
    put_refs(w, "where_sighted_refs", where, COUNT(where));
    put_refs(w, "object_marking_refs", marks, COUNT(marks));
    put_extension(w, d, ids);
    jw_end(w);
}

void report_bundle(const struct detection *d, const struct uuid *sensor, struct buf *out)
{
    struct ids ids = ids_of(d, sensor);
    struct jsonw w = JSONW(out);
    jw_object(&w);
    jw_member_cstr(&w, "type", "bundle");
    jw_member_cstr(&w, "id", ids.bundle);
    jw_key(&w, "objects"), jw_array(&w);
    put_identity(&w, &ids);
    put_technique(&w, d, &ids);
    put_observables(&w, d, &ids);
    put_observed(&w, d, &ids);
    put_sighting(&w, d, &ids);
    jw_end(&w), jw_end(&w);
}

/* ---- keeping ---- */

void report_add(struct report *r, const struct detection *d)
{
    buf_clear(&r->record);
    buf_put(&r->record, S("{\"finding\":"));
    report_bundle(d, &r->sensor, &r->record);
    buf_put(&r->record, S("}"));
    keeping_put(r->keeping, &r->record);
}

void report_flush(struct report *r)
{
    keeping_wait(r->keeping);
}

struct report_stats report_stats(struct report *r)
{
    struct keeping_stats k = keeping_stats(r->keeping);
    return (struct report_stats){.records = k.records, .dropped = k.dropped, .unkept = k.unkept};
}

bool report_new(const struct keeper *keeper, const struct uuid *sensor, struct report **ret,
                struct err *e)
{
    AUTO(report_drop) struct report *r = calloc(1, sizeof *r);
    if (!r)
        abort();
    r->sensor = *sensor;
    r->record = BUF(REPORT_RECORD_MAX);
    if (!keeping_new(keeper, "findings", REPORT_HELD, &r->keeping, e))
        return false;
    *ret = TAKE(r);
    return true;
}

void report_drop(struct report **report)
{
    struct report *r = *report;
    if (!r)
        return;
    keeping_drop(&r->keeping);
    buf_drop(&r->record);
    free(r);
    *report = NULL;
}
