/* bench_pcap_floor.c - what libpcap needs to read a capture and do nothing: the limit scan is held to.
 *
 *     bench_pcap_floor FILE      prints {"packets": N, "cpu_s": S}
 *
 * Run without a file (as tools/run-bench does) it prints nothing: tests/bench/scan.py is its user.
 */
#include <pcap/pcap.h>
#include <stdio.h>
#include <sys/resource.h>

int main(int argc, char **argv)
{
    if (argc < 2)
        return 0;
    char why[PCAP_ERRBUF_SIZE];
    pcap_t *capture = pcap_open_offline(argv[1], why);
    if (!capture) {
        fprintf(stderr, "%s: %s\n", argv[1], why);
        return 2;
    }
    struct pcap_pkthdr *head;
    const unsigned char *bytes;
    unsigned long packets = 0;
    while (pcap_next_ex(capture, &head, &bytes) == 1)
        packets++;
    pcap_close(capture);

    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    double cpu = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                 (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
    printf("{\"packets\": %lu, \"cpu_s\": %.6f}\n", packets, cpu);
    return 0;
}
