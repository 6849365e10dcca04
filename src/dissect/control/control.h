/* control.h - one question for all control-room protocols: which function was it, as number and as name.
 *
 * Why: who watches for a command that a host never gave before wants to count by function, whatever the
 * protocol; and who explains a finding wants the function's name in the standard's words.
 *
 *     if (control_is(app) && intent >= INTENT_WRITE)
 *         remember(host, app, control_function(app, facts));
 *
 * Numbers of different protocols mean different things. Threads: pure functions.
 */
#pragma once

#include "dissect/dissector.h"

bool control_is(enum app app);

/* Modbus, DNP3, IEC 104 (type), S7 (function, or group << 8 | sub), CIP (service), BACnet (service; an
 * unconfirmed one plus 256), OPC UA (service). 0 where the message has none. */
uint16_t control_function(enum app app, const union dissect_facts *f);

/* NULL where it has no name. */
const char *control_function_name(enum app app, const union dissect_facts *f);
