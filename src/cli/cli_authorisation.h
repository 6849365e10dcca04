/* cli_authorisation.h - hinomi authorisation: draft, sign, check and show what a sensor runs under. */
#pragma once

int cli_authorisation(int argc, char **argv); /* argv[0] is "authorisation"; the exit status */
