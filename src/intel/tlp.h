/* tlp.h - the Traffic Light Protocol, version 2.0 (FIRST, August 2022): who may read an item.
 *
 * Order is by strictness, so `a < b` reads "b is stricter". An item without a label is TLP_UNMARKED:
 * never CLEAR. Until its source's declared default applies it counts as AMBER+STRICT (docs/design.md).
 *
 * Labels are exact: "TLP:AMBER+STRICT", upper case, no space. TLP 1's WHITE is read as CLEAR and never
 * written. Relaying may not lower: whoever merges items uses tlp_combine.
 *
 * STIX: each label has the id of its fixed marking definition, in TLP 1 form (613f2e26... is WHITE) and
 * in TLP 2 form (94868c89... is CLEAR). Both are read; only TLP 2's is written.
 *
 * Threads: pure functions over constant tables.
 */
#pragma once

#include "core/str.h"

enum tlp { TLP_UNMARKED, TLP_CLEAR, TLP_GREEN, TLP_AMBER, TLP_AMBER_STRICT, TLP_RED, TLP_COUNT };

/* The exact label, or TLP:WHITE. */
[[nodiscard]] bool tlp_parse(struct str label, enum tlp *ret_tlp);
/* As feeds write it: any case, with or without "TLP:" ("tlp:amber+strict", "Green", "white"). The
 * whole text must be the label: "AMBER+STRICT" is never cut to AMBER. */
[[nodiscard]] bool tlp_parse_loose(struct str text, enum tlp *ret_tlp);
/* "TLP:RED"; "unmarked" for TLP_UNMARKED. */
const char *tlp_name(enum tlp t);

/* What an item from a source counts as: itself when marked, else the source's declared default, else
 * (declared TLP_UNMARKED) AMBER+STRICT. Never TLP_UNMARKED. */
enum tlp tlp_effective(enum tlp t, enum tlp source_default);
/* Two items made into one: the stricter. One marked and one unmarked: unmarked as AMBER+STRICT. */
enum tlp tlp_combine(enum tlp a, enum tlp b);
/* One more label on the same item: the stricter, where unmarked says nothing. */
enum tlp tlp_also(enum tlp t, enum tlp label);

/* "marking-definition--…" of TLP 2.0; STR_NONE for TLP_UNMARKED. */
struct str tlp_stix_id(enum tlp t);
[[nodiscard]] bool tlp_of_stix_id(struct str id, enum tlp *ret_tlp);
