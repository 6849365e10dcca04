/* dga.h - does a name look as if a program had made it up?
 *
 * Why: malware that finds its servers by generated names (ATT&CK T1568.002) asks for hundreds of names that
 * nobody would choose. No list of indicators holds tomorrow's, but they share how they look.
 *
 * A name is judged by one label: the one under the public suffix ("kq3v9z0dj2x" of www.kq3v9z0dj2x.co.jp).
 * Labels further left are not looked at: CDNs and trackers fill them with hashes all day long. Under the
 * suffixes of dynamic DNS it is the customer's label that counts.
 *
 * The score is that of a small model (dga_model.h) that tools/train-dga fits to lists of generated names and
 * of popular ones: how usual the letters are after one another, which runs of four are known, digits,
 * vowels, length. It says little about labels of fewer than six characters, and nothing about names that
 * are put together from words; docs/detection.md has the figures of each family.
 *
 *     struct str label = dga_label(S("www.kq3v9z0dj2x.com"));
 *     if (dga_score(label) >= DGA_CLEAR)
 *         suspect(label);
 *
 * Pure functions over constant tables: any thread, no allocation, under 200 ns a label.
 */
#pragma once

#include "core/str.h"

#define DGA_CLEAR 0.9 /* of popular names one in some hundreds reaches it: docs/detection.md */

enum { DGA_LABEL_LEAST = 6 }; /* shorter ones cannot be told apart; they score below a half */

/* 0 (a name like others) .. 1 (made up). Lower case is expected; an empty label scores 0. */
double dga_score(struct str label);

/* The label that is judged, a slice of `name`; empty when the name is a public suffix or an address. */
struct str dga_label(struct str name);
/* From that label to the end: what two names of one owner share ("kq3v9z0dj2x.com"). */
struct str dga_registered(struct str name);
