/* netflow_sets.c - the sets of NetFlow v9 and IPFIX: templates, options templates, data. */
#include "netflow_private.h"

enum { V9 = 9, FIRST_DATA_SET = 256, ENTERPRISE_BIT = 0x8000 };

/* A field specifier; in IPFIX its high bit says that an enterprise number follows (RFC 7011 3.2). */
static struct netflow_field specifier_read(struct rd *r, bool v9)
{
    struct netflow_field f = {.element = rd_be16(r), .len = rd_be16(r)};
    if (!v9 && (f.element & ENTERPRISE_BIT)) {
        f.element &= (uint16_t)~ENTERPRISE_BIT;
        f.enterprise = load_be32(rd_take(r, 4));
    }
    return f;
}

/* The fields of one template. False: the set ends inside it. A template of more fields than we keep, or of
 * records of no length, is read through and refused. */
static bool fields_read(struct netflow *n, struct netflow_message *m, struct rd *r,
                        const struct netflow_template *head)
{
    bool v9 = m->domain->origin.version == V9;
    struct netflow_field fields[NETFLOW_FIELDS];
    uint32_t least = 0;
    for (unsigned i = 0; i < head->fields; i++) {
        struct netflow_field f = specifier_read(r, v9);
        if (r->bad)
            return false;
        least += f.len == NETFLOW_VARIABLE ? 1 : f.len;
        if (i < NETFLOW_FIELDS)
            fields[i] = f;
    }
    if (head->fields > NETFLOW_FIELDS || least == 0 || head->number < FIRST_DATA_SET) {
        n->stats.templates_refused++;
        return true;
    }
    struct netflow_template *t = netflow_template_make(n, &m->domain->origin, head->number);
    t->fields = head->fields;
    t->scope = head->scope;
    t->options = head->options;
    t->least = least;
    memcpy(t->field, fields, head->fields * sizeof fields[0]);
    n->stats.templates++;
    return true;
}

static uint64_t templates_read(struct netflow *n, struct netflow_message *m, struct rd r,
                               bool options)
{
    bool v9 = m->domain->origin.version == V9;
    uint64_t count = 0;
    while (rd_left(&r) >= 4) {
        struct netflow_template head = {.number = rd_be16(&r), .options = options};
        uint16_t first = rd_be16(&r);
        if (head.number == 0 && first == 0)
            break; /* padding */
        count++;
        if (!v9 && first == 0) {
            netflow_template_withdraw(n, &m->domain->origin, head.number);
            continue;
        }
        head.fields = first;
        if (options && v9) { /* lengths of both parts in bytes, RFC 3954 6.1 */
            head.scope = first / 4;
            head.fields = (uint16_t)(head.scope + rd_be16(&r) / 4);
        } else if (options) {
            head.scope = rd_be16(&r);
        }
        if (r.bad || !fields_read(n, m, &r, &head)) {
            n->stats.cut++;
            break;
        }
    }
    return count;
}

/* The value of a field; RFC 7011 7 for those of variable length. H3C writes them in v9 too, where their
 * length can mean nothing else. */
static struct str value_read(struct rd *r, const struct netflow_field *f)
{
    size_t len = f->len;
    if (f->len == NETFLOW_VARIABLE) {
        len = rd_u8(r);
        if (len == UINT8_MAX)
            len = rd_be16(r);
    }
    return rd_str(r, len);
}

static void record_end(struct netflow *n, struct netflow_message *m, struct netflow_reading *g,
                       const struct netflow_template *t)
{
    if (t->options) {
        n->stats.options++;
        netflow_options_end(g, m->domain);
        return;
    }
    netflow_reading_end(g);
    if (!g->has_src || !g->has_dst) {
        n->stats.without_address++;
        return;
    }
    n->stats.records++;
    n->user.on_record(n->user.context, &g->record);
}

/* Scope fields say of what an option speaks; but for a sampler's number they carry no number of ours. */
static uint64_t data_read(struct netflow *n, struct netflow_message *m, struct rd r,
                          const struct netflow_template *t)
{
    bool v9 = m->domain->origin.version == V9;
    uint64_t count = 0;
    while (rd_left(&r) >= t->least) {
        struct netflow_reading g = {
            .message = m,
            .enterprise = n->settings.enterprise,
            .record = {.domain = m->domain->origin.domain, .direction = FLOW_DIRECTION_UNTOLD},
        };
        memcpy(g.record.exporter, m->domain->origin.exporter, sizeof g.record.exporter);
        for (unsigned i = 0; i < t->fields; i++) {
            struct str value = value_read(&r, &t->field[i]);
            if (r.bad)
                break;
            if (i >= t->scope || !v9) /* v9's scopes have numbers of their own */
                netflow_field_read(&g, &t->field[i], value);
        }
        if (r.bad) {
            n->stats.cut++;
            break;
        }
        count++;
        record_end(n, m, &g, t);
    }
    return count;
}

static uint64_t set_read(struct netflow *n, struct netflow_message *m, unsigned id, struct rd body)
{
    bool v9 = m->domain->origin.version == V9;
    unsigned data = v9 ? 0 : 2, options = v9 ? 1 : 3;
    if (id == data || id == options) {
        uint64_t count = templates_read(n, m, body, id == options);
        return v9 ? count : 0; /* IPFIX counts data records alone */
    }
    if (id < FIRST_DATA_SET)
        return 0;
    const struct netflow_template *t = netflow_template_find(n, &m->domain->origin, id);
    if (!t) {
        n->stats.sets_unknown++;
        return 0;
    }
    return data_read(n, m, body, t);
}

uint64_t netflow_sets_read(struct netflow *n, struct netflow_message *m, struct rd *r)
{
    uint64_t count = 0;
    while (rd_left(r) >= 4) {
        uint16_t id = rd_be16(r), len = rd_be16(r);
        if (len < 4) { /* zeros behind the last set are padding */
            n->stats.cut += id || len;
            break;
        }
        size_t here = rd_left(r), body = len - 4u;
        if (body > here) {
            n->stats.cut++;
            body = here;
        }
        struct str bytes = rd_str(r, body);
        count += set_read(n, m, id, rd_of(bytes.ptr, bytes.len));
    }
    return count;
}
