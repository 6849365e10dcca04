/* commands.c - the table of subcommands. To add one: one file, one row, one test. */
#include "cli/commands.h"

#include "cli/cli_drill.h"
#include "cli/cli_intel.h"
#include "cli/cli_log.h"
#include "cli/cli_scan.h"

const struct command commands[] = {
    {"scan", cli_scan, "match captures against feeds, no node needed",
     "キャプチャをフィードと照合（ノード不要）"},
    {"intel", cli_intel, "import feeds, look values up, check a feed",
     "フィードの取り込み・照会・点検"},
    {"log", cli_log, "show, verify and prove the journal; witness another's",
     "ジャーナルの表示・検証・証明、他者のログの立会い"},
    {"drill", cli_drill, "make labelled synthetic traffic", "ラベル付きの合成トラフィックを作る"},
};
const size_t command_count = COUNT(commands);
