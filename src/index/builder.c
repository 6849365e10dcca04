/* builder.c - rows and strings grow where they were born; at the end the pages themselves move into
 * the image (mremap), so that a million selectors are never in memory twice. */
#include "core/keys.h"
#include "core/pages.h"
#include "image_private.h"

#include <sys/mman.h>

struct labels {      /* (source, threat, action, confidence) -> about, and label text -> offset */
    uint32_t *slots; /* number + 1; 0: free */
    size_t mask, count;
};

struct index_builder {
    struct index_build how;
    struct image_row *rows;
    char *strings;
    struct image_about *abouts;
    size_t row_count, string_count, about_count, about_cap;
    struct labels known;
};

static void *grown(void *ptr, size_t count, size_t size)
{
    void *more = reallocarray(ptr, count, size);
    if (!more)
        abort();
    return more;
}

enum { ROWS_RESERVED = INDEX_ROWS_MAX * (int)sizeof(struct image_row) };

struct index_builder *index_builder_new(const struct index_build *how)
{
    struct index_builder *b = grown(NULL, 1, sizeof *b);
    *b = (struct index_builder){.how = *how};
    while (!b->how.seed)
        random_bytes(&b->how.seed, sizeof b->how.seed);
    b->rows =
        pages_new(ROWS_RESERVED, PAGES_SMALL); /* address space: pages come as they are written */
    b->strings = pages_new(INDEX_STRINGS_MAX, PAGES_SMALL);
    b->known.mask = 255;
    b->known.slots = grown(NULL, b->known.mask + 1, sizeof *b->known.slots);
    memset(b->known.slots, 0, (b->known.mask + 1) * sizeof *b->known.slots);
    return b;
}

void index_builder_drop(struct index_builder **b)
{
    if (!*b)
        return;
    if ((*b)->rows)
        pages_drop((*b)->rows, ROWS_RESERVED);
    if ((*b)->strings)
        pages_drop((*b)->strings, INDEX_STRINGS_MAX);
    free((*b)->abouts);
    free((*b)->known.slots);
    free(*b);
    *b = NULL;
}

static bool strings_fit(const struct index_builder *b, size_t len, struct err *e)
{
    if (len > INDEX_STRINGS_MAX - b->string_count)
        return err_set(e, ERR_LIMIT, "more than %d bytes of selectors", INDEX_STRINGS_MAX);
    return true;
}

static uint32_t strings_put(struct index_builder *b, struct str s)
{
    uint32_t at = (uint32_t)b->string_count;
    memcpy(b->strings + at, s.ptr ? s.ptr : "", s.len);
    b->string_count += s.len;
    return at;
}

static struct str label_cut(struct str s)
{
    if (s.len <= INDEX_LABEL_MAX)
        return s;
    s.len = INDEX_LABEL_MAX;
    while (s.len && ((uint8_t)s.ptr[s.len] & 0xc0) == 0x80)
        s.len--; /* no half characters */
    return s;
}

static bool about_same(const struct index_builder *b, const struct image_about *a,
                       const struct index_entry *entry)
{
    return a->action == (uint8_t)entry->action && a->confidence == entry->confidence &&
           str_eq((struct str){b->strings + a->source, a->source_len}, entry->source) &&
           str_eq((struct str){b->strings + a->threat, a->threat_len}, entry->threat);
}

static uint64_t about_hash(const struct index_builder *b, const struct index_entry *entry)
{
    uint64_t seed = b->how.seed ^ ((uint64_t)entry->action << 8 | entry->confidence);
    seed = XXH3_64bits_withSeed(entry->source.ptr, entry->source.len, seed);
    return XXH3_64bits_withSeed(entry->threat.ptr, entry->threat.len, seed);
}

static void about_hold(struct index_builder *b, uint64_t hash, uint32_t about)
{
    size_t at = hash & b->known.mask;
    while (b->known.slots[at])
        at = (at + 1) & b->known.mask;
    b->known.slots[at] = about + 1;
    b->known.count++;
}

static struct index_entry about_entry(const struct index_builder *b, const struct image_about *a)
{
    return (struct index_entry){.action = a->action,
                                .confidence = a->confidence,
                                .source = {b->strings + a->source, a->source_len},
                                .threat = {b->strings + a->threat, a->threat_len}};
}

static void known_grow(struct index_builder *b)
{
    size_t slots = (b->known.mask + 1) * 2;
    b->known.slots = grown(b->known.slots, slots, sizeof *b->known.slots);
    memset(b->known.slots, 0, slots * sizeof *b->known.slots);
    b->known = (struct labels){.slots = b->known.slots, .mask = slots - 1};
    for (size_t i = 0; i < b->about_count; i++) {
        struct index_entry entry = about_entry(b, &b->abouts[i]);
        about_hold(b, about_hash(b, &entry), (uint32_t)i);
    }
}

static bool about_of(struct index_builder *b, const struct index_entry *given, uint32_t *ret_about,
                     struct err *e)
{
    struct index_entry entry = *given;
    entry.source = label_cut(entry.source);
    entry.threat = label_cut(entry.threat);
    uint64_t hash = about_hash(b, &entry);
    for (size_t at = hash & b->known.mask; b->known.slots[at]; at = (at + 1) & b->known.mask)
        if (about_same(b, &b->abouts[b->known.slots[at] - 1], &entry)) {
            *ret_about = b->known.slots[at] - 1;
            return true;
        }
    if (!strings_fit(b, entry.source.len + entry.threat.len, e))
        return false;
    if (b->about_count == b->about_cap) {
        b->about_cap = b->about_cap ? b->about_cap * 2 : 64;
        b->abouts = grown(b->abouts, b->about_cap, sizeof *b->abouts);
    }
    b->abouts[b->about_count] = (struct image_about){
        .source = strings_put(b, entry.source),
        .source_len = (uint16_t)entry.source.len,
        .threat = strings_put(b, entry.threat),
        .threat_len = (uint16_t)entry.threat.len,
        .action = (uint8_t)entry.action,
        .confidence = entry.confidence,
    };
    *ret_about = (uint32_t)b->about_count++;
    about_hold(b, hash, *ret_about);
    if (b->known.count * 2 > b->known.mask)
        known_grow(b);
    return true;
}

bool index_builder_add_key(struct index_builder *b, const struct index_key *key,
                           const struct index_entry *entry, struct err *e)
{
    if (b->row_count == INDEX_ROWS_MAX)
        return err_set(e, ERR_LIMIT, "more than %d selectors", INDEX_ROWS_MAX);
    struct image_row row = {.expires = entry->expires,
                            .len = (uint16_t)key->bytes.len,
                            .kind = (uint8_t)key->kind,
                            .bits = key->bits};
    if (!about_of(b, entry, &row.about, e) || !strings_fit(b, key->bytes.len, e))
        return false;
    if (key->kind == SELECTOR_IPV4)
        memcpy(&row.value, key->bytes.ptr, sizeof row.value);
    else
        row.value = strings_put(b, key->bytes);
    b->rows[b->row_count++] = row;
    return true;
}

bool index_builder_add(struct index_builder *b, const struct index_entry *entry, struct err *e)
{
    struct index_key key;
    uint8_t bytes[64];
    if (!index_key_of(&entry->selector, &key, bytes, e))
        return false;
    return index_builder_add_key(b, &key, entry, e);
}

bool index_builder_add_image(struct index_builder *b, const struct index_image *image,
                             const struct index_image *overlay, uint32_t now, struct err *e)
{
    for (size_t i = 0; i < image->head->rows; i++) {
        const struct image_row *row = &image->rows[i];
        const struct image_about *about = &image->abouts[row->about];
        if (row->kind == INDEX_ROW_DEAD || about->action == INDEX_WITHDRAWN ||
            (row->expires && now >= row->expires))
            continue;
        struct index_key key = {row->kind, row->bits, image_row_bytes(image, row)};
        if (overlay && index_image_row(overlay, index_key_hash(overlay->head->seed, &key), &key))
            continue;
        struct index_entry entry = {
            .action = about->action,
            .confidence = about->confidence,
            .expires = row->expires,
            .source = {image->strings + about->source, about->source_len},
            .threat = {image->strings + about->threat, about->threat_len},
        };
        if (!index_builder_add_key(b, &key, &entry, e))
            return false;
    }
    return true;
}

/* ---- laying it out ---- */

struct layout {
    struct image_head head;
    uint64_t end;
};

static struct image_part part(struct layout *l, uint64_t size)
{
    struct image_part p = {.at = l->end, .size = size};
    l->end += (size + INDEX_PAGE - 1) / INDEX_PAGE * INDEX_PAGE;
    return p;
}

static void count_kinds(const struct index_builder *b, struct image_head *head)
{
    for (size_t i = 0; i < b->row_count; i++) {
        const struct image_row *row = &b->rows[i];
        head->kinds[row->kind]++;
        if (row->kind == SELECTOR_PREFIX4)
            head->lengths4 |= UINT64_C(1) << row->bits;
        if (row->kind == SELECTOR_PREFIX6)
            head->lengths6[row->bits / 64] |= UINT64_C(1) << row->bits % 64;
    }
}

static struct layout layout_of(const struct index_builder *b)
{
    struct layout l = {.end = INDEX_HEAD_SIZE};
    struct image_head *head = &l.head;
    memcpy(head->magic, INDEX_MAGIC, sizeof head->magic);
    head->version = INDEX_VERSION;
    head->order = INDEX_ORDER_MARK;
    head->seed = b->how.seed;
    head->built = b->how.built;
    head->rows = (uint32_t)b->row_count;
    head->abouts = (uint32_t)b->about_count;
    head->slots = (uint32_t)(b->row_count + b->row_count / 2 + 16);
    count_kinds(b, head);
    head->row = part(&l, b->row_count * sizeof(struct image_row));
    head->strings = part(&l, b->string_count);
    head->about = part(&l, b->about_count * sizeof(struct image_about));
    head->slot = part(&l, head->slots * sizeof(struct image_slot));
    uint64_t keys[CLASS_COUNT] = {0};
    for (size_t kind = 0; kind < SELECTOR_KIND_COUNT; kind++)
        keys[index_class_of[kind]] += head->kinds[kind];
    for (size_t class = 0; class < CLASS_COUNT; class ++) {
        enum { BLOCK_BITS = INDEX_BLOCK_WORDS * 32 };
        uint64_t blocks = (keys[class] * INDEX_BITS_PER_KEY + BLOCK_BITS - 1) / BLOCK_BITS;
        head->bloom[class] = part(&l, blocks * INDEX_BLOCK_WORDS * sizeof(uint32_t));
    }
    head->size = l.end;
    return l;
}

/* Moves the used pages of a reservation to their place and gives the rest back. */
static void *move(void *from, size_t reserved, uint8_t *to, size_t size)
{
    size_t used = (size + INDEX_PAGE - 1) / INDEX_PAGE * INDEX_PAGE;
    if (used && mremap(from, used, used, MREMAP_MAYMOVE | MREMAP_FIXED, to) == MAP_FAILED)
        abort();
    if (used < reserved)
        munmap((uint8_t *)from + used, reserved - used);
    return NULL;
}

static bool row_is_surer(const struct image_about *abouts, const struct image_row *a,
                         const struct image_row *than)
{
    const struct image_about *x = &abouts[a->about], *y = &abouts[than->about];
    if (x->confidence != y->confidence)
        return x->confidence > y->confidence;
    return x->action > y->action;
}

struct filling {
    const struct index_image *image;
    struct image_row *rows;
    struct image_slot *slots;
    uint32_t (*bloom[CLASS_COUNT])[INDEX_BLOCK_WORDS];
    bool last_wins;
};

static void bloom_put(const struct filling *f, enum index_class class, uint64_t hash)
{
    uint32_t *block = f->bloom[class][index_range(hash, f->image->bloom[class].count)];
    for (size_t i = 0; i < INDEX_BLOCK_WORDS; i++)
        block[i] |= index_bloom_bit((uint32_t)hash, i);
}

/* Puts row `i` into the table. False when it or an equal one before it is dead now. */
static bool slot_put(const struct filling *f, uint32_t i)
{
    const struct index_image *m = f->image;
    const struct image_row *row = &m->rows[i];
    struct index_key key = {row->kind, row->bits, image_row_bytes(m, row)};
    uint64_t hash = index_key_hash(m->head->seed, &key);
    uint32_t at = index_range(hash, m->head->slots);
    for (; f->slots[at].row != IMAGE_SLOT_FREE; at = at + 1 == m->head->slots ? 0 : at + 1) {
        if (f->slots[at].print != (uint32_t)hash)
            continue;
        uint32_t before = f->slots[at].row;
        const struct image_row *was = &m->rows[before];
        if (was->kind != row->kind || was->bits != row->bits ||
            !str_eq(image_row_bytes(m, was), key.bytes))
            continue;
        bool newer = f->last_wins || row_is_surer(m->abouts, row, was);
        f->rows[newer ? before : i].kind = INDEX_ROW_DEAD;
        f->slots[at].row = newer ? i : before;
        return false;
    }
    f->slots[at] = (struct image_slot){(uint32_t)hash, i};
    bloom_put(f, index_class_of[row->kind], hash);
    return true;
}

static void fill(struct index_image *image, uint8_t *bytes, bool last_wins)
{
    struct image_head *head = (struct image_head *)(void *)bytes;
    struct filling f = {.image = image,
                        .rows = (void *)(bytes + head->row.at),
                        .slots = (void *)(bytes + head->slot.at),
                        .last_wins = last_wins};
    for (size_t class = 0; class < CLASS_COUNT; class ++)
        f.bloom[class] = (void *)(bytes + head->bloom[class].at);
    memset(f.slots, 0xff, head->slots * sizeof *f.slots);
    for (uint32_t i = 0; i < head->rows; i++) {
        uint8_t kind = f.rows[i].kind;
        if (slot_put(&f, i))
            head->live++;
        else
            head->kinds[kind]--;
    }
}

bool index_builder_finish(struct index_builder **b, struct index_image **ret_image, struct err *e)
{
    AUTO(index_builder_drop) struct index_builder *from = TAKE(*b);
    struct layout l = layout_of(from);
    uint8_t *bytes = mmap(NULL, l.end, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (bytes == MAP_FAILED)
        return err_set(e, ERR_LIMIT, "no room for an image of %zu bytes", (size_t)l.end);
    memcpy(bytes, &l.head, sizeof l.head);
    from->rows = move(from->rows, ROWS_RESERVED, bytes + l.head.row.at, l.head.row.size);
    from->strings =
        move(from->strings, INDEX_STRINGS_MAX, bytes + l.head.strings.at, l.head.strings.size);
    if (from->about_count)
        memcpy(bytes + l.head.about.at, from->abouts, l.head.about.size);

    struct index_image *image = grown(NULL, 1, sizeof *image);
    *image = (struct index_image){.mapping = bytes, .mapped = l.end, .references = 1};
    index_image_bind(image, bytes);
    fill(image, bytes, from->how.last_wins);
    *ret_image = image;
    return true;
}
