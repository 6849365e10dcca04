/* mandate.h - the authorisation that scan and sensor run under: the file that was given, or one made on the
 * spot for an own network; read, checked against law tables and trust, and turned into a mandate.
 */
#pragma once

#include "core/addr.h"
#include "core/opt.h"
#include "geo/geo.h"
#include "law/verdict.h"
#include "sensor/lawful/mandate.h"

struct cli_mandate_args {
    const char *authorisation, *parent, *trust, *law, *key;
    struct opt_list country, domestic, foreign;
};

/* Rows for a subcommand's options; `type` is its struct, `member` a struct cli_mandate_args in it: neither may
 * stand in parentheses. */
/* NOLINTBEGIN(bugprone-macro-parentheses) */
#define CLI_MANDATE_OPTIONS(type, member)                                                          \
    {"authorisation",                                                                              \
     'a',                                                                                          \
     OPT_TEXT,                                                                                     \
     offsetof(type, member.authorisation),                                                         \
     "FILE",                                                                                       \
     "what to run under; without it, an own-network one is made of --own",                         \
     "従う許可書。省略すると --own から自組織用を作る"},                                           \
        {"parent",        0,                                                                       \
         OPT_TEXT,        offsetof(type, member.parent),                                           \
         "FILE",          "the authorisation that this one extends",                               \
         "延長前の許可書"},                                                                        \
        {"trust",                                                                                  \
         0,                                                                                        \
         OPT_TEXT,                                                                                 \
         offsetof(type, member.trust),                                                             \
         "FILE",                                                                                   \
         "whose keys and programs are believed, for --authorisation",                              \
         "許可書の署名者とプログラムを確かめる信頼ファイル"},                                      \
        {"law",                                                                                    \
         0,                                                                                        \
         OPT_TEXT,                                                                                 \
         offsetof(type, member.law),                                                               \
         "DIR",                                                                                    \
         "law tables; those built in unless told",                                                 \
         "法令表のフォルダ（既定は内蔵）"},                                                        \
        {"signing-key",                                                                            \
         0,                                                                                        \
         OPT_TEXT,                                                                                 \
         offsetof(type, member.key),                                                               \
         "FILE",                                                                                   \
         "this sensor's own key, which signs its seals; made when absent",                         \
         "封印に署名するセンサの鍵。なければ作る"},                                                \
        {"country-table",                                                                          \
         0,                                                                                        \
         OPT_LIST,                                                                                 \
         offsetof(type, member.country),                                                           \
         "FILE",                                                                                   \
         "country tables (mmdb), two that must agree, for a statutory channel",                    \
         "国判定の表（mmdb）。法定の経路では 2 つが一致すること"},                                 \
        {"domestic",                                                                               \
         0,                                                                                        \
         OPT_LIST,                                                                                 \
         offsetof(type, member.domestic),                                                          \
         "CIDR",                                                                                   \
         "networks known to lie at home, whatever the tables say",                                 \
         "表によらず国内とみなすネットワーク"},                                                    \
    {                                                                                              \
        "foreign", 0, OPT_LIST, offsetof(type, member.foreign), "CIDR",                            \
            "networks known to lie abroad", "国外とみなすネットワーク"                 \
    }
/* NOLINTEND(bugprone-macro-parentheses) */

struct cli_mandate_wish {
    const struct addr *own;
    size_t own_count;
    const char *selectors; /* "feeds" or "node", for one made here */
    const char *keep_at;   /* where one made here is kept for the next start; NULL: nowhere */
    const char *clock_at;  /* the mandate's clock state; NULL: none */
    bool live;
};

struct cli_mandate {
    struct arena *memory;
    const struct law *law;
    const struct trust *trust;
    const struct authorisation *parent; /* NULL: it extends none */
    struct geo *geo;
    struct key_secret key;
    struct str bytes; /* the authorisation */
    bool made_here;
    struct mandate *mandate;
};

[[nodiscard]] bool cli_mandate_open(struct cli_mandate *m, const struct cli_mandate_args *a,
                                    const struct cli_mandate_wish *w, struct err *e);
void cli_mandate_close(struct cli_mandate *m);
/* One line for people: channel, period, hash. */
void cli_mandate_tell(const struct cli_mandate *m, FILE *out, bool ja);
