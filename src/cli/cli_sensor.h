/* cli_sensor.h - hinomi sensor: one tap, interface or file, watched for a node. */
#pragma once

int cli_sensor(int argc, char **argv); /* argv[0] is "sensor"; the exit status */
