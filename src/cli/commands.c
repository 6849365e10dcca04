/* commands.c - the table of subcommands. To add one: one file, one row, one test. */
#include "cli/commands.h"

const struct command commands[] = {};
const size_t command_count = COUNT(commands);
