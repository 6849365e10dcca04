/* eve_ssh.c - ssh lines: both sides' software and HASSH, one line a connection. */
#include "eve_office_private.h"

static void put_side(struct members *ssh, struct str name, const struct ssh_facts *s, bool server)
{
    struct members side = members_inside(ssh, name);
    const char *hash = server ? s->hassh_server : s->hassh_client;
    member_text(&side, S("proto_version"), ssh_version(s));
    member_text(&side, S("software_version"), ssh_software(s));
    if (hash[0]) {
        struct members hassh = members_inside(&side, S("hassh"));
        member_text(&hassh, S("hash"), text_of(hash));
        member_text(&hassh, S("string"),
                    server ? ssh_hassh_server_text(s) : ssh_hassh_client_text(s));
        members_end(&hassh);
        member_bool(&side, S("strict_kex"), s->strict);
    }
    members_end(&side);
}

static void ssh_body(struct eve *e, const union dissect_facts *request,
                     const union dissect_facts *response)
{
    struct members ssh = members_begin(e, S("ssh"));
    if (request)
        put_side(&ssh, S("client"), &request->ssh, false);
    if (response)
        put_side(&ssh, S("server"), &response->ssh, true);
    members_end(&ssh);
}

const struct eve_row eve_row_ssh = {.app = APP_SSH, .type = "ssh", .body = ssh_body};
