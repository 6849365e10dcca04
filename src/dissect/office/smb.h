/* smb.h - SMB 1, 2 and 3 over TCP, with or without NetBIOS's session service: commands and how they ended.
 *
 * One message is one frame of the session service; its length leads to the next, so that what is unknown
 * or encrypted is stepped over. A frame of SMB 2 may chain commands: the first one's numbers are kept, the
 * others as a command and a status. NetBIOS's own frames carry host names and are passed over.
 *
 * Never kept: user, domain, host, share, pipe and file names, file contents. Of a login: that it is tried, and
 * how it ended. A guest's or a nameless session (MS-SMB2 2.2.6) succeeds without proving anything, and is
 * no login. A request with NTLM's third message or with a Kerberos ticket is one attempt.
 *
 * Source: MS-SMB2 2.2, MS-CIFS 2.2, MS-SMB 2.2.4, RFC 1002 4.3, MS-NLMP 2.2.1, MS-ERREF 2.3.1.
 */
#pragma once

#include "core/str.h"

enum smb_kind { SMB_ONE, SMB_TWO, SMB_ENCRYPTED, SMB_COMPRESSED };

enum { SMB_DIALECTS = 8, SMB1_DIALECTS = 16, SMB_CHAIN = 8 };

enum { SMB1_NEGOTIATE = 0x72, SMB1_SESSION_SETUP = 0x73, SMB1_TREE_CONNECT = 0x75 };
enum { SMB2_NEGOTIATE = 0, SMB2_SESSION_SETUP = 1, SMB2_TREE_CONNECT = 3 };

struct smb_chained {
    uint16_t command;
    uint32_t status;
};

struct smb_facts {
    uint8_t kind; /* enum smb_kind */
    bool response, is_signed;
    bool ntlm_auth; /* a session setup that holds NTLM's third message */
    bool mechanism; /* a session setup holds NTLM or a Kerberos ticket to be judged */
    bool guest, nameless;
    bool dos_status; /* SMB 1 with an error class and code in `status` (MS-CIFS 2.2.3.1) */
    uint16_t command;
    uint32_t status;
    uint64_t message_id, session_id; /* of SMB 1: multiplex id and user id */
    uint32_t tree_id;
    bool
        has_dialect; /* a negotiation's answer: 0x0311 of SMB 2; 0xffff with `dialect_index` of SMB 1 */
    uint16_t dialect;
    uint8_t signing;    /* SecurityMode of a negotiation: 1 enabled, 2 required */
    uint8_t n_dialects; /* what a client offers; the first SMB_DIALECTS of SMB 2 as numbers */
    uint16_t dialects[SMB_DIALECTS];
    bool offers_smb2;             /* SMB 1's negotiation with "SMB 2.???" in it */
    uint8_t n_names;              /* names offered by SMB 1; the first SMB1_DIALECTS of them: */
    uint8_t dialect_index;        /* SMB 1's answer: which of the names */
    uint8_t names[SMB1_DIALECTS]; /* for smb1_dialect_name */
    uint8_t n_chained;
    struct smb_chained chained[SMB_CHAIN]; /* without the first */
};

const char *smb1_command_name(uint16_t command); /* "NEGOTIATE_PROTOCOL"; NULL */
const char *smb2_command_name(uint16_t command);
const char *smb1_dialect_name(uint8_t number);   /* "NT LM 0.12"; "unknown" */
const char *smb2_dialect_name(uint16_t dialect); /* "3.11"; "unknown" */
const char *smb_status_name(uint32_t status);    /* "STATUS_SUCCESS"; NULL */
