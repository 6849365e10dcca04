/* pattern.h - the STIX 2.1 pattern language (section 9): parsed whole, used where it can be.
 *
 * Three verdicts, which must not be confused: USABLE (selectors that each alone make the pattern
 * true), KEPT (a good pattern that no set of selectors can stand for: AND, sequences, files' names)
 * and MALFORMED. So the whole grammar is read, not only the part we can use.
 *
 * Usable: comparisons joined by OR, also between observations, of
 *   ipv4-addr:value, ipv6-addr:value, domain-name:value, url:value, network-traffic:src_ref.value and
 *   dst_ref.value, file:hashes.*, artifact:hashes.*, x509-certificate:hashes.*, and any path that ends
 *   in ja3, ja3_hash, ja3-fingerprint-md5 or ja4
 * by '=', IN, ISSUBSET (addresses) and LIKE '%.name' (names). A test of dst_ref.type beside dst_ref.value is
 * implied by the value and may stand in an AND.
 *
 * Bounds: PATTERN_MAX bytes, nesting of PATTERN_DEPTH_MAX, PATTERN_SELECTORS_MAX alternatives.
 */
#pragma once

#include "core/arena.h"
#include "core/err.h"
#include "core/selector.h"
#include "intel/why.h"

enum { PATTERN_MAX = 1 << 20, PATTERN_DEPTH_MAX = 64, PATTERN_SELECTORS_MAX = 65536 };

enum pattern_verdict { PATTERN_USABLE, PATTERN_KEPT, PATTERN_MALFORMED };

struct pattern {
    enum pattern_verdict verdict;
    enum why why;      /* when KEPT or MALFORMED; when partly usable, of the part left out */
    bool partly;       /* USABLE, but some alternative was left out */
    unsigned warnings; /* bits 1u << WHY_…, as struct normal has them */
    const struct selector *selectors;
    size_t count;
};

/* False only past the arena's limit. `e` says what is malformed and where ("byte 17"). */
[[nodiscard]] bool pattern_read(struct arena *a, struct str text, struct pattern *ret_pattern,
                                struct err *e);

/* The pattern that selects what `s` does, to the end of `out`. pattern_read reads it back as `s`. */
struct buf;
void pattern_write(const struct selector *s, struct buf *out);
