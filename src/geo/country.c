/* country.c - the codes of ISO 3166-1 alpha-2, and XK, which tables and the EU use for Kosovo. */
#include "geo/geo.h"

/* For each first letter, the second letters in use. Current as of 2026. */
static const char *const seconds[26] = {
    "DEFGILMOQRSTUWXZ",
    "ABDEFGHIJLMNOQRSTVWYZ",
    "ACDFGHIKLMNORUVWXYZ",
    "EJKMOZ",
    "CEGHRST",
    "IJKMOR",
    "ABDEFGHILMNPQRSTUWY",
    "KMNRTU",
    "DELMNOQRST",
    "EMOP",
    "EGHIMNPRWYZ",
    "ABCIKRSTUVY",
    "ACDEFGHKLMNOPQRSTUVWXYZ",
    "ACEFGILOPRUZ",
    "M",
    "AEFGHKLMNRSTWY",
    "A",
    "EOSUW",
    "ABCDEGHIJKLMNORSTVXYZ",
    "CDFGHJKLMNORTVWZ",
    "AGMSYZ",
    "ACEGINU",
    "FS",
    "K",
    "ET",
    "AMW",
};

bool country_code_valid(struct str code)
{
    if (code.len != 2 || code.ptr[0] < 'A' || code.ptr[0] > 'Z' || code.ptr[1] < 'A')
        return false;
    return strchr(seconds[code.ptr[0] - 'A'], code.ptr[1]) != NULL;
}
