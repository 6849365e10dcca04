/* seal_line.c - a seal as one line of canonical JSON, signed; and read back. See seal.h. */
#include "seal_private.h"

#include "core/encode.h"
#include "core/io.h"
#include "core/jcs.h"
#include "core/jsonw.h"
#include "core/time.h"

#include <errno.h>
#include <unistd.h>

static const char *const event_names[] = {
#define X(name, text) [SEAL_EVENT_##name] = (text),
    SEAL_EVENT_MAP(X)
#undef X
};

static void put_hex(struct jsonw *w, const char *key, const uint8_t digest[SHA256_SIZE])
{
    char text[SEAL_HEX];
    hex_write(text, digest, SHA256_SIZE);
    jw_member_str(w, key, (struct str){text, sizeof text});
}

static void put_n(struct jsonw *w, const char *key, uint64_t n)
{
    jw_key(w, key), jw_uint(w, n);
}

static void put_who(struct jsonw *w, const struct seal_log *l)
{
    jw_member_cstr(w, "schema", SEAL_SCHEMA);
    jw_member_cstr(w, "sensor", l->sensor);
    jw_member_str(w, "auth_id", l->kept.policy.auth_id);
    jw_member_str(w, "policy_hash", l->kept.policy.policy_hash);
    put_hex(w, "law_hash", l->kept.law_hash);
    put_hex(w, "fw_hash", l->kept.fw_hash);
    jw_key(w, "tables"), jw_array(w);
    for (size_t i = 0; l->kept.geo && i < geo_table_count(l->kept.geo); i++) {
        const struct geo_table *t = geo_table(l->kept.geo, i);
        jw_object(w);
        put_hex(w, "sha256", t->sha256);
        jw_member_time(w, "built", t->built);
        jw_end(w);
    }
    jw_end(w);
}

static void put_packets(struct jsonw *w, const struct seal_minute *m)
{
    const struct seal_counts *n = &m->counts;
    put_n(w, "n_in", n->n_in);
    put_n(w, "bytes_in", n->bytes_in);
    put_n(w, "n_carried_in", m->carried_in);
    put_n(w, "n_carried_out", m->carried_out);
    put_n(w, "n_matched", n->n_matched);
    put_n(w, "n_discarded", n->n_discarded);
    put_n(w, "n_dir_unknown", n->n_dir_unknown);
    put_n(w, "n_over_cap", n->n_over_cap);
    put_n(w, "n_lost_on_restart", m->lost_on_restart);
    put_n(w, "kernel_drops", n->kernel_drops);
    jw_member_int(w, "residency_min_us", n->residencies ? n->residency_min_us : 0);
    jw_member_int(w, "residency_max_us", n->residencies ? n->residency_max_us : 0);
    jw_member_bool(w, "buffer_zeroised", !n->not_zeroised);
}

static void put_records(struct jsonw *w, const struct seal_log *l)
{
    const struct seal_minute *m = &l->now;
    put_n(w, "selected", m->selected);
    jw_key(w, "matched"), jw_object(w);
    for (size_t i = 0; i < l->selectors.len; i++)
        if (l->selectors.ptr[i].n)
            jw_key_str(w, l->selectors.ptr[i].id), jw_uint(w, l->selectors.ptr[i].n);
    jw_end(w);
    put_n(w, "n_recorded", m->recorded);
    put_n(w, "n_refused_by_field_policy", m->refused);
    put_n(w, "n_nonid", m->nonid);
    jw_member_int(w, "records_first", m->records_first);
    jw_member_int(w, "records_last", m->records_last);
    put_hex(w, "records_hash", m->records_hash);
}

static void put_chain(struct jsonw *w, const struct seal_minute *m)
{
    jw_member_time(w, "minute", m->minute_us);
    jw_member_int(w, "seq", m->seq);
    put_n(w, "clock_steps", m->clock_steps);
    put_n(w, "restarts", m->restarts);
    jw_key(w, "events"), jw_array(w);
    for (size_t i = 0; i < COUNT(event_names); i++)
        if (m->events & 1U << i)
            jw_str(w, (struct str){event_names[i], strlen(event_names[i])});
    jw_end(w);
    jw_member_cstr(w, "prev", m->prev);
}

static bool canonical(const struct seal_log *l, struct str sig, struct buf *out, struct err *e)
{
    AUTO(buf_drop) struct buf plain = BUF(SEAL_LINE_MAX);
    struct jsonw w = JSONW(&plain);
    jw_object(&w);
    put_who(&w, l);
    put_packets(&w, &l->now);
    put_records(&w, l);
    put_chain(&w, &l->now);
    if (sig.len)
        jw_member_str(&w, "sig", sig);
    jw_end(&w);
    return (!plain.over || err_set(e, ERR_LIMIT, "a seal of more than %d bytes", SEAL_LINE_MAX)) &&
           jcs_canonicalise(buf_str(&plain), out, e);
}

bool seal_put(struct seal_log *l, struct err *e)
{
    AUTO(buf_drop) struct buf message = BUF(SEAL_LINE_MAX);
    AUTO(buf_drop) struct buf line = BUF(SEAL_LINE_MAX);
    AUTO(buf_drop) struct buf sig = BUF(256);
    uint8_t signature[KEY_SIGNATURE_SIZE], digest[SHA256_SIZE];
    sha256_end(&l->hash, l->now.records_hash);
    buf_put(&message, S(SEAL_CONTEXT));
    if (!canonical(l, STR_NONE, &message, e))
        return false;
    key_sign_raw(l->kept.key, buf_str(&message), signature);
    base64_put(&sig, signature, sizeof signature);
    if (!canonical(l, buf_str(&sig), &line, e))
        return false;
    sha256_of(buf_str(&line), digest);
    buf_byte(&line, '\n');
    if (!fd_write_all(l->seals, buf_str(&line), e) || fsync(l->seals) != 0)
        return err_set(e, ERR_IO, "seals of %s: %s", l->kept.dir, strerror(errno));
    l->now.seq++;
    l->now.carried_in = l->now.carried_out;
    hex_write(l->now.prev, digest, sizeof digest);
    l->totals.seals++;
    return true;
}

/* --- reading one back --- */

/* The line without its signature, as it was signed. */
static bool unsigned_form(const struct json *seal, struct buf *out, struct err *e)
{
    AUTO(buf_drop) struct buf plain = BUF(SEAL_LINE_MAX);
    struct jsonw w = JSONW(&plain);
    jw_object(&w);
    for (json_each(m, seal))
        if (!str_eq(m->key, S("sig")))
            jw_key_str(&w, m->key), jw_value(&w, m);
    jw_end(&w);
    buf_put(out, S(SEAL_CONTEXT));
    return jcs_canonicalise(buf_str(&plain), out, e);
}

static bool signed_by(const struct seal_log *l, const struct json *seal, struct err *e)
{
    AUTO(buf_drop) struct buf message = BUF(SEAL_LINE_MAX);
    AUTO(buf_drop) struct buf sig = BUF(256);
    struct key_public public = key_public_of(l->kept.key);
    if (!unsigned_form(seal, &message, e))
        return false;
    if (!base64_read(json_text(seal, S("sig")), &sig) || sig.len != KEY_SIGNATURE_SIZE ||
        !key_verify_raw(&public, buf_str(&message), (const uint8_t *)sig.ptr))
        return err_set(e, ERR_CONFLICT, "the last seal is not signed by this sensor");
    return str_eq(json_text(seal, S("policy_hash")), l->kept.policy.policy_hash) ||
           err_set(e, ERR_CONFLICT, "the last seal is of another authorisation");
}

static unsigned events_of(const struct json *seal)
{
    unsigned events = 0;
    for (json_each(v, json_get(seal, S("events"))))
        for (size_t i = 0; i < COUNT(event_names); i++)
            if (str_eq(v->text, (struct str){event_names[i], strlen(event_names[i])}))
                events |= 1U << i;
    return events;
}

bool seal_read(const struct seal_log *l, struct str line, struct seal_minute *ret_minute,
               struct err *e)
{
    AUTO(arena_drop) struct arena memory = ARENA((size_t)SEAL_LINE_MAX * 8);
    const struct json *seal = json_parse(&memory, line, e);
    struct seal_minute m = {0};
    int64_t carried;
    uint8_t digest[SHA256_SIZE];
    if (!seal || !signed_by(l, seal, e))
        return err_wrap(e, "last seal");
    if (!json_int(seal, S("seq"), &m.seq) || m.seq < 0 ||
        !json_int(seal, S("n_carried_out"), &carried) || carried < 0 ||
        !json_int(seal, S("records_last"), &m.records_last) || m.records_last < -1 ||
        !time_parse(json_text(seal, S("minute")), &m.minute_us, e))
        return err_set(e, ERR_CONFLICT, "the last seal lacks a member");
    m.carried_out = (uint64_t)carried;
    m.events = events_of(seal);
    sha256_of(line, digest);
    hex_write(m.prev, digest, sizeof digest);
    *ret_minute = m;
    return true;
}
