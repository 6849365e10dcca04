/* record.c - the table of fields.h, read five times: names, classes, structs, what fills them, what writes
 * them. See record.h. */
#include "sensor/lawful/record.h"

#include "core/addr.h"
#include "core/encode.h"
#include "core/jsonw.h"
#include "core/time.h"

static const struct {
    const char *name;
    enum record_class class;
} fields[] = {
#define X(name, class, kind) [FIELD_##name] = {#name, RECORD_##class},
    RECORD_FIELDS(X)
#undef X
};

static const char *const channels[] = {
#define X(name, text, shape) [RECORD_CHANNEL_##name] = (text),
    RECORD_CHANNELS(X)
#undef X
};

#define BIT_FRAME(name) FIELD_BIT(name)
#define BIT_ALLOW(name) 0
#define BIT_NONID(name) 0
#define BIT_OWN(name) 0
#define BIT_DENY(name) 0
/* NOLINTNEXTLINE(bugprone-macro-parentheses): a term of a sum */
#define X(name, class, kind) BIT_##class(name) |
static const uint64_t frame_fields = RECORD_FIELDS(X) 0;
#undef X

#define OWN_BIT(name, class, kind) RECORD_HAS_OWN_##class(FIELD_BIT(name) |)
#define LAW_BIT(name, class, kind) RECORD_HAS_LAW_##class(FIELD_BIT(name) |)
static const uint64_t channel_fields[] = {
#define X(name, text, shape) [RECORD_CHANNEL_##name] = RECORD_FIELDS(shape##_BIT) 0,
    RECORD_CHANNELS(X)
#undef X
};

const char *record_field_name(enum record_field f)
{
    return fields[f].name;
}

enum record_class record_field_class(enum record_field f)
{
    return fields[f].class;
}

bool record_field_named(struct str name, enum record_field *ret)
{
    for (size_t i = 0; i < COUNT(fields); i++)
        if (str_eq(name, (struct str){fields[i].name, strlen(fields[i].name)})) {
            *ret = (enum record_field)i;
            return true;
        }
    return false;
}

uint64_t record_channel_fields(enum record_channel c)
{
    return channel_fields[c];
}

const char *record_channel_text(enum record_channel c)
{
    return channels[c];
}

bool record_channel_named(struct str text, enum record_channel *ret)
{
    for (size_t i = 0; i < COUNT(channels); i++)
        if (str_eq(text, (struct str){channels[i], strlen(channels[i])})) {
            *ret = (enum record_channel)i;
            return true;
        }
    return false;
}

/* --- from a source into a record --- */

struct filling {
    const struct record_policy *policy;
    enum record_field field; /* the one being filled */
    unsigned nonid;
    bool refused;
};

static void fill_TIME(struct filling *f, int64_t *to, int64_t from)
{
    (void)f;
    *to = from;
}

static void fill_UINT(struct filling *f, uint64_t *to, uint64_t from)
{
    (void)f;
    *to = from;
}

static void fill_IP(struct filling *f, struct record_ip *to, const uint8_t *from)
{
    (void)f;
    memcpy(to->bytes, from, sizeof to->bytes);
}

static void fill_TEXT(struct filling *f, struct record_text *to, struct str from)
{
    (void)f;
    to->len = (uint16_t)(from.len < RECORD_TEXT_MAX ? from.len : RECORD_TEXT_MAX);
    if (to->len)
        memcpy(to->text, from.ptr, to->len);
}

static void fill_HEX(struct filling *f, struct record_hex *to, struct str from)
{
    (void)f;
    to->len = (uint8_t)(from.len < RECORD_HEX_MAX ? from.len : RECORD_HEX_MAX);
    if (to->len)
        memcpy(to->bytes, from.ptr, to->len);
}

/* The clear value goes no further than this. */
static void fill_ID(struct filling *f, struct record_id *to, struct str from)
{
    const struct record_policy *p = f->policy;
    bool may = p->pseudonyms.make && p->nonid & UINT64_C(1) << f->field;
    size_t len =
        may ? p->pseudonyms.make(p->pseudonyms.key, fields[f->field].name, from, to->text) : 0;
    f->refused |= len == 0 || len > sizeof to->text;
    f->nonid += len != 0;
    to->len = (uint8_t)len;
}

#define FILL(name, kind)                                                                           \
    if (take & FIELD_BIT(name)) {                                                                  \
        f->field = FIELD_##name;                                                                   \
        fill_##kind(f, &r->name, s->name);                                                         \
        r->have |= FIELD_BIT(name);                                                                \
    }
#define OWN_FILL(name, class, kind) RECORD_HAS_OWN_##class(FILL(name, kind))
#define LAW_FILL(name, class, kind) RECORD_HAS_LAW_##class(FILL(name, kind))

/* --- from a record into a line --- */

static void put_key(struct buf *out, const char *name)
{
    buf_fmt(out, ",\"%s\":", name); /* the first comma becomes the brace */
}

static void put_TIME(struct buf *out, const int64_t *v)
{
    char text[TIME_TEXT_SIZE];
    time_format(*v, text);
    buf_fmt(out, "\"%s\"", text);
}

static void put_UINT(struct buf *out, const uint64_t *v)
{
    /* past 2^53 canonical JSON writes the double it becomes: never here, so that none is rounded */
    static const uint64_t most = (UINT64_C(1) << 53) - 1;
    buf_fmt(out, "%llu", (unsigned long long)(*v < most ? *v : most));
}

static void put_IP(struct buf *out, const struct record_ip *v)
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    char text[ADDR_TEXT_SIZE];
    struct addr a = memcmp(v->bytes, mapped, sizeof mapped) == 0 ? addr_of_v4(v->bytes + 12)
                                                                 : addr_of_v6(v->bytes);
    json_quote(out, addr_format(&a, text));
}

static void put_TEXT(struct buf *out, const struct record_text *v)
{
    json_quote(out, (struct str){v->text, v->len});
}

static void put_HEX(struct buf *out, const struct record_hex *v)
{
    buf_byte(out, '"');
    hex_put(out, v->bytes, v->len);
    buf_byte(out, '"');
}

static void put_ID(struct buf *out, const struct record_id *v)
{
    json_quote(out, (struct str){v->text, v->len});
}

#define PUT(name, kind)                                                                            \
    if (r->have & FIELD_BIT(name)) {                                                               \
        put_key(out, #name);                                                                       \
        put_##kind(out, &r->name);                                                                 \
    }
#define OWN_PUT(name, class, kind) RECORD_HAS_OWN_##class(PUT(name, kind))
#define LAW_PUT(name, class, kind) RECORD_HAS_LAW_##class(PUT(name, kind))

/* One function for each channel: its own struct lives and dies in it. */
#define X(channel, text, shape)                                                                    \
    static void line_##channel(struct filling *f, const struct record_source *s, uint64_t take,    \
                               struct buf *out)                                                    \
    {                                                                                              \
        struct record_##channel record = {.have = 0}, *r = &record;                                \
        RECORD_FIELDS(shape##_FILL)                                                                \
        if (!f->refused) {                                                                         \
            RECORD_FIELDS(shape##_PUT)                                                             \
        }                                                                                          \
        explicit_bzero(&record, sizeof record);                                                    \
    }
RECORD_CHANNELS(X)
#undef X

/* Fields of the source that the record may have. */
static uint64_t takes(const struct record_policy *p, const struct record_source *s)
{
    uint64_t take = s->have & channel_fields[p->channel] & (p->fields | frame_fields);
    if (s->met != RECORD_MET_QNAME && p->channel != RECORD_CHANNEL_own)
        take &= ~FIELD_BIT(dns_qname);
    return take;
}

static void (*const lines[])(struct filling *, const struct record_source *, uint64_t,
                             struct buf *) = {
#define X(name, text, shape) [RECORD_CHANNEL_##name] = line_##name,
    RECORD_CHANNELS(X)
#undef X
};

enum record_outcome record_line(const struct record_policy *p, const struct record_source *s,
                                uint64_t n, struct buf *out, unsigned *ret_nonid)
{
    struct record_source whole = *s;
    RECORD_SET(&whole, n, n);
    RECORD_SET(&whole, auth_id, p->auth_id);
    RECORD_SET(&whole, policy_hash, p->policy_hash);
    RECORD_SET(&whole, sensor_id, p->sensor_id);

    struct filling f = {.policy = p};
    uint64_t take = takes(p, &whole);
    *ret_nonid = 0;
    if ((s->met == RECORD_MET_URL_PATH && p->channel != RECORD_CHANNEL_own) ||
        !(take & ~frame_fields))
        return RECORD_REFUSED;
    size_t before = out->len;
    lines[p->channel](&f, &whole, take, out);
    if (f.refused || out->over) {
        out->len = before;
        return RECORD_REFUSED;
    }
    out->ptr[before] = '{';
    buf_put(out, S("}\n"));
    *ret_nonid = f.nonid;
    return RECORD_MADE;
}
