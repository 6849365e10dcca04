/* command.c - what the commands share. See command.h. */
#include "verify/command.h"

#include "core/io.h"

#include <stdio.h>
#include <unistd.h>

enum { ANSWER_MOST = 16 << 20 };

int command_fail(const char *name, const struct err *e)
{
    fprintf(stderr, "hinomi-verify %s: %s\n", name, e->text);
    return VERIFY_UNUSABLE;
}

int command_parsed(const char *name, enum opt_result result, const struct err *e, bool *ret_done)
{
    *ret_done = result != OPT_RUN;
    return result == OPT_BAD ? command_fail(name, e) : VERIFY_SOUND;
}

int command_answer(const char *name, const struct findings *found, bool json, struct str head)
{
    AUTO(buf_drop) struct buf out = BUF((size_t)ANSWER_MOST);
    bool ja = opt_japanese();
    unsigned long long faults = findings_faults(found);
    struct err e = {0};
    if (json) {
        findings_json(found, &out);
    } else {
        buf_put(&out, head);
        findings_table(found, ja, &out);
        if (faults)
            buf_fmt(&out, ja ? "問題 %llu 件\n" : "%llu faults found\n", faults);
        else
            buf_put(&out, ja ? S("正常\n") : S("sound\n"));
    }
    if (out.over)
        err_set(&e, ERR_LIMIT, "more to print than %d bytes", ANSWER_MOST);
    if (out.over || !fd_write_all(STDOUT_FILENO, buf_str(&out), &e))
        return command_fail(name, &e);
    return faults ? VERIFY_FAULTS : VERIFY_SOUND;
}
