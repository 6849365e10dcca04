/* scan_private.h - one run of hinomi scan, shared by the file that reads feeds, the one that reads
 * captures and the one that tells people. */
#pragma once

#include "cli/mandate/mandate.h"
#include "core/opt.h"
#include "core/vec.h"
#include "sensor/crew.h"
#include "sensor/eve.h"
#include "sensor/findings.h"
#include "sensor/flows/export.h"
#include "sensor/flows/flows.h"
#include "sensor/lawful/book.h"
#include "sensor/zeek/zeek.h"

struct scan_args {
    struct opt_list captures, intel, own, flow_records;
    const char *eve, *zeek, *ipfix;
    struct cli_mandate_args mandate;
    const char *out, *detect;
    bool no_detect;
    bool json, exit_code;
    int64_t threads, enterprise;
};

struct scan_feeds { /* sums over all feeds */
    uint64_t files, refused_files, other_files, indicators, entries, not_canonical, revoked;
    uint64_t items_kept,
        items_refused; /* feed items that were not usable, by the reader's account */
};

struct scan_captures {
    uint64_t files, refused_files;
    uint64_t other_files; /* in a folder, and no captures */
    struct capture_stats stats;
    struct pipeline_counts counts;
};

struct scan_detection { /* for people */
    const struct detector *row;
    int64_t last_us;
    double score;
    uint8_t host[16];
    struct str sentence;
};

struct scan_behaviour {
    struct detect *detect; /* NULL: off */
    VEC(struct scan_detection) list;
    uint64_t count;
};

struct scan {
    struct scan_args args;
    struct arena *memory;
    bool ja, all_events;
    struct index_image *image;
    struct addr *own;
    size_t own_count;
    struct scan_feeds feeds;
    struct scan_captures captures;
    struct cli_mandate mandate;
    struct book *book;
    struct err books; /* why they could not be kept */
    struct findings *findings;
    struct scan_behaviour behaviour;
    struct eve *eve; /* NULL: for people */
    struct zeek_logs *zeek;
    struct flow_export *ipfix; /* NULL: not wanted */
    int ipfix_fd;
    struct flow_export_stats exported;
    struct flow_feed_counts records;
};

struct scan_path {
    const char *path;
    bool named; /* by the user; else found in a folder, where files of other kinds may lie too */
};
struct scan_path_list {
    struct scan_path *items;
    size_t count;
};

/* Files as they are, folders by all files in them, in the order of their names. False: one of them could
 * not be read; it was said. */
[[nodiscard]] bool scan_paths(struct arena *a, const struct opt_list *given,
                              struct scan_path_list *ret_files);

/* Builds scan->image. False when any input could not be used; it was said. */
[[nodiscard]] bool scan_load_feeds(struct scan *s);

/* Who is told what, of packets and of flow records alike. */
struct crew_user scan_user(struct scan *s);

/* Lines and IPFIX: opened before the first capture; for each source, their part of a crew_user; closed after the last one
 * (false: what could not be written; it was said). */
[[nodiscard]] bool scan_outputs_open(struct scan *s, struct err *e);
void scan_outputs_listen(const struct scan *s, struct crew_user *u);
[[nodiscard]] bool scan_outputs_close(struct scan *s);

/* What --flow-records names. False: some of it could not be read; it was said. */
[[nodiscard]] bool scan_records(struct scan *s);

[[nodiscard]] bool scan_behaviour_open(struct scan *s, struct err *e);
void scan_behaviour_close(struct scan *s);
void scan_tell_behaviour(const struct scan *s, FILE *out);

void scan_tell_findings(const struct scan *s, FILE *out);
void scan_tell_summary(const struct scan *s, FILE *out);
