/* sasl.c - the ways to log in that mail, LDAP and FTP name (RFC 4422, IANA's registry; RFC 4217's TLS).
 *
 * Only names of this list are kept: what else stands in their place may be somebody's password. */
#include "office_private.h"

static const struct str names[] = {
    S_("PLAIN"),
    S_("LOGIN"),
    S_("CRAM-MD5"),
    S_("DIGEST-MD5"),
    S_("GSSAPI"),
    S_("GSS-SPNEGO"),
    S_("NTLM"),
    S_("EXTERNAL"),
    S_("ANONYMOUS"),
    S_("SCRAM-SHA-1"),
    S_("SCRAM-SHA-1-PLUS"),
    S_("SCRAM-SHA-256"),
    S_("OTP"),
    S_("SKEY"),
    S_("SCRAM-SHA-256-PLUS"),
    S_("SRP"),
    S_("XOAUTH"),
    S_("XOAUTH2"),
    S_("OAUTHBEARER"),
    S_("KERBEROS_V4"),
    S_("SECURID"),
    S_("SCRAM-SHA-512"),
    S_("TLS"),
    S_("SSL"),
    S_("TLS-C"),
    S_("TLS-P"),
};

struct str sasl_name(struct str word)
{
    for (size_t i = 0; i < COUNT(names); i++)
        if (text_same(word, names[i]))
            return names[i];
    return STR_NONE;
}
