/* link_rule.c - the rules in the order in which they hurt: forgery first, then loops, then gaps. */
#include "exchange/link_rule.h"

static bool is_forged(const struct link_item *item, const struct link_view *view)
{
    bool speaks_for_itself = str_eq(item->path[0], item->from);
    return !str_eq(item->from, view->peer) || !str_eq(item->to, view->own) ||
           (!speaks_for_itself && !view->peer_relays);
}

static enum link_verdict judge_number(const struct link_item *item, const struct link_view *view)
{
    static const uint8_t none[SHA256_SIZE];
    bool anew = !str_eq(item->reader_class, view->class_known);
    int64_t last = anew ? 0 : view->number;
    const uint8_t *chain = anew ? none : view->chain;

    if (item->number <= last)
        return LINK_DUPLICATE;
    if (item->number != last + 1 || memcmp(item->previous, chain, SHA256_SIZE) != 0)
        return LINK_GAP;
    return LINK_TAKE;
}

enum link_verdict link_judge(const struct link_item *item, const struct link_view *view)
{
    if (is_forged(item, view))
        return LINK_FORGED;
    if (link_item_was_at(item, view->own))
        return LINK_LOOP;
    enum link_verdict by_number = judge_number(item, view);
    if (by_number != LINK_TAKE)
        return by_number;
    if (item->revoked)
        return view->revoked_before ? LINK_DUPLICATE : LINK_TAKE;
    if (view->revoked_before)
        return LINK_DEAD;
    return item->version <= view->seen_version ? LINK_DUPLICATE : LINK_TAKE;
}

const char *link_verdict_text(enum link_verdict verdict)
{
    static const char *const texts[] = {
        [LINK_TAKE] = "taken",
        [LINK_DUPLICATE] = "already here",
        [LINK_DEAD] = "revoked before it arrived",
        [LINK_GAP] = "items before it are missing",
        [LINK_LOOP] = "it has been here before",
        [LINK_FORGED] = "the sender may not say this",
    };
    return texts[verdict];
}
