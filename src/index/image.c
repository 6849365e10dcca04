/* image.c - an image from elsewhere is checked from its head to its last slot, then trusted. */
#include "image_private.h"

#include <sys/mman.h>

void index_image_bind(struct index_image *m, const uint8_t *bytes)
{
    m->head = (const void *)bytes;
    m->rows = (const void *)(bytes + m->head->row.at);
    m->abouts = (const void *)(bytes + m->head->about.at);
    m->slots = (const void *)(bytes + m->head->slot.at);
    m->strings = (const void *)(bytes + m->head->strings.at);
    for (size_t class = 0; class < CLASS_COUNT; class ++) {
        const struct image_part *p = &m->head->bloom[class];
        m->bloom[class].blocks = (const void *)(bytes + p->at);
        m->bloom[class].count = (uint32_t)(p->size / sizeof *m->bloom[class].blocks);
    }
}

static bool part_ok(const struct image_head *head, const struct image_part *p, uint64_t size)
{
    return p->size == size && p->at >= INDEX_HEAD_SIZE && p->at % 64 == 0 && p->at <= head->size &&
           p->size <= head->size - p->at;
}

static bool parts_ok(const struct image_head *h)
{
    bool ok = h->rows <= INDEX_ROWS_MAX && h->live <= h->rows && h->slots > h->rows &&
              part_ok(h, &h->row, (uint64_t)h->rows * sizeof(struct image_row)) &&
              part_ok(h, &h->about, (uint64_t)h->abouts * sizeof(struct image_about)) &&
              part_ok(h, &h->slot, (uint64_t)h->slots * sizeof(struct image_slot)) &&
              h->strings.size <= INDEX_STRINGS_MAX && part_ok(h, &h->strings, h->strings.size);
    for (size_t class = 0; class < CLASS_COUNT; class ++) {
        uint64_t size = h->bloom[class].size;
        ok = ok && size % (INDEX_BLOCK_WORDS * sizeof(uint32_t)) == 0 && size >> 32 == 0 &&
             part_ok(h, &h->bloom[class], size);
    }
    return ok;
}

static bool span_ok(const struct index_image *m, uint32_t at, size_t len)
{
    return at <= m->head->strings.size && len <= m->head->strings.size - at;
}

/* How many bytes the key of a kind has; 0: any number up to INDEX_KEY_MAX. */
static size_t key_size(enum selector_kind kind)
{
    switch (kind) {
    case SELECTOR_IPV4:
    case SELECTOR_PREFIX4: return 4;
    case SELECTOR_IPV6:
    case SELECTOR_PREFIX6:
    case SELECTOR_JA3:
    case SELECTOR_FILE_MD5: return 16;
    case SELECTOR_CERT_SHA1:
    case SELECTOR_FILE_SHA1: return 20;
    case SELECTOR_CERT_SHA256:
    case SELECTOR_FILE_SHA256: return 32;
    case SELECTOR_JA4: return 36;
    case SELECTOR_DOMAIN:
    case SELECTOR_DOMAIN_BELOW:
    case SELECTOR_URL:
    case SELECTOR_KIND_COUNT: break;
    }
    return 0;
}

static bool row_ok(const struct index_image *m, const struct image_row *row)
{
    if (row->about >= m->head->abouts || row->len > INDEX_KEY_MAX)
        return false;
    if (row->kind == INDEX_ROW_DEAD)
        return true; /* no slot leads here, which slots_ok makes sure of */
    if (row->kind >= SELECTOR_KIND_COUNT)
        return false;
    size_t size = key_size(row->kind);
    unsigned most_bits = row->kind == SELECTOR_PREFIX4   ? 31
                         : row->kind == SELECTOR_PREFIX6 ? 127
                                                         : 0;
    return row->bits <= most_bits && (size ? row->len == size : row->len > 0) &&
           (row->kind == SELECTOR_IPV4 || span_ok(m, row->value, row->len));
}

static bool rows_ok(const struct index_image *m, struct err *e)
{
    for (size_t i = 0; i < m->head->abouts; i++) {
        const struct image_about *a = &m->abouts[i];
        if (a->action > INDEX_WITHDRAWN || !span_ok(m, a->source, a->source_len) ||
            !span_ok(m, a->threat, a->threat_len))
            return err_set(e, ERR_INVALID, "selector image: about %zu is broken", i);
    }
    size_t live = 0;
    for (size_t i = 0; i < m->head->rows; i++) {
        if (!row_ok(m, &m->rows[i]))
            return err_set(e, ERR_INVALID, "selector image: row %zu is broken", i);
        live += m->rows[i].kind != INDEX_ROW_DEAD;
    }
    if (live != m->head->live)
        return err_set(e, ERR_INVALID, "selector image: its count is wrong");
    return true;
}

/* As many full slots as live rows leaves one free at least, so that every search ends. */
static bool slots_ok(const struct index_image *m, struct err *e)
{
    size_t full = 0;
    for (size_t i = 0; i < m->head->slots; i++) {
        uint32_t row = m->slots[i].row;
        if (row == IMAGE_SLOT_FREE)
            continue;
        if (row >= m->head->rows || m->rows[row].kind == INDEX_ROW_DEAD)
            return err_set(e, ERR_INVALID, "selector image: slot %zu leads nowhere", i);
        full++;
    }
    if (full != m->head->live)
        return err_set(e, ERR_INVALID, "selector image: its table is not its rows");
    return true;
}

bool index_image_check(const uint8_t *bytes, size_t len, struct err *e)
{
    if (len < INDEX_HEAD_SIZE || memcmp(bytes, INDEX_MAGIC, 8) != 0)
        return err_set(e, ERR_INVALID, "not a selector image");
    const struct image_head *head = (const void *)bytes;
    if (head->version != INDEX_VERSION || head->order != INDEX_ORDER_MARK)
        return err_set(e, ERR_INVALID, "selector image of version %u, this program reads %d",
                       head->version, INDEX_VERSION);
    if (head->size != len || !parts_ok(head))
        return err_set(e, ERR_INVALID, "selector image: its parts do not fit its %zu bytes", len);
    struct index_image m = {0};
    index_image_bind(&m, bytes);
    return rows_ok(&m, e) && slots_ok(&m, e);
}

bool index_image_adopt(void *bytes, size_t mapped, size_t at, struct index_image **ret_image,
                       struct err *e)
{
    if (at % 64 || at > mapped)
        return err_set(e, ERR_INVALID, "selector image: begins at %zu of %zu", at, mapped);
    const uint8_t *begin = (const uint8_t *)bytes + at;
    if (!index_image_check(begin, mapped - at, e))
        return false;
    struct index_image *image = malloc(sizeof *image);
    if (!image)
        abort();
    *image = (struct index_image){.mapping = bytes, .mapped = mapped, .references = 1};
    index_image_bind(image, begin);
    *ret_image = image;
    return true;
}

bool index_image_copy(struct str bytes, struct index_image **ret_image, struct err *e)
{
    size_t size = bytes.len ? bytes.len : 1;
    void *copy = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (copy == MAP_FAILED)
        return err_set(e, ERR_LIMIT, "no room for an image of %zu bytes", bytes.len);
    if (bytes.len)
        memcpy(copy, bytes.ptr, bytes.len);
    if (index_image_adopt(copy, bytes.len, 0, ret_image, e))
        return true;
    munmap(copy, size);
    return false;
}

void index_image_drop(struct index_image **image)
{
    if (*image) {
        munmap((*image)->mapping, (*image)->mapped);
        free(*image);
    }
    *image = NULL;
}

struct str index_image_bytes(const struct index_image *image)
{
    return (struct str){(const char *)image->head, image->head->size};
}

uint64_t index_image_seed(const struct index_image *image)
{
    return image->head->seed;
}

int64_t index_image_built(const struct index_image *image)
{
    return image->head->built;
}

size_t index_image_count(const struct index_image *image)
{
    return image->head->live;
}

size_t index_image_duplicates(const struct index_image *image)
{
    return image->head->rows - image->head->live;
}

size_t index_image_kind_count(const struct index_image *image, enum selector_kind kind)
{
    return kind < SELECTOR_KIND_COUNT ? image->head->kinds[kind] : 0;
}

bool index_image_next(const struct index_image *image, size_t *at, struct index_entry *ret_entry,
                      char out[ADDR_TEXT_SIZE + 64])
{
    while (*at < image->head->rows && image->rows[*at].kind == INDEX_ROW_DEAD)
        ++*at;
    if (*at == image->head->rows)
        return false;
    const struct image_row *row = &image->rows[(*at)++];
    const struct image_about *about = &image->abouts[row->about];
    struct index_key key = {row->kind, row->bits, image_row_bytes(image, row)};
    *ret_entry = (struct index_entry){
        .selector = index_key_selector(&key, out),
        .action = about->action,
        .confidence = about->confidence,
        .expires = row->expires,
        .source = {image->strings + about->source, about->source_len},
        .threat = {image->strings + about->threat, about->threat_len},
    };
    return true;
}
