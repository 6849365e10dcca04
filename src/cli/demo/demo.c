/* demo.c - `hinomi demo`: one warning goes round seven organisations, live, on this machine. */
#include "cli/cli_demo.h"

#include "cli/demo/demo_private.h"
#include "core/io.h"
#include "core/opt.h"
#include "core/time.h"

#include <ftw.h>
#include <signal.h>
#include <unistd.h>

struct args {
    bool keep;
    const char *dir;
};

static const struct opt options[] = {{"keep", 'k', OPT_FLAG, offsetof(struct args, keep), NULL,
                                      "leave the nodes running and their files in place",
                                      "終了後もノードとファイルを残す", false, 0, 0},
                                     {"dir", 0, OPT_TEXT, offsetof(struct args, dir), "DIR",
                                      "where the files go; a new folder (default: a temporary one)",
                                      "ファイルを置く新しいフォルダ（省略時は一時フォルダ）", false,
                                      0, 0},
                                     {0}};

static const struct opt_command command = {
    .name = "demo",
    .usage = "[--keep] [--dir DIR]",
    .en = "show one warning going round seven organisations, on this machine",
    .ja = "一つの警報が七つの組織を巡る様子を、この機械で見せる",
    .more_en = "Starts a centre, four operators, a partner country and the oversight commission as "
               "separate\n"
               "processes on loopback. Ctrl-C ends them all and removes their files.\n",
    .more_ja =
        "国家センター、四つの事業者、同志国、監理委員会を、それぞれ別のプロセスとして起動します。\n"
        "Ctrl-C で全て終わり、ファイルも消えます。\n",
    .options = options};

static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
    interrupted = number;
}

bool demo_interrupted(void)
{
    return interrupted != 0;
}

static int remove_one(const char *path, const struct stat *s, int type, struct FTW *at)
{
    (void)s, (void)type, (void)at;
    return remove(path);
}

static bool make_dir(struct town *t, const char *asked, struct err *e)
{
    if (asked) {
        t->dir = asked;
        return access(asked, F_OK) != 0 ? dir_make(asked, 0700, e)
                                        : err_set(e, ERR_CONFLICT, "%s exists already", asked);
    }
    const char *base = getenv("TMPDIR");
    char text[512];
    snprintf(text, sizeof text, "%s/hinomi-demo-XXXXXX", base && *base ? base : "/tmp");
    char *made = mkdtemp(text);
    t->dir = made ? arena_cstr(t->memory, (struct str){made, strlen(made)}) : NULL;
    return made || err_set(e, ERR_IO, "%s: %m", text);
}

static void tell_how_to_look(const struct town *t)
{
    const struct citizen *centre = &t->citizens[CENTRE];
    tell_fmt(word(t, "\nThe nodes go on, in %s. To look further:\n",
                  "\nノードは動き続けます（%s）。次のように見られます:\n"),
             t->dir);
    tell_fmt(
        "  curl -s --cacert %s/keys/tls.crt -H \"Authorization: Bearer $(cat %s/keys/admin.key)\" "
        "%s/v1/situation\n  hinomi log show --data %s\n  kill",
        centre->dir, centre->dir, centre->url, centre->dir);
    for (size_t i = 0; i < t->crew.count; i++)
        tell_fmt(" %d", (int)t->crew.pids[i]);
    tell_fmt("\n");
}

int cli_demo(int argc, char **argv)
{
    AUTO(arena_drop) struct arena memory = ARENA((size_t)1 << 30);
    struct args args = {0};
    struct err e = {0};
    enum opt_result parsed = opt_parse(&command, argc - 1, argv + 1, &args, &memory, &e);
    if (parsed != OPT_RUN) {
        if (parsed == OPT_BAD)
            fprintf(stderr, "hinomi demo: %s\n", e.text);
        return parsed == OPT_BAD ? 2 : 0;
    }
    struct sigaction act = {.sa_handler = on_signal};
    sigaction(SIGINT, &act, NULL);
    sigaction(SIGTERM, &act, NULL);

    struct town t = {.memory = &memory,
                     .ja = opt_japanese(),
                     .colour = isatty(STDOUT_FILENO),
                     .crew = {.outlive = args.keep}};
    int64_t from = time_monotonic();
    if (!make_dir(&t, args.dir, &e)) {
        fprintf(stderr, "hinomi demo: %s\n", e.text);
        return 2;
    }
    tell(&t, "Seven organisations, each its own process on this machine:\n",
         "七つの組織が、この機械の別々のプロセスとして動きます:\n");
    bool ok = town_build(&t, &e) && town_story(&t, &e);
    if (!ok)
        fprintf(stderr, "hinomi demo: %s\n", e.text);
    if (ok && args.keep)
        tell_how_to_look(&t);
    if (ok && !args.keep)
        tell_fmt(
            word(&t,
                 "  the whole demo took %.1f s. `hinomi demo --keep` leaves the nodes running.\n",
                 "  全体で %.1f 秒。`hinomi demo --keep` でノードを残せます。\n"),
            (double)(time_monotonic() - from) / 1e6);
    if (!ok)
        t.crew.outlive = false;
    struct crew *crew = &t.crew;
    crew_stop(&crew);
    town_free(&t);
    if (!args.keep && (ok || interrupted))
        nftw(t.dir, remove_one, 32, FTW_DEPTH | FTW_PHYS);
    return ok ? 0 : interrupted ? 130 : 1;
}
