/* eve_ldap.c - ldap lines in the words of Suricata 8, without a name. */
#include "eve_office_private.h"

static void put_bind(struct members *m, const struct ldap_facts *l)
{
    static const char *const means[] = {"anonymous", "simple", "sasl", "sicily"};
    struct members bind = members_inside(m, S("bind_request"));
    member_number(&bind, S("version"), l->version);
    member_name(&bind, S("authentication"), means[l->bind], 0);
    if (l->mechanism_len) {
        struct members sasl = members_inside(&bind, S("sasl"));
        member_text(&sasl, S("mechanism"), ldap_mechanism(l));
        members_end(&sasl);
    }
    members_end(&bind);
}

static void put_request(struct members *m, const struct ldap_facts *l)
{
    static const char *const scopes[] = {"base_object", "single_level", "whole_subtree"};
    struct members request = members_inside(m, S("request"));
    member_name(&request, S("operation"), ldap_op_name(l->op), l->op);
    member_number(&request, S("message_id"), l->message_id);
    if (l->op == LDAP_BIND_REQUEST)
        put_bind(&request, l);
    if (l->op == LDAP_SEARCH_REQUEST && l->scope < COUNT(scopes)) {
        struct members search = members_inside(&request, S("search_request"));
        member_name(&search, S("scope"), scopes[l->scope], 0);
        members_end(&search);
    }
    if (l->oid_len) {
        struct members extended = members_inside(&request, S("extended_request"));
        member_text(&extended, S("name"), ldap_oid(l));
        members_end(&extended);
    }
    members_end(&request);
}

static void put_response(struct members *m, const struct ldap_facts *l)
{
    member_key(m, S("responses"));
    PUT(m->e, "[{");
    struct members response = {.e = m->e};
    member_name(&response, S("operation"), ldap_op_name(l->op), l->op);
    member_number(&response, S("message_id"), l->message_id);
    if (l->has_result) {
        struct members result = members_inside(&response, text_of(ldap_op_name(l->op)));
        member_name(&result, S("result_code"), ldap_result_name(l->result), l->result);
        members_end(&result);
    }
    PUT(m->e, "}]");
}

static void ldap_body(struct eve *e, const union dissect_facts *request,
                      const union dissect_facts *response)
{
    struct members m = members_begin(e, S("ldap"));
    if (request)
        put_request(&m, &request->ldap);
    if (response)
        put_response(&m, &response->ldap);
    members_end(&m);
}

const struct eve_row eve_row_ldap = {.app = APP_LDAP, .type = "ldap", .body = ldap_body};
