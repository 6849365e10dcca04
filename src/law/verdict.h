/* verdict.h - may this authorisation be used? Eighteen questions, each with its own answer in words.
 *
 * The questions are V01 to V18 of the law's checks. V04 carries the dated legal basis: a basis that the law
 * tables do not have, or that is not in force when the period starts, is told with the code LB01.
 * All eighteen are always asked, so that whoever drafts sees everything at once. One that cannot arise in a
 * channel is NOT APPLICABLE and says why; where something needed to answer is not at hand (no trust file, no
 * parent) the answer is FAIL: what cannot be shown does not count as shown.
 *
 * CH_OWN: V02 asks that its prefixes lie in its constituency and hold no subscribers; V05 that its owner
 * signed. CH_EXERCISE: the questions of the channel it plays, but neither the date of the basis nor the
 * commission's signatures are asked, and records live in the realm "exercise--<id>".
 *
 *     struct authorisation_report report;
 *     struct authorisation_context context = {.law = law, .trust = trust};
 *     if (!authorisation_check(&memory, auth, &context, &report))
 *         for (size_t i = 0; i < VERDICTS; i++)
 *             if (report.verdicts[i].outcome == VERDICT_FAIL)
 *                 puts(report.verdicts[i].en);
 *
 * Threads: no state.
 */
#pragma once

#include "law/authorisation.h"

enum { VERDICTS = 18 };
enum verdict_outcome { VERDICT_PASS, VERDICT_FAIL, VERDICT_NOT_APPLICABLE };

struct verdict {
    const char *id; /* "V01" */
    const char *title_en, *title_ja;
    enum verdict_outcome outcome;
    const char *en, *ja; /* one sentence each */
};

struct authorisation_context {
    const struct law *law;
    const struct trust *trust;          /* NULL: none at hand */
    const struct authorisation *parent; /* the one that a renewal follows; NULL: none at hand */
};

struct authorisation_report {
    struct verdict verdicts[VERDICTS];
    size_t failed;
};

/* True when nothing failed. */
[[nodiscard]] bool authorisation_check(struct arena *a, const struct authorisation *auth,
                                       const struct authorisation_context *c,
                                       struct authorisation_report *ret);

/* For whoever runs under it: reads, checks, and makes the first failure an error (ERR_DENIED, "V03: ..."). */
[[nodiscard]] bool authorisation_admit(struct arena *a, struct str bytes,
                                       const struct authorisation_context *c,
                                       const struct authorisation **ret, struct err *e);

const char *verdict_outcome_text(enum verdict_outcome o, bool japanese);
