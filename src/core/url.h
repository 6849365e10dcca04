/* url.h - the canonical text of a url selector: host[:port]/path[?query].
 *
 * A feed writes "HTTP://Evil.Example:80/%7ebob/../x#top", a browser asks evil.example for "/x", an
 * intermediary re-encodes a byte. All of them must meet at one text, or a match is missed. So both
 * the feed's reader and the sensor make it here, after RFC 3986 6.2.2: the case of %XX, unreserved
 * bytes decoded, dot segments removed. The scheme is dropped: a feed's "http" may be asked by https.
 *
 *     char text[SELECTOR_URL_MAX + 1];
 *     struct str url;
 *     if (url_canonical(S("evil.example"), 8080, S("/%7ebob/../x?q=1#top"), text, &url))
 *         look_up(url);                          // evil.example:8080/x?q=1
 *
 * Threads: pure functions.
 */
#pragma once

#include "core/addr.h"

enum { SELECTOR_URL_MAX = 2048 };

/* `host` is a canonical domain or address (IPv6 without brackets); port 0 is none, and 80 and 443
 * are dropped. `target` is what a request line holds: its fragment goes, an empty path becomes "/",
 * bytes that no URL may hold are written as %XX. False when it would pass SELECTOR_URL_MAX. */
[[nodiscard]] bool url_canonical(struct str host, uint16_t port, struct str target,
                                 char out[SELECTOR_URL_MAX + 1], struct str *ret_url);

/* The host of a canonical url, without port or brackets. */
struct str url_host(struct str url);

/* True when making it canonical would change nothing. */
bool url_is_canonical(struct str url);
