/* eve_smb.c - smb lines: a command and how it ended, in Suricata's words.
 *
 * "dialect" is told by the line in which it is agreed; in all others it is "unknown". */
#include "eve_office_private.h"

#include <assert.h>

static void put_command(struct members *m, const struct smb_facts *f)
{
    bool one = f->kind == SMB_ONE;
    const char *name = one ? smb1_command_name(f->command) : smb2_command_name(f->command);
    member_key(m, S("command"));
    put(m->e, one ? S("\"SMB1_COMMAND_") : S("\"SMB2_COMMAND_"));
    if (name)
        put_cstr(m->e, name);
    else
        PUT(m->e, "UNKNOWN-"), put_uint(m->e, f->command);
    PUT(m->e, "\"");
}

static void put_status(struct members *m, const struct smb_facts *f)
{
    char code[12];
    const char *name = f->dos_status && f->status ? NULL : smb_status_name(f->status);
    (void)snprintf(code, sizeof code, "0x%x", f->status);
    if (name)
        member_name(m, S("status"), name, 0);
    member_text(m, S("status_code"), text_of(code));
}

static void put_dialect(struct members *m, const struct smb_facts *request,
                        const struct smb_facts *response)
{
    const char *name = "unknown";
    if (response && response->has_dialect) {
        bool one = response->kind == SMB_ONE;
        uint8_t index = response->dialect_index;
        if (!one)
            name = smb2_dialect_name(response->dialect);
        else if (request && index < request->n_names && index < SMB1_DIALECTS)
            name = smb1_dialect_name(request->names[index]);
    }
    member_text(m, S("dialect"), text_of(name));
}

static void put_offers(struct members *m, const struct smb_facts *f)
{
    bool any = false;
    size_t texts = f->n_names < SMB1_DIALECTS ? f->n_names : SMB1_DIALECTS;
    if (!texts && !f->n_dialects)
        return;
    member_key(m, S("client_dialects"));
    PUT(m->e, "[");
    for (size_t i = 0; i < texts; i++, any = true) {
        put(m->e, any ? S(",") : S(""));
        put_text(m->e, text_of(smb1_dialect_name(f->names[i])));
    }
    for (size_t i = 0; i < f->n_dialects; i++, any = true) {
        put(m->e, any ? S(",") : S(""));
        put_text(m->e, text_of(smb2_dialect_name(f->dialects[i])));
    }
    PUT(m->e, "]");
}

/* What was chained behind the first command of a frame. */
static void put_chain(struct members *m, const struct smb_facts *f)
{
    if (!f->n_chained)
        return;
    member_key(m, S("chained"));
    PUT(m->e, "[");
    for (size_t i = 0; i < f->n_chained; i++) {
        struct smb_facts one = {.kind = SMB_TWO,
                                .command = f->chained[i].command,
                                .status = f->chained[i].status};
        put(m->e, i ? S(",{") : S("{"));
        struct members inner = {.e = m->e};
        put_command(&inner, &one);
        if (f->response)
            put_status(&inner, &one);
        PUT(m->e, "}");
    }
    PUT(m->e, "]");
}

static void put_setup(struct members *m, const struct smb_facts *response)
{
    if (response && response->guest)
        member_bool(m, S("guest"), true);
    if (response && response->nameless)
        member_bool(m, S("anonymous"), true);
}

static void put_hidden(struct members *m, const struct smb_facts *f)
{
    member_bool(m, f->kind == SMB_ENCRYPTED ? S("encrypted") : S("compressed"), true);
    if (f->kind == SMB_ENCRYPTED)
        member_number(m, S("session_id"), f->session_id);
}

static void smb_body(struct eve *e, const union dissect_facts *request,
                     const union dissect_facts *response)
{
    const struct smb_facts *ask = request ? &request->smb : NULL;
    const struct smb_facts *answer = response ? &response->smb : NULL;
    const struct smb_facts *named = ask ? ask : answer, *last = answer ? answer : ask;
    assert(named && last);
    struct members m = members_begin(e, S("smb"));
    if (named->kind != SMB_ONE && named->kind != SMB_TWO) {
        put_hidden(&m, named);
    } else {
        put_dialect(&m, ask, answer);
        put_command(&m, named);
        if (answer)
            put_status(&m, answer);
        member_number(&m, S("session_id"), last->session_id);
        member_number(&m, S("tree_id"), last->tree_id);
        member_bool(&m, S("signed"), last->is_signed);
        if (ask)
            put_offers(&m, ask);
        put_setup(&m, answer);
        put_chain(&m, last);
    }
    members_end(&m);
}

const struct eve_row eve_row_smb = {.app = APP_SMB, .type = "smb", .body = smb_body};
