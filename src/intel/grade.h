/* grade.h - the Admiralty (NATO) grade of a source and of what it says: "B2".
 *
 * The letter is the source's reliability, the digit the information's credibility; they are judged
 * apart. F and 6 mean "cannot be judged", which is not "bad". The release policy asks for grades, the
 * score for a weight.
 *
 * Numbers: credibility to confidence as STIX 2.1 Appendix A (1: 90, 2: 70, 3: 50, 4: 30, 5: 10, 6:
 * unset). Reliability to weight as the MISP taxonomy admiralty-scale counts it (A 100, B 75, C 50, D
 * 25, E 0, F 50).
 */
#pragma once

#include "core/str.h"

struct grade {
    char source;      /* 'A'..'F' */
    char information; /* '1'..'6' */
};

#define GRADE_UNKNOWN ((struct grade){'F', '6'})

[[nodiscard]] bool grade_parse(struct str text, struct grade *ret_grade); /* "B2", any case */
int grade_weight(struct grade g);     /* 0..100, of the source */
int grade_confidence(struct grade g); /* 0..100, of the information; -1 when it cannot be judged */
/* Confidence for one indicator: the feed's own (0..100) or, when it gives none (-1), the grade's;
 * then weighed by the source. 50 stands for "cannot be judged". */
int grade_weigh(struct grade g, int own_confidence);
/* At least as good in both parts: B2 meets C3. What cannot be judged (F, 6) meets only itself. */
bool grade_meets(struct grade g, struct grade least);
const char *grade_source_text(struct grade g);      /* "usually reliable" */
const char *grade_information_text(struct grade g); /* "probably true" */
