/* nftables.h - the block list as nftables sets, for `nft -f`: one file, one atomic replacement.
 *
 * The file owns the table "inet hinomi" and nothing else: it flushes and refills its four sets, each
 * element with its own timeout, so that the kernel lets an entry end even when nobody writes a new
 * file. A rule of the operator's own refers to the sets (@block4, @nets4, @block6, @nets6).
 * A network inside another listed network is left to the wider one until that ends, since interval
 * sets refuse overlaps. Names go to the resolver (rpz.h), not here.
 * Source: nft(8), "SETS"; timeouts in whole seconds.
 */
#pragma once

#include "exchange/blocklist.h"

/* The number of elements written. Check out->over afterwards. */
size_t nftables_write(const struct blocklist *b, int64_t now, struct buf *out);
