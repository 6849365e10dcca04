/* commands.c - the table of subcommands. To add one: one file, one row, one test. */
#include "cli/commands.h"

#include "cli/cli_admin.h"
#include "cli/cli_authorisation.h"
#include "cli/cli_demo.h"
#include "cli/cli_drill.h"
#include "cli/cli_intel.h"
#include "cli/cli_log.h"
#include "cli/cli_node.h"
#include "cli/cli_scan.h"
#include "cli/cli_sensor.h"

const struct command commands[] = {
    {"scan", cli_scan, "match captures against feeds, no node needed",
     "キャプチャをフィードと照合（ノード不要）"},
    {"sensor", cli_sensor, "watch one tap, interface or file for a node",
     "タップ、インタフェース、ファイルを監視してノードに知らせる"},
    {"authorisation", cli_authorisation, "draft, sign, check and show what a sensor runs under",
     "センサーが従う認可の起案・署名・点検・表示"},
    {"intel", cli_intel, "import feeds, look values up, check a feed",
     "フィードの取り込み・照会・点検"},
    {"node", cli_node, "run an organisation's node", "組織のノードを動かす"},
    {"admin", cli_admin, "make a node, and its organisations, people, keys, links and policy",
     "ノードの作成、組織・人・鍵・リンク・方針の管理"},
    {"log", cli_log, "show, verify and prove the journal; witness another's",
     "ジャーナルの表示・検証・証明、他者のログの立会い"},
    {"drill", cli_drill, "make labelled synthetic traffic", "ラベル付きの合成トラフィックを作る"},
    {"demo", cli_demo, "show one warning going round seven organisations",
     "一つの警報が七つの組織を巡る様子を見せる"},
};
const size_t command_count = COUNT(commands);
