/* cli_admin.h - hinomi admin: making a node, and changing it through its API. */
#pragma once

int cli_admin(int argc, char **argv); /* argv[0] is "admin"; the exit status */
