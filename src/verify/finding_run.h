/* finding_run.h - what can be wrong with a run's folder: checks O2, O3, O4 and O6. See finding.h. */
#pragma once

#define FINDING_BOOKS(X)                                                                           \
    X(O2_01, "packets that came in are not the packets accounted for",                             \
      "入力と内訳のパケット数が不一致")                                                            \
    X(O2_02, "records due are not those written and refused", "対象件数と記録・拒否件数が不一致")  \
    X(O2_03, "the counts by selector do not add up to the records due",                            \
      "条件別件数の合計が対象件数と不一致")                                                        \
    X(O2_04, "carried in is not what was carried out before",                                      \
      "繰越しパケット数が前の封印と不一致")                                                        \
    X(O2_05, "records written are not as many as their numbers", "記録件数が番号の範囲と不一致")   \
    X(O2_06, "record numbers do not go on from the seal before", "記録番号が前の封印から続かない") \
    X(O2_07, "the minute's records are not those that were sealed", "記録が封印時のものと異なる")  \
    X(O2_08, "a record is missing", "記録が欠けている")                                            \
    X(O2_09, "a record's number comes again, or goes back", "記録番号が重複または後退")            \
    X(O2_10, "a record that no seal covers", "どの封印にも含まれない記録")                         \
    X(O2_11, "records of a selector that the seal does not count", "封印が数えていない条件の記録") \
    X(O2_12, "pseudonyms are not as many as the seal counts", "仮名の数が封印と不一致")            \
    X(O2_13, "a drained run still carries packets", "終了した実行に未処理パケットが残る")          \
    X(O2_14, "records without a single matched packet", "一致パケットがないのに記録がある")        \
    X(O2_15, "the store does not hold what was recorded less what was deleted",                    \
      "保存件数が記録数－削除数と不一致")

#define FINDING_AUTHORITY(X)                                                                       \
    X(O3_01, "the authorisation cannot be read", "授権書を読めない")                               \
    X(O3_02, "the authorisation is not canonical: other bytes would hash the same",                \
      "授権書が正規形でない")                                                                      \
    X(O3_03, "a seal stands on another policy than the authorisation's",                           \
      "封印の policy_hash が授権書と異なる")                                                       \
    X(O3_04, "a record stands on another policy than the authorisation's",                         \
      "記録の policy_hash が授権書と異なる")                                                       \
    X(O3_05, "another authorisation is named", "別の授権を示している")                             \
    X(O3_06, "the selector is not in the authorisation", "授権書にない条件")                       \
    X(O3_07, "the selector was not live at that time", "その時刻に有効でない条件")                 \
    X(O3_08, "outside the authorised period", "授権期間外")                                        \
    X(O3_09, "not signed by its applicant or owner", "申請者または所有者の署名がない")             \
    X(O3_10, "the applicant does not hold the office claimed", "申請者の役職を確認できない")       \
    X(O3_11, "not approved: there is no decision", "承認の決定がない")                             \
    X(O3_12, "the decision is on another text", "別の内容に対する決定")                            \
    X(O3_13, "a member's signature is not on this decision",                                       \
      "委員の署名がこの決定に対するものでない")                                                    \
    X(O3_14, "a signer was no member of the commission then", "署名者は当時の委員でない")          \
    X(O3_15, "fewer members approved than the quorum", "承認した委員が定足数に満たない")           \
    X(O3_16, "a member also stands on the applying side", "委員が申請側にも属する")                \
    X(O3_17, "a member is counted twice", "同じ委員を二重に数えている")                            \
    X(O3_18, "decided after the period had begun", "期間開始後の決定")                             \
    X(O3_19, "channel and direction are no lawful pair", "区分と方向の組合せが違法")               \
    X(O3_20, "the period is longer than the law allows, or is none", "期間が法定の上限を超える")   \
    X(O3_21, "no such legal basis is in force at the start", "開始時に有効な法的根拠がない")       \
    X(O3_22, "the sensor is not in the authorisation", "授権書にないセンサー")                     \
    X(O3_23, "the sensor ran another program than authorised or registered",                       \
      "授権・登録と異なるプログラム")                                                              \
    X(O3_24, "law tables that are not registered", "登録されていない法令表")                       \
    X(O3_25, "the authorisation was revoked", "取り消された授権")                                  \
    X(O3_26, "the agreement is not signed by its party", "協定当事者の署名がない")                 \
    X(O3_27, "packets were taken in outside the authorised period",                                \
      "授権期間外にパケットを取り込んだ")                                                          \
    X(O3_28, "a record of another sensor", "別のセンサーの記録")                                   \
    X(O3_29, "the same selector id stands twice", "条件 ID が重複")                                \
    X(O3_30, "the authorisation asks for a field that may not be kept",                            \
      "保存できない項目を求める授権書")

#define FINDING_FIELDS(X)                                                                          \
    X(O4_01, "a field that no law table names", "法令表にない項目")                                \
    X(O4_02, "a field that may never be kept", "保存が禁じられた項目")                             \
    X(O4_03, "a field that the authorisation does not list", "授権書にない項目")                   \
    X(O4_04, "an identifier that the authorisation does not list", "授権書にない識別子")           \
    X(O4_05, "an identifier in clear: not the form of a pseudonym", "仮名化されていない識別子")    \
    X(O4_06, "pseudonyms that are not random enough", "仮名の乱雑さが足りない")                    \
    X(O4_07, "a value that is not of its field's form", "値の形式が項目と合わない")                \
    X(O4_08, "a record is not one line of canonical JSON", "記録が正規形 JSON の 1 行でない")      \
    X(O4_09, "a record lacks what each must have", "記録に必須の項目がない")                       \
    X(O4_10, "a name is kept that the selector was not met in", "条件に合致しない名前を保存")      \
    X(O4_11, "more bytes of a command than may be kept", "保存できる長さを超えるコマンド")         \
    X(O4_12, "nothing but its frame is in the record", "枠だけの記録")                             \
    X(O4_13, "a field of the own-network channel elsewhere", "自組織区分以外にある自組織用項目")

#define FINDING_CHAIN(X)                                                                           \
    X(O6_01, "there is no seal", "封印がない")                                                     \
    X(O6_02, "a seal is not one line of canonical JSON with its members",                          \
      "封印が正規形でないか項目が欠ける")                                                          \
    X(O6_03, "seals are missing: the number jumps", "封印が欠けている（番号の飛び）")              \
    X(O6_04, "a seal's number comes again, or goes back", "封印の番号が重複または後退")            \
    X(O6_05, "the seal does not follow the one before", "前の封印に連なっていない")                \
    X(O6_06, "the seal's signature does not verify", "封印の署名が不正")                           \
    X(O6_07, "the seal is not signed", "封印に署名がない")                                         \
    X(O6_08, "the clock goes back", "時刻が後退")                                                  \
    X(O6_09, "minutes are missing and nothing explains it", "説明のない欠落時間")                  \
    X(O6_10, "a restart that was not declared", "申告されていない再起動")                          \
    X(O6_11, "collection went on after the policy was unloaded", "終了後も収集を継続")             \
    X(O6_12, "the first seal does not begin a run", "最初の封印が実行の開始でない")                \
    X(O6_13, "events and counters of a seal contradict each other", "封印の事象と計数が矛盾")      \
    X(O6_14, "the run did not end in order: no drained seal is last", "最後が終了の封印でない")    \
    X(O6_15, "unselected data was held longer than the law allows",                                \
      "非選別データの保持が上限を超えた")                                                          \
    X(O6_16, "a buffer was let go without being wiped", "消去せずに解放したバッファがある")        \
    X(O6_17, "an event that no format names", "未知の事象")                                        \
    X(O6_18, "a record from after its minute", "その分より後の時刻の記録")                         \
    X(O6_19, "the sensor's key changes within the file", "途中でセンサーの鍵が変わる")             \
    X(O6_20, "a minute that does not begin on a minute", "分の境界でない時刻")                     \
    X(O6_21, "a last line without its end", "最後の行が途切れている")
