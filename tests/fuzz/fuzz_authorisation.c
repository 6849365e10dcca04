/* fuzz_authorisation.c - an authorisation from a stranger is refused with a reason, or read, judged and read again. */
#include "core/keys.h"
#include "fuzz.h"
#include "law/signing.h"
#include "law/verdict.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(arena_drop) struct arena memory = ARENA(64 << 20);
    const struct law *law;
    const struct authorisation *auth = NULL;
    struct authorisation_report report;
    struct err e = {0};
    keys_init();
    if (!authorisation_parse(&memory, (struct str){(const char *)data, size}, &auth, &e)) {
        if (e.code == ERR_OK || !e.text[0])
            __builtin_trap(); /* a refusal that does not say why */
        return 0;
    }
    if (!law_open(&memory, NULL, &law, &e))
        __builtin_trap();
    struct authorisation_context c = {.law = law, .parent = auth};
    bool holds = authorisation_check(&memory, auth, &c, &report);
    for (size_t i = 0; i < VERDICTS; i++)
        if (!report.verdicts[i].en[0] || !report.verdicts[i].ja[0])
            __builtin_trap(); /* a verdict without a sentence */
    if (holds && auth->channel != CHANNEL_OWN)
        __builtin_trap(); /* without a trust file nothing but an own network is lawful */
    return 0;
}
