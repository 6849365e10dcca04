/* world.h - an honest run, written by the test's own hand: authorisation, trust file, records, seals, deletions.
 *
 * Nothing here comes from the law or sensor layers: a format that only its own writer can read is no format.
 * A case changes the world at one of three moments: before anything is signed (`plan`), when the seals'
 * numbers stand but are not signed (`sum`), or when all lines are written (`lines`). The first two are what an
 * insider with the keys can do, the last what anybody with the disk can.
 */
#pragma once

#include "core/encode.h"
#include "core/io.h"
#include "core/jcs.h"
#include "core/keys.h"
#include "core/time.h"
#include "tests/check.h"
#include "verify/run.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { MINUTES = 6, A_MINUTE = 8, RECORDS = 40, LINES_MOST = 128, MEMBERS = 3 };
enum {
    DELETED_FIRST = A_MINUTE,
    DELETED_LAST = 2 * A_MINUTE - 1
}; /* minute 1 is gone, by certificate */

struct book {
    struct str lines[LINES_MOST];
    size_t count;
};

struct planned_record {
    int minute, seconds;
    const char *selector, *extra; /* members, each led by a comma */
    const char *frame;            /* NULL: auth, policy and sensor as they should be */
    const char *t_last;           /* NULL: as t_first */
    bool no_phone;
    char phone[128];
};

struct planned_seal {
    uint64_t n_in, carried_in, carried_out, matched, discarded, unknown, over_cap, lost, drops;
    uint64_t selected, by_ip, by_name, recorded, refused, nonid, residency_max, steps, restarts;
    uint64_t seq;
    int64_t first, last, minute_us;
    const char *events;
    bool zeroised;
    const struct key_secret *key; /* NULL: not signed */
    const char *policy, *auth_id; /* NULL: as they should be */
};

struct world {
    struct arena memory;
    struct key_secret sensor, pm, stranger, members[MEMBERS], owner, party, nco;
    char dir[64], trust_path[96], expected_path[96], markers_path[96];

    /* the plan */
    const char *channel, *direction, *start, *end, *decided_at, *basis, *fields, *selectors, *more;
    const char *nonid, *own, *signer_role;
    const struct key_secret *applicant, *signs, *member_keys[MEMBERS + 1];
    const char *member_orgs[MEMBERS + 1], *applicant_role, *applicant_org, *trust_more, *revoked;
    size_t member_count;
    bool no_decision, no_signature, agreement;
    bool torn;                                          /* records.jsonl without its last newline */
    const struct key_secret *party_signs, *trust_party; /* NULL: the party's own */
    struct planned_record records[RECORDS];
    struct planned_seal seals[MINUTES];

    /* what was written */
    struct str authorisation, policy_text;
    char policy_hash[65], auth_id[33];
    struct book record_book, seal_book, deletion_book, destroyed_book, sample_book, key_book;
    struct run_options options;
};

static struct str world_text(struct world *w, struct str s)
{
    struct str copy = arena_str(&w->memory, s);
    assert_non_null(copy.ptr);
    return copy;
}

static struct str canonical(struct world *w, struct str plain)
{
    AUTO(buf_drop) struct buf out = BUF(1 << 20);
    struct err e = {0};
    if (!jcs_canonicalise(plain, &out, &e))
        fail_msg("%s in %.*s", e.text, STR_ARG(plain));
    return world_text(w, buf_str(&out));
}

static const char *key_text(struct world *w, const struct key_secret *key)
{
    char text[KEY_TEXT_SIZE];
    struct key_public public = key_public_of(key);
    return arena_cstr(&w->memory, key_public_format(&public, text));
}

static const char *signature(struct world *w, const struct key_secret *key, struct str message)
{
    AUTO(buf_drop) struct buf out = BUF(128);
    uint8_t sig[KEY_SIGNATURE_SIZE];
    key_sign_raw(key, message, sig);
    base64_put(&out, sig, sizeof sig);
    buf_byte(&out, '\0');
    return world_text(w, buf_str(&out)).ptr;
}

/* A plain object signed in itself: canonical without "sig", then with it. */
static struct str self_signed(struct world *w, const struct key_secret *key, const char *lead,
                              struct str plain)
{
    struct str line = canonical(w, plain);
    if (!key)
        return line;
    struct str message = arena_fmt(&w->memory, "%s" STR_FMT, lead, STR_ARG(line));
    struct str full = arena_fmt(&w->memory, STR_FMT ",\"sig\":\"%s\"}", (int)line.len - 1, line.ptr,
                                signature(w, key, message));
    return canonical(w, full);
}

static void hex_of(struct str bytes, char out[65])
{
    uint8_t digest[SHA256_SIZE];
    sha256_of(bytes, digest);
    hex_write(out, digest, sizeof digest);
    out[64] = '\0';
}

static void add_line(struct book *b, struct str line)
{
    assert_true(b->count < LINES_MOST);
    b->lines[b->count++] = line;
}

/* --- the plan of an honest run --- */

#define SELECTORS                                                                                  \
    "{\"id\":\"s-ip\",\"source_grade\":\"B2\",\"type\":\"ipv4\",\"value\":\"203.0.113.7\","        \
    "\"valid_from\":\"2028-01-01T00:00:00Z\",\"valid_to\":\"2028-05-01T00:00:00Z\","               \
    "\"why_hash\":\"" HASH_A "\"},"                                                                \
    "{\"id\":\"s-name\",\"source_grade\":\"B2\",\"type\":\"domain-below\",\"value\":\"evil."       \
    "example\","                                                                                   \
    "\"valid_from\":\"2028-01-01T00:00:00Z\",\"valid_to\":\"2028-05-01T00:00:00Z\","               \
    "\"why_hash\":\"" HASH_A "\"}"
#define HASH_A "a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4"
#define HASH_B "b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1"
#define FIRMWARE "c0ffeec0ffeec0ffeec0ffeec0ffeec0ffeec0ffeec0ffeec0ffeec0ffeec0ff"
#define FIELDS                                                                                     \
    "\"bytes\",\"command_bytes\",\"dns_qname\",\"dst_ip\",\"phone_no\",\"pkts\",\"proto\","        \
    "\"src_ip\",\"src_port\",\"t_last\",\"tls_fingerprint\""

static void plan_records(struct world *w)
{
    for (int i = 0; i < RECORDS; i++) {
        struct planned_record *r = &w->records[i];
        char seed[32], digest[65];
        hex_of((struct str){seed, (size_t)snprintf(seed, sizeof seed, "phone %d", i)}, digest);
        *r = (struct planned_record){.minute = i / A_MINUTE, .seconds = i % A_MINUTE};
        r->selector = i % 2 ? "s-name" : "s-ip";
        r->extra = i % 2 ? ",\"dns_qname\":\"c2.evil.example\",\"src_ip\":\"198.51.100.9\""
                         : ",\"bytes\":1200,\"dst_ip\":\"203.0.113.7\",\"pkts\":3,\"proto\":6";
        snprintf(r->phone, sizeof r->phone, "p1:2028-q1:%.32s", digest);
    }
}

static void plan_seals(struct world *w)
{
    struct err e = {0};
    int64_t start = 0;
    assert_true(time_parse(S("2028-01-10T00:00:00Z"), &start, &e));
    for (int i = 0; i < MINUTES; i++) {
        uint64_t kept = i < MINUTES - 1 ? A_MINUTE : 0;
        struct planned_seal *s = &w->seals[i];
        *s = (struct planned_seal){.n_in = 1000,
                                   .carried_in = i ? 5 : 0,
                                   .carried_out = i < MINUTES - 1 ? 5 : 0,
                                   .matched = kept * 3,
                                   .unknown = 7,
                                   .over_cap = 2,
                                   .selected = kept + 1,
                                   .by_ip = kept / 2 + 1,
                                   .by_name = kept / 2,
                                   .recorded = kept,
                                   .refused = 1,
                                   .nonid = kept,
                                   .residency_max = 900000,
                                   .seq = (uint64_t)i,
                                   .first = (int64_t)i * A_MINUTE,
                                   .last = (int64_t)i * A_MINUTE + (int64_t)kept - 1,
                                   .minute_us = start + (int64_t)i * 60 * TIME_SECOND,
                                   .events = i == 0             ? "\"policy_load\""
                                             : i == MINUTES - 1 ? "\"drained\",\"policy_unload\""
                                                                : "",
                                   .zeroised = true,
                                   .key = &w->sensor};
        s->discarded =
            s->n_in + s->carried_in - s->matched - s->unknown - s->over_cap - s->carried_out;
    }
}

static void plan(struct world *w)
{
    uint8_t seed[KEY_SEED_SIZE] = {0};
    struct key_secret *keys[] = {&w->sensor,     &w->pm,         &w->stranger,
                                 &w->members[0], &w->members[1], &w->members[2],
                                 &w->owner,      &w->party,      &w->nco};
    for (size_t i = 0; i < COUNT(keys); i++) {
        seed[0] = (uint8_t)(i + 1);
        key_from_seed(seed, keys[i]);
    }
    static const char *const orgs[] = {"member-a", "member-b", "member-c"};
    for (size_t i = 0; i < MEMBERS; i++) {
        w->member_keys[i] = &w->members[i];
        w->member_orgs[i] = orgs[i];
    }
    w->member_count = MEMBERS;
    w->channel = "CH_FF";
    w->direction = "FOREIGN_TO_FOREIGN";
    w->start = "2028-01-01T00:00:00Z";
    w->end = "2028-06-01T00:00:00Z";
    w->decided_at = "2027-12-20T00:00:00Z";
    w->basis = "\"act\":\"JP-42-2025\",\"article\":\"17\",\"paragraph\":\"1\","
               "\"effective_from\":\"2027-11-01T00:00:00Z\"";
    w->fields = FIELDS;
    w->nonid = "\"phone_no\"";
    w->selectors = SELECTORS;
    w->more = w->trust_more = w->revoked = "";
    w->applicant = w->signs = &w->pm;
    w->applicant_role = "PM";
    w->applicant_org = "cabinet-office";
    w->signer_role = "applicant";
    snprintf(w->auth_id, sizeof w->auth_id, "%s", "0123456789abcdef0123456789abcdef");
    plan_records(w);
    plan_seals(w);
}
