/* yaml.h - configuration, law tables and scenarios: YAML 1.1 read into the tree that json.h reads.
 *
 * Why the JSON tree: one set of accessors and checks serves both. Scalars keep their text: plain
 * true/false/null and numbers (as JSON writes them) get that kind, an empty one and ~ are null,
 * everything else and everything quoted is a string: "no" is Norway. Anchors and aliases are
 * refused, as are tags, merge keys, several documents, duplicate names and nesting past 32: files
 * that configure a nation's defence should be dull. Errors name line and column. By libyaml.
 *
 * The tree is the arena's alone: the text may go.
 */
#pragma once

#include "core/json.h"

enum { YAML_SIZE_MAX = 16 << 20 }; /* bytes of text; more is ERR_LIMIT */

[[nodiscard]] const struct json *yaml_parse(struct arena *a, struct str text, struct err *e);
[[nodiscard]] const struct json *yaml_load(struct arena *a, const char *path, struct err *e);
