/* tlp.c - the labels and their STIX ids, one table (TLP 2.0; STIX 2.1 7.2.1.4 and the TLP 2 extension). */
#include "intel/tlp.h"

#include "core/ascii.h"

static const struct {
    const char *name;
    struct str v2_id, v1_id; /* marking-definition ids; AMBER+STRICT has none in TLP 1 */
} labels[TLP_COUNT] = {
    [TLP_UNMARKED] = {"unmarked", S_(""), S_("")},
    [TLP_CLEAR] = {"TLP:CLEAR", S_("marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"),
                   S_("marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9")},
    [TLP_GREEN] = {"TLP:GREEN", S_("marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"),
                   S_("marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da")},
    [TLP_AMBER] = {"TLP:AMBER", S_("marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"),
                   S_("marking-definition--f88d31f6-486f-44da-b317-01333bde0b82")},
    [TLP_AMBER_STRICT] = {"TLP:AMBER+STRICT",
                          S_("marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003"), S_("")},
    [TLP_RED] = {"TLP:RED", S_("marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"),
                 S_("marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed")},
};

const char *tlp_name(enum tlp t)
{
    return (size_t)t < TLP_COUNT ? labels[t].name : labels[TLP_UNMARKED].name;
}

bool tlp_parse(struct str label, enum tlp *ret_tlp)
{
    for (int t = TLP_CLEAR; t < TLP_COUNT; t++) {
        if (str_eq(label, (struct str){labels[t].name, strlen(labels[t].name)})) {
            *ret_tlp = (enum tlp)t;
            return true;
        }
    }
    if (!str_eq(label, S("TLP:WHITE")))
        return false;
    *ret_tlp = TLP_CLEAR;
    return true;
}

bool tlp_parse_loose(struct str text, enum tlp *ret_tlp)
{
    char upper[24] = "TLP:";
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (n + 5 > sizeof upper)
            return false;
        upper[4 + n++] = ascii_upper(text.ptr[i]);
    }
    struct str whole = {upper, 4 + n};
    return tlp_parse(str_skip(whole, 4), ret_tlp) || tlp_parse(whole, ret_tlp);
}

enum tlp tlp_effective(enum tlp t, enum tlp source_default)
{
    if (t != TLP_UNMARKED)
        return t;
    return source_default != TLP_UNMARKED ? source_default : TLP_AMBER_STRICT;
}

enum tlp tlp_combine(enum tlp a, enum tlp b)
{
    if (a == TLP_UNMARKED && b == TLP_UNMARKED)
        return TLP_UNMARKED;
    a = tlp_effective(a, TLP_UNMARKED);
    b = tlp_effective(b, TLP_UNMARKED);
    return a > b ? a : b;
}

enum tlp tlp_also(enum tlp t, enum tlp label)
{
    return t > label ? t : label;
}

struct str tlp_stix_id(enum tlp t)
{
    return t > TLP_UNMARKED && t < TLP_COUNT ? labels[t].v2_id : STR_NONE;
}

bool tlp_of_stix_id(struct str id, enum tlp *ret_tlp)
{
    for (int t = TLP_CLEAR; t < TLP_COUNT; t++) {
        if (id.len && (str_eq(id, labels[t].v2_id) || str_eq(id, labels[t].v1_id))) {
            *ret_tlp = (enum tlp)t;
            return true;
        }
    }
    return false;
}
