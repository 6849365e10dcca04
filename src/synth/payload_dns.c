/* payload_dns.c - DNS messages (RFC 1035), the answers compressed as servers do. */
#include "synth/payload.h"
#include "synth/put_private.h"

#include <assert.h>

enum {
    FLAGS_QUERY = 0x0100,
    FLAGS_ANSWER = 0x8180,
    CLASS_IN = 1,
    TYPE_A = 1,
    TYPE_CNAME = 5,
    TYPE_MX = 15,
    TYPE_TXT = 16
};
enum { HEADER = 12, POINTER = 0xc000, OPT = 41, EDNS_SIZE = 1232 };

static void name_put(struct buf *out, struct str name)
{
    while (name.len) {
        struct str label = str_cut(name, '.', &name);
        assert(label.len > 0 && label.len < 64);
        put8(out, (unsigned)label.len);
        buf_put(out, label);
    }
    put8(out, 0);
}

static void head_put(struct buf *out, uint16_t id, uint16_t flags, unsigned answers, unsigned more)
{
    put16(out, id);
    put16(out, flags);
    put16(out, 1);
    put16(out, answers);
    put16(out, 0);
    put16(out, more);
}

static void question_put(struct buf *out, struct str name, uint16_t type)
{
    name_put(out, name);
    put16(out, type);
    put16(out, CLASS_IN);
}

void synth_dns_query(struct buf *out, uint16_t id, struct str name, uint16_t type)
{
    head_put(out, id, FLAGS_QUERY, 0, 1);
    question_put(out, name, type);
    put8(out, 0); /* EDNS, as every client sends it now (RFC 6891) */
    put16(out, OPT);
    put16(out, EDNS_SIZE);
    put32(out, 0);
    put16(out, 0);
}

static void record_head_put(struct buf *out, unsigned owner, unsigned type, uint32_t ttl)
{
    put16(out, POINTER | owner);
    put16(out, type);
    put16(out, CLASS_IN);
    put32(out, ttl);
}

void synth_dns_answer(struct buf *out, const struct synth_dns_reply *reply)
{
    size_t start = out->len;
    unsigned owner = HEADER, answers = (reply->alias.len ? 1u : 0) + (reply->address ? 1u : 0);
    head_put(out, reply->id, (uint16_t)(FLAGS_ANSWER | reply->rcode), answers, 0);
    question_put(out, reply->name, reply->type);
    if (reply->alias.len) {
        record_head_put(out, owner, TYPE_CNAME, reply->ttl);
        size_t data = open_len(out, 2);
        owner = (unsigned)(out->len - start);
        name_put(out, reply->alias);
        close_len(out, data, 2);
    }
    if (reply->address) {
        size_t len = reply->type == TYPE_A ? 4 : 16;
        record_head_put(out, owner, reply->type, reply->ttl);
        put16(out, (unsigned)len);
        buf_bytes(out, reply->address + 16 - len, len);
    }
}

/* What has to be a name carries the data in its first label, in the hexadecimal of half of it. */
static void data_name_put(struct buf *out, struct str data)
{
    char name[80];
    size_t n = 0;
    for (size_t i = 0; i < data.len && i < 28; i++)
        n += (size_t)snprintf(name + n, sizeof name - n, "%02x", (unsigned)(uint8_t)data.ptr[i]);
    n += (size_t)snprintf(name + n, sizeof name - n, ".example");
    name_put(out, (struct str){name, n});
}

void synth_dns_answer_data(struct buf *out, uint16_t id, struct str name, uint16_t type,
                           struct str data)
{
    head_put(out, id, FLAGS_ANSWER, 1, 0);
    question_put(out, name, type);
    record_head_put(out, HEADER, type, 0);
    size_t start = open_len(out, 2);
    switch (type) {
    case TYPE_TXT:
        put8(out, (unsigned)data.len);
        buf_put(out, data);
        break;
    case TYPE_A: buf_bytes(out, data.ptr, 4); break;
    case TYPE_MX:
        put16(out, 10);
        data_name_put(out, data);
        break;
    case TYPE_CNAME: data_name_put(out, data); break;
    default: buf_put(out, data); break;
    }
    close_len(out, start, 2);
}
