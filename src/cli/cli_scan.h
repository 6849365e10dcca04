/* cli_scan.h - hinomi scan: captures against feeds, no node needed. */
#pragma once

int cli_scan(int argc, char **argv); /* argv[0] is "scan"; the exit status */
