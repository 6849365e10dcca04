/* day_private.h - a day as actors that take turns: each does one thing at its instant and says when it is due
 * again. Every actor has numbers of its own, so that one more or less changes nothing of the others.
 */
#pragma once

#include "synth/making_private.h"

#define SECOND_US INT64_C(1000000)
#define HOUR_US (3600 * SECOND_US)
#define DAY_US (24 * HOUR_US)
#define NEVER INT64_MAX

struct day;

struct actor {
    struct actor *next;
    int64_t at_us;
    int64_t (*act)(struct day *d, struct actor *a); /* when it is due again, or NEVER */
    struct synth_random random;                     /* stands in making->random during `act` */
    struct host host, peer;
    uint64_t count, left; /* what was done, what is still to be done */
    int64_t end_us;       /* a deed's last instant */
    double number[4];     /* whatever it has read of its settings */
    unsigned choice;
    size_t deed; /* its label: 1 + index; 0 for the office's own */
};

struct day {
    struct synth_making *m;
    int64_t start_us, end_us, now_us;
    unsigned clients;
    double office_hours; /* from the start of each day */
    bool failed;
    struct err error;
    struct actor *first, **last; /* in the order in which they came */
};

/* A new actor, zeroed but for its instant, its act, and its own numbers drawn from `kind` and `i`. */
struct actor *day_actor(struct day *d, uint64_t kind, uint64_t i, int64_t at_us,
                        int64_t (*act)(struct day *d, struct actor *a));
bool day_at_work(const struct day *d, int64_t at_us); /* are people there? */

/* Who is who. Clients are host_client(0 ..); the house's machines stand in 10.0.0.0/16. */
enum day_machine {
    MACHINE_DC = 10,
    MACHINE_FILES = 20,
    MACHINE_MAIL = 25,
    MACHINE_BACKUP = 30,
    MACHINE_MONITOR = 40,
    MACHINE_WEB = 80,
    MACHINE_PRINTER = 100,
};
struct host day_machine(unsigned i); /* 10.0.0.i */
struct host day_plc(unsigned i);     /* 10.80.20.i; their station is 10.80.10.11 */
struct host day_station(void);
struct host day_outsider(uint64_t i); /* 203.0.113.0/24 */

void day_background(struct day *d);

/* A behaviour: its row, and what puts its actors on the day. */
struct deed_row {
    struct synth_behaviour is;
    void (*start)(struct day *d, const struct deed_row *row);
};
extern const struct deed_row *const deed_rows[];
extern const size_t deed_row_count;
void deeds_start(struct day *d); /* those of the settings; day->failed on a wrong one */

/* A setting of this behaviour: "name.key=", else "key=", else what is normal. A number that is none fails. */
struct str deed_text(const struct day *d, const struct deed_row *row, const char *key);
double deed_number(struct day *d, const struct deed_row *row, const char *key);
void deed_fail(struct day *d, const struct deed_row *row, const char *key);
/* Starts `start_minutes` into the day and has its label. The host is a client, by the behaviour's place. */
struct actor *deed_begin(struct day *d, const struct deed_row *row,
                         int64_t (*act)(struct day *d, struct actor *a));
void deed_meets(struct day *d, const struct actor *a, struct host host, struct host peer);
void deed_until(struct day *d, const struct actor *a, int64_t at_us); /* it went on up to here */

/* Common to all of them. */
int64_t after(struct synth_random *r, double seconds,
              double jitter); /* evenly within +- jitter of it */
struct str made_name(struct synth_random *r, unsigned family, char out[NAME_MAX_TEXT]);
struct str usual_name(
    uint64_t i, char out[NAME_MAX_TEXT]); /* site i of the world: words, as people choose them */
struct host usual_place(uint64_t i);
