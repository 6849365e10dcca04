/* audit.c - one record after the other. See audit.h. */
#include "verify/audit.h"

#include "core/ascii.h"
#include "core/time.h"
#include "verify/audit_form.h"

enum { FEW = 10, MANY = 64, NIBBLES_LEAST = 6, NIBBLE_MOST = 17 };
static const double chi_most =
    90.0; /* 15 degrees of freedom: one in 10^12 columns of real pseudonyms */

void audit_open(struct audit *a, struct arena *memory, const struct permit *permit,
                const struct limits *limits, struct findings *found)
{
    *a = (struct audit){.permit = permit,
                        .limits = limits,
                        .found = found,
                        .memory = memory,
                        .fields = MAP(memory)};
}

#define FAULT(a, code, line, ...)                                                                  \
    finding_add((a)->found, FINDING_##code, RECORDS_FILE, line, __VA_ARGS__)

/* --- fields --- */

static const struct audit_field *field_of(struct audit *a, struct str name)
{
    static const struct audit_field unknown = {.form = FORM_TEXT, .most = AUDIT_TEXT_MOST};
    const struct audit_field *known = map_get(&a->fields, name);
    enum field_class class = limits_field(a->limits, name);
    if (known || class == FIELD_UNKNOWN)
        return known ? known : &unknown;
    struct audit_field *f = arena_new(a->memory, struct audit_field);
    if (!f)
        return &unknown;
    f->class = class;
    f->listed = limits_among(a->permit->record_fields, name) &&
                (class != FIELD_NONID || limits_among(a->permit->nonid_fields, name));
    audit_form_of(name, f);
    return map_put(&a->fields, name, f) ? f : &unknown;
}

/* Whether a field may stand here at all: by class first, then by the authorisation's list. */
static bool may_stand(struct audit *a, const struct audit_field *f, struct str name, int64_t line)
{
    switch (f->class) {
    case FIELD_FRAME: return true;
    case FIELD_DENY: FAULT(a, O4_02, line, STR_FMT, STR_ARG(name)); return false;
    case FIELD_NONID:
        if (!f->listed)
            FAULT(a, O4_04, line, STR_FMT, STR_ARG(name));
        return true;
    case FIELD_OWN:
        if (!a->permit->own)
            FAULT(a, O4_13, line, STR_FMT, STR_ARG(name));
        break;
    case FIELD_ALLOW: break;
    default: FAULT(a, O4_01, line, STR_FMT, STR_ARG(name)); return false;
    }
    if (!f->listed)
        FAULT(a, O4_03, line, STR_FMT, STR_ARG(name));
    return true;
}

/* --- columns of pseudonyms --- */

static struct audit_column *column_of(struct audit *a, struct str name)
{
    for (size_t i = 0; i < a->column_count; i++)
        if (str_eq(a->columns[i].name, name))
            return &a->columns[i];
    if (a->column_count == AUDIT_COLUMNS)
        return NULL;
    struct audit_column *c = &a->columns[a->column_count];
    c->values = arena_array(a->memory, uint8_t, (size_t)2 * AUDIT_VALUES * 16);
    c->name = arena_str(a->memory, name);
    if (!c->values || !c->name.ptr)
        return NULL;
    a->column_count++;
    return c;
}

/* True when the value was not there yet. Open addressing; a row of zeroes is free. */
static bool column_new(struct audit_column *c, const uint8_t value[16])
{
    static const uint8_t none[16];
    uint32_t at;
    memcpy(&at, value, sizeof at);
    for (size_t step = 0; step < (size_t)2 * AUDIT_VALUES; step++, at++) {
        uint8_t *slot = c->values + (size_t)at % ((size_t)2 * AUDIT_VALUES) * 16;
        if (memcmp(slot, value, 16) == 0)
            return false;
        if (memcmp(slot, none, 16) == 0) {
            memcpy(slot, value, 16);
            return true;
        }
    }
    return false;
}

static unsigned nibble(const uint8_t value[16], size_t i)
{
    return i % 2 ? value[i / 2] & 15U : (unsigned)value[i / 2] >> 4;
}

/* 32 random nibbles hold five different ones or fewer, or one of them eighteen times, once in 10^12 values. */
static bool looks_random(const uint8_t value[16])
{
    unsigned times[16] = {0}, different = 0, most = 0;
    for (size_t i = 0; i < AUDIT_NIBBLES; i++)
        times[nibble(value, i)]++;
    for (size_t v = 0; v < 16; v++) {
        different += times[v] != 0;
        most = times[v] > most ? times[v] : most;
    }
    return different >= NIBBLES_LEAST && most <= NIBBLE_MOST;
}

static void column_take(struct audit *a, struct str name, struct str text, int64_t line)
{
    uint8_t value[16];
    if (!audit_pseudonym(text, value))
        return;
    if (!looks_random(value))
        FAULT(a, O4_06, line, STR_FMT ": " STR_FMT, STR_ARG(name), STR_ARG(text));
    struct audit_column *c = column_of(a, name);
    if (!c || c->different == AUDIT_VALUES || !column_new(c, value))
        return;
    if (!c->different++)
        c->first_line = line;
    for (size_t i = 0; i < AUDIT_NIBBLES; i++)
        c->seen[i][nibble(value, i)]++;
}

/* No nibble the same in all values, none far from evenly spread. */
static void column_test(struct audit *a, const struct audit_column *c)
{
    double even = c->different / 16.0;
    for (size_t i = 0; i < AUDIT_NIBBLES; i++) {
        double chi = 0;
        bool same = false;
        for (size_t v = 0; v < 16; v++) {
            double off = c->seen[i][v] - even;
            chi += off * off / even;
            same |= c->seen[i][v] == c->different;
        }
        if ((c->different >= FEW && same) || (c->different >= MANY && chi > chi_most)) {
            FAULT(a, O4_06, c->first_line, STR_FMT ": digit %zu of %u pseudonyms", STR_ARG(c->name),
                  i + 1, c->different);
            return;
        }
    }
}

void audit_close(struct audit *a)
{
    for (size_t i = 0; i < a->column_count; i++)
        column_test(a, &a->columns[i]);
}

/* --- what a record stands on --- */

static bool below(struct str name, struct str domain)
{
    if (name.len < domain.len)
        return false;
    size_t start = name.len - domain.len;
    for (size_t i = 0; i < domain.len; i++)
        if (ascii_lower(name.ptr[start + i]) != ascii_lower(domain.ptr[i]))
            return false;
    return domain.len && (!start || name.ptr[start - 1] == '.');
}

/* A name is kept only where the selector was met in it; a channel of one's own may keep any. */
static void check_name(struct audit *a, const struct json *record, int64_t line)
{
    struct str name = json_text(record, S("dns_qname"));
    const struct permit_selector *s =
        permit_selector(a->permit, json_text(record, S("selector_id")));
    if (!name.ptr || a->permit->own || !s)
        return;
    if (!str_starts(s->type, S("domain")) || !below(name, s->value))
        FAULT(a, O4_10, line, STR_FMT ", " STR_FMT " " STR_FMT, STR_ARG(name), STR_ARG(s->type),
              STR_ARG(s->value));
}

static void check_authority(struct audit *a, const struct json *record, int64_t line,
                            const struct audited *about)
{
    const struct permit *p = a->permit;
    struct str policy = json_text(record, S("policy_hash")), auth = json_text(record, S("auth_id"));
    if (!str_eq(policy, (struct str){p->policy_hash, sizeof p->policy_hash}))
        FAULT(a, O3_04, line, STR_FMT, STR_ARG(policy));
    if (!str_eq(auth, p->auth_id))
        FAULT(a, O3_05, line, "auth_id " STR_FMT, STR_ARG(auth));
    const struct permit_selector *s = permit_selector(p, about->selector_id);
    if (!s && !p->own)
        FAULT(a, O3_06, line, STR_FMT, STR_ARG(about->selector_id));
    /* it met a packet between the two ends; a listed selector binds an owner too */
    if (s && (about->first_us >= s->to || about->last_us < s->from))
        FAULT(a, O3_07, line, STR_FMT, STR_ARG(about->selector_id));
    if (!p->own && (about->first_us < p->start || about->last_us >= p->end))
        FAULT(a, O3_08, line, "%s", "t_first, t_last");
}

static void check_frame(struct audit *a, const struct json *record, int64_t line)
{
    for (json_each(name, a->limits->fields[FIELD_FRAME]))
        if (!json_get(record, name->text))
            FAULT(a, O4_09, line, STR_FMT, STR_ARG(name->text));
}

static void check_member(struct audit *a, const struct json *m, int64_t line, bool *ret_more,
                         unsigned *ret_nonid)
{
    const struct audit_field *f = field_of(a, m->key);
    *ret_more |= f->class != FIELD_FRAME;
    *ret_nonid += f->class == FIELD_NONID;
    if (!may_stand(a, f, m->key, line))
        return;
    if (!audit_form_ok(f, m)) {
        if (f->class == FIELD_NONID)
            FAULT(a, O4_05, line, STR_FMT, STR_ARG(m->key)); /* the value itself is not repeated */
        else
            FAULT(a, O4_07, line, STR_FMT, STR_ARG(m->key));
    } else if (f->class == FIELD_NONID) {
        column_take(a, m->key, m->text, line);
    } else if (f->form == FORM_BYTES && (int64_t)(m->text.len / 2) > a->limits->command_bytes_max) {
        FAULT(a, O4_11, line, STR_FMT ": %zu", STR_ARG(m->key), m->text.len / 2);
    }
}

void audit_record(struct audit *a, struct arena *memory, struct str line, int64_t number,
                  struct audited *ret)
{
    struct err e = {0};
    bool more = false;
    *ret = (struct audited){0};
    const struct json *record = form_read(memory, line, &e);
    if (!record) {
        FAULT(a, O4_08, number, "%s", e.text);
        record = json_parse(memory, line, &e);
    }
    ret->readable = record && record->kind == JSON_OBJECT;
    if (!ret->readable)
        return;
    ret->has_n = json_int(record, S("n"), &ret->n) && ret->n >= 0;
    ret->selector_id = json_text(record, S("selector_id"));
    ret->sensor_id = json_text(record, S("sensor_id"));
    if (form_time(record, S("t_first"), &ret->first_us))
        ret->last_us = ret->first_us;
    (void)form_time(record, S("t_last"), &ret->last_us);
    for (json_each(m, record))
        check_member(a, m, number, &more, &ret->nonid);
    check_frame(a, record, number);
    if (!more)
        FAULT(a, O4_12, number, "%s", "");
    if (!a->permit->rules)
        return;
    check_authority(a, record, number, ret);
    check_name(a, record, number);
}
