/* finding_other.h - what can be wrong with a journal, a canary, deletions and a report: O1, O5, O7, O9; and
 * notes, which are no faults. See finding.h. */
#pragma once

#define FINDING_JOURNAL(X)                                                                         \
    X(O1_01, "the checkpoint is not signed by the log's key",                                      \
      "チェックポイントがログの鍵で署名されていない")                                              \
    X(O1_02, "the entries are not those that were signed", "エントリーが署名時のものと異なる")     \
    X(O1_03, "entries are missing: the checkpoint covers more", "エントリーが欠けている")          \
    X(O1_04, "entries that no checkpoint covers", "チェックポイントに含まれないエントリー")        \
    X(O1_05, "truncated: the log is shorter than it was", "切り詰め: 以前より短い")                \
    X(O1_06, "forked: two histories of one size are signed", "分岐: 同じ大きさで異なる履歴")       \
    X(O1_07, "rewritten: the log does not continue what it was", "書換え: 以前の履歴から続かない") \
    X(O1_08, "the kept checkpoint is of another log", "保管した控えが別のログのもの")              \
    X(O1_09, "an entry is not one line of canonical JSON with its members",                        \
      "エントリーが正規形でない")                                                                  \
    X(O1_10, "reordered, or an entry is missing: the number is not the next",                      \
      "順序の入替えまたは欠落")                                                                    \
    X(O1_11, "an entry was logged before the one before it", "記録時刻が後退")                     \
    X(O1_12, "an entry's signature does not verify", "エントリーの署名が不正")                     \
    X(O1_13, "an entry belongs to another log", "別のログのエントリー")                            \
    X(O1_14, "a statement stands twice", "同じ陳述が重複")                                         \
    X(O1_15, "a witness that was asked for did not cosign", "求めた証人の連署がない")              \
    X(O1_16, "the checkpoint cannot be read", "チェックポイントを読めない")                        \
    X(O1_17, "the proof does not hold", "証明が成り立たない")                                      \
    X(O1_18, "an entry that was kept elsewhere is not in the log", "控えのエントリーがログにない")

#define FINDING_CANARY(X)                                                                          \
    X(O5_01, "a record that had to come out did not", "出るべき記録がない")                        \
    X(O5_02, "a record came out that had no cause to", "出るはずのない記録")                       \
    X(O5_03, "forbidden text is in what the sensor keeps", "禁止された文字列が残っている")

#define FINDING_DELETION(X)                                                                        \
    X(O7_01, "a deletion certificate cannot be read", "削除証明書を読めない")                      \
    X(O7_02, "a deletion certificate is not signed by who may", "削除証明書の署名が不正")          \
    X(O7_03, "a deletion certificate of another authorisation", "別の授権の削除証明書")            \
    X(O7_04, "the count is not that of the range", "件数が範囲と不一致")                           \
    X(O7_05, "the range is not of whole sealed minutes", "範囲が封印された分の全体でない")         \
    X(O7_06, "a range was deleted twice", "範囲が重複")                                            \
    X(O7_07, "a record is still there that was certified as deleted",                              \
      "削除済みの記録が残っている")                                                                \
    X(O7_08, "the key is not in the log of destroyed keys", "鍵が破棄記録にない")                  \
    X(O7_09, "certified before the key was destroyed", "鍵の破棄前に証明")                         \
    X(O7_10, "a key was destroyed and no deletion certified", "鍵の破棄に対応する証明書がない")    \
    X(O7_11, "the log of destroyed keys is broken or not signed",                                  \
      "破棄記録の連鎖または署名が不正")                                                            \
    X(O7_12, "data sealed under a destroyed key still opens",                                      \
      "破棄済みの鍵で封じたデータを復号できる")                                                    \
    X(O7_13, "a sample does not open with the key it names: the test says nothing",                \
      "試料が自身の鍵で開かない")                                                                  \
    X(O7_14, "a method of deletion that is none", "削除方法が不正")                                \
    X(O7_15, "a record was kept past its term", "保存期限を過ぎた記録")                            \
    X(O7_16, "a record was deleted before it was made", "作成前の削除")

#define FINDING_REPORT(X)                                                                          \
    X(O9_01, "a count in the report is not the recounted one", "報告の件数が数え直しと不一致")     \
    X(O9_02, "the report lacks a count", "報告に件数が欠けている")                                 \
    X(O9_03, "the report has a count that nothing here can confirm", "確認できない件数が報告にある")

#define FINDING_NOTES(X)                                                                           \
    X(N_01, "the run goes on: its last minute is not sealed yet", "実行中: 最後の分は未封印")      \
    X(N_02, "minutes without traffic are left out (a capture file)",                               \
      "通信のない分は省略（取得済みファイル）")                                                    \
    X(N_03, "the sensor was restarted", "センサーの再起動あり")                                    \
    X(N_04, "packets were dropped before they came in", "取込み前のパケット損失あり")              \
    X(N_05, "a local run: no office is asked", "ローカル実行: 役職は問わない")                     \
    X(N_06, "records were deleted: the seal over them stays unrecomputed",                         \
      "削除済みの記録は再計算できない")                                                            \
    X(N_07, "an exercise: offices and dates are not asked", "演習: 役職と日付は問わない")          \
    X(N_08, "no kept checkpoint was given: truncation cannot be seen",                             \
      "控えがないため切り詰めは検出できない")                                                      \
    X(N_09, "a clock was set during the run", "実行中に時計が変更された")                          \
    X(N_10, "no sealed sample was given: opening was not tried", "試料がないため復号は試していない")
