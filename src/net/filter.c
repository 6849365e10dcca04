/* filter.c - see filter_private.h. The one file that includes libpcap. */
#include "filter_private.h"

#include "net/decode.h"

#include <errno.h>
#include <linux/filter.h>
#include <pcap/pcap.h>
#include <sys/socket.h>

enum { LINK_TYPES_MOST = 8 };

struct filter {
    char *expression;
    size_t count;
    struct {
        uint16_t linktype;
        struct bpf_program code;
    } programs[LINK_TYPES_MOST];
};

/* libpcap wants its own DLT_ numbers, which differ from the files' for raw IP. */
static bool compile(const char *expression, int linktype, struct bpf_program *ret, struct err *e)
{
    pcap_t *p = pcap_open_dead(linktype == LINK_RAW ? DLT_RAW : linktype, FRAME_MOST);
    if (!p)
        abort();
    bool done = pcap_compile(p, ret, expression, 1, PCAP_NETMASK_UNKNOWN) == 0;
    if (!done)
        err_set(e, ERR_INVALID, "filter \"%s\", link type %d: %s", expression, linktype,
                pcap_geterr(p));
    pcap_close(p);
    return done;
}

bool filter_new(const char *expression, struct filter **ret, struct err *e)
{
    struct bpf_program probe;
    if (!compile(expression, LINK_ETHERNET, &probe, e))
        return false;
    struct filter *f = calloc(1, sizeof *f);
    if (!f)
        abort();
    f->expression = strdup(expression);
    if (!f->expression)
        abort();
    f->programs[0].linktype = LINK_ETHERNET;
    f->programs[0].code = probe;
    f->count = 1;
    *ret = f;
    return true;
}

void filter_drop(struct filter **f)
{
    if (!*f)
        return;
    for (size_t i = 0; i < (*f)->count; i++)
        pcap_freecode(&(*f)->programs[i].code);
    free((*f)->expression);
    free(*f);
    *f = NULL;
}

static const struct bpf_program *program_for(struct filter *f, uint16_t linktype, struct err *e)
{
    for (size_t i = 0; i < f->count; i++)
        if (f->programs[i].linktype == linktype)
            return &f->programs[i].code;
    if (f->count == LINK_TYPES_MOST) {
        err_set(e, ERR_LIMIT, "a filter over more than %d link types", LINK_TYPES_MOST);
        return NULL;
    }
    if (!compile(f->expression, linktype, &f->programs[f->count].code, e))
        return NULL;
    f->programs[f->count].linktype = linktype;
    return &f->programs[f->count++].code;
}

bool filter_wants(struct filter *f, const struct frame *frame, struct err *e)
{
    const struct bpf_program *p = program_for(f, frame->linktype, e);
    return p && bpf_filter(p->bf_insns, frame->bytes, frame->wirelen, frame->caplen) != 0;
}

bool filter_attach(const char *expression, int linktype, int socket, struct err *e)
{
    struct bpf_program code;
    if (!compile(expression, linktype, &code, e))
        return false;
    struct sock_filter steps[BPF_MAXINSNS]; /* the same fields as libpcap's, in the same order */
    struct sock_fprog program = {.len = (unsigned short)code.bf_len, .filter = steps};
    bool fits = code.bf_len <= COUNT(steps);
    for (unsigned i = 0; fits && i < code.bf_len; i++)
        steps[i] = (struct sock_filter){code.bf_insns[i].code, code.bf_insns[i].jt,
                                        code.bf_insns[i].jf, code.bf_insns[i].k};
    pcap_freecode(&code);
    if (!fits)
        return err_set(e, ERR_LIMIT, "the filter is longer than the kernel takes");
    if (setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) != 0)
        return err_set(e, ERR_IO, "the kernel refuses the filter: %s", strerror(errno));
    return true;
}
