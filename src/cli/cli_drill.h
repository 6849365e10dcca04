/* cli_drill.h - hinomi drill synth: made-up traffic, with the list of what is hidden in it. */
#pragma once

int cli_drill(int argc, char **argv); /* argv[0] is "drill"; the exit status */
