/* fuzz_netflow.c - any bytes as datagrams of flow exporters, several of them to one reader: the counts add up, and
 * what is read can be written as IPFIX and read again. The first byte of each two of a length is its high one. */
#include "fuzz.h"
#include "net/export/ipfix.h"
#include "net/export/netflow.h"

struct both {
    struct netflow *again;
    struct ipfix *out;
    uint64_t records, back;
};

static void on_back(void *context, const struct flow_record *r)
{
    struct both *b = context;
    (void)r;
    b->back++;
}

static void on_record(void *context, const struct flow_record *r)
{
    struct both *b = context;
    b->records++;
    if (r->version != 4 && r->version != 6)
        __builtin_trap();
    if (r->direction > FLOW_DIRECTION_OUT && r->direction != FLOW_DIRECTION_UNTOLD)
        __builtin_trap();
    ipfix_write(b->out, r, 1700000000000000);
}

static void put(void *context, struct str message)
{
    static const uint8_t here[16] = {[15] = 1};
    struct both *b = context;
    if (!netflow_read(b->again, here, message))
        __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t router[16] = {[15] = 2};
    struct both b = {0};
    struct err e;
    struct netflow *n = NULL;
    struct netflow_settings s = {.templates = 4, .domains = 2, .enterprise = 424242};
    struct ipfix_settings w = IPFIX_SETTINGS;
    w.put = put, w.context = &b, w.enterprise = 424242;
    if (!netflow_new(&s, &(struct netflow_user){&b, on_record}, &n, &e) ||
        !netflow_new(&s, &(struct netflow_user){&b, on_back}, &b.again, &e) ||
        !ipfix_new(&w, &b.out, &e))
        __builtin_trap();
    while (size >= 2) {
        size_t len = (size_t)data[0] << 8 | data[1];
        len = len < size - 2 ? len : size - 2;
        (void)netflow_read(n, router, (struct str){(const char *)data + 2, len});
        data += 2 + len;
        size -= 2 + len;
    }
    ipfix_flush(b.out, 1700000000000000);
    struct netflow_stats stats = netflow_stats(n), again = netflow_stats(b.again);
    if (stats.records != b.records || b.back != b.records || again.lost || again.cut ||
        stats.datagrams != stats.refused + stats.v5 + stats.v9 + stats.ipfix)
        __builtin_trap();
    ipfix_drop(&b.out);
    netflow_drop(&b.again);
    netflow_drop(&n);
    return 0;
}
