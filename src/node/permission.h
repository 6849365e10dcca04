/* permission.h - what a key may hold. A key has any number of scopes; a route asks for one of them.
 *
 * MAY_… values are bits: kept in the directory as one number, named on the command line and in the
 * API by the words of the table. Scopes marked HOME open something only in the hands of the
 * organisation whose node this is; for others they open what the gate lets through.
 */
#pragma once

#include "core/buf.h"
#include "core/err.h"

#define PERMISSION_MAP(X)                                                                          \
    X(READ_INTEL, 0, "intel:read", "look indicators up")                                           \
    X(WRITE_INTEL, 1, "intel:write", "import and withdraw indicators")                             \
    X(SENSE, 2, "sensor", "hand in sightings and findings, follow the selector set")               \
    X(READ, 3, "read", "read warnings, sightings, findings and the situation")                     \
    X(DECIDE, 4, "decide", "issue and withdraw warnings")                                          \
    X(LINK, 5, "link", "another node: follow releases, push items")                                \
    X(OVERSEE, 6, "oversight", "read journal entries, hand in cosignatures")                       \
    X(ADMINISTER, 7, "admin", "organisations, people, keys, links, policy")

enum permission {
#define X(name, bit, text, meaning) MAY_##name = 1 << (bit),
    PERMISSION_MAP(X)
#undef X
};

/* "intel:read,sensor" to bits and back; "all" is every scope. */
[[nodiscard]] bool permission_parse(struct str text, int64_t *ret_bits, struct err *e);
void permission_write(int64_t bits, struct buf *out);
