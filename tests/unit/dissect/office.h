/* office.h - a stream or a datagram through one row, told as text: a line a message, as EVE writes it.
 *
 *     "tried {"helo":"a","command":"AUTH"}\n"     // what a login it is, then the body of the EVE line
 *
 * Each message stands alone here, as its own side; pairing is the pipeline's.
 */
#pragma once

#include "core/buf.h"
#include "dissect/dissector.h"
#include "sensor/eve/eve_private.h"
#include "tests/check.h"

#include <stdio.h>
#include <stdlib.h>

struct office_talk {
    char text[32 * 1024];
    size_t len;
    enum dissect_result last; /* how it ended: NEED_MORE, or NOT; DONE when all was used */
    size_t left;              /* bytes that nobody took */
};

static inline void office_tell(struct office_talk *t, const struct dissector *d,
                               const union dissect_facts *ask, const union dissect_facts *answer)
{
    static const char *const logins[] = {"", "tried ", "failed ", "done "};
    AUTO(buf_drop) struct buf out = BUF(1 << 20);
    AUTO(eve_drop) struct eve *eve = eve_new_into(&out, 0);
    const struct eve_row *row = eve_row_of(d->app);
    if (!buf_room(&out, EVE_LINE_MAX))
        abort();
    row->body(eve, ask, answer);
    struct str body = str_skip(buf_str(&out), strlen(row->type) + 4);
    int n = snprintf(t->text + t->len, sizeof t->text - t->len, "%s" STR_FMT "\n",
                     logins[d->login ? d->login(ask ? ask : answer) : 0], STR_ARG(body));
    t->len += (size_t)n;
}

static inline void office_message(struct office_talk *t, const struct dissector *d,
                                  const union dissect_facts *f, bool server)
{
    bool response = d->response ? d->response(f) : server;
    office_tell(t, d, response ? NULL : f, response ? f : NULL);
}

static inline void office_stream(struct office_talk *t, const struct dissector *d, struct str bytes,
                                 bool server)
{
    t->len = 0;
    t->text[0] = 0;
    t->last = DISSECT_DONE;
    while (bytes.len && t->last == DISSECT_DONE) {
        union dissect_facts facts;
        size_t used = 0;
        memset(&facts, 0xa5, sizeof facts);
        t->last = d->parse(DISSECT_TCP, bytes, &facts, &used);
        if (t->last != DISSECT_DONE)
            break;
        office_message(t, d, &facts, server);
        bytes = str_skip(bytes, used);
        if (!d->repeats || used == DISSECT_USED_ALL)
            bytes = STR_NONE;
    }
    t->left = bytes.len;
}

static inline void office_datagram(struct office_talk *t, const struct dissector *d,
                                   struct str bytes)
{
    union dissect_facts facts;
    size_t used = 0;
    t->len = 0;
    t->text[0] = 0;
    t->left = 0;
    memset(&facts, 0xa5, sizeof facts);
    t->last = d->parse(DISSECT_UDP, bytes, &facts, &used);
    if (t->last == DISSECT_DONE)
        office_message(t, d, &facts, false);
}

/* A seed of the fuzzers' corpus, "smb/chain". */
static inline struct str office_seed(const char *name, char *room, size_t size)
{
    char path[512];
    const char *root = getenv("HINOMI_SOURCE_ROOT");
    (void)snprintf(path, sizeof path, "%s/tests/fuzz/corpus/%s", root ? root : ".", name);
    FILE *f = fopen(path, "rb");
    if (!f)
        fail_msg("%s cannot be read", path);
    size_t n = fread(room, 1, size, f);
    (void)fclose(f);
    return (struct str){room, n};
}

#define CHECK_TEXT(got, want, label)                                                               \
    do {                                                                                           \
        if (strcmp((got), (want)) != 0)                                                            \
            fail_msg("%s: got\n%swant\n%s", (label), (got), (want));                               \
    } while (0)
