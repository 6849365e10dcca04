/* kind.h - every kind of statement the journal knows: one table, many readers.
 *
 * A new kind is one row here; the projections that apply it list it in their own table
 * (journal/projection.h). Columns: constant, name in the JSON, realm rule, least signature
 * class, what its payload is (the schema's name in the manual).
 *
 * Realm rule: LIVE kinds stand in realm "live" only (the log's own housekeeping, keys), ANY in
 * "live" or "exercise--<uuid>". Signature class: what an entry of this kind must carry at least;
 * the law tables may ask for more. NONE: the checkpoint alone vouches for it.
 */
#pragma once

#include "core/str.h"

/* Weakest first: a key of the node, of a browser, in a file, in hardware. */
enum sig_class { SIG_NONE, SIG_NODE, SIG_BROWSER, SIG_FILE, SIG_HARDWARE, SIG_CLASS_COUNT };

enum kind_realm { KIND_REALM_LIVE, KIND_REALM_ANY };

#define KIND_MAP(X)                                                                                \
    X(ORG_REGISTERED, "org.registered", ANY, NONE, "org")                                          \
    X(ORG_UPDATED, "org.updated", ANY, NONE, "org")                                                \
    X(USER_REGISTERED, "user.registered", ANY, NONE, "user")                                       \
    X(KEY_REGISTERED, "key.registered", LIVE, NONE, "key")                                         \
    X(KEY_REVOKED, "key.revoked", LIVE, NONE, "key-revocation")                                    \
    X(POLICY_SET, "policy.set", ANY, NONE, "policy")                                               \
    X(INTEL_IMPORTED, "intel.imported", ANY, NONE, "intel-batch")                                  \
    X(INTEL_WITHDRAWN, "intel.withdrawn", ANY, NONE, "intel-withdrawal")                           \
    X(SIGHTING_REPORTED, "sighting.reported", ANY, NONE, "sighting-batch")                         \
    X(FINDING_REPORTED, "finding.reported", ANY, NONE, "finding-bundle")                           \
    X(PSEUDONYM_RESOLVED, "pseudonym.resolved", ANY, NONE, "reidentification")                     \
    X(WARNING_ISSUED, "warning.issued", ANY, NODE, "warning")                                      \
    X(WARNING_WITHDRAWN, "warning.withdrawn", ANY, NODE, "warning-withdrawal")                     \
    X(WARNING_RECEIVED, "warning.received", ANY, NONE, "link-item")                                \
    X(RELEASE_DECIDED, "release.decided", ANY, NONE, "release-decision")                           \
    X(RECEIPT_RECORDED, "receipt.recorded", ANY, NONE, "receipt")                                  \
    X(LINK_REGISTERED, "link.registered", ANY, NONE, "link")                                       \
    X(LINK_RECEIVED, "link.received", ANY, NONE, "link-item")                                      \
    X(BLOCK_REFUSED, "block.refused", ANY, NONE, "block-refusal")                                  \
    X(SET_PUBLISHED, "set.published", ANY, NONE, "selector-set")                                   \
    X(JOURNAL_ERASED, "journal.erased", LIVE, NODE, "erasure")                                     \
    X(JOURNAL_SUCCEEDED, "journal.succeeded", LIVE, NODE, "succession")                            \
    X(CHECKPOINT_COSIGNED, "checkpoint.cosigned", LIVE, NONE, "note")                              \
    X(ADMIN_READ, "admin.read", LIVE, NONE, "admin-read")

enum kind {
    KIND_UNKNOWN, /* from a newer program: kept, verified, applied by nobody */
#define X(name, text, realm, sig, payload) KIND_##name,
    KIND_MAP(X)
#undef X
        KIND_COUNT,
};

struct kind_info {
    struct str name;
    enum kind_realm realm;
    enum sig_class least;
    const char *payload;
};

const struct kind_info *kind_info(enum kind kind); /* of KIND_UNKNOWN: an empty name */
enum kind kind_of(struct str name);                /* KIND_UNKNOWN when no row has it */

struct str sig_class_name(enum sig_class class); /* "node", "browser", "file", "hardware" */
enum sig_class sig_class_of(struct str name);    /* SIG_NONE when it is none of them */
