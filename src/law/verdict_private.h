/* verdict_private.h - what each of the eighteen questions is asked with, and how it answers: verdict.c has the table,
 * verdict_scope.c what may be taken in, verdict_who.c who decided, verdict_what.c what may be kept. */
#pragma once

#include "law/signing.h"
#include "law/verdict.h"

struct checking {
    struct arena *memory;
    const struct authorisation *auth;
    const struct authorisation_context *c;
    const struct law_channel *rules; /* of the channel in force or played */
    bool live;                       /* no rehearsal */
    struct verdict *v;               /* where the answer goes */
};

/* One sentence in each language, with the same arguments in the same order. */
void verdict_say(const struct checking *k, enum verdict_outcome outcome, const char *en,
                 const char *ja, ...) __attribute__((format(printf, 3, 5), format(printf, 4, 5)));
#define PASS(...) verdict_say(k, VERDICT_PASS, __VA_ARGS__)
#define FAIL(...) verdict_say(k, VERDICT_FAIL, __VA_ARGS__)
#define NOT_ASKED(...) verdict_say(k, VERDICT_NOT_APPLICABLE, __VA_ARGS__)

/* Is `text` one of them? */
#define AMONG(list, text) str_among((list).ptr, (list).count, (text))
bool str_among(const struct str *items, size_t count, struct str text);

bool verdict_condition(const struct authorisation *auth, struct str condition);

void verdict_direction(const struct checking *k);  /* V01 */
void verdict_not_home(const struct checking *k);   /* V02 */
void verdict_period(const struct checking *k);     /* V03 */
void verdict_basis(const struct checking *k);      /* V04 */
void verdict_signed(const struct checking *k);     /* V05 */
void verdict_selectors(const struct checking *k);  /* V06 */
void verdict_types(const struct checking *k);      /* V07 */
void verdict_fields(const struct checking *k);     /* V08 */
void verdict_pseudonyms(const struct checking *k); /* V09 */
void verdict_retention(const struct checking *k);  /* V10 */
void verdict_products(const struct checking *k);   /* V11 */
void verdict_partners(const struct checking *k);   /* V12 */
void verdict_firmware(const struct checking *k);   /* V13 */
void verdict_purpose(const struct checking *k);    /* V14 */
void verdict_renewal(const struct checking *k);    /* V15 */
void verdict_share(const struct checking *k);      /* V16 */
void verdict_decided(const struct checking *k);    /* V17 */
void verdict_canonical(const struct checking *k);  /* V18 */
