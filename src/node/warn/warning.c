/* warning.c - the decisions about warnings: by policy, by an analyst, and back again. */
#include "node/warning.h"

#include "core/log.h"
#include "core/uuid.h"
#include "node/node_private.h"
#include "store/sighting.h"
#include "store/warning.h"

enum { BODY_MAX = 64 * 1024 };

static void write_time(struct jsonw *w, const char *name, int64_t at)
{
    if (at)
        jw_member_time(w, name, at);
}

void warning_write(struct jsonw *w, const struct warning_row *row)
{
    jw_object(w);
    jw_member_str(w, "id", row->id);
    jw_member_str(w, "issuer", row->issuer);
    put_selector(w, "selector", &row->selector);
    jw_member_cstr(w, "class", threat_class_name((enum threat_class)row->class));
    jw_member_str(w, "threat", row->threat);
    jw_member_int(w, "confidence", row->confidence);
    jw_member_cstr(w, "tlp", tlp_name((enum tlp)row->tlp));
    jw_member_str(w, "source", row->source);
    jw_member_str(w, "why", row->why);
    jw_member_bool(w, "automatic", row->automatic);
    jw_member_int(w, "sightings", row->sightings);
    write_time(w, "seen", row->seen);
    write_time(w, "sighted", row->sighted);
    write_time(w, "issued", row->issued);
    write_time(w, "valid_until", row->valid_until);
    jw_end(w);
}

/* The warning with the answer to the request that made it, for the journal. */
static void write_payload(struct jsonw *w, const struct warning_row *row, struct str request)
{
    AUTO(buf_drop) struct buf body = BUF(BODY_MAX);
    struct jsonw inner = JSONW(&body);
    warning_write(&inner, row);
    if (!request.len) {
        jw_raw(w, buf_str(&body));
        return;
    }
    struct str open = {body.ptr, body.len - 1}; /* without its last brace */
    buf_put(w->out, open);
    buf_put(w->out, S(",\"request\":"));
    json_quote(w->out, request);
    buf_put(w->out, S("}"));
}

static bool issue(struct node_command *c, struct journal_tx *tx, struct warning_row *row,
                  struct str request, struct err *e)
{
    AUTO(buf_drop) struct buf payload = BUF(BODY_MAX), body = BUF(BODY_MAX);
    struct jsonw w = JSONW(&payload), wb = JSONW(&body);
    struct entry entry;
    char statement[UUID_TEXT_LEN + 1];

    row->issuer = c->node->self.org;
    row->issued = tx_now(tx);
    write_payload(&w, row, request);
    if (!node_append(c, tx,
                     &(struct entry_text){.kind = KIND_WARNING_ISSUED,
                                          .subject = row->id,
                                          .payload = buf_str(&payload)},
                     &entry, e))
        return err_wrap(e, "issuing a warning");
    warning_write(&wb, row);
    return warning_guard(c, tx, row->id, e) &&
           release_decide(c, tx,
                          &(struct release_offer){
                              .kind = LINK_WARNING,
                              .object = row->id,
                              .origin = tx_origin(tx),
                              .statement = uuid_format(&entry.statement.id, statement),
                              .version = 1,
                              .tlp = (enum tlp)row->tlp,
                              .originator = row->issuer,
                              .body = buf_str(&body),
                          },
                          e);
}

/* The claim that may speak for a warning: good enough, and of those the one that may travel furthest.
 * When none is good enough, the best one, so that the refusal can say what was lacking. */
static const struct claim_view *choose(const struct policy *p, const struct claim_view *claims,
                                       size_t count, int64_t now, struct warn_case *ret)
{
    const struct claim_view *chosen = NULL;
    bool chosen_meets = false;
    for (size_t i = 0; i < count; i++) {
        struct grade grade = GRADE_UNKNOWN;
        const struct claim_row *claim = &claims[i].claim;
        if (claim->valid_until && claim->valid_until <= now)
            continue;
        if (!grade_parse(claims[i].grade, &grade))
            grade = GRADE_UNKNOWN;
        bool meets = grade_meets(grade, p->warn.grade) && claim->confidence >= p->warn.confidence;
        if (chosen &&
            (chosen_meets > meets || (chosen_meets == meets && chosen->claim.tlp <= claim->tlp)))
            continue;
        chosen = &claims[i];
        chosen_meets = meets;
        *ret = (struct warn_case){.named = true, .grade = grade, .confidence = claim->confidence};
    }
    return chosen;
}

bool warning_consider(struct node_command *c, struct journal_tx *tx, const struct selector *s,
                      int64_t seen_at, struct err *e)
{
    struct db *db = tx_model(tx);
    struct arena *a = tx_arena(tx);
    struct warning_row live = {};
    struct claim_view *claims = NULL;
    size_t count = 0;
    struct warn_case kase = {};
    struct sighting_rate rate = {};
    struct policy policy;
    struct str upstream = STR_NONE;
    const char *why = NULL;
    int64_t now = tx_now(tx);

    if (!release_upstream(db, a, &upstream, e) || !store_warning_live(db, a, s, now, &live, e))
        return false;
    if (upstream.len || live.id.len)
        return true; /* the centre decides; or it has */
    if (!policy_in_force(db, a, &policy, e) || !store_claims(db, a, s, &claims, &count, e) ||
        !store_sighting_rate(db, s, now - policy.warn.within * TIME_SECOND, &rate, e))
        return false;
    const struct claim_view *claim = choose(&policy, claims, count, now, &kase);
    kase.sightings = rate.sightings;
    kase.organisations = rate.organisations;
    if (!policy_warns(&policy, &kase, &why))
        return true;
    struct warning_row row = {
        .id = uuid_new(a, c->node->clock),
        .selector = *s,
        .class = claim->claim.class,
        .threat = claim->threat,
        .confidence = claim->claim.confidence,
        .tlp = claim->claim.tlp,
        .source = claim->source,
        .why = {why, strlen(why)},
        .seen = seen_at,
        .sighted = now,
        .valid_until = now + policy.warn.valid * TIME_SECOND,
        .automatic = true,
        .sightings = rate.sightings,
    };
    return issue(c, tx, &row, STR_NONE, e);
}

static bool refuse_block(struct node_command *c, struct journal_tx *tx,
                         const struct warning_row *row, struct str verdict, struct str why,
                         struct err *e)
{
    AUTO(buf_drop) struct buf payload = BUF(BODY_MAX);
    struct jsonw w = JSONW(&payload);
    jw_object(&w);
    jw_member_str(&w, "warning", row->id);
    put_selector(&w, "selector", &row->selector);
    jw_member_str(&w, "verdict", verdict);
    jw_member_str(&w, "why", why);
    jw_end(&w);
    log_warn("block refused: " STR_FMT ": " STR_FMT, STR_ARG(row->selector.value), STR_ARG(why));
    return node_append(c, tx,
                       &(struct entry_text){.kind = KIND_BLOCK_REFUSED,
                                            .subject = row->id,
                                            .payload = buf_str(&payload)},
                       NULL, e);
}

bool warning_guard(struct node_command *c, struct journal_tx *tx, struct str warning, struct err *e)
{
    struct db *db = tx_model(tx);
    struct warning_row row;
    struct policy policy;
    struct str verdict = STR_NONE, why = STR_NONE;

    if (!store_warning_find(db, tx_arena(tx), warning, &row, e))
        return false;
    if (row.action != ACT_BLOCK)
        return true;
    if (!policy_in_force(db, tx_arena(tx), &policy, e))
        return false;
    int64_t end = row.received + policy.block.ttl * TIME_SECOND;
    if (blocks_try(c->node, warning, &row.selector, end < row.valid_until ? end : row.valid_until,
                   &verdict, &why))
        return true;
    return refuse_block(c, tx, &row, verdict, why, e);
}

bool receipt_give(struct node_command *c, struct journal_tx *tx, struct str warning,
                  const char *step, struct err *e)
{
    AUTO(buf_drop) struct buf payload = BUF(4096);
    struct jsonw w = JSONW(&payload);
    struct arena *a = tx_arena(tx);
    struct warning_row row;
    struct str upstream = STR_NONE;
    struct entry entry;
    char statement[UUID_TEXT_LEN + 1];

    if (!store_warning_find(tx_model(tx), a, warning, &row, e) ||
        !release_upstream(tx_model(tx), a, &upstream, e))
        return false;
    jw_object(&w);
    jw_member_str(&w, "warning", warning);
    jw_member_str(&w, "org", c->node->self.org);
    jw_member_cstr(&w, "step", step);
    jw_member_cstr(&w, "action", policy_action_name((enum policy_action)row.action));
    jw_member_time(&w, "at", c->node->clock->now(c->node->clock));
    jw_end(&w);
    if (!node_append(c, tx,
                     &(struct entry_text){.kind = KIND_RECEIPT_RECORDED,
                                          .subject = warning,
                                          .payload = buf_str(&payload)},
                     &entry, e))
        return false;
    if (!upstream.len || str_eq(row.issuer, c->node->self.org))
        return true;
    struct str recipient = upstream;
    return release_decide(c, tx,
                          &(struct release_offer){
                              .kind = LINK_RECEIPT,
                              .object = arena_fmt(a, STR_FMT ":%s", STR_ARG(warning), step),
                              .origin = tx_origin(tx),
                              .statement = uuid_format(&entry.statement.id, statement),
                              .version = 1,
                              .tlp = TLP_AMBER_STRICT,
                              .originator = c->node->self.org,
                              .recipient = recipient,
                              .body = buf_str(&payload),
                          },
                          e);
}

static bool decide_warn(struct node_command *c, struct journal_tx *tx, struct err *e)
{
    struct node_warn *r = (struct node_warn *)c;
    struct db *db = tx_model(tx);
    struct arena *a = tx_arena(tx);
    struct str request = request_digest(a, c->org, r->idempotency_key), made = STR_NONE;
    struct warning_row live = {};
    struct policy policy;
    int64_t seq = 0, now = tx_now(tx);

    if (!store_answered(db, a, request, &made, &seq, e) ||
        !store_warning_live(db, a, &r->selector, now, &live, e) ||
        !policy_in_force(db, a, &policy, e))
        return false;
    if (!made.len && live.id.len && str_eq(live.issuer, c->node->self.org))
        made = live.id;
    if (made.len) {
        r->repeated = true;
        snprintf(r->id, sizeof r->id, STR_FMT, STR_ARG(made));
        return true;
    }
    struct warning_row row = {
        .id = uuid_new(a, c->node->clock),
        .selector = r->selector,
        .class = r->class,
        .threat = r->threat,
        .confidence = r->confidence,
        .tlp = tlp_effective(r->tlp, TLP_UNMARKED),
        .source = S("analyst"),
        .why = r->why,
        .valid_until = now + (r->valid_for ? r->valid_for : policy.warn.valid) * TIME_SECOND,
    };
    snprintf(r->id, sizeof r->id, STR_FMT, STR_ARG(row.id));
    return issue(c, tx, &row, request, e);
}

bool node_warn(struct node *n, struct node_warn *w, struct err *e)
{
    if (w->valid_for < 0 || w->valid_for > 31536000 || w->confidence < 0 || w->confidence > 100)
        return err_set(e, ERR_INVALID,
                       "a warning stands at most a year, with a confidence from 0 to 100");
    w->command.decide = decide_warn;
    return node_run(n, &w->command, e);
}

static bool decide_withdraw(struct node_command *c, struct journal_tx *tx, struct err *e)
{
    struct node_withdraw *r = (struct node_withdraw *)c;
    AUTO(buf_drop) struct buf payload = BUF(BODY_MAX);
    struct jsonw w = JSONW(&payload);
    struct warning_row row;
    struct entry entry;
    char statement[UUID_TEXT_LEN + 1];

    if (!store_warning_find(tx_model(tx), tx_arena(tx), r->id, &row, e))
        return false;
    if (!str_eq(row.issuer, c->node->self.org))
        return err_set(e, ERR_DENIED, "only the organisation that issued a warning withdraws it");
    if (r->if_version && r->if_version != row.version)
        return err_set(e, ERR_CONFLICT, "the warning has changed since it was read");
    if (row.withdrawn)
        return true;
    jw_object(&w);
    jw_member_str(&w, "warning", r->id);
    jw_member_str(&w, "reason", r->reason.ptr ? r->reason : S(""));
    jw_end(&w);
    if (!node_append(c, tx,
                     &(struct entry_text){.kind = KIND_WARNING_WITHDRAWN,
                                          .subject = r->id,
                                          .payload = buf_str(&payload)},
                     &entry, e))
        return false;
    blocks_undo(c->node, r->id);
    return release_decide(c, tx,
                          &(struct release_offer){
                              .kind = LINK_WITHDRAWAL,
                              .object = r->id,
                              .origin = row.origin,
                              .statement = uuid_format(&entry.statement.id, statement),
                              .version = row.version + 1,
                              .tlp = (enum tlp)row.tlp,
                              .originator = row.issuer,
                              .revoked = true,
                              .body = buf_str(&payload),
                          },
                          e);
}

bool node_withdraw(struct node *n, struct node_withdraw *w, struct err *e)
{
    w->command.decide = decide_withdraw;
    return node_run(n, &w->command, e);
}
