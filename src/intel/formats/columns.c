/* columns.c - the names that feeds write over their columns, and a row read by them. */
#include "intel/formats/columns_private.h"

#include "core/ascii.h"
#include "core/time.h"

#include <stdio.h>

static const struct {
    struct str name; /* lower case, every other byte than a letter or digit written as '_' */
    enum role role;
    enum claim claim;
} heads[] = {
    {S_("indicator"), ROLE_VALUE, 0},
    {S_("indicator_value"), ROLE_VALUE, 0},
    {S_("value"), ROLE_VALUE, 0},
    {S_("ioc"), ROLE_VALUE, 0},
    {S_("ioc_value"), ROLE_VALUE, 0},
    {S_("observable"), ROLE_VALUE, 0},
    {S_("type"), ROLE_TYPE, 0},
    {S_("indicator_type"), ROLE_TYPE, 0},
    {S_("ioc_type"), ROLE_TYPE, 0},
    {S_("kind"), ROLE_TYPE, 0},
    {S_("ip"), ROLE_TYPED, CLAIM_ADDRESS},
    {S_("ip_address"), ROLE_TYPED, CLAIM_ADDRESS},
    {S_("ipaddress"), ROLE_TYPED, CLAIM_ADDRESS},
    {S_("dst_ip"), ROLE_TYPED, CLAIM_ADDRESS},
    {S_("src_ip"), ROLE_TYPED, CLAIM_ADDRESS},
    {S_("dstip"), ROLE_TYPED, CLAIM_ADDRESS},
    {S_("ipv4"), ROLE_TYPED, CLAIM_ADDRESS},
    {S_("ipv6"), ROLE_TYPED, CLAIM_ADDRESS},
    {S_("cidr"), ROLE_TYPED, CLAIM_ADDRESS},
    {S_("network"), ROLE_TYPED, CLAIM_ADDRESS},
    {S_("domain"), ROLE_TYPED, CLAIM_HOST},
    {S_("hostname"), ROLE_TYPED, CLAIM_HOST},
    {S_("host"), ROLE_TYPED, CLAIM_HOST},
    {S_("fqdn"), ROLE_TYPED, CLAIM_HOST},
    {S_("url"), ROLE_TYPED, CLAIM_URL},
    {S_("md5"), ROLE_TYPED, CLAIM_FILE_MD5},
    {S_("md5_hash"), ROLE_TYPED, CLAIM_FILE_MD5},
    {S_("sha1"), ROLE_TYPED, CLAIM_FILE_SHA1},
    {S_("sha1_hash"), ROLE_TYPED, CLAIM_FILE_SHA1},
    {S_("sha256"), ROLE_TYPED, CLAIM_FILE_SHA256},
    {S_("sha256_hash"), ROLE_TYPED, CLAIM_FILE_SHA256},
    {S_("hash"), ROLE_TYPED, CLAIM_FILE_HASH},
    {S_("file_hash"), ROLE_TYPED, CLAIM_FILE_HASH},
    {S_("ja3"), ROLE_TYPED, CLAIM_JA3},
    {S_("ja3_md5"), ROLE_TYPED, CLAIM_JA3},
    {S_("ja4"), ROLE_TYPED, CLAIM_JA4},
    {S_("confidence"), ROLE_CONFIDENCE, 0},
    {S_("confidence_level"), ROLE_CONFIDENCE, 0},
    {S_("tlp"), ROLE_TLP, 0},
    {S_("marking"), ROLE_TLP, 0},
    {S_("valid_from"), ROLE_FROM, 0},
    {S_("first_seen"), ROLE_FROM, 0},
    {S_("first_seen_utc"), ROLE_FROM, 0},
    {S_("firstseen"), ROLE_FROM, 0},
    {S_("valid_until"), ROLE_UNTIL, 0},
    {S_("expires"), ROLE_UNTIL, 0},
    {S_("expiration"), ROLE_UNTIL, 0},
    {S_("expiry"), ROLE_UNTIL, 0},
    {S_("comment"), ROLE_COMMENT, 0},
    {S_("description"), ROLE_COMMENT, 0},
    {S_("note"), ROLE_COMMENT, 0},
    {S_("meta_desc"), ROLE_COMMENT, 0},
    {S_("threat"), ROLE_THREAT, 0},
    {S_("threat_name"), ROLE_THREAT, 0},
    {S_("malware"), ROLE_THREAT, 0},
    {S_("malware_printable"), ROLE_THREAT, 0},
    {S_("family"), ROLE_THREAT, 0},
    {S_("tags"), ROLE_LABEL, 0},
    {S_("label"), ROLE_LABEL, 0},
    {S_("labels"), ROLE_LABEL, 0},
    {S_("id"), ROLE_ID, 0},
    {S_("uuid"), ROLE_ID, 0},
    {S_("ioc_id"), ROLE_ID, 0},
    {S_("source"), ROLE_SOURCE, 0},
    {S_("meta_source"), ROLE_SOURCE, 0},
};

bool columns_of_head(const struct str *cells, size_t count, struct columns *ret)
{
    *ret = (struct columns){.count = count < COLUMNS_MAX ? count : COLUMNS_MAX};
    for (size_t i = 0; i < ret->count; i++) {
        char text[32];
        if (cells[i].len > sizeof text)
            continue;
        for (size_t c = 0; c < cells[i].len; c++) {
            char byte = cells[i].ptr[c];
            text[c] = '_';
            if (ascii_is_alnum(byte))
                text[c] = ascii_lower(byte);
        }
        for (size_t h = 0; h < COUNT(heads); h++) {
            if (!str_eq((struct str){text, cells[i].len}, heads[h].name))
                continue;
            ret->at[i].role = heads[h].role;
            ret->at[i].claim = heads[h].claim;
            ret->has_value = ret->has_value || heads[h].role == ROLE_VALUE;
            ret->has_typed = ret->has_typed || heads[h].role == ROLE_TYPED;
        }
    }
    return ret->has_value || ret->has_typed;
}

static bool read_number(struct str text, int64_t most, int64_t *ret)
{
    int64_t value = 0;
    if (text.len == 0 || text.len > 12)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
        value = value * 10 + (text.ptr[i] - '0');
    }
    *ret = value;
    return value <= most;
}

/* RFC 3339; the same with a space for 'T' and no zone (then UTC); a date; seconds since 1970. */
static bool read_time(struct str text, int64_t *ret)
{
    struct err e;
    char copy[40];
    int64_t seconds;
    if (time_parse(text, ret, &e))
        return true;
    if (text.len >= 9 && read_number(text, INT64_C(99999999999), &seconds)) {
        *ret = seconds * TIME_SECOND;
        return true;
    }
    if (text.len < 10 || text.len > 30)
        return false;
    bool date_alone = text.len == 10;
    int n =
        snprintf(copy, sizeof copy, STR_FMT "%sZ", STR_ARG(text), date_alone ? "T00:00:00" : "");
    if (copy[10] == ' ')
        copy[10] = 'T';
    return time_parse((struct str){copy, (size_t)n}, ret, &e);
}

/* A number, or STIX 2.1 Appendix A's words. */
static int read_confidence(struct str text)
{
    static const struct {
        struct str word;
        int value;
    } words[] = {
        {S_("none"), 0}, {S_("low"), 15}, {S_("med"), 50}, {S_("medium"), 50}, {S_("high"), 85}};
    int64_t value;
    if (read_number(text, 100, &value))
        return (int)value;
    for (size_t i = 0; i < COUNT(words); i++)
        if (text.len == words[i].word.len &&
            strncasecmp(text.ptr, words[i].word.ptr, text.len) == 0)
            return words[i].value;
    return INDICATOR_CONFIDENCE_UNSET;
}

static void read_labels(struct str text, struct indicator *i)
{
    while (text.len && i->label_count < INDICATOR_LABELS_MAX) {
        struct str label = str_cut(text, ',', &text);
        if (label.len)
            i->labels[i->label_count++] = label;
    }
}

/* False when the cell says when the indicator ends, and not in a way that can be read. */
static bool read_cell(struct feed *f, enum role role, struct str cell, uint64_t place,
                      struct indicator *i)
{
    switch (role) {
    case ROLE_CONFIDENCE: i->confidence = read_confidence(cell); break;
    case ROLE_TLP:
        if (!tlp_parse_loose(cell, &i->tlp))
            feed_remark(f, WHY_BAD_MARKING, place, cell, STR_NONE);
        break;
    case ROLE_FROM:
        if (!read_time(cell, &i->valid_from))
            i->valid_from = INDICATOR_TIME_UNSET;
        break;
    case ROLE_UNTIL: return read_time(cell, &i->valid_until);
    case ROLE_COMMENT: i->description = cell; break;
    case ROLE_THREAT: i->threat = cell; break;
    case ROLE_LABEL: read_labels(cell, i); break;
    case ROLE_ID: i->id = cell; break;
    case ROLE_SOURCE: i->source = cell; break;
    default: break;
    }
    return true;
}

static bool row_values(struct feed *f, const struct columns *c, const struct str *cells,
                       size_t count, uint64_t place, struct indicator *i)
{
    bool any = false;
    const struct str nothing = STR_NONE;
    for (size_t n = 0; n < count; n++) {
        if (c->at[n].role != ROLE_TYPED || cells[n].len == 0)
            continue;
        any = true;
        if (!feed_value(f, c->at[n].claim, cells[n], place, i))
            return false;
    }
    if (!any)
        feed_left(f, WHY_EMPTY, place, nothing, nothing);
    return true;
}

bool columns_row(struct feed *f, const struct columns *c, const struct str *cells, size_t count,
                 uint64_t place)
{
    struct indicator i = {.confidence = INDICATOR_CONFIDENCE_UNSET};
    struct str value = STR_NONE, type = STR_NONE;
    if (count > c->count)
        count = c->count;
    for (size_t n = 0; n < count; n++) {
        enum role role = c->at[n].role;
        if (role == ROLE_VALUE && !value.len)
            value = cells[n];
        else if (role == ROLE_TYPE && !type.len)
            type = cells[n];
        else if (cells[n].len && !read_cell(f, role, cells[n], place, &i)) {
            feed_left(f, WHY_BAD_TIME, place, cells[n], STR_NONE);
            return true;
        }
    }
    if (!c->has_value)
        return row_values(f, c, cells, count, place, &i);
    return type.len ? feed_typed(f, type, value, place, &i)
                    : feed_value(f, CLAIM_ANY, value, place, &i);
}
