/* banned.h - calls that cannot be used safely, refused by the compiler in every file of the house.
 * Included by the build (-include), so that no file can forget it. */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#undef sprintf /* clang sees glibc's fortified macros */
#undef vsprintf
#pragma GCC poison strcpy strcat sprintf vsprintf atoi atol atof strtok gets strncpy strncat
