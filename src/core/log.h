/* log.h - what the program says about its own running; never what a person asked for (stdout).
 *
 * On a terminal a line for people, coloured; otherwise one JSON object a line ({"time","level",
 * "message"} and "name" when one is set). Goes to standard error. Text passes the error type's
 * cleaning, so that nothing quoted from input can move a cursor; past 2 KiB it loses its tail. Never
 * log secrets, payloads or content of communications.
 *
 * Any thread may log: a line is one write. The level may be changed at any time, the name before
 * threads start.
 */
#pragma once

#include "core/err.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

void log_set_level(enum log_level least); /* default LOG_INFO */
void log_set_name(const char *name);      /* shown before the message: "node centre" */
void log_line(enum log_level level, const char *format, ...) PRINTF_LIKE(2, 3);

#define log_debug(...) log_line(LOG_DEBUG, __VA_ARGS__)
#define log_info(...) log_line(LOG_INFO, __VA_ARGS__)
#define log_warn(...) log_line(LOG_WARN, __VA_ARGS__)
#define log_error(...) log_line(LOG_ERROR, __VA_ARGS__)
