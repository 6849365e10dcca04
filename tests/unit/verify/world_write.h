/* world_write.h - a planned run written to the disk and handed to the verifier. See world.h. */
#pragma once

#include "world.h"

/* --- writing it --- */

static void sign_decision(struct world *w, struct buf *out)
{
    struct str message = arena_fmt(&w->memory, "hinomi authorisation v1\ncommission\n%s\n%s\n%s",
                                   w->policy_hash, w->decided_at, "keep it small");
    buf_fmt(out,
            ",\"decision\":{\"conditions\":[\"keep it small\"],\"decided_at\":\"%s\","
            "\"policy_hash\":\"%s\",\"approved_by\":[",
            w->decided_at, w->policy_hash);
    for (size_t i = 0; i < w->member_count; i++)
        buf_fmt(out,
                "%s{\"key\":\"%s\",\"organisation\":\"%s\",\"role\":\"COMMISSION\",\"sig\":\"%s\"}",
                i ? "," : "", key_text(w, w->member_keys[i]), w->member_orgs[i],
                signature(w, w->member_keys[i], message));
    buf_put(out, S("]}"));
}

static void write_policy(struct world *w, struct buf *out)
{
    buf_fmt(out,
            "{\"schema\":\"hinomi-authorisation-1\",\"auth_id\":\"%s\",\"channel\":\"%s\","
            "\"basis\":{%s},\"direction\":\"%s\",\"period\":{\"start\":\"%s\",\"end\":\"%s\"},",
            w->auth_id, w->channel, w->basis, w->direction, w->start, w->end);
    buf_fmt(out, "\"applicant\":{\"key\":\"%s\",\"organisation\":\"%s\",\"role\":\"%s\"},",
            key_text(w, w->applicant), w->applicant_org, w->applicant_role);
    buf_fmt(out,
            "\"record_fields\":[%s],\"nonid_profile\":{\"fields\":[%s],\"key_custody\":\"SPLIT\"},",
            w->fields, w->nonid);
    buf_fmt(out,
            "\"retention\":{\"review_every_days\":30,\"selected_max_days\":90,"
            "\"unselected\":\"IMMEDIATE\"},\"selectors\":[%s],",
            w->selectors);
    buf_fmt(out,
            "\"sensors\":[{\"firmware_hash\":\"" FIRMWARE "\",\"key\":\"%s\"}],"
            "\"purpose\":\"DAMAGE_PREVENTION\"%s",
            key_text(w, &w->sensor), w->more);
}

static void write_authorisation(struct world *w)
{
    AUTO(buf_drop) struct buf policy = BUF(1 << 20);
    AUTO(buf_drop) struct buf full = BUF(1 << 20);
    char party[128] = "";
    write_policy(w, &policy);
    if (w->agreement)
        snprintf(party, sizeof party, "\"party_id\":\"grid\",\"party_key\":\"%s\"",
                 key_text(w, &w->party));
    buf_put(&full, buf_str(&policy));
    if (w->agreement)
        buf_fmt(&policy, ",\"agreement\":{%s}", party);
    buf_byte(&policy, '}');
    hex_of(canonical(w, buf_str(&policy)), w->policy_hash);
    if (w->agreement)
        buf_fmt(&full, ",\"agreement\":{%s,\"party_sig\":\"%s\"}", party,
                signature(w, w->party_signs ? w->party_signs : &w->party,
                          arena_fmt(&w->memory, "hinomi authorisation v1\nparty\n%s",
                                    w->policy_hash)));
    if (!w->no_decision)
        sign_decision(w, &full);
    if (!w->no_signature)
        buf_fmt(&full, ",\"signature\":{\"key\":\"%s\",\"sig\":\"%s\"}", key_text(w, w->applicant),
                signature(w, w->signs,
                          arena_fmt(&w->memory, "hinomi authorisation v1\n%s\n%s", w->signer_role,
                                    w->policy_hash)));
    buf_byte(&full, '}');
    w->authorisation = canonical(w, buf_str(&full));
}

static void write_records(struct world *w)
{
    int64_t start = w->seals[0].minute_us;
    for (int i = 0; i < RECORDS; i++) {
        const struct planned_record *r = &w->records[i];
        char first[TIME_TEXT_SIZE], phone[160] = "";
        time_format(start + (r->minute * 60 + r->seconds) * TIME_SECOND, first);
        if (!r->no_phone)
            snprintf(phone, sizeof phone, ",\"phone_no\":\"%s\"", r->phone);
        struct str frame =
            arena_fmt(&w->memory, "\"auth_id\":\"%s\",\"policy_hash\":\"%s\",\"sensor_id\":\"%s\"",
                      w->auth_id, w->policy_hash, key_text(w, &w->sensor));
        struct str plain = arena_fmt(
            &w->memory,
            "{%s,\"n\":%d,\"selector_id\":\"%s\",\"t_first\":\"%s\",\"t_last\":\"%s\"%s%s}",
            r->frame ? r->frame : frame.ptr, i, r->selector, first, r->t_last ? r->t_last : first,
            phone, r->extra);
        add_line(&w->record_book, canonical(w, plain));
    }
}

static struct str matched_text(struct world *w, const struct planned_seal *s)
{
    return arena_fmt(&w->memory, "{\"s-ip\":%llu,\"s-name\":%llu}", (unsigned long long)s->by_ip,
                     (unsigned long long)s->by_name);
}

static struct str plain_seal(struct world *w, const struct planned_seal *s, const char *hash,
                             const char *prev)
{
    AUTO(buf_drop) struct buf out = BUF(1 << 16);
    char minute[TIME_TEXT_SIZE];
    const struct {
        const char *name;
        uint64_t n;
    } counts[] = {{"n_in", s->n_in},
                  {"bytes_in", s->n_in * 400},
                  {"n_carried_in", s->carried_in},
                  {"n_carried_out", s->carried_out},
                  {"n_matched", s->matched},
                  {"n_discarded", s->discarded},
                  {"n_dir_unknown", s->unknown},
                  {"n_over_cap", s->over_cap},
                  {"n_lost_on_restart", s->lost},
                  {"kernel_drops", s->drops},
                  {"selected", s->selected},
                  {"n_recorded", s->recorded},
                  {"n_refused_by_field_policy", s->refused},
                  {"n_nonid", s->nonid},
                  {"residency_min_us", 10},
                  {"residency_max_us", s->residency_max},
                  {"clock_steps", s->steps},
                  {"restarts", s->restarts},
                  {"seq", s->seq}};
    buf_put(&out, S("{\"schema\":\"hinomi-seal-1\""));
    for (size_t i = 0; i < COUNT(counts); i++)
        buf_fmt(&out, ",\"%s\":%llu", counts[i].name, (unsigned long long)counts[i].n);
    buf_fmt(&out,
            ",\"auth_id\":\"%s\",\"policy_hash\":\"%s\",\"sensor\":\"%s\",\"fw_hash\":\"" FIRMWARE
            "\",\"law_hash\":\"" HASH_B "\",\"tables\":[]",
            s->auth_id ? s->auth_id : w->auth_id, s->policy ? s->policy : w->policy_hash,
            key_text(w, s->key ? s->key : &w->sensor));
    buf_fmt(
        &out,
        ",\"minute\":\"%s\",\"records_first\":%lld,\"records_last\":%lld,\"records_hash\":\"%s\"",
        time_format(s->minute_us, minute).ptr, (long long)s->first, (long long)s->last, hash);
    buf_fmt(&out, ",\"matched\":%s,\"events\":[%s],\"buffer_zeroised\":%s,\"prev\":\"%s\"}",
            matched_text(w, s).ptr, s->events, s->zeroised ? "true" : "false", prev);
    return world_text(w, buf_str(&out));
}

static void write_seals(struct world *w)
{
    char prev[65];
    memset(prev, '0', 64);
    prev[64] = '\0';
    for (int i = 0; i < MINUTES; i++) {
        AUTO(buf_drop) struct buf covered = BUF(1 << 20);
        char hash[65];
        for (int n = i * A_MINUTE; n < (i + 1) * A_MINUTE && n < RECORDS; n++)
            buf_put(&covered, w->record_book.lines[n]), buf_byte(&covered, '\n');
        hex_of(buf_str(&covered), hash);
        struct str line = self_signed(w, w->seals[i].key, "hinomi seal v1\n",
                                      plain_seal(w, &w->seals[i], hash, prev));
        add_line(&w->seal_book, line);
        hex_of(line, prev);
    }
}

/* --- deletions --- */

static const uint8_t data_keys[2][32] = {{1, 2, 3}, {4, 5, 6}}; /* k1 was destroyed, k2 is held */

static struct str sample_line(struct world *w, const char *key_id, const uint8_t key[32])
{
    AUTO(buf_drop) struct buf text = BUF(1024);
    unsigned char sealed[24 + 16 + 6] = {7};
    crypto_aead_xchacha20poly1305_ietf_encrypt(sealed + 24, NULL, (const unsigned char *)"record",
                                               6, (const unsigned char *)key_id, strlen(key_id),
                                               NULL, sealed, key);
    base64_put(&text, sealed, sizeof sealed);
    buf_byte(&text, '\0');
    return canonical(w, arena_fmt(&w->memory, "{\"key_id\":\"%s\",\"sealed\":\"%s\"}", key_id,
                                  text.ptr));
}

static struct str key_line(struct world *w, const char *key_id, const uint8_t key[32])
{
    AUTO(buf_drop) struct buf text = BUF(128);
    base64_put(&text, key, 32);
    buf_byte(&text, '\0');
    return canonical(w, arena_fmt(&w->memory, "{\"key_id\":\"%s\",\"secret\":\"%s\"}", key_id,
                                  text.ptr));
}

struct planned_deletion {
    const char *auth_id, *key_id, *method, *t;
    int first, last, count;
    const struct key_secret *key;
};

static struct str certificate(struct world *w, struct planned_deletion d)
{
    struct str plain = arena_fmt(
        &w->memory,
        "{\"schema\":\"hinomi-deletion-1\",\"auth_id\":\"%s\",\"count\":%d,\"key\":\"%s\","
        "\"key_id\":\"%s\",\"method\":\"%s\",\"range\":{\"first\":%d,\"last\":%d},\"t\":\"%s\"}",
        d.auth_id ? d.auth_id : w->auth_id, d.count, key_text(w, d.key), d.key_id, d.method,
        d.first, d.last, d.t);
    return self_signed(w, d.key, "hinomi deletion v1\n", plain);
}

static struct planned_deletion honest_deletion(const struct world *w)
{
    return (struct planned_deletion){.key_id = "k1",
                                     .method = "KEY_DESTROYED_AND_OVERWRITTEN",
                                     .t = "2028-01-15T00:00:00Z",
                                     .first = DELETED_FIRST,
                                     .last = DELETED_LAST,
                                     .count = A_MINUTE,
                                     .key = &w->nco};
}

static struct str destruction(struct world *w, int seq, const char *key_id, const char *t,
                              const struct key_secret *key)
{
    char prev[65];
    memset(prev, '0', 64);
    prev[64] = '\0';
    if (seq)
        hex_of(w->destroyed_book.lines[seq - 1], prev);
    return self_signed(w, key, "hinomi key destruction v1\n",
                       arena_fmt(&w->memory,
                                 "{\"schema\":\"hinomi-key-destruction-1\",\"auth_id\":\"%s\","
                                 "\"day\":\"2028-01-10\",\"key\":\"%s\",\"key_id\":\"%s\","
                                 "\"prev\":\"%s\",\"seq\":%d,\"t\":\"%s\"}",
                                 w->auth_id, key_text(w, key), key_id, prev, seq, t));
}

static void write_deletions(struct world *w)
{
    for (size_t i = DELETED_LAST + 1; i < w->record_book.count; i++)
        w->record_book.lines[i - A_MINUTE] = w->record_book.lines[i];
    w->record_book.count -= A_MINUTE;
    add_line(&w->deletion_book, certificate(w, honest_deletion(w)));
    add_line(&w->destroyed_book, destruction(w, 0, "k1", "2028-01-14T23:59:00Z", &w->nco));
    add_line(&w->sample_book, sample_line(w, "k1", data_keys[0]));
    add_line(&w->sample_book, sample_line(w, "k2", data_keys[1]));
    add_line(&w->key_book, key_line(w, "k2", data_keys[1]));
}

/* --- on the disk --- */

static void put_file(const char *path, struct str bytes)
{
    struct err e = {0};
    if (!file_swap(path, bytes, 0600, &e))
        fail_msg("%s", e.text);
}

static void put_book(const struct world *w, const char *name, const struct book *b)
{
    AUTO(buf_drop) struct buf out = BUF(1 << 22);
    char path[160];
    for (size_t i = 0; i < b->count; i++)
        buf_put(&out, b->lines[i]), buf_byte(&out, '\n');
    if (w->torn && b == &w->record_book)
        out.len--;
    snprintf(path, sizeof path, "%s/%s", w->dir, name);
    put_file(path, buf_str(&out));
}

static void put_trust(struct world *w)
{
    static const char *const orgs[] = {"member-a", "member-b", "member-c"};
    AUTO(buf_drop) struct buf out = BUF(1 << 16);
#define ROW                                                                                        \
    "{\"from\":\"2026-04-01T00:00:00Z\",\"key\":\"%s\",\"organisation\":\"%s\",\"role\":\"%s\"}"
    buf_put(&out, S("{\"firmware\":[\"" FIRMWARE "\"],\"keys\":["));
    for (size_t i = 0; i < MEMBERS; i++)
        buf_fmt(&out, ROW ",", key_text(w, &w->members[i]), orgs[i], "COMMISSION");
    buf_fmt(&out, ROW ",", key_text(w, &w->pm), "cabinet-office", "PM");
    buf_fmt(&out, ROW ",", key_text(w, &w->nco), "nco", "NCO");
    buf_fmt(&out, ROW ",", key_text(w, w->trust_party ? w->trust_party : &w->party), "grid",
            "PARTY");
    buf_fmt(&out, ROW "%s],\"revoked\":[%s]}", key_text(w, &w->owner), "grid", "OWNER",
            w->trust_more, w->revoked);
#undef ROW
    put_file(w->trust_path, buf_str(&out));
}

static void put_world(struct world *w)
{
    char path[160];
    snprintf(path, sizeof path, "%s/%s", w->dir, PERMIT_FILE);
    put_file(path, w->authorisation);
    put_book(w, "records.jsonl", &w->record_book);
    put_book(w, "seals.jsonl", &w->seal_book);
    put_book(w, "deletions.jsonl", &w->deletion_book);
    put_book(w, "keys-destroyed.jsonl", &w->destroyed_book);
    put_book(w, "samples.jsonl", &w->sample_book);
    put_book(w, "keys.jsonl", &w->key_book);
    put_trust(w);
}

struct tampering {
    void (*plan)(struct world *w), (*sum)(struct world *w), (*lines)(struct world *w);
};

/* Everything from the plan to the findings. */
static void run_world(struct world *w, const struct tampering *t, struct findings *found,
                      struct run_totals *ret)
{
    struct err e = {0};
    snprintf(w->dir, sizeof w->dir, "/tmp/verify-world-%d", (int)getpid());
    snprintf(w->trust_path, sizeof w->trust_path, "%s/trust.json", w->dir);
    snprintf(w->expected_path, sizeof w->expected_path, "%s/expected-records.jsonl", w->dir);
    snprintf(w->markers_path, sizeof w->markers_path, "%s/markers.txt", w->dir);
    w->memory = ARENA((size_t)64 << 20);
    w->options = (struct run_options){.dir = w->dir, .trust = w->trust_path};
    assert_true(time_parse(S("2028-01-20T00:00:00Z"), &w->options.now_us, &e));
    if (!dir_make(w->dir, 0700, &e))
        fail_msg("%s", e.text);
    plan(w);
    if (t->plan)
        t->plan(w);
    write_authorisation(w);
    write_records(w);
    if (t->sum)
        t->sum(w);
    write_seals(w);
    write_deletions(w);
    if (t->lines)
        t->lines(w);
    put_world(w);
    if (!run_check(&w->options, found, ret, &e))
        fail_msg("%s", e.text);
    arena_drop(&w->memory);
}

static int world_tidy(void **state)
{
    static const char *const names[] = {"authorisation.json",
                                        "records.jsonl",
                                        "seals.jsonl",
                                        "deletions.jsonl",
                                        "keys-destroyed.jsonl",
                                        "samples.jsonl",
                                        "keys.jsonl",
                                        "trust.json",
                                        "expected-records.jsonl",
                                        "markers.txt",
                                        ""};
    (void)state;
    for (size_t i = 0; i < COUNT(names); i++) {
        char path[160];
        snprintf(path, sizeof path, "/tmp/verify-world-%d/%s", (int)getpid(), names[i]);
        (void)remove(path);
    }
    return 0;
}
