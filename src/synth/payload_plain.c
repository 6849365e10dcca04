/* payload_plain.c - HTTP heads, Modbus/TCP and noise. */
#include "synth/payload.h"
#include "synth/put_private.h"
#include "synth/scenario.h"

void synth_http_request(struct buf *out, struct str host, struct str path, const char *agent)
{
    buf_fmt(out,
            "GET " STR_FMT " HTTP/1.1\r\nHost: " STR_FMT "\r\nUser-Agent: %s\r\n"
            "Accept: */*\r\nCookie: session=" SYNTH_CANARY "\r\nConnection: keep-alive\r\n\r\n",
            STR_ARG(path), STR_ARG(host), agent);
}

void synth_http_reply(struct buf *out, unsigned status, uint64_t content_length)
{
    buf_fmt(out,
            "HTTP/1.1 %u %s\r\nServer: nginx\r\nContent-Type: application/octet-stream\r\n"
            "Content-Length: %llu\r\n\r\n",
            status, status == 200 ? "OK" : "Not Found", (unsigned long long)content_length);
}

enum { MODBUS_UNIT = 1, READ_HOLDING = 3, WRITE_SINGLE = 6 };

static size_t modbus_open(struct buf *out, uint16_t transaction, unsigned function)
{
    put16(out, transaction);
    put16(out, 0);
    size_t start = open_len(out, 2);
    put8(out, MODBUS_UNIT);
    put8(out, function);
    return start;
}

void synth_modbus_read(struct buf *out, uint16_t transaction, uint16_t first, uint16_t count)
{
    size_t start = modbus_open(out, transaction, READ_HOLDING);
    put16(out, first);
    put16(out, count);
    close_len(out, start, 2);
}

void synth_modbus_values(struct buf *out, uint16_t transaction, uint16_t count,
                         struct synth_random *r)
{
    size_t start = modbus_open(out, transaction, READ_HOLDING);
    put8(out, 2u * count);
    for (unsigned i = 0; i < count; i++)
        put16(out, (unsigned)synth_random_between(r, 480, 520)); /* a plant that is well */
    close_len(out, start, 2);
}

void synth_modbus_write(struct buf *out, uint16_t transaction, uint16_t at, uint16_t value)
{
    size_t start = modbus_open(out, transaction, WRITE_SINGLE);
    put16(out, at);
    put16(out, value);
    close_len(out, start, 2);
}

void synth_noise(struct buf *out, size_t len, struct synth_random *r)
{
    char *at = buf_room(out, len);
    if (!at)
        return;
    for (size_t i = 0; i < len; i++)
        at[i] = (char)(synth_random_next(r) >> 32);
    out->len += len;
}
