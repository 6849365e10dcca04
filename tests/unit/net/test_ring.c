/* test_ring.c - a live capture of the loopback interface sees what was sent, once. */
#include "net/decode.h"
#include "net/ring.h"
#include "tests/check.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SENT = 200 };

static int socket_on_loopback(struct sockaddr_in *ret)
{
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    *ret = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)ret, sizeof *ret), 0);
    socklen_t size = sizeof *ret;
    assert_int_equal(getsockname(fd, (struct sockaddr *)ret, &size), 0);
    return fd;
}

static void what_is_sent_is_seen_once(void **state)
{
    AUTO(capture_drop) struct capture *c = NULL;
    AUTO(decode_drop) struct decode_ctx *ctx = decode_new(NULL);
    struct err e = {};
    struct ring_settings s = RING_SETTINGS("lo");
    struct sockaddr_in to;
    char filter[64];
    (void)state;
    s.blocks = 4;
    if (!capture_open_ring(&s, &c, &e)) {
        print_message("skipped: %s\n", e.text);
        assert_true(e.text[0] != '\0');
        decode_drop(&ctx);
        exit(77);
    }
    assert_string_equal(capture_kind(c), "ring");
    int fd = socket_on_loopback(&to);
    snprintf(filter, sizeof filter, "udp dst port %u", ntohs(to.sin_port));
    assert_true(capture_filter(c, filter, &e));
    for (int i = 0; i < SENT; i++)
        assert_int_equal(sendto(fd, "ring", 4, 0, (struct sockaddr *)&to, sizeof to), 4);

    unsigned seen = 0;
    struct frame f[DECODE_BATCH];
    for (int empty = 0; seen < SENT && empty < 50;) {
        size_t n = capture_batch(c, f, DECODE_BATCH, &e);
        assert_int_equal(e.code, ERR_OK);
        empty += n == 0;
        for (size_t i = 0; i < n; i++) {
            struct packet p;
            assert_true(decode_frame(&f[i], ctx, &p));
            if (p.dport == ntohs(to.sin_port) && str_eq(p.payload, S("ring")))
                seen++;
            assert_true(p.time_us > INT64_C(1500000000000000));
        }
    }
    assert_int_equal(seen, SENT);
    assert_int_equal(capture_batch(c, f, DECODE_BATCH, &e), 0); /* nothing more comes: it waits */
    assert_false(capture_done(c));
    assert_int_equal(capture_stats(c).kernel_drops, 0);
    /* Others may have spoken on loopback before the filter was set. */
    assert_true(capture_stats(c).frames >= SENT);
    close(fd);
}

static void what_cannot_be_opened_says_why(void **state)
{
    static const struct {
        const char *interface;
        uint32_t block_bytes;
    } cases[] = {{"", 1 << 20},
                 {"nosuchinterface0123", 1 << 20},
                 {"lo", 5000},
                 {"nosuch0", 1 << 20}};
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct capture *c = NULL;
        struct err e = {};
        struct ring_settings s = RING_SETTINGS(cases[i].interface);
        s.block_bytes = cases[i].block_bytes;
        assert_false(capture_open_ring(&s, &c, &e));
        assert_true(e.code != ERR_OK && e.text[0] != '\0');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_cannot_be_opened_says_why),
        cmocka_unit_test(what_is_sent_is_seen_once),
    };
    return cmocka_run_group_tests_name("ring", tests, NULL, NULL);
}
