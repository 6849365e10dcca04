/* gate.c - the rules of gate.h, in their order; each answers or passes the question on. */
#include "release/gate.h"

#include "release/cleared_private.h"

#include <assert.h>

static const struct {
    enum tlp tlp;
    unsigned level;
} role_limits[] = {
#define X(name, text, tlp, level) [READER_##name] = {tlp, level},
    READER_ROLE_MAP(X)
#undef X
};

static const struct {
    const char *name;
    enum tlp tlp;
} purposes[] = {
#define X(name, text, tlp) [GATE_##name] = {text, tlp},
    GATE_PURPOSE_MAP(X)
#undef X
};

static const struct {
    const char *name, *text;
} reasons[] = {
#define X(name, text) [GATE_BECAUSE_##name] = {#name, text},
    GATE_REASON_MAP(X)
#undef X
};

const char *gate_reason_text(enum gate_reason reason)
{
    return reasons[reason].text;
}

const char *gate_reason_name(enum gate_reason reason)
{
    return reasons[reason].name;
}

const char *gate_purpose_name(enum gate_purpose purpose)
{
    return purposes[purpose].name;
}

static struct gate_decision withhold(enum gate_reason reason)
{
    return (struct gate_decision){GATE_WITHHOLD, reason, READER_CLASS};
}

static struct gate_decision allow(enum gate_reason reason, enum reader_scope scope)
{
    return (struct gate_decision){GATE_ALLOW, reason, scope};
}

/* An empty id is nobody: it is never found. */
static bool lists(struct gate_names names, struct str id)
{
    for (size_t i = 0; id.len && i < names.len; i++)
        if (str_eq(names.ptr[i], id))
            return true;
    return false;
}

static bool same_id(struct str a, struct str b)
{
    return a.len && str_eq(a, b);
}

static bool is_own(const struct reader *r, const struct item_label *label)
{
    return same_id(label->originator, r->org);
}

static bool is_at_home(const struct release *to)
{
    return same_id(to->policy->country, to->reader->country) &&
           to->reader->role != READER_PARTNER && to->reader->role != READER_PUBLIC;
}

static bool is_oversight(const struct release *to)
{
    return to->purpose == GATE_OVERSIGHT && to->reader->role == READER_COMMISSION && is_at_home(to);
}

/* How the reader is meant by name; false when it is not. */
static bool is_named(const struct reader *r, const struct item_label *label,
                     enum reader_scope *ret_scope)
{
    *ret_scope = lists(label->recipients, r->org) ? READER_ORG : READER_PERSON;
    return *ret_scope == READER_ORG || lists(label->recipients, r->person) ||
           same_id(label->author, r->person);
}

/* How far the originator's consent reaches this reader; false when it does not. */
static bool is_consented(const struct release *to, const struct item_label *label,
                         enum reader_scope *ret_scope)
{
    const struct reader *r = to->reader;
    *ret_scope = READER_CLASS;
    if ((is_at_home(to) && lists(label->sectors, r->sector)) || lists(label->countries, r->country))
        return true;
    *ret_scope = READER_ORG;
    return lists(label->orgs, r->org);
}

static bool passes_ceilings(const struct release *to, const struct item_label *label, enum tlp tlp,
                            struct gate_decision *ret)
{
    enum reader_scope scope;
    bool meant = is_own(to->reader, label) || is_named(to->reader, label, &scope);
    if (tlp > purposes[to->purpose].tlp)
        *ret = withhold(GATE_BECAUSE_WAY);
    else if (tlp > to->reader->clearance)
        *ret = withhold(GATE_BECAUSE_CLEARANCE);
    else if (!meant && tlp > role_limits[to->reader->role].tlp)
        *ret = withhold(GATE_BECAUSE_ROLE);
    else
        return true;
    return false;
}

static struct gate_decision green(const struct release *to, const struct item_label *label)
{
    if (is_at_home(to))
        return allow(GATE_BECAUSE_COMMUNITY, READER_CLASS);
    if (to->reader->role != READER_PUBLIC && lists(to->policy->green_partners, to->reader->country))
        return allow(GATE_BECAUSE_PARTNER, READER_CLASS);
    enum reader_scope scope;
    if (is_consented(to, label, &scope))
        return allow(GATE_BECAUSE_CONSENT, scope);
    return withhold(GATE_BECAUSE_NOT_COMMUNITY);
}

/* Whether the reader belongs to those whom the label means, regardless of ceilings. */
static struct gate_decision audience(const struct release *to, const struct item_label *label,
                                     enum tlp tlp)
{
    enum reader_scope scope;
    bool named = is_named(to->reader, label, &scope);
    if (tlp == TLP_RED && !named)
        return withhold(GATE_BECAUSE_NOT_NAMED);
    if (named)
        return allow(GATE_BECAUSE_NAMED, scope);
    if (is_own(to->reader, label))
        return allow(GATE_BECAUSE_OWN, READER_ORG);
    if (is_oversight(to))
        return allow(GATE_BECAUSE_OVERSIGHT_DUTY, READER_CLASS);

    bool consented = is_consented(to, label, &scope);
    if (label->only_consented && !consented)
        return withhold(GATE_BECAUSE_NO_CONSENT);
    if (tlp == TLP_CLEAR)
        return allow(GATE_BECAUSE_CLEAR, label->only_consented ? scope : READER_CLASS);
    if (tlp == TLP_GREEN && !label->only_consented)
        return green(to, label);
    if (tlp == TLP_AMBER_STRICT)
        return withhold(GATE_BECAUSE_STRICT);
    return consented ? allow(GATE_BECAUSE_CONSENT, scope) : withhold(GATE_BECAUSE_NO_CONSENT);
}

static bool is_above_level(const struct release *to, const struct item_label *label)
{
    unsigned role_level = role_limits[to->reader->role].level;
    bool role_counts = !is_own(to->reader, label);
    return label->level > to->reader->level || (role_counts && label->level > role_level);
}

struct gate_decision gate_decide(const struct release *to, const struct item_label *label)
{
    assert(to->policy && to->reader->text.len && to->purpose < GATE_PURPOSE_COUNT);
    if (!same_id(label->realm, to->reader->realm))
        return withhold(GATE_BECAUSE_REALM);

    enum tlp tlp = tlp_effective(label->tlp, label->source_default);
    struct gate_decision d = audience(to, label, tlp);
    if (d.verdict == GATE_WITHHOLD || !passes_ceilings(to, label, tlp, &d))
        return d;

    if (is_above_level(to, label))
        return label->tear_line
                   ? (struct gate_decision){GATE_REDACT, GATE_BECAUSE_TEAR_LINE, d.scope}
                   : withhold(GATE_BECAUSE_LEVEL);
    if (label->unnamed && !is_own(to->reader, label) && !is_oversight(to))
        return (struct gate_decision){GATE_REDACT, GATE_BECAUSE_UNNAMED, d.scope};
    return d;
}

static bool hand_out(struct arena *a, const struct release *to, enum reader_scope scope,
                     struct str bytes, const struct cleared **ret, struct err *e)
{
    struct str copy = arena_str(a, bytes);
    const struct cleared *c = copy.ptr ? cleared_make(a, to, scope, copy) : NULL;
    if (!c)
        return err_set(e, ERR_LIMIT, "the answer is larger than this request may hold");
    *ret = c;
    return true;
}

bool gate_clear(struct arena *a, const struct release *to, const struct gate_item *item,
                const struct cleared **ret, struct err *e)
{
    struct gate_decision d = gate_decide(to, item->label);
    struct str bytes = d.verdict == GATE_REDACT ? item->redacted : item->whole;
    if (d.verdict == GATE_WITHHOLD || (d.verdict == GATE_REDACT && !bytes.len))
        return err_set(e, ERR_NOT_FOUND, "no such object");
    return hand_out(a, to, d.scope, bytes, ret, e);
}

bool gate_own(struct arena *a, const struct release *to, struct str owner, struct str bytes,
              const struct cleared **ret, struct err *e)
{
    assert(to->reader->text.len);
    if (!same_id(owner, to->reader->org))
        return err_set(e, ERR_DENIED, "%s", gate_reason_text(GATE_BECAUSE_FOREIGN));
    return hand_out(a, to, READER_ORG, bytes, ret, e);
}
