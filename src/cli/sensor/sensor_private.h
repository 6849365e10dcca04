/* sensor_private.h - one run of hinomi sensor, which is two processes.
 *
 *   watcher   opens the capture, gives up its rights, decodes, matches, writes lines; has no network
 *   line      keeps sightings in the spool, hands them to the node, follows its selectors; has no packets
 *
 * The line is the process that was started: it ends when the watcher has ended and, for a file, when the node
 * has everything. Whichever is killed, the other one ends too, and what was kept is sent at the next start.
 */
#pragma once

#include "cli/mandate/mandate.h"
#include "core/addr.h"
#include "core/arena.h"
#include "core/opt.h"
#include "core/uuid.h"
#include "sensor/errand.h"

#include <sys/types.h>

enum { SENSOR_QUEUES_MOST = 16 };

struct sensor_args {
    const char *capture, *interface, *filter, *node, *key, *ca, *pin, *node_key, *spool, *eve;
    const char *replay_speed, *user, *out, *zeek, *ipfix, *flow_listen, *detect;
    bool no_detect;
    struct cli_mandate_args mandate;
    struct opt_list own;
    int64_t spool_mib, queues, enterprise;
};

struct sensor {
    struct sensor_args args;
    struct arena memory;
    struct addr *own;
    struct key_public node_key;
    const char *bearer;
    double speed; /* 0: as fast as it can be read */
    uid_t user;
    gid_t group;
    struct uuid id;
    struct spool *spool; /* the line's */
    struct errand_pair errands;
    pid_t watcher;
    int signals; /* signalfd */
    bool stopped;
};

/* What is watched happens now: no file. */
static inline bool sensor_is_live(const struct sensor *s)
{
    return s->args.interface || s->args.flow_listen;
}

[[nodiscard]] bool sensor_open_spool(struct sensor *s, struct err *e);
bool sensor_told_to_stop(struct sensor *s);

/* The two processes' lives; each returns its exit code. */
int sensor_watch(struct sensor *s, pid_t parent);
int sensor_line(struct sensor *s);
