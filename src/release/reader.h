/* reader.h - for whom something leaves the node, as the gate sees them; and their class.
 *
 * Why classes: a release log, a stream and a page are made once for all readers about whom the gate would
 * decide alike. The text of a reader narrows from left to right:
 *
 *     realm=live;role=member;tlp=amber;level=1;sector=power;country=jp;org=<id>;person=<id>
 *     |<-------------------- READER_CLASS ------------------------->|          |          |
 *     |<-------------------- READER_ORG ------------------------------------->|          |
 *     |<-------------------- READER_PERSON -------------------------------------------->|
 *
 * What the gate allowed because of a sector or a country is cleared for the class, and so for everybody in
 * it; what it allowed because of an organisation or a person is cleared for that one alone (core/cleared.h
 * compares by this rule). A release log that must carry TLP:AMBER+STRICT is therefore one of an
 * organisation. Values are escaped, so no name can pose as another field.
 */
#pragma once

#include "core/arena.h"
#include "core/err.h"
#include "intel/tlp.h"

/* role, its name, the highest TLP it reads unless it is named or its own, the highest product level */
#define READER_ROLE_MAP(X)                                                                         \
    X(MEMBER, "member", TLP_AMBER_STRICT, 1) /* an operator of infrastructure */                   \
    X(HUB, "hub", TLP_AMBER_STRICT, 2)       /* a sector's sharing centre */                       \
    X(CENTRE, "centre", TLP_AMBER_STRICT, 3) /* the national office */                             \
    X(REGULATOR, "regulator", TLP_AMBER, 2)                                                        \
    X(POLICE, "police", TLP_AMBER_STRICT, 3)                                                       \
    X(DEFENCE, "defence", TLP_AMBER_STRICT, 3)                                                     \
    X(COMMISSION, "commission", TLP_AMBER_STRICT, 3) /* oversight */                               \
    X(PARTNER, "partner", TLP_AMBER, 1)              /* another country's centre */                \
    X(PUBLIC, "public", TLP_CLEAR, 0)                /* nobody we know */

enum reader_role {
#define X(name, text, tlp, level) READER_##name,
    READER_ROLE_MAP(X)
#undef X
        READER_ROLE_COUNT,
};

enum reader_scope { READER_CLASS, READER_ORG, READER_PERSON };

/* Fill the first nine fields and call reader_seal; the gate asserts that it was done. */
struct reader {
    struct str person, org; /* directory ids; person is empty for an organisation's node */
    struct str sector, country;
    struct str realm; /* "live" or "exercise--<uuid>" */
    enum reader_role role;
    enum tlp clearance; /* the most this person is cleared for; the role's own limit applies too */
    unsigned level;     /* of products */
    struct str text;    /* by reader_seal, in the arena */
    size_t class_len, org_len;
};

/* ERR_INVALID without a realm. A reader without an organisation stands for its whole class: what is
 * cleared for it is what every reader of the class may have. */
[[nodiscard]] bool reader_seal(struct arena *a, struct reader *r, struct err *e);

struct str reader_text(const struct reader *r, enum reader_scope scope);
const char *reader_role_name(enum reader_role role);
[[nodiscard]] bool reader_role_parse(struct str name, enum reader_role *ret_role);
