/* find.c - the questions: from the most specific key to the widest, overlay before base. */
#include "image_private.h"

const struct image_row *index_image_row(const struct index_image *m, uint64_t hash,
                                        const struct index_key *key)
{
    if (!index_bloom_may(&m->bloom[index_class_of[key->kind]], hash))
        return NULL;
    uint32_t count = m->head->slots, at = index_range(hash, count);
    for (; m->slots[at].row != IMAGE_SLOT_FREE; at = at + 1 == count ? 0 : at + 1) {
        if (m->slots[at].print != (uint32_t)hash)
            continue;
        const struct image_row *row = &m->rows[m->slots[at].row];
        if (row->kind == key->kind && row->bits == key->bits &&
            str_eq(image_row_bytes(m, row), key->bytes))
            return row;
    }
    return NULL;
}

/* What a view says about one key. */
enum answer { SAYS_NOTHING, SAYS_HIT, SAYS_EXCEPT };

static enum answer answer_of(const struct index_image *m, const struct image_row *row, uint32_t now,
                             struct index_hit *ret_hit)
{
    const struct image_about *about = &m->abouts[row->about];
    if (about->action == INDEX_WITHDRAWN || (row->expires && now >= row->expires))
        return SAYS_NOTHING;
    if (about->action == INDEX_EXCEPT)
        return SAYS_EXCEPT;
    *ret_hit = (struct index_hit){
        .kind = row->kind,
        .action = about->action,
        .confidence = about->confidence,
        .bits = row->bits,
        .row = (uint32_t)(row - m->rows),
        .expires = row->expires,
        .key = image_row_bytes(m, row),
        .source = {m->strings + about->source, about->source_len},
        .threat = {m->strings + about->threat, about->threat_len},
    };
    return SAYS_HIT;
}

static enum answer ask(const struct index_view *v, uint64_t hash, const struct index_key *key,
                       uint32_t now, struct index_hit *ret_hit)
{
    const struct image_row *row = v->overlay ? index_image_row(v->overlay, hash, key) : NULL;
    if (row) {
        enum answer answer = answer_of(v->overlay, row, now, ret_hit);
        if (answer == SAYS_HIT)
            ret_hit->overlay = true;
        return answer;
    }
    row = v->base ? index_image_row(v->base, hash, key) : NULL;
    return row ? answer_of(v->base, row, now, ret_hit) : SAYS_NOTHING;
}

static uint64_t seed_of(const struct index_view *v)
{
    return v->base ? v->base->head->seed : v->overlay ? v->overlay->head->seed : 0;
}

static bool has_length(const struct index_view *v, bool v6, unsigned bits)
{
    const struct index_image *images[] = {v->base, v->overlay};
    for (size_t i = 0; i < COUNT(images); i++) {
        if (!images[i])
            continue;
        const struct image_head *h = images[i]->head;
        uint64_t word = v6 ? h->lengths6[bits / 64] : h->lengths4;
        if (word >> bits % 64 & 1)
            return true;
    }
    return false;
}

static bool has_prefixes(const struct index_view *v, bool v6)
{
    enum selector_kind kind = v6 ? SELECTOR_PREFIX6 : SELECTOR_PREFIX4;
    return (v->base && v->base->head->kinds[kind]) || (v->overlay && v->overlay->head->kinds[kind]);
}

/* The longest prefix first: its bits are cleared one by one, so that each network is asked for once. */
static bool find_prefix(const struct index_view *v, bool v6, const uint8_t *address, uint32_t now,
                        struct index_hit *ret_hit)
{
    uint8_t net[16];
    size_t len = v6 ? 16 : 4;
    memcpy(net, address, len);
    for (unsigned bits = (unsigned)len * 8; bits-- > 0;) {
        net[bits / 8] = (uint8_t)(net[bits / 8] & ~(0x80 >> bits % 8));
        if (!has_length(v, v6, bits))
            continue;
        struct index_key key = {.kind = v6 ? SELECTOR_PREFIX6 : SELECTOR_PREFIX4,
                                .bits = (uint8_t)bits,
                                .bytes = {(const char *)net, len}};
        uint64_t hash =
            index_bytes_hash(seed_of(v), v6 ? CLASS_NET6 : CLASS_NET4, key.bits, net, len);
        enum answer answer = ask(v, hash, &key, now, ret_hit);
        if (answer != SAYS_NOTHING)
            return answer == SAYS_HIT;
    }
    return false;
}

static bool find_address(const struct index_view *v, bool v6, const uint8_t *address, uint32_t now,
                         struct index_hit *ret_hit)
{
    size_t len = v6 ? 16 : 4;
    struct index_key key = {.kind = v6 ? SELECTOR_IPV6 : SELECTOR_IPV4,
                            .bytes = {(const char *)address, len}};
    uint64_t hash = index_bytes_hash(seed_of(v), v6 ? CLASS_V6 : CLASS_V4, 0, address, len);
    enum answer answer = ask(v, hash, &key, now, ret_hit);
    if (answer != SAYS_NOTHING)
        return answer == SAYS_HIT;
    return has_prefixes(v, v6) && find_prefix(v, v6, address, now, ret_hit);
}

bool index_find_ipv4(const struct index_view *v, const uint8_t bytes[4], uint32_t now,
                     struct index_hit *ret_hit)
{
    return find_address(v, false, bytes, now, ret_hit);
}

bool index_find_ipv6(const struct index_view *v, const uint8_t bytes[16], uint32_t now,
                     struct index_hit *ret_hit)
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff}; /* RFC 4291 2.5.5.2 */
    if (!memcmp(bytes, mapped, sizeof mapped))
        return find_address(v, false, bytes + 12, now, ret_hit);
    return find_address(v, true, bytes, now, ret_hit);
}

/* The hash of each name from the root down; ret_at[i] is where the i-th begins. At most 127 labels
 * fit into 253 bytes; empty labels, which no canonical name has, may make it more. */
static size_t name_hashes(uint64_t seed, struct str name, uint64_t ret_hash[SELECTOR_DOMAIN_MAX],
                          uint8_t ret_at[SELECTOR_DOMAIN_MAX])
{
    uint64_t hash = index_name_start(seed);
    size_t count = 0, end = name.len;
    for (size_t at = name.len; at-- > 0;)
        if (name.ptr[at] == '.' && end > at + 1) {
            hash = index_label_hash(hash, (struct str){name.ptr + at + 1, end - at - 1});
            ret_hash[count] = hash;
            ret_at[count++] = (uint8_t)(at + 1);
            end = at;
        }
    ret_hash[count] = index_label_hash(hash, (struct str){name.ptr, end});
    ret_at[count] = 0;
    return count + 1;
}

bool index_find_name(const struct index_view *v, struct str name, uint32_t now,
                     struct index_hit *ret_hit)
{
    if (!name.len || name.len > SELECTOR_DOMAIN_MAX)
        return false;
    uint64_t hashes[SELECTOR_DOMAIN_MAX + 1];
    uint8_t at[SELECTOR_DOMAIN_MAX + 1];
    size_t count = name_hashes(seed_of(v), name, hashes, at);

    struct index_key key = {.kind = SELECTOR_DOMAIN, .bytes = name};
    enum answer answer = ask(v, hashes[count - 1], &key, now, ret_hit);
    key.kind = SELECTOR_DOMAIN_BELOW;
    for (size_t i = count; answer == SAYS_NOTHING && i-- > 0;) {
        key.bytes = str_skip(name, at[i]);
        answer = ask(v, hashes[i], &key, now, ret_hit);
    }
    return answer == SAYS_HIT;
}

bool index_find_key(const struct index_view *v, enum selector_kind kind, struct str bytes,
                    uint32_t now, struct index_hit *ret_hit)
{
    if (!bytes.len)
        return false;
    struct index_key key = {.kind = kind, .bytes = bytes};
    return ask(v, index_key_hash(seed_of(v), &key), &key, now, ret_hit) == SAYS_HIT;
}

static bool has_urls(const struct index_view *v)
{
    return (v->base && v->base->head->kinds[SELECTOR_URL]) ||
           (v->overlay && v->overlay->head->kinds[SELECTOR_URL]);
}

static enum answer ask_url(const struct index_view *v, struct str url, uint32_t now,
                           struct index_hit *ret_hit)
{
    struct index_key key = {.kind = SELECTOR_URL, .bytes = url};
    return ask(v, index_key_hash(seed_of(v), &key), &key, now, ret_hit);
}

bool index_find_url(const struct index_view *v, struct str url, uint32_t now,
                    struct index_hit *ret_hit)
{
    struct str rest;
    size_t host = str_cut(url, '/', &rest).len;
    if (!has_urls(v) || !host || host == url.len || url.len > SELECTOR_URL_MAX)
        return false;
    enum answer answer = ask_url(v, url, now, ret_hit);
    struct str page = str_cut(url, '?', &rest);
    if (answer == SAYS_NOTHING && page.len < url.len)
        answer = ask_url(v, page, now, ret_hit);
    /* Folders, longest first; "host/" alone stands for one page and was asked for above. */
    for (size_t asked = 0; answer == SAYS_NOTHING && page.len > host + 2;) {
        page.len--;
        if (page.ptr[page.len - 1] != '/')
            continue;
        if (asked++ == INDEX_URL_FOLDERS)
            break;
        answer = ask_url(v, page, now, ret_hit);
    }
    return answer == SAYS_HIT;
}

struct selector index_hit_selector(const struct index_hit *hit, char out[ADDR_TEXT_SIZE + 64])
{
    struct index_key key = {.kind = hit->kind, .bits = hit->bits, .bytes = hit->key};
    return index_key_selector(&key, out);
}

static const char *const action_names[] = {[INDEX_OBSERVE] = "observe",
                                           [INDEX_ALERT] = "alert",
                                           [INDEX_BLOCK] = "block",
                                           [INDEX_EXCEPT] = "except"};

const char *index_action_name(enum index_action action)
{
    return action < INDEX_ACTION_COUNT ? action_names[action] : "unknown";
}

bool index_action_parse(struct str text, enum index_action *ret_action)
{
    for (size_t i = 0; i < COUNT(action_names); i++)
        if (str_eq(text, (struct str){action_names[i], strlen(action_names[i])})) {
            *ret_action = (enum index_action)i;
            return true;
        }
    return false;
}
