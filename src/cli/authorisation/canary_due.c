/* canary_due.c - which records must come of a conversation: every selector is tried on everything. */
#include "canary_private.h"

#include "core/jcs.h"
#include "core/jsonw.h"
#include "core/time.h"
#include "net/packet.h"

enum { LINE_MOST = 1 << 16, TYPE_A = 1, TLS_1_2 = 0x0303 };

struct line { /* a record as it is written */
    const struct canary *c;
    struct jsonw w;
    bool more_than_frame;
};

static bool listed(const struct canary *c, const char *field)
{
    for (json_each(v, json_get(c->auth, S("record_fields"))))
        if (str_eq(v->text, (struct str){field, strlen(field)}))
            return true;
    return false;
}

/* True when the field may stand in the record; then its name is written. */
static bool field(struct line *l, const char *name)
{
    if (!listed(l->c, name))
        return false;
    l->more_than_frame = true;
    jw_key(&l->w, name);
    return true;
}

static void put_text(struct line *l, const char *name, struct str text)
{
    if (text.len && field(l, name))
        jw_str(&l->w, text);
}

static void put_number(struct line *l, const char *name, uint64_t n)
{
    if (field(l, name))
        jw_uint(&l->w, n);
}

static void put_address(struct line *l, const char *name, const uint8_t address[16])
{
    char text[ADDR_TEXT_SIZE];
    struct addr a = packet_addr(address);
    put_text(l, name, addr_format(&a, text));
}

static void put_ends(struct line *l, const struct canary_talk *t, int64_t last_us)
{
    put_address(l, "src_ip", t->from->address);
    put_address(l, "dst_ip", t->to->address);
    put_number(l, "src_port", t->from->port);
    put_number(l, "dst_port", t->to->port);
    put_number(l, "proto", t->proto);
    if (field(l, "t_last"))
        jw_time(&l->w, last_us);
}

static void put_flow(struct line *l, const struct canary_talk *t)
{
    put_number(l, "pkts", t->packets);
    put_number(l, "bytes", t->bytes);
    if (t->proto == IP_TCP)
        put_number(l, "tcp_flags_or", t->flags);
}

static void put_message(struct line *l, const struct canary_message *m, bool by_qname)
{
    if (m->qname.len) {
        if (by_qname || l->c->own_fields)
            put_text(l, "dns_qname", m->qname);
        put_number(l, "dns_rtype", TYPE_A);
    }
    if (m->ja4.len) {
        put_number(l, "tls_version", TLS_1_2);
        put_text(l, "tls_fingerprint", m->ja4);
    }
    if (!l->c->own_fields)
        return;
    put_text(l, "tls_sni", m->sni);
    put_text(l, "http_method", m->method);
    put_text(l, "http_host", m->host);
    put_text(l, "http_path", m->path);
    put_text(l, "http_user_agent", m->agent);
}

static void due(struct canary *c, const struct canary_selector *s, const struct canary_talk *t,
                const struct canary_message *m)
{
    AUTO(buf_drop) struct buf plain = BUF(LINE_MOST);
    AUTO(buf_drop) struct buf canonical = BUF(LINE_MOST);
    struct line l = {.c = c, .w = JSONW(&plain)};
    struct err e = {0};
    jw_object(&l.w);
    jw_member_str(&l.w, "auth_id", c->auth_id);
    jw_member_str(&l.w, "policy_hash", c->policy_hash);
    jw_member_str(&l.w, "selector_id", s->id);
    jw_member_str(&l.w, "sensor_id", c->sensor);
    jw_member_time(&l.w, "t_first", m ? m->at_us : t->first_us);
    put_ends(&l, t, m ? m->at_us : t->last_us);
    if (m)
        put_message(&l, m, m->qname.len != 0);
    else
        put_flow(&l, t);
    jw_end(&l.w);
    if (l.more_than_frame && jcs_canonicalise(buf_str(&plain), &canonical, &e))
        vec_push(&c->due, arena_str(c->memory, buf_str(&canonical)));
}

/* --- who is met --- */

static bool live(const struct canary_selector *s, int64_t at_us)
{
    return at_us >= s->from_us && at_us < s->to_us;
}

static const struct canary_selector *of_address(const struct canary *c, const uint8_t address[16],
                                                int64_t at_us)
{
    const struct canary_selector *best = NULL;
    struct addr a = packet_addr(address);
    for (size_t i = 0; i < c->selector_count; i++) {
        const struct canary_selector *s = &c->selectors[i];
        if (s->kind <= SELECTOR_PREFIX6 && live(s, at_us) && addr_contains(&s->prefix, &a) &&
            (!best || s->prefix.bits > best->prefix.bits))
            best = s;
    }
    return best;
}

static const struct canary_selector *of_name(const struct canary *c, struct str name, int64_t at_us)
{
    const struct canary_selector *best = NULL;
    for (size_t i = 0; i < c->selector_count && name.len; i++) {
        const struct canary_selector *s = &c->selectors[i];
        bool exact = str_eq(s->value, name);
        bool met =
            (s->kind == SELECTOR_DOMAIN && exact) ||
            (s->kind == SELECTOR_DOMAIN_BELOW &&
             (exact || (name.len > s->value.len && name.ptr[name.len - s->value.len - 1] == '.' &&
                        str_eq(str_skip(name, name.len - s->value.len), s->value))));
        if (met && live(s, at_us) &&
            (!best || s->value.len > best->value.len ||
             (s->value.len == best->value.len && s->kind == SELECTOR_DOMAIN)))
            best = s;
    }
    return best;
}

static const struct canary_selector *of_text(const struct canary *c, enum selector_kind kind,
                                             struct str text, int64_t at_us)
{
    for (size_t i = 0; i < c->selector_count && text.len; i++)
        if (c->selectors[i].kind == kind && live(&c->selectors[i], at_us) &&
            str_eq(c->selectors[i].value, text))
            return &c->selectors[i];
    return NULL;
}

static struct str url_of(const struct canary *c, const struct canary_message *m)
{
    return m->host.len ? arena_fmt(c->memory, STR_FMT STR_FMT, STR_ARG(m->host), STR_ARG(m->path))
                       : STR_NONE;
}

static void due_of_message(struct canary *c, const struct canary_talk *t,
                           const struct canary_message *m)
{
    const struct canary_selector *met[] = {
        of_name(c, m->qname, m->at_us),
        of_name(c, m->sni, m->at_us),
        of_name(c, m->host, m->at_us),
        of_text(c, SELECTOR_JA3, m->ja3, m->at_us),
        of_text(c, SELECTOR_JA4, m->ja4, m->at_us),
        c->own_fields ? of_text(c, SELECTOR_URL, url_of(c, m), m->at_us) : NULL,
    };
    for (size_t i = 0; i < COUNT(met); i++)
        if (met[i])
            due(c, met[i], t, m);
}

void canary_due(struct canary *c, const struct canary_talk *t, const struct canary_message *m)
{
    bool in_time = !c->both_times || (t->first_us >= c->start_us && t->last_us < c->end_us);
    if (!in_time || !canary_keeps(c, t->from->address, t->to->address))
        return;
    const struct canary_selector *client = of_address(c, t->from->address, t->first_us),
                                 *server = of_address(c, t->to->address, t->first_us);
    if (client)
        due(c, client, t, NULL);
    if (server)
        due(c, server, t, NULL);
    if (m)
        due_of_message(c, t, m);
}
