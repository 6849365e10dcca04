/* tally.h - O9: the counts of a report to the Diet (Article 61), counted again from runs and journal.
 *
 *     {"schema":"hinomi-oversight-report-1","period":{"start":…,"end":…}?,
 *      "articles":[{"article":"17","paragraph":"1","requests":2,"approvals":1}, …],
 *      "totals":{"runs":2,"seals":…,"packets":…,"bytes":…,"matched":…,"discarded":…,"direction_unknown":…,
 *                "over_cap":…,"dropped":…,"selected":…,"records":…,"refused":…,"pseudonyms":…,"deleted":…,
 *                "restarts":…,"clock_steps":…},
 *      "journal":{"entries":…,"signatures":…,"cosignatures":…}?}
 *
 * Only runs under the Act count: own networks and exercises do not. An authorisation counts once as a request, however many runs stood on it; as an approval when the signatures
 * under its decision reach the quorum by the inspector's own trust file. Every count must be there, each must be
 * equal, and none may be there that the verifier cannot confirm.
 *
 *     AUTO(tally_drop) struct tally t = {0};
 *     tally_run(&t, &totals);                 // for each run
 *     tally_journal(&t, &ledger_totals);
 *     tally_compare(&t, path, &found, e);
 */
#pragma once

#include "verify/ledger.h"
#include "verify/run.h"

struct tally_authorisation {
    char article[16], paragraph[16], auth_id[33];
    bool lawful;
};

struct tally {
    uint64_t runs, deleted;
    struct chain_sums sums;
    VEC(struct tally_authorisation) authorisations;
    bool has_journal;
    struct ledger_totals journal;
};

void tally_drop(struct tally *t);
void tally_run(struct tally *t, const struct run_totals *run);
void tally_journal(struct tally *t, const struct ledger_totals *journal);
[[nodiscard]] bool tally_compare(const struct tally *t, const char *path, struct findings *found,
                                 struct err *e);
/* The report as the verifier would write it. */
void tally_write(const struct tally *t, struct buf *out);
