/* live.h - the selector set as the node has it now, followed for as long as the sensor runs.
 *
 * First the event stream is opened, then the signed image is fetched (/v1/selectors/image), then the
 * events after the image's generation are applied: so nothing falls between the two. An event is in
 * force milliseconds after it came. A gap in the generations, an event that says the image was made
 * anew, or a stream that starts anew fetches the image again.
 *
 * Who follows has the network and no packets; who holds the set has packets and no network. So the set is
 * reached through a struct live_target: a live_set in the same process, or an errand to another one
 * (sensor/errand.h).
 *
 * The last image is kept in DIR/selectors.set and used at the next start until a newer one has come: a
 * sensor whose node is away still matches. Whom to trust: `node_key`, else the key in DIR/node.key, else
 * the key of the first image that comes over the (pinned) connection, which is then written there. Whoever
 * holds the set checks the image's signature himself.
 */
#pragma once

#include "core/keys.h"
#include "http/client.h"
#include "index/set.h"

enum { LIVE_MERGE_AT = INDEX_CHANGES_MAX / 4, LIVE_IMAGE_MAX = 512 << 20 };

struct live_target {
    void *context;
    uint64_t (*generation)(void *context);
    /* The sealed image at this path, when it is newer than what is held. */
    bool (*image)(void *context, const char *path, const struct key_public *key, struct err *e);
    /* One event's data. ERR_CONFLICT: the image is wanted. */
    bool (*event)(void *context, struct str data, uint64_t *ret_changes, struct err *e);
};

struct live_settings {
    struct http_peer peer;
    struct live_target target;
    const char *dir;
    const struct key_public *node_key; /* NULL: as above */
};

struct live_stats {
    uint64_t images, events, changes; /* taken */
    uint64_t refused;                 /* images and events that were not right */
    uint64_t generation;
    bool connected;
};

struct live;

/* Hands on the kept image, if there is one, and starts to follow. */
[[nodiscard]] bool live_start(const struct live_settings *s, struct live **ret, struct err *e);
void live_stop(struct live **l);
struct live_stats live_stats(struct live *l);

/* ---- the set ---- */

/* Holds the set; a thread of its own merges changes into a new image once enough have gathered. */
struct live_set;

[[nodiscard]] bool live_set_new(struct live_set **ret, struct err *e);
void live_set_drop(struct live_set **s);
struct index_set *live_set_index(struct live_set *s);
uint64_t live_set_images(struct live_set *s); /* taken so far */
struct live_target live_set_target(struct live_set *s);

/* One event's data, applied to the set. ERR_CONFLICT: the image is wanted. ERR_LIMIT: merge first. */
[[nodiscard]] bool live_apply(struct index_set *set, struct str data, uint64_t *ret_changes,
                              struct err *e);
