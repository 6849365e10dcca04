/* community_id.c - see community_id.h. */
#include "flow/community_id.h"

#include "core/digest.h"
#include "core/encode.h"

/* A type and the one that answers it (RFC 792, 950, 1256; RFC 2710, 4443, 4620, 4861, 6275). */
static const struct {
    uint8_t version, type, answer;
} pairs[] = {
    {4, 0, 8},     {4, 8, 0},     {4, 9, 10},    {4, 10, 9},    {4, 13, 14},   {4, 14, 13},
    {4, 15, 16},   {4, 16, 15},   {4, 17, 18},   {4, 18, 17},   {6, 128, 129}, {6, 129, 128},
    {6, 130, 131}, {6, 131, 130}, {6, 133, 134}, {6, 134, 133}, {6, 135, 136}, {6, 136, 135},
    {6, 139, 140}, {6, 140, 139}, {6, 144, 145}, {6, 145, 144},
};

bool community_icmp(uint8_t version, uint8_t type, uint8_t code, uint16_t *ret_sport,
                    uint16_t *ret_dport)
{
    *ret_sport = type;
    for (size_t i = 0; i < COUNT(pairs); i++)
        if (pairs[i].version == version && pairs[i].type == type) {
            *ret_dport = pairs[i].answer;
            return false;
        }
    *ret_dport = code;
    return true;
}

static bool in_order(const struct community_tuple *t)
{
    int addresses = memcmp(t->src, t->dst, 16);
    return t->one_way || addresses < 0 || (addresses == 0 && t->sport <= t->dport);
}

void community_digest(const struct community_tuple *t, uint16_t seed,
                      uint8_t ret[COMMUNITY_DIGEST_SIZE])
{
    bool keep = in_order(t);
    size_t skip = t->version == 4 ? 12 : 0, size = 16 - skip, n = 0;
    uint16_t low = keep ? t->sport : t->dport, high = keep ? t->dport : t->sport;
    uint8_t text[2 + 16 + 16 + 2 + 4];
    text[n++] = (uint8_t)(seed >> 8);
    text[n++] = (uint8_t)seed;
    memcpy(text + n, (keep ? t->src : t->dst) + skip, size);
    memcpy(text + n + size, (keep ? t->dst : t->src) + skip, size);
    n += 2 * size;
    text[n++] = t->proto;
    text[n++] = 0;
    if (t->has_ports) {
        text[n++] = (uint8_t)(low >> 8);
        text[n++] = (uint8_t)low;
        text[n++] = (uint8_t)(high >> 8);
        text[n++] = (uint8_t)high;
    }
    sha1_of((struct str){(const char *)text, n}, ret);
}

struct str community_id(const struct community_tuple *t, uint16_t seed, char out[COMMUNITY_ID_SIZE])
{
    uint8_t digest[COMMUNITY_DIGEST_SIZE];
    community_digest(t, seed, digest);
    /* A buffer that has all it needs never allocates. */
    struct buf text = {.ptr = out, .cap = COMMUNITY_ID_SIZE, .limit = COMMUNITY_ID_SIZE};
    buf_put(&text, S("1:"));
    base64_put(&text, digest, sizeof digest);
    out[text.len] = '\0';
    return (struct str){out, text.len};
}
