/* uuid.c - RFC 9562 sections 5.4, 5.5, 5.7 and 6.2. See uuid.h. */
#include "core/uuid.h"

#include "core/digest.h"
#include "core/encode.h"
#include "core/keys.h"

#include <nettle/sha1.h>
#include <stdatomic.h>

static void set_version(struct uuid *u, unsigned version)
{
    u->bytes[6] = (uint8_t)((u->bytes[6] & 0x0f) | version << 4);
    u->bytes[8] = (uint8_t)((u->bytes[8] & 0x3f) | 0x80);
}

struct uuid uuid_v4(void)
{
    struct uuid u;
    random_bytes(u.bytes, sizeof u.bytes);
    set_version(&u, 4);
    return u;
}

struct uuid uuid_v5(const struct uuid *space, struct str name)
{
    struct sha1_ctx h;
    sha1_init(&h);
    sha1_update(&h, sizeof space->bytes, space->bytes);
    if (name.len)
        sha1_update(&h, name.len, (const uint8_t *)name.ptr);
    struct uuid u;
    sha1_digest(&h, sizeof u.bytes, u.bytes); /* its first 16 bytes */
    set_version(&u, 5);
    return u;
}

/* Milliseconds and, below them, twelve bits that count up (RFC 9562 6.2, method 1): the one value
 * of the process that is kept, since "rises within a process" has no smaller home. */
static uint64_t next_tick(uint64_t ms)
{
    static _Atomic uint64_t last;
    uint64_t before = atomic_load(&last), tick;
    do {
        tick = ms << 12;
        if (tick <= before)
            tick = before + 1; /* same millisecond, or the clock was set back */
    } while (!atomic_compare_exchange_weak(&last, &before, tick));
    return tick;
}

struct uuid uuid_v7(struct clock *clock)
{
    int64_t now = clock->now(clock);
    uint64_t tick = next_tick(now > 0 ? (uint64_t)(now / 1000) & 0xffffffffffff : 0);
    struct uuid u;
    random_bytes(u.bytes, sizeof u.bytes);
    for (size_t i = 0; i < 6; i++)
        u.bytes[i] = (uint8_t)(tick >> (52 - 8 * i));
    u.bytes[6] = (uint8_t)(tick >> 8 & 0x0f);
    u.bytes[7] = (uint8_t)tick;
    set_version(&u, 7);
    return u;
}

static const uint8_t group_bytes[] = {4, 2, 2, 2, 6};

struct str uuid_format(const struct uuid *u, char out[UUID_TEXT_LEN + 1])
{
    const uint8_t *from = u->bytes;
    char *to = out;
    for (size_t i = 0; i < COUNT(group_bytes); i++) {
        if (i)
            *to++ = '-';
        hex_write(to, from, group_bytes[i]);
        to += (size_t)2 * group_bytes[i];
        from += group_bytes[i];
    }
    *to = '\0';
    return (struct str){out, UUID_TEXT_LEN};
}

bool uuid_parse(struct str text, struct uuid *ret_uuid)
{
    if (text.len != UUID_TEXT_LEN)
        return false;
    struct uuid u;
    uint8_t *to = u.bytes;
    const char *from = text.ptr;
    for (size_t i = 0; i < COUNT(group_bytes); i++) {
        if (i && *from++ != '-')
            return false;
        size_t n = group_bytes[i];
        if (!hex_read((struct str){from, 2 * n}, to, n))
            return false;
        from += 2 * n;
        to += n;
    }
    *ret_uuid = u;
    return true;
}
