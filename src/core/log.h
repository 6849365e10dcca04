/* log.h - what the program says about its own running; never what a person asked for (stdout).
 *
 * On a terminal a line for people, coloured; otherwise one JSON object a line ({"time","level",
 * "message"}). Goes to standard error. Text passes the error type's cleaning, so that nothing quoted
 * from input can move a cursor. Never log secrets, payloads or content of communications.
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
