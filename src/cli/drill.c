/* drill.c - `hinomi drill synth`: a capture from a scenario and a seed, its labels, and a feed that finds them. */
#include "cli/cli_drill.h"

#include "core/io.h"
#include "core/opt.h"
#include "synth/scenario.h"

enum { EXIT_BAD = 2, INDICATORS_MOST = 16000000 };
enum { FILE_BYTES_MOST = 1 << 30, ARENA_MOST = 1 << 20, FILE_MODE = 0644 };

struct args {
    const char *scenario, *out, *scale, *labels, *intel;
    int64_t seed, indicators;
    bool list;
    struct opt_list verb, set;
};

static const struct opt options[] = {
    {"scenario", 0, OPT_TEXT, offsetof(struct args, scenario), "NAME",
     "one of those that --list shows", "--list が示すもののいずれか"},
    {"out", 'o', OPT_TEXT, offsetof(struct args, out), "FILE", "where the capture goes (pcap)",
     "キャプチャ（pcap）の書き出し先"},
    {"seed", 0, OPT_INT, offsetof(struct args, seed), "N",
     "the same number makes the same bytes (default 1)", "同じ数からは同じ内容ができる（既定 1）",
     .least = 0, .most = INT64_MAX},
    {"scale", 0, OPT_TEXT, offsetof(struct args, scale), "X",
     "how much of it, above 0 and up to 100 (default 1)", "規模。0 より大きく 100 まで（既定 1）"},
    {"set", 0, OPT_LIST, offsetof(struct args, set), "KEY=VALUE",
     "settings of a day: behaviour=beacon,dga interval=60 (see --list)",
     "一日の設定: behaviour=beacon,dga interval=60 など（--list を参照）"},
    {"list", 0, OPT_FLAG, offsetof(struct args, list), NULL,
     "show the scenarios, and the behaviours with their settings",
     "シナリオと、攻撃行動とその設定を示す"},
    {"labels", 0, OPT_TEXT, offsetof(struct args, labels), "FILE",
     "where the list of what is hidden goes (JSON lines)",
     "仕込んだものの一覧の書き出し先（JSON Lines）"},
    {"intel", 0, OPT_TEXT, offsetof(struct args, intel), "FILE",
     "where a list of indicators goes that holds all the mix hides",
     "混合通信に仕込んだものを全て含む指標一覧の書き出し先"},
    {"indicators", 0, OPT_INT, offsetof(struct args, indicators), "N",
     "how many indicators that list has (default 1000)", "その一覧の件数（既定 1000）",
     .least = 500, .most = INDICATORS_MOST},
    {0}};

static bool scale_parse(const char *text, double *ret_scale, struct err *e)
{
    char *end = NULL;
    double scale = strtod(text, &end);
    if (!*text || *end || !(scale > 0 && scale <= 100))
        return err_set(e, ERR_INVALID, "--scale %s: above 0 and up to 100 is possible", text);
    *ret_scale = scale;
    return true;
}

static bool labels_write(const char *path, const struct synth_result *made, struct err *e)
{
    AUTO(buf_drop) struct buf text = BUF(FILE_BYTES_MOST);
    synth_labels_put(made, &text);
    if (text.over)
        return err_set(e, ERR_LIMIT, "%s: too many labels", path);
    return file_replace(path, buf_str(&text), FILE_MODE, e);
}

static bool intel_write(const struct args *args, struct err *e)
{
    AUTO(buf_drop) struct buf text = BUF(FILE_BYTES_MOST);
    return synth_indicators_put((uint64_t)args->seed, (size_t)args->indicators, &text, e) &&
           file_replace(args->intel, buf_str(&text), FILE_MODE, e);
}

static bool synth(const struct args *args, struct err *e)
{
    AUTO(synth_result_drop) struct synth_result made = {0};
    struct synth_order order = {.scenario = args->scenario,
                                .seed = (uint64_t)args->seed,
                                .start_us = SYNTH_EPOCH,
                                .settings = args->set.items,
                                .setting_count = args->set.count};
    if (!scale_parse(args->scale, &order.scale, e) || !synth_write(&order, args->out, &made, e) ||
        (args->labels && !labels_write(args->labels, &made, e)) ||
        (args->intel && !intel_write(args, e)))
        return false;
    printf(opt_japanese() ? "%s: %llu フレーム、%llu バイト、%llu フロー（DNS %llu、TLS %llu、HTTP "
                            "%llu）、仕込み %zu 件、行動 %zu 件\n"
                          : "%s: %llu frames, %llu bytes, %llu flows (DNS %llu, TLS %llu, HTTP "
                            "%llu), %zu labels, %zu deeds\n",
           args->out, (unsigned long long)made.frames, (unsigned long long)made.bytes,
           (unsigned long long)made.flows, (unsigned long long)made.dns_messages,
           (unsigned long long)made.tls_hellos, (unsigned long long)made.http_requests,
           made.label_count, made.deed_count);
    return true;
}

static void list_print(void)
{
    const struct synth_scenario *s;
    const struct synth_behaviour *b;
    bool ja = opt_japanese();
    for (size_t i = 0; (s = synth_scenario_at(i)); i++)
        printf("%-14s %s\n", s->name, ja ? s->ja : s->en);
    printf(ja ? "\n行動（day・week の behaviour=。none と all もある）\n"
              : "\nBehaviours (behaviour= of day and week; none and all are possible too)\n");
    for (size_t i = 0; (b = synth_behaviour_at(i)); i++) {
        printf("%-14s %s\n", b->name, ja ? b->ja : b->en);
        for (const struct synth_setting *k = b->settings; k->key; k++)
            printf("    %-10s %-10s %s\n", k->key, k->normal,
                   ja ? synth_setting_ja(k->key) : k->en);
    }
}

int cli_drill(int argc, char **argv)
{
    struct args args = {.scale = "1", .seed = 1, .indicators = 1000};
    const struct opt_command command = {
        .name = "drill",
        .usage = "synth (--list | --scenario NAME --out FILE [--seed N] [--scale X] [--set "
                 "KEY=VALUE...])",
        .en = "make traffic to practise on, and say what is hidden in it",
        .ja = "演習用の通信を作り、仕込んだものを示す",
        .more_en = "Frames, names and fingerprints depend on the scenario, the seed and the scale "
                   "alone. Content is a canary text that nothing may store. Exit status: 0, or 2 "
                   "when something could not be made.",
        .more_ja = "内容はシナリオ・シード・規模だけで決まります。本文は保存を禁じた印の文です。"
                   "終了コード: 0、作れないときは 2。",
        .options = options,
        .rest = &args.verb};
    AUTO(arena_drop) struct arena memory = ARENA(ARENA_MOST);
    struct err e = {0};
    switch (opt_parse(&command, argc - 1, argv + 1, &args, &memory, &e)) {
    case OPT_HELPED: return 0;
    case OPT_BAD: fprintf(stderr, "hinomi drill: %s\n", e.text); return EXIT_BAD;
    case OPT_RUN: break;
    }
    if (args.verb.count != 1 || strcmp(args.verb.items[0], "synth") != 0) {
        fprintf(stderr, "hinomi drill: the one drill there is, is 'synth'\n");
        return EXIT_BAD;
    }
    if (args.list) {
        list_print();
        return 0;
    }
    if (!args.scenario || !args.out) {
        fprintf(stderr, "hinomi drill: --scenario and --out are needed\n");
        return EXIT_BAD;
    }
    if (synth(&args, &e))
        return 0;
    fprintf(stderr, "hinomi drill: %s\n", e.text);
    return EXIT_BAD;
}
