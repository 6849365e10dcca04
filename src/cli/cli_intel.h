/* cli_intel.h - hinomi intel: feeds checked, asked and sent, before and beside a node. */
#pragma once

int cli_intel(int argc, char **argv); /* argv[0] is "intel"; the exit status */
