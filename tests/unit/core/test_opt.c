/* test_opt.c - arguments in, mistakes named; help and manual from the same rows in two languages. */
#include "core/opt.h"
#include "core/table.h"
#include "tests/unit/core/text.h"

struct args {
    const char *data;
    int64_t port;
    bool json, verbose;
    struct opt_list own;
};

static const struct opt options[] = {
    {"data", 'd', OPT_TEXT, offsetof(struct args, data), "DIR", "where the node keeps its files",
     "ノードのデータを置くフォルダ", .required = true},
    {"port", 'p', OPT_INT, offsetof(struct args, port), "N", "the port to listen on",
     "待ち受けるポート", .least = 0, .most = 65535},
    {"json", 'j', OPT_FLAG, offsetof(struct args, json), NULL, "print JSON", "JSON で出力する"},
    {"verbose", 'v', OPT_FLAG, offsetof(struct args, verbose), NULL, "say more", "詳しく出力する"},
    {"own", 0, OPT_LIST, offsetof(struct args, own), "CIDR",
     "a network of our own; traffic from it is counted as ours, and what leaves it is outbound",
     "自組織のネットワーク。ここからの通信を自組織のものとして数え、外へ出る通信を外向きとして扱"
     "う"},
    {0}};

static const struct opt_command no_operands = {
    .name = "scan",
    .usage = "--data DIR [--json]",
    .en = "Looks for indicators in a capture.",
    .ja = "キャプチャの中から指標を探す。",
    .more_en =
        "Exit codes: 0 nothing found, 1 found.\n\n  hinomi scan --data /var/lib/hinomi\n.dot",
    .more_ja = "終了コード: 0 見つからない、1 見つかった。",
    .options = options};

static enum opt_result parse(const struct opt_command *c, const char *const *words,
                             struct args *ret, struct arena *a, struct err *e)
{
    char *argv[16];
    int argc = 0;
    for (; words[argc]; argc++)
        argv[argc] = arena_cstr(a, cstr(words[argc]));
    return opt_parse(c, argc, argv, ret, a, e);
}

static void options_are_read_in_every_spelling(void **state)
{
    (void)state;
    static const struct {
        const char *label, *words[12];
        const char *data;
        int64_t port;
        bool json;
        size_t own, rest;
    } cases[] = {
        {"two words", {"--data", "x", "--port", "53"}, "x", 53, false, 0, 0},
        {"with equals", {"--data=x", "--port=53", "--json"}, "x", 53, true, 0, 0},
        {"an empty value", {"--data="}, "", 0, false, 0, 0},
        {"letters", {"-d", "x", "-jv", "-p53"}, "x", 53, true, 0, 0},
        {"letters glued", {"-jdx"}, "x", 0, true, 0, 0},
        {"a list takes all up to the next option",
         {"--own", "a", "b", "--data", "x", "c"},
         "x",
         0,
         false,
         2,
         1},
        {"a list again", {"--own", "a", "--data=x", "--own=b", "c"}, "x", 0, false, 2, 1},
        {"operands after --", {"-dx", "--", "--json", "-z"}, "x", 0, false, 0, 2},
        {"a dash is an operand", {"-dx", "-"}, "x", 0, false, 0, 1},
        {"a dash is a value", {"-d", "-"}, "-", 0, false, 0, 0},
        {"the last one counts", {"--data=y", "--data=x"}, "x", 0, false, 0, 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(arena_drop) struct arena memory = ARENA(1 << 16);
        struct args got = {};
        struct opt_list rest = {};
        struct opt_command command = no_operands;
        command.rest = &rest;
        struct err e = {};
        if (parse(&command, cases[i].words, &got, &memory, &e) != OPT_RUN)
            fail_msg("%s: %s", cases[i].label, e.text);
        CHECK_STR(cstr(got.data), cstr(cases[i].data), cases[i].label);
        CHECK_INT(got.port, cases[i].port, cases[i].label);
        CHECK_INT(got.json, cases[i].json, cases[i].label);
        CHECK_INT(got.own.count, cases[i].own, cases[i].label);
        CHECK_INT(rest.count, cases[i].rest, cases[i].label);
    }
}

static void a_mistake_is_named_and_the_nearest_option_with_it(void **state)
{
    (void)state;
    static const struct {
        const char *label, *words[8], *why;
    } cases[] = {
        {"unknown, but near", {"-dx", "--prot", "1"}, "no option --prot; did you mean --port?"},
        {"unknown, and far", {"-dx", "--frobnicate"}, "no option --frobnicate; --help lists them"},
        {"unknown letter", {"-dx", "-q"}, "no option -q; --help lists them"},
        {"a negative", {"-dx", "-5"}, "no option -5; --help lists them"},
        {"no value at the end", {"--data"}, "--data wants a value: DIR"},
        {"an option for a value", {"--data", "--json"}, "--data wants a value: DIR"},
        {"a value for a flag", {"-dx", "--json=1"}, "--json takes no value"},
        {"not a number", {"-dx", "--port", "http"}, "--port wants a whole number, not 'http'"},
        {"half a number", {"-dx", "--port=53x"}, "--port wants a whole number, not '53x'"},
        {"no number", {"-dx", "--port="}, "--port wants a whole number, not ''"},
        {"too large", {"-dx", "--port=65536"}, "--port is from 0 to 65535, not 65536"},
        {"too small", {"-dx", "--port", "-1"}, "--port is from 0 to 65535, not -1"},
        {"past 64 bits",
         {"-dx", "--port=99999999999999999999"},
         "--port wants a whole number, not '99999999999999999999'"},
        {"required", {"--json"}, "--data DIR is required"},
        {"an operand where none goes", {"-dx", "y"}, "'y' is one argument too many"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(arena_drop) struct arena memory = ARENA(1 << 16);
        struct args got = {};
        struct err e = {};
        CHECK_INT(parse(&no_operands, cases[i].words, &got, &memory, &e), OPT_BAD, cases[i].label);
        CHECK_INT(e.code, ERR_INVALID, cases[i].label);
        CHECK_STR(cstr(e.text), cstr(cases[i].why), cases[i].label);
    }
}

static void help_says_everything_in_english(void **state)
{
    (void)state;
    AUTO(buf_drop) struct buf out = BUF(1 << 16);
    opt_help(&no_operands, false, &out);
    CHECK_STR(buf_str(&out),
              S("Usage: hinomi scan --data DIR [--json]\n"
                "\n"
                "Looks for indicators in a capture.\n"
                "\n"
                "Options:\n"
                "  -d, --data DIR          where the node keeps its files (required)\n"
                "  -p, --port N            the port to listen on\n"
                "  -j, --json              print JSON\n"
                "  -v, --verbose           say more\n"
                "      --own CIDR…         a network of our own; traffic from it is counted as\n"
                "                          ours, and what leaves it is outbound\n"
                "  -h, --help              show this help and end\n"
                "      --man               print this command's section of the manual page (roff)\n"
                "                          and end\n"
                "\n"
                "Exit codes: 0 nothing found, 1 found.\n"
                "\n"
                "  hinomi scan --data /var/lib/hinomi\n"
                ".dot\n"),
              "help");
}

static void help_in_japanese_fits_the_screen(void **state)
{
    (void)state;
    AUTO(buf_drop) struct buf out = BUF(1 << 16);
    opt_help(&no_operands, true, &out);
    static const char *const wanted[] = {
        "使い方: hinomi scan", "キャプチャの中から指標を探す。",
        "オプション:",         "ノードのデータを置くフォルダ(必須)",
        "JSON で出力する",     "終了コード"};
    buf_byte(&out, '\0');
    for (size_t i = 0; i < COUNT(wanted); i++)
        if (!strstr(out.ptr, wanted[i]))
            fail_msg("no '%s' in:\n%s", wanted[i], out.ptr);
    out.len--;
    for (struct str rest = buf_str(&out); rest.len;)
        assert_true(text_width(str_cut(rest, '\n', &rest)) <= 80);
}

static void the_manual_section_is_roff(void **state)
{
    (void)state;
    AUTO(buf_drop) struct buf out = BUF(1 << 16);
    opt_man(&no_operands, false, &out);
    buf_byte(&out, '\0');
    static const char *const wanted[] = {
        ".SS scan\n\\fBhinomi scan\\fR \\-\\-data DIR [\\-\\-json]\n.PP\nLooks for",
        ".TP\n\\fB\\-d\\fR, \\fB\\-\\-data\\fR \\fIDIR\\fR\nwhere the node",
        "keeps its files (required)\n",
        ".TP\n\\fB\\-\\-own\\fR \\fICIDR\\fR…\n",
        ".TP\n\\fB\\-h\\fR, \\fB\\-\\-help\\fR\n",
        ".nf\n  hinomi scan \\-\\-data /var/lib/hinomi\n.fi\n\\&.dot\n",
    };
    for (size_t i = 0; i < COUNT(wanted); i++)
        if (!strstr(out.ptr, wanted[i]))
            fail_msg("no '%s' in:\n%s", wanted[i], out.ptr);
    buf_clear(&out);
    opt_man(&no_operands, true, &out);
    buf_byte(&out, '\0');
    assert_non_null(strstr(out.ptr, "ノードのデータを置くフォルダ(必須)"));
}

static void the_language_is_the_locales(void **state)
{
    (void)state;
    static const struct {
        const char *label, *all, *messages, *lang;
        bool japanese;
    } cases[] = {
        {"LANG", NULL, NULL, "ja_JP.UTF-8", true},
        {"LC_ALL wins", "C.UTF-8", "ja_JP.UTF-8", "ja_JP.UTF-8", false},
        {"LC_MESSAGES before LANG", NULL, "ja", "en_GB.UTF-8", true},
        {"an empty one is none", "", "", "ja_JP.UTF-8", true},
        {"none", NULL, NULL, NULL, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *const values[] = {cases[i].all, cases[i].messages, cases[i].lang};
        static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
        for (size_t k = 0; k < COUNT(names); k++)
            assert_int_equal(values[k] ? setenv(names[k], values[k], 1) : unsetenv(names[k]), 0);
        CHECK_INT(opt_japanese(), cases[i].japanese, cases[i].label);
    }
}

static void asking_for_help_wins_over_a_mistake(void **state)
{
    (void)state;
    static const char *const words[] = {"--frobnicate", "--help", NULL};
    static const char *const after[] = {"-dx", "--", "--help", NULL};
    AUTO(arena_drop) struct arena memory = ARENA(1 << 16);
    struct args got = {};
    struct err e = {};
    CHECK_INT(parse(&no_operands, words, &got, &memory, &e), OPT_HELPED, "help");
    CHECK_INT(parse(&no_operands, after, &got, &memory, &e), OPT_BAD, "an operand");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_are_read_in_every_spelling),
        cmocka_unit_test(a_mistake_is_named_and_the_nearest_option_with_it),
        cmocka_unit_test(help_says_everything_in_english),
        cmocka_unit_test(help_in_japanese_fits_the_screen),
        cmocka_unit_test(the_manual_section_is_roff),
        cmocka_unit_test(the_language_is_the_locales),
        cmocka_unit_test(asking_for_help_wins_over_a_mistake),
    };
    return cmocka_run_group_tests_name("opt", tests, NULL, NULL);
}
