/* grade.c - the two scales as tables. See grade.h for where the numbers come from. */
#include "intel/grade.h"

#include "core/ascii.h"

static const struct {
    const char *text;
    int weight;
} sources[] = {
    {"completely reliable", 100}, {"usually reliable", 75}, {"fairly reliable", 50},
    {"not usually reliable", 25}, {"unreliable", 0},        {"reliability cannot be judged", 50},
};

static const struct {
    const char *text;
    int confidence;
} informations[] = {
    {"confirmed by other sources", 90},
    {"probably true", 70},
    {"possibly true", 50},
    {"doubtful", 30},
    {"improbable", 10},
    {"truth cannot be judged", -1},
};

bool grade_parse(struct str text, struct grade *ret_grade)
{
    if (text.len != 2)
        return false;
    char source = ascii_upper(text.ptr[0]);
    char information = text.ptr[1];
    if (source < 'A' || source > 'F' || information < '1' || information > '6')
        return false;
    *ret_grade = (struct grade){source, information};
    return true;
}

/* A grade made by hand may be out of range: it then counts as "cannot be judged". */
static size_t source_row(struct grade g)
{
    return g.source >= 'A' && g.source <= 'F' ? (size_t)(g.source - 'A') : COUNT(sources) - 1;
}

static size_t information_row(struct grade g)
{
    bool known = g.information >= '1' && g.information <= '6';
    return known ? (size_t)(g.information - '1') : COUNT(informations) - 1;
}

int grade_weight(struct grade g)
{
    return sources[source_row(g)].weight;
}

int grade_confidence(struct grade g)
{
    return informations[information_row(g)].confidence;
}

int grade_weigh(struct grade g, int own_confidence)
{
    int confidence = own_confidence >= 0 ? own_confidence : grade_confidence(g);
    if (confidence < 0)
        confidence = 50;
    if (confidence > 100)
        confidence = 100;
    return confidence * grade_weight(g) / 100;
}

bool grade_meets(struct grade g, struct grade least)
{
    return source_row(g) <= source_row(least) && information_row(g) <= information_row(least);
}

const char *grade_source_text(struct grade g)
{
    return sources[source_row(g)].text;
}

const char *grade_information_text(struct grade g)
{
    return informations[information_row(g)].text;
}
