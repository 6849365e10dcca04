/* dnp3.c - link frames with their CRCs, the transport segments in them, the fragment's headers; DNP3's row. */
#include "control_private.h"

enum {
    LINK_HEADER = 10, /* start, length, control, destination, source, CRC */
    LINK_LENGTH_MIN = 5,
    BLOCK = 16,
    LINK_PRIMARY_MAX = 4, /* the highest function of a primary station that carries user data */
    LINK_CONFIRMED = 3,
    LINK_UNCONFIRMED = 4,
    TRANSPORT_FIN = 0x80,
    TRANSPORT_FIR = 0x40,
    STREAM_MOST = 4096, /* a fragment of 2,048 bytes in its frames, and more */
};

static const struct control_code functions[] = {
    {0, INTENT_NONE, "CONFIRM"},
    {1, INTENT_READ, "READ"},
    {2, INTENT_WRITE, "WRITE"},
    {3, INTENT_CONTROL, "SELECT"},
    {4, INTENT_CONTROL, "OPERATE"},
    {5, INTENT_CONTROL, "DIRECT_OPERATE"},
    {6, INTENT_CONTROL, "DIRECT_OPERATE_NR"},
    {7, INTENT_CONTROL, "IMMED_FREEZE"},
    {8, INTENT_CONTROL, "IMMED_FREEZE_NR"},
    {9, INTENT_CONTROL, "FREEZE_CLEAR"},
    {10, INTENT_CONTROL, "FREEZE_CLEAR_NR"},
    {11, INTENT_CONTROL, "FREEZE_AT_TIME"},
    {12, INTENT_CONTROL, "FREEZE_AT_TIME_NR"},
    {13, INTENT_CONTROL, "COLD_RESTART"},
    {14, INTENT_CONTROL, "WARM_RESTART"},
    {15, INTENT_PROGRAM, "INITIALIZE_DATA"},
    {16, INTENT_PROGRAM, "INITIALIZE_APPL"},
    {17, INTENT_CONTROL, "START_APPL"},
    {18, INTENT_CONTROL, "STOP_APPL"},
    {19, INTENT_PROGRAM, "SAVE_CONFIG"},
    {20, INTENT_WRITE, "ENABLE_UNSOLICITED"},
    {21, INTENT_WRITE, "DISABLE_UNSOLICITED"},
    {22, INTENT_WRITE, "ASSIGN_CLASS"},
    {23, INTENT_READ, "DELAY_MEASURE"},
    {24, INTENT_WRITE, "RECORD_CURRENT_TIME"},
    {25, INTENT_READ, "OPEN_FILE"}, /* see dnp3_intent */
    {26, INTENT_READ, "CLOSE_FILE"},
    {27, INTENT_PROGRAM, "DELETE_FILE"},
    {28, INTENT_READ, "GET_FILE_INFO"},
    {29, INTENT_NONE, "AUTHENTICATE_FILE"},
    {30, INTENT_CONTROL, "ABORT_FILE"},
    {31, INTENT_PROGRAM, "ACTIVATE_CONFIG"},
    {32, INTENT_NONE, "AUTHENTICATE_REQ"},
    {33, INTENT_NONE, "AUTH_REQ_NO_ACK"},
    {DNP3_RESPONSE, INTENT_NONE, "RESPONSE"},
    {DNP3_UNSOLICITED, INTENT_NONE, "UNSOLICITED_RESPONSE"},
    {131, INTENT_NONE, "AUTHENTICATE_RESP"},
};
enum {
    READ = 1,
    OPEN_FILE = 25,
    FILE_GROUP = 70,
    FREEZE_FIRST = 7,
    FREEZE_LAST = 10,
    UNSOLICITED_ON = 20,
    ASSIGN = 22
};

const char *dnp3_function_name(uint8_t function)
{
    return control_code_name(functions, COUNT(functions), function);
}

/* IEEE 1815 4.2.2.6: IIN1 is the higher byte. */
const char *dnp3_indication_name(unsigned bit)
{
    static const char *const names[16] = {
        "no_func_code_support",
        "object_unknown",
        "parameter_error",
        "event_buffer_overflow",
        "already_executing",
        "config_corrupt",
        "reserved_1",
        "reserved_2",
        "all_stations",
        "class_1_events",
        "class_2_events",
        "class_3_events",
        "need_time",
        "local_control",
        "device_trouble",
        "device_restart",
    };
    return bit < COUNT(names) ? names[bit] : NULL;
}

/* Polynomial 0x3d65, reflected; complemented (IEEE 1815 9.2.4.2). */
uint16_t dnp3_crc(const uint8_t *bytes, size_t len)
{
    unsigned crc = 0;
    for (size_t i = 0; i < len; i++) {
        crc ^= bytes[i];
        for (unsigned bit = 0; bit < 8; bit++)
            crc = crc & 1 ? crc >> 1 ^ 0xa6bc : crc >> 1;
    }
    return (uint16_t)~crc;
}

/* ---- link ---- */

struct link_frame {
    uint8_t control;
    uint16_t source, destination;
    size_t data, size; /* user data; all bytes with their CRCs */
    const uint8_t *blocks;
};

static bool crc_right(const uint8_t *bytes, size_t len)
{
    return (bytes[len] | bytes[len + 1] << 8) == dnp3_crc(bytes, len);
}

/* The frame at the start; NEED_MORE when it is not all there. */
static enum dissect_result frame_read(struct str bytes, struct link_frame *ret)
{
    const uint8_t *p = (const uint8_t *)bytes.ptr;
    if ((bytes.len > 0 && p[0] != 0x05) || (bytes.len > 1 && p[1] != 0x64) ||
        (bytes.len > 2 && p[2] < LINK_LENGTH_MIN))
        return DISSECT_NOT;
    if (bytes.len < LINK_HEADER)
        return DISSECT_NEED_MORE;
    if (!crc_right(p, LINK_HEADER - 2))
        return DISSECT_NOT;
    size_t data = p[2] - (size_t)LINK_LENGTH_MIN;
    size_t blocks = (data + BLOCK - 1) / BLOCK;
    *ret = (struct link_frame){
        .control = p[3],
        .destination = (uint16_t)(p[5] << 8 | p[4]),
        .source = (uint16_t)(p[7] << 8 | p[6]),
        .data = data,
        .size = LINK_HEADER + data + 2 * blocks,
        .blocks = p + LINK_HEADER,
    };
    if (bytes.len < ret->size)
        return DISSECT_NEED_MORE;
    for (size_t at = 0, left = data; left;) {
        size_t n = left < BLOCK ? left : BLOCK;
        if (!crc_right(ret->blocks + at, n))
            return DISSECT_NOT;
        at += n + 2;
        left -= n;
    }
    return DISSECT_DONE;
}

static bool carries_data(const struct link_frame *f)
{
    unsigned function = f->control & 15;
    return (f->control & DNP3_PRI) && f->data &&
           (function == LINK_CONFIRMED || function == LINK_UNCONFIRMED);
}

/* The user data of one frame without its CRCs; `out` has room for 250 bytes. */
static size_t frame_data(const struct link_frame *f, uint8_t *out)
{
    for (size_t done = 0, at = 0; done < f->data;) {
        size_t n = f->data - done < BLOCK ? f->data - done : BLOCK;
        memcpy(out + done, f->blocks + at, n);
        done += n;
        at += n + 2;
    }
    return f->data;
}

/* ---- application ---- */

/* Bits of a point of a group and variation; 0: no data, or unknown. */
struct point_size {
    uint8_t group;
    uint8_t bits[9]; /* by variation */
};
static const struct point_size point_sizes[] = {
    {1, {0, 1, 8}},
    {2, {0, 8, 56, 24}},
    {3, {0, 2, 8}},
    {4, {0, 8, 56, 24}},
    {10, {0, 1, 8}},
    {11, {0, 8, 56}},
    {12, {0, 88, 88, 1}},
    {13, {0, 8, 56}},
    {20, {0, 40, 24, 40, 24, 32, 16, 32, 16}},
    {22, {0, 40, 24, 40, 24, 88, 72, 88, 72}},
    {23, {0, 40, 24, 40, 24, 88, 72, 88, 72}},
    {30, {0, 40, 24, 32, 16, 40, 72}},
    {31, {0, 40, 24, 88, 72, 32, 16, 40, 72}},
    {32, {0, 40, 24, 88, 72, 40, 72, 88, 120}},
    {33, {0, 40, 24, 88, 72, 40, 72, 88, 120}},
    {34, {0, 16, 32, 32}},
    {40, {0, 40, 24, 40, 72}},
    {41, {0, 40, 24, 40, 72}},
    {42, {0, 40, 24, 88, 72, 40, 72, 88, 120}},
    {43, {0, 40, 24, 88, 72, 40, 72, 88, 120}},
    {50, {0, 48, 80, 48, 88}},
    {51, {0, 48, 48}},
    {52, {0, 16, 16}},
    {80, {0, 1}},
    {102, {0, 8}},
};
enum { FROZEN_COUNTER = 21, STRING_FIRST = 110, STRING_LAST = 113 };

static unsigned point_bits(const struct dnp3_object *o)
{
    static const uint8_t frozen[] = {0, 40, 24, 40, 24, 88, 72, 88, 72, 32, 16, 32, 16};
    if (o->group == FROZEN_COUNTER)
        return o->variation < COUNT(frozen) ? frozen[o->variation] : 0;
    if (o->group >= STRING_FIRST && o->group <= STRING_LAST)
        return 8u * o->variation; /* octet strings: the variation is the length */
    for (size_t i = 0; i < COUNT(point_sizes); i++)
        if (point_sizes[i].group == o->group)
            return o->variation < COUNT(point_sizes[i].bits) ? point_sizes[i].bits[o->variation]
                                                             : 0;
    return 0;
}

static uint32_t number_read(struct rd *r, unsigned size)
{
    return size == 1 ? rd_u8(r) : size == 2 ? rd_le16(r) : rd_le32(r);
}

/* IEEE 1815 4.2.2.7.3: false for a range that no fragment can mean. */
static bool range_read(struct rd *r, struct dnp3_object *o)
{
    unsigned code = dnp3_range_code(o);
    if (code <= 5) {
        unsigned size = 1u << code % 3;
        o->start = number_read(r, size);
        o->stop = number_read(r, size);
        if (o->stop < o->start || o->stop - o->start == UINT32_MAX)
            return false;
        o->count = o->stop - o->start + 1;
    } else if (code >= 7 && code <= 9) {
        o->count = number_read(r, 1u << (code - 7));
    } else if (code == 11) {
        o->count = rd_u8(r);
    } else if (code != 6) {
        return false;
    }
    return !r->bad;
}

/* Past `count` points, each led by its own size. */
static bool sized_points_pass(struct rd *r, const struct dnp3_object *o, unsigned width)
{
    if (o->count > rd_left(r) / width)
        return false;
    for (uint32_t i = 0; i < o->count && !r->bad; i++)
        rd_pass(r, number_read(r, width));
    return !r->bad;
}

/* Requests that name points without saying anything of them. */
static bool names_only(uint8_t function)
{
    return function == READ || (function >= FREEZE_FIRST && function <= FREEZE_LAST) ||
           (function >= UNSOLICITED_ON && function <= ASSIGN);
}

static bool points_pass(struct rd *r, const struct dnp3_object *o, uint8_t function)
{
    unsigned prefix = dnp3_prefix_code(o);
    if (prefix == 7)
        return false;
    if (o->count == 0)
        return true;
    if (prefix >= 4)
        return sized_points_pass(r, o, 1u << (prefix - 4));
    size_t index = prefix ? (size_t)1 << (prefix - 1) : 0;
    unsigned bits = names_only(function) ? 0 : point_bits(o);
    if (!bits && !names_only(function) && o->variation != 0)
        return false;
    size_t bytes =
        index ? o->count * (uint64_t)(index + (bits + 7) / 8) : (o->count * (uint64_t)bits + 7) / 8;
    if (bytes > rd_left(r))
        return false;
    rd_pass(r, bytes);
    return true;
}

/* Group 70 variation 3, a file command: its mode says what the file is opened for (IEEE 1815 A.36.3). */
static bool opens_to_write(const struct dnp3_facts *d, const struct dnp3_object *o, struct rd r)
{
    enum { VARIATION = 3, BEFORE_MODE = 2 + 20, WRITES = 2, ADDS = 3, WIDTH_OF_TWO = 5 };
    if (d->function != OPEN_FILE || o->group != FILE_GROUP || o->variation != VARIATION ||
        dnp3_prefix_code(o) != WIDTH_OF_TWO)
        return false;
    rd_pass(&r, BEFORE_MODE);
    uint16_t mode = rd_le16(&r);
    return !r.bad && (mode == WRITES || mode == ADDS);
}

static void objects_read(struct dnp3_facts *d, struct rd *r)
{
    while (rd_left(r)) {
        struct dnp3_object o = {.group = rd_u8(r), .variation = rd_u8(r), .qualifier = rd_u8(r)};
        if (r->bad || d->n_objects == DNP3_OBJECTS || !range_read(r, &o))
            return;
        d->objects[d->n_objects++] = o;
        d->file_written |= opens_to_write(d, &o, *r);
        if (!points_pass(r, &o, d->function))
            return;
    }
    d->complete = true;
}

static bool fragment_read(struct dnp3_facts *d, const uint8_t *bytes, size_t len)
{
    struct rd r = rd_of(bytes, len);
    d->application_control = rd_u8(&r);
    d->function = rd_u8(&r);
    if (d->function >= DNP3_RESPONSE)
        d->indications = rd_be16(&r);
    d->fragment = !r.bad;
    if (d->fragment)
        objects_read(d, &r);
    return d->fragment;
}

static void link_told(struct dnp3_facts *d, const struct link_frame *f)
{
    d->control = f->control;
    d->source = f->source;
    d->destination = f->destination;
    if (d->frames < UINT8_MAX)
        d->frames++;
}

/* Frame after frame until the transport's last segment. A segment out of turn, or more than a fragment
 * may hold, ends the message there: what was sure stands. */
static enum dissect_result dnp3_parse(enum dissect_transport transport, struct str bytes,
                                      union dissect_facts *ret_facts, size_t *ret_used)
{
    struct dnp3_facts *d = &ret_facts->dnp3;
    uint8_t fragment[DNP3_FRAGMENT_MAX + UINT8_MAX];
    size_t held = 0, used = 0;
    bool begun = false; /* by a first segment; the middle of a fragment says nothing of it */
    memset(d, 0, sizeof *d);
    for (;;) {
        struct link_frame f;
        struct str rest = {bytes.ptr + used, bytes.len - used};
        enum dissect_result r = frame_read(rest, &f);
        bool cut = transport == DISSECT_UDP || bytes.len >= STREAM_MOST;
        if (r == DISSECT_NEED_MORE && !cut)
            return r;
        if (r != DISSECT_DONE && !d->frames)
            return DISSECT_NOT;
        if (r != DISSECT_DONE || (d->frames && !carries_data(&f)))
            break;
        if (!carries_data(&f)) {
            link_told(d, &f);
            used += f.size;
            break;
        }
        uint8_t data[UINT8_MAX];
        size_t len = frame_data(&f, data);
        if (d->frames && (data[0] & TRANSPORT_FIR))
            break;
        link_told(d, &f);
        used += f.size;
        begun |= (data[0] & TRANSPORT_FIR) != 0;
        memcpy(fragment + held, data + 1, len - 1);
        held += len - 1;
        if ((data[0] & TRANSPORT_FIN) || held > DNP3_FRAGMENT_MAX)
            break;
    }
    if (held && begun)
        (void)fragment_read(d, fragment, held);
    *ret_used = used;
    return DISSECT_DONE;
}

static enum dissect_probe dnp3_probe(enum dissect_transport transport, struct str bytes)
{
    struct link_frame f;
    switch (frame_read(bytes, &f)) {
    case DISSECT_DONE: return PROBE_YES;
    case DISSECT_NOT: return PROBE_NO;
    case DISSECT_NEED_MORE: break;
    }
    if (transport == DISSECT_UDP)
        return PROBE_NO;
    return bytes.len < LINK_HEADER ? PROBE_MAYBE : PROBE_YES; /* the header's CRC was right */
}

static bool dnp3_response(const union dissect_facts *f)
{
    const struct dnp3_facts *d = &f->dnp3;
    return d->fragment ? d->function >= DNP3_RESPONSE : !(d->control & DNP3_DIR);
}

/* File transfer reads and writes by the same functions as data: the objects tell. */
static enum dissect_intent dnp3_intent(const union dissect_facts *f)
{
    const struct dnp3_facts *d = &f->dnp3;
    enum { WRITE = 2 };
    if (!d->fragment)
        return INTENT_NONE;
    if (d->file_written ||
        (d->function == WRITE && d->n_objects && d->objects[0].group == FILE_GROUP))
        return INTENT_PROGRAM;
    return control_code_intent(functions, COUNT(functions), d->function);
}

const struct dissector dissector_dnp3 = {
    .name = "dnp3",
    .app = APP_DNP3,
    .transports = DISSECT_TCP | DISSECT_UDP,
    .ports = {20000},
    .repeats = true,
    .most = STREAM_MOST,
    .probe = dnp3_probe,
    .parse = dnp3_parse,
    .response = dnp3_response,
    .intent = dnp3_intent,
};
