/* live.h - the selector set as the node has it now, followed for as long as the sensor runs.
 *
 * First the event stream is opened, then the signed image is fetched (/v1/selectors/image), then the
 * events after the image's generation are applied: so nothing falls between the two. An event is in
 * force milliseconds after it came. A gap in the generations, an event that says the image was made
 * anew, or a stream that starts anew fetches the image again. Changes are merged into a new image by
 * a thread of its own once enough have gathered.
 *
 * The last image is kept in DIR/selectors.set and used at the next start until a newer one has come: a
 * sensor whose node is away still matches. Whom to trust: `node_key`, else the key in DIR/node.key, else
 * the key of the first image that comes over the (pinned) connection, which is then written there.
 */
#pragma once

#include "core/keys.h"
#include "http/client.h"
#include "index/set.h"

enum { LIVE_MERGE_AT = INDEX_CHANGES_MAX / 4, LIVE_IMAGE_MAX = 512 << 20 };

struct live_settings {
    struct http_peer peer;
    struct index_set *set;
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

/* Loads the kept image, if there is one, and starts to follow. */
[[nodiscard]] bool live_start(const struct live_settings *s, struct live **ret, struct err *e);
void live_stop(struct live **l);
struct live_stats live_stats(struct live *l);

/* One event's data, applied to the set. ERR_CONFLICT: the image is wanted. Used by live.c; and by tests. */
[[nodiscard]] bool live_apply(struct index_set *set, struct str data, uint64_t *ret_changes,
                              struct err *e);
