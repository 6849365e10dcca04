/* train_dga.c - fits the model of src/detect/dga_model.h and prints it as src/detect/dga_table.c.
 *
 *     ninja -C build train-dga
 *     build/train-dga ../shared/data > src/detect/dga_table.c
 *
 * The folder holds dga/ (generated names by family) and misp/warninglists/ (popular names). The same lists
 * give the same file. How well a model knows families it never saw is what tests/unit/detect/test_dga.c prints.
 */
#include "detect/dga_learn.h"

#include <stdio.h>
#include <stdlib.h>

enum { MEMORY_MOST = 1 << 30, OF_FAMILY = 2000, ACROSS = 112, WORDS_ACROSS = 5, FLOATS_ACROSS = 7 };

static void text_print(const char *name, const char *text)
{
    printf("    .%s =", name);
    for (size_t len = strlen(text); len;) {
        int n = len < ACROSS ? (int)len : ACROSS;
        printf("\n        \"%.*s\"", n, text);
        text += n;
        len -= (size_t)n;
    }
    printf(",\n");
}

static void floats_print(const float *x, size_t count)
{
    for (size_t i = 0; i < count; i++)
        printf("%s%.9gF,", i % FLOATS_ACROSS ? " " : i ? "\n         " : "", (double)x[i]);
}

static void row_print(const char *name, const float *x, size_t count)
{
    printf("    .%s = {\n        ", name);
    floats_print(x, count);
    printf("},\n");
}

static void model_print(const struct dga_model *m, const struct dga_lists *l)
{
    size_t made = 0;
    for (size_t i = 0; i < l->family_count; i++)
        made += l->families[i].words ? 0 : l->families[i].count;
    printf(
        "/* dga_table.c - the built-in model, written by tools/train-dga from %zu popular labels "
        "and "
        "lists of\n * %zu generated ones. Not to be edited. */\n#include \"detect/dga_model.h\"\n\n"
        "/* clang-format off */\nconst struct dga_model dga_model_built_in = {\n",
        l->popular_count, made);
    text_print("usual", m->usual);
    text_print("made", m->made);
    printf("    .known = {");
    for (size_t i = 0; i < COUNT(m->known); i++)
        printf("%s0x%llx,", i % WORDS_ACROSS ? " " : "\n        ", (unsigned long long)m->known[i]);
    printf("\n    },\n");
    row_print("middle", m->middle, DGA_FEATURES);
    row_print("scale", m->scale, DGA_FEATURES);
    printf("    .hidden = {");
    for (int f = 0; f <= DGA_FEATURES; f++) {
        printf("\n        {");
        floats_print(m->hidden[f], DGA_HIDDEN);
        printf("},");
    }
    printf("\n    },\n");
    row_print("out", m->out, DGA_HIDDEN + 1);
    printf("};\n/* clang-format on */\n");
}

int main(int argc, char **argv)
{
    AUTO(arena_drop) struct arena memory = ARENA(MEMORY_MOST);
    struct dga_lists lists;
    struct err e = {0};
    if (argc != 2) {
        fprintf(stderr, "usage: train-dga FOLDER > src/detect/dga_table.c\n");
        return 2;
    }
    if (!dga_lists_read(&memory, argv[1], &lists, &e)) {
        fprintf(stderr, "train-dga: %s\n", e.text);
        return 2;
    }
    struct dga_model *model = malloc(sizeof *model);
    if (!model)
        abort();
    const struct dga_lesson lesson = {.lists = &lists,
                                      .popular_end = lists.popular_count,
                                      .most_of_family = OF_FAMILY};
    dga_learn(&lesson, model);
    model_print(model, &lists);
    free(model);
    return 0;
}
