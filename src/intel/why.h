/* why.h - why a feed's item was not used, or was used with a warning. One table for every format.
 *
 * Three outcomes beside "used":
 *   WARN    used, and somebody should look (a private address, a public suffix)
 *   KEEP    well formed, but no selector can be made of it: kept and counted, never indexed
 *   REFUSE  broken: not kept
 *
 * The text is the sentence of `hinomi intel lint` and of an import's report; the name is the stable
 * code in its JSON.
 */
#pragma once

#include "core/base.h"

enum why_outcome { WHY_WARN, WHY_KEEP, WHY_REFUSE };

#define WHY_MAP(X)                                                                                 \
    X(SPECIAL_ADDRESS, WARN, "private, reserved or special address (RFC 6890)",                    \
      "予約済み・私用アドレス (RFC 6890)")                                                         \
    X(PUBLIC_SUFFIX, WARN, "a public suffix: it would cover names of many owners",                 \
      "公開サフィックスのため、多数の所有者の名前に及ぶ")                                          \
    X(WIDE_PREFIX, WARN, "a network wider than /16 or /32", "/16 または /32 より広いネットワーク") \
    X(WARNING_LIST, WARN, "on a warning list: never block", "警告リストに載っている(遮断禁止)")    \
    X(EXPIRED, WARN, "its valid_until has passed", "有効期限切れ")                                 \
    X(PARTLY_USED, WARN, "some alternatives of its pattern cannot be used",                        \
      "パターンの一部の選択肢は利用できない")                                                      \
    X(BAD_MARKING, WARN, "a TLP label that is none: counts as unmarked",                           \
      "TLP の表記が不正なため、無印として扱う")                                                    \
    X(PATTERN_AND, KEEP, "pattern needs several things at once (AND)",                             \
      "複数条件の同時成立 (AND) が必要なパターン")                                                 \
    X(PATTERN_SEQUENCE, KEEP, "pattern needs a sequence or count of observations",                 \
      "観測の順序や回数が必要なパターン")                                                          \
    X(PATTERN_OPERATOR, KEEP, "pattern compares in a way no selector can",                         \
      "セレクターで表せない比較を使うパターン")                                                    \
    X(PATTERN_OBSERVABLE, KEEP, "pattern asks for something that is not seen on a network",        \
      "ネットワークで観測できない対象のパターン")                                                  \
    X(PATTERN_LANGUAGE, KEEP, "pattern in another language than STIX",                             \
      "STIX 以外の言語のパターン")                                                                 \
    X(PATTERN_NOT_USABLE, KEEP, "a good pattern with a value that no selector can hold",           \
      "パターンは正しいが、値をセレクターにできない")                                              \
    X(TYPE_UNUSED, KEEP, "a type that is not matched on traffic", "通信との照合に使わない種別")    \
    X(NOT_FOR_DETECTION, KEEP, "marked as not for detection (to_ids false)",                       \
      "検知用でない印 (to_ids false)")                                                             \
    X(SUPERSEDED, KEEP, "an older version of an object that stands in the same file",              \
      "同じファイルに新しい版がある旧版")                                                          \
    X(EXCEPTION, KEEP, "an exception or cosmetic rule of an ad-block list",                        \
      "広告ブロックリストの例外・表示規則")                                                        \
    X(EMPTY, REFUSE, "empty value", "値が空")                                                      \
    X(UNRECOGNISED, REFUSE, "neither address, name, URL nor hash",                                 \
      "アドレス・名前・URL・ハッシュのいずれでもない")                                             \
    X(BAD_ADDRESS, REFUSE, "not an address", "アドレスとして不正")                                 \
    X(HOST_BITS, REFUSE, "network with bits set past its prefix",                                  \
      "プレフィックス外のビットが立っているネットワーク")                                          \
    X(BAD_NAME, REFUSE, "not a domain name", "ドメイン名として不正")                               \
    X(SINGLE_LABEL, REFUSE, "a name of one label", "ラベルが一つだけの名前")                       \
    X(BAD_URL, REFUSE, "not a URL", "URL として不正")                                              \
    X(CUT_SHORT, REFUSE, "a value that a report cut short (…)", "途中で省略された値 (…)")          \
    X(BAD_HASH, REFUSE, "not a hash of its kind", "ハッシュの形式が不正")                          \
    X(BAD_BYTES, REFUSE, "control bytes or bad UTF-8", "制御文字または不正な UTF-8")               \
    X(TOO_LONG, REFUSE, "too long", "長すぎる")                                                    \
    X(TYPE_MISSING, REFUSE, "no type, or a type nobody knows", "種別がない、または未知の種別")     \
    X(PATTERN_MALFORMED, REFUSE, "malformed pattern", "パターンの文法が不正")                      \
    X(BAD_OBJECT, REFUSE, "an object without what its standard demands",                           \
      "規格の必須項目を欠くオブジェクト")                                                          \
    X(BAD_TIME, REFUSE, "a time that is none, or an end before its beginning",                     \
      "時刻が不正、または終わりが始まりより前")

enum why {
#define X(name, outcome, en, ja) WHY_##name,
    WHY_MAP(X)
#undef X
        WHY_COUNT,
};

const char *why_name(enum why w);                /* "PATTERN_AND" */
const char *why_text(enum why w, bool japanese); /* a clause without a full stop */
enum why_outcome why_outcome(enum why w);
