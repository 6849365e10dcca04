/* enip_private.h - CIP, as it stands in an item of EtherNet/IP. */
#pragma once

#include "control_private.h"

/* Leaves e->cip false for what is no CIP message. */
void cip_read(struct enip_facts *e, struct rd r);
enum dissect_intent cip_intent(const struct enip_facts *e);
