/* policy.h - what one organisation has written down: when it warns, what it does when warned, what it
 * lets go.
 *
 * Why a document: a machine that blocks must be able to show the rule by which it did. The policy is
 * an entry of the journal (policy.set); the one in force at an entry's place in the log is the one
 * that decides there, today and in a rebuild. As YAML or JSON:
 *
 *     warn:                  # a centre: when sightings become a warning without an analyst
 *       automatic: true
 *       grade: B2            # a source graded at least so names the indicator (Admiralty code)
 *       confidence: 50       # and is at least so sure of it, 0 to 100
 *       sightings: 1         # so many sightings
 *       organisations: 1     # of so many organisations
 *       within: 3600         # in so many seconds
 *       valid: 86400         # and the warning then stands for so many seconds
 *     act: {c2: block, phishing: alert, malware: alert, scan: observe, other: alert}
 *     block:
 *       ttl: 86400           # seconds an entry stays in resolvers and firewalls, at the most
 *       new_per_hour: 1000   # more new entries than that in an hour are refused
 *       never: [example.jp, 192.0.2.0/24]
 *     release:
 *       sightings: true      # go up to the node this one follows
 *       intel: true          # imports go to whom the gate lets have them
 *       partners: [AU]       # TLP:GREEN may go to these countries
 *
 * What is absent keeps its default: alert for every class, never block. An unknown name is refused:
 * a misspelt rule must not pass for a rule.
 *
 * Ownership: a policy lives in the arena it was read into. Threads: read-only once made.
 */
#pragma once

#include "core/json.h"
#include "core/jsonw.h"
#include "core/selector.h"
#include "intel/grade.h"

/* class of threat: text, what a member does unless its policy says else */
#define THREAT_CLASS_MAP(X)                                                                        \
    X(C2, "c2", ALERT)                                                                             \
    X(PHISHING, "phishing", ALERT)                                                                 \
    X(MALWARE, "malware", ALERT)                                                                   \
    X(SCAN, "scan", ALERT)                                                                         \
    X(OTHER, "other", ALERT)

enum threat_class {
#define X(name, text, action) THREAT_##name,
    THREAT_CLASS_MAP(X)
#undef X
        THREAT_CLASS_COUNT,
};

enum policy_action { ACT_OBSERVE, ACT_ALERT, ACT_BLOCK, ACT_COUNT };

enum { POLICY_LIST_MAX = 4096, POLICY_TEXT_MAX = 256 * 1024 };

struct policy {
    struct {
        bool automatic;
        struct grade grade;
        int64_t confidence, sightings, organisations, within, valid;
    } warn;
    enum policy_action act[THREAT_CLASS_COUNT];
    struct {
        int64_t ttl, new_per_hour;
        struct str *never; /* names, addresses and networks */
        size_t never_count;
    } block;
    struct {
        bool sightings, intel;
        struct str *partners;
        size_t partner_count;
    } release;
};

void policy_default(struct policy *ret);

/* Reads a parsed document over the defaults. ERR_INVALID names the member at fault. */
[[nodiscard]] bool policy_read(struct arena *a, const struct json *document, struct policy *ret,
                               struct err *e);
/* YAML or JSON text; *ret_json is the same policy, whole, as JSON. */
[[nodiscard]] bool policy_parse(struct arena *a, struct str text, struct policy *ret,
                                struct str *ret_json, struct err *e);
void policy_write(struct jsonw *w, const struct policy *p);

/* What is known about a selector when a sighting of it has come in. */
struct warn_case {
    bool named;         /* some source names it */
    struct grade grade; /* of the source that speaks for it: the best one that names it */
    int64_t confidence; /* that source's */
    int64_t sightings, organisations; /* within the policy's window, this one among them */
};

/* True when the written policy turns this case into a warning. `ret_why` says which rule decided,
 * for either answer; a literal. A sighting alone never does: an unnamed selector is always refused. */
bool policy_warns(const struct policy *p, const struct warn_case *c, const char **ret_why);

/* The class a label, threat name or indicator type belongs to: "Emotet C2" is c2. */
enum threat_class threat_class_of(struct str label);
const char *threat_class_name(enum threat_class c);
[[nodiscard]] bool threat_class_parse(struct str text, enum threat_class *ret);
const char *policy_action_name(enum policy_action a);
[[nodiscard]] bool policy_action_parse(struct str text, enum policy_action *ret);
