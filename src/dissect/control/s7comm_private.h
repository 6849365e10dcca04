/* s7comm_private.h - the PDUs of both S7 protocols, without their transport. */
#pragma once

#include "control_private.h"

enum { S7_OLD = 0x32, S7_PLUS = 0x72 };

/* `pdu` is the beginning of a PDU of `whole` bytes. False: it is none. */
bool s7_read(struct s7comm_facts *s, struct str pdu, size_t whole);
bool s7_plus_read(struct s7comm_facts *s, struct str pdu, size_t whole);
enum dissect_intent s7_intent(const struct s7comm_facts *s);
