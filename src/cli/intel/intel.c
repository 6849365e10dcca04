/* intel.c - hinomi intel lint|lookup|import: hands over to the part that was named. */
#include "cli/cli_intel.h"

#include "cli/intel/intel_private.h"
#include "core/io.h"

#include <sys/ioctl.h>
#include <unistd.h>

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
} parts[] = {{"lint", intel_lint}, {"lookup", intel_lookup}, {"import", intel_import}};

int intel_width(void)
{
    struct winsize size;
    return isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

bool intel_print(const struct buf *out)
{
    struct err e = {0};
    if (fd_write_all(STDOUT_FILENO, buf_str(out), &e))
        return true;
    fprintf(stderr, "hinomi intel: %s\n", e.text);
    return false;
}

static int usage(FILE *to)
{
    fputs(opt_japanese() ? "使い方: hinomi intel lint|lookup|import …\n"
                           "「hinomi intel lint --help」などで説明を表示します。\n"
                         : "Usage: hinomi intel lint|lookup|import …\n"
                           "`hinomi intel lint --help` and so on explain each.\n",
          to);
    return to == stdout ? 0 : 2;
}

int cli_intel(int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : "";
    if (strcmp(word, "--man") == 0) {
        int worst = 0;
        for (size_t i = 0; i < COUNT(parts); i++) {
            char man[] = "--man", name[16];
            snprintf(name, sizeof name, "%s", parts[i].name);
            char *args[] = {name, man, NULL};
            int code = parts[i].run(2, args);
            worst = code > worst ? code : worst;
        }
        return worst;
    }
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
        return usage(stdout);
    for (size_t i = 0; i < COUNT(parts); i++)
        if (strcmp(word, parts[i].name) == 0)
            return parts[i].run(argc - 1, argv + 1);
    return usage(stderr);
}
