/* keyproc_private.h - what the two halves of the key process say to each other.
 *
 * One datagram each way over a SOCK_SEQPACKET pair; both ends are the same program in the same
 * build, so the structs themselves are the messages.
 */
#pragma once

#include "journal/signer.h"

#include <sys/types.h>

enum key_op {
    KEY_OP_SIGN,      /* bytes: context, then message from first_len on */
    KEY_OP_SIGN_NOTE, /* bytes: text */
    KEY_OP_DATA_KEY,  /* bytes: subject; from: day */
    KEY_OP_FIND,      /* id */
    KEY_OP_ERASE,     /* bytes: subject; from, to */
    KEY_OP_SYNC,
};

enum { KEY_MESSAGE_MAX = 68 * 1024 };

struct key_request {
    uint32_t op;
    int32_t from, to;
    uint32_t first_len, len;
    uint64_t id;
    char bytes[KEY_MESSAGE_MAX];
};

struct key_reply {
    struct err e; /* ERR_OK when done */
    struct key_public public;
    uint8_t signature[KEY_SIGNATURE_SIZE];
    struct data_key key;
};

void keyproc_follow(pid_t parent); /* in the child: die when it dies */
/* In the child, for the rest of its life. */
_Noreturn void keyproc_serve(struct signer *signer, int keys_fd, int socket);
