/* release_log.h - what left this node, numbered densely for each class of reader.
 *
 * Why: readers outside must not learn from the gaps in `seq` that something was withheld from them,
 * and a link must see its own gaps. So each class of reader (release/reader.h) has its own log: number 1,
 * 2, 3, …, the object and its version, the gate's decision, the time, and a chain of hashes. All
 * that goes out by stream or link reads only this.
 *
 * One release is kept once and named by as many classes as it went to. Rows come from entries of kind
 * release.decided; the chain value is computed by node/ (exchange/link_item.h) and passed in.
 */
#pragma once

#include "core/digest.h"
#include "db/db.h"

struct release_row {
    struct str kind; /* link_kind_name */
    struct str object, origin, statement;
    int64_t version;
    struct str path; /* JSON array of organisations, this one last */
    int64_t tlp;
    struct str originator, recipient; /* organisations; recipient empty: nobody is named */
    int64_t at;
    bool revoked;
    struct str body;
};

struct release_entry { /* a row as one class has it */
    struct str class_name, class_org;
    int64_t number;
    struct str decision;
    uint8_t previous[SHA256_SIZE];
    struct release_row row;
};

struct release_class {
    int64_t id;
    struct str name, org;
    int64_t number; /* the last one given */
    uint8_t chain[SHA256_SIZE];
};

/* Finds or makes the class. */
[[nodiscard]] bool store_release_class(struct db *db, struct arena *a, struct str name,
                                       struct str org, struct release_class *ret, struct err *e);
/* Without making it: ret->id is 0 when it is unknown. */
[[nodiscard]] bool store_release_class_find(struct db *db, struct arena *a, struct str name,
                                            struct release_class *ret, struct err *e);
[[nodiscard]] bool store_release_classes(struct db *db, struct arena *a, struct release_class **ret,
                                         size_t *ret_count, struct err *e);

[[nodiscard]] bool store_release_keep(struct db *db, const struct release_row *row,
                                      int64_t *ret_bytes, struct err *e);
/* Appends number class->number + 1; `chain` is the value after it. `class` is brought up to date. */
struct release_step {
    int64_t bytes;
    struct str decision;
    uint8_t chain[SHA256_SIZE];
};
[[nodiscard]] bool store_release_append(struct db *db, struct release_class *class,
                                        const struct release_step *step, struct err *e);

/* Numbers after `after`, rising, at most STORE_RELEASE_PAGE. */
enum { STORE_RELEASE_PAGE = 64 };
struct release_list {
    struct release_entry *rows;
    size_t count;
};
[[nodiscard]] bool store_release_read(struct db *db, struct arena *a,
                                      const struct release_class *class, int64_t after,
                                      struct release_list *ret, struct err *e);

/* Whom the gate did not let have an object, and why: for the node's own people alone. */
struct withheld_row {
    struct str org, reason;
};
[[nodiscard]] bool store_withheld_put(struct db *db, struct str object,
                                      const struct withheld_row *row, struct err *e);
[[nodiscard]] bool store_withheld(struct db *db, struct arena *a, struct str object,
                                  struct withheld_row **ret, size_t *ret_count, struct err *e);
