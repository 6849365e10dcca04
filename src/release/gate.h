/* gate.h - the one gate out: may these bytes go to this reader, whole, redacted, or not at all.
 *
 * Why one function: an API answer, a page of a feed, a link to another node, a block list, a mail and a
 * printed page are all ways out, and a rule that is written twice is kept once. Every way out takes a
 * `struct cleared`, and the three makers below are the only ones. tests/unit/release/must_not_compile
 * shows that the ways round are shut.
 *
 * The rules, in the order in which they are asked (FIRST TLP 2.0; most restrictive wins):
 *   1. realms are equal, always.
 *   2. unmarked takes its source's declared default, else counts as AMBER+STRICT.
 *   3. RED goes to the recipients it names and to its author; nobody else, its own organisation included.
 *   4. an originator's own organisation reads the rest.
 *   5. clearance, role, product level and purpose each set a ceiling. Past the ceiling of a level a tear-line
 *      is given (REDACT) where the originator wrote one.
 *   6. `only_consented` (originator control): whatever the TLP, only whom the originator listed.
 *   7. AMBER+STRICT: organisations named as recipients. AMBER: those, and whom the originator consented
 *      to: organisations, sectors at home, countries. GREEN: the community, that is every member
 *      at home, and partner countries that the policy or the originator lists. CLEAR: everybody.
 *   8. outside its organisation, an originator who wants no name is not named (REDACT).
 * The oversight commission, for the purpose OVERSIGHT alone, reads up to AMBER+STRICT of its country.
 *
 *     struct release to = {.policy = policy, .reader = reader, .purpose = GATE_ANSWER};
 *     struct gate_item item = {.label = &label, .whole = json};
 *     if (!gate_clear(c->memory, &to, &item, &c->reply, e))
 *         return false; // ERR_NOT_FOUND: the reader must not learn that something exists
 */
#pragma once

#include "core/buf.h"
#include "core/cleared.h"
#include "core/uuid.h"
#include "release/reader.h"

/* purpose, its name, the highest TLP that may leave by it */
#define GATE_PURPOSE_MAP(X)                                                                        \
    X(ANSWER, "answer", TLP_RED) /* to somebody who asked, over an authenticated channel */        \
    X(STREAM, "stream", TLP_RED)                                                                   \
    X(LINK, "link", TLP_RED)                    /* to another node */                              \
    X(FEED, "feed", TLP_AMBER_STRICT)           /* pulled by machines: TAXII, MISP */              \
    X(BLOCKLIST, "blocklist", TLP_AMBER_STRICT) /* onto the reader's own equipment */              \
    X(DOCUMENT, "document", TLP_RED)                                                               \
    X(MAIL, "mail", TLP_GREEN) /* crosses strangers' machines in the clear */                      \
    X(OVERSIGHT, "oversight", TLP_RED)

enum gate_purpose {
#define X(name, text, tlp) GATE_##name,
    GATE_PURPOSE_MAP(X)
#undef X
        GATE_PURPOSE_COUNT,
};

enum gate_verdict { GATE_ALLOW, GATE_REDACT, GATE_WITHHOLD };

#define GATE_REASON_MAP(X)                                                                         \
    X(CLEAR, "TLP:CLEAR goes to everybody")                                                        \
    X(COMMUNITY, "TLP:GREEN goes to the community")                                                \
    X(PARTNER, "TLP:GREEN goes to partner countries that are listed")                              \
    X(CONSENT, "the originator consented to this reader")                                          \
    X(NAMED, "the reader is a named recipient")                                                    \
    X(OWN, "own organisation")                                                                     \
    X(OVERSIGHT_DUTY, "the oversight commission reads it in its duty")                             \
    X(TEAR_LINE, "only what stands under the tear-line is for this level")                         \
    X(UNNAMED, "the originator does not want to be named")                                         \
    X(REALM, "another realm")                                                                      \
    X(NOT_NAMED, "TLP:RED is for named recipients")                                                \
    X(STRICT, "TLP:AMBER+STRICT stays in its organisation")                                        \
    X(NO_CONSENT, "the originator did not consent to this reader")                                 \
    X(NOT_COMMUNITY, "the reader is outside the community")                                        \
    X(CLEARANCE, "above the reader's clearance")                                                   \
    X(ROLE, "above what this role reads")                                                          \
    X(LEVEL, "above the reader's product level")                                                   \
    X(WAY, "above what may leave this way")                                                        \
    X(NO_REDACTED_FORM, "it could go redacted, but no redacted form was made")                     \
    X(FOREIGN, "administrative data of another organisation")

enum gate_reason {
#define X(name, text) GATE_BECAUSE_##name,
    GATE_REASON_MAP(X)
#undef X
        GATE_REASON_COUNT,
};

struct gate_names {
    const struct str *ptr;
    size_t len;
};

struct item_label {
    enum tlp tlp; /* TLP_UNMARKED when it bears none */
    enum tlp
        source_default;    /* what its source declared for unmarked things; TLP_UNMARKED: nothing */
    struct str originator; /* organisation; empty: not known, so nobody's own */
    struct str author;     /* person; may be empty */
    struct str realm;
    unsigned level;                             /* of products: 0 for everybody, 3 at most */
    struct gate_names recipients;               /* organisations or persons, by id */
    struct gate_names orgs, sectors, countries; /* the originator's consent */
    bool only_consented;                        /* originator control */
    bool unnamed;                               /* the originator is not to be named elsewhere */
    bool tear_line;                             /* a version for lower levels was written */
};

struct gate_policy {
    struct str country;               /* home: whose members are the community */
    struct gate_names green_partners; /* countries to which GREEN may go */
};

struct release { /* a way out, to somebody, for something */
    const struct gate_policy *policy;
    const struct reader *reader;
    enum gate_purpose purpose;
};

struct gate_decision {
    enum gate_verdict verdict;
    enum gate_reason reason;
    enum reader_scope scope; /* on what it rested: how widely the outcome may be shared */
};

struct gate_decision gate_decide(const struct release *to, const struct item_label *label);
const char *gate_reason_text(enum gate_reason reason);
const char *gate_reason_name(enum gate_reason reason); /* "NOT_NAMED" */
const char *gate_purpose_name(enum gate_purpose purpose);

struct gate_item {
    const struct item_label *label;
    struct str whole;
    struct str redacted; /* without its originator, and below the tear-line; empty: none was made */
};

/* The bytes are copied into `a`. ERR_NOT_FOUND when withheld, with the same text as for what does not exist. */
[[nodiscard]] bool gate_clear(struct arena *a, const struct release *to,
                              const struct gate_item *item, const struct cleared **ret,
                              struct err *e);

/* A reader's own administrative data (its keys, users, receipts, counts; an acknowledgement of what it
 * sent): `owner` is the organisation whose data it is. Intelligence goes through gate_clear, own or not. */
[[nodiscard]] bool gate_own(struct arena *a, const struct release *to, struct str owner,
                            struct str bytes, const struct cleared **ret, struct err *e);

struct str cleared_decision(const struct cleared *c); /* its id, a UUID: for links and receipts */
struct str cleared_reader(const struct cleared *c);   /* the reader text it was cleared for */
