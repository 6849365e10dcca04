/* index.h - "does anybody warn of this?", answered in tens of nanoseconds, without a lock.
 *
 * Why not ask the store: a sensor asks for every new flow, every DNS answer and every TLS hello. The
 * answer may not touch a disk, wait for a thread or allocate. So selectors are compiled into an
 * image (image.h) that never changes, the changes since lie in a second, small one (overlay.h), and
 * both together are what a question is put to: a view. set.h swaps views under their readers.
 *
 *     struct index_hit hit;
 *     if (index_find_name(&view, S("cdn.evil.example"), now_seconds, &hit))
 *         log_info("%s", index_action_name(hit.action));
 *
 * What covers what:
 *   address   itself, then the longest prefix that holds it
 *   name      itself (domain, then domain-below), then each parent that is domain-below
 *   URL       host, path and query; host and path; then each folder of the path, longest first,
 *             where the selector ends in '/'. "host/" covers that one page: a feed that lists a
 *             site's front page does not mean the whole site.
 *   others    equal bytes
 * The most specific one alone answers, so an exception (INDEX_EXCEPT) under a listed name, or a
 * withdrawal in the overlay, hides what it should and nothing else. A selector past its end
 * (`expires`) does not answer from that second on, whatever the image says.
 *
 * Threads: a view may be asked from any number of them. Memory: what a hit points to lives as long
 * as the view's images.
 */
#pragma once

#include "core/err.h"
#include "core/selector.h"

enum index_action {
    INDEX_OBSERVE, /* count it */
    INDEX_ALERT,   /* tell somebody */
    INDEX_BLOCK,   /* resolvers and firewalls hold it too */
    INDEX_EXCEPT,  /* never a hit, though a wider selector covers it */
    INDEX_ACTION_COUNT,
};

struct index_entry { /* what goes in; everything is copied */
    struct selector selector;
    enum index_action action;
    uint8_t confidence; /* 0..100, as STIX counts it */
    uint32_t expires;   /* seconds since 1970, first second without it; 0: does not end */
    struct str source;  /* who says so: "abuse-feed", an organisation's name */
    struct str threat;  /* what it is about: "Emotet C2" */
};

struct index_hit { /* what comes out */
    enum selector_kind kind;
    enum index_action action;
    uint8_t confidence;
    uint8_t bits; /* of a prefix selector */
    bool overlay; /* answered from the overlay */
    uint32_t row; /* its number in the image that answered */
    uint32_t expires;
    struct str key; /* the value as the image keeps it: text, or bytes of an address or hash */
    struct str source, threat;
};

struct index_image;

struct index_view {
    const struct index_image *base;
    const struct index_image *overlay; /* NULL: no changes */
};

enum {
    INDEX_TEXT_SIZE = SELECTOR_VALUE_MAX + 1,
    INDEX_URL_FOLDERS = 32, /* a URL is asked for by at most this many of its folders */
};

/* `bytes`: 4 or 16 in network order. An IPv4-mapped IPv6 address is asked for as IPv4. */
[[nodiscard]] bool index_find_ipv4(const struct index_view *v, const uint8_t bytes[4], uint32_t now,
                                   struct index_hit *ret_hit);
[[nodiscard]] bool index_find_ipv6(const struct index_view *v, const uint8_t bytes[16],
                                   uint32_t now, struct index_hit *ret_hit);

/* Canonical (selector.h): lower case, no trailing dot. Longer than 253 bytes is no name: no hit. */
[[nodiscard]] bool index_find_name(const struct index_view *v, struct str name, uint32_t now,
                                   struct index_hit *ret_hit);

/* A canonical url (url_canonical in core/url.h makes it of what a request says). */
[[nodiscard]] bool index_find_url(const struct index_view *v, struct str url, uint32_t now,
                                  struct index_hit *ret_hit);

/* JA4: its text. Hashes: their raw bytes (JA3 and file-md5 16, SHA-1 20, SHA-256 32). */
[[nodiscard]] bool index_find_key(const struct index_view *v, enum selector_kind kind,
                                  struct str bytes, uint32_t now, struct index_hit *ret_hit);

/* The selector that was hit, as text; borrowed from `out` or from the image. */
struct selector index_hit_selector(const struct index_hit *hit, char out[ADDR_TEXT_SIZE + 64]);

const char *index_action_name(enum index_action action); /* "observe", "alert", "block", "except" */
[[nodiscard]] bool index_action_parse(struct str text, enum index_action *ret_action);
