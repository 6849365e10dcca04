/* uuid.h - RFC 9562 ids: v4 (random), v5 (from a name), v7 (in order of time).
 *
 * Why three: STIX wants v4 for what is made and v5 for what is observed (one id for one thing); the
 * journal and the store want v7, since neighbours in time then lie together on disk. A v7 rises with
 * every call of a process, in any thread, even when the clock stands or is set back.
 */
#pragma once

#include "core/err.h"
#include "core/str.h"
#include "core/time.h"

enum { UUID_TEXT_LEN = 36 };

struct uuid {
    uint8_t bytes[16];
};

struct uuid uuid_v4(void);
struct uuid uuid_v5(const struct uuid *space, struct str name);
struct uuid uuid_v7(struct clock *clock);

struct str uuid_format(const struct uuid *u, char out[UUID_TEXT_LEN + 1]); /* lower case */
[[nodiscard]] bool uuid_parse(struct str text, struct uuid *ret_uuid); /* 8-4-4-4-12, any case */
