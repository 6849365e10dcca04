/* bench_flow.c - reading, decoding and flow tracking a capture, in million packets a CPU second.
 *
 *     bench_flow [FILE]      without one, the synthetic mix (a tenth of it) in a temporary file
 *
 * The limit of each row is the floor of the same run: the bytes read 1 MiB at a time and the addresses
 * and ports summed up, nothing kept. libpcap's own loop, doing nothing, stands beside it. Each is the
 * best of five, interleaved; CPU time, since the machine may be shared.
 */
#include "flow/flow.h"
#include "net/bytes.h"
#include "net/decode.h"
#include "net/pcap_write.h"
#include "synth/scenario.h"

#include <fcntl.h>
#include <pcap/pcap.h>
#include <time.h>
#include <unistd.h>

enum { REPEATS = 5, READ = 1 << 20, LONGEST = 1 << 17 };

static volatile uint64_t sink;

static double cpu_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool write_frame(void *context, const struct frame *f, struct err *e)
{
    return pcap_writer_add(context, f, e);
}

static bool make_mix(const char *path, struct err *e)
{
    AUTO(pcap_writer_drop) struct pcap_writer *w = NULL;
    AUTO(synth_result_drop) struct synth_result made = {0};
    struct synth_order order = {.scenario = "mix",
                                .seed = 7,
                                .scale = 0.1,
                                .start_us = SYNTH_EPOCH};
    return pcap_writer_open(path, LINK_ETHERNET, &w, e) &&
           synth_run(&order, &(struct synth_sink){write_frame, w}, &made, e) &&
           pcap_writer_close(w, e);
}

/* Records of a little-endian pcap of Ethernet and IPv4: as little as can be done with them. */
static uint64_t sum_records(const uint8_t **at, const uint8_t *end)
{
    uint64_t sum = 0;
    while (end - *at >= 16) {
        uint32_t len = load_le32(*at + 8);
        if ((size_t)(end - *at) < 16 + (size_t)len)
            break;
        const uint8_t *ip = *at + 16 + 14;
        if (len >= 38)
            sum += (load_be32(ip + 12) * UINT64_C(0x9e3779b97f4a7c15) ^ load_be32(ip + 16)) *
                   (load_be32(ip + 20) | 1);
        *at += 16 + len;
    }
    return sum;
}

static double floor_s(const char *path)
{
    static uint8_t window[READ + LONGEST];
    double start = cpu_s();
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    size_t kept = 0, skip = 24;
    for (ssize_t n; fd >= 0 && (n = read(fd, window + kept, READ)) > 0;) {
        const uint8_t *at = window + skip, *end = window + kept + (size_t)n;
        sink += sum_records(&at, end);
        kept = (size_t)(end - at);
        memmove(window, at, kept);
        skip = 0;
    }
    close(fd);
    return cpu_s() - start;
}

static double libpcap_s(const char *path)
{
    char why[PCAP_ERRBUF_SIZE];
    struct pcap_pkthdr *head;
    const unsigned char *bytes;
    double start = cpu_s();
    pcap_t *p = pcap_open_offline(path, why);
    while (p && pcap_next_ex(p, &head, &bytes) == 1)
        sink += head->caplen;
    if (p)
        pcap_close(p);
    return cpu_s() - start;
}

/* How far to go: read only, read and decode, or all three. */
enum depth { READING, DECODING, FLOWS };

static double ours_s(const char *path, enum depth depth, uint64_t *ret_packets)
{
    AUTO(capture_drop) struct capture *c = NULL;
    AUTO(decode_drop) struct decode_ctx *ctx = decode_new(NULL);
    AUTO(flow_table_drop) struct flow_table *t = NULL;
    struct err e = {0};
    struct frame frames[DECODE_BATCH];
    struct packet packets[DECODE_BATCH];
    if (!flow_table_new(&FLOW_SETTINGS, &(struct flow_user){0}, &t, &e))
        return 0;
    double start = cpu_s();
    if (!capture_open_file(path, &c, &e))
        return 0;
    *ret_packets = 0;
    for (size_t n; (n = capture_batch(c, frames, DECODE_BATCH, &e)) > 0; *ret_packets += n) {
        size_t m = depth >= DECODING ? decode_batch(frames, n, ctx, packets) : 0;
        if (depth == FLOWS)
            flow_batch(t, packets, m);
    }
    return cpu_s() - start;
}

static double best(double a, double b)
{
    return b > 0 && b < a ? b : a;
}

static void row(const char *name, uint64_t packets, double s, double limit_s)
{
    printf("{\"name\":\"flow.%s\",\"value\":%.3f,\"unit\":\"Mpps/CPU-s\",\"limit\":%.3f}\n", name,
           (double)packets / 1e6 / s, (double)packets / 1e6 / limit_s);
}

static void measure(const char *path)
{
    double floor = 1e9, libpcap = 1e9, depths[3] = {1e9, 1e9, 1e9};
    uint64_t packets = 0;
    for (int i = 0; i < REPEATS; i++) {
        floor = best(floor, floor_s(path));
        libpcap = best(libpcap, libpcap_s(path));
        for (int d = READING; d <= FLOWS; d++)
            depths[d] = best(depths[d], ours_s(path, (enum depth)d, &packets));
    }
    row("libpcap_idle_mpps_cpu", packets, libpcap, floor);
    row("read_mpps_cpu", packets, depths[READING], floor);
    row("decode_mpps_cpu", packets, depths[DECODING], floor);
    row("track_mpps_cpu", packets, depths[FLOWS], floor);
    printf("{\"name\":\"flow.track_ns\",\"value\":%.1f,\"unit\":\"ns/packet\",\"limit\":%.1f}\n",
           depths[FLOWS] / (double)packets * 1e9, floor / (double)packets * 1e9);
}

int main(int argc, char **argv)
{
    struct err e = {0};
    if (argc > 1) {
        measure(argv[1]);
        return 0;
    }
    char path[] = "/tmp/hinomi-bench-XXXXXX";
    int fd = mkstemp(path);
    if (fd < 0)
        return 1;
    close(fd);
    bool made = make_mix(path, &e);
    if (made)
        measure(path);
    else
        fprintf(stderr, "bench_flow: %s\n", e.text);
    unlink(path);
    return made ? 0 : 1;
}
