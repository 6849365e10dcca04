/* ledger_keys.c - whose signatures stand under a checkpoint, and what others kept of the log. See ledger.h. */
#include "ledger_private.h"

#include "core/io.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#define FAULT(l, code, file, line, ...)                                                            \
    finding_add((l)->found, FINDING_##code, file, line, __VA_ARGS__)

bool ledger_keys(struct ledger *l, struct err *e)
{
    bool any = false;
    for (size_t i = 0; i < l->options->keys.count; i++) {
        const char *text = l->options->keys.items[i];
        if (l->key_count == LEDGER_KEYS)
            return err_set(e, ERR_LIMIT, "more than %d keys", LEDGER_KEYS);
        if (!mark_key_read((struct str){text, strlen(text)}, &l->keys[l->key_count], e))
            return err_wrap(e, "--key");
        any |= l->keys[l->key_count++].algorithm == MARK_LOG;
    }
    return any || err_set(e, ERR_INVALID,
                          "the log's key is needed (--key): take it from a source of your own");
}

enum mark_answer ledger_log_signed(struct ledger *l, const struct mark *m, const char *file)
{
    enum mark_answer best = MARK_ABSENT;
    for (size_t i = 0; i < l->key_count; i++) {
        if (l->keys[i].algorithm != MARK_LOG)
            continue;
        enum mark_answer answer = mark_signed(m, &l->keys[i]);
        if (answer == MARK_SIGNED || best == MARK_ABSENT)
            best = answer;
    }
    if (best != MARK_SIGNED)
        FAULT(l, O1_01, file, 0, "%s", best == MARK_BAD ? "bad signature" : "no signature");
    return best;
}

void ledger_witnesses(struct ledger *l)
{
    for (size_t i = 0; i < l->key_count; i++) {
        const struct mark_key *k = &l->keys[i];
        if (k->algorithm != MARK_WITNESS)
            continue;
        enum mark_answer answer = mark_signed(&l->mark, k);
        if (answer == MARK_ABSENT && l->cosigned)
            answer = mark_signed(&l->cosigned->mark, k);
        l->totals.cosignatures += answer == MARK_SIGNED;
        if (answer != MARK_SIGNED)
            FAULT(l, O1_15, CHECKPOINT_FILE, 0, STR_FMT, STR_ARG(k->name));
    }
}

bool ledger_kept_read(struct ledger *l, struct err *e)
{
    for (size_t i = 0; i < l->options->kept.count; i++) {
        struct ledger_kept *k = &l->kept[l->kept_count];
        struct str bytes;
        if (l->kept_count == LEDGER_KEPT)
            return err_set(e, ERR_LIMIT, "more than %d checkpoints", LEDGER_KEPT);
        k->path = l->options->kept.items[i];
        if (!file_read(l->memory, k->path, MARK_MOST, &bytes, e) || !mark_read(bytes, &k->mark, e))
            return err_wrap(e, "%s", k->path);
        l->kept_count++;
    }
    return true;
}

bool ledger_cosigned_read(struct ledger *l, struct err *e)
{
    char path[PATH_MAX];
    struct ledger_kept *k = &l->kept[l->kept_count];
    struct str bytes;
    struct err why = {0};
    int n = snprintf(path, sizeof path, "%s/" COSIGNED_FILE, l->options->dir);
    if (n <= 0 || (size_t)n >= sizeof path)
        return err_set(e, ERR_LIMIT, "path longer than %d bytes", PATH_MAX);
    if (!file_read(l->memory, path, MARK_MOST, &bytes, &why)) {
        if (why.code != ERR_NOT_FOUND)
            *e = why;
        return why.code == ERR_NOT_FOUND;
    }
    k->path = COSIGNED_FILE;
    if (!mark_read(bytes, &k->mark, &why)) {
        FAULT(l, O1_16, COSIGNED_FILE, 0, "%s", why.text);
        return true;
    }
    l->cosigned = k;
    l->kept_count++;
    return true;
}

/* --- entries that others kept --- */

static int by_leaf(const void *a, const void *b)
{
    return memcmp(((const struct ledger_held *)a)->leaf.bytes,
                  ((const struct ledger_held *)b)->leaf.bytes, SHA256_SIZE);
}

bool ledger_held_read(struct ledger *l, struct err *e)
{
    for (size_t i = 0; i < l->options->held.count; i++) {
        const char *path = l->options->held.items[i];
        struct str text;
        int64_t number = 0;
        if (!file_read(l->memory, path, (size_t)64 << 20, &text, e))
            return false;
        while (text.len) {
            struct str line = str_cut(text, '\n', &text);
            number++;
            if (line.len)
                vec_push(&l->held, ((struct ledger_held){.leaf = tree_hash_leaf(line),
                                                         .path = path,
                                                         .line = number}));
        }
    }
    if (l->held.len)
        qsort(l->held.ptr, l->held.len, sizeof *l->held.ptr, by_leaf);
    return true;
}

void ledger_held(struct ledger *l, struct str line)
{
    if (!l->held.len)
        return;
    struct ledger_held wanted = {.leaf = tree_hash_leaf(line)};
    struct ledger_held *one =
        bsearch(&wanted, l->held.ptr, l->held.len, sizeof *l->held.ptr, by_leaf);
    if (!one)
        return;
    while (one > l->held.ptr && by_leaf(one - 1, &wanted) == 0) /* the same line kept twice */
        one--;
    for (; one < l->held.ptr + l->held.len && by_leaf(one, &wanted) == 0; one++)
        one->met = true;
}

void ledger_held_judge(struct ledger *l)
{
    for (size_t i = 0; i < l->held.len; i++)
        if (!l->held.ptr[i].met)
            FAULT(l, O1_18, l->held.ptr[i].path, l->held.ptr[i].line, "%s", "");
}
