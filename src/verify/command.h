/* command.h - the commands of hinomi-verify, one file each. */
#pragma once

#include "core/opt.h"
#include "verify/finding.h"

enum { VERIFY_SOUND, VERIFY_FAULTS, VERIFY_UNUSABLE }; /* exit codes */

int command_run(int argc, char **argv);
int command_journal(int argc, char **argv);
int command_proof(int argc, char **argv);
int command_report(int argc, char **argv);
int command_codes(int argc, char **argv);

struct command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *en, *ja;
};
extern const struct command commands[];
extern const size_t command_count;

/* Says on standard error what made checking impossible; VERIFY_UNUSABLE. */
int command_fail(const char *name, const struct err *e);
/* What opt_parse answered, as an exit code; *ret_done when nothing is left to do. */
int command_parsed(const char *name, enum opt_result result, const struct err *e, bool *ret_done);
/* The findings on standard output and the exit code. `head` (may be NULL) stands above them. */
int command_answer(const char *name, const struct findings *found, bool json, struct str head);
