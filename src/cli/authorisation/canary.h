/* canary.h - the verb `canary` of `hinomi authorisation`. */
#pragma once

int authorisation_canary(int argc,
                         char **argv); /* exit codes: 0 done or equal, 1 different, 2 failed */
