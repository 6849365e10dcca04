/* commands.h - the subcommands of hinomi, one file each. Wiring only: what they do lives below cli/. */
#pragma once

#include "core/base.h"

struct command {
    const char *name;
    int (*run)(int argc, char **argv); /* argv[0] is the subcommand's name; returns the exit code */
    const char *en, *ja;               /* one line each, for `hinomi --help` and the man page */
};

extern const struct command commands[];
extern const size_t command_count;
