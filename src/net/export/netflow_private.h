/* netflow_private.h - templates, domains, and a record while it is being read. */
#pragma once

#include "core/rd.h"
#include "net/bytes.h"
#include "net/export/netflow.h"

enum {
    NETFLOW_PEN_REVERSE = 29305, /* RFC 5103 6.1 */
    NETFLOW_VARIABLE = 65535,    /* RFC 7011 7 */
};

struct netflow_origin { /* who exports: one numbering of templates and of messages */
    uint8_t exporter[16];
    uint32_t domain;
    uint16_t version;
};

struct netflow_field {
    uint16_t element, len;
    uint32_t enterprise;
};

struct netflow_template {
    uint64_t used; /* the reader's clock when it last was; 0: free */
    struct netflow_origin origin;
    uint16_t number, fields, scope;
    bool options;
    uint32_t least; /* bytes of the shortest record */
    struct netflow_field field[NETFLOW_FIELDS];
};

struct netflow_sampler {
    bool set;
    uint64_t id;
    uint32_t interval;
};

struct netflow_domain {
    uint64_t used;
    struct netflow_origin origin;
    bool followed; /* `next` is what the next message should begin with */
    uint32_t next;
    uint32_t sampling;
    int64_t boot_us; /* of the exporter; 0: not told */
    uint8_t samplers, turn;
    struct netflow_sampler sampler[NETFLOW_SAMPLERS];
};

struct netflow {
    struct netflow_settings settings;
    struct netflow_user user;
    struct netflow_stats stats;
    uint64_t clock;
    struct netflow_template *templates;
    struct netflow_domain *domains;
    size_t last; /* template found last */
};

struct netflow_message { /* the header of the datagram that is being read */
    struct netflow_domain *domain;
    int64_t time_us,
        boot_us; /* of the export; when the exporter's clock was zero, 0 where not told */
};

struct
    netflow_reading { /* a data record: what is told, and what has to be put together at its end */
    struct flow_record record;
    const struct netflow_message *message;
    uint32_t enterprise; /* ours */
    bool has_src, has_dst;
    bool has_first, has_last; /* by the exporter's clock */
    uint32_t first, last;
    int64_t duration_us;
    bool has_sampler;
    uint64_t sampler, space, interval, population, size;
    uint64_t initiator_bytes, initiator_packets;
};

/* netflow_tables.c */
bool netflow_origin_eq(const struct netflow_origin *a, const struct netflow_origin *b);
struct netflow_domain *netflow_domain_of(struct netflow *n, const struct netflow_origin *o);
struct netflow_template *netflow_template_find(struct netflow *n, const struct netflow_origin *o,
                                               unsigned number);
struct netflow_template *netflow_template_make(struct netflow *n, const struct netflow_origin *o,
                                               unsigned number);
/* RFC 7011 8.1: one, or all data (2) or options (3) templates. */
void netflow_template_withdraw(struct netflow *n, const struct netflow_origin *o, unsigned number);

/* netflow_fields.c */
void netflow_field_read(struct netflow_reading *g, const struct netflow_field *f, struct str value);
void netflow_reading_end(struct netflow_reading *g);
void netflow_options_end(const struct netflow_reading *g, struct netflow_domain *d);

/* netflow_sets.c: the sets behind the header of v9 and IPFIX; how many records (data and, in v9, templates) there were. */
uint64_t netflow_sets_read(struct netflow *n, struct netflow_message *m, struct rd *r);
