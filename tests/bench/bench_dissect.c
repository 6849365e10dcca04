/* bench_dissect.c - what one message costs: DNS, a ClientHello with its fingerprints, an HTTP head.
 *
 * The limit of each row is what reading the same bytes once costs, word by word.
 */
#include "dissect/dissector.h"
#include "synth/payload.h"

#include <time.h>

enum { ROUNDS = 200000, REPEATS = 5 };

static volatile uint64_t sink;

/* This program's own time: the machine may be shared. */
static int64_t cpu_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static double words_ns(struct str bytes)
{
    int64_t start = cpu_ns();
    for (int i = 0; i < ROUNDS; i++) {
        uint64_t sum = (uint64_t)i, word;
        for (size_t at = 0; at + sizeof word <= bytes.len; at += sizeof word) {
            memcpy(&word, bytes.ptr + at, sizeof word);
            sum += word;
        }
        sink += sum;
    }
    return (double)(cpu_ns() - start) / ROUNDS;
}

static double parse_ns(const struct dissector *d, enum dissect_transport transport,
                       struct str bytes)
{
    union dissect_facts facts;
    double best = 1e18;
    for (int repeat = 0; repeat < REPEATS; repeat++) {
        size_t used = 0;
        int64_t start = cpu_ns();
        for (int i = 0; i < ROUNDS; i++)
            sink += (uint64_t)d->parse(transport, bytes, &facts, &used) + used;
        double ns = (double)(cpu_ns() - start) / ROUNDS;
        best = ns < best ? ns : best;
    }
    return best;
}

static void row(const char *name, const struct dissector *d, enum dissect_transport transport,
                struct str bytes)
{
    printf("{\"name\":\"dissect.%s_ns\",\"value\":%.1f,\"unit\":\"ns\",\"limit\":%.1f}\n", name,
           parse_ns(d, transport, bytes), words_ns(bytes));
}

int main(void)
{
    struct synth_random r = synth_random_of(1);
    const uint8_t address[16] = {[10] = 0xff, [11] = 0xff, 198, 18, 0, 1};
    AUTO(buf_drop) struct buf out = BUF(1 << 16);

    synth_dns_query(&out, 1, S("www.some-site.example"), 1);
    row("dns_query", &dissector_dns, DISSECT_UDP, buf_str(&out));
    buf_clear(&out);
    synth_dns_answer(&out, &(struct synth_dns_reply){.id = 1,
                                                     .type = 1,
                                                     .name = S("www.some-site.example"),
                                                     .alias = S("edge-1f.cdn-07.example"),
                                                     .address = address,
                                                     .ttl = 60});
    row("dns_answer", &dissector_dns, DISSECT_UDP, buf_str(&out));
    buf_clear(&out);
    synth_client_hello(&out, SYNTH_CHROME, S("www.some-site.example"), &r);
    row("tls_client", &dissector_tls, DISSECT_TCP, buf_str(&out));
    buf_clear(&out);
    synth_server_flight(&out, false, S("www.some-site.example"), &r);
    row("tls_server12", &dissector_tls, DISSECT_TCP, buf_str(&out));
    buf_clear(&out);
    synth_http_request(&out, S("www.some-site.example"), S("/a/b.js"), "curl/8.14.1");
    row("http_request", &dissector_http, DISSECT_TCP, buf_str(&out));
    return 0;
}
