/* making_private.h - what every scenario shares: hosts, look-ups, visits, and the list of what was hidden. */
#pragma once

#include "core/vec.h"
#include "synth/payload.h"
#include "synth/traffic.h"

struct synth_making {
    struct synth_order order;
    struct synth_line *line;
    struct synth_random random;
    struct synth_result counts;
    VEC(struct synth_label) labels;
    VEC(struct synth_deed) deeds;
    struct err error; /* set: the order cannot be made */
    struct buf scratch;
};

struct host {
    uint8_t address[16];
};

struct host host_v4(uint32_t address);
struct host host_client(uint64_t i);  /* 10.32.0.0/11 */
struct host host_client6(uint64_t i); /* 2001:db8:a::/48 */
struct host host_server(uint64_t i);  /* 198.18.0.0/15, set aside for benchmarks (RFC 2544) */
struct host host_server6(uint64_t i); /* 2001:db8:b::/48 */

struct lookup {
    struct host client;
    struct str name;
    bool v6;             /* AAAA */
    struct host address; /* what the name has */
    bool unknown;        /* NXDOMAIN */
    bool alias;          /* through a CNAME */
    int64_t time_us;
};

/* What can be labelled: where a conversation stands, and when it shows what. */
struct shown {
    struct synth_end client, server;
    int64_t first_us; /* the query, the SYN */
    int64_t named_us; /* the ClientHello's or the request's last segment */
    int64_t end_us;
    uint8_t proto;
};

struct shown make_lookup(struct synth_making *m, const struct lookup *l);

struct visit {
    struct host client, server;
    struct str name; /* SNI or Host */
    bool tls;
    enum synth_stack stack;
    struct str path;   /* HTTP */
    uint64_t segments; /* of content */
    int64_t time_us;
};
struct shown make_visit(struct synth_making *m, const struct visit *v);

struct shown make_quic(struct synth_making *m, const struct visit *v);

enum service {
    SERVICE_SSH,
    SERVICE_SMB,
    SERVICE_RDP,
    SERVICE_FTP,
    SERVICE_POP3,
    SERVICE_IMAP,
    SERVICE_TELNET,
    SERVICE_COUNT
};
enum service service_of(struct str name); /* SERVICE_COUNT when there is none */
uint16_t service_port(enum service s);

struct session {
    enum service service;
    struct host client, server;
    uint16_t port;     /* 0: the service's own */
    unsigned wrong;    /* passwords that are refused first */
    bool in;           /* then one is right */
    bool program;      /* SSH: a library, not a person's client */
    uint64_t segments; /* of content, once one is in */
    int64_t time_us;
};
struct shown make_session(struct synth_making *m, const struct session *s);

struct synth_talk make_talk(struct synth_making *m, struct host client, struct host server,
                            uint16_t port, int64_t time_us);
enum { SYNTH_TCP = 6, SYNTH_UDP = 17 };
struct shown make_shown(const struct synth_talk *t, int64_t first_us, uint8_t proto);

void make_label(struct synth_making *m, enum synth_label_kind kind, struct str value,
                const struct shown *s, int64_t time_us);

/* A talk of nobody's protocol. */
void make_other(struct synth_making *m, struct host client, struct host server, int64_t time_us);
/* One poll of a PLC after another over one connection. */
struct shown make_modbus(struct synth_making *m, struct host client, struct host server,
                         unsigned polls, int64_t time_us);
void make_ntp(struct synth_making *m, struct host client, int64_t time_us);

enum synth_stack make_stack(struct synth_making *m); /* as often as they are met */
uint16_t make_port(struct synth_making *m); /* a client's port; rises, so no two flows meet */

enum { NAME_MAX_TEXT = 96 };
/* What is planted in the mix of a seed. */
uint32_t planted_address(uint64_t i);
struct str planted_name(uint64_t seed, uint64_t i, char out[NAME_MAX_TEXT]);
struct str planted_parent(uint64_t seed, uint64_t i, char out[NAME_MAX_TEXT]);

void plant(struct synth_making *m, uint64_t hit, int64_t at); /* of a mix: 0 .. 499 */

void scenario_office(struct synth_making *m);
void scenario_control_room(struct synth_making *m);
void scenario_intruder(struct synth_making *m);
void scenario_mix(struct synth_making *m);
void scenario_day(struct synth_making *m);
void scenario_week(struct synth_making *m);
void scenario_tiny(struct synth_making *m);
void scenario_newflows(struct synth_making *m);
void scenario_dns(struct synth_making *m);
void scenario_hits(struct synth_making *m);
