/* admin_list.c - a list of the node's, as a table a person can read. */
#include "cli/admin/admin_private.h"
#include "core/table.h"

#include <unistd.h>

static void put_cell(struct table *t, const struct json *v)
{
    if (!v || v->kind == JSON_NULL)
        table_cell(t, S(""));
    else if (v->kind == JSON_TRUE || v->kind == JSON_FALSE)
        table_cell(t, v->kind == JSON_TRUE ? S("yes") : S("no"));
    else
        table_cell(t, v->text);
}

bool admin_print_list(struct admin *a, const struct json *list, const struct admin_column *columns,
                      size_t count)
{
    AUTO(buf_drop) struct buf out = BUF(ADMIN_ARENA);
    const char **heads = arena_array(&a->memory, const char *, count + 1);
    for (size_t i = 0; i < count; i++)
        heads[i] = opt_japanese() ? columns[i].head_ja : columns[i].head_en;
    struct table *t = table_new(&a->memory, heads);
    for (json_each(row, list))
        for (size_t i = 0; i < count; i++)
            put_cell(t, json_get(row, columns[i].member));
    table_print(t, &out, isatty(STDOUT_FILENO), 0);
    return admin_print(a, buf_str(&out));
}
