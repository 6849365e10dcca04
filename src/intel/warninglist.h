/* warninglist.h - what must never be blocked, whoever asks: DNS roots, big resolvers, top sites,
 * special addresses, public suffixes, own space.
 *
 * Feeds err, and are poisoned. Lint shows the hits; the writers of block lists refuse them. A check
 * covers both directions: a selector inside an entry (8.8.8.8 in a list's 8.8.8.0/24) and one so wide
 * that it takes an entry along (8.0.0.0/8; "com and below"; "cloudflare.com and below").
 *
 *     struct warninglist *w = warninglist_new(&memory);
 *     if (!warninglist_add_builtin(w, e) || !warninglist_add(w, text, "own space", e))
 *         return false;
 *     warninglist_ready(w);
 *     struct str why;
 *     if (warninglist_check(w, &selector, &why))
 *         refuse(selector, why);
 *
 * Text formats: a MISP warning list (JSON; types string, hostname and cidr are used, substring and
 * regex are skipped and counted), or one address, network or name a line ('#' comments). A name
 * covers itself and what is below it, except in MISP's type "string", where it is that name alone.
 *
 * Ownership: everything lives in the arena. Threads: build in one, then share freely.
 */
#pragma once

#include "core/arena.h"
#include "core/err.h"
#include "core/selector.h"

struct warninglist;

[[nodiscard]] struct warninglist *warninglist_new(struct arena *a);

/* DNS root servers, RFC 6890 ranges, big public resolvers, top sites, hashes of empty files. */
[[nodiscard]] bool warninglist_add_builtin(struct warninglist *w, struct err *e);
/* `name` is what a refusal says ("own space"); for a MISP list its own name is put before it. */
[[nodiscard]] bool warninglist_add(struct warninglist *w, struct str text, struct str name,
                                   struct err *e);
[[nodiscard]] bool warninglist_add_file(struct warninglist *w, const char *path, struct err *e);

/* After the last add, before the first check. More adds may follow, then ready again. */
void warninglist_ready(struct warninglist *w);

/* True when `s` must not be blocked; *ret_why names the list and lives as long as `w`. A URL is on a
 * list only when it stands for its whole host ("google.com/"). A public suffix is always listed. */
bool warninglist_check(const struct warninglist *w, const struct selector *s, struct str *ret_why);

size_t warninglist_entries(const struct warninglist *w);
size_t warninglist_skipped(const struct warninglist *w); /* entries of types that are not used */
