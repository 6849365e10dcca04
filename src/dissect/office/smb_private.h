/* smb_private.h - SMB 1's dialects by number. */
#pragma once

#include "office_private.h"

uint8_t smb1_dialect_number(struct str name); /* 0: not one that is known */
