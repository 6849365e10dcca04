/* remote_tools_private.h - programs by which somebody far away sits at a host of ours, and how they show.
 *
 * Why a table: intruders like what administrators use, since no scanner minds it. The names are those
 * the programs themselves call home to, not those of their makers' web sites, where the two differ.
 */
#pragma once

#include "core/str.h"

enum { REMOTE_NAMES_MOST = 5, REMOTE_PORTS_MOST = 3 };

struct remote_tool {
    const char *tool;
    struct str names[REMOTE_NAMES_MOST]; /* the name and all below it; an empty one ends */
    struct {
        uint8_t proto;
        uint16_t port;
    } ports[REMOTE_PORTS_MOST]; /* of its servers; used by little else; 0 ends */
};

const struct remote_tool *remote_tool_at(size_t i); /* NULL past the end */
