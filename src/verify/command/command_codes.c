/* command_codes.c - hinomi-verify codes: every code and what it means, in the language of the machine. */
#include "verify/command.h"

#include <stdio.h>

int command_codes(int argc, char **argv)
{
    AUTO(arena_drop) struct arena a = ARENA(1 << 16);
    static const struct opt options[] = {{0}};
    static const struct opt_command command = {
        .program = "hinomi-verify",
        .name = "codes",
        .usage = "",
        .en = "list every finding by its code",
        .ja = "検出符号の一覧",
        .more_en =
            "Codes that begin with N are notes, not faults. docs/oversight.md explains each.",
        .more_ja = "N で始まる符号は注記で、問題ではありません。説明は docs/oversight.md。",
        .options = options,
    };
    struct err e = {0};
    bool done, none;
    int code =
        command_parsed("codes", opt_parse(&command, argc - 1, argv + 1, &none, &a, &e), &e, &done);
    for (size_t i = 0; !done && i < FINDING_CODES; i++) {
        char id[FINDING_ID_SIZE];
        finding_id((enum finding_code)i, id);
        printf("%-6s %s\n", id, finding_text((enum finding_code)i, opt_japanese()));
    }
    return code;
}
