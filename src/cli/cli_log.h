/* cli_log.h - hinomi log show|verify|prove|checkpoint|witness. */
#pragma once

int cli_log(int argc, char **argv); /* argv[0] is "log"; the exit status */
