/* fuzz_verify_run.c - any bytes as what an inspected party hands over: an authorisation, a seal, a record, a trust file,
 * law tables. Read or refused, with findings that are whole text. */
#include "fuzz.h"
#include "verify/audit.h"
#include "verify/chain.h"

#include <stdlib.h>

/* An authorisation that the other readers can stand on. */
#define POLICY                                                                                     \
    "{\"auth_id\":\"0123456789abcdef0123456789abcdef\",\"channel\":\"CH_FF\",\"nonid_profile\":"   \
    "{\"fields\":[\"phone_no\"]},\"period\":{\"end\":\"2028-06-01T00:00:00Z\",\"start\":"          \
    "\"2028-01-01T00:00:00Z\"},\"record_fields\":[\"bytes\",\"dns_qname\",\"phone_no\"],"          \
    "\"retention\":{\"selected_max_days\":90},\"schema\":\"hinomi-authorisation-1\","              \
    "\"selectors\":[{\"id\":\"s\",\"type\":\"domain-below\",\"valid_from\":"                       \
    "\"2028-01-01T00:00:00Z\",\"valid_to\":\"2028-05-01T00:00:00Z\",\"value\":\"evil.example\"}]}"

static const struct office nobody = {.count = 0};

static void check_findings(struct findings *f)
{
    AUTO(buf_drop) struct buf out = BUF(4 << 20);
    findings_json(f, &out);
    for (size_t i = 0; i < f->kept.len; i++)
        for (const char *c = f->kept.ptr[i].detail; *c; c++)
            if ((unsigned char)*c < ' ' || *c == 0x7f)
                __builtin_trap(); /* would move a terminal's cursor */
    findings_drop(f);
}

static void run_permit(struct arena *a, struct str text, const struct limits *limits)
{
    struct findings found = {0};
    const struct permit *p;
    if (permit_read(a, text, limits, &found, &p)) {
        permit_judge(p, &nobody, limits, &found);
        (void)permit_approvals(p, &nobody);
    }
    check_findings(&found);
}

static void run_seals(struct arena *a, struct str text, const struct permit *p,
                      const struct limits *limits)
{
    struct findings found = {0};
    struct chain chain;
    struct seal seal;
    const struct chain_terms live = {.live = true};
    chain_open(&chain, p, &nobody, limits, &live, &found);
    for (int64_t n = 1; text.len; n++) {
        struct str line = str_cut(text, '\n', &text);
        if (chain_seal(&chain, a, line, n, &seal) && !seal.matched)
            __builtin_trap();
    }
    chain_close(&chain);
    check_findings(&found);
}

static void run_records(struct arena *a, struct str text, const struct permit *p,
                        const struct limits *limits)
{
    struct findings found = {0};
    struct audit audit;
    struct audited about;
    audit_open(&audit, a, p, limits, &found);
    for (int64_t n = 1; text.len; n++) {
        struct str line = str_cut(text, '\n', &text);
        audit_record(&audit, a, line, n, &about);
        if (about.has_n && about.n < 0)
            __builtin_trap();
    }
    audit_close(&audit);
    check_findings(&found);
}

/* Read once: every input is judged by the same rules. */
struct rules {
    struct arena memory;
    const struct limits *limits;
    const struct permit *permit;
};

static const struct rules *rules_of(void)
{
    static struct rules once = {.memory.limit = 64 << 20};
    struct findings found = {0};
    struct err e = {0};
    if (!once.permit && (!limits_open(&once.memory, NULL, &once.limits, &e) ||
                         !permit_read(&once.memory, S(POLICY), once.limits, &found, &once.permit)))
        abort();
    findings_drop(&found);
    return &once;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(arena_drop) struct arena a = ARENA((size_t)64 << 20);
    const struct rules *r = rules_of();
    const struct limits *limits;
    const struct office *office;
    struct err e = {0};
    if (!size)
        return 0;
    struct str text = {(const char *)data + 1, size - 1};
    switch (data[0] % 5) {
    case 0: run_permit(&a, text, r->limits); break;
    case 1: run_seals(&a, text, r->permit, r->limits); break;
    case 2: run_records(&a, text, r->permit, r->limits); break;
    case 3: (void)office_read(&a, text, &office, &e); break;
    default: (void)limits_read(&a, text, &limits, &e);
    }
    return 0;
}
