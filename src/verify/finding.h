/* finding.h - what the verifier found: each thing under a code that never changes its meaning.
 *
 * Why codes: an oversight body files findings over years and in two languages. "O2-03" is the third thing that
 * check O2 of docs/oversight.md can find; a code is never used again for something else. Codes that begin
 * with N are notes: an inspector should know, but nothing is wrong.
 *
 *     struct findings found = {0};
 *     finding_add(&found, FINDING_O2_01, "seals.jsonl", 17, "%llu came, %llu are told", came, told);
 *     if (findings_faults(&found)) ...
 *     findings_drop(&found);
 *
 * Details hold numbers, names of members and cleaned text of the file, so they need no translation. Twenty
 * of a code are kept, all are counted: a hostile folder cannot fill memory. One thread at a time.
 */
#pragma once

#include "core/buf.h"
#include "core/vec.h"
#include "verify/finding_other.h"
#include "verify/finding_run.h"

#define FINDING_MAP(X)                                                                             \
    FINDING_JOURNAL(X)                                                                             \
    FINDING_BOOKS(X)                                                                               \
    FINDING_AUTHORITY(X)                                                                           \
    FINDING_FIELDS(X)                                                                              \
    FINDING_CANARY(X)                                                                              \
    FINDING_CHAIN(X)                                                                               \
    FINDING_DELETION(X)                                                                            \
    FINDING_REPORT(X)                                                                              \
    FINDING_NOTES(X)

enum finding_code {
#define X(name, en, ja) FINDING_##name,
    FINDING_MAP(X)
#undef X
        FINDING_CODES,
};

enum { FINDING_KEPT = 20, FINDING_DETAIL = 200, FINDING_ID_SIZE = 8, FINDING_FILE = 64 };

struct finding {
    enum finding_code code;
    char file[FINDING_FILE]; /* name in the folder */
    int64_t line;            /* from 1; 0: the file as a whole */
    char detail[FINDING_DETAIL];
};

struct findings {
    VEC(struct finding) kept;
    uint64_t counts[FINDING_CODES];
};

void finding_add(struct findings *f, enum finding_code code, const char *file, int64_t line,
                 const char *detail, ...) PRINTF_LIKE(5, 6);
void findings_drop(struct findings *f); /* for AUTO */
uint64_t findings_faults(const struct findings *f);

bool finding_is_note(enum finding_code code);
void finding_id(enum finding_code code, char out[FINDING_ID_SIZE]); /* "O2-03" */
const char *finding_text(enum finding_code code, bool japanese);
/* The code of an id such as "O2-03"; false when there is none. */
bool finding_named(struct str id, enum finding_code *ret);

/* A table a person reads, or one JSON object: {"sound":…,"counts":{…},"findings":[…]}. */
void findings_table(const struct findings *f, bool japanese, struct buf *out);
void findings_json(const struct findings *f, struct buf *out);
