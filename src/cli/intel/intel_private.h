/* intel_private.h - the three parts of hinomi intel, each with its own options and exit codes. */
#pragma once

#include "core/buf.h"
#include "core/opt.h"

#include <stdio.h>

int intel_lint(int argc, char **argv);
int intel_lookup(int argc, char **argv);
int intel_import(int argc, char **argv);

/* The width of the terminal, 0 in a pipe. */
int intel_width(void);
/* Prints what was gathered, and says whether it went out. */
bool intel_print(const struct buf *out);
