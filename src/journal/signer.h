/* signer.h - whoever holds the node's keys: signs in its name, and keeps the keys of erasable
 * payloads.
 *
 * Why an interface: in a node it is a child process that does nothing else (journal/keyproc.h);
 * in tests and short commands it is a few keys in memory (signer_local). Callers cannot tell.
 *
 * Data keys: what may have to be erased is sealed under a key for each (subject, UTC day). They
 * lie, wrapped, in keys.db, which only the signer opens and which is in no journal, stream or
 * ordinary backup. Destroying one makes each copy of what it sealed unreadable, wherever it
 * lies.
 *
 * Threads: all functions may be called from any thread.
 */
#pragma once

#include "core/err.h"
#include "core/keys.h"

enum { DATA_KEY_SIZE = 32 };

struct data_key {
    uint64_t id; /* from 1; stored beside what it sealed */
    uint8_t bytes[DATA_KEY_SIZE];
};

struct signer {
    struct key_public public;
    /* Over context, a zero byte and message, as core/keys.h. */
    bool (*sign)(struct signer *s, struct str context, struct str message,
                 uint8_t ret_signature[KEY_SIGNATURE_SIZE], struct err *e);
    /* Over the bytes themselves, which must hold no zero byte: the text of a note. So that
     * nothing made by one can pass for the other. ERR_DENIED otherwise. */
    bool (*sign_note)(struct signer *s, struct str text, uint8_t ret_signature[KEY_SIGNATURE_SIZE],
                      struct err *e);
    /* The key for (subject, day), drawn when there is none, or when the one there was is destroyed.
     * Not on the disk before sync. */
    bool (*data_key)(struct signer *s, struct str subject, int32_t day, struct data_key *ret_key,
                     struct err *e);
    bool (*data_key_find)(struct signer *s, uint64_t id, struct data_key *ret_key,
                          struct err *e); /* ERR_NOT_FOUND: destroyed, or never was */
    /* Destroys the keys of `subject` from day `from` to day `to`, both included; done again, it
     * does nothing. */
    bool (*erase)(struct signer *s, struct str subject, int32_t from, int32_t to, struct err *e);
    bool (*sync)(struct signer *s, struct err *e); /* new data keys are on the disk */
    void (*close)(struct signer *s);               /* wipes and frees */
};

void signer_drop(struct signer **s); /* for AUTO(signer_drop) */

/* Keys in this process. `keys_path` NULL: data keys are lost at close. */
[[nodiscard]] bool signer_local(const struct key_secret *key, const char *keys_path,
                                struct signer **ret_signer, struct err *e);
