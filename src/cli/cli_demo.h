/* cli_demo.h - `hinomi demo`: the main job, shown on one machine in half a minute. */
#pragma once

int cli_demo(int argc, char **argv);
