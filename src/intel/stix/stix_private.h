/* stix_private.h - what a STIX document says about its objects beside the indicators themselves. */
#pragma once

#include "core/map.h"
#include "intel/formats/reader_private.h"

struct stix_context {
    struct arena *memory;
    struct map newest;   /* id: the object with the latest `modified` */
    struct map markings; /* id of a marking definition: its TLP, as a pointer to a constant */
    struct map targets;  /* id of an indicator: struct stix_target, by "indicates" relationships */
};

struct stix_target {
    struct str threat, technique;
};

/* False past the arena's limit. */
bool stix_context_build(struct stix_context *c, const struct json *objects, struct err *e);

/* The stricter of all TLP labels on the object and, in granular markings, on parts of it. */
enum tlp stix_tlp(const struct stix_context *c, const struct json *object);
/* The name of the identity that made it, or its id; empty when it does not say. */
struct str stix_source(const struct stix_context *c, const struct json *object);
/* "T1566.002" from external references to MITRE ATT&CK; empty when there is none. */
struct str stix_technique(const struct json *object);
