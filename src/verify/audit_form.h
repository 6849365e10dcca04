/* audit_form.h - what a value of a field looks like. See audit.h. */
#pragma once

#include "core/json.h"
#include "verify/limits.h"

enum audit_form {
    FORM_TEXT,   /* any text, not too long */
    FORM_WORD,   /* printable ASCII without space, quote or at-sign */
    FORM_NAME,   /* a domain name as a resolver is asked for it */
    FORM_PRINT,  /* JA3 or JA4 */
    FORM_NUMBER, /* whole, up to `most` */
    FORM_IP,     /* as RFC 5952 writes it */
    FORM_TIME,   /* RFC 3339, UTC, six digits */
    FORM_DIGEST, /* lower-case hex of `most` bytes */
    FORM_BYTES,  /* lower-case hex of 1 to `most` bytes */
    FORM_KEY,    /* a public key */
    FORM_ID,     /* the form of a pseudonym */
};

struct audit_field {
    enum field_class class;
    bool listed;
    enum audit_form form;
    int64_t most;
};

/* The form of a field by its name; text when the verifier knows no more. */
void audit_form_of(struct str name, struct audit_field *ret);
bool audit_form_ok(const struct audit_field *f, const struct json *v);
/* The 16 bytes that a pseudonym ends in; false when it is none. */
bool audit_pseudonym(struct str text, uint8_t ret[16]);
