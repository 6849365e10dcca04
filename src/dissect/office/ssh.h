/* ssh.h - what both sides of an SSH connection say before encryption: version, software, algorithms.
 *
 * HASSH is an MD5 over the algorithm lists of a KEXINIT in the order sent, "kex;encryption;mac;compression":
 * a client's over what it offers for its own sending direction, a server's over what it offers for its own.
 * Bytes do not tell who speaks, so both are made and the reader, who knows the side, takes one.
 *
 * One message a side: the version line and the KEXINIT. The version alone stands in the facts while the
 * KEXINIT is awaited. SSH 1 has none. The comment after the software (it often names the distribution)
 * is left out, and so is whatever a server says before its version line (RFC 4253 4.2).
 *
 * Source: RFC 4253 4.2 and 7.1; HASSH by Salesforce, 2018 (github.com/salesforce/hassh).
 */
#pragma once

#include "core/str.h"

enum {
    SSH_VERSION_MAX = 8,
    SSH_SOFTWARE_MAX = 128,
    SSH_LISTS_MAX = 1160, /* a text past it is hashed but not kept */
    SSH_FLIGHT_MAX = 16 * 1024,
    HASSH_SIZE = 33, /* 32 hex digits and a NUL */
};

struct ssh_facts {
    bool has_kexinit;
    bool strict; /* strict key exchange is offered: the answer to CVE-2023-48795 */
    uint8_t version_len, software_len;
    char version[SSH_VERSION_MAX];                           /* "2.0" */
    char software[SSH_SOFTWARE_MAX];                         /* "OpenSSH_9.2p1" */
    char hassh_client[HASSH_SIZE], hassh_server[HASSH_SIZE]; /* "" without KEXINIT */
    uint16_t client_len, server_at, server_len;              /* in `lists`; length 0: no room */
    char lists[SSH_LISTS_MAX];
};

static inline struct str ssh_version(const struct ssh_facts *s)
{
    return (struct str){s->version, s->version_len};
}
static inline struct str ssh_software(const struct ssh_facts *s)
{
    return (struct str){s->software, s->software_len};
}
static inline struct str ssh_hassh_client_text(const struct ssh_facts *s)
{
    return (struct str){s->lists, s->client_len};
}
static inline struct str ssh_hassh_server_text(const struct ssh_facts *s)
{
    return (struct str){s->lists + s->server_at, s->server_len};
}
