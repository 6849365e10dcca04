/* dnp3.h - DNP3 (IEEE 1815) over TCP and UDP: who orders what of which outstation, and how it stands there.
 *
 * One message is one application fragment, whatever number of link frames it took, or one link frame that
 * carries none (`fragment` false). Every CRC of it was right; a frame with a wrong one ends the reading.
 *
 * Kept: link addresses and control, application control and function, internal indications, and of each
 * object header its group, variation, qualifier and range. Never points: their values, times, file names.
 * `complete` is false where an object of unknown size stopped the walk, or DNP3_OBJECTS did.
 *
 * Source: IEEE Std 1815-2012, clauses 4 (application), 8 (transport), 9 (link), 13 (TCP, UDP).
 */
#pragma once

#include "core/str.h"

enum {
    DNP3_OBJECTS = 24,
    DNP3_FRAGMENT_MAX = 2048, /* bytes of an application fragment, IEEE 1815 4.1.1 */
    DNP3_FRAME_MAX = 292,
};

enum dnp3_control { /* bits of the link's control byte */
                    DNP3_DIR = 0x80,
                    DNP3_PRI = 0x40,
                    DNP3_FCB = 0x20,
                    DNP3_FCV = 0x10,
};

enum dnp3_application_control {
    DNP3_FIR = 0x80,
    DNP3_FIN = 0x40,
    DNP3_CON = 0x20,
    DNP3_UNS = 0x10,
};

enum { DNP3_RESPONSE = 129, DNP3_UNSOLICITED = 130 };

struct dnp3_object {
    uint8_t group, variation, qualifier;
    uint32_t start, stop, count;
};

static inline unsigned dnp3_prefix_code(const struct dnp3_object *o)
{
    return o->qualifier >> 4 & 7;
}
static inline unsigned dnp3_range_code(const struct dnp3_object *o)
{
    return o->qualifier & 15;
}

struct dnp3_facts {
    uint8_t control; /* of the last link frame: enum dnp3_control and its function code */
    uint16_t source, destination;
    uint8_t frames; /* link frames of this message; 255: or more */
    bool fragment;
    uint8_t application_control, function;
    uint16_t indications; /* IIN1 << 8 | IIN2, of a response */
    bool complete;
    bool file_written; /* a file is opened to be written or added to */
    uint8_t n_objects;
    struct dnp3_object objects[DNP3_OBJECTS];
};

const char *dnp3_function_name(uint8_t function); /* "DIRECT_OPERATE"; NULL */
/* The name of bit 0..15 of `indications`, "need_time"; NULL for a reserved one. */
const char *dnp3_indication_name(unsigned bit);
uint16_t dnp3_crc(const uint8_t *bytes, size_t len);
