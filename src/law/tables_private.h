/* tables_private.h - the law tables that the program carries: made at build time by tools/embed. */
#pragma once

extern const unsigned char law_jp_monitoring[];
extern const unsigned long law_jp_monitoring_size;
