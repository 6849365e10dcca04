/* indicator.h - one thing somebody says is bad: the selector, who says so, and how it may be used.
 *
 * This is what every feed format is read into and every export is written from. One object of a feed
 * can give several (a pattern with OR, a "domain|ip" attribute): they share its id.
 *
 * Ownership: all text is borrowed; a reader's sink must copy what it keeps before it returns.
 */
#pragma once

#include "core/selector.h"
#include "intel/tlp.h"

enum { INDICATOR_LABELS_MAX = 8, INDICATOR_CONFIDENCE_UNSET = -1 };
#define INDICATOR_TIME_UNSET INT64_C(0)

struct indicator {
    struct selector selector;
    struct str source; /* who says so, in the document's words; empty when it does not say */
    struct str id;     /* that source's id of it: "indicator--…", a MISP uuid; may be empty */
    int confidence;    /* 0..100 (STIX 2.1 3.2), or INDICATOR_CONFIDENCE_UNSET */
    enum tlp tlp;      /* as marked; the importer applies the source's default */
    bool revoked;      /* the source takes it back: a sink removes what it holds under `id` */
    int64_t valid_from, valid_until; /* microseconds, INDICATOR_TIME_UNSET when not said */
    int64_t created, modified;       /* the same */
    struct str threat;               /* malware, actor or campaign it points to */
    struct str technique;            /* ATT&CK id: "T1566.002" */
    struct str labels[INDICATOR_LABELS_MAX];
    size_t label_count;     /* further labels are dropped */
    struct str description; /* name or comment, for people */
};
