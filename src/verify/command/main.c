/* main.c - hinomi-verify: what a sensor and a node left behind, checked by a body that trusts neither.
 *
 * Why a second program: whoever is inspected wrote hinomi. This one is small, links the core library alone, opens
 * no socket, and reads every format with code of its own, so that it can be read, built and run elsewhere.
 */
#include "verify/command.h"

#include "core/keys.h"

#include <signal.h>
#include <stdio.h>

const struct command commands[] = {
    {"run", command_run, "check the folder of a run: counters, authority, fields, seals, deletion",
     "実行フォルダの検証（計数・授権・項目・封印・削除）"},
    {"journal", command_journal, "check an exported journal and old checkpoints",
     "書き出したジャーナルと保管したチェックポイントの検証"},
    {"proof", command_proof, "check one proof of a journal", "ジャーナルの証明 1 件の検証"},
    {"report", command_report, "count a report to the Diet again", "国会報告の数え直し"},
    {"codes", command_codes, "list every finding by its code", "検出符号の一覧"},
};
const size_t command_count = COUNT(commands);

static void print_help(FILE *out)
{
    bool ja = opt_japanese();
    fprintf(out,
            ja ? "使い方: hinomi-verify <コマンド> [オプション…]\n\n"
                 "センサーとノードの残したものを、どちらも信用せずに検証します。\n\nコマンド:\n"
               : "Usage: hinomi-verify <command> [options…]\n\n"
                 "Checks what a sensor and a node left behind, and trusts neither.\n\n"
                 "commands:\n");
    for (size_t i = 0; i < command_count; i++)
        fprintf(out, "  %-9s %s\n", commands[i].name, ja ? commands[i].ja : commands[i].en);
    fprintf(out, ja ? "\n「hinomi-verify <コマンド> --help」で説明を表示します。\n"
                    : "\n`hinomi-verify <command> --help` explains each of them.\n");
}

/* A manual page of its own, from the tables that the options are parsed by. */
static int print_man(void)
{
    printf(".TH HINOMI-VERIFY 1 \"\" \"hinomi %s\" \"User Commands\"\n.SH NAME\nhinomi-verify \\- "
           "check what a sensor and a node left behind\n.SH SYNOPSIS\n.B hinomi-verify\n.I "
           "command\n[options...]\n.SH DESCRIPTION\nAn oversight body's own program: it uses no "
           "network, and no code of the node or the sensor.\n.SH COMMANDS\n",
           HINOMI_VERSION);
    fflush(stdout);
    for (size_t i = 0; i < command_count; i++) {
        char name[16], man[] = "--man";
        snprintf(name, sizeof name, "%s", commands[i].name);
        char *argv[] = {name, man, NULL};
        if (commands[i].run(2, argv) != VERIFY_SOUND)
            return VERIFY_UNUSABLE;
    }
    return VERIFY_SOUND;
}

int main(int argc, char **argv)
{
    keys_init();
    signal(SIGPIPE, SIG_IGN); /* a reader that goes away is an error to report */
    const char *word = argc > 1 ? argv[1] : "";
    if (!*word || strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
        print_help(*word ? stdout : stderr);
        return *word ? VERIFY_SOUND : VERIFY_UNUSABLE;
    }
    if (strcmp(word, "--version") == 0) {
        printf("hinomi-verify %s\n", HINOMI_VERSION);
        return VERIFY_SOUND;
    }
    if (strcmp(word, "--man") == 0)
        return print_man();
    for (size_t i = 0; i < command_count; i++)
        if (strcmp(word, commands[i].name) == 0)
            return commands[i].run(argc - 1, argv + 1);
    fprintf(stderr, "hinomi-verify: no command '%.60s'; `hinomi-verify --help` lists them\n", word);
    return VERIFY_UNUSABLE;
}
