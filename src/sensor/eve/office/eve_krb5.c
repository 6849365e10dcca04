/* eve_krb5.c - krb5 lines: a request and its answer. "sname" is the service's first part alone; the name of who
 * asks is nowhere. */
#include "eve_office_private.h"

#include <assert.h>

static void put_etype(struct members *m, struct str name, struct str weak, int32_t etype)
{
    char number[16];
    const char *text = krb5_etype_name(etype);
    (void)snprintf(number, sizeof number, "%d", etype);
    member_text(m, name, text_of(text ? text : number));
    member_bool(m, weak, krb5_etype_is_weak(etype));
}

static void put_offered(struct members *m, const struct krb5_facts *k)
{
    if (!k->n_etypes)
        return;
    member_key(m, S("requested_encryption"));
    PUT(m->e, "[");
    for (size_t i = 0; i < k->n_etypes; i++) {
        char number[16];
        const char *text = krb5_etype_name(k->etypes[i]);
        (void)snprintf(number, sizeof number, "%d", k->etypes[i]);
        put(m->e, i ? S(",") : S(""));
        put_text(m->e, text_of(text ? text : number));
    }
    PUT(m->e, "]");
}

static void put_error(struct members *m, const struct krb5_facts *ask,
                      const struct krb5_facts *answer)
{
    if (ask)
        member_name(m, S("failed_request"), krb5_type_name(ask->type), ask->type);
    if (!answer->has_error)
        return;
    const char *name = krb5_error_name(answer->error);
    char number[16];
    (void)snprintf(number, sizeof number, "%d", answer->error);
    member_text(m, S("error_code"), text_of(name ? name : number));
}

static void krb5_body(struct eve *e, const union dissect_facts *request,
                      const union dissect_facts *response)
{
    const struct krb5_facts *ask = request ? &request->krb5 : NULL;
    const struct krb5_facts *last = response ? &response->krb5 : ask;
    assert(last);
    struct members m = members_begin(e, S("krb5"));
    member_name(&m, S("msg_type"), krb5_type_name(last->type), last->type);
    if (last->type == KRB5_ERROR)
        put_error(&m, ask, last);
    member_text(&m, S("realm"), krb5_realm(last->realm_len || !ask ? last : ask));
    member_text(&m, S("sname"), krb5_service(last->service_len || !ask ? last : ask));
    if (last->has_reply_etype)
        put_etype(&m, S("encryption"), S("weak_encryption"), last->reply_etype);
    if (last->has_ticket_etype)
        put_etype(&m, S("ticket_encryption"), S("ticket_weak_encryption"), last->ticket_etype);
    if (ask) {
        put_offered(&m, ask);
        member_bool(&m, S("preauth"), ask->preauth);
    }
    members_end(&m);
}

const struct eve_row eve_row_krb5 = {.app = APP_KRB5, .type = "krb5", .body = krb5_body};
