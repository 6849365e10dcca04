/* crew.h - a capture file worked on by one thread or several, with the output of one.
 *
 * Why: what a sensor says must be a function of the capture alone. So the work is cut where it cannot be
 * seen: the file is read in chunks; whoever is free reads and decodes the next one; fragments are joined in
 * the order of the file; each worker takes the packets of its own shards (flow.h) out of every chunk, in
 * order; and what the workers have to say about a chunk is put in the order of its packets before
 * anybody hears it.
 *
 *     read ─▶ decode ─▶ fragments ─▶ process ─▶ deliver        one at a time: read, fragments, deliver
 *
 * One thread does the same, a chunk at a time, and starts no other.
 *
 *     struct crew_settings s = {.pipeline = PIPELINE_SETTINGS, .threads = 2, .user = user};
 *     if (!crew_run(&s, capture, &counts, e))       // counts are whole either way
 *
 * Memory: `flows` and `stream_bytes` of the pipeline are shared out, not multiplied; a chunk is CREW_STEP bytes
 * read at a time and their packets, and each thread has two of them; one alone has one.
 */
#pragma once

#include "sensor/lawful/mandate.h"
#include "sensor/outbox.h"
#include "sensor/pipeline.h"

enum { CREW_STEP = 512 << 10, CREW_FRAMES = 2048, CREW_THREADS_MOST = 16 };

struct crew_user {
    void *context;
    /* In a worker's thread: writes an event's lines to into->texts. All three NULL: no texts. */
    void *(*writer_new)(void *context, struct outbox *into);
    void (*write)(void *writer, const struct sensor_event *ev);
    void (*writer_drop)(void *writer);
    /* In the order of the capture, one thread at a time. Any may be NULL. */
    void (*text)(void *context, unsigned which, struct str lines);
    void (*match)(void *context, const struct sensor_event *ev);
    void (*observation)(void *context, const struct observation *o);
    /* Before what is told of a chunk: the latest time up to and in it. False: nothing more is read or told. */
    bool (*begin)(void *context, int64_t time_us);
    /* After it, told or not: all that became of the packets up to it. False: as above. */
    bool (*fates)(void *context, const struct fate_counts *so_far);
};

struct crew_settings {
    /* What may be taken in; NULL: everything, as far as pipeline.own says. */
    struct mandate *mandate;
    struct pipeline_settings
        pipeline; /* on_event, on_observation, context, shards: the crew's own */
    unsigned threads;
    struct crew_user user;
};

/* To the end of the capture. False when it was refused at some place (`e` names it): what came before
 * was worked on. ERR_LIMIT and ERR_INVALID for settings that cannot be had: then nothing was. */
[[nodiscard]] bool crew_run(const struct crew_settings *s, struct capture *c,
                            struct pipeline_counts *ret_counts, struct err *e);
