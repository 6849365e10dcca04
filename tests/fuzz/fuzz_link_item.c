/* fuzz_link_item.c - a line from another node: refused, or read into an item that holds what it says. */
#include "exchange/link_item.h"
#include "fuzz.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(arena_drop) struct arena a = ARENA(8 << 20);
    struct link_item item;
    struct err e = {};
    uint8_t chain[SHA256_SIZE];
    if (!link_item_read(&a, (struct str){(const char *)data, size}, &item, &e)) {
        assert(e.code != ERR_OK);
        return 0;
    }
    assert(item.number >= 1 && item.version >= 1 && item.body.len);
    assert(item.path_count >= 1 && item.path_count <= LINK_HOPS_MAX);
    assert(link_item_was_at(&item, item.from));
    link_item_chain(&item, chain);
    return 0;
}
