/* cli_node.h - hinomi node: what an organisation runs. */
#pragma once

int cli_node(int argc, char **argv); /* argv[0] is "node"; the exit status */
