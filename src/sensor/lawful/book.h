/* book.h - one run under one mandate: what the crew or the live loop tells is put into records and seals.
 *
 * Called in the order of the packets, by one thread at a time:
 *
 *     while (book_begin(book, time, e))          // a batch whose latest packet is of `time`
 *         book_event(book, ev) for each match of it, then book_fates(book, &fate, e);
 *     book_close(book, e);
 *
 * book_begin says whether the mandate is still open: false with `e` untouched means that collection has to
 * stop now (its end has come, or the clock was set back), with `e` set that the books cannot be kept.
 * The fates are those of all packets so far (fate.h); what is in flight comes from them, counted on its own, so a
 * seal whose numbers do not add up stops the sensor instead of being signed.
 *
 * Ownership: the mandate is borrowed for the book's life. `dir` NULL: the mandate alone, nothing is written.
 */
#pragma once

#include "sensor/event.h"
#include "sensor/fate.h"
#include "sensor/lawful/mandate.h"

struct book;

[[nodiscard]] bool book_open(struct mandate *m, const char *dir, bool live, struct book **ret,
                             struct err *e);
void book_drop(struct book **b); /* without a close: as after a crash */

[[nodiscard]] bool book_begin(struct book *b, int64_t time_us, struct err *e);
void book_event(struct book *b, const struct sensor_event *ev); /* SENSOR_MATCH, SENSOR_KEPT */
[[nodiscard]] bool book_fates(struct book *b, const struct fate_counts *so_far,
                              uint64_t kernel_drops, struct err *e);
/* Another capture follows: its fates count from 0 again. Nothing may be in flight. */
void book_next(struct book *b);
/* All flows have ended: the last seal. */
[[nodiscard]] bool book_close(struct book *b, struct err *e);

struct seal_totals book_totals(const struct book *b);
enum mandate_state book_state(const struct book *b);
