/* stix_write.c - our indicators as STIX 2.1, sections 4.7 (indicator), 5.2 (sighting) and 9 (patterns). */
#include "intel/stix_write.h"

#include "intel/pattern.h"

#include <stdio.h>

enum { PATTERN_SIZE = 4 * SELECTOR_VALUE_MAX };

/* Our own name space: v5 ids of other producers never meet ours. */
static const struct uuid space = {{0x6b, 0x1d, 0x0a, 0x52, 0x8c, 0x3e, 0x4f, 0x77, 0x9a, 0x41, 0xd2,
                                   0x5f, 0x0e, 0x93, 0x7c, 0xb8}};

static struct str typed_id(const char *type, struct str name, char out[STIX_ID_SIZE])
{
    char text[UUID_TEXT_LEN + 1];
    struct uuid id = uuid_v5(&space, name);
    uuid_format(&id, text);
    int n = snprintf(out, STIX_ID_SIZE, "%s--%s", type, text);
    return (struct str){out, (size_t)n};
}

struct str stix_indicator_id(const struct indicator *i, char out[STIX_ID_SIZE])
{
    AUTO(buf_drop) struct buf name = BUF((size_t)1 << 20);
    buf_put(&name, i->source);
    buf_fmt(&name, "\n%s\n", selector_kind_name(i->selector.kind));
    buf_put(&name, i->selector.value);
    return typed_id("indicator", buf_str(&name), out);
}

/* A string literal of the pattern language: only \' and \\ are escapes. */
static void put_literal(struct str text, struct buf *out)
{
    buf_byte(out, '\'');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\'' || text.ptr[i] == '\\')
            buf_byte(out, '\\');
        buf_byte(out, text.ptr[i]);
    }
    buf_byte(out, '\'');
}

static void put_test(const char *path, const char *op, struct str value, struct buf *out)
{
    buf_fmt(out, "%s %s ", path, op);
    put_literal(value, out);
}

/* STIX's url holds a scheme and ours does not: a pattern names both that the web knows. */
static void put_url(struct str url, struct buf *out)
{
    char text[SELECTOR_URL_MAX + 16];
    int n = snprintf(text, sizeof text, "http://" STR_FMT, STR_ARG(url));
    put_test("url:value", "=", (struct str){text, (size_t)n}, out);
    n = snprintf(text, sizeof text, "https://" STR_FMT, STR_ARG(url));
    buf_put(out, S(" OR "));
    put_test("url:value", "=", (struct str){text, (size_t)n}, out);
}

static void put_below(struct str name, struct buf *out)
{
    char text[SELECTOR_DOMAIN_MAX + 4];
    int n = snprintf(text, sizeof text, "%%." STR_FMT, STR_ARG(name));
    put_test("domain-name:value", "=", name, out);
    buf_put(out, S(" OR "));
    put_test("domain-name:value", "LIKE", (struct str){text, (size_t)n}, out);
}

void pattern_write(const struct selector *s, struct buf *out)
{
    static const char *const paths[SELECTOR_KIND_COUNT] = {
        [SELECTOR_IPV4] = "ipv4-addr:value",
        [SELECTOR_IPV6] = "ipv6-addr:value",
        [SELECTOR_PREFIX4] = "ipv4-addr:value",
        [SELECTOR_PREFIX6] = "ipv6-addr:value",
        [SELECTOR_DOMAIN] = "domain-name:value",
        [SELECTOR_JA3] = "network-traffic:extensions.'x-hinomi-tls-ext'.ja3",
        [SELECTOR_JA4] = "network-traffic:extensions.'x-hinomi-tls-ext'.ja4",
        [SELECTOR_CERT_SHA1] = "x509-certificate:hashes.'SHA-1'",
        [SELECTOR_CERT_SHA256] = "x509-certificate:hashes.'SHA-256'",
        [SELECTOR_FILE_MD5] = "file:hashes.MD5",
        [SELECTOR_FILE_SHA1] = "file:hashes.'SHA-1'",
        [SELECTOR_FILE_SHA256] = "file:hashes.'SHA-256'",
    };
    bool network = s->kind == SELECTOR_PREFIX4 || s->kind == SELECTOR_PREFIX6;
    buf_byte(out, '[');
    if (s->kind == SELECTOR_URL)
        put_url(s->value, out);
    else if (s->kind == SELECTOR_DOMAIN_BELOW)
        put_below(s->value, out);
    else if ((size_t)s->kind < COUNT(paths) && paths[s->kind])
        put_test(paths[s->kind], network ? "ISSUBSET" : "=", s->value, out);
    buf_byte(out, ']');
}

static void put_marking(struct jsonw *w, enum tlp t)
{
    struct str id = tlp_stix_id(t);
    if (!id.len)
        return;
    jw_key(w, "object_marking_refs");
    jw_array(w);
    jw_str(w, id);
    jw_end(w);
}

static void put_head(struct jsonw *w, const char *type, struct str id, struct str created_by)
{
    jw_member_cstr(w, "type", type);
    jw_member_cstr(w, "spec_version", "2.1");
    jw_member_str(w, "id", id);
    if (created_by.len)
        jw_member_str(w, "created_by_ref", created_by);
}

/* STIX demands an order of times; a feed may have given only one of them. */
static void put_times(struct jsonw *w, const struct indicator *i, int64_t now)
{
    int64_t created = i->created ? i->created : i->modified ? i->modified : now;
    int64_t from = i->valid_from ? i->valid_from : created;
    jw_member_time(w, "created", created);
    jw_member_time(w, "modified", i->modified > created ? i->modified : created);
    jw_member_time(w, "valid_from", from);
    if (i->valid_until > from)
        jw_member_time(w, "valid_until", i->valid_until);
}

static void put_technique(struct jsonw *w, struct str technique)
{
    jw_key(w, "external_references");
    jw_array(w);
    jw_object(w);
    jw_member_cstr(w, "source_name", "mitre-attack");
    jw_member_str(w, "external_id", technique);
    jw_end(w);
    jw_end(w);
}

void stix_write_indicator(struct jsonw *w, const struct indicator *i, struct str created_by,
                          int64_t now)
{
    char id[STIX_ID_SIZE];
    AUTO(buf_drop) struct buf pattern = BUF(PATTERN_SIZE);
    pattern_write(&i->selector, &pattern);
    jw_object(w);
    put_head(w, "indicator", stix_indicator_id(i, id), created_by);
    put_times(w, i, now);
    if (i->description.len)
        jw_member_str(w, "name", i->description);
    jw_member_str(w, "pattern", buf_str(&pattern));
    jw_member_cstr(w, "pattern_type", "stix");
    jw_member_cstr(w, "pattern_version", "2.1");
    if (i->label_count) {
        jw_key(w, "labels");
        jw_array(w);
        for (size_t n = 0; n < i->label_count; n++)
            jw_str(w, i->labels[n]);
        jw_end(w);
    }
    if (i->confidence >= 0)
        jw_member_int(w, "confidence", i->confidence);
    if (i->revoked)
        jw_member_bool(w, "revoked", true);
    if (i->technique.len)
        put_technique(w, i->technique);
    put_marking(w, i->tlp);
    jw_end(w);
}

void stix_write_sighting(struct jsonw *w, const struct stix_sighting *s)
{
    char id[STIX_ID_SIZE];
    jw_object(w);
    put_head(w, "sighting", typed_id("sighting", s->key, id), s->created_by);
    jw_member_time(w, "created", s->created);
    jw_member_time(w, "modified", s->created);
    jw_member_time(w, "first_seen", s->first_seen);
    jw_member_time(w, "last_seen", s->last_seen > s->first_seen ? s->last_seen : s->first_seen);
    jw_member_int(w, "count", s->count);
    jw_member_str(w, "sighting_of_ref", s->sighting_of);
    if (s->where_sighted.len) {
        jw_key(w, "where_sighted_refs");
        jw_array(w);
        jw_str(w, s->where_sighted);
        jw_end(w);
    }
    put_marking(w, s->tlp);
    jw_end(w);
}

/* The objects FIRST and OASIS publish; their content is fixed to the letter. */
void stix_write_markings(struct jsonw *w)
{
    static const char *const words[TLP_COUNT] = {[TLP_CLEAR] = "clear",
                                                 [TLP_GREEN] = "green",
                                                 [TLP_AMBER] = "amber",
                                                 [TLP_AMBER_STRICT] = "amber+strict",
                                                 [TLP_RED] = "red"};
    for (int t = TLP_CLEAR; t < TLP_COUNT; t++) {
        jw_object(w);
        put_head(w, "marking-definition", tlp_stix_id((enum tlp)t), STR_NONE);
        jw_member_cstr(w, "created", "2022-10-01T00:00:00.000Z");
        jw_member_cstr(w, "name", tlp_name((enum tlp)t));
        jw_key(w, "extensions");
        jw_object(w);
        jw_key(w, "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d");
        jw_object(w);
        jw_member_cstr(w, "extension_type", "property-extension");
        jw_member_cstr(w, "tlp_2_0", words[t]);
        jw_end(w);
        jw_end(w);
        jw_end(w);
    }
}
