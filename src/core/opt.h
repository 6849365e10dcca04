/* opt.h - one table a subcommand: its options are parsed, explained by --help and printed as its
 * section of the man page, from the same rows, in English or Japanese.
 *
 *     static const struct opt options[] = {
 *         {"data", 'd', OPT_TEXT, offsetof(struct args, data), "DIR", "where files are kept",
 *          "データを置くフォルダ", .required = true},
 *         {"own", 0, OPT_LIST, offsetof(struct args, own), "CIDR", "…", "…"},
 *         {"json", 0, OPT_FLAG, offsetof(struct args, json), NULL, "…", "…"},
 *         {0}};
 *
 * --name VALUE and --name=VALUE, -n VALUE and -nVALUE, flags together as -jv; "--" ends options. An
 * unknown option (the nearest name is suggested), a missing value or a missing required option is
 * ERR_INVALID. A value that begins with '-' is written with "=", unless it is a number for OPT_INT.
 * An OPT_LIST, which may be repeated, takes every value up to the next option ("--intel a b c").
 * --help and --man are always there and win over any mistake; -h too, unless a row has that letter.
 *
 * A table has at most 64 rows and ends with {0}. What the caller's struct holds before parsing is
 * the default. Texts point into argv; the items of lists live in the arena.
 */
#pragma once

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"

enum opt_kind {
    OPT_FLAG, /* bool */
    OPT_TEXT, /* const char * */
    OPT_INT,  /* int64_t, checked against least and most when most > least */
    OPT_LIST, /* struct opt_list */
};

enum { OPT_LIST_MAX = 4096 };

struct opt_list {
    const char **items;
    size_t count;
};

/* In the order a row is read, not the one that packs it. */
/* NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding) */
struct opt {
    const char *name;
    char letter; /* 0: none */
    enum opt_kind kind;
    size_t at;         /* offsetof in the caller's struct */
    const char *value; /* what stands for the value in --help; NULL for a flag */
    const char *en, *ja;
    bool required;
    int64_t least, most;
};

struct opt_command {
    const char *name;              /* "scan" */
    const char *usage;             /* "CAPTURE… --intel FILE… [--json]" */
    const char *en, *ja;           /* one line */
    const char *more_en, *more_ja; /* paragraphs: examples, exit codes */
    const struct opt *options;
    struct opt_list *rest; /* where operands go; NULL: none allowed */
    const char *program;   /* NULL: "hinomi" */
};

enum opt_result { OPT_RUN, OPT_HELPED, OPT_BAD }; /* HELPED: help was printed, exit 0 */

[[nodiscard]] enum opt_result opt_parse(const struct opt_command *c, int argc, char **argv,
                                        void *ret_args, struct arena *a, struct err *e);

bool opt_japanese(void); /* LC_ALL, LC_MESSAGES or LANG begins with "ja" */
void opt_help(const struct opt_command *c, bool japanese, struct buf *out);
void opt_man(const struct opt_command *c, bool japanese,
             struct buf *out); /* a section of hinomi(1), roff */
