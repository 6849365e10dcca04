/* main.c - `hinomi <subcommand>`, like git: finds the row, hands over, keeps its hands off the rest. */
#include "cli/commands.h"
#include "core/keys.h"
#include "core/opt.h"

#include <signal.h>

static void print_help(FILE *out)
{
    bool ja = opt_japanese();
    fprintf(out,
            ja ? "使い方: hinomi <コマンド> [オプション…]\n\n"
                 "火の見: 見つけ、知らせ、備え、証明する、共同のサイバー防衛。\n\nコマンド:\n"
               : "Usage: hinomi <command> [options…]\n\n"
                 "The fire lookout: collective cyber defence that sees, warns, acts and proves.\n\n"
                 "commands:\n");
    for (size_t i = 0; i < command_count; i++)
        fprintf(out, "  %-13s %s\n", commands[i].name, ja ? commands[i].ja : commands[i].en);
    fprintf(out, ja ? "\n「hinomi <コマンド> --help」で各コマンドの説明を表示します。\n"
                    : "\n`hinomi <command> --help` explains each of them.\n");
}

/* All man sections from the same tables the parsers use: `hinomi --man` feeds packaging/man. */
static int print_man(void)
{
    printf(
        ".TH HINOMI 1 \"\" \"hinomi %s\" \"User Commands\"\n.SH NAME\nhinomi \\- collective cyber "
        "defence in one program\n.SH SYNOPSIS\n.B hinomi\n.I command\n[options...]\n",
        HINOMI_VERSION);
    fflush(stdout);
    for (size_t i = 0; i < command_count; i++) {
        char name[32], man[] = "--man";
        snprintf(name, sizeof name, "%s", commands[i].name);
        char *argv[] = {name, man, NULL};
        if (commands[i].run(2, argv) != 0)
            return 2;
    }
    return 0;
}

int main(int argc, char **argv)
{
    keys_init();
    signal(SIGPIPE, SIG_IGN); /* a reader that goes away is an error to report, not a death */
    struct str word = argc > 1 ? (struct str){argv[1], strlen(argv[1])} : STR_NONE;
    if (!word.len || str_eq(word, S("--help")) || str_eq(word, S("-h")) ||
        str_eq(word, S("help"))) {
        print_help(word.len ? stdout : stderr);
        return word.len ? 0 : 2;
    }
    if (str_eq(word, S("--version"))) {
        printf("hinomi %s\n", HINOMI_VERSION);
        return 0;
    }
    if (str_eq(word, S("--man")))
        return print_man();
    for (size_t i = 0; i < command_count; i++)
        if (str_eq(word, (struct str){commands[i].name, strlen(commands[i].name)}))
            return commands[i].run(argc - 1, argv + 1);
    fprintf(stderr, "hinomi: no command '%.60s'; `hinomi --help` lists them\n", argv[1]);
    return 2;
}
