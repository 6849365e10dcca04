/* mmdb_check.c - metadata, search tree and every record behind it, in one pass over the nodes. */
#include "geo/mmdb_private.h"

#include "core/vec.h"

#include <stdlib.h>

enum {
    SEPARATOR = 16,              /* zero bytes between tree and data */
    METADATA_WINDOW = 128 << 10, /* the marker lies within the last 128 KiB */
    METADATA_BUDGET = 1 << 16,
    BUDGET_PER_BYTE = 16, /* values a record may reach through pointers, for each byte of data */
    BUDGET_LEAST = 1 << 16,
};

struct check {
    struct str file;
    struct mmdb_data data;
    uint64_t node_count;
    unsigned record_size; /* bits */
    uint8_t *seen;        /* a bit for each data offset */
    VEC(struct mmdb_record) records;
};

static const struct str marker = S_("\xab\xcd\xefMaxMind.com");

/* Where the metadata starts: after the last marker; 0 when there is none. */
static size_t metadata_find(struct str file)
{
    size_t least = file.len > METADATA_WINDOW ? file.len - METADATA_WINDOW : 0;
    for (size_t at = file.len; at >= least + marker.len; at--)
        if (memcmp(file.ptr + at - marker.len, marker.ptr, marker.len) == 0)
            return at;
    return 0;
}

static bool number_member(struct mmdb_data *d, const struct mmdb_value *map, struct str key,
                          uint64_t *ret_number)
{
    struct mmdb_value v;
    if (!mmdb_member(d, map, key, &v) ||
        (v.type != MMDB_UINT16 && v.type != MMDB_UINT32 && v.type != MMDB_UINT64))
        return false;
    *ret_number = v.number;
    return true;
}

static bool metadata_read(struct check *c, size_t at, struct geo_table *t, struct err *e)
{
    struct mmdb_data d = {(const uint8_t *)c->file.ptr + at, c->file.len - at, METADATA_BUDGET};
    struct mmdb_value map, type;
    size_t from = 0, walked = 0;
    uint64_t record_size = 0, ip_version = 0, epoch = 0;
    if (!mmdb_value_walk(&d, &walked, 0) || !mmdb_value_read(&d, &from, &map))
        return err_set(e, ERR_INVALID, "metadata: not sound");
    if (!number_member(&d, &map, S("node_count"), &c->node_count) ||
        !number_member(&d, &map, S("record_size"), &record_size) ||
        !number_member(&d, &map, S("ip_version"), &ip_version) ||
        !number_member(&d, &map, S("build_epoch"), &epoch) ||
        !mmdb_member(&d, &map, S("database_type"), &type) || type.type != MMDB_TEXT)
        return err_set(e, ERR_INVALID, "metadata: a required member is missing");
    if (record_size != 24 && record_size != 28 && record_size != 32)
        return err_set(e, ERR_INVALID, "metadata: records of %llu bits",
                       (unsigned long long)record_size);
    if (ip_version != 4 && ip_version != 6)
        return err_set(e, ERR_INVALID, "metadata: IP version %llu", (unsigned long long)ip_version);
    if (c->node_count == 0 || c->node_count > UINT32_MAX || epoch > INT64_MAX / 1000000)
        return err_set(e, ERR_INVALID, "metadata: a number out of range");
    c->record_size = (unsigned)record_size;

    *t = (struct geo_table){.built = (int64_t)epoch * 1000000, .nodes = (uint32_t)c->node_count};
    for (size_t i = 0; i < type.text.len && i < GEO_TYPE_MAX - 1; i++) {
        bool printable = type.text.ptr[i] >= 0x20 && type.text.ptr[i] < 0x7f;
        t->type[i] = '?';
        if (printable)
            t->type[i] = type.text.ptr[i];
    }
    return true;
}

static void country_of(struct mmdb_data *d, size_t at, char ret_code[3])
{
    struct mmdb_value record, country, code;
    ret_code[0] = 0;
    if (!mmdb_value_read(d, &at, &record))
        return;
    bool found = mmdb_member(d, &record, S("country_code"), &code) ||
                 (mmdb_member(d, &record, S("country"), &country) &&
                  mmdb_member(d, &country, S("iso_code"), &code));
    if (found && code.type == MMDB_TEXT && country_code_valid(code.text)) {
        memcpy(ret_code, code.text.ptr, 2);
        ret_code[2] = 0;
    }
}

static bool record_check(struct check *c, uint64_t record, uint64_t node, struct err *e)
{
    if (record <= c->node_count)
        return true;
    uint64_t offset = record - c->node_count - SEPARATOR;
    if (record < c->node_count + SEPARATOR || offset >= c->data.size)
        return err_set(e, ERR_INVALID, "node %llu points outside the data",
                       (unsigned long long)node);
    if (c->seen[offset / 8] >> offset % 8 & 1)
        return true;
    c->seen[offset / 8] = (uint8_t)(c->seen[offset / 8] | 1u << offset % 8);
    struct mmdb_record found = {.offset = (uint32_t)offset};
    size_t at = offset;
    if (!mmdb_value_walk(&c->data, &at, 0))
        return err_set(e, ERR_INVALID, "the record at data offset %llu is not sound",
                       (unsigned long long)offset);
    country_of(&c->data, offset, found.code);
    vec_push(&c->records, found);
    return true;
}

/* Left and right record of a node (specification, "Node Layout"). */
static void node_read(const uint8_t *p, unsigned record_size, uint64_t ret_records[2])
{
    uint64_t a = (uint64_t)p[0] << 16 | (uint64_t)p[1] << 8 | p[2];
    switch (record_size) {
    case 24:
        ret_records[0] = a;
        ret_records[1] = (uint64_t)p[3] << 16 | (uint64_t)p[4] << 8 | p[5];
        return;
    case 28:
        ret_records[0] = (uint64_t)(p[3] >> 4) << 24 | a;
        ret_records[1] =
            (uint64_t)(p[3] & 15) << 24 | (uint64_t)p[4] << 16 | (uint64_t)p[5] << 8 | p[6];
        return;
    default:
        ret_records[0] = a << 8 | p[3];
        ret_records[1] = (uint64_t)p[4] << 24 | (uint64_t)p[5] << 16 | (uint64_t)p[6] << 8 | p[7];
    }
}

static bool tree_check(struct check *c, struct err *e)
{
    const uint8_t *tree = (const uint8_t *)c->file.ptr;
    size_t node_size = c->record_size / 4;
    for (uint64_t n = 0; n < c->node_count; n++) {
        uint64_t records[2];
        node_read(tree + n * node_size, c->record_size, records);
        if (!record_check(c, records[0], n, e) || !record_check(c, records[1], n, e))
            return false;
    }
    return true;
}

static int by_offset(const void *a, const void *b)
{
    uint32_t x = ((const struct mmdb_record *)a)->offset,
             y = ((const struct mmdb_record *)b)->offset;
    return (x > y) - (x < y);
}

static bool names_a_country(const struct check *c)
{
    for (size_t i = 0; i < c->records.len; i++)
        if (c->records.ptr[i].code[0])
            return true;
    return false;
}

static bool file_check(struct check *c, struct geo_table *t, struct err *e)
{
    size_t metadata = metadata_find(c->file);
    if (!metadata)
        return err_set(e, ERR_INVALID, "no metadata: not a MaxMind DB");
    if (!metadata_read(c, metadata, t, e))
        return false;
    uint64_t tree = c->node_count * (c->record_size / 4);
    size_t end = metadata - marker.len;
    if (tree + SEPARATOR >= end)
        return err_set(e, ERR_INVALID, "the search tree is longer than the file");
    c->data = (struct mmdb_data){(const uint8_t *)c->file.ptr + tree + SEPARATOR,
                                 end - (size_t)tree - SEPARATOR, 0};
    c->data.budget = BUDGET_LEAST + (uint64_t)c->data.size * BUDGET_PER_BYTE;
    c->seen = calloc(1, c->data.size / 8 + 1);
    if (!c->seen)
        abort();
    if (!tree_check(c, e))
        return false;
    if (!c->records.ptr || !names_a_country(c))
        return err_set(e, ERR_INVALID, "no record names a country");
    qsort(c->records.ptr, c->records.len, sizeof *c->records.ptr, by_offset);
    return true;
}

bool mmdb_check(struct str file, struct mmdb_facts *ret_facts, struct err *e)
{
    struct check c = {.file = file};
    struct geo_table t;
    bool sound = file_check(&c, &t, e);
    free(c.seen);
    if (!sound) {
        vec_drop(&c.records);
        return false;
    }
    *ret_facts = (struct mmdb_facts){t, c.records.ptr, c.records.len};
    return true;
}
